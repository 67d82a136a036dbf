"""Objects of a plan -> samplers: which of their keys they have, whole from examples or key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from hookcli.errors import Unsatisfiable
from hookcli.generation.array_compiler import ArrayCompiler
from hookcli.generation.budget import MOST_ITEMS, MOST_VALUES
from hookcli.generation.functions import Sampler, either
from hookcli.generation.objects import (
    FEW,
    Extra,
    Luck,
    Member,
    bounded,
    compose,
    extended,
    fields_of,
    holds,
    project,
    whole,
)
from hookcli.generation.places import Places, one_level_up
from hookcli.generation.policy import Policy, Way
from hookcli.generation.realism.lifelike import make_lifelike
from hookcli.generation.shapes import Objects, Plan
from hookcli.generation.sizes import size_of_value
from hookcli.models import Json
from hookcli.schema.dialect import canonical
from hookcli.schema.references import escape

if TYPE_CHECKING:
    from hookcli.generation.realism.values import Realism

_ASKED = 10
"""Optional keys of which it takes as long to ask whether they are there as to make a value."""

_MANY_KEYS = 20
"""Keys that are not named above which what usually comes up is not various enough."""


class ObjectCompiler:
    """Makes samplers of objects for one mode.

    Args:
        places: has the samplers of what stands in them.
        arrays: makes the lists in them shorter where they are too much.
        policy: how much of what is allowed to take.
        rng: where all randomness comes from.
        luck: how likely an optional key is there.
        realism: gives what knows values by names and descriptions.
    """

    def __init__(
        self,
        places: Places,
        arrays: ArrayCompiler,
        policy: Policy,
        rng: Random,
        luck: Luck,
        realism: Callable[[], Realism] | None = None,
    ) -> None:
        self._places = places
        self._arrays = arrays
        self._policy = policy
        self._rng = rng
        self._random = rng.random
        self._luck = luck
        self._realism = realism

    def compile(self, shape: Objects, plan: Plan, way: Way) -> Sampler:
        """A sampler of one shape of a place.

        Raises:
            Unsatisfiable: nothing can be made for it.
        """
        if shape.minimum > MOST_ITEMS:
            raise Unsatisfiable(
                f"minProperties {shape.minimum:,} is more than the {MOST_ITEMS:,} keys that hookcli makes."
            )
        if shape.needs:
            return self._needing(replace(shape, needs=()), shape, plan, way)
        members = self._fitting(self._members(shape, way), shape, plan, way)
        plans = {member.key: shape.properties[member.key] for member in members}
        if self._realism is not None and way in (Way.ALL, Way.REQUIRED):
            members = make_lifelike(members, plans, plan, self._realism)
        examples = [] if way in (Way.SMALLEST, Way.ANYTHING, Way.VARIED) else plan.hints.objects
        if not examples:  # then nothing asks for the proof, which is dear where a place refers to all others
            return self._composed(shape, members, plan, way)
        fresh = {key for key, each in plans.items() if each.hints.is_fresh}
        if self._policy.whole:
            forbidden = shape.properties.keys() - plans.keys()
            self._places.note(plan, way, max(map(size_of_value, examples), default=0))
            found = whole(examples, members, fresh, forbidden, plan.accepts, self._rng)
        else:
            found = [self._composed(shape, project(example, members, fresh), plan, way) for example in examples]
            found = [sampler for sampler in found if holds(sampler, plan.accepts)]
        return either(found, self._rng) if found else self._composed(shape, members, plan, way)

    def below(self, shape: Objects, way: Way) -> Iterator[tuple[Plan, Way]]:
        """The places whose samplers a shape needs."""
        for key, each in shape.properties.items():
            if way.takes_optional or key in shape.required:
                yield each, way
        for _, name, value in shape.ways:
            yield name, way
            yield value, way

    def _needing(self, plain: Objects, shape: Objects, plan: Plan, way: Way) -> Sampler:
        """A sampler of objects that have keys which others of their shape need not have."""
        from hookcli.generation.needs import Meeting, needing  # late: few schemas have such a `not`

        tests: list[Callable[[str, Json], bool]] = [partial(_is_met, *need) for need in shape.needs]
        meetings, sampler = [], self._places.sampler
        for met, name, value in shape.ways:
            with suppress(Unsatisfiable):
                meetings.append(Meeting(met, sampler(name, way), sampler(value, way), sampler(name, Way.VARIED)))
        if not set(range(len(tests))) <= {at for meeting in meetings for at in meeting.meets}:
            raise Unsatisfiable("no key can be made that a `not` about the keys of an object asks for")
        return needing(self.compile(plain, plan, way), shape, tests, meetings, self._random)

    def _members(self, shape: Objects, way: Way) -> list[Member]:
        """The known keys that this way takes; an optional one for which nothing can be built is left out."""
        members = []
        for key, plan in shape.properties.items():
            required = key in shape.required
            if plan.alternatives and (required or way.takes_optional or shape.minimum > len(shape.required)):
                try:
                    sample = self._arrays.compile_named(key, plan, way) or self._places.sampler(plan, way)
                    members.append(Member(key, sample, required, plan.hints.template))
                except Unsatisfiable as error:
                    if required:
                        raise one_level_up(f"/{escape(key)}", error) from error
        return members

    def _fitting(self, members: list[Member], shape: Objects, plan: Plan, way: Way) -> list[Member]:
        """The members, the largest as small as can be where all of them are too much, the optional ones first."""
        optional = sum(not each.required for each in members)
        chance = min(1.0, FEW / optional) if optional and self._luck.is_choosy else 1.0
        sizes = {each.key: self._places.size(shape.properties[each.key], way) for each in members}
        shares = {
            each.key: (sizes[each.key] + len(each.key) / 100) * (1.0 if each.required else chance) for each in members
        }
        total, small = 1 + sum(shares.values()) + optional / _ASKED, dict[str, Member | None]()
        heaviest = sorted(members, key=lambda each: (each.required, -sizes[each.key])) if total > MOST_VALUES else []
        for each in heaviest if way is not Way.SMALLEST else []:
            sample, size = self._lesser(shape.properties[each.key], way)
            small[each.key] = replace(each, sample=sample)
            total -= shares[each.key] * (1 - size / sizes[each.key])
            if total <= MOST_VALUES:
                break
        self._places.note(plan, way, total)
        return [small.get(each.key) or each for each in members]

    def _composed(self, shape: Objects, members: list[Member], plan: Plan, way: Way) -> Sampler:
        keys = {each.key for each in members}
        members = [
            replace(each, template=None) if each.template and not keys.issuperset(fields_of(each.template)) else each
            for each in members
        ]
        required = sum(each.required for each in members)
        free = shape.maximum is None and shape.minimum <= required
        sampler = (
            compose(members, self._random, self._luck) if free else bounded(shape, members, self._random, self._luck)
        )
        extras, each = self._extras(shape, members, plan, way)
        if not extras:
            return sampler
        random, least = self._random, shape.minimum
        spare = self._arrays.spare(way) + 1 if way is Way.ANYTHING or not (members or each) else 0
        goal = (lambda size: max(least, size + int(random() * spare))) if spare else lambda size: max(least, size)
        most = MOST_ITEMS if shape.maximum is None else shape.maximum
        return extended(sampler, shape, extras, random, goal, most, each=each)

    def _extras(self, shape: Objects, members: list[Member], plan: Plan, way: Way) -> tuple[list[Extra], bool]:
        """How keys beside the known ones are made, where any are wanted; and whether one of each kind is."""
        if way is Way.SMALLEST and shape.minimum <= len(members):
            return [], False
        spoken = [not isinstance(value.node.view(), canonical.TrueView) for _, value in shape.others]
        each = self._policy.optional == 1.0 and way in (Way.ALL, Way.VARIED) and any(spoken)
        lacking = shape.minimum > sum(member.required for member in members)
        if not (each or lacking or way is Way.ANYTHING or (way in (Way.ALL, Way.VARIED) and not members)):
            return [], False
        extras, size = [], self._places.size(plan, way)
        count = max(shape.minimum, len(spoken) if each else 1 + self._arrays.spare(way))
        for (name, value), is_spoken in zip(shape.others, spoken, strict=True):
            if name.alternatives and value.alternatives and (is_spoken or not each):
                with suppress(Unsatisfiable):
                    made, values = self._light(value, way, count)
                    named = Way.VARIED if shape.minimum > _MANY_KEYS else way
                    extras.append(Extra(self._places.sampler(name, named), made))
                    self._places.note(plan, way, size + count * (values + self._places.size(name, way)))
        if not extras and len(members) < shape.minimum:
            raise Unsatisfiable("there are fewer keys to be had than minProperties asks for")
        return extras, each

    def _light(self, plan: Plan, way: Way, count: int) -> tuple[Sampler, float]:
        """A sampler of a place of which so many are made, as small as can be where that is too much; and its size."""
        sampler, size = self._places.sampler(plan, way), self._places.size(plan, way)
        if count * size <= MOST_VALUES or way is Way.SMALLEST:
            return sampler, size
        return self._smallest(plan)

    def _lesser(self, plan: Plan, way: Way) -> tuple[Sampler, float]:
        """A sampler of a place that is too large: of a list with small items, else as small as can be; and its size."""
        light = self._arrays.compile_light(plan, way)
        if light is not None and light[1] < self._places.size(plan, way):
            return light
        return self._smallest(plan)

    def _smallest(self, plan: Plan) -> tuple[Sampler, float]:
        return self._places.sampler(plan, Way.SMALLEST), self._places.size(plan, Way.SMALLEST)


def _is_met(name: Plan, value: Plan, key: str, inner: Json) -> bool:
    return name.accepts(key) and value.accepts(inner)
