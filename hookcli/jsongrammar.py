"""The grammar of JSON (RFC 8259): text -> the steps that readers follow, or what is wrong with the text.

One tokenizer for values, places and duplicate keys. It works on bytes, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from hookcli.dataclass import dataclass
from hookcli.errors import PayloadUnreadable

DEEPEST = 1_024
"""Levels of nesting that are read. It is orjson's bound, so that both ways of reading agree."""

STRING, NUMBER, LITERAL, KEY = "string", "number", "literal", "key"
OPENING, CLOSING = ("{", "["), ("}", "]")

Step = tuple[str, int, int]
"""A bracket, or one of the four words above, and the offsets at which its text starts and ends."""

_Name = TypeVar("_Name")

_TOKEN = re.compile(
    rb'[ \t\n\r]*(?:("[^"\\\x00-\x1f]*")|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)'
    rb'|(true|false|null)|([\[\]{},:])|("))'
)
_KINDS = ("", STRING, NUMBER, LITERAL)
_BLANK = re.compile(rb"[ \t\n\r]*")
_RUN = re.compile(rb'(?:[^"\\\x00-\x1f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){0,1000}')
"""Bounded, because `re` remembers every round of a repeated group."""

_VALUE, _FIRST_ITEM, _NEXT_ITEM = "a value", "a value or ]", "another value"
_FIRST_KEY, _NEXT_KEY, _COLON = "a key in double quotes or }", "another key in double quotes", "a colon"
_AFTER, _AFTER_ITEM, _AFTER_MEMBER, _END = "", "a comma or ]", "a comma or }", "the end"
_VALUES = {STRING: _AFTER, NUMBER: _AFTER, LITERAL: _AFTER, "{": _FIRST_KEY, "[": _FIRST_ITEM}
_GRAMMAR: dict[str, dict[str, str]] = {
    _VALUE: _VALUES,
    _FIRST_ITEM: {**_VALUES, "]": _AFTER},
    _NEXT_ITEM: _VALUES,
    _FIRST_KEY: {STRING: _COLON, "}": _AFTER},
    _NEXT_KEY: {STRING: _COLON},
    _COLON: {":": _VALUE},
    _AFTER_ITEM: {",": _NEXT_ITEM, "]": _AFTER},
    _AFTER_MEMBER: {",": _NEXT_KEY, "}": _AFTER},
}
"""What is expected -> the token that comes -> what is expected next (RFC 8259, sections 2 to 7)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A JSON text, and where it starts in its source (1-based; the column in characters)."""

    data: bytes
    line: int = 1
    column: int = 1

    def places(self, offsets: Mapping[_Name, int]) -> dict[_Name, tuple[int, int]]:
        """Line and column of byte offsets, in one pass over the text."""
        line, column, seen = self.line, self.column, 0
        found = {}
        for name, offset in sorted(offsets.items(), key=lambda item: item[1]):
            breaks = self.data.count(b"\n", seen, offset)
            if breaks:
                line, column, seen = line + breaks, 1, self.data.rindex(b"\n", seen, offset) + 1
            column, seen = column + len(self.data[seen:offset].decode()), offset
            found[name] = (line, column)
        return found

    def unreadable(self, reason: str, offset: int) -> PayloadUnreadable:
        """The exception that says so, with its place."""
        return PayloadUnreadable(reason, *self.places({"": offset})[""])


def steps(text: Text) -> Iterator[Step]:
    """The values, keys and closing brackets of a text, in order.

    Raises:
        PayloadUnreadable: at the first fault.
    """
    at, expected = 0, _VALUE
    inside: list[tuple[str, int]] = []
    while expected != _END:
        kind, start, at = _next_token(text, at, expected, inside)
        follows = _GRAMMAR[expected].get(kind)
        if follows is None:
            raise _fault(text, start, expected, inside)
        if kind in OPENING:
            inside.append((kind, start))
            if len(inside) > DEEPEST:
                raise text.unreadable(f"objects and arrays are nested deeper than {DEEPEST:,} levels", start)
        elif kind in CLOSING:
            inside.pop()
        if follows == _AFTER:
            follows = (_AFTER_ITEM if inside[-1][0] == "[" else _AFTER_MEMBER) if inside else _END
        expected = follows
        if kind not in (",", ":"):
            yield (KEY if expected == _COLON else kind), start, at
    rest = _run(_BLANK, text.data, at)
    if rest < len(text.data):
        raise _fault(text, rest, _END, inside)


def _next_token(text: Text, at: int, expected: str, inside: list[tuple[str, int]]) -> Step:
    token = _TOKEN.match(text.data, at)
    if token is None:
        raise _fault(text, _run(_BLANK, text.data, at), expected, inside)
    index = token.lastindex or 0
    start, end = token.span(index)
    if index < len(_KINDS):
        return _KINDS[index], start, end
    if token[index] == b'"':
        return STRING, start, _end_of_string(text, start)
    return token[index].decode(), start, end


