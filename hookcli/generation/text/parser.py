"""ECMA-262 patterns -> trees (section 22.2.1, with the `u` flag, as JSON Schema core asks in section 6.4).

Where the validators that people use take a little more than ECMA-262 (an inline flag, `\\A`, `(?P<name>...)`,
a possessive quantifier), so do we.
"""

from __future__ import annotations

import functools
import operator

from hookcli.errors import Unsatisfiable
from hookcli.generation.text.characters import (
    ANYTHING,
    DIGIT,
    DOT,
    SPACE,
    WORD,
    CharSet,
    charset,
    either_case,
    pool_of,
    single,
)
from hookcli.generation.text.trees import (
    EMPTY,
    MANY,
    NEVER,
    Chars,
    Group,
    Look,
    Node,
    Nothing,
    Reference,
    Repeat,
    in_sequence,
    one_of,
)

_ESCAPES = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_SETS = {"d": DIGIT, "D": ~DIGIT, "w": WORD, "W": ~WORD, "s": SPACE, "S": ~SPACE}
_PLACES = {"b": "b", "B": "B", "A": "^", "z": "$"}
_LOOKS = {"?=": (True, False), "?!": (True, True), "?<=": (False, False), "?<!": (False, True)}
_DEEPEST = 100
"""How deep groups may stand within one another."""

_SHOWN = 80
"""Characters of a pattern that a message shows."""


