"""The items of a list that is too large to be read whole, each with its text and its place.

Only the structure is looked at here; each item is parsed by whoever takes it. (ijson's fast reader refuses lone
surrogates, which mitmproxy writes for bytes that are not UTF-8, and tells no places.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hookcli.errors import FileUnreadable, PayloadUnreadable
from hookcli.jsontext import parse
from hookcli.models import Json

Item = tuple[int, int, bytes]
"""Line and column in the source, and the text."""

_STARTS = frozenset(bytes([each]) for each in b'"{[-0123456789tfnIN')
"""Bytes that a value may start with, and those with which what is often taken for one does."""

_LONGEST = 100_000_000
"""Bytes of an item, about."""

_BLANK = re.compile(rb"[ \t\n\r]*")
_SCALAR = re.compile(rb'"[^"]*"|[^\[\]{}",: \t\n\r]+')
_HOP = re.compile(rb'(?:[^"\[\]{}]*"[^"]*"){0,1000}[^"\[\]{}]*([\[\]{}]?)')
"""To the next bracket outside strings, where there is one; bounded, as `re` remembers each round."""


Keys = tuple[frozenset[str], ...]
"""The keys that lead to a list, each one of some."""


def items_in(chunks: Iterable[bytes], path: Keys = ()) -> Iterator[Item]:
    """The items of a list in a JSON text, in constant memory but for the largest of them.

    Args:
        chunks: the text, some bytes at a time.
        path: leads to the list; it is empty where that is the text itself.

    Raises:
        FileUnreadable: there is no such list, or the text is no JSON; what came before that has been yielded.
    """
    text = _Text(chunks)
    for keys in path:
        if not _go_to(text, keys):
            raise _no_list(path)
    if text.next() != b"[":
        raise _no_list(path)
    text.take(b"[")
    yield from _items(text)
    for _ in path:
        while text.next() == b",":
            text.take(b",")
            _pass_member(text)
        text.take(b"}")
    if text.next():
        raise text.fault()


def _no_list(path: Keys) -> FileUnreadable:
    where = ".".join(" or ".join(sorted(keys)) for keys in path)
    return FileUnreadable(f"it has no list at {where}" if path else "it is no list")


def _items(text: _Text) -> Iterator[Item]:
    if text.next() != b"]":
        while True:
            yield text.value()
            if text.next() != b",":
                break
            text.take(b",")
    text.take(b"]")


def _go_to(text: _Text, wanted: frozenset[str]) -> bool:
    """Come to the value of a key in the object that is next; whether there is one."""
    if text.next() != b"{":
        return False
    text.take(b"{")
    while text.next() != b"}":
        if _key(text) in wanted:
            return True
        text.value()
        if text.next() != b",":
            break
        text.take(b",")
    return False


def _pass_member(text: _Text) -> None:
    _key(text)
    text.value()


def _key(text: _Text) -> Json:
    _, _, key = text.value()
    text.take(b":")
    try:
        return parse(key)
    except PayloadUnreadable as error:
        raise text.fault() from error


class _Text:
    """A text that comes in chunks, of which only what is next is kept."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._data = self._plain = b""
        self._at = 0
        self._place = (1, 1)

    def next(self) -> bytes:
        """The next byte that is not white space; nothing at the end."""
        while True:
            blank = _BLANK.match(self._plain, self._at)
            self._pass_to(blank.end() if blank else self._at)
            if self._at < len(self._data) or not self._grow():
                return self._data[self._at : self._at + 1]

    def take(self, wanted: bytes) -> None:
        """Pass over a byte, which has to be there."""
        if self.next() != wanted:
            raise self.fault()
        self._pass_to(self._at + 1)

    def value(self) -> Item:
        """The text of the value that is next, and its place."""
        self.next()
        end = self._find_end()
        line, column = self._place
        value = self._data[self._at : end]
        self._pass_to(end)
        return line, column, value

    def fault(self) -> FileUnreadable:
        """That there is something else than JSON has there."""
        is_cut = self.next() in (b"", b'"', b"{", b"[")  # a value without an end
        line, column = self._place
        what = "it is cut short" if is_cut else "it is not JSON"
        return FileUnreadable(f"{what} at line {line:,}, column {column:,}; what is before that was read")

    def _find_end(self) -> int:
        if self.next() not in _STARTS:
            raise self.fault()
        while True:
            end = _end_in(self._plain, self._at)
            if len(self._data) - self._at > _LONGEST and end is None:
                line, column = self._place
                raise FileUnreadable(
                    f"what starts at line {line:,}, column {column:,} is longer than {_LONGEST:,} bytes"
                )
            if end is not None and end < len(self._data):
                return end
            if not self._grow():
                if end is None or end == self._at:
                    raise self.fault()
                return end

    def _grow(self) -> bool:
        """Get at least as much again as there is; whether anything came."""
        parts = [self._data[self._at :]]
        wanted, held = max(1, len(parts[0])), 0
        while held < wanted and (chunk := next(self._chunks, b"")):
            parts.append(chunk)
            held += len(chunk)
        self._data = b"".join(parts)
        self._plain = _plain(self._data)
        self._at = 0
        return held > 0

    def _pass_to(self, at: int) -> None:
        passed = self._data[self._at : at]
        line, column = self._place
        breaks = passed.count(b"\n")
        if breaks:
            line, column, passed = line + breaks, 1, passed[passed.rindex(b"\n") + 1 :]
        self._place = line, column + len(passed.decode("utf-8", "replace"))
        self._at = at


def _end_in(plain: bytes, start: int) -> int | None:
    """The offset behind the value that starts at another; None where it has no end yet."""
    scalar = _SCALAR.match(plain, start)
    if scalar:
        return scalar.end()
    if plain[start : start + 1] not in (b"{", b"["):
        return None
    depth = 0
    for hop in _HOP.finditer(plain, start):
        depth += (hop[1] in (b"{", b"[")) - (hop[1] in (b"}", b"]")) if hop[1] else 0
        if depth == 0:
            return hop.end()
        if hop.start() == hop.end():  # a string that has no end yet
            return None
    return None


def end_of_value(text: bytes) -> int | None:
    """The offset behind the value that a text starts with; None where it has no end."""
    return _end_in(_plain(text), 0)


def _plain(data: bytes) -> bytes:
    """The same with nothing escaped in it."""
    return data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
