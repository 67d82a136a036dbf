"""Strings of which very many differ: for long lists of unique items, and for objects of very many keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from random import Random

from hookcli.generation.functions import Sampler
from hookcli.generation.scalars import prove
from hookcli.generation.shapes import Strings
from hookcli.generation.text.patterns import compile_node, parse
from hookcli.generation.text.plain import LONGEST, compile_string
from hookcli.generation.text.strings import FORMATS, walks
from hookcli.models import Json

_SPREADS = (4, 12, 40, 150)
"""Repeats above the least: the more, the more strings there are."""

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LENGTH = 12
"""Characters of a string of which nothing is said."""

_TRIALS = 64
"""Strings by which a way to make them is judged."""

_ENOUGH = 58
"""How many of these have to be accepted, and differ."""


def compile_varied(shape: Strings, rng: Random, now: float, accepts: Callable[[Json], bool]) -> Sampler:
    """A sampler of strings of one shape, as various as can be; realistic they are not."""
    if shape.media_types or shape.encodings:
        return compile_string(shape, rng, now, accepts)
    texts = [*shape.patterns, *(FORMATS[name] for name in shape.formats if name in FORMATS)]
    if not texts:
        return _letters(shape, rng, now, accepts)
    best, most = None, 0
    for sampler in _ways(texts, shape, rng):
        found = len(set(filter(accepts, [str(sampler()) for _ in range(_TRIALS)])))
        if found > most:
            best, most = sampler, found
        if found >= _ENOUGH:
            break
    return compile_string(shape, rng, now, accepts) if best is None else prove(best, accepts)


def _ways(texts: list[str], shape: Strings, rng: Random) -> Iterator[Sampler]:
    trees = [parse(text) for text in texts]
    made = (compile_node(tree, rng, spread) for spread in _SPREADS for tree in trees[:3])
    return chain(made, walks(trees, shape, rng, claims=False))


def _letters(shape: Strings, rng: Random, now: float, accepts: Callable[[Json], bool]) -> Sampler:
    if shape.formats or shape.minimum > LONGEST:
        return compile_string(shape, rng, now, accepts)
    length = max(shape.minimum, _LENGTH if shape.maximum is None else min(shape.maximum, _LENGTH))
    random, size = rng.random, len(_LETTERS)

    def sample() -> Json:
        return "".join([_LETTERS[int(random() * size)] for _ in range(length)])

    return prove(sample, accepts) if shape.excluding else sample
