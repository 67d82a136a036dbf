"""Numbers of one object that bound one another: `min_price` is not above `max_price`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from hookcli.generation.functions import Sampler
from hookcli.generation.realism.words import words_of
from hookcli.models import Json

_PAIRS = (
    ("min", "max"), ("minimum", "maximum"), ("from", "to"), ("start", "end"), ("begin", "end"), ("low", "high"),
    ("lower", "upper"), ("lowest", "highest"), ("least", "most"), ("since", "until"), ("first", "last"),
    ("west", "east"), ("south", "north"),
)  # fmt: skip


def ranges_of(keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """The pairs of keys of which one is not above the other; each key in one pair at the most.

    Args:
        keys: of the numbers of one object.
    """
    known = {words_of(key): key for key in keys}
    for words, key in [*known.items()]:
        for low, high in _PAIRS:
            other = known.get(tuple(high if word == low else word for word in words)) if low in words else None
            if other is not None and words in known:
                yield key, other
                del known[words], known[words_of(other)]


def in_order(
    low: Sampler, high: Sampler, takes_low: Callable[[Json], bool], takes_high: Callable[[Json], bool]
) -> Callable[[], tuple[Json, ...]]:
    """Draws two numbers, and changes their places where the first is above the second and both are taken there."""

    def draw() -> tuple[Json, ...]:
        first, second = low(), high()
        if first is None or second is None or first <= second or not (takes_low(second) and takes_high(first)):
            return first, second
        return second, first

    return draw