@functools.lru_cache(maxsize=1024)
def parse(pattern: str) -> Node:
    """Parse a pattern.

    Raises:
        Unsatisfiable: it is no pattern, nothing can match it, or hookcli does not know something in it.
    """
    shown = pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}..."
    parser = _Parser(pattern)
    try:
        node = parser.choice()
        if not parser.at_end:
            raise ValueError("a ) without its (")
    except IndexError as error:
        raise Unsatisfiable(f"cannot build a string for the pattern {shown!r}: it ends too early") from error
    except (ValueError, OverflowError) as error:
        raise Unsatisfiable(f"cannot build a string for the pattern {shown!r}: {error}") from error
    if node == NEVER:
        raise Unsatisfiable(f"cannot build a string for the pattern {shown!r}: no string matches it")
    return node


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0
        self._flags = ""
        self._groups: list[Node] = []
        self._names: dict[str, int] = {}
        self._referred = "\\k" in pattern or any(f"\\{digit}" in pattern for digit in "123456789")

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

    def _hex(self, count: int) -> int:
        text = self._text[self._at : self._at + count]
        if len(text) < count or not set(text) <= set("0123456789abcdefABCDEF"):
            raise ValueError(f"an escape that needs {count} hexadecimal digits")
        self._at += count
        return int(text, 16)

    def _until(self, end: str) -> str:
        stop = self._text.find(end, self._at)
        if stop < 0:
            raise ValueError(f"a {end} is missing")
        text, self._at = self._text[self._at : stop], stop + len(end)
        return text

    def choice(self) -> Node:
        branches, flags = [self._sequence()], self._flags
        while self._take("|"):
            branches.append(self._sequence())
        self._flags = flags
        return one_of(branches)

    def _sequence(self) -> Node:
        parts = []
        while not self.at_end and not self._peek("|") and not self._peek(")"):
            parts += self._quantified(self._atom())
        return in_sequence(parts)

    def _atom(self) -> Node:
        char = self._next()
        if char in "^$":
            return Nothing(char)
        if char == "(":
            return self._group()
        if char == "[":
            return self._chars(self._class())
        if char == ".":
            return self._chars(ANYTHING if "s" in self._flags else DOT)
        if char == "\\":
            return self._escape_atom()
        if char in "*+?":
            raise ValueError(f"{char} with nothing to repeat")
        return self._chars(single(ord(char)))

    def _chars(self, found: CharSet) -> Node:
        found = either_case(found) if "i" in self._flags else found
        return Chars(found) if pool_of(found.inside) else NEVER

    def _group(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError(f"its groups stand more than {_DEEPEST} deep in one another")
        flags = self._flags
        node = self._open_group()
        self._depth -= 1
        if node is None:
            return EMPTY
        self._flags = flags
        return node

    def _open_group(self) -> Node | None:
        """The rest of a group; none for flags that hold from here on, `(?i)`."""
        for mark, (ahead, negative) in _LOOKS.items():
            if self._take(mark):
                return _looked(Look(self._closed(), ahead, negative))
        if self._take("?:"):
            return self._closed()
        if self._take("?<") or self._take("?P<"):
            return self._captured(self._until(">"))
        if self._take("?"):
            return self._flagged()
        return self._captured("")

    def _flagged(self) -> Node | None:
        flags = ""
        while not self._peek(":") and not self._peek(")"):
            flags += self._next()
        on, _, off = flags.partition("-")
        if not set(on + off) <= set("imsu"):
            raise ValueError(f"a group that starts with ?{flags[:10]}")
        self._flags = "".join(flag for flag in self._flags + on if flag not in off)
        if self._take(")"):
            return None
        self._take(":")
        return self._closed()

    def _captured(self, name: str) -> Node:
        number = len(self._groups)
        self._groups.append(EMPTY)
        if name:
            self._names[name] = number
        node = self._closed()
        self._groups[number] = node
        return Group(node, number) if self._referred and node != NEVER else node

    def _closed(self) -> Node:
        node = self.choice()
        if not self._take(")"):
            raise ValueError("a ( without its )")
        return node

    def _escape_atom(self) -> Node:
        char = self._text[self._at]
        if char in _PLACES:
            self._at += 1
            return Nothing(_PLACES[char])
        if char in "123456789":
            return self._numbered()
        if self._take("k"):
            if not self._take("<"):
                raise ValueError("\\k without <...>")
            return self._reference(self._names.get(self._until(">"), -1))
        found = self._escape()
        return self._chars(single(found) if isinstance(found, int) else found)

    def _numbered(self) -> Node:
        digits = ""
        while not self.at_end and self._text[self._at] in "0123456789":
            digits += self._next()
        return self._reference(int(digits[:6]) - 1)

    def _reference(self, number: int) -> Node:
        if not 0 <= number < len(self._groups):
            raise ValueError("a back-reference to a group that is not there, or comes later")
        return Reference(number, self._groups[number])

    def _escape(self) -> int | CharSet:
        char = self._next()
        if char in _SETS:
            return _SETS[char]
        if char in "pP":
            found = self._property()
            return ~found if char == "P" else found
        return self._code(char)

    def _code(self, char: str) -> int:
        if char == "x":
            return int(self._until("}"), 16) if self._take("{") else self._hex(2)
        if char == "u":
            return self._unicode()
        if char == "c":
            return ord(self._next()) % 32
        if char == "0":
            return 0
        return _ESCAPES.get(char, ord(char))

    def _unicode(self) -> int:
        if self._take("{"):
            return min(int(self._until("}"), 16), 0x110000)
        high = self._hex(4)
        if 0xD800 <= high < 0xDC00 and (self._peek("\\uD") or self._peek("\\ud")):
            self._at += 2
            return 0x10000 + ((high - 0xD800) << 10) + (self._hex(4) - 0xDC00)
        return high

    def _property(self) -> CharSet:
        from hookcli.generation.text.properties import of_property  # late: few patterns name one

        if self._take("{"):
            name = self._until("}")
            return ~of_property(name[1:]) if name.startswith("^") else of_property(name)
        return of_property(self._next())

    def _class(self) -> CharSet:
        negated = self._take("^")
        exact: list[tuple[int, int]] = []
        rough: list[CharSet] = []
        while not self._take("]"):
            low = self._class_atom()
            if not isinstance(low, int):
                rough.append(low)
            elif self._peek("-") and not self._text.startswith("]", self._at + 1):
                self._at += 1
                exact.append(_range(low, self._class_atom()))
            else:
                exact.append((low, low))
        found = functools.reduce(operator.or_, rough, charset(*exact))
        found = either_case(found) if negated and "i" in self._flags else found
        return ~found if negated else found

    def _class_atom(self) -> int | CharSet:
        char = self._next()
        if char != "\\":
            return ord(char)
        return 0x08 if self._take("b") else self._escape()

    def _quantified(self, node: Node) -> list[Node]:
        bounds = self._quantifier()
        if bounds is None:
            return [node]
        rest: list[Node] = [] if self._take("?") or not self._take("+") else [Nothing("+")]
        if self._quantifier() is not None:
            raise ValueError("a quantifier right after a quantifier")
        least, most = bounds
        if least > most:
            raise ValueError(f"a repeat from {least} to {most} times")
        if node == NEVER:
            return [NEVER if least else EMPTY]
        return [Repeat(node, least, most), *rest]

    def _quantifier(self) -> tuple[int, int] | None:
        for mark, bounds in (("*", (0, MANY)), ("+", (1, MANY)), ("?", (0, 1))):
            if self._take(mark):
                return bounds
        if not self._peek("{") or self._text[self._at + 1 : self._at + 2] not in set("0123456789"):
            return None
        self._take("{")
        low, comma, high = self._until("}").partition(",")
        least = _count(low)
        return least, _count(high) if high else max(MANY, least) if comma else least


def _looked(look: Look) -> Node:
    """A look-around; one at what nothing matches is always refused, or never."""
    if look.node == NEVER:
        return EMPTY if look.negative else NEVER
    return look


def _range(low: int, high: int | CharSet) -> tuple[int, int]:
    if not isinstance(high, int):
        raise ValueError("a range up to a set of characters")
    if low > high:
        raise ValueError(f"a range from {chr(low)!r} back to {chr(high)!r}")
    return low, high


def _count(digits: str) -> int:
    """The number in a quantifier; of one without end, enough of it."""
    if not set(digits) <= set("0123456789"):
        raise ValueError(f"a quantifier of {digits[:10]!r} times")
    return int(digits[:12] or "0")
