"""A plan -> a sampler: one Python function per place, made once and called for every payload.

All randomness comes from one stream of floats, whose values Python promises not to change between versions
(`random.Random.random`); `choice`, `randrange` and the like give no such promise.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from hookcli.errors import Unsatisfiable
from hookcli.generation.array_compiler import ArrayCompiler
from hookcli.generation.budget import MOST_EFFORT, Budget
from hookcli.generation.functions import Deferred, Sampler, choice, either
from hookcli.generation.object_compiler import ObjectCompiler
from hookcli.generation.places import Places
from hookcli.generation.policy import Policy, Way
from hookcli.generation.scalars import MOST_TRIES, DeadEnd, compile_number
from hookcli.generation.shapes import (
    Arrays,
    Numbers,
    Objects,
    Plan,
    Shape,
    Strings,
    Values,
    size_of,
)
from hookcli.generation.sizes import has_more_values, size_of_value
from hookcli.generation.text.plain import compile_string
from hookcli.models import Json

if TYPE_CHECKING:
    from hookcli.generation.realism.values import Realism
    from hookcli.generation.vocabulary import Vocabulary

_MANY_PLACES = 100
"""Places of a schema from which on a payload may get too large to send."""

_PATIENCE = 20
"""Refusals after which a place is not only made of the shapes that a mode prefers."""

_FAR = 10**9
"""How far beyond its only bound a number goes that is to be various."""

_MOST_LARGER = 10
"""Values by which one of a few values may be larger than the smallest."""

_MOST_ANYTHING = 50
"""Values that are tried for the places of one payload when all else was refused."""


class Compiler:
    """Makes samplers for one mode.

    Args:
        policy: how much of what is allowed to take.
        rng: where all randomness comes from.
        now: seconds since 1970-01-01 UTC; generated moments lie shortly before.
        documents: the schemas, to learn from what they mention when all else was refused.
        realism: gives what knows values by names and descriptions; without, strings are plain words.
    """

    def __init__(
        self,
        policy: Policy,
        rng: Random,
        now: float,
        documents: Iterable[Json] = (),
        realism: Callable[[], Realism] | None = None,
    ) -> None:
        self._policy = policy
        self.rng = rng
        self._random = rng.random
        self._now = now
        self._documents = documents
        self.budget = Budget(policy)
        self._places = Places(self._plan, self._below, self.budget)
        self._arrays = ArrayCompiler(self._places, policy, rng, realism)
        self._objects = ObjectCompiler(self._places, self._arrays, policy, rng, self.budget.luck, realism)

    def compile(self, plan: Plan) -> Sampler:
        """A function that makes one value for a place at each call; it may raise DeadEnd.

        Raises:
            Unsatisfiable: nothing can be made for it.
        """
        return self._places.all_of(plan, Way.ALL if self._policy.optional else Way.REQUIRED)

    def cost_of(self, plan: Plan) -> float:
        """How many values a place takes, about, once it was compiled."""
        return self._places.size(plan, Way.ALL if self._policy.optional else Way.REQUIRED)

    def compile_smallest(self, plan: Plan) -> Sampler:
        """The same, of the least nested shape alone, and no more of it than it needs."""
        return self._places.all_of(plan, Way.SMALLEST)

    def compile_anything(self, plan: Plan) -> Sampler:
        """The same, of all that may be tried, likely or not."""
        return self._places.all_of(plan, Way.ANYTHING)

    @functools.cached_property
    def _vocabulary(self) -> Vocabulary:
        from hookcli.generation.vocabulary import Vocabulary  # late: what construction finds needs none

        return Vocabulary(self._documents, self.rng, self._now)

    def compile_shape(self, shape: Objects, plan: Plan) -> Sampler:
        """A sampler for one of the shapes of a place alone."""
        return self._objects.compile(shape, plan, Way.ALL)

    def is_too_large(self, payload: Json) -> bool:
        """Whether a payload is larger than one would send."""
        return len(self._places) >= _MANY_PLACES and has_more_values(payload, self._policy.values)

    def _below(self, plan: Plan, way: Way) -> Iterator[tuple[Plan, Way]]:
        for shape in self._shapes(plan, way):
            if isinstance(shape, Objects):
                yield from self._objects.below(shape, way)
            elif isinstance(shape, Arrays):
                yield from self._arrays.below(shape, way)

    def _plan(self, plan: Plan, way: Way) -> Sampler:
        shapes = self._shapes(plan, way)
        if not shapes:
            raise Unsatisfiable("nothing can be here")
        build = partial(self._shape, plan=plan, way=way)
        if way is Way.ANYTHING:
            return self._anything(plan, _buildable(build, shapes))
        values = [] if way in (Way.SMALLEST, Way.VARIED) else self._values(plan)
        if values:
            self._places.note(plan, way, max(map(size_of_value, values)))
            return choice(tuple(values), self.rng)
        samplers = _buildable(build, self._preferred(shapes, plan)) or _buildable(build, shapes, must=True)
        sampler = either(samplers, self.rng)
        if plan.exact:
            return sampler
        any_shape = Deferred(lambda: either(_buildable(build, plan.alternatives), self.rng))
        return self._prove(sampler, any_shape, plan.accepts, self._places.size(plan, way))

    def _anything(self, plan: Plan, samplers: list[Sampler]) -> Sampler:
        budget, random, learnt = self.budget, self._random, self._vocabulary.draw

        def sample() -> Json:
            for _ in range(MOST_TRIES):
                budget.tried += 1
                if budget.tried > _MOST_ANYTHING:
                    break
                with suppress(DeadEnd):
                    value = samplers[int(random() * len(samplers))]() if samplers and random() < 0.5 else learnt()
                    if plan.accepts(value):  # made at the first call: few places are come to
                        return value
            raise DeadEnd

        return sample

    def _shapes(self, plan: Plan, way: Way) -> list[Shape]:
        shapes = plan.alternatives
        if way is not Way.SMALLEST:
            return shapes
        return [shape for shape in shapes if size_of(shape) <= plan.size][:1]

    def _prove(self, sample: Sampler, any_shape: Sampler, accepts: Callable[[Json], bool], cost: float) -> Sampler:
        """The same sampler, trying again, with other keys and of any shape, until what it makes is accepted."""
        budget, wanted, start = self.budget, self._policy.optional, 0
        luck = budget.luck

        def proven() -> Json:
            nonlocal start
            before, tried = luck.likely, range(start, start + MOST_TRIES)
            try:
                for refused in tried:
                    if refused:
                        luck.wander(wanted, refused)
                    value = any_shape() if refused >= _PATIENCE and refused % 2 else sample()
                    if accepts(value):
                        start = max(0, refused - 1)  # what had luck once has it again
                        return value
                    budget.effort += cost
                    if budget.effort > MOST_EFFORT:
                        break
            finally:
                luck.likely = before
            start = 0
            raise DeadEnd

        return proven

    def _values(self, plan: Plan) -> list[Json]:
        """The schema's own examples of scalars (and, where the mode takes them, of arrays) that are valid here."""
        found = [value for value in plan.hints.values if self._is_whole(value)]
        return [value for value in found if plan.accepts(value)] if found else []

    def _is_whole(self, value: Json) -> bool:
        return not isinstance(value, (dict, list)) or (isinstance(value, list) and self._policy.whole)

    def _preferred(self, shapes: list[Shape], plan: Plan) -> list[Shape]:
        """The shapes that a mode chooses among: what the schema speaks of, and null only now and then."""
        spoken = [shape for shape in shapes if shape not in plan.vague and not _is_empty(shape)] or shapes
        rich = [
            shape
            for shape in spoken
            if not (isinstance(shape, Values) and set(map(type, shape.values)) == {type(None)})
        ]
        if not rich or self._policy.optional == 1.0:
            return rich or spoken
        if self._policy.optional == 0.0:
            return _smallest(rich)
        return rich * 4 + [shape for shape in spoken if shape not in rich] if len(rich) < len(spoken) else rich

    def _shape(self, shape: Shape, plan: Plan, way: Way) -> Sampler:
        if isinstance(shape, Values):
            values = _smallest_values(shape.values) if way is Way.SMALLEST else shape.values
            self._places.note(plan, way, max(map(size_of_value, values)))
            return choice(values, self.rng)
        if isinstance(shape, Numbers):
            return compile_number(shape, self.rng, *([_FAR] if way is Way.VARIED else []))
        if isinstance(shape, Strings):
            self._places.note(plan, way, size_of(shape))
            if way is Way.VARIED:
                from hookcli.generation.text.varied import compile_varied  # late: few lists are that long

                return compile_varied(shape, self.rng, self._now, plan.accepts)
            return compile_string(shape, self.rng, self._now, plan.accepts)
        if isinstance(shape, Arrays):
            return self._arrays.compile(shape, plan, way)
        return self._objects.compile(shape, plan, way)


