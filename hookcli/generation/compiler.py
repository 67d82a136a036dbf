"""A plan -> a sampler: one Python closure per place, made once and called for every payload.

All randomness comes from one stream of floats, whose values Python promises not to change between versions
(`random.Random.random`); `choice`, `randrange` and the like give no such promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from hookcli.errors import Unsatisfiable
from hookcli.generation.arrays import ArrayMaker, distinct
from hookcli.generation.formats import WORDS
from hookcli.generation.members import Member, fields_of, holds, nothing, project, templated, whole
from hookcli.generation.scalars import MOST_TRIES, DeadEnd, Sampler, compile_number, prove
from hookcli.generation.shapes import Arrays, Numbers, Objects, Plan, Shape, Strings, Values, height_of
from hookcli.generation.strings import compile_string
from hookcli.models import Json

MOST_ITEMS = 10_000
"""Items or keys of one container that we make at the most."""

_DEEPEST = 5
"""How often recursive places may stand within one another before they take their smallest values."""

_MOST_DEEP = 100
"""How many values of recursive places one payload may have before the others take their smallest."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How much of what is allowed a mode takes."""

    optional: float
    """How likely an optional key is there."""
    whole: bool
    """Whether objects and arrays are taken whole from `examples`."""
    spare: int
    """Items above the least that an array may have."""


POLICIES = {
    "typical": Policy(optional=0.75, whole=True, spare=2),
    "minimal": Policy(optional=0.0, whole=False, spare=0),
    "maximal": Policy(optional=1.0, whole=False, spare=3),
}


