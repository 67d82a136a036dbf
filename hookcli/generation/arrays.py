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


@dataclass(frozen=True, slots=True, eq=False)
class ArrayMaker:
    """Makes arrays between two lengths, with what they must contain among the items."""

    prefix: list[Sampler]
    item: Sampler | None
    musts: list[tuple[Sampler, int]]
    low: int
    high: int
    random: Callable[[], float]

    def __call__(self) -> list[Json]:
        """One array."""
        length = self.low + int(self.random() * (self.high - self.low + 1))
        value = [make() for make in self.prefix[:length]]
        for make, least in self.musts:
            value += [make() for _ in range(least)]
        while len(value) < length and self.item is not None:
            value.append(self.item())
        return value


def distinct(maker: ArrayMaker, shape: Arrays) -> Sampler:
    """All items different (`uniqueItems`), or, where that is negated, two of them equal."""

    def unique() -> Json:
        value: list[Json] = []
        seen: set[bytes] = set()
        left = MOST_TRIES
        for at, drawn in enumerate(maker()):
            item, again = drawn, maker.prefix[at] if at < len(maker.prefix) else maker.item
            while (mark := identity(item)) in seen and again is not None and left:
                item, left = again(), left - 1
            if mark not in seen:
                seen.add(mark)
                value.append(item)
            elif at < len(maker.prefix):
                raise DeadEnd
        if len(value) < shape.minimum:
            raise DeadEnd
        return value

    def repeated() -> Json:
        value: list[Any] = maker() or ([maker.item()] if maker.item else [])
        return value[:-1] + value[:1] * 2 if value else value

    return unique if shape.unique else repeated
