"""A schema in parts that stand for one another by name, for schemas that are too much for the canonical form at once.

The canonical form multiplies out the choices of an `allOf`: twenty `if`s are a million cases. It also gives a whole
document up for one keyword that it has no form for. So such a document is canonicalised part by part. Where a part
leaves off (a reference, a subschema far down, a choice among too many) stands a knot: a reference to a name of ours,
which the canonical form keeps as it is. What a knot stands for is canonicalised when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag

from hookcli.errors import ReferenceNotFound
from hookcli.models import Json
from hookcli.schema.dialect import Canonical, anything, canonical
from hookcli.schema.document import Schema
from hookcli.schema.references import Resources, Subschema, join

MOST_CASES = 512
"""Cases of one place that the canonical form may multiply out; 16,384 of them take 400 MB."""

_MOST_CASES_OF_A_PART = 16

_DEEPEST = 3
"""Levels of subschemas in one part."""

_DEEPEST_CHAIN = 100
"""Subschemas within or behind one another in which cases are counted."""

_MOST_EXCLUDED = 16
"""Branches of a `oneOf` up to which each is told from all the others; that is their number, squared."""

_KNOT = "hookcli:knot/"
_CANONICAL_KNOT = "urn:jsonschema:canonical:hookcli%3Aknot%2F"

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_SINGLE = frozenset(
    {"additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"}
    | {"propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"}
)
_NAMED = frozenset({"dependencies", "dependentSchemas", "patternProperties", "properties"})
_LISTED = frozenset({"allOf", "anyOf", "items", "oneOf", "prefixItems"})
_DEPENDENT = ("dependentRequired", "dependentSchemas", "dependencies")
_CHOICES = ("anyOf", "oneOf", "if", *_DEPENDENT)
_LEFT_OUT = frozenset(
    {"$schema", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$comment", "$defs", "definitions", "$vocabulary"}
    | {"title", "description", "examples", "default", "then", "else"}
)
_UNEVALUATED = ("unevaluatedItems", "unevaluatedProperties")


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A knot for branches of which a value must hold one."""

    source: Subschema
    """The keyword that it was made of, alone."""
    branches: tuple[Subschema, ...]
    exact: bool
    """Whether a value of any branch will do; of a long `oneOf` no other may hold as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What a part is: nodes that a value must hold all of, and whether they say all that the part does."""

    nodes: tuple[Canonical, ...]
    exact: bool


def has_many_cases(schema: Schema) -> bool:
    """Whether somewhere in a schema the choices multiply to more than the canonical form should be asked for."""
    count = _Cases(schema.resources)
    return any(
        count.of(Subschema(node, uri)) > MOST_CASES
        for uri, document in schema.resources.documents.items()
        for node in nodes(document)
        if not node.keys().isdisjoint(_MULTIPLIERS)
    )


_MULTIPLIERS = frozenset({*_CHOICES, "allOf"})


