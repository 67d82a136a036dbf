"""A JSON text -> the one value in it, or those of its list, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hookcli.capture.lines import BLANK
from hookcli.capture.texts import capture_at
from hookcli.models import Capture, Json


def in_text(path: str, data: bytes) -> Iterator[Capture]:
    """The one payload of a JSON text, or those of its list."""
    start = len(data) - len(data.lstrip(BLANK))
    line, column = _place(data, start) if start else (1, 1)
    whole = capture_at(path, 0, line, column, data.strip(BLANK))
    if isinstance(whole.payload, list):
        yield from _items(whole, whole.payload)
    else:
        yield whole


def _place(data: bytes, offset: int, line: int = 1, column: int = 1) -> tuple[int, int]:
    """Line and column of an offset in a text that starts at a line and column."""
    from hookcli.jsongrammar import Text  # late: most files start at once and hold one payload

    return Text(data, line, column).places({"": offset})[""]


def _items(whole: Capture, payloads: list[Json]) -> Iterator[Capture]:
    data, seen, line, column = whole.text, 0, whole.line, whole.column
    payloads.reverse()  # so that each can be let go
    for index, (start, end) in enumerate(_spans(data)):
        line, column = _place(data[seen:start], start - seen, line, column)
        seen = start
        yield Capture(whole.source, index, line, data[start:end], payloads.pop(), column=column)


_GAP = re.compile(rb"[ \t\n\r,]*")
_SCALAR = re.compile(rb'"[^"]*"|[^\[\]{}" \t\n\r,]+')
_HOP = re.compile(rb'(?:[^"\[\]{}]*"[^"]*"){0,1000}[^"\[\]{}]*([\[\]{}]?)')
"""To the next bracket: 1.7 s a 100 MB; token by token it would be twice that. Bounded, as `re` remembers each round."""


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the items of a JSON text lie that is a list."""
    plain = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    at = 1
    while plain[start := _skip(plain, at)] != ord("]"):
        at = _end_of_item(plain, start)
        yield start, at


def _skip(plain: bytes, at: int) -> int:
    gap = _GAP.match(plain, at)
    return gap.end() if gap else at


def _end_of_item(plain: bytes, start: int) -> int:
    scalar = _SCALAR.match(plain, start)
    if scalar:
        return scalar.end()
    hops = _HOP.finditer(plain, start)
    hop, depth = next(hops), 1
    while depth:
        hop = next(hops)
        depth += (hop[1] in (b"{", b"[")) - (hop[1] in (b"}", b"]"))
    return hop.end()
