"""A body as a person reads it: indented JSON as it was written, text, or bytes; with what is wrong marked in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from hookcli.dataclass import dataclass
from hookcli.errors import PayloadUnreadable
from hookcli.jsongrammar import CLOSING, KEY, OPENING, Text, steps
from hookcli.jsontext import parse
from hookcli.models import Violation
from hookcli.reporting.characters import visible
from hookcli.reporting.runs import plural
from hookcli.reporting.text import Line

MOST_LINES = 1_000
"""Lines of a body that are shown."""

_LONGEST = 1_000
"""Characters of a string or line of text that are shown."""

_MOST_BYTES = 512
"""Bytes that are shown of what is no text."""

_ROW = 16
_INDENT = "  "
_DIM = "dim"


def body_lines(body: bytes, violations: Sequence[Violation] = ()) -> Iterator[Line]:
    """The lines of a body, bounded, each followed by the violations that are placed in it."""
    marks = _Marks(body, violations)
    if not body:
        yield [("there is no body", _DIM)]
    elif _is_json(body):
        yield from _marked(_json_lines(body), marks, len(body.rstrip()))
    elif _is_text(body):
        yield from _text_lines(body, marks)
    else:
        yield from _bytes_lines(body)
    yield from marks.rest()


def _is_json(body: bytes) -> bool:
    try:
        parse(body)
    except PayloadUnreadable:
        return False
    return True


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


@dataclass(slots=True)
class _Piece:
    """A line that may yet get a comma or a closing bracket."""

    line: Line
    end: int
    """The offset of the byte behind what it shows."""
    is_open: bool = False
    """Whether it ends in an opening bracket."""

    @property
    def indent(self) -> int:
        """Columns before what it shows."""
        return len(self.line[0][0])


def _json_lines(body: bytes) -> Iterator[_Piece]:
    """JSON a value a line, each token as it was written: numbers keep their digits, repeated keys are all there."""
    held: _Piece | None = None
    depth, key = 0, ""
    for kind, start, end in steps(Text(body)):
        if kind in CLOSING:
            depth -= 1
            if held is not None and held.is_open:
                held = _Piece([*held.line, (kind, "")], end)
                continue
            if held is not None:
                yield held
            held = _Piece([(_INDENT * depth, ""), (kind, "")], end)
            continue
        if held is not None:
            yield held if held.is_open else _Piece([*held.line, (",", "")], held.end)
            held = None
        shown = _shown(body[start:end])
        if kind == KEY:
            key = shown
            continue
        head: Line = [(_INDENT * depth, ""), *([(key, "cyan"), (": ", "")] if key else [])]
        held, key = _Piece([*head, (shown, "")], end, is_open=kind in OPENING), ""
        depth += kind in OPENING
    if held is not None:
        yield held


def _shown(token: bytes) -> str:
    return _cut(token[: _LONGEST * 4 + 4].decode("utf-8", "ignore"), len(token))


def _cut(text: str, size: int) -> str:
    """Text in one line; of a long one the start, and how many bytes it has."""
    if len(text) <= _LONGEST:
        return visible(text)
    return f"{visible(text[:_LONGEST])}… ({size:,} bytes)"


def _marked(pieces: Iterable[_Piece], marks: _Marks, size: int) -> Iterator[Line]:
    """So many lines with their marks, and how much more there is."""
    end = 0
    for piece in islice(pieces, MOST_LINES):
        yield piece.line
        end = piece.end
        yield from (mark_of(violation, piece.indent) for _, violation in marks.until(end))
    if end < size:
        yield _more(size - end)


def _more(size: int) -> Line:
    return [(f"… {size:,} more {plural('bytes', size)}; --raw gives all", _DIM)]


def _text_lines(body: bytes, marks: _Marks) -> Iterator[Line]:
    lines, seen = body.split(b"\n", MOST_LINES), 0
    for line in lines[:MOST_LINES]:
        yield [(_shown(line), "")]
        start, seen = seen, seen + len(line) + 1
        for offset, violation in marks.until(seen):
            before = visible(body[start : min(offset, start + _LONGEST)].decode("utf-8", "ignore"))
            yield mark_of(violation, len(before) if len(before) < _LONGEST else 0)
    if seen < len(body):
        yield _more(len(body) - seen)


def _bytes_lines(body: bytes) -> Iterator[Line]:
    """Offset, bytes, and what of them is ASCII."""
    for at in range(0, min(len(body), _MOST_BYTES), _ROW):
        row = body[at : at + _ROW]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield [(f"{at:08x}  ", _DIM), (f"{row.hex(' '):{_ROW * 3}}", ""), (text, _DIM)]
    if len(body) > _MOST_BYTES:
        yield _more(len(body) - _MOST_BYTES)


class _Marks:
    """Violations by where they are in a body, handed out in that order."""

    def __init__(self, body: bytes, violations: Sequence[Violation]) -> None:
        placed = zip(_offsets(body, violations), violations, strict=True)
        self._waiting = sorted(placed, key=lambda pair: pair[0], reverse=True)

    def until(self, end: int) -> Iterator[tuple[int, Violation]]:
        """Those before an offset that were not handed out yet."""
        while self._waiting and self._waiting[-1][0] < end:
            yield self._waiting.pop()

    def rest(self) -> Iterator[Line]:
        """The others as lines."""
        while self._waiting:
            yield mark_of(self._waiting.pop()[1], 0)


def mark_of(violation: Violation, indent: int) -> Line:
    """`^ /user/auth_id is 5, but must be a string (type)`."""
    if violation.pointer is None:
        said = violation.message
    else:
        said = f"{violation.pointer or '(root)'} {violation.message} ({violation.keyword})"
    return [(" " * indent, ""), (f"^ {_cut(said, len(said))}", "red")]


def _offsets(body: bytes, violations: Sequence[Violation]) -> list[int]:
    """The bytes at which they are; behind the end for those that have no place."""
    wanted = {violation.line for violation in violations if violation.line is not None}
    starts: dict[int | None, int] = {}
    line, at = 1, 0
    while line <= max(wanted, default=0):
        if line in wanted:
            starts[line] = at
        at = body.find(b"\n", at) + 1
        if not at:
            break
        line += 1
    return [_offset(body, starts.get(each.line), each.column or 1) for each in violations]


def _offset(body: bytes, start: int | None, column: int) -> int:
    if start is None:
        return len(body)
    before = max(0, min(column - 1, len(body)))
    return start + len(body[start : start + 4 * before].decode("utf-8", "ignore")[:before].encode())
