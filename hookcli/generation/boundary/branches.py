"""A pattern -> the strings at its edges: the shortest, the longest, and each of its choices taken alone.

Where a pattern has look-arounds or other things that its tree cannot promise, these are proposals, to be proven.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from hookcli.errors import Unsatisfiable
from hookcli.generation.text.patterns import parse
from hookcli.generation.text.trees import MANY, Chars, Choice, Group, Node, Reference, Repeat, Sequence, ends, shortest

LONG = 1_000
"""Characters of a long string where nothing sets a maximum."""

LONGEST = 100_000
"""A maximum above this is not walked to: a payload has to stay a payload."""

_ALPHANUMERIC = frozenset(string.ascii_letters + string.digits)

_MOST_CHOICES = 1_000
"""Choices of one pattern that are taken one by one."""


def pattern_edges(pattern: str, minimum: int, maximum: int | None) -> Iterator[str]:
    """The strings at the edges of a pattern whose length is bounded too; none for what hookcli cannot build for."""
    try:
        node = _bare(parse(pattern))
        least = shortest(node)
        if least > LONGEST:
            return
        most = LONG if maximum is None else min(maximum, LONGEST)
        yield from dict.fromkeys(chain(_lengths(node, minimum, max(most, least)), _choices(node, minimum)))
    except (Unsatisfiable, RecursionError):
        return


def states_of(pattern: str) -> int:
    """In how many states a search may be at once: in those of all repeats that directly repeat another one.

    `(a{1,50}){1,50}` has 2,500, and each character is looked at in each of them.
    """
    try:
        return _states(_bare(parse(pattern)))
    except (Unsatisfiable, RecursionError):
        return 1


def _states(node: Node) -> int:
    if isinstance(node, Sequence):
        return max(map(_states, node.parts), default=1)
    if isinstance(node, Choice):
        return max(map(_states, node.branches), default=1)
    if isinstance(node, Repeat):
        return _counted(node) if isinstance(node.node, Repeat) else _states(node.node)
    return 1


def _counted(node: Node) -> int:
    if not isinstance(node, Repeat):
        return _states(node)
    return _counted(node.node) * max(1, node.least if node.most >= MANY else node.most)


def _bare(node: Node) -> Node:
    """The tree without what marks groups; what they are asked for again is built anew, to be proven."""
    if isinstance(node, (Group, Reference)):
        return _bare(node.node)
    if isinstance(node, Sequence):
        return Sequence(tuple(map(_bare, node.parts)))
    if isinstance(node, Choice):
        return Choice(tuple(map(_bare, node.branches)))
    return replace(node, node=_bare(node.node)) if isinstance(node, Repeat) else node


def _lengths(node: Node, minimum: int, most: int) -> Iterator[str]:
    """The shortest strings, of the first and of the last characters, and those of each length at the bounds."""
    yield _padded(_plain(node), node, minimum)
    yield _padded(_plain(node, last=True), node, minimum)
    least = max(minimum, shortest(node))
    for length in (least, least + 1, most - 1, most):
        if least <= length <= most:
            yield _padded(_fitted(node, length), node, length)


def _choices(node: Node, minimum: int) -> Iterator[str]:
    return (_padded(text, node, minimum) for text in islice(_variants(node), _MOST_CHOICES))


def _padded(text: str, node: Node, length: int) -> str:
    """As long as asked for, where the pattern is open at an end."""
    start, end = ends(node)
    missing = "x" * max(0, min(length, LONGEST) - len(text))
    return text + missing if not end else missing + text if not start else text


def _plain(node: Node, *, last: bool = False) -> str:
    """The shortest string of a tree, made of the first characters that are letters or digits, or of the last."""
    if isinstance(node, Chars):
        return node.pool[-1] if last else next(filter(_ALPHANUMERIC.__contains__, node.pool), node.pool[0])
    if isinstance(node, Sequence):
        return "".join([_plain(part, last=last) for part in node.parts])
    if isinstance(node, Choice):
        return _plain(min(node.branches, key=shortest), last=last)
    return _plain(node.node, last=last) * node.least if isinstance(node, Repeat) else ""


def _fitted(node: Node, length: int) -> str:
    """A string of that length, or as near below it as the tree allows without trying everything."""
    if isinstance(node, Sequence):
        return _spread([(part, 1) for part in node.parts], length)
    if isinstance(node, Choice):
        fitting = [branch for branch in node.branches if shortest(branch) <= length]
        return max((_fitted(branch, length) for branch in fitting or node.branches[:1]), key=len)
    if isinstance(node, Repeat):
        unit = shortest(node.node)
        count = max(node.least, min(node.most, length // max(unit, 1)))
        return _spread([(node.node, count)], length) if unit else _fitted(node.node, length) * min(count, 1)
    return _plain(node)


def _spread(runs: list[tuple[Node, int]], length: int) -> str:
    """Each part, so often one after the other, at its shortest; the first that can grow as long as there is room."""
    least = {id(part): shortest(part) for part, _ in runs}
    room = length - sum(least[id(part)] * count for part, count in runs)
    rigid: dict[int, str] = {}
    texts = []
    for part, count in runs:
        for left in range(count, 0, -1):
            if id(part) in rigid:
                texts.append(rigid[id(part)] * left)
                break
            text = _fitted(part, least[id(part)] + room) if room > 0 else _plain(part)
            grown = len(text) - least[id(part)]
            room -= grown
            if grown <= 0 or room <= 0:
                rigid[id(part)] = _plain(part)
            texts.append(text)
    return "".join(texts)


def _variants(node: Node) -> Iterator[str]:
    """Strings that take each branch of each choice and open each repeat once, all else at its shortest."""
    if isinstance(node, Sequence):
        plain = [_plain(part) for part in node.parts]
        for at, part in enumerate(node.parts):
            for text in _variants(part):
                yield "".join([*plain[:at], text, *plain[at + 1 :]])
    elif isinstance(node, Choice):
        for branch in node.branches:
            yield _plain(branch)
            yield from _variants(branch)
    elif isinstance(node, Repeat) and node.most:
        one, before = _plain(node.node), max(0, node.least - 1)
        if node.most > node.least:
            yield one * (node.least + 1)
        for text in _variants(node.node):
            yield one * before + text
