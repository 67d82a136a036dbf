"""A body that a record of some tool holds, before it is read as JSON."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hookcli.capture.texts import capture_at
from hookcli.dataclass import dataclass
from hookcli.jsontext import dump
from hookcli.models import Capture, Json, Violation

SENDING = ("POST", "PUT", "PATCH")
"""Methods of which a request without a body is told of, rather than passed over."""


def is_sending(method: Json) -> bool:
    """Whether a request by a method has a body, as a rule."""
    return isinstance(method, str) and method.upper() in SENDING


@dataclass(frozen=True, slots=True)
class Body:
    """What a request brought, as a record tells it."""

    text: bytes = b""
    payload: Json = None
    """Where the record holds a JSON value rather than a text: the value."""
    pointer: str | None = None
    """JSON Pointer to that value in the record; None where the record holds a text."""
    fault: str | None = None
    """Why there is none."""
    number: int | None = None
    """The request's number, where the record tells one."""
    received_at: float | None = None
    """Unix time in seconds, where the record tells when it came."""


def of_text(text: str) -> Body:
    """The body of a text in JSON, in which a byte that is not UTF-8 may stand as a lone surrogate (PEP 383)."""
    try:
        return Body(text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return Body(text.encode("utf-8", "surrogatepass"))


def of_base64(text: Json, name: str) -> Body:
    """The body in base64 (RFC 4648, section 4).

    Args:
        text: the digits.
        name: of what they stand in, for messages.
    """
    try:
        return Body(b64decode(text, validate=True))
    except (TypeError, ValueError, binascii.Error):
        return Body(fault=f"its {name} is not base64 (RFC 4648, section 4)")


def of_value(value: Json, pointer: str | None = None) -> Body:
    """The body that a place in a record holds: a value itself, or a text that holds JSON, in base64 or not.

    Args:
        value: what is there.
        pointer: the place in the record's own text; None where it is not there.
    """
    if not isinstance(value, str):
        return Body(dump(value)) if pointer is None else Body(payload=value, pointer=pointer)
    if len(value) % 4 == 0 and _BASE64.fullmatch(value):
        found = of_base64(value, "text")
        if found.text.lstrip()[:1] in (b"{", b"["):
            return found
    return of_text(value)


_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


def captures_of(record: Capture, bodies: Iterable[Body], *, by_line: bool) -> Iterator[Capture]:
    """The captures of the bodies in a record, numbered as the record does, else by their places.

    Args:
        record: the record.
        bodies: what was found in it.
        by_line: whether records stand one a line, so that the line's number says more than the place.
    """
    found = list(bodies)
    places = _places(record, [body.pointer for body in found if body.pointer is not None])
    for place, body in enumerate(found, record.index + 1):
        if body.pointer is not None:
            capture = _within(record, body.payload, places.get(body.pointer))
        elif body.fault is not None:
            number = None if by_line else body.number if body.number is not None else place
            why = Violation(None, None, body.fault, record.line, record.column)
            capture = replace(record, text=b"", payload=None, unreadable=why, number=number)
        else:
            number = body.number if body.number is not None else record.line if by_line else place
            capture = capture_at(record.source, record.index, 1, 1, body.text, number)
        yield replace(capture, received_at=body.received_at)


_Place = tuple[int, int, int, int]
"""Line and column in the source, and the offsets in the record's text."""


def _places(record: Capture, pointers: list[str]) -> dict[str, _Place]:
    """Where values stand, of those that are in the record's text as it is."""
    if not pointers or not record.text:
        return {}
    from hookcli.jsongrammar import Text  # late: seldom needed
    from hookcli.jsonreader import spans

    found = spans(record.text, pointers)
    starts = {pointer: start for pointer, (start, _) in found.items()}
    places = Text(record.text, record.line, record.column).places(starts)
    return {pointer: (*places[pointer], *found[pointer]) for pointer in found}


def _within(record: Capture, payload: Json, place: _Place | None) -> Capture:
    """The capture of a value in a record, with its lines and columns in the source."""
    if place is None:
        return replace(record, text=dump(payload), payload=payload)
    line, column, start, end = place
    moved = type(record.line)(line)  # what is counted from the start of a piece stays so
    return replace(record, line=moved, column=column, text=record.text[start:end], payload=payload)
