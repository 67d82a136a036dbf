"""Patterns, all at once -> one language: what several patterns, look-arounds and refusals leave of all strings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from hookcli.generation.text.characters import ANYTHING, WORD, CharSet, Ranges, complement, intersection, pool_of
from hookcli.generation.text.terms import Terms, TooLarge
from hookcli.generation.text.trees import (
    Chars,
    Choice,
    Group,
    Look,
    Node,
    Nothing,
    Reference,
    Repeat,
    Sequence,
    shortest,
)

_MOST_BLOCKS = 200
_MOST_UNROLLED = 16
_UNROLLED = 3
"""How often a repeat that looks both ways is taken over its least."""


class Language:
    """Terms over an alphabet of blocks: characters that no pattern tells apart.

    Args:
        trees: what every string must match.
        refused: what no string may match.

    Raises:
        TooLarge: there is too much in them.
    """

    def __init__(self, trees: Iterable[Node], refused: Iterable[Node] = ()) -> None:
        trees, refused = list(trees), list(refused)
        self.exact = True
        self.blocks = _partition(_sets([*trees, *refused]))
        self.terms = Terms(len(self.blocks))
        self._masks: dict[CharSet, int] = {}
        self._bodies: dict[Node, int] = {}
        must = [self._found(tree) for tree in trees]
        self.start = self.terms.both([*must, *(self.terms.negation(self._found(one)) for one in refused)])

    def _chars(self, chars: CharSet) -> int:
        if chars not in self._masks:
            inside = chars.inside
            self._masks[chars] = sum(1 << at for at, block in enumerate(self.blocks) if intersection(block, inside))
            self.exact = self.exact and chars.outside == complement(inside)
        return self.terms.chars(self._masks[chars])

    def _found(self, tree: Node) -> int:
        """All strings in which a tree is found somewhere."""
        return self.terms.then(self.terms.all, self._read(tree, self.terms.all))

    def _read(self, node: Node, rest: int) -> int:
        """A tree, and after it the rest of the string."""
        if isinstance(node, Chars):
            return self.terms.then(self._chars(node.chars), rest)
        if isinstance(node, Sequence):
            for part in reversed(node.parts):
                rest = self._read(part, rest)
            return rest
        if isinstance(node, Choice):
            return self.terms.either([self._read(branch, rest) for branch in node.branches])
        if isinstance(node, Repeat):
            return self._again(node, rest)
        if isinstance(node, Group):
            return self._read(node.node, rest)
        if isinstance(node, Reference):
            self.exact = False
            return self._read(node.node, rest)
        return self._look(node, rest) if isinstance(node, Look) else self._place(node, rest)

    def _again(self, node: Repeat, rest: int) -> int:
        if not _looks(node.node, ahead=True):
            return self.terms.then(
                self.terms.repeat(self._read(node.node, self.terms.empty), node.least, node.most), rest
            )
        if shortest(node.node) and not _looks(node.node, ahead=False):
            if node.node not in self._bodies:
                self._bodies[node.node] = self.terms.add_body(partial(self._read, node.node))
            return self.terms.loop(self._bodies[node.node], node.least, node.most, rest)
        if node.least > _MOST_UNROLLED:
            raise TooLarge
        self.exact = self.exact and node.most <= node.least + _UNROLLED
        result = rest
        for _ in range(min(node.most - node.least, _UNROLLED)):
            result = self.terms.either([rest, self._read(node.node, result)])
        for _ in range(node.least):
            result = self._read(node.node, result)
        return result

    def _look(self, node: Look, rest: int) -> int:
        if node.ahead:
            found = self._read(node.node, self.terms.all)
            return self.terms.both([self.terms.negation(found) if node.negative else found, rest])
        if _looks(node.node, ahead=True):
            raise TooLarge
        found = self.terms.then(self.terms.all, self._read(node.node, self.terms.empty))
        return self.terms.then(self.terms.behind(found, negative=node.negative), rest)

    def _place(self, node: Nothing, rest: int) -> int:
        if node.anchor == "^":
            return self.terms.then(self.terms.behind(self.terms.empty, negative=False), rest)
        if node.anchor == "$":
            return self.terms.both([self.terms.empty, rest])
        if node.anchor == "+":
            self.exact = False
            return rest
        word = Chars(WORD)
        same = node.anchor == "B"
        return self.terms.either(
            self._look(Look(word, ahead=False, negative=before), self._look(Look(word, True, before == same), rest))
            for before in (False, True)
        )


def _looks(node: Node, *, ahead: bool) -> bool:
    """Whether a tree says something of what follows it, or else of what stands before it."""
    if isinstance(node, (Sequence, Choice)):
        return any(_looks(one, ahead=ahead) for one in (node.parts if isinstance(node, Sequence) else node.branches))
    if isinstance(node, (Repeat, Group, Reference)):
        return _looks(node.node, ahead=ahead)
    if isinstance(node, Look):
        return node.ahead == ahead or _looks(node.node, ahead=ahead)
    return isinstance(node, Nothing) and node.anchor in ("$bB" if ahead else "^bB")


def _sets(trees: list[Node]) -> list[Ranges]:
    """All sets of characters in the trees, each once, in the order of the text."""
    found: dict[Ranges, None] = {}
    waiting = list(trees)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Chars):
            found[node.chars.inside] = None
        elif isinstance(node, (Sequence, Choice)):
            waiting += node.parts if isinstance(node, Sequence) else node.branches
        elif isinstance(node, (Repeat, Group, Look, Reference)):
            waiting.append(node.node)
        elif isinstance(node, Nothing) and node.anchor in "bB":
            found[WORD.inside] = None
    return list(found)


def _partition(sets: list[Ranges]) -> list[Ranges]:
    """The coarsest blocks of which every set is made."""
    blocks: list[Ranges] = [ANYTHING.inside]
    for one in sets:
        rest = complement(one)
        blocks = [piece for block in blocks for piece in (intersection(block, one), intersection(block, rest)) if piece]
        if len(blocks) > _MOST_BLOCKS:
            raise TooLarge
    return [block for block in blocks if pool_of(block)]
