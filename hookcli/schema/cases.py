"""How many cases the choices of a schema come to when they are multiplied out."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urldefrag

from hookcli.errors import ReferenceNotFound
from hookcli.models import Json
from hookcli.schema.document import Schema
from hookcli.schema.references import Resources, Subschema, join

MOST_CASES = 512
"""Cases of one place that the canonical form may multiply out; 16,384 of them take 400 MB."""

_MOST_VAGUE = 64
"""Plain branches of a `oneOf` that the canonical form tells apart; it takes their number to the power of four."""

_TOLD = frozenset({"const", "enum"})

_DEEPEST_CHAIN = 100
"""Subschemas within or behind one another in which cases are counted."""

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
DEPENDENT = ("dependentRequired", "dependentSchemas", "dependencies")
CHOICES = ("anyOf", "oneOf", "if", *DEPENDENT)
"""Keywords of which each comes to several cases."""

_MULTIPLIERS = frozenset({*CHOICES, "allOf"})
_COMPLEX = frozenset({*REFERENCES, *_MULTIPLIERS, "not", "properties", "required", "items", "patternProperties"})


def has_many_cases(schema: Schema) -> bool:
    """Whether somewhere in a schema the choices multiply to more than the canonical form should be asked for."""
    count = Cases(schema.resources)
    return any(
        count.of(Subschema(node, uri)) > MOST_CASES
        for uri, document in schema.resources.documents.items()
        for node in nodes(document)
        if not node.keys().isdisjoint(_MULTIPLIERS)
    )


def nodes(document: Json) -> Iterator[dict[str, Json]]:
    """Every object in a document, schema or not, but for those in `examples`."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += [
                each
                for keyword, each in node.items()
                if isinstance(each, dict) or (isinstance(each, list) and keyword != "examples")
            ]
        elif isinstance(node, list):
            waiting += node


class Cases:
    """Counts the cases that a subschema comes to when its choices are multiplied out."""

    def __init__(self, resources: Resources | None = None) -> None:
        self._resources = resources
        self._known: dict[int, int] = {}
        self._depth = 0

    def of(self, one: Subschema) -> int:
        """Cases of one subschema; what is known about a reference that leads back to itself is 1."""
        schema = one.schema
        if not isinstance(schema, dict) or self._depth > _DEEPEST_CHAIN:
            return 1
        if id(schema) not in self._known:
            self._known[id(schema)] = 1
            self._depth += 1
            self._known[id(schema)] = min(self._product(schema, base_in(schema, one.base)), 10**9)
            self._depth -= 1
        return self._known[id(schema)]

    def _product(self, schema: dict[str, Json], base: str) -> int:
        product = 1
        for factor in self._factors(schema, base):
            product *= factor
        return product

    def _factors(self, schema: dict[str, Json], base: str) -> Iterator[int]:
        for keyword in ("anyOf", "oneOf"):
            branches = schema.get(keyword)
            if isinstance(branches, list):
                cases = sum(self.of(Subschema(each, base)) for each in branches if not is_plain(each))
                yield max(1, cases + _overlaps(branches) if keyword == "oneOf" else cases)
        for each in list_of(schema, "allOf"):
            yield self.of(Subschema(each, base))
        if "if" in schema:
            yield sum(self.of(Subschema(schema.get(keyword), base)) for keyword in ("then", "else"))
        for keyword in DEPENDENT:
            for each in dict_of(schema, keyword).values():
                yield 1 + self.of(Subschema(each, base))
        if self._resources is not None:
            for keyword in REFERENCES:
                target = resolved(self._resources, base, schema.get(keyword))
                if target is not None:
                    yield self.of(target)


def _overlaps(branches: list[Json]) -> int:
    """Cases of the plain branches of a long `oneOf` that a value may hold several of: each is told from each other."""
    vague = sum(is_plain(each) and (isinstance(each, bool) or _TOLD.isdisjoint(each)) for each in branches)
    return vague**2 if vague > _MOST_VAGUE else 0


def is_plain(schema: Json) -> bool:
    """Whether a branch is of the kind that melts into its like: `const`, `enum`, a `type`, a range."""
    return not isinstance(schema, dict) or schema.keys().isdisjoint(_COMPLEX)


def base_in(schema: dict[str, Json], base: str) -> str:
    """The base URI inside a schema: that of its `$id`, where it has one."""
    identifier = schema.get("$id", schema.get("id"))
    if not isinstance(identifier, str) or identifier.startswith("#") or ("$ref" in schema and "$id" not in schema):
        return base
    try:
        return urldefrag(join(base, identifier)).url
    except ReferenceNotFound:
        return base


def resolved(resources: Resources, base: str, reference: Json) -> Subschema | None:
    """What a reference names; None where it is none, or names a metaschema."""
    if not isinstance(reference, str):
        return None
    try:
        return resources.resolve(base, reference)
    except ReferenceNotFound:
        return None


def list_of(schema: dict[str, Json], keyword: str) -> list[Json]:
    """The list under a keyword."""
    value = schema.get(keyword)
    return value if isinstance(value, list) else []


def dict_of(schema: dict[str, Json], keyword: str) -> dict[str, Json]:
    """The object under a keyword."""
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}
