"""The edges of objects and arrays: fewest and most keys and items, each key alone there and alone missing.

Values inside are plain: the smallest that their places take. What shapes cannot say (`not`, `maxContains`) is tried
on the proof.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, takewhile

from hookcli.generation.boundary.maker import MOST_ITEMS, SAMPLES, Maker
from hookcli.generation.identity import identity
from hookcli.generation.shapes import Arrays, Objects, Plan
from hookcli.models import Json

Proof = Callable[[Json], bool]
"""Whether a value fits, in its place, in a whole payload."""

_MOST_CELLS = 250_000
"""Keys of one object times the payloads that each lack one of them: 500 keys are all taken away in turn."""

_WHOLE = 3
"""Objects with all keys that are drawn, each of which may be large."""


def sizes(minimum: int, maximum: int | None) -> list[int]:
    """The sizes at the bounds of a container: the two smallest, and the two largest where there is a maximum."""
    most = minimum + 1 if maximum is None else maximum
    found = dict.fromkeys((minimum, minimum + 1, most - 1, most))
    return [size for size in found if minimum <= size <= min(most, max(minimum, MOST_ITEMS))]


class Keys:
    """The objects at the edges of one shape.

    Args:
        shape: the objects.
        plan: the place that they are for.
        maker: makes what is inside.
        holds: proves an object in its place.
    """

    def __init__(self, shape: Objects, plan: Plan, maker: Maker, holds: Proof) -> None:
        self._shape = shape
        self._plan = plan
        self._maker = maker
        self._holds = holds
        self._order = {key: at for at, key in enumerate(shape.properties)}
        drawn = chain(filter(self._is_of_shape, maker.plain(plan)), self._composed(), maker.objects(shape, plan))
        self.least = next(filter(holds, drawn), None)
        """The object with no more keys than needed."""
        if self.least is None:
            self.least = next(filter(holds, self._full), None)
        for key, value in (self.least or {}).items():
            if key in shape.properties:
                maker.keep(shape.properties[key], value)
        self._plains = {key: value for key, inner in shape.properties.items() for value in maker.plain(inner)}
        self._wide = self._widest()

    def edges(self) -> Iterator[dict[str, Json]]:
        """The least, each optional key alone there, each other key alone missing, the numbers of keys at the bounds."""
        if self.least is None:
            return
        yield self.least
        for key in self._optional:
            if key in self._plains:
                yield self.put(self.least, {key: self._plains[key]})
        yield self._wide
        for key in islice(self._optional, _MOST_CELLS // max(1, len(self._wide))):
            if key in self._wide:
                yield {name: value for name, value in self._wide.items() if name != key}
        if not (self._shape.properties or self._shape.others):
            yield {**self.least, "x": "x"}  # nothing is said of keys
        yield from self._of_sizes()

    def _composed(self) -> Iterator[dict[str, Json]]:
        """The required keys, each with its plain value."""
        needed = [key for key in self._shape.properties if key in self._shape.required]
        value = {key: plain for key in needed for plain in self._maker.plain(self._shape.properties[key])}
        if len(value) == len(self._shape.required) >= self._shape.minimum:
            yield value

    def _is_of_shape(self, value: Json) -> bool:
        """Whether the plain value of the place has this shape, as far as its keys tell."""
        if not isinstance(value, dict) or not self._shape.required <= value.keys():
            return False
        if len(self._plan.alternatives) == 1:
            return True
        known = [(inner, value[key]) for key, inner in self._shape.properties.items() if key in value]
        return all(inner.alternatives and inner.accepts(each) for inner, each in known)

    @property
    def _optional(self) -> list[str]:
        return [key for key in self._shape.properties if key not in self._shape.required]

    def base(self, key: str) -> dict[str, Json] | None:
        """A valid object to put values under this key into, as small as one can be found; not a copy."""
        if self.least is None or key in self.least:
            return self.least
        if key in self._plains:
            plain = {key: self._plains[key]}
            for one in (self.least, self._wide):
                if self._holds(self.put(one, plain)):
                    return one
        return next((found for found in self._full if key in found and self._holds(found)), None)

    @functools.cached_property
    def _full(self) -> list[dict[str, Json]]:
        return list(islice(self._maker.objects(self._shape, self._plan, full=True), _WHOLE))

    def others(self) -> Iterator[tuple[Plan, Plan, str, dict[str, Json]]]:
        """For each rule of other keys: the places of key and value, and an object with one such key."""
        for name, value in self._shape.others:
            for key, found in self._other(name, value):
                yield name, value, key, found

    def _other(self, name: Plan, value: Plan) -> Iterator[tuple[str, dict[str, Json]]]:
        if self.least is None or not value.alternatives:
            return
        fewer = {key: each for key, each in self.least.items() if key in self._shape.properties}
        for key in islice(self._names(name), SAMPLES):
            for plain in self._maker.plain(value):
                for base in (self.least, fewer):
                    if key not in base and self._holds({**base, key: plain}):
                        yield key, {**base, key: plain}
                        return

    def _names(self, name: Plan) -> Iterator[str]:
        """Different names that no known key has."""
        drawn = chain(self._maker.drawn(name), self._maker.different(name, SAMPLES))
        return (key for key in dict.fromkeys(drawn) if key not in self._shape.properties)

    def put(self, base: dict[str, Json], more: dict[str, Json]) -> dict[str, Json]:
        """Both joined: known keys in their order, then the others."""
        last = len(self._order)
        merged = {**base, **more}
        return {key: merged[key] for key in sorted(merged, key=lambda key: self._order.get(key, last))}

    def _widest(self) -> dict[str, Json]:
        """Every key that may be there, as far as the object stays valid with all those before it."""
        if self.least is None:
            return {}
        most = len(self._plains) + len(self.least) if self._shape.maximum is None else self._shape.maximum
        optional = [key for key in self._plains if key not in self.least][: max(0, most - len(self.least))]
        wide = self.put(self.least, {key: self._plains[key] for key in optional})
        if self._holds(wide):
            return wide
        wide = self.least
        for key in islice(self._plains, MOST_ITEMS):
            more = self.put(wide, {key: self._plains[key]})
            wide = more if key not in wide and self._holds(more) else wide
        return wide

    def _of_sizes(self) -> Iterator[dict[str, Json]]:
        assert self.least is not None
        if not self._shape.minimum and self._shape.maximum is None:
            return
        for size in sizes(max(self._shape.minimum, len(self._shape.required)), self._shape.maximum):
            yield self._of_size(size)

    def _of_size(self, size: int) -> dict[str, Json]:
        """An object with so many keys: those that it needs, known ones, others."""
        assert self.least is not None
        value = dict(self.least)
        for key in self._wide:
            if len(value) < size:
                value.setdefault(key, self._wide[key])
        for name, inner in self._shape.others:
            missing = size - len(value)
            for key in self._maker.different(name, missing + len(value)) if missing > 0 else ():
                for plain in self._maker.plain(inner):
                    if len(value) < size and key not in self._shape.properties:
                        value.setdefault(key, plain)
        return self.put({}, value)


class Items:
    """The arrays at the edges of one shape.

    Args:
        shape: the arrays.
        plan: the place that they are for.
        maker: makes what is inside.
        holds: proves an array in its place.
    """

    def __init__(self, shape: Arrays, plan: Plan, maker: Maker, holds: Proof) -> None:
        self._shape = shape
        self._maker = maker
        self._holds = holds
        for value in maker.plain(plan):
            self._keep(value)
        self._prefix = [*_until_none(map(maker.plain, shape.prefix))]
        self.reach = len(self._prefix)
        """How many items of the prefix can be made."""
        self._found: dict[int, list[Json]] = {}
        self._musts = [self._some(plan, least) for plan, least in shape.contains]
        self._fillers = self._few(SAMPLES) if shape.contains else self._plain_item()

    def edges(self) -> Iterator[list[Json]]:
        """Of the sizes at the bounds, then with as many of what must be contained as may be."""
        least = max(self._shape.minimum, sum(map(len, self._musts)))
        for size in [*sizes(least, self._shape.maximum), *([2] if self._shape.repeated else [])]:
            yield self._of_size(size, self._musts)
        if self._shape.prefix:
            yield self._of_size(len(self._shape.prefix), self._musts)
        for at in range(len(self._shape.contains)):
            yield from self._counts(at)

    def _keep(self, value: Json) -> None:
        """Let the plain items be those of the plain array."""
        items = [self._shape.items] if self._shape.items is not None and not self._shape.contains else []
        if isinstance(value, list):
            for plan, item in zip((*self._shape.prefix, *items), value):  # noqa: B905 (either may be longer)
                self._maker.keep(plan, item)

    def at(self, index: int, value: Json) -> list[Json]:
        """An array with that value at one place of the prefix."""
        whole = self._of_size(max(self._shape.minimum, index + 1), self._musts)
        return [*whole[:index], value, *whole[index + 1 :]]

    def among(self, value: Json) -> list[Json]:
        """An array with that value among the items after the prefix."""
        return self._after_prefix([[value], *self._musts])

    def counted(self, at: int, value: Json) -> list[Json]:
        """An array with that value for one of those that must be contained."""
        return self._after_prefix([[value], *([*some[index == at :]] for index, some in enumerate(self._musts))])

    def _after_prefix(self, musts: list[list[Json]]) -> list[Json]:
        return self._of_size(max(self._shape.minimum, len(self._shape.prefix) + sum(map(len, musts))), musts)

    def _of_size(self, size: int, musts: list[list[Json]]) -> list[Json]:
        """An array of that size, or more where it needs more: the prefix, what must be contained, fillers."""
        start = self._prefix[:size] + [value for some in musts for value in some]
        if not self._shape.unique:
            return start + self._fillers[:1] * (size - len(start))
        value: dict[bytes, Json] = {}
        for item in chain(start, self._few(size) if len(start) < size else ()):
            if len(value) < max(size, len(start)):
                value.setdefault(identity(item), item)
        return list(value.values())

    def _plain_item(self) -> list[Json]:
        """An item to fill up with; where nothing is said of items, any will do."""
        return self._maker.plain(self._shape.items) if self._shape.items is not None else ["x"]

    def _few(self, count: int) -> list[Json]:
        """Different items to fill up with: rather such as no `contains` counts."""
        if count not in self._found:
            spare = len(self._prefix) + sum(map(len, self._musts)) + 2
            items = self._shape.items
            found = [] if items is None else self._maker.different(items, count + spare)
            counts = [plan.accepts for plan, _ in self._shape.contains]
            self._found[count] = sorted(found, key=lambda value: any(accepts(value) for accepts in counts))
        return self._found[count]

    def _some(self, plan: Plan, count: int) -> list[Json]:
        if self._shape.unique:
            return self._maker.different(plan, min(count, MOST_ITEMS))
        return self._maker.plain(plan) * min(count, MOST_ITEMS)

    def _counts(self, at: int) -> Iterator[list[Json]]:
        """With one more of what must be contained, and with the most: found by doubling, then by halving."""
        least = self._shape.contains[at][1]
        good, bad = least, least + 1
        while bad - least <= MOST_ITEMS and self._holds(self._holding(at, bad)):
            good, bad = bad, least + 2 * (bad - least)
        if bad - least > MOST_ITEMS:
            yield self._holding(at, least + 1)
            return
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if self._holds(self._holding(at, middle)) else (good, middle)
        for count in dict.fromkeys((least + 1, good - 1, good)):
            if least <= count <= good:
                yield self._holding(at, count)

    def _holding(self, at: int, count: int) -> list[Json]:
        """With so many of what must be contained."""
        more = self._some(self._shape.contains[at][0], count)
        musts = [more if index == at else some for index, some in enumerate(self._musts)]
        return self._of_size(max(self._shape.minimum, len(self._prefix)), musts)


def _until_none(found: Iterable[list[Json]]) -> Iterator[Json]:
    """The values up to the first that is not to be had."""
    return chain.from_iterable(takewhile(bool, found))
