"""What a schema says of realistic values beside what it demands: `examples`, `default`, `x-hookcli`.

`x-hookcli` is an annotation that validators ignore: an object with `typical`, a schema for what the sender really
sends here, narrower than what is allowed; and `template`, a string made of sibling properties in braces. A property
that has it is made anew even where its object was taken whole from `examples`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.navigation import in_place, of_item, of_property
from hookcli.schema.references import Resources, Subschema

KEYWORD = "x-hookcli"


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """The subschemas that speak of one place in a payload."""

    resources: Resources
    subschemas: tuple[Subschema, ...]
    starts: tuple[Subschema, ...] = ()
    """Those among them that the others were reached from."""
    known: dict[str | int, Hints] = field(default_factory=dict)
    """What was found below, by key or index."""
    pool: dict[tuple[int, ...], Hints] = field(default_factory=dict)
    """All hints of one schema, by the subschemas that they were reached from."""

    @property
    def identity(self) -> tuple[int, ...]:
        """The same for the same subschemas."""
        return tuple(id(one.schema) for one in self.subschemas)

    def key_hints(self, key: str) -> Hints:
        """The hints for the value under `key`."""
        if key not in self.known:
            self.known[key] = make_hints(self.resources, of_property(self.subschemas, key), self.pool)
        return self.known[key]

    def item_hints(self, index: int) -> Hints:
        """The hints for the item at `index`."""
        if index not in self.known:
            self.known[index] = make_hints(self.resources, of_item(self.subschemas, index), self.pool)
        return self.known[index]

    @property
    def is_fresh(self) -> bool:
        """Whether the value is made anew for each payload rather than taken with a whole example."""
        return any(KEYWORD in one.schema for one in self.subschemas)

    @property
    def template(self) -> str | None:
        """How the value is made of its siblings."""
        found = (annotation.get("template") for annotation in self._annotations())
        return next((template for template in found if isinstance(template, str)), None)

    @property
    def values(self) -> list[Json]:
        """Realistic values: the narrowest source that has any. They may not all be valid."""
        typical = [annotation["typical"] for annotation in self._annotations() if "typical" in annotation]
        schemas = [one.schema for one in self.subschemas]
        return _examples(typical) or _examples(schemas) or [one["default"] for one in schemas if "default" in one]

    @property
    def objects(self) -> list[dict[str, Json]]:
        """Whole objects, values that belong together; none where the object is to be composed of its properties."""
        typical = [annotation["typical"] for annotation in self._annotations() if "typical" in annotation]
        found = _examples(typical) if self.is_fresh else self.values
        return [value for value in found if isinstance(value, dict)]

    @property
    def order(self) -> list[str]:
        """The keys of the object in the order in which they are known to come."""
        whole = [value for one in self.subschemas for value in _examples([one.schema]) if isinstance(value, dict)]
        mentioned = [one.schema["properties"] for one in self.subschemas if "properties" in one.schema]
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
        sure = in_place(self.resources, self.starts, surely=True)
        return {key for one in sure for key, value in one.schema.get("properties", {}).items() if value is not False}

    def _annotations(self) -> Iterator[dict[str, Json]]:
        for one in self.subschemas:
            annotation = one.schema.get(KEYWORD)
            if isinstance(annotation, dict):
                yield annotation


def make_hints(
    resources: Resources, starts: Iterable[Subschema], pool: dict[tuple[int, ...], Hints] | None = None
) -> Hints:
    """Gather what speaks of one place, the `typical` schemas of `x-hookcli` included.

    Args:
        resources: what references are looked up in.
        starts: subschemas of the place.
        pool: the hints of the same schema that are there already.
    """
    starts, pool = tuple(starts), {} if pool is None else pool
    mark = tuple(id(one.schema) for one in starts)
    if mark not in pool:
        found = in_place(resources, starts)
        narrower = [Subschema(typical, one.base) for one in found for typical in _typical(one.schema)]
        seen = {id(one.schema) for one in found}
        found += [one for one in in_place(resources, narrower) if id(one.schema) not in seen]
        pool[mark] = Hints(resources, tuple(found), starts, pool=pool)
    return pool[mark]


_STRUCTURE = frozenset({"properties", "required", "anyOf", "oneOf", "allOf", "if"})


def narrow(schema: Schema, *, scalars_only: bool) -> Schema:
    """The schema of what the sender really sends: each `typical` joined by `allOf` to what it stands in.

    A pure function; the schema that comes back is for generation only, what it makes is proven against the first.

    Args:
        schema: the schema of what is allowed.
        scalars_only: leave out what says which keys are there and which cases belong together.
    """
    documents = {uri: _narrow(document, scalars_only) for uri, document in schema.resources.documents.items()}
    root = next(uri for uri, document in schema.resources.documents.items() if document is schema.document)
    return make_schema(documents[root], schema.name, root, documents.__getitem__)


def _narrow(node: Json, scalars_only: bool) -> Json:  # noqa: FBT001
    if isinstance(node, list):
        return [_narrow(item, scalars_only) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: value if key == KEYWORD else _narrow(value, scalars_only) for key, value in node.items()}
    typical = [each for each in _typical(node) if not (scalars_only and _STRUCTURE.intersection(each))]
    return {**inner, "allOf": [*inner.get("allOf", []), *typical]} if typical else inner


def _typical(schema: dict[str, Json]) -> Iterator[Json]:
    annotation = schema.get(KEYWORD)
    if isinstance(annotation, dict) and isinstance(annotation.get("typical"), dict):
        yield annotation["typical"]


def _examples(schemas: Iterable[Json]) -> list[Json]:
    return [
        value
        for one in schemas
        if isinstance(one, dict) and isinstance(one.get("examples"), list)
        for value in one["examples"]
    ]
