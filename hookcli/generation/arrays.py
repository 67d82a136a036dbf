"""Items -> arrays: between two lengths, with what they must contain, all different or with two that are equal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hookcli.dataclass import dataclass
from hookcli.generation.functions import Sampler
from hookcli.generation.identity import identity
from hookcli.generation.scalars import MOST_TRIES, DeadEnd
from hookcli.generation.shapes import Arrays
from hookcli.models import Json

_FEW = 10
"""Items of a list that are looked at for one that is there already."""


@dataclass(frozen=True, slots=True, eq=False)
class ArrayMaker:
    """Makes arrays between two lengths, with what they must contain among the items."""

    prefix: list[Sampler]
    item: Sampler | None
    musts: list[tuple[Sampler, int]]
    low: int
    high: int
    random: Callable[[], float]
    various: bool = False
    """Whether an item that is there already is drawn anew a few times: who lists texts says none twice."""

    def __call__(self) -> list[Json]:
        """One array."""
        length = self.low + int(self.random() * (self.high - self.low + 1))
        value = [make() for make in self.prefix[:length]]
        for make, least in self.musts:
            value += [make() for _ in range(least)]
        while len(value) < length and self.item is not None:
            item = self.item()
            if self.various and len(value) < _FEW:
                for _ in range(_RETRIES):
                    if item not in value:
                        break
                    item = self.item()
            value.append(item)
        return value


_RETRIES = 20
"""Items that may be drawn anew for each that a list must have: all of a few thousand are found that way."""


def _mark(item: Json) -> bytes | str:
    return item if type(item) is str else identity(item)


def distinct(maker: ArrayMaker, shape: Arrays, various: Sampler) -> Sampler:
    """All items different (`uniqueItems`), or, where that is negated, two of them equal.

    Args:
        maker: makes arrays.
        shape: what they are like.
        various: makes items when there are not enough different ones of those that are wanted.
    """
    budget = MOST_TRIES + _RETRIES * shape.minimum

    def unique() -> Json:
        value: list[Json] = []
        seen: set[bytes | str] = set()
        left = budget
        for at, drawn in enumerate(maker()):
            item, again = drawn, maker.prefix[at] if at < len(maker.prefix) else maker.item
            while (mark := _mark(item)) in seen and again is not None and left:
                is_scarce = again is maker.item and left <= budget // 2
                item, left = various() if is_scarce else again(), left - 1
            if mark not in seen:
                seen.add(mark)
                value.append(item)
            elif at < len(maker.prefix):
                raise DeadEnd(budget - left)
            if not left and shape.minimum > len(seen):
                break
        if len(value) < shape.minimum:
            raise DeadEnd(budget - left, f"{len(value):,} different items, and minItems asks for {shape.minimum:,}")
        return value

    def repeated() -> Json:
        value: list[Any] = maker() or ([maker.item()] if maker.item else [])
        return value[:-1] + value[:1] * 2 if value else value

    return unique if shape.unique else repeated
