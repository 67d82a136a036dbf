"""Captures in a list: a line each in columns for a person, a summary each for a machine; and how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice

from hookcli.dataclass import dataclass
from hookcli.models import Arrival, Json, Signature, Verdict
from hookcli.reporting.capture_records import capture_summary, moment_of
from hookcli.reporting.captures import answer_of, relations_of, size_of, verdict_of
from hookcli.reporting.characters import visible
from hookcli.reporting.json_ import to_json
from hookcli.reporting.runs import TOOL, plural, shortened
from hookcli.reporting.text import STYLES, Line, paint

_BLOCK = 200
"""Lines that are aligned with one another."""

_LONGEST_EVENT = 40
_RIGHT = frozenset({0, 3})
"""Columns of numbers."""

_REMARKABLE = (Signature.FORGED.value, Signature.MISSING.value, Verdict.INVALID.value, Verdict.UNREADABLE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is to be listed."""

    captures: Iterable[Arrival]
    """In the order in which they are shown."""
    total: int
    """How many there are, shown or not."""
    is_filtered: bool = False
    """Whether only some were asked for."""
    today: date | None = None
    """Times of this day are shown without their date."""
    color: bool = False


def _text(listing: Listing) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for line in _lines(listing, counts):
        yield paint([line], color=listing.color)
    yield paint([_ending(listing, counts)], color=listing.color)


def _lines(listing: Listing, counts: Counter[str]) -> Iterator[Line]:
    """A line for each, in constant memory; columns only ever grow."""
    remaining, widths = iter(listing.captures), [0] * 6
    while block := list(islice(remaining, _BLOCK)):
        rows = [_row(each, listing.today) for each in block]
        widths = [max(width, *(len(row[at][0]) for row in rows)) for at, width in enumerate(widths)]
        for each, row in zip(block, rows, strict=True):
            counts.update(("shown", each.signature.value, each.verdict.value))
            relations = ", ".join(relations_of(each))
            yield [*_aligned(row, widths), answer_of(each), (f"  {relations}" if relations else "", "yellow")]


def _row(arrival: Arrival, today: date | None) -> Line:
    moment = moment_of(arrival.received_at).astimezone()
    signature = arrival.signature.value
    return [
        (f"#{arrival.id}", "bold"),
        (f"{moment:%H:%M:%S}" if moment.date() == today else f"{moment:%Y-%m-%d %H:%M:%S}", "dim"),
        (shortened(visible(arrival.event or "-"), _LONGEST_EVENT), ""),
        (size_of(arrival.size), "dim"),
        (signature, STYLES[signature]),
        (verdict_of(arrival), STYLES[arrival.verdict.value]),
    ]


def _aligned(row: Line, widths: list[int]) -> Line:
    line: Line = []
    for at, (text, style) in enumerate(row):
        padding = " " * (widths[at] - len(text))
        line += [(padding, ""), (text, style), ("  ", "")] if at in _RIGHT else [(text, style), (padding + "  ", "")]
    return line


def _ending(listing: Listing, counts: Counter[str]) -> Line:
    """`50 of 1,204 captures; 3 forged, 2 invalid`: what is remarkable in those that are shown."""
    total, shown = listing.total, counts["shown"]
    if not total:
        return [("no capture is like that" if listing.is_filtered else "there is no capture", "yellow")]
    of = f"{total:,}" if shown == total else f"{shown:,} of {total:,}"
    line: Line = [(f"{of} {plural('captures', total)}", "bold")]
    for number, name in enumerate(name for name in _REMARKABLE if counts[name]):
        line += [(", " if number else "; ", ""), (f"{counts[name]:,} {name}", STYLES[name])]
    return line


def _json(listing: Listing) -> Iterator[str]:
    kept = ["\n  " + to_json(capture_summary(each)) for each in listing.captures]
    head = to_json({"tool": TOOL, "summary": _counts(listing, len(kept))})
    end = "\n " if kept else ""
    yield f'{head[:-1]},\n "captures": [{",".join(kept)}{end}]}}\n'


def _json_lines(listing: Listing) -> Iterator[str]:
    shown = 0
    for each in listing.captures:
        shown += 1
        yield to_json(capture_summary(each)) + "\n"
    yield to_json({"summary": _counts(listing, shown), "tool": TOOL}) + "\n"


def _counts(listing: Listing, shown: int) -> dict[str, Json]:
    return {"captures": listing.total, "shown": shown}


CAPTURE_LISTS: dict[str, Callable[[Listing], Iterator[str]]] = {"text": _text, "json": _json, "jsonl": _json_lines}
"""`--format` -> what makes the text of a list, piece by piece."""
