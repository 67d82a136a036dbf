"""JSON text (RFC 8259) read with our own grammar: the values that orjson refuses or rounds, and the places of values.

Without recursion and without Python's bound of 4,300 digits, so neither hostile nesting nor hostile numbers hurt.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field

from hookcli.dataclass import dataclass
from hookcli.jsongrammar import CLOSING, KEY, LITERAL, NUMBER, OPENING, STRING, Text, steps
from hookcli.models import Json

LONGEST_INTEGER = 4_300
"""Digits of the largest exact integer: what Python's `str` writes."""

HUGE = 10**LONGEST_INTEGER - 1
"""Stands, with its sign, for all beyond it: an integer, no smaller than any exact one, and printable."""


def locate(data: bytes, pointers: Iterable[str], *, line: int = 1, column: int = 1) -> dict[str, tuple[int, int]]:
    """Where values start in a JSON text; of duplicate keys the last counts.

    Args:
        data: the text.
        pointers: JSON Pointers (RFC 6901).
        line: 1-based line of its first character in the source.
        column: 1-based column of its first character in the source, in characters.

    Returns:
        1-based line and column (in characters) by pointer, without those that point to nothing.

    Raises:
        PayloadUnreadable: the text is not JSON.
    """
    text = Text(data, line, column)
    return text.places({pointer: node.value for pointer, node in _find(text, pointers).items()})


def locate_keys(data: bytes, pointers: Iterable[str], *, line: int = 1, column: int = 1) -> dict[str, tuple[int, int]]:
    """Where the keys of values stand in a JSON text; as `locate`, without pointers that end in no key."""
    text = Text(data, line, column)
    found = _find(text, pointers)
    return text.places({pointer: node.key for pointer, node in found.items() if node.key is not None})


