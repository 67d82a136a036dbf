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


_BETWEEN = ("avg", "average", "mean", "median", "typical", "current")


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


def between(low: str, high: str, keys: Collection[str]) -> str | None:
    """The key of a number that lies between two others, such as `avg_price`.

    Args:
        low: the key of the lower one.
        high: the key of the higher one.
        keys: of all numbers of the object.
    """
    known = {words_of(key): key for key in keys}
    pair = zip(words_of(low), words_of(high), strict=True)
    common = [None if one != other else one for one, other in pair]
    named = (tuple(one or word for one in common) for word in _BETWEEN)
    return next((known[words] for words in named if words in known), None)


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


def with_middle(
    pair: Callable[[], tuple[Json, ...]], middle: Sampler, takes: Callable[[Json], bool]
) -> Callable[[], tuple[Json, ...]]:
    """Draws two numbers, and one that is moved between them where it lies elsewhere, if it is taken there."""

    def draw() -> tuple[Json, ...]:
        low, high = pair()
        value = middle()
        if None not in (low, high, value) and not low <= value <= high:
            moved = low + value % (high - low) if high > low else low
            moved = round(moved, 2) if isinstance(moved, float) else moved
            value = moved if takes(moved) else value
        return low, high, value

    return draw
