"""A part of a schema by itself: where it leaves off stand knots, references to names of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TypeAlias

from hookcli.dataclass import dataclass
from hookcli.models import Json
from hookcli.schema.cases import CHOICES, REFERENCES, Cases, base_in, dict_of, is_plain, list_of, resolved
from hookcli.schema.references import Resources, Subschema, join

_MOST_CASES = 16
"""Cases of one place in a part."""

_MOST_EXCLUDED = 16
"""Branches of a `oneOf` up to which each is told from all the others; that is their number, squared."""

_SINGLE = frozenset(
    {"additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"}
    | {"propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"}
)
_NAMED = frozenset({"dependencies", "dependentSchemas", "patternProperties", "properties"})
_LISTED = frozenset({"allOf", "anyOf", "items", "oneOf", "prefixItems"})
_LEFT_OUT = frozenset(
    {"$schema", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$comment", "$defs", "definitions", "$vocabulary"}
    | {"title", "description", "examples", "default", "then", "else", *REFERENCES}
)
_MOST_IN_PLACE = 500
"""Subschemas of one value that are looked at for what they evaluate."""

UNEVALUATED = ("unevaluatedItems", "unevaluatedProperties")


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A knot for branches of which a value must hold one."""

    source: Subschema
    """The keyword that it was made of, alone."""
    branches: tuple[Subschema, ...]
    exact: bool
    """Whether a value of any branch will do; of a long `oneOf` no other may hold as well."""


Knot: TypeAlias = "Subschema | Choice"


@dataclass(frozen=True, slots=True)
class Context:
    """What is the same for all parts of a schema."""

    resources: Resources
    hides_siblings: bool
    """Whether what stands beside a `$ref` counts for nothing."""
    evaluates_contains: bool
    """Whether an item that `contains` found counts as evaluated (from 2020-12 on)."""
    cases: Cases = field(default_factory=Cases)
    """Cases of subschemas, references not followed."""


class Shell:
    """One part as a schema: what leads out of it replaced by knots."""

    def __init__(
        self, context: Context, name_of: Callable[[Knot], str], left_out: tuple[str, ...], deepest: int
    ) -> None:
        self._context = context
        self._name_of = name_of
        self._left_out = _LEFT_OUT.union(left_out)
        self._deepest = deepest
        self.names: list[str] = []
        """The knots that were tied."""

    def _tie(self, knot: Knot) -> dict[str, Json]:
        self.names.append(self._name_of(knot))
        return {"$ref": self.names[-1]}

    def of(self, schema: Json, base: str, depth: int) -> Json:
        """A subschema, in which knots stand for what leads out of it."""
        found, knots = self.split(schema, base, depth)
        if not knots:
            return found
        ties = [self._tie(knot) for knot in knots]
        return ties[0] if not found and len(ties) == 1 else {**found, "allOf": [*found.get("allOf", []), *ties]}

    def split(self, schema: Json, base: str, depth: int) -> tuple[Json, list[Knot]]:
        """The same, with the knots that speak of the same value apart."""
        if not isinstance(schema, dict):
            return schema, []
        base, schema = base_in(schema, base), _settled(schema)
        found, knots = self._references(schema, base)
        if self._context.hides_siblings and "$ref" in schema:
            return found, knots
        heavy = self._context.cases.of(Subschema(schema, "")) > _MOST_CASES
        for keyword, value in schema.items():
            if heavy and keyword in CHOICES:
                knots += _choices(schema, keyword, base)
            elif heavy and keyword == "allOf":
                knots += [Subschema(each, base) for each in value if self._has_cases(each)]
                found[keyword] = [self.of(each, base, depth) for each in value if not self._has_cases(each)]
            elif keyword == "if":
                found.update(self._conditional(schema, base, depth))
            elif keyword not in self._left_out and not _is_identifier(keyword, value):
                found[keyword] = self._value(keyword, value, base, depth)
        if not self._left_out.isdisjoint(UNEVALUATED):
            every = [self.of(each, base, depth) for each in implied(self._context, Subschema(schema, base))]
            found["allOf"] = [*found.get("allOf", []), *every]
        return {key: value for key, value in found.items() if key != "allOf" or value}, knots

    def _references(self, schema: dict[str, Json], base: str) -> tuple[dict[str, Json], list[Knot]]:
        """References of a schema: those to a metaschema, absolute, and the knots for the others."""
        found: dict[str, Json] = {}
        knots: list[Knot] = []
        for keyword in REFERENCES:
            target = resolved(self._context.resources, base, schema.get(keyword))
            if target is not None:
                knots.append(target)
            elif isinstance(schema.get(keyword), str):
                found[keyword] = join(base, schema[keyword])
        return found, knots

    def _has_cases(self, schema: Json) -> bool:
        return self._context.cases.of(Subschema(schema, "")) > 1

    def _conditional(self, schema: dict[str, Json], base: str, depth: int) -> dict[str, Json]:
        return {key: self.of(schema[key], base, depth) for key in ("if", "then", "else") if key in schema}

    def _value(self, keyword: str, value: Json, base: str, depth: int) -> Json:
        if isinstance(value, list) and keyword in _LISTED:
            inner = self._inner if keyword in ("items", "prefixItems") else self.of
            return [inner(each, base, depth) for each in value]
        if isinstance(value, dict) and keyword in _NAMED:
            return {name: self._inner(each, base, depth) for name, each in value.items()}
        if keyword in _SINGLE:
            return (self.of if keyword == "not" else self._inner)(value, base, depth)
        return value

    def _inner(self, schema: Json, base: str, depth: int) -> Json:
        """A subschema of what is in the value, for which a knot may stand."""
        if not isinstance(schema, dict) or is_plain(schema):
            return schema if not isinstance(schema, dict) else self.of(schema, base, depth)
        if depth >= self._deepest:
            return self._tie(Subschema(schema, base))
        return self.of(schema, base, depth + 1)


