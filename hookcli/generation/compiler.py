"""A plan -> a sampler: one Python function per place, made once and called for every payload.

All randomness comes from one stream of floats, whose values Python promises not to change between versions
(`random.Random.random`); `choice`, `randrange` and the like give no such promise.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from enum import IntEnum
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from hookcli.dataclass import dataclass
from hookcli.errors import Unsatisfiable
from hookcli.generation.arrays import ArrayMaker, distinct
from hookcli.generation.functions import Deferred, Sampler, choice, either
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
from hookcli.generation.realism.lifelike import is_text, lifelike_item, lifelike_position, make_lifelike
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
    size_of_value,
)
from hookcli.generation.text.formats import WORDS
from hookcli.generation.text.plain import compile_string
from hookcli.models import Json
from hookcli.schema.dialect import anything
from hookcli.schema.references import escape

if TYPE_CHECKING:
    from hookcli.generation.realism.values import Realism
    from hookcli.generation.vocabulary import Vocabulary

MOST_ITEMS = 10_000
"""Items or keys of one container that we make at the most."""

_DEEPEST = 10
"""How often recursive places may stand within one another before they take their smallest values."""

_MOST_DEEP = 100
"""How many values of recursive places one payload may have before the others take their smallest."""

_THINNED = 0.5
"""How likely an optional key of a recursive place within another still is, where a mode takes some of them."""

_MANY_PLACES = 100
"""Places of a schema from which on a payload may get too large to send."""

_LESS_WANTED, _LEAST_WANTED = 0.7, 0.3
"""By how much fewer optional keys are wanted where payloads are too large, and how few at the least."""

_PATIENCE = 20
"""Refusals after which a place is not only made of the shapes that a mode prefers."""

_HEAVY = 60
"""Values within an item above which a list has no more items than it needs."""

_MANY, _MANY_KEYS, _MANY_SHORT = 100, 20, 10
"""Unique items, and keys that are not named, above which what usually comes up is not various enough."""

_SHORT = 12
"""Characters below which a text is a short one."""

_FAR = 10**9
"""How far beyond its only bound a number goes that is to be various."""

_MOST_VALUES = 10_000
"""Values within one place, about, above which what is optional there is as small as can be."""

_MOST_LARGER = 10
"""Values by which one of a few values may be larger than the smallest."""

_COUNTS_ONCE = 1_000
"""Values of a recursive place that count as one of those that a payload may have."""

MOST_EFFORT = 3_000_000
"""Values, about, that are made in vain for one payload."""

_MOST_ANYTHING = 50
"""Values that are tried for the places of one payload when all else was refused."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How much of what is allowed a mode takes."""

    optional: float
    """How likely an optional key is there."""
    whole: bool
    """Whether objects and arrays are taken whole from `examples`."""
    spare: int
    """Items above the least that an array may have."""
    values: int
    """Values of a payload above which the next ones are to be smaller, as far as the schema lets them."""


POLICIES = {
    "typical": Policy(optional=0.75, whole=True, spare=2, values=600),
    "minimal": Policy(optional=0.0, whole=False, spare=0, values=20_000),
    "maximal": Policy(optional=1.0, whole=False, spare=3, values=20_000),
}


class Way(IntEnum):
    """What is taken of a place."""

    SMALLEST = 0
    """The least nested shape, and no more than it needs: how recursive places end."""
    REQUIRED = 1
    """No optional key."""
    ALL = 2
    ANYTHING = 3
    """Whatever may be tried, realistic or not: when all else was refused."""
    VARIED = 4
    """All, but of scalars as many different ones as can be: for what must be unique."""


