"""What a schema knows of each place of a payload, looked up once for all payloads of the same form."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from urllib.parse import quote

from hookcli.models import Json
from hookcli.schema.document import Schema
from hookcli.schema.navigation import mapped
from hookcli.schema.references import escape
from hookcli.validation.strangers import Place, below, fixed_by, is_listed, spelt, spread, strangers

ANY = "*"
"""Stands in a pointer for an index, and for a key that a schema speaks of without spelling it."""

_HOLDING = frozenset(
    {"properties", "required", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"}
    | {"items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"}
)
"""Keywords of a schema that speaks of what is in a value."""

_TELLING = frozenset({"patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"})
"""Keywords of a schema that speaks of keys without spelling them."""

_MOST = 100_000
"""Places that are remembered of one schema."""


class Spot:
    """A place of payloads, and what their schema knows of it.

    Args:
        schema: of the payload.
        pointer: of the place, with `*` for what differs from payload to payload.
        starts: what speaks of it.
        known: the spots of the same schema.
    """

    def __init__(self, schema: Schema, pointer: str, starts: Place, known: dict[object, Spot | None]) -> None:
        self.pointer = pointer
        self._schema = schema
        self._known = known
        self._place = place = spread(schema.resources, starts)
        self._every = every = (*place.sure, *place.chosen, *place.aside)
        self._is_listed = is_listed(schema.resources, starts, place)
        self._fixed = {key for one in every for each in fixed_by(one) for key in each}
        self._is_by_position = any(
            isinstance(one.schema.get("items"), list) or "prefixItems" in one.schema for one in every
        )
        self._is_open = any(not _TELLING.isdisjoint(one.schema) for one in every)
        self._below: dict[str | int, Spot | None] = {}
        self._items: list[Spot | None] = []
        self.spelt = frozenset(key for one in every for key in spelt(one))
        """Keys that the schema names there."""
        self.expected = frozenset(key for one in (*place.sure, *place.chosen) for key in mapped(one, "properties"))
        """Those of them that may come."""

    def item(self, at: int) -> Spot | None:
        """As `below`, of an item; quick where all are alike."""
        if self._is_by_position:
            return self.below(at)
        if not self._items:
            self._items.append(self.below(at))
        return self._items[0]

    def strangers(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The keys of an object that the schema does not know."""
        if not self._is_listed:
            return ()
        unspelt = tuple(key for key in keys if key not in self.spelt)
        return tuple(strangers(self._schema.resources, self._every, unspelt)) if self._is_open else unspelt

    @functools.cached_property
    def homes(self) -> frozenset[str]:
        """Where the schema lists the keys of the objects there, as URIs with a JSON Pointer."""
        listing = [one.schema for one in self._place.sure if mapped(one, "properties")]
        listing = listing or [one.schema for one in self._place.chosen if mapped(one, "properties")]
        places = [self._schema.resources.place_of(each) for each in listing]
        return frozenset(f"{place[0]}#{quote(place[1])}/properties" for place in places if place is not None)

    def below(self, step: str | int) -> Spot | None:
        """The place under a key or at an index; None where the schema says nothing of what is in it."""
        if step in self._fixed or (isinstance(step, str) and not self._is_open and step not in self.spelt):
            return None
        if step not in self._below:
            found = self._found_below(step)
            if step not in self.spelt:
                return found
            self._below[step] = found
        return self._below[step]

    def _found_below(self, step: str | int) -> Spot | None:
        starts = below(self._place, step)
        pointer = f"{self.pointer}/{self.token(step)}"
        speaking = (*starts.sure, *starts.chosen, *starts.aside)
        name = (pointer, *(id(one.schema) for one in speaking))
        if name not in self._known:
            if len(self._known) > _MOST:
                self._known.clear()
            spot = Spot(self._schema, pointer, starts, self._known) if speaking else None
            self._known[name] = spot if spot and spot.is_telling else None
        return self._known[name]

    def token(self, step: str | int) -> str:
        """A key or an index, as it stands in a pointer."""
        return escape(step) if step in self.spelt else ANY

    @property
    def is_telling(self) -> bool:
        """Whether the schema says something of what is in it."""
        return any(isinstance(one.schema, dict) and not _HOLDING.isdisjoint(one.schema) for one in self._every)

    def pattern(self, path: Iterable[str | int]) -> str:
        """The pointer to a place below this one, with `*` for what differs from payload to payload."""
        pointer, spot = self.pointer, self
        steps = iter(path)
        for step in steps:
            pointer = f"{pointer}/{spot.token(step)}"
            inner = spot.below(step)
            if inner is None:
                return pointer + "".join(f"/{ANY}" for _ in steps)
            spot = inner
        return pointer


def spot_of(schema: Schema) -> Spot:
    """The whole payload."""
    return Spot(schema, "", Place((schema.root,)), {})


def value_at(payload: Json, path: Iterable[str | int]) -> Json:
    """The value to which keys and indexes lead; of what leads nowhere, the last on the way."""
    for step in path:
        key = str(step) if isinstance(payload, dict) else step  # jsonschema-rs tells of the key "0" as an index
        try:
            payload = payload[key]
        except (LookupError, TypeError):  # and it leaves an empty key out
            break
    return payload