def _smallest_values(values: tuple[Json, ...]) -> tuple[Json, ...]:
    """The values without those that are much larger than others."""
    sizes = [*map(size_of_value, values)]
    most = min(sizes, default=0) + _MOST_LARGER
    return tuple(value for value, size in zip(values, sizes, strict=True) if size <= most)


def _smallest(shapes: list[Shape]) -> list[Shape]:
    """The shapes without those objects that need more keys than another does."""
    needed = [len(shape.required) for shape in shapes if isinstance(shape, Objects)]
    return [shape for shape in shapes if not isinstance(shape, Objects) or len(shape.required) == min(needed)]


def _buildable(build: Callable[[Shape], Sampler], shapes: list[Shape], *, must: bool = False) -> list[Sampler]:
    """The samplers of the shapes that can be built.

    Raises:
        Unsatisfiable: there is none, and there must be one.
    """
    samplers, problem = [], None
    for shape in shapes:
        try:
            samplers.append(build(shape))
        except Unsatisfiable as error:
            problem = error
    if problem is not None and must and not samplers:
        raise problem
    return samplers


def _is_empty(shape: Shape) -> bool:
    """Whether a shape is that of one empty container."""
    if isinstance(shape, Values):
        return all(value in ({}, []) for value in shape.values)
    if isinstance(shape, Arrays):
        return shape.maximum == 0
    return isinstance(shape, Objects) and (shape.maximum == 0 or not (shape.properties or shape.others))