def nodes(document: Json) -> Iterator[dict[str, Json]]:
    """Every object in a document, schema or not."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


class _Cases:
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
            self._known[id(schema)] = min(self._product(schema, _base_in(schema, one.base)), 10**9)
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
                yield max(1, sum(self.of(Subschema(each, base)) for each in branches if not _is_plain(each)))
        for each in _list_of(schema, "allOf"):
            yield self.of(Subschema(each, base))
        if "if" in schema:
            yield sum(self.of(Subschema(schema.get(keyword), base)) for keyword in ("then", "else"))
        for keyword in _DEPENDENT:
            for each in _dict_of(schema, keyword).values():
                yield 1 + self.of(Subschema(each, base))
        if self._resources is not None:
            for keyword in _REFERENCES:
                target = _resolved(self._resources, base, schema.get(keyword))
                if target is not None:
                    yield self.of(target)


_COMPLEX = frozenset({*_REFERENCES, *_CHOICES, "allOf", "not", "properties", "required", "items", "patternProperties"})


def _is_plain(schema: Json) -> bool:
    """Whether a branch is of the kind that melts into its like: `const`, `enum`, a `type`, a range."""
    return not isinstance(schema, dict) or schema.keys().isdisjoint(_COMPLEX)


class Parts:
    """The parts of one schema, canonical each by itself."""

    def __init__(self, schema: Schema) -> None:
        self._resources = schema.resources
        self._dialect = schema.dialect
        self._hides = schema.draft.ref_hides_siblings
        self._cases = _Cases()
        self._knots: list[Subschema | Choice] = []
        self._numbers: dict[int, int] = {}
        self._nodes: dict[str, Canonical] = {}
        self._contents: dict[int, Content] = {}

    def node(self, knot: Subschema | Choice) -> Canonical:
        """A canonical node that stands for a part."""
        name = self.name_of(knot)
        if name not in self._nodes:
            self._nodes[name] = self._dialect.canonicalize_part({"$ref": name}, [name])
        return self._nodes[name]

    def content(self, one: Subschema) -> Content:
        """What a part is."""
        mark = id(one.schema)
        if mark not in self._contents:
            self._contents[mark] = self._canonical(one)
        return self._contents[mark]

    def opened(self, uri: str) -> Subschema | Choice | None:
        """What a reference in a canonical form stands for, if it is a knot."""
        number = number_of(uri)
        return self._knots[number] if number >= 0 else None

    def accepts(self, node: Canonical) -> Callable[[Json], bool]:
        """A value -> whether a node takes it, its knots untied."""
        document: Json = node.to_json_schema()
        if isinstance(document, dict) and "$defs" in document:
            document["$defs"] = {
                name: self._untied(self.opened(name), definition) for name, definition in document["$defs"].items()
            }
        return self._dialect.accepts_part(document)

    def _untied(self, knot: Subschema | Choice | None, definition: Json) -> Json:
        if knot is None:
            return definition
        one = knot.source if isinstance(knot, Choice) else knot
        return _absolute(one.schema, one.base)

    def _canonical(self, one: Subschema) -> Content:
        """With all its keywords if it can be, without `unevaluated...` and level by level if it must."""
        for deepest, left_out in ((_DEEPEST, ()), (_DEEPEST, _UNEVALUATED), (0, _UNEVALUATED)):
            shell = _Shell(self, left_out, deepest)
            part, knots = shell.split(one.schema, one.base, 0)
            if not left_out and (knots or shell.names) and not _is_without(part, _UNEVALUATED):
                continue  # what a knot evaluates is not known
            node = self._dialect.canonicalize_part(part, shell.names)
            if not isinstance(node.view(), canonical.RawView):
                break
        exact = not left_out or _is_without(one.schema, left_out)
        return Content((node, *(self.node(knot) for knot in knots)), exact)

    def name_of(self, knot: Subschema | Choice) -> str:
        """The name of a knot, the same for the same subschema."""
        mark = id(knot.schema) if isinstance(knot, Subschema) else id(knot)
        if mark not in self._numbers:
            self._numbers[mark] = len(self._knots)
            self._knots.append(knot)
        return f"{_KNOT}{self._numbers[mark]}"

    def target(self, base: str, reference: Json) -> Subschema | None:
        """What a reference names."""
        return _resolved(self._resources, base, reference)

    def is_heavy(self, schema: Json) -> bool:
        """Whether a subschema has more cases than one part should."""
        return self._cases.of(Subschema(schema, "")) > _MOST_CASES_OF_A_PART

    def has_cases(self, schema: Json) -> bool:
        """Whether a subschema has more than one case."""
        return self._cases.of(Subschema(schema, "")) > 1

    @property
    def hides_siblings(self) -> bool:
        """Whether what stands beside a `$ref` counts for nothing."""
        return self._hides


def number_of(uri: str) -> int:
    """Which knot a reference in a canonical form names, in the order of the schema; -1 where it names another thing."""
    name = uri.removeprefix(_CANONICAL_KNOT)
    return int(name) if name != uri else -1


class _Shell:
    """One part as a schema: what leads out of it replaced by knots."""

    def __init__(self, parts: Parts, left_out: tuple[str, ...], deepest: int) -> None:
        self._parts = parts
        self._left_out = _LEFT_OUT.union(left_out)
        self._deepest = deepest
        self.names: list[str] = []
        """The knots that were tied."""

    def _tie(self, knot: Subschema | Choice) -> dict[str, Json]:
        self.names.append(self._parts.name_of(knot))
        return {"$ref": self.names[-1]}

    def of(self, schema: Json, base: str, depth: int) -> Json:
        """A subschema, in which knots stand for what leads out of it."""
        found, knots = self.split(schema, base, depth)
        if not knots:
            return found
        ties = [self._tie(knot) for knot in knots]
        return ties[0] if not found and len(ties) == 1 else {**found, "allOf": [*found.get("allOf", []), *ties]}

    def split(self, schema: Json, base: str, depth: int) -> tuple[Json, list[Subschema | Choice]]:
        """The same, with the knots that speak of the same value apart."""
        if not isinstance(schema, dict):
            return schema, []
        base = _base_in(schema, base)
        found: dict[str, Json] = {}
        knots: list[Subschema | Choice] = []
        for keyword in _REFERENCES:
            target = self._parts.target(base, schema.get(keyword))
            if target is not None:
                knots.append(target)
            elif isinstance(schema.get(keyword), str):
                found[keyword] = join(base, schema[keyword])
        if self._parts.hides_siblings and "$ref" in schema:
            return found, knots
        heavy = self._parts.is_heavy(schema)
        for keyword, value in schema.items():
            if heavy and keyword in _CHOICES:
                knots += _choices(schema, keyword, base)
            elif heavy and keyword == "allOf":
                knots += [Subschema(each, base) for each in value if self._parts.has_cases(each)]
                found[keyword] = [self.of(each, base, depth) for each in value if not self._parts.has_cases(each)]
            elif keyword == "if":
                found.update(self._conditional(schema, base, depth))
            elif keyword not in self._left_out and keyword not in _REFERENCES and not _is_identifier(keyword, value):
                found[keyword] = self._value(keyword, value, base, depth)
        if found.get("allOf") == []:
            del found["allOf"]
        return found, knots

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
        if not isinstance(schema, dict) or _is_plain(schema):
            return schema if not isinstance(schema, dict) else self.of(schema, base, depth)
        if depth >= self._deepest:
            return self._tie(Subschema(schema, base))
        return self.of(schema, base, depth + 1)


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
            yield _choice({keyword: {name: needed}}, [{"properties": {name: False}}, needed_too], base)


def _told_apart(branches: list[Json]) -> Iterator[Json]:
    for at, branch in enumerate(branches):
        others = [{"not": other} for other in (*branches[:at], *branches[at + 1 :])]
        yield {"allOf": [branch, *others]}


def _choice(source: Json, branches: list[Json], base: str, *, exact: bool = True) -> Choice:
    return Choice(Subschema(source, base), tuple(Subschema(each, base) for each in branches), exact)


def _absolute(schema: Json, base: str) -> Json:
    """A copy that can stand anywhere: its references absolute, its own names left out."""
    if isinstance(schema, list):
        return [_absolute(each, base) for each in schema]
    if not isinstance(schema, dict):
        return schema
    base = _base_in(schema, base)
    copy = {}
    for keyword, value in schema.items():
        if keyword in _REFERENCES and isinstance(value, str):
            copy["$ref"] = join(base, value)
        elif keyword in _NAMED and isinstance(value, dict):
            copy[keyword] = {name: _absolute(each, base) for name, each in value.items()}
        elif keyword in ("const", "enum", "then", "else") or keyword not in _LEFT_OUT:
            if not _is_identifier(keyword, value):
                copy[keyword] = value if keyword in ("const", "enum") else _absolute(value, base)
    return copy


def _base_in(schema: dict[str, Json], base: str) -> str:
    """The base URI inside a schema: that of its `$id`, where it has one."""
    identifier = schema.get("$id", schema.get("id"))
    if not isinstance(identifier, str) or identifier.startswith("#") or ("$ref" in schema and "$id" not in schema):
        return base
    try:
        return urldefrag(join(base, identifier)).url
    except ReferenceNotFound:
        return base


def _is_identifier(keyword: str, value: Json) -> bool:
    return keyword in ("$id", "id") and isinstance(value, str)


def _is_without(schema: Json, keywords: tuple[str, ...]) -> bool:
    return all(node.keys().isdisjoint(keywords) for node in nodes(schema))


def _resolved(resources: Resources, base: str, reference: Json) -> Subschema | None:
    if not isinstance(reference, str):
        return None
    try:
        return resources.resolve(base, reference)
    except ReferenceNotFound:
        return None


def _list_of(schema: dict[str, Json], keyword: str) -> list[Json]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else []


def _dict_of(schema: dict[str, Json], keyword: str) -> dict[str, Json]:
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}
