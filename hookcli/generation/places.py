"""The samplers of all places of a schema: each made once, those below it first, however deep they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hookcli.errors import Unsatisfiable
from hookcli.generation.budget import Budget
from hookcli.generation.functions import Sampler
from hookcli.generation.policy import Way
from hookcli.generation.shapes import Plan

_COUNTS_ONCE = 1_000
"""Values of a recursive place that count as one of those that a payload may have."""


class Places:
    """Samplers by place and way; a place that lies within itself gets one too.

    Args:
        build: makes the sampler of a place whose places below have theirs, or raises Unsatisfiable.
        below: the places whose samplers a place needs.
        budget: bounds what recurs.
    """

    def __init__(
        self,
        build: Callable[[Plan, Way], Sampler],
        below: Callable[[Plan, Way], Iterator[tuple[Plan, Way]]],
        budget: Budget,
    ) -> None:
        self._build = build
        self._needed = below
        self._budget = budget
        self._made: dict[tuple[int, Way], Sampler | None] = {}
        """None while it is being made; places that are within themselves ask for it meanwhile."""
        self._sizes: dict[tuple[int, Way], float] = {}
        """How many values a sampler makes, about; what recurs counts as small as can be."""
        self._failed: dict[tuple[int, Way], Unsatisfiable] = {}
        self._recursive: set[int] = set()

    def __len__(self) -> int:
        """How many samplers there are."""
        return len(self._made)

    def all_of(self, plan: Plan, way: Way) -> Sampler:
        """The sampler of a place, made after those of all places below it.

        Raises:
            Unsatisfiable: nothing can be made for it.
        """
        waiting = [(plan, _key(plan, way), self._below(plan, way))] if _key(plan, way) not in self._made else []
        self._made.update((key, None) for _, key, _ in waiting)
        while waiting:
            one, key, below = waiting[-1]
            following = next((each for each in below if _key(*each) not in self._made), None)
            if following is None:
                waiting.pop()
                self._make(one, key)
            else:
                self._made[_key(*following)] = None
                waiting.append((following[0], _key(*following), self._below(*following)))
        return self.sampler(plan, way)

    def sampler(self, plan: Plan, way: Way) -> Sampler:
        """The sampler of a place that lies below another: made already, or still being made.

        Raises:
            Unsatisfiable: nothing can be made for it.
        """
        key = _key(plan, way)
        if key in self._failed:
            raise self._failed[key]
        if key not in self._made:
            return self.all_of(plan, way)
        return self._made[key] or self._later(key)

    def size(self, plan: Plan, way: Way) -> float:
        """How many values a place takes, about."""
        return self._sizes.get(_key(plan, way), plan.size)

    def note(self, plan: Plan, way: Way, size: float) -> None:
        """Remember the largest of what a place may be."""
        key = _key(plan, way)
        self._sizes[key] = max(size, self._sizes.get(key, 0))

    def _below(self, plan: Plan, way: Way) -> Iterator[tuple[Plan, Way]]:
        return self._needed(plan, _key(plan, way)[1])

    def _make(self, plan: Plan, key: tuple[int, Way]) -> None:
        try:
            sampler = self._build(plan, key[1])
            if key[0] in self._recursive and key[1] is not Way.SMALLEST:
                cost = 1 + self.size(plan, key[1]) // _COUNTS_ONCE
                sampler = self._budget.bounded(sampler, self.sampler(plan, Way.SMALLEST), cost)
                self._sizes[key] = min(self.size(plan, key[1]), _COUNTS_ONCE)  # more is bounded in each payload
        except Unsatisfiable as error:
            self._failed[key] = error
        else:
            self._made[key] = sampler

    def _later(self, key: tuple[int, Way]) -> Sampler:
        """Stands for a sampler that is still being made: the place is within itself."""
        self._recursive.add(key[0])
        return self._budget.deeper(lambda: self._made[key])


def _key(plan: Plan, way: Way) -> tuple[int, Way]:
    """Where a sampler is kept; under a proof, an optional key may be what is asked for."""
    return id(plan), Way.ALL if way is Way.REQUIRED and not plan.exact else way


def one_level_up(token: str, error: Unsatisfiable) -> Unsatisfiable:
    """The same error, said of a place one level up: `at /a/b: ...`."""
    text = str(error)
    return Unsatisfiable(f"at {token}{text.removeprefix('at ') if text.startswith('at /') else f': {text}'}")
