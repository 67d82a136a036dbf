"""ECMA-262 patterns -> strings that match them.

A pattern is parsed into a small tree, and strings are built from the tree. What a tree cannot promise (look-arounds,
back-references, word boundaries) is left to the proof that follows, or to the automaton.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import accumulate
from random import Random
from typing import TypeAlias

from hookcli.errors import Unsatisfiable
from hookcli.generation.functions import Expression
from hookcli.generation.text.parser import parse
from hookcli.generation.text.plain import LONGEST
from hookcli.generation.text.trees import (
    EMPTY,
    MANY,
    Chars,
    Choice,
    Group,
    Node,
    Reference,
    Repeat,
    Sequence,
    edges_of,
    ends,
    is_certain,
    longest,
    shortest,
)

__all__ = [
    "MANY",
    "Node",
    "compile_aimed",
    "compile_node",
    "edges_of",
    "ends",
    "is_certain",
    "longest",
    "parse",
    "shortest",
]

_Made: TypeAlias = "str | Callable[[], str]"
"""What a part of a pattern makes: always the same, or something each time."""

_Aimed: TypeAlias = "Callable[[int], str]"
"""Makes a string of the length that is asked for, where that can be."""


def compile_node(node: Node, rng: Random, spread: int) -> Callable[[], str]:
    """A tree -> a function that makes one string at a time; repeats are up to `spread` over their least.

    Raises:
        Unsatisfiable: even the shortest string is longer than we make.
    """
    least = shortest(node)
    if least > LONGEST:
        raise Unsatisfiable(f"the pattern asks for {least:,} characters, more than the {LONGEST:,} that hookcli makes.")
    while spread and longest(node, spread) > LONGEST:
        spread //= 2
    made = _Builder(rng, spread).build(node)
    return made if not isinstance(made, str) else lambda: made


class _Builder:
    """Turns trees into closures; the groups that back-references ask for are kept on the side."""

    def __init__(self, rng: Random, spread: int) -> None:
        self._rng = rng
        self._spread = spread
        self._texts: dict[int, str] = {}

    def build(self, node: Node) -> _Made:
        if isinstance(node, Chars):
            return _pick(node.pool, self._rng)
        if isinstance(node, Repeat):
            return self._repeat(node)
        if isinstance(node, Sequence):
            return _joined([self.build(part) for part in node.parts])
        if isinstance(node, Choice):
            return self._choice(node)
        if isinstance(node, Group):
            return self._group(node)
        if isinstance(node, Reference):
            texts, number = self._texts, node.number
            return lambda: texts.get(number, "")
        return ""

    def _choice(self, node: Choice) -> _Made:
        branches, random = [_called(self.build(branch)) for branch in node.branches], self._rng.random
        size = len(branches)
        return lambda: branches[int(random() * size)]()

    def _group(self, node: Group) -> _Made:
        make, texts, number = _called(self.build(node.node)), self._texts, node.number

        def group() -> str:
            text = texts[number] = make()
            return text

        return group

    def _repeat(self, node: Repeat) -> _Made:
        least, room = node.least, min(node.most, node.least + self._spread) - node.least
        random = self._rng.random
        if isinstance(node.node, Chars) and least + room > 1 and node.node.pool.isascii():
            return _run(node.node.pool, least, room, self._rng)
        made = self.build(node.node)
        if isinstance(made, str):
            return made * least if not room else lambda: made * (least + int(random() * (room + 1)))
        if room == 0:
            return made if least == 1 else lambda: "".join([made() for _ in range(least)])
        return lambda: "".join([made() for _ in range(least + int(random() * (room + 1)))])


def _called(made: _Made) -> Callable[[], str]:
    return made if not isinstance(made, str) else lambda: made


def _joined(parts: list[_Made]) -> _Made:
    """One after the other: what is always the same becomes a template, and the rest is put into it."""
    template = "".join([part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts])
    made = [part for part in parts if not isinstance(part, str)]
    if not made:
        return template.replace("%%", "%")
    if len(made) == 1:
        one = made[0]
        return one if template == "%s" else lambda: template % one()
    if len(made) == 2:
        one, other = made
        return lambda: template % (one(), other())
    return lambda: template % tuple([make() for make in made])


def _pick(pool: str, rng: Random) -> _Made:
    size, random = len(pool), rng.random
    return pool if size == 1 else lambda: pool[int(random() * size)]


_HEX = "0123456789abcdef"


def _run(pool: str, least: int, room: int, rng: Random) -> _Made:
    """A run from one pool of ASCII characters: ids are made of these, so it is worth a table.

    One draw for the whole run, a byte a character; that 256 is seldom a multiple of the pool's size makes some
    characters likelier by a little, which does not matter here.
    """
    random, bits = rng.random, rng.getrandbits
    if len(pool) == 1:
        return pool * least if not room else lambda: pool * (least + int(random() * (room + 1)))
    if pool == _HEX and not room and least % 2 == 0:
        return Expression('$bits($width).to_bytes($size, "little").hex()', bits=bits, width=4 * least, size=least // 2)
    table = _table(pool)
    if not room:
        text = '$bits($width).to_bytes($size, "little").translate($table).decode("ascii")'
        return Expression(text, bits=bits, width=8 * least, size=least, table=table)

    def run() -> str:
        length = least + int(random() * (room + 1))
        return bits(8 * length).to_bytes(length, "little").translate(table).decode("ascii")

    return run


@functools.lru_cache(maxsize=256)
def _table(pool: str) -> bytes:
    return bytes(ord(pool[at * len(pool) // 256]) for at in range(256))


def compile_aimed(node: Node, rng: Random) -> Callable[[int], str]:
    """A tree -> a function that makes a string of a wanted length: the length is shared out among the repeats.

    It promises no length where lengths have gaps within a repeat, or where a group is asked for again.
    """
    if isinstance(node, Repeat):
        return _aimed_repeat(node, rng)
    if isinstance(node, Sequence) and node.parts:
        return _aimed_sequence(node, rng)
    if isinstance(node, Choice):
        return _aimed_choice(node, rng)
    if isinstance(node, Group):
        return compile_aimed(node.node, rng)
    made = _called(_Builder(rng, 0).build(node if isinstance(node, Chars) else EMPTY))
    return lambda _wanted: made()


def _aimed_choice(node: Choice, rng: Random) -> _Aimed:
    branches = [(shortest(branch), longest(branch), compile_aimed(branch, rng)) for branch in node.branches]
    random = rng.random

    def choice(wanted: int) -> str:
        fitting = [make for least, most, make in branches if least <= wanted <= most]
        found = fitting or [make for _, _, make in branches]
        return found[int(random() * len(found))](wanted)

    return choice


def _aimed_sequence(node: Sequence, rng: Random) -> _Aimed:
    makers = [compile_aimed(part, rng) for part in node.parts]
    bounds = [(shortest(part), longest(part)) for part in node.parts]
    leasts = [*accumulate([low for low, _ in reversed(bounds)], initial=0)][-2::-1]
    mosts = [*accumulate([high for _, high in reversed(bounds)], initial=0)][-2::-1]
    plan, random = [*zip(makers, bounds, leasts, mosts, strict=True)], rng.random

    def sequence(wanted: int) -> str:
        texts = []
        for make, (low, high), least, most in plan:
            start, stop = max(low, wanted - most), min(high, wanted - least)
            texts.append(make(start + int(random() * (max(stop, start) - start + 1))))
            wanted -= len(texts[-1])
        return "".join(texts)

    return sequence


def _aimed_repeat(node: Repeat, rng: Random) -> _Aimed:
    make, low, high, random = compile_aimed(node.node, rng), shortest(node.node), longest(node.node), rng.random
    if isinstance(node.node, Chars):
        pool, size = node.node.pool, len(node.node.pool)
        return lambda wanted: "".join([pool[int(random() * size)] for _ in range(wanted)])

    def repeat(wanted: int) -> str:
        fewest = max(node.least, -(-wanted // max(high, 1)))
        most = max(fewest, min(node.most, wanted // max(low, 1)))
        count, texts = fewest + int(random() * (most - fewest + 1)), []
        for left in range(count - 1, -1, -1):
            start, stop = max(low, wanted - left * high), min(high, wanted - left * low)
            texts.append(make(start + int(random() * (max(stop, start) - start + 1))))
            wanted -= len(texts[-1])
        return "".join(texts)

    return repeat
