"""ECMA-262 patterns -> strings that match them.

A pattern is parsed into a small tree, and a string is built from the tree. What a tree cannot promise (look-arounds,
back-references, word boundaries, flags) is left to the proof that follows. Source: ECMA-262, section 22.2.1, with the
`u` flag, as JSON Schema asks (core, section 6.4).
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from hookcli.errors import Unsatisfiable

MANY = 1_000_000
"""Stands for no upper bound in a quantifier."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a pool."""

    pool: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same again, from `least` to `most` times."""

    node: Node
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """The empty string: an anchor (`^` or `$`), or else a look-around or a boundary."""

    anchor: str = ""


Node: TypeAlias = Chars | Sequence | Choice | Repeat | Nothing

_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_DIGITS = "0123456789"
_WORD = _DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "_" + "abcdefghijklmnopqrstuvwxyz"
_SPACE = " \t\n\r\x0b\x0c\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"
_WIDE = [*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x370, 0x600), *range(0x900, 0x980), *range(0x4E00, 0x4E40)]
_LATER = [*range(0x250, 0x370), *range(0x600, 0x900), *range(0x980, 0x3400), *range(0x1F300, 0x1F700)]
_ESCAPES = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_SETS = {"d": _DIGITS, "w": _WORD, "s": _SPACE}


@functools.lru_cache(maxsize=1024)
def parse(pattern: str) -> Node:
    """Parse a pattern.

    Raises:
        Unsatisfiable: it uses something that hookcli cannot build strings for.
    """
    parser = _Parser(pattern)
    try:
        node = parser.choice()
        if not parser.at_end:
            raise ValueError("an unmatched )")
    except (IndexError, ValueError, KeyError, RecursionError) as error:
        raise Unsatisfiable(f"cannot build a string for the pattern {pattern!r}: {error}") from error
    return node


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._text)

    def _peek(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _take(self, text: str) -> bool:
        found = self._peek(text)
        self._at += len(text) if found else 0
        return found

    def _next(self) -> str:
        char = self._text[self._at]
        self._at += 1
        return char

    def _digits(self, count: int) -> str:
        text = self._text[self._at : self._at + count]
        self._at += count
        return text

    def _until(self, end: str) -> str:
        stop = self._text.index(end, self._at)
        text, self._at = self._text[self._at : stop], stop + len(end)
        return text

    def choice(self) -> Node:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        parts = []
        while not self.at_end and not self._peek("|") and not self._peek(")"):
            parts.append(self._quantified(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _atom(self) -> Node:
        char = self._next()
        if char in "^$":
            return Nothing(char)
        if char == "(":
            return self._group()
        if char == "[":
            return Chars(self._class())
        if char == ".":
            return Chars(_PRINTABLE)
        if char == "\\":
            return self._escape_atom()
        return Chars(char)

    def _group(self) -> Node:
        around = next((mark for mark in ("?=", "?!", "?<=", "?<!") if self._take(mark)), None)
        if around is None and not self._take("?:") and self._take("?<"):
            self._until(">")
        node = self.choice()
        if not self._take(")"):
            raise ValueError("a ( without its )")
        return node if around is None else Nothing()

    def _escape_atom(self) -> Node:
        if self._peek("b") or self._peek("B"):
            self._at += 1
            return Nothing()
        if self._text[self._at] in "123456789":
            raise ValueError("a back-reference")
        if self._take("k"):
            raise ValueError("a named back-reference")
        return Chars(self._escape())

    def _escape(self) -> str:
        char = self._next()
        if char in _SETS:
            return _SETS[char]
        if char.lower() in _SETS:
            return _without(_SETS[char.lower()])
        if char in "pP":
            return self._property(negated=char == "P")
        if char == "x":
            return chr(int(self._digits(2), 16))
        if char == "u":
            return self._unicode()
        if char == "c":
            return chr(ord(self._next()) % 32)
        return _ESCAPES.get(char, char)

    def _unicode(self) -> str:
        if self._take("{"):
            return chr(int(self._until("}"), 16))
        return chr(int(self._digits(4), 16))

    def _property(self, *, negated: bool) -> str:
        if not self._take("{"):
            raise ValueError("\\p without {...}")
        pool = _of_property(self._until("}"), negated)
        if not pool:
            raise ValueError("a Unicode property that hookcli does not know")
        return pool

    def _class(self) -> str:
        negated, pool = self._take("^"), []
        while not self._take("]"):
            low = self._class_atom()
            if self._peek("-") and not self._text.startswith("]", self._at + 1) and len(low) == 1:
                self._at += 1
                pool.append(_range(low, self._class_atom()))
            else:
                pool.append(low)
        chars = "".join(dict.fromkeys("".join(pool)))
        chars = _without(chars) if negated else chars
        if not chars:
            raise ValueError("a class without characters")
        return chars

    def _class_atom(self) -> str:
        char = self._next()
        if char != "\\":
            return char
        return self._escape()

    def _quantified(self, node: Node) -> Node:
        while not self.at_end:
            bounds = self._quantifier()
            if bounds is None:
                break
            self._take("?")
            node = Repeat(node, *bounds)
        return node

    def _quantifier(self) -> tuple[int, int] | None:
        for mark, bounds in (("*", (0, MANY)), ("+", (1, MANY)), ("?", (0, 1))):
            if self._take(mark):
                return bounds
        if not self._peek("{") or not self._text[self._at + 1 : self._at + 2].isdigit():
            return None
        self._take("{")
        low, comma, high = self._until("}").partition(",")
        return int(low), int(high) if high else MANY if comma else int(low)


def _range(low: str, high: str) -> str:
    """A range of a class; of a very long one, its start, its end and steps between."""
    start, stop = ord(low), ord(high)
    if stop - start <= 0x300:
        codes: list[int] = list(range(start, stop + 1))
    else:
        codes = [*range(start, start + 0x100), *range(start + 0x100, stop, (stop - start) // 0x100), stop]
    return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000)


def _without(pool: str) -> str:
    """What `[^...]` may be: printable ASCII first, other scripts when nothing of it is left."""
    return "".join(char for char in _PRINTABLE if char not in pool) or "".join(
        chr(code) for code in _WIDE if chr(code) not in pool
    )


_PROPERTIES = {
    "Alphabetic": "L", "Decimal_Number": "Nd", "Letter": "L", "Lowercase": "Ll", "Lowercase_Letter": "Ll", "Mark": "M",
    "Number": "N", "Punctuation": "P", "Separator": "Z", "Symbol": "S", "Uppercase": "Lu", "Uppercase_Letter": "Lu",
    "White_Space": "Zs", "digit": "Nd",
}  # fmt: skip
"""Long names of general categories."""


@functools.cache
def _of_property(name: str, negated: bool) -> str:  # noqa: FBT001
    """The characters of a Unicode property (general category or script), out of the scripts that people use."""
    key, _, value = name.rpartition("=")
    value = _PROPERTIES.get(value, value)

    def has(code: int) -> bool:
        char = chr(code)
        if value == "ASCII":
            return code < 0x80
        if value == "Any":
            return True
        if key in ("Script", "sc", "Script_Extensions", "scx"):
            return unicodedata.name(char, "").split(" ")[0].title() == value.replace("Han", "Cjk")
        return unicodedata.category(char).startswith(value)

    pool = "".join(chr(code) for code in _WIDE if has(code) != negated)
    return pool or "".join(chr(code) for code in _LATER if has(code) != negated)


def shortest(node: Node) -> int:
    """The least number of characters that a tree makes."""
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Sequence):
        return sum(map(shortest, node.parts))
    if isinstance(node, Choice):
        return min(map(shortest, node.branches))
    return node.least * shortest(node.node) if isinstance(node, Repeat) else 0


def compile_node(node: Node, rng: Random, spread: int) -> Callable[[], str]:
    """A tree -> a function that makes one string at a time; repeats are up to `spread` over their least."""
    random = rng.random
    if isinstance(node, Chars):
        return _pick(node.pool, rng)
    if isinstance(node, Repeat):
        return _repeat(node, rng, spread)
    if isinstance(node, Sequence):
        parts = [compile_node(part, rng, spread) for part in node.parts if not isinstance(part, Nothing)]
        return parts[0] if len(parts) == 1 else lambda: "".join([part() for part in parts])
    if isinstance(node, Choice):
        branches = [compile_node(branch, rng, spread) for branch in node.branches]
        return lambda: branches[int(random() * len(branches))]()
    return str


def _pick(pool: str, rng: Random) -> Callable[[], str]:
    size, random = len(pool), rng.random
    return (lambda: pool) if size == 1 else lambda: pool[int(random() * size)]


def _repeat(node: Repeat, rng: Random, spread: int) -> Callable[[], str]:
    least, room, random = node.least, min(node.most, node.least + spread) - node.least, rng.random
    if isinstance(node.node, Chars) and room == 0 and least > 1 and node.node.pool.isascii():
        return _run(node.node.pool, least, rng)
    one = compile_node(node.node, rng, spread)
    if room == 0:
        return lambda: "".join([one() for _ in range(least)])
    return lambda: "".join([one() for _ in range(least + int(random() * (room + 1)))])


def _run(pool: str, length: int, rng: Random) -> Callable[[], str]:
    """A run of fixed length from one pool of ASCII characters: ids are made of these, so it is worth a table.

    One draw for the whole run, a byte a character; that 256 is seldom a multiple of the pool's size makes some
    characters likelier by a little, which does not matter here.
    """
    table = bytes(ord(pool[at * len(pool) // 256]) for at in range(256))
    bits = rng.getrandbits
    return lambda: bits(8 * length).to_bytes(length, "little").translate(table).decode("ascii")


def is_certain(node: Node, *, first: bool = True, last: bool = True) -> bool:
    """Whether every string that the tree makes matches: no look-around, no boundary, anchors at the ends alone."""
    if isinstance(node, Sequence):
        final = len(node.parts) - 1
        return all(
            is_certain(part, first=first and at == 0, last=last and at == final) for at, part in enumerate(node.parts)
        )
    if isinstance(node, Choice):
        return all(is_certain(branch, first=first, last=last) for branch in node.branches)
    if isinstance(node, Repeat):
        return is_certain(node.node, first=False, last=False)
    return not isinstance(node, Nothing) or (first and node.anchor == "^") or (last and node.anchor == "$")


def ends(node: Node) -> tuple[bool, bool]:
    """Whether a tree is anchored at its start, and at its end."""
    if isinstance(node, Nothing):
        return node.anchor == "^", node.anchor == "$"
    if isinstance(node, Sequence) and node.parts:
        return ends(node.parts[0])[0], ends(node.parts[-1])[1]
    if isinstance(node, Choice):
        sides = [ends(branch) for branch in node.branches]
        return all(start for start, _ in sides), all(end for _, end in sides)
    return False, False