def _settled(schema: dict[str, Json]) -> dict[str, Json]:
    """The same schema, in which the keys that others require are required right away where those are required."""
    if "required" not in schema or "dependentRequired" not in schema:
        return schema
    required, waiting = dict.fromkeys(list_of(schema, "required")), list_of(schema, "required")[:]
    left = dict(dict_of(schema, "dependentRequired"))
    while waiting:
        more = [key for key in left.pop(waiting.pop(), ()) if key not in required]
        required.update(dict.fromkeys(more))
        waiting += more
    return {**schema, "required": [*required], "dependentRequired": left}


def _choices(schema: dict[str, Json], keyword: str, base: str) -> Iterator[Choice]:
    """The choices that a keyword comes to, each a knot."""
    value = schema[keyword]
    if keyword == "if":
        source = {key: schema[key] for key in ("if", "then", "else") if key in schema}
        branches: list[Json] = [
            {"allOf": [value, schema.get("then", {})]},
            {"allOf": [{"not": value}, schema.get("else", {})]},
        ]
        yield _choice(source, branches, base)
    elif keyword == "anyOf":
        yield _choice({keyword: value}, value, base)
    elif keyword == "oneOf":
        told = len(value) <= _MOST_EXCLUDED
        yield _choice({keyword: value}, list(_told_apart(value)) if told else value, base, exact=told)
    else:
        for name, needed in value.items():
            then = {"required": needed} if isinstance(needed, list) else {"allOf": [needed]}
            needed_too = {"allOf": [{"required": [name]}, then]}
            yield _choice({keyword: {name: needed}}, [{"properties": {name: {"not": {}}}}, needed_too], base)


def _told_apart(branches: list[Json]) -> Iterator[Json]:
    for at, branch in enumerate(branches):
        others = [{"not": other} for other in (*branches[:at], *branches[at + 1 :])]
        yield {"allOf": [branch, *others]}


def _choice(source: Json, branches: list[Json], base: str, *, exact: bool = True) -> Choice:
    return Choice(Subschema(source, base), tuple(Subschema(each, base) for each in branches), exact)


def implied(context: Context, one: Subschema) -> Iterator[Json]:
    """What `unevaluatedProperties` and `unevaluatedItems` come to in terms of what is seen from here.

    A key that no subschema of the same value names, and an item that none describes, must hold them. That is less than
    they say: a subschema that names a key may not be in force.
    """
    seen = _in_place(context, one)
    rest = one.schema.get("unevaluatedProperties")
    others = ("additionalProperties", "unevaluatedProperties")
    if rest is not None and not any(other in each for each in seen[1:] for other in others):
        named: dict[str, Json] = {key: {} for each in seen for key in dict_of(each, "properties")}
        patterns: dict[str, Json] = {key: {} for each in seen for key in dict_of(each, "patternProperties")}
        yield {"properties": named, "patternProperties": patterns, "additionalProperties": rest}
    rest = one.schema.get("unevaluatedItems")
    own = {"items", "additionalItems", "prefixItems"}
    if rest is not None and all(each.keys().isdisjoint(own | {"unevaluatedItems"}) for each in seen[1:]):
        contained = [each["contains"] for each in seen if "contains" in each] if context.evaluates_contains else []
        if seen[0].keys().isdisjoint(own):
            yield {"items": {"anyOf": [*contained, rest]}}


def _in_place(context: Context, one: Subschema) -> list[dict[str, Json]]:
    """A schema and all that may speak of the same value."""
    waiting = [one]
    seen: dict[int, dict[str, Json]] = {}
    while waiting and len(seen) < _MOST_IN_PLACE:
        each = waiting.pop(0)
        if not isinstance(each.schema, dict) or id(each.schema) in seen:
            continue
        schema, base = seen.setdefault(id(each.schema), each.schema), base_in(each.schema, each.base)
        inner = [schema.get(keyword) for keyword in ("if", "then", "else")]
        inner += [branch for keyword in ("allOf", "anyOf", "oneOf") for branch in list_of(schema, keyword)]
        inner += dict_of(schema, "dependentSchemas").values()
        waiting += [Subschema(branch, base) for branch in inner]
        targets = [resolved(context.resources, base, schema.get(keyword)) for keyword in REFERENCES]
        waiting += [target for target in targets if target is not None]
    return list(seen.values())


def absolute(schema: Json, base: str) -> Json:
    """A copy that can stand anywhere: its references absolute, its own names left out."""
    if isinstance(schema, list):
        return [absolute(each, base) for each in schema]
    if not isinstance(schema, dict):
        return schema
    base = base_in(schema, base)
    copy: dict[str, Json] = {}
    for keyword, value in schema.items():
        if keyword in REFERENCES and isinstance(value, str):
            copy["$ref"] = join(base, value)
        elif keyword in _NAMED and isinstance(value, dict):
            copy[keyword] = {name: absolute(each, base) for name, each in value.items()}
        elif keyword in ("const", "enum"):
            copy[keyword] = value
        elif keyword in ("then", "else") or not (keyword in _LEFT_OUT or _is_identifier(keyword, value)):
            copy[keyword] = absolute(value, base)
    return copy


def _is_identifier(keyword: str, value: Json) -> bool:
    return keyword in ("$id", "id") and isinstance(value, str)
