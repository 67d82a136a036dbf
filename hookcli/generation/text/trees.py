"""The syntax tree of a pattern, and what can be read off it: its lengths, its ends, its edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from hookcli.dataclass import dataclass
from hookcli.generation.text.characters import CharSet, pool_of

MANY = 1_000_000
"""Stands for no upper bound in a quantifier."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    chars: CharSet

    @property
    def pool(self) -> str:
        """The characters to draw from."""
        return pool_of(self.chars.inside)


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; of none, what nothing can match."""

    branches: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same again, from `least` to `most` times."""

    node: Node
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Group:
    """What a back-reference may ask for again."""

    node: Node
    number: int


@dataclass(frozen=True, slots=True)
class Reference:
    """The text of a group again; `node` is the group's tree, empty where the group comes later."""

    number: int
    node: Node


@dataclass(frozen=True, slots=True)
class Look:
    """A look-around: what must (or must not) stand before or after this place."""

    node: Node
    ahead: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """The empty string at a certain place: `^`, `$`, `b`, `B`, or `+` where a possessive quantifier never goes back."""

    anchor: str


Node: TypeAlias = Chars | Sequence | Choice | Repeat | Group | Reference | Look | Nothing

NEVER = Choice()
"""What nothing matches."""

EMPTY = Sequence()


def in_sequence(parts: Iterable[Node]) -> Node:
    """One after the other; nothing when one of them can match nothing."""
    flat = tuple(parts)
    if NEVER in flat:
        return NEVER
    return flat[0] if len(flat) == 1 else Sequence(flat)


def one_of(branches: Iterable[Node]) -> Node:
    """A choice among those that something can match."""
    alive = tuple(branch for branch in branches if branch != NEVER)
    return alive[0] if len(alive) == 1 else Choice(alive)


def shortest(node: Node) -> int:
    """The least number of characters that a tree makes."""
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Sequence):
        return sum(map(shortest, node.parts))
    if isinstance(node, Choice):
        return min(map(shortest, node.branches), default=0)
    if isinstance(node, Repeat):
        return node.least * shortest(node.node)
    return shortest(node.node) if isinstance(node, (Group, Reference)) else 0


def longest(node: Node, spread: int = MANY) -> int:
    """The greatest number of characters that a tree makes where repeats are up to `spread` over their least."""
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Sequence):
        return sum(longest(part, spread) for part in node.parts)
    if isinstance(node, Choice):
        return max((longest(branch, spread) for branch in node.branches), default=0)
    if isinstance(node, Repeat):
        return min(node.most, node.least + spread) * longest(node.node, spread)
    return longest(node.node, spread) if isinstance(node, (Group, Reference)) else 0


def weight(node: Node) -> int:
    """How many nodes a tree has."""
    if isinstance(node, (Sequence, Choice)):
        return 1 + sum(map(weight, node.parts if isinstance(node, Sequence) else node.branches))
    return 1 + (weight(node.node) if isinstance(node, (Repeat, Group, Look)) else 0)


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
    if isinstance(node, Group):
        return is_certain(node.node, first=first, last=last)
    return isinstance(node, Chars) or (
        isinstance(node, Nothing) and ((first and node.anchor == "^") or (last and node.anchor == "$"))
    )


def ends(node: Node) -> tuple[bool, bool]:
    """Whether a tree is anchored at its start, and at its end."""
    if isinstance(node, Nothing):
        return node.anchor == "^", node.anchor == "$"
    if isinstance(node, Sequence) and node.parts:
        return ends(node.parts[0])[0], ends(node.parts[-1])[1]
    if isinstance(node, Choice) and node.branches:
        sides = [ends(branch) for branch in node.branches]
        return all(start for start, _ in sides), all(end for _, end in sides)
    return ends(node.node) if isinstance(node, Group) else (False, False)


def edges_of(node: Node) -> Iterator[Node]:
    """The tree with one choice made at a time: each branch of each choice, each repeat at its least and at its most.

    Where a repeat has no most, one more than its least stands for it.
    """
    if isinstance(node, Choice):
        for branch in node.branches:
            yield from edges_of(branch)
    elif isinstance(node, Repeat):
        yield from _repeated(node)
    elif isinstance(node, Group):
        for edge in edges_of(node.node):
            yield replace(node, node=edge)
    elif isinstance(node, Sequence):
        yield from _changed(node)
    else:
        yield node


def _repeated(node: Repeat) -> Iterator[Node]:
    most = node.least + 1 if node.most >= MANY else node.most
    for count in dict.fromkeys((node.least, most)):
        yield Repeat(node.node, count, count)
    for at, edge in enumerate(edges_of(node.node)):
        if at or edge != node.node:
            yield Repeat(edge, max(1, node.least), max(1, node.least))


def _changed(node: Sequence) -> Iterator[Node]:
    """The sequence with each part in turn at each of its edges."""
    yielded = False
    for at, part in enumerate(node.parts):
        if not isinstance(part, (Chars, Nothing, Look, Reference)):
            for edge in edges_of(part):
                yielded = True
                yield Sequence((*node.parts[:at], edge, *node.parts[at + 1 :]))
    if not yielded:
        yield node