def _run(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at


def _end_of_string(text: Text, start: int) -> int:
    """The offset behind a string that isn't plain: it has escapes, or a fault."""
    at = start + 1
    while (end := _run(_RUN, text.data, at)) != at:
        at = end
    rest = text.data[at : at + 6]
    if rest.startswith(b'"'):
        return at + 1
    if not rest or (len(rest) < 6 and rest.startswith(b"\\") and b'"' not in rest):
        raise _truncated(text, "a string", start)
    raise text.unreadable(_fault_in_string(rest), at)


def _fault_in_string(found: bytes) -> str:
    if found.startswith(b"\\u"):
        return "\\u is not followed by four hexadecimal digits"
    if found.startswith(b"\\"):
        return f"{_first(found, 2)} is not an escape of JSON; for a backslash itself write \\\\"
    code = found[0]
    escape = {9: "\\t", 10: "\\n", 13: "\\r"}.get(code, f"\\u{code:04x}")
    return f"a control character (U+{code:04X}) stands in a string; write {escape}, or end the string before it"


def _truncated(text: Text, what: str, start: int) -> PayloadUnreadable:
    line, column = text.places({"": start})[""]
    reason = f"the text ends inside {what} that starts at line {line}, column {column}; is the rest missing?"
    return text.unreadable(reason, len(text.data))


_TRAILING_COMMA = "a comma stands after the last one; remove it"
_KEYS, _ITEMS = (_FIRST_KEY, _NEXT_KEY), (_VALUE, _FIRST_ITEM, _NEXT_ITEM)
_AFTERS = (_AFTER_ITEM, _AFTER_MEMBER)
_ANYWHERE = (*_GRAMMAR, _END)

_FAULTS: tuple[tuple[tuple[str, ...], re.Pattern[bytes], str], ...] = tuple(
    (expected, re.compile(pattern), reason)
    for expected, pattern, reason in (
        (
            _ANYWHERE,
            rb"[-+]?(?:NaN|Infinity|nan|inf)\b",
            "{} is not JSON (RFC 8259, section 6); write null or a string",
        ),
        (_ANYWHERE, rb"//|/\*|#", "a comment starts here, but JSON has none; remove it"),
        (_ANYWHERE, rb"'", "a single quote stands here; JSON has only double quotes"),
        (
            _ANYWHERE,
            rb"(?:True|False|None|undefined|NULL|TRUE|FALSE)\b",
            "{} is not JSON; write true, false or null",
        ),
        ((_NEXT_KEY,), rb"\}", _TRAILING_COMMA),
        ((_NEXT_ITEM,), rb"\]", _TRAILING_COMMA),
        (_KEYS, rb"[A-Za-z_$][\w$-]*", "the key {} needs double quotes around it"),
        (
            _ITEMS,
            rb"[-+.][-+.\w]*",
            "{} is not a number of JSON: it starts with a digit, or a minus and a digit",
        ),
        (
            _ITEMS,
            rb"[A-Za-z_$][\w$]*",
            "{} is not JSON; a string needs double quotes, and the words are true, false, null",
        ),
        (_AFTERS, rb'["{\[\w-]', "a comma is missing before {}"),
        (
            (_END,),
            rb'["{\[\w-]',
            "a second value starts at line {line}; one payload a line is a `.jsonl` file",
        ),
        ((_END,), rb"[^\x00]", "{} stands after the end of the value; remove it"),
    )
)
"""What is expected, what stands there instead -> how to say it; the first that fits."""

_NUMBER_BEFORE = re.compile(rb"[-+.\w]{1,60}\Z")
_NUMBER_AFTER = re.compile(rb"[-+.\w]{1,60}")


def _fault(text: Text, at: int, expected: str, inside: list[tuple[str, int]]) -> PayloadUnreadable:
    """What to say of a text in which `expected` was to stand at the offset `at`."""
    if at >= len(text.data):
        return _ended(text, inside)
    before = _NUMBER_BEFORE.search(text.data, max(0, at - 60), at)
    after = _NUMBER_AFTER.match(text.data, at)
    if before and after and (before[0][-1:].isdigit() or expected in _AFTERS):
        whole = _shown(before[0] + after[0])
        return text.unreadable(
            f"{whole} is not a number of JSON: no leading zeros, no hexadecimal, a digit after the point",
            before.start(),
        )
    for states, pattern, reason in _FAULTS:
        match = pattern.match(text.data, at)
        if match and expected in states:
            offset = text.data.rindex(b",", 0, at) if reason == _TRAILING_COMMA else at
            line, _ = text.places({"": offset})[""]
            return text.unreadable(reason.format(_shown(match[0]), line=line), offset)
    return text.unreadable(f"expected {expected}, but found {_first(text.data[at : at + 4], 1)!r}", at)


def _ended(text: Text, inside: list[tuple[str, int]]) -> PayloadUnreadable:
    if inside:
        bracket, start = inside[-1]
        return _truncated(text, "an object" if bracket == "{" else "an array", start)
    what = "is blank" if text.data else "is empty"
    return text.unreadable(f"the text {what}: there is no JSON value in it", 0)


def _shown(found: bytes) -> str:
    return _first(found, 40)


def _first(found: bytes, characters: int) -> str:
    return found.decode("utf-8", "ignore")[:characters]
