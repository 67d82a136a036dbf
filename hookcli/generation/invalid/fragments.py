"""Small schemas cut out of a big one: whether one takes a value, and values that it takes.

References are written out to a depth, and what lies deeper admits anything. So a fragment tells nearly what its place
in the whole schema would; whatever is made with it is proven by the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from functools import cached_property
from random import Random

from hookcli.errors import ReferenceNotFound, Unsatisfiable
from hookcli.generation.compiler import Compiler
from hookcli.generation.hints import Hints
from hookcli.generation.plan import make_plan
from hookcli.generation.policy import POLICIES, Policy
from hookcli.generation.scalars import DeadEnd
from hookcli.generation.shapes import Plan, Shape
from hookcli.models import Json
from hookcli.schema.cases import Cases
from hookcli.schema.dialect import canonical_of, takes, words
from hookcli.schema.document import Schema
from hookcli.schema.references import Subschema

_DEEPEST = (40, 8)
"""Levels of a subschema that are written out; the fewer where they would be too many parts."""

_MOST_PARTS = 1_000
"""Parts that a fragment has at the most."""

_MOST_FRAGMENTS = 5_000
"""Fragments that are cut out of one schema."""

_MOST_CASES = 64
"""Cases of a fragment up to which values are made of it."""

_MOST_SHAPES = 6

_FULL = Policy(optional=1.0, whole=False, spare=1, values=20_000)
"""All keys, but one item of a list: the lists of nested lists are many otherwise."""

_NAMES = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})
_OPAQUE = frozenset({"const", "enum", "required", "dependentRequired", "type", "pattern", "format", "uniqueItems"})
_STRICTER = frozenset({"not", "if", "oneOf"})
"""Keywords that refuse more the more their subschemas take."""

_LEFT_OUT = frozenset(
    {"$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$ref", "$dynamicRef", "$recursiveRef"}
    | {"$defs", "definitions", "$comment", "title", "description", "examples", "default", "x-hookcli"}
)


class _TooMany(Exception):
    """A fragment would have too many parts."""


class Fragments:
    """Cuts fragments out of one schema.

    Args:
        schema: the whole.
        rng: where randomness comes from.
        now: seconds since 1970-01-01 UTC; generated moments lie shortly before.
    """

    def __init__(self, schema: Schema, rng: Random, now: float) -> None:
        self._schema = schema
        self._compilers = [Compiler(policy, rng, now) for policy in (POLICIES["minimal"], _FULL)]
        self._made: dict[tuple[int, ...], tuple[tuple[Subschema, ...], Fragment | None]] = {}
        self._targets: dict[tuple[str, str], Subschema | None] = {}
        self._schemas: dict[tuple[str, Hashable], dict[str, Json]] = {}
        self._parts: dict[tuple[int, tuple[str, ...]], dict[str, Json]] = {}
        self._left = self._left_out = self._deepest = 0
        self.parts = 0
        """Parts that were written out so far: the work that all fragments were."""

    @property
    def count(self) -> int:
        """Fragments that were cut so far."""
        return len(self._made)

    def of(self, *subschemas: Subschema) -> Fragment | None:
        """The fragment for all of these together; None where it would be too big, or there were too many."""
        mark = tuple(id(one.schema) for one in subschemas)
        if mark not in self._made:
            if len(self._made) >= _MOST_FRAGMENTS:
                return None
            self._made[mark] = (
                subschemas,
                self._cut(subschemas),
            )  # the subschemas too: an id is theirs while they live
        return self._made[mark][1]

    def values(self, *subschemas: Subschema) -> list[Json]:
        """Some values that all of these take together; none where nothing is known of them."""
        found = self.of(*subschemas) if subschemas else None
        return found.values if found else []

    def schema_of(self, keyword: str, argument: Json, mark: Hashable) -> dict[str, Json]:
        """A schema of one keyword: the same object each time.

        Args:
            keyword: of JSON Schema.
            argument: what it says.
            mark: tells that from what it says elsewhere.
        """
        return self._schemas.setdefault((keyword, mark), {keyword: argument})

    def part(self, schema: dict[str, Json], keywords: Iterable[str]) -> dict[str, Json]:
        """Some keywords of a subschema alone: the same object each time."""
        kept = tuple(keyword for keyword in keywords if keyword in schema)
        mark = (id(schema), kept)
        if mark not in self._parts:
            self._parts[mark] = {keyword: schema[keyword] for keyword in kept}
        return self._parts[mark]

    def _cut(self, subschemas: tuple[Subschema, ...]) -> Fragment | None:
        for deepest in _DEEPEST:
            self._left, self._deepest = _MOST_PARTS, deepest
            with suppress(_TooMany, ValueError):  # not a schema, or more than validators take
                branches = [self._written(one.schema, one.base, 0) for one in subschemas]
                document = {"$schema": self._schema.draft.uri, "allOf": branches}
                return Fragment(document, self._schema, self._compilers)
        return None

    def _written(self, node: Json, base: str, depth: int) -> Json:
        """A subschema without references, names and what only annotates."""
        self.parts += 1
        self._left -= 1
        if self._left < 0:
            raise _TooMany
        if isinstance(node, list):
            return [self._written(one, base, depth + 1) for one in node]
        if not isinstance(node, dict):
            return {"not": {}} if node is False else node
        if depth > self._deepest:
            self._left_out += 1
            return {}
        base = self.base_in(node, base)
        targets = [
            self._target(node[key], base, depth) for key in ("$ref", "$dynamicRef", "$recursiveRef") if key in node
        ]
        if targets and self._schema.draft.ref_hides_siblings:
            return targets[0]
        own = self._keywords(node, base, depth)
        return {**own, "allOf": [*own.get("allOf", []), *targets]} if targets else own

    def _keywords(self, node: dict[str, Json], base: str, depth: int) -> dict[str, Json]:
        """The keywords of a subschema; what is cut short must not refuse more than the whole."""
        own: dict[str, Json] = {}
        for key, value in node.items():
            if key in _LEFT_OUT:
                continue
            before = self._left_out
            written = self._value(key, value, base, depth)
            if self._left_out == before or key not in _STRICTER:
                own[key] = written
            elif key == "oneOf":
                own.setdefault("anyOf", written)
        return own if "if" in own else {key: value for key, value in own.items() if key not in ("then", "else")}

    def _value(self, key: str, value: Json, base: str, depth: int) -> Json:
        if key in _OPAQUE or not isinstance(value, (bool, dict, list)):
            return value
        if key in _NAMES and isinstance(value, dict):
            return {
                name: one if isinstance(one, list) else self._written(one, base, depth + 1)
                for name, one in value.items()
            }
        return self._written(value, base, depth + 1)

    def _target(self, reference: Json, base: str, depth: int) -> Json:
        target = self.resolve(base, reference)
        return {} if target is None else self._written(target.schema, target.base, depth + 4)

    def base_in(self, schema: dict[str, Json], base: str) -> str:
        """The base of references within a schema that may have an identifier of its own."""
        named = "$id" in schema or "id" in schema
        return Subschema(None, base, self._schema.draft).inner(schema).base if named else base

    def resolve(self, base: str, reference: str) -> Subschema | None:
        """What a reference names; None where nothing is known of it."""
        mark = (base, reference)
        if mark not in self._targets:
            try:
                self._targets[mark] = self._schema.resources.resolve(base, reference)
            except ReferenceNotFound:  # a metaschema, or a name that only a dynamic scope gives
                self._targets[mark] = None
        return self._targets[mark]


class Fragment:
    """A small schema."""

    def __init__(self, document: Json, schema: Schema, compilers: list[Compiler]) -> None:
        self._document = document
        self._schema = schema
        self._compilers = compilers
        self._kept: list[Plan] = []
        self.accepts: Callable[[Json], bool] = takes(document)
        """Whether it takes a value."""

    def words(self, value: Json) -> str:
        """What a validator says of a value that it does not take."""
        return words(self._document, value)

    @cached_property
    def values(self) -> list[Json]:
        """Some values that it takes, of each shape that they may have."""
        if Cases().of(Subschema(self._document, "")) > _MOST_CASES:
            return []
        try:
            plan = make_plan(canonical_of(self._document), Hints(self._schema.resources, ()))
        except (Unsatisfiable, ValueError):  # more than the canonical form takes: values are for convenience alone
            return []
        found = []
        for shape in plan.alternatives[:_MOST_SHAPES]:
            alone = only(shape, plan)
            self._kept.append(alone)
            found += [value for compiler in self._compilers for value in draw(compiler, alone)]
        return [value for value in found if self.accepts(value)]


def only(shape: Shape, plan: Plan) -> Plan:
    """The same place with one of its shapes alone. A compiler knows plans by their ids: keep it while it is used."""
    return Plan(plan.node, Hints(plan.hints.resources, ()), [shape], exact=plan.exact, height=plan.height)


def draw(compiler: Compiler, plan: Plan) -> list[Json]:
    """One value of a place, or none where there is none to be had."""
    compiler.budget.spent = compiler.budget.effort = 0
    try:
        return [compiler.compile(plan)()]
    except (DeadEnd, Unsatisfiable, RecursionError):
        return []
