"""What a schema says of realistic values beside what it demands: `examples`, `default`, `x-hookcli`.

A property that has `x-hookcli` is made anew even where its object was taken whole from `examples`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import field

from hookcli.dataclass import dataclass
from hookcli.generation.extension import KEYWORD, Templates, template_of, typical_of
from hookcli.models import Json
from hookcli.schema.navigation import Reach, beside, in_place, mapped, of_item, of_property, reached
from hookcli.schema.references import Resources, Subschema

_TELLING = frozenset({"examples", "default", KEYWORD, "properties"}) | {
    "dependencies", "dependentRequired", "dependentSchemas"
}  # fmt: skip
"""Keywords that say something of realistic values, of the keys of an object, or of their order."""

_BELOW = (
    "patternProperties", "additionalProperties", "unevaluatedProperties",
    "items", "prefixItems", "additionalItems", "unevaluatedItems", "contains",
)  # fmt: skip
"""Keywords by which one gets to places that others may speak of."""

_SAYING = _TELLING.union(_BELOW)
_LEADING = _SAYING | {"$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if"}


@dataclass(frozen=True, eq=False)
class Hints:
    """The subschemas that speak of one place in a payload.

    None where none of them has anything to tell of it or of what lies below: all such places share one plan for
    each node, where a large schema would else have one for each way to get there.
    """

    resources: Resources
    subschemas: tuple[Subschema, ...]
    sure: tuple[Subschema, ...] = ()
    """Those among them that hold for every value, and name keys."""
    identity: tuple[int, ...] = ()
    """The same for the same subschemas."""
    essence: tuple[int, ...] = ()
    """The same for those of them that say something themselves: a mere reference does not."""
    known: dict[str | int, Hints] = field(default_factory=dict)
    """What was found below, by key or index."""
    said: dict[str, tuple[Subschema, ...]] = field(default_factory=dict)
    pool: Pool | None = None

    def key_hints(self, key: str) -> Hints:
        """The hints for the value under `key`."""
        if key not in self.known:
            self.known[key] = self._below(of_property(self.subschemas, key))
        return self.known[key]

    def item_hints(self, index: int) -> Hints:
        """The hints for the item at `index`."""
        if index not in self.known:
            self.known[index] = self._below(of_item(self.subschemas, index))
        return self.known[index]

    def said_of(self, key: str) -> tuple[Subschema, ...]:
        """All that is said of the value under `key`, whether it tells of realistic values or not."""
        if key not in self.said:
            self.said[key] = reached(self.resources, of_property(self.subschemas, key), Reach.SPOKEN)
        return self.said[key]

    def _below(self, starts: list[Subschema]) -> Hints:
        return self.pool.make(starts) if self.pool is not None else make_hints(self.resources, starts)

    @functools.cached_property
    def is_fresh(self) -> bool:
        """Whether the value is made anew for each payload rather than taken with a whole example."""
        return any(KEYWORD in one.schema for one in self.subschemas)

    @property
    def template(self) -> str | None:
        """How the value is made of its siblings."""
        found = (template_of(one.schema) for one in self.subschemas)
        return next((template for template in found if template is not None), None)

    @functools.cached_property
    def values(self) -> list[Json]:
        """Realistic values: the narrowest source that has any. They may not all be valid."""
        typical = [each for one in self.subschemas for each in typical_of(one.schema)]
        schemas = [one.schema for one in self.subschemas]
        return _examples(typical) or _examples(schemas) or [one["default"] for one in schemas if "default" in one]

    @functools.cached_property
    def objects(self) -> list[dict[str, Json]]:
        """Whole objects, values that belong together; none where the object is to be composed of its properties."""
        typical = [each for one in self.subschemas for each in typical_of(one.schema)]
        found = _examples(typical) if self.is_fresh else self.values
        return [value for value in found if isinstance(value, dict)]

    @property
    def order(self) -> list[str]:
        """The keys of the object in the order in which they are known to come."""
        whole = [value for one in self.subschemas for value in _examples([one.schema]) if isinstance(value, dict)]
        mentioned = [mapped(one, "properties") for one in self.subschemas if "properties" in one.schema]
        fullest: dict[str, Json] = max(whole, key=lambda value: len(value), default={})
        order = list(fullest)
        if not order:
            return list(dict.fromkeys(key for keys in mentioned for key in keys))
        for keys in mentioned:
            at = 0
            for key in keys:
                if key not in order:
                    order.insert(at, key)
                at = order.index(key) + 1
        return order

    @property
    def keys(self) -> set[str]:
        """The keys that the schema names whatever the value is; the canonical form drops those that may be anything."""
        return {key for one in self.sure for key, value in mapped(one, "properties").items() if value is not False}


class Pool:
    """All hints of one schema: by what they were reached from, and by what they tell."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._templates = Templates(resources)
        self._made: dict[tuple[int, ...], Hints] = {}
        self._told: dict[tuple[int, ...], Hints] = {}
        self._tells: dict[int, bool] = {}

    def make(self, starts: Iterable[Subschema]) -> Hints:
        """Gather what speaks of one place, the `typical` schemas of `x-hookcli` included.

        Raises:
            SchemaInvalid: a template names a property that isn't beside it.
        """
        starts = tuple(starts)
        if not self._templates and all(map(_is_silent, starts)):
            starts = ()
        mark = tuple(id(one.schema) for one in starts)
        if mark not in self._made:
            self._made[mark] = self._gather(starts)
        return self._made[mark]

    def _gather(self, starts: tuple[Subschema, ...]) -> Hints:
        found = in_place(self._resources, starts)
        narrower = [one.inner(typical) for one in found for typical in typical_of(one.schema)]
        if narrower:
            seen = {id(one.schema) for one in found}
            found += [one for one in in_place(self._resources, narrower) if id(one.schema) not in seen]
        self._templates.check(found)
        telling = tuple(found) if any(map(self._is_telling, found)) else ()
        sure = tuple(one for one in reached(self._resources, starts, Reach.SURE) if mapped(one, "properties"))
        identity = tuple(id(one.schema) for one in (*telling, *sure))
        if identity not in self._told:
            essence = tuple(id(one.schema) for one in (*telling, *sure) if not _SAYING.isdisjoint(one.schema))
            self._told[identity] = Hints(self._resources, telling, sure, identity, essence, pool=self)
        return self._told[identity]

    def _is_telling(self, one: Subschema) -> bool:
        """Whether a schema tells something of its own place or of one below it."""
        seen, waiting = {id(one.schema): False}, [one]
        for each in waiting:
            if self._tells.get(id(each.schema)) or _tells(each):
                self._tells[id(one.schema)] = True
                return True
            if id(each.schema) not in self._tells:
                next_ones = [inner for inner in self._around(each) if id(inner.schema) not in seen]
                seen.update((id(inner.schema), False) for inner in next_ones)
                waiting += next_ones
        self._tells.update(seen)
        return False

    def _around(self, one: Subschema) -> Iterator[Subschema]:
        """The schemas of the same place, and those of the places below."""
        yield from (inner for inner in beside(self._resources, one) if isinstance(inner.schema, dict))
        if not one.is_hidden:
            yield from _below(one)


def _is_silent(one: Subschema) -> bool:
    """Whether a schema neither tells anything nor leads to one that might."""
    return not isinstance(one.schema, dict) or _LEADING.isdisjoint(one.schema)


def _tells(one: Subschema) -> bool:
    return not (one.is_hidden or _TELLING.isdisjoint(one.schema))


def _below(one: Subschema) -> Iterator[Subschema]:
    for keyword in _BELOW:
        value = one.schema.get(keyword)
        inner = value if isinstance(value, list) else [value]
        if keyword == "patternProperties":
            inner = list(mapped(one, keyword).values())
        yield from (one.inner(each) for each in inner if isinstance(each, dict))


def make_hints(resources: Resources, starts: Iterable[Subschema]) -> Hints:
    """Gather what speaks of one place, and of those below it when they are asked for.

    Args:
        resources: what references are looked up in.
        starts: subschemas of the place.

    Raises:
        SchemaInvalid: a template names a property that isn't beside it.
    """
    return Pool(resources).make(starts)


def _examples(schemas: Iterable[Json]) -> list[Json]:
    return [
        value
        for one in schemas
        if isinstance(one, dict) and isinstance(one.get("examples"), list)
        for value in one["examples"]
    ]