_EVERY = (Way.ALL, Way.ANYTHING, Way.VARIED)
"""Ways that take optional keys."""


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
        self._realism = realism
        self._made: dict[tuple[int, Way], Sampler | None] = {}
        """None while it is being made; places that are within themselves ask for it meanwhile."""
        self._sizes: dict[tuple[int, Way], float] = {}
        """How many values a sampler makes, about; what recurs counts as small as can be."""
        self._failed: dict[tuple[int, Way], Unsatisfiable] = {}
        self._recursive: set[int] = set()
        self._depth = 0
        self._deepest = _DEEPEST
        self.spent = 0.0
        """Values of recursive places in this payload; set it to 0 before each."""
        self.tried = 0
        """Values that were tried as a last resort in this payload; set it to 0 before each."""
        self.wanted = policy.optional
        """How likely an optional key is to be there, unless payloads get too large."""
        self.effort = 0.0
        """Values that were made in vain; set it to 0 before each payload, and go on trying up to `MOST_EFFORT`."""
        self.luck = Luck(policy.optional, is_choosy=0.0 < policy.optional < 1.0)

    def compile(self, plan: Plan) -> Sampler:
        """A function that makes one value for a place at each call; it may raise DeadEnd.

        Raises:
            Unsatisfiable: nothing can be made for it.
        """
        return self._made_for(plan, Way.ALL if self._policy.optional else Way.REQUIRED)

    def cost_of(self, plan: Plan) -> float:
        """How many values a place takes, about, once it was compiled."""
        return self._size(plan, Way.ALL if self._policy.optional else Way.REQUIRED)

    def compile_smallest(self, plan: Plan) -> Sampler:
        """The same, of the least nested shape alone, and no more of it than it needs."""
        return self._made_for(plan, Way.SMALLEST)

    def compile_anything(self, plan: Plan) -> Sampler:
        """The same, of all that may be tried, likely or not."""
        return self._made_for(plan, Way.ANYTHING)

    @functools.cached_property
    def _vocabulary(self) -> Vocabulary:
        from hookcli.generation.vocabulary import Vocabulary  # late: what construction finds needs none

        return Vocabulary(self._documents, self.rng, self._now)

    def compile_shape(self, shape: Objects, plan: Plan) -> Sampler:
        """A sampler for one of the shapes of a place alone."""
        return self._object(shape, plan, Way.ALL)

    def _compile(self, plan: Plan, way: Way) -> Sampler:
        """The sampler of a place that lies below another: made already, or still being made."""
        key = _key(plan, way)
        if key in self._failed:
            raise self._failed[key]
        if key not in self._made:
            return self._made_for(plan, way)
        return self._made[key] or self._later(key)

    def _made_for(self, plan: Plan, way: Way) -> Sampler:
        """Make the sampler of a place after those of all places below it, however deep they lie."""
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
        return self._compile(plan, way)

    def _below(self, plan: Plan, way: Way) -> Iterator[tuple[Plan, Way]]:
        """The places whose samplers a place needs."""
        way = _key(plan, way)[1]
        for shape in self._shapes(plan, way):
            if isinstance(shape, Objects):
                for key, each in shape.properties.items():
                    if way in _EVERY or key in shape.required:
                        yield each, way
            elif isinstance(shape, Arrays):
                wanted = [*_alive(shape.prefix), *(each for each, least in shape.contains if least)]
                yield from ((each, way) for each in wanted)
                if shape.items is not None and shape.items.alternatives and self._wants_items(shape, way):
                    yield shape.items, way

    def _make(self, plan: Plan, key: tuple[int, Way]) -> None:
        try:
            sampler = self._plan(plan, key[1])
            if key[0] in self._recursive and key[1] is not Way.SMALLEST:
                cost = 1 + self._size(plan, key[1]) // _COUNTS_ONCE
                sampler = self._within_bounds(sampler, self._compile(plan, Way.SMALLEST), cost)
                self._sizes[key] = min(self._size(plan, key[1]), _COUNTS_ONCE)  # more is bounded in each payload
        except Unsatisfiable as error:
            self._failed[key] = error
        else:
            self._made[key] = sampler

    def _later(self, key: tuple[int, Way]) -> Sampler:
        """Stands for a sampler that is still being made: the place is within itself."""
        self._recursive.add(key[0])

        def later() -> Json:
            made = self._made[key]
            if made is None or self._depth > _MOST_DEEP:
                raise DeadEnd
            self._depth += 1
            try:
                return made()
            finally:
                self._depth -= 1

        return later

    def _size(self, plan: Plan, way: Way) -> float:
        return self._sizes.get(_key(plan, way), plan.size)

    def _note(self, plan: Plan, way: Way, size: float) -> None:
        """Remember the largest of what a place may be."""
        key = _key(plan, way)
        self._sizes[key] = max(size, self._sizes.get(key, 0))

    def is_too_large(self, payload: Json) -> bool:
        """Whether a payload is larger than one would send."""
        return len(self._made) >= _MANY_PLACES and _has_more_values(payload, self._policy.values)

    def shrink(self) -> bool:
        """Make the next payloads smaller: less deeply nested, then of fewer optional keys if a mode takes but some.

        Returns:
            Whether that could be done.
        """
        if self._deepest > 1 + self.luck.is_choosy:
            self._deepest = max(self._deepest // 2, 1)
        elif self.luck.is_choosy and self.wanted > _LEAST_WANTED:
            self.luck.likely = self.wanted = self.wanted * _LESS_WANTED
        else:
            return False
        return True

    def _within_bounds(self, deep: Sampler, smallest: Sampler, cost: float) -> Sampler:
        luck = self.luck

        def bounded() -> Json:
            if self._depth >= self._deepest or self.spent >= _MOST_DEEP:
                return smallest()
            likely = luck.likely
            if luck.is_choosy and self._depth:
                luck.likely *= _THINNED
            self._depth += 1
            self.spent += cost
            try:
                return deep()
            finally:
                self._depth -= 1
                luck.likely = likely

        return bounded

    def _plan(self, plan: Plan, way: Way) -> Sampler:
        shapes = self._shapes(plan, way)
        if not shapes:
            raise Unsatisfiable("nothing can be here")
        build = partial(self._shape, plan=plan, way=way)
        if way is Way.ANYTHING:
            return self._anything(plan, _buildable(build, shapes))
        values = [] if way in (Way.SMALLEST, Way.VARIED) else self._values(plan)
        if values:
            self._note(plan, way, max(map(size_of_value, values)))
            return choice(tuple(values), self.rng)
        samplers = _buildable(build, self._preferred(shapes, plan)) or _buildable(build, shapes, must=True)
        sampler = either(samplers, self.rng)
        if plan.exact:
            return sampler
        any_shape = Deferred(lambda: either(_buildable(build, plan.alternatives), self.rng))
        return self._prove(sampler, any_shape, plan.accepts, self._size(plan, way))

    def _anything(self, plan: Plan, samplers: list[Sampler]) -> Sampler:
        random, learnt = self._random, self._vocabulary.draw

        def sample() -> Json:
            for _ in range(MOST_TRIES):
                self.tried += 1
                if self.tried > _MOST_ANYTHING:
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
        luck, wanted, start = self.luck, self._policy.optional, 0

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
                    self.effort += cost
                    if self.effort > MOST_EFFORT:
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
            self._note(plan, way, max(map(size_of_value, values)))
            return choice(values, self.rng)
        if isinstance(shape, Numbers):
            return compile_number(shape, self.rng, *([_FAR] if way is Way.VARIED else []))
        if isinstance(shape, Strings):
            self._note(plan, way, size_of(shape))
            if way is Way.VARIED:
                from hookcli.generation.text.varied import compile_varied  # late: few lists are that long

                return compile_varied(shape, self.rng, self._now, plan.accepts)
            return compile_string(shape, self.rng, self._now, plan.accepts)
        if isinstance(shape, Arrays):
            return self._array(shape, plan, way)
        return self._object(shape, plan, way)

    def _array(self, shape: Arrays, plan: Plan, way: Way) -> Sampler:
        contained = sum(least for _, least in shape.contains)
        if max(shape.minimum, contained) > MOST_ITEMS:
            keyword = f"minItems {shape.minimum:,}" if shape.minimum > MOST_ITEMS else f"minContains {contained:,}"
            raise Unsatisfiable(f"{keyword} is more than the {MOST_ITEMS:,} items that hookcli makes.")
        position = self._position(shape, plan, plan.known_names, way)
        if position is not None:
            return position
        if shape.items is None:
            spare = self._spare(way)
            return self._words(1 if self._policy.spare else 0, max(1, spare) if self._policy.spare else 0)
        least = Way.SMALLEST
        ways = ((way, way), (way, least), (least, least))
        for outer, inner in ((least, Way.VARIED),) if _asks_for_many(shape) else ways:
            maker, size = self._items(shape, shape.items, plan, outer, inner)
            if size <= _MOST_VALUES:
                break
        self._note(plan, way, size)
        return distinct(maker, shape) if shape.unique or shape.repeated else maker

    def _of_key(self, key: str, plan: Plan, way: Way) -> Sampler:
        """The sampler of a member; a list that stands under several keys is made anew where this one says of what."""
        shapes = plan.alternatives if len(plan.names) > 1 and self._realism is not None else []
        shape = shapes[0] if len(shapes) == 1 else None
        if isinstance(shape, Arrays) and shape.items is not None:
            position = self._position(shape, plan, [key], way)
            if position is not None:
                return position
            item = self._lifelike(shape.items, [key], way) if self._wants_items(shape, way) else None
            if item is not None and plan.exact and not (shape.prefix or plan.hints.values):
                maker, _ = self._items(shape, shape.items, plan, way, way, item)
                return distinct(maker, shape) if shape.unique or shape.repeated else maker
        return self._compile(plan, way)

    def _lifelike(self, items: Plan, names: list[str], way: Way) -> Sampler | None:
        """What the items of an array are, as the keys of the array say it."""
        if self._realism is None or way not in (Way.ALL, Way.REQUIRED) or not items.alternatives:
            return None
        return lifelike_item(items, names, self._realism)

    def _position(self, shape: Arrays, plan: Plan, names: list[str], way: Way) -> Sampler | None:
        """A list of numbers that says where something is."""
        if self._realism is None or way not in (Way.ALL, Way.REQUIRED):
            return None
        return lifelike_position(shape, plan, names, self._realism)

    def _items(
        self, shape: Arrays, items: Plan, plan: Plan, way: Way, inner: Way, named: Sampler | None = None
    ) -> tuple[ArrayMaker, float]:
        """Makes arrays with as many items as one way has, made in another; and about how many values that comes to."""
        prefix = [self._compile(plan, inner) for plan in _alive(shape.prefix)]
        item = self._item(items, shape, way, inner) if len(prefix) == len(shape.prefix) else None
        if item is not None:
            item = named or self._lifelike(items, plan.known_names, inner) or item
        musts = [(self._compile(plan, inner), least) for plan, least in shape.contains if least]
        contained, spare = sum(least for _, least in musts), self._spare(way)
        least = max(shape.minimum, len(prefix[: shape.minimum]) + contained)
        wanted = max(least, 1, len(prefix)) if spare and way is not Way.ANYTHING else least
        if way is Way.SMALLEST and self._is_flat(shape):
            wanted = max(least, 1)
        if item is not None and spare and items.height and _is_heavy(item):
            spare = 0
        fixed = [(self._size(plan, inner), 1) for plan in _alive(shape.prefix)][:wanted]
        fixed += [(self._size(plan, inner), least) for plan, least in shape.contains]
        size = 1 + sum(each * count for each, count in fixed)
        each, lacking = self._size(items, inner) if item else 0, max(0, wanted - len(prefix) - contained)
        if each * (lacking + spare) > _MOST_VALUES - size:
            spare = 0
        most = min(x for x in (shape.maximum, MOST_ITEMS, None if item else len(prefix)) if x is not None)
        low, high = min(wanted, most), min(wanted + spare, most)
        various = self._realism is not None and inner in (Way.ALL, Way.REQUIRED) and is_text(items)
        maker = ArrayMaker(prefix, item, musts, low, max(low, high), self._random, various)
        return maker, size + each * (lacking + spare / 2)

    def _spare(self, way: Way) -> int:
        return 0 if way is Way.SMALLEST else 3 if way is Way.ANYTHING else self._policy.spare

    def _words(self, least: int, most: int) -> Sampler:
        """Arrays of which nothing is known: a few different words."""
        random, size = self._random, len(WORDS)

        def sample() -> list[str]:
            start = int(random() * size)
            return [WORDS[(start + at) % size] for at in range(least + int(random() * (most - least + 1)))]

        return sample

    def _item(self, items: Plan, shape: Arrays, way: Way, inner: Way) -> Sampler | None:
        try:
            return self._compile(items, inner) if items.alternatives and self._wants_items(shape, way) else None
        except Unsatisfiable as error:
            raise _below("/0", error) from error

    def _wants_items(self, shape: Arrays, way: Way) -> bool:
        return way is not Way.SMALLEST or shape.minimum > len(shape.prefix) or self._is_flat(shape)

    def _is_flat(self, shape: Arrays) -> bool:
        """Whether an item more nests no deeper: an empty list is an edge, and nothing that is sent every day."""
        return self._policy.spare > 0 and not shape.prefix and shape.items is not None and shape.items.height == 0

    def _object(self, shape: Objects, plan: Plan, way: Way) -> Sampler:
        if shape.minimum > MOST_ITEMS:
            raise Unsatisfiable(
                f"minProperties {shape.minimum:,} is more than the {MOST_ITEMS:,} keys that hookcli makes."
            )
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
            self._note(plan, way, max(map(size_of_value, examples), default=0))
            found = whole(examples, members, fresh, forbidden, plan.accepts, self.rng)
        else:
            found = [self._composed(shape, project(example, members, fresh), plan, way) for example in examples]
            found = [sampler for sampler in found if holds(sampler, plan.accepts)]
        return either(found, self.rng) if found else self._composed(shape, members, plan, way)

    def _members(self, shape: Objects, way: Way) -> list[Member]:
        """The known keys that this way takes; an optional one for which nothing can be built is left out."""
        members = []
        for key, plan in shape.properties.items():
            required = key in shape.required
            if plan.alternatives and (required or way in _EVERY or shape.minimum > len(shape.required)):
                try:
                    members.append(Member(key, self._of_key(key, plan, way), required, plan.hints.template))
                except Unsatisfiable as error:
                    if required:
                        raise _below(f"/{escape(key)}", error) from error
        return members

    def _fitting(self, members: list[Member], shape: Objects, plan: Plan, way: Way) -> list[Member]:
        """The members, the largest as small as can be where all of them are too much, the optional ones first."""
        optional = sum(not each.required for each in members)
        chance = min(1.0, FEW / optional) if optional and self.luck.is_choosy else 1.0
        sizes = {each.key: self._size(shape.properties[each.key], way) for each in members}
        shares = {
            each.key: (sizes[each.key] + len(each.key) / 100) * (1.0 if each.required else chance) for each in members
        }
        total, small = 1 + sum(shares.values()), dict[str, Member | None]()
        heaviest = sorted(members, key=lambda each: (each.required, -sizes[each.key])) if total > _MOST_VALUES else []
        for each in heaviest if way is not Way.SMALLEST else []:
            sample, size = self._lesser(shape.properties[each.key], way)
            small[each.key] = replace(each, sample=sample)
            total -= shares[each.key] * (1 - size / sizes[each.key])
            if total <= _MOST_VALUES:
                break
        self._note(plan, way, total)
        return [small.get(each.key) or each for each in members]

    def _lesser(self, plan: Plan, way: Way) -> tuple[Sampler, float]:
        """A sampler of a place that is too large: of a list with small items, else as small as can be; and its size."""
        shape = plan.alternatives[0]
        if len(plan.alternatives) == 1 and plan.exact and isinstance(shape, Arrays) and shape.items is not None:
            maker, size = self._items(shape, shape.items, plan, way, Way.SMALLEST)
            if size < self._size(plan, way):
                return distinct(maker, shape) if shape.unique or shape.repeated else maker, size
        return self._compile(plan, Way.SMALLEST), self._size(plan, Way.SMALLEST)

    def _composed(self, shape: Objects, members: list[Member], plan: Plan, way: Way) -> Sampler:
        keys = {each.key for each in members}
        members = [
            replace(each, template=None) if each.template and not keys.issuperset(fields_of(each.template)) else each
            for each in members
        ]
        required = sum(each.required for each in members)
        free = shape.maximum is None and shape.minimum <= required
        sampler = (
            compose(members, self._random, self.luck) if free else bounded(shape, members, self._random, self.luck)
        )
        extras, each = self._extras(shape, members, plan, way)
        if not extras:
            return sampler
        random, least = self._random, shape.minimum
        spare = self._spare(way) + 1 if way is Way.ANYTHING or not (members or each) else 0
        goal = (lambda size: max(least, size + int(random() * spare))) if spare else lambda size: max(least, size)
        most = MOST_ITEMS if shape.maximum is None else shape.maximum
        return extended(sampler, shape, extras, random, goal, most, each=each)

    def _extras(self, shape: Objects, members: list[Member], plan: Plan, way: Way) -> tuple[list[Extra], bool]:
        """How keys beside the known ones are made, where any are wanted; and whether one of each kind is."""
        if way is Way.SMALLEST and shape.minimum <= len(members):
            return [], False
        spoken = [value.node != anything() for _, value in shape.others]
        each = self._policy.optional == 1.0 and way in (Way.ALL, Way.VARIED) and any(spoken)
        lacking = shape.minimum > sum(member.required for member in members)
        if not (each or lacking or way is Way.ANYTHING or (way in (Way.ALL, Way.VARIED) and not members)):
            return [], False
        extras, size = [], self._size(plan, way)
        count = max(shape.minimum, len(spoken) if each else 1 + self._spare(way))
        for (name, value), is_spoken in zip(shape.others, spoken, strict=True):
            if name.alternatives and value.alternatives and (is_spoken or not each):
                with suppress(Unsatisfiable):
                    made, values = self._light(value, way, count)
                    named = Way.VARIED if shape.minimum > _MANY_KEYS else way
                    extras.append(Extra(self._compile(name, named), made))
                    self._note(plan, way, size + count * (values + self._size(name, way)))
        if not extras and len(members) < shape.minimum:
            raise Unsatisfiable("there are fewer keys to be had than minProperties asks for")
        return extras, each

    def _light(self, plan: Plan, way: Way, count: int) -> tuple[Sampler, float]:
        """A sampler of a place of which so many are made, as small as can be where that is too much; and its size."""
        sampler, size = self._compile(plan, way), self._size(plan, way)
        if count * size <= _MOST_VALUES or way is Way.SMALLEST:
            return sampler, size
        return self._compile(plan, Way.SMALLEST), self._size(plan, Way.SMALLEST)


def _smallest_values(values: tuple[Json, ...]) -> tuple[Json, ...]:
    """The values without those that are much larger than others."""
    sizes = [*map(size_of_value, values)]
    most = min(sizes, default=0) + _MOST_LARGER
    return tuple(value for value, size in zip(values, sizes, strict=True) if size <= most)


def _key(plan: Plan, way: Way) -> tuple[int, Way]:
    """Where a sampler is kept; under a proof, an optional key may be what is asked for."""
    return id(plan), Way.ALL if way is Way.REQUIRED and not plan.exact else way


def _is_heavy(sample: Sampler) -> bool:
    """Whether what a sampler makes has so many values that one of it is enough; what isn't made yet counts as such."""
    try:
        return _has_more_values(sample(), _HEAVY)
    except (DeadEnd, RecursionError):
        return True


def _has_more_values(payload: Json, most: int) -> bool:
    """Whether there are more values in a value, itself included."""
    waiting: list[Json] = [payload]
    for count, value in enumerate(waiting):
        if count >= most:
            return True
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return False


def _below(token: str, error: Unsatisfiable) -> Unsatisfiable:
    """The same error, said of a place one level up: `at /a/b: ...`."""
    text = str(error)
    return Unsatisfiable(f"at {token}{text.removeprefix('at ') if text.startswith('at /') else f': {text}'}")


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


def _asks_for_many(shape: Arrays) -> bool:
    """Whether there must be more different items than what usually comes up: there are few short words."""
    texts = [one for one in shape.items.alternatives if isinstance(one, Strings)] if shape.items else []
    is_short = any(one.maximum is not None and one.maximum < _SHORT for one in texts)
    return shape.unique and shape.minimum > (_MANY_SHORT if is_short else _MANY)


def _alive(plans: tuple[Plan, ...]) -> Iterator[Plan]:
    """The plans up to the first for which there is no value."""
    for plan in plans:
        if not plan.alternatives:
            return
        yield plan