def spans(data: bytes, pointers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The offsets at which values start and end in a JSON text, by pointer; as `locate`.

    Raises:
        PayloadUnreadable: the text is not JSON.
    """
    return {pointer: (node.value, node.end) for pointer, node in _find(Text(data), pointers).items()}


@dataclass(slots=True)
class _Node:
    """A value that is wanted or lies on the way to one, with the offsets of its last occurrence."""

    value: int = -1
    end: int = -1
    key: int | None = None
    children: dict[str, _Node] = field(default_factory=dict)


def _find(text: Text, pointers: Iterable[str]) -> dict[str, _Node]:
    root = _Node()
    paths = {pointer: list(_plant(root, pointer)) for pointer in pointers}
    _mark(text, root)
    # what starts before the last occurrence of its parent lies in one that was overridden
    return {
        pointer: path[-1]
        for pointer, path in paths.items()
        if all(outer.value < inner.value for outer, inner in itertools.pairwise(path))
    }


def _plant(root: _Node, pointer: str) -> Iterator[_Node]:
    """The nodes on the way to a pointer."""
    yield root
    for token in pointer.split("/")[1:]:
        root = root.children.setdefault(token.replace("~1", "/").replace("~0", "~"), _Node())
        yield root


def _mark(text: Text, root: _Node) -> None:
    """Note the offsets of `root` and all below it."""
    node: _Node | None = root
    frames: list[tuple[_Node | None, Iterator[int] | None]] = [(None, None)]
    for kind, start, end in steps(text):
        parent, indexes = frames[-1]
        if kind in CLOSING:
            closed, _ = frames.pop()
            if closed:
                closed.end = end
        elif kind == KEY:
            node = parent and parent.children.get(_string(text.data[start:end]))
            if node:
                node.key = start
        else:
            if indexes:
                node = parent and parent.children.get(str(next(indexes)))
            if node:
                node.value, node.end = start, end
            if kind in OPENING:
                frames.append((node, itertools.count() if kind == "[" else None))


def duplicate_keys(data: bytes, *, line: int = 1, column: int = 1) -> list[tuple[str, int, int]]:
    """The keys that their object already has: JSON Pointer, and line and column of the repeated key.

    Raises:
        PayloadUnreadable: the text is not JSON.
    """
    text = Text(data, line, column)
    found = {start: pointer for pointer, start in _repeated(text)}
    return [(found[start], *place) for start, place in text.places({start: start for start in found}).items()]


def _repeated(text: Text) -> Iterator[tuple[str, int]]:
    """Pointer and offset of every key that its object already has."""
    known: list[set[str]] = []
    path: list[str | int] = []
    for kind, start, end in steps(text):
        if kind in CLOSING:
            known.pop()
            path.pop()
        elif kind == KEY:
            path[-1] = key = _string(text.data[start:end])
            if key in known[-1]:
                yield "".join(map(_token, path)), start
            known[-1].add(key)
        else:
            if path and isinstance(path[-1], int):
                path[-1] += 1
            if kind in OPENING:
                known.append(set())
                path.append(-1 if kind == "[" else "")


def _token(key: str | int) -> str:
    return "/" + str(key).replace("~", "~0").replace("/", "~1")


_UTF_32 = re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff|\0\0\0[^\0]|[^\0]\0\0\0")
_UTF_16 = re.compile(rb"\xff\xfe|\xfe\xff|\0[^\0]\0[^\0]|[^\0]\0[^\0]\0")
_UTF_8 = "JSON is UTF-8 without a byte-order mark (RFC 8259, section 8.1); save it so"


def _check_encoding(text: Text) -> None:
    data = text.data
    if data.startswith(b"\xef\xbb\xbf"):
        raise text.unreadable(f"the text starts with a byte-order mark; {_UTF_8}", 0)
    for name, pattern in (("UTF-32", _UTF_32), ("UTF-16", _UTF_16)):
        if pattern.match(data):
            raise text.unreadable(f"the text is {name}; {_UTF_8}", 0)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        reason = f"the byte 0x{data[error.start]:02X} is not UTF-8; {_UTF_8}"
        raise text.unreadable(reason, error.start) from error


def parse(data: bytes, *, line: int = 1, column: int = 1) -> Json:
    """As `hookcli.jsontext.parse`, whatever the text."""
    text = Text(data, line, column)
    _check_encoding(text)
    holder: Json = []
    holders: list[Json] = []
    top, key = holder, ""
    for kind, start, end in steps(text):
        if kind in CLOSING:
            holder = holders.pop()
        elif kind == KEY:
            key = _string(text.data[start:end])
        else:
            value = _MAKERS[kind](text.data[start:end])
            if isinstance(holder, list):
                holder.append(value)
            else:
                holder[key] = value
            if kind in OPENING:
                holders.append(holder)
                holder = value
    return top[0]


_ESCAPE = re.compile(r"\\(?:u([dD][89abAB]..)\\u([dD][c-fC-F]..)|u(....)|(.))")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _string(raw: bytes) -> str:
    text = raw[1:-1].decode()
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
    high, low, unit, letter = match.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    return chr(int(unit, 16)) if unit else _ESCAPED.get(letter, letter)


def _number(raw: bytes) -> int | float:
    digits = raw.lstrip(b"-")
    if digits.isdigit():
        return int(raw) if len(digits) <= LONGEST_INTEGER else _beyond(digits, raw)
    value = float(raw)
    return _beyond(digits, raw) if math.isinf(value) else value


def _beyond(digits: bytes, raw: bytes) -> int:
    """A number that no float holds: exact where it is an integer of up to 4,300 digits, else the stand-in."""
    mantissa, _, exponent = digits.lower().partition(b"e")
    whole, _, fraction = mantissa.partition(b".")
    exponent = exponent.lstrip(b"+0") or b"0"
    power = int(exponent) if len(exponent) <= len(str(LONGEST_INTEGER)) else LONGEST_INTEGER
    zeros = power - len(fraction)
    exact = zeros >= 0 and len(whole) + power <= LONGEST_INTEGER
    value = int(whole + fraction + b"0" * zeros) if exact else HUGE
    return -value if raw.startswith(b"-") else value


_MAKERS: dict[str, Callable[[bytes], Json]] = {
    STRING: _string,
    NUMBER: _number,
    LITERAL: {b"true": True, b"false": False, b"null": None}.__getitem__,
    "{": lambda _: {},
    "[": lambda _: [],
}