class Compiler:
    """Makes samplers for one mode.

    Args:
        policy: how much of what is allowed to take.
        rng: where all randomness comes from.
        now: seconds since 1970-01-01 UTC; generated moments lie shortly before.
    """

    def __init__(self, policy: Policy, rng: Random, now: float) -> None:
        self._policy = policy
        self.rng = rng
        self._random = rng.random
        self._now = now
        self._made: dict[tuple[int, bool], Sampler | None] = {}
        self._recursive: set[int] = set()
        self._depth = 0
        self.spent = 0
        """Values of recursive places in this payload; set it to 0 before each."""

    def compile(self, plan: Plan, *, shallow: bool = False) -> Sampler:
        """A function that makes one value for a place at each call; it may raise DeadEnd.

        Raises:
            Unsatisfiable: nothing can be made for it.
        """
        key = (id(plan), shallow)
        if key in self._made:
            made = self._made[key]
            return made if made is not None else self._later(key)
        self._made[key] = None
        try:
            sampler = self._plan(plan, shallow=shallow)
        except Unsatisfiable:
            del self._made[key]
            raise
        if key[0] in self._recursive and not shallow:
            sampler = self._bounded(sampler, self.compile(plan, shallow=True))
        self._made[key] = sampler
        return sampler

    def compile_shape(self, shape: Objects, plan: Plan) -> Sampler:
        """A sampler for one of the shapes of a place alone."""
        return self._object(shape, plan, shallow=False)

    def _later(self, key: tuple[int, bool]) -> Sampler:
        """Stands for a sampler that is still being made: the place is within itself."""
        self._recursive.add(key[0])

        def later() -> Json:
            made = self._made[key]
            assert made is not None
            return made()

        return later

    def _bounded(self, deep: Sampler, smallest: Sampler) -> Sampler:
        def bounded() -> Json:
            if self._depth >= _DEEPEST or self.spent >= _MOST_DEEP:
                return smallest()
            self._depth += 1
            self.spent += 1
            try:
                return deep()
            finally:
                self._depth -= 1

        return bounded

    def _plan(self, plan: Plan, *, shallow: bool) -> Sampler:
        shapes = plan.alternatives
        if not shapes:
            raise Unsatisfiable("nothing can be here")
        if shallow:
            shapes = [min(shapes, key=height_of)]
        values = [] if shallow else self._values(plan)
        if values:
            return self._one_of(values)
        build = partial(self._shape, plan=plan, shallow=shallow)
        sampler = self._any_of(_buildable(build, self._preferred(shapes, plan)) or _buildable(build, shapes, must=True))
        return sampler if plan.exact else prove(sampler, plan.accepts)

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

    def _one_of(self, values: list[Json]) -> Sampler:
        random, size = self._random, len(values)
        if size == 1:
            only = values[0]
            return lambda: only
        return lambda: values[int(random() * size)]

    def _any_of(self, samplers: list[Sampler]) -> Sampler:
        random, size = self._random, len(samplers)
        if size == 1:
            return samplers[0]
        return lambda: samplers[int(random() * size)]()

    def _shape(self, shape: Shape, plan: Plan, *, shallow: bool) -> Sampler:
        if isinstance(shape, Values):
            return self._one_of(list(shape.values))
        if isinstance(shape, Numbers):
            return compile_number(shape, self._random)
        if isinstance(shape, Strings):
            return compile_string(shape, self.rng, self._now, plan.accepts)
        if isinstance(shape, Arrays):
            return self._array(shape, shallow=shallow)
        return self._object(shape, plan, shallow=shallow)

    def _array(self, shape: Arrays, *, shallow: bool) -> Sampler:
        if shape.minimum > MOST_ITEMS:
            raise Unsatisfiable(f"minItems {shape.minimum:,} is more than the {MOST_ITEMS:,} items that hookcli makes.")
        if shape.items is None:
            return self._words(0 if shallow else self._policy.spare)
        prefix = [self.compile(plan, shallow=shallow) for plan in _alive(shape.prefix)]
        item = self._item(shape.items, shape, shallow=shallow) if len(prefix) == len(shape.prefix) else None
        musts = [(self.compile(plan, shallow=shallow), least) for plan, least in shape.contains if least]
        least = max(shape.minimum, len(prefix[: shape.minimum]) + sum(count for _, count in musts))
        wanted = least if shallow else max(least, 1 if self._policy.spare else 0, min(len(prefix), self._wanted_prefix))
        spare = 0 if shallow else self._policy.spare
        most = min(x for x in (shape.maximum, MOST_ITEMS, None if item else len(prefix)) if x is not None)
        low, high = min(wanted, most), min(wanted + spare, most)
        maker = ArrayMaker(prefix, item, musts, low, max(low, high), self._random)
        return distinct(maker, shape) if shape.unique or shape.repeated else maker

    @property
    def _wanted_prefix(self) -> int:
        return MOST_ITEMS if self._policy.spare else 0

    def _words(self, most: int) -> Sampler:
        """Arrays of which nothing is known: up to `most` different words."""
        random, size = self._random, len(WORDS)

        def sample() -> list[str]:
            start = int(random() * size)
            return [WORDS[(start + at) % size] for at in range(int(random() * (most + 1)))]

        return sample

    def _item(self, items: Plan, shape: Arrays, *, shallow: bool) -> Sampler | None:
        if not items.alternatives or (shallow and shape.minimum <= len(shape.prefix)):
            return None
        return self.compile(items, shallow=shallow)

    def _object(self, shape: Objects, plan: Plan, *, shallow: bool) -> Sampler:
        if shape.minimum > MOST_ITEMS:
            raise Unsatisfiable(
                f"minProperties {shape.minimum:,} is more than the {MOST_ITEMS:,} keys that hookcli makes."
            )
        alive = {key: each for key, each in shape.properties.items() if each.alternatives}
        if shallow:
            alive = {key: each for key, each in alive.items() if key in shape.required}
        members = list(self._known(shape, alive, shallow=shallow))
        alive = {member.key: alive[member.key] for member in members}
        fresh = {member.key for member in members if alive[member.key].hints.is_fresh}
        examples = [] if shallow else plan.hints.objects
        if self._policy.whole:
            forbidden = shape.properties.keys() - alive.keys()
            found = [whole(example, members, fresh, forbidden) for example in examples]
        else:
            found = [self._composed(shape, project(example, members, fresh), shallow=shallow) for example in examples]
        found = [sampler for sampler in found if holds(sampler, plan.accepts)]
        return self._any_of(found) if found else self._composed(shape, members, shallow=shallow)

    def _known(self, shape: Objects, alive: dict[str, Plan], *, shallow: bool) -> Iterator[Member]:
        """The known keys; an optional one for which nothing can be built is left out."""
        for key, plan in alive.items():
            required = key in shape.required
            try:
                yield Member(key, self.compile(plan, shallow=shallow), required, plan.hints.template)
            except Unsatisfiable:
                if required:
                    raise

    def _composed(self, shape: Objects, members: list[Member], *, shallow: bool) -> Sampler:
        keys = {each.key for each in members}
        made_of_others = [each for each in members if each.template and keys.issuperset(fields_of(each.template))]
        sampler = self._members(
            shape, [replace(each, sample=nothing) if each in made_of_others else each for each in members]
        )
        if made_of_others:
            sampler = templated(sampler, made_of_others, {each.key for each in members if each.required})
        others = []
        if self._wants_others(shape, members, shallow):
            alive = [(name, value) for name, value in shape.others if name.alternatives and value.alternatives]
            others = [(self.compile(name), self.compile(value, shallow=shallow)) for name, value in alive]
        return self._with_others(sampler, shape, others, alone=not members) if others else sampler

    def _wants_others(self, shape: Objects, members: list[Member], shallow: bool) -> bool:  # noqa: FBT001
        return len(members) < shape.minimum or (self._policy.optional > 0 and not members and not shallow) or (
            shape.minimum > sum(each.required for each in members))  # fmt: skip

    def _members(self, shape: Objects, members: list[Member]) -> Sampler:
        """The known keys: the required ones always, the others as the mode likes and the bounds allow."""
        random, likely = self._random, self._policy.optional
        pairs = [(each.key, each.sample, 1.0 if each.required else likely) for each in members]
        pairs = [pair for pair in pairs if pair[2]] if shape.minimum <= sum(m.required for m in members) else pairs
        required = sum(each.required for each in members)
        if shape.maximum is None and shape.minimum <= required:
            if all(chance == 1.0 for _, _, chance in pairs):
                always = [(key, sample) for key, sample, _ in pairs]
                return lambda: {key: sample() for key, sample in always}
            return lambda: {key: sample() for key, sample, chance in pairs if chance == 1.0 or random() < chance}
        return lambda: self._within(shape, members, required)

    def _within(self, shape: Objects, members: list[Member], required: int) -> dict[str, Json]:
        """As many optional keys as `minProperties` and `maxProperties` ask and allow."""
        room = (len(members) if shape.maximum is None else shape.maximum) - required
        lack = shape.minimum - required
        value = {}
        left = len(members) - required
        for each in members:
            if not each.required:
                taken = room > 0 and (lack >= left or self._random() < self._policy.optional)
                left, room, lack = left - 1, room - taken, lack - taken
                if not taken:
                    continue
            value[each.key] = each.sample()
        return value

    def _with_others(
        self, sampler: Sampler, shape: Objects, others: list[tuple[Sampler, Sampler]], *, alone: bool
    ) -> Sampler:
        """Keys of our own choice on top: as many as `minProperties` asks for, and a few where no key is known."""
        random, most = self._random, MOST_ITEMS if shape.maximum is None else shape.maximum
        spare = self._policy.spare + 1 if alone else 0

        def sample() -> Json:
            value = sampler()
            wanted = min(max(shape.minimum, len(value) + int(random() * spare)), most)
            for _ in range(MOST_TRIES + wanted):
                if len(value) >= wanted:
                    return value
                name, make = others[int(random() * len(others))]
                key = name()
                if key not in value and key not in shape.properties:
                    value[key] = make()
            if len(value) < shape.minimum:
                raise DeadEnd
            return value

        return sample


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


def _alive(plans: tuple[Plan, ...]) -> Iterator[Plan]:
    """The plans up to the first for which there is no value."""
    for plan in plans:
        if not plan.alternatives:
            return
        yield plan
