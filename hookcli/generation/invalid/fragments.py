"""Small schemas cut out of a big one: whether one takes a value, and values that it takes.

References are written out to a depth, and what lies deeper admits anything. So a fragment tells nearly what its place
in the whole schema would; whatever is made with it is proven by the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from random import Random

from hookcli.errors import ReferenceNotFound, Unsatisfiable
from hookcli.generation.compiler import POLICIES, Compiler
from hookcli.generation.hints import Hints
from hookcli.generation.plan import make_plan
from hookcli.generation.scalars import DeadEnd
from hookcli.generation.shapes import Plan, Shape
from hookcli.models import Json
from hookcli.schema.dialect import Canonical, accepts, canonical_of
from hookcli.schema.document import Schema
from hookcli.schema.references import Subschema

_DEEPEST = 40
"""Levels of a subschema that are written out."""

_MOST_PARTS = 1_000
"""Parts that a fragment has at the most."""

_MOST_FRAGMENTS = 5_000
"""Fragments that are cut out of one schema."""

_MOST_SHAPES = 6
_NAMES = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})
_OPAQUE = frozenset({"const", "enum", "required", "dependentRequired", "type", "pattern", "format"})
_LEFT_OUT = frozenset(
    {"$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$ref", "$dynamicRef", "$recursiveRef"}
    | {"$defs", "definitions", "$comment", "title", "description", "examples", "default", "x-hookcli"}
)


class Fragments:
    """Cuts fragments out of one schema.

    Args:
        schema: the whole.
        rng: where randomness comes from.
        now: seconds since 1970-01-01 UTC; generated moments lie shortly before.
    """

    def __init__(self, schema: Schema, rng: Random, now: float) -> None:
        self._schema = schema
        self._compilers = [Compiler(POLICIES[mode], rng, now) for mode in ("minimal", "maximal")]
        self._made: dict[tuple[int, ...], tuple[tuple[Subschema, ...], Fragment | None]] = {}
        self._targets: dict[tuple[str, str], Subschema | None] = {}
        self._parts: dict[tuple[int, tuple[str, ...]], dict[str, Json]] = {}
        self._left = 0
        self.parts = 0
        """Parts that were written out so far: the work that all fragments were."""

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

    def part(self, schema: dict[str, Json], keywords: Iterable[str]) -> dict[str, Json]:
        """Some keywords of a subschema alone: the same object each time."""
        kept = tuple(keyword for keyword in keywords if keyword in schema)
        mark = (id(schema), kept)
        if mark not in self._parts:
            self._parts[mark] = {keyword: schema[keyword] for keyword in kept}
        return self._parts[mark]

    def _cut(self, subschemas: tuple[Subschema, ...]) -> Fragment | None:
        self._left = _MOST_PARTS
        branches = [self._written(one.schema, one.base, 0) for one in subschemas]
        self.parts += _MOST_PARTS - self._left
        if self._left < 0:
            return None
        try:
            node = canonical_of({"$schema": self._schema.draft.uri, "allOf": branches})
        except ValueError:  # more than the canonical form takes: it is for convenience alone
            return None
        return Fragment(node, self._schema, self._compilers)

    def _written(self, node: Json, base: str, depth: int) -> Json:
        """A subschema without references, names and what only annotates."""
        self._left -= 1
        if isinstance(node, bool) or depth > _DEEPEST or self._left < 0:
            return {"not": {}} if node is False else {}
        if isinstance(node, list):
            return [self._written(one, base, depth + 1) for one in node]
        if not isinstance(node, dict):
            return node
        targets = [
            self._target(node[key], base, depth) for key in ("$ref", "$dynamicRef", "$recursiveRef") if key in node
        ]
        if targets and self._schema.draft.ref_hides_siblings:
            return targets[0]
        own = {key: self._value(key, node[key], base, depth) for key in node if key not in _LEFT_OUT}
        return {**own, "allOf": [*own.get("allOf", []), *targets]} if targets else own

    def _value(self, key: str, value: Json, base: str, depth: int) -> Json:
        if key in _NAMES and isinstance(value, dict):
            return {
                name: one if isinstance(one, list) else self._written(one, base, depth + 1)
                for name, one in value.items()
            }
        return (
            self._written(value, base, depth + 1) if isinstance(value, (dict, list)) and key not in _OPAQUE else value
        )

    def _target(self, reference: Json, base: str, depth: int) -> Json:
        target = self.resolve(base, reference)
        return {} if target is None else self._written(target.schema, target.base, depth + 4)

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

    def __init__(self, node: Canonical, schema: Schema, compilers: list[Compiler]) -> None:
        self._node = node
        self._schema = schema
        self._compilers = compilers
        self._kept: list[Plan] = []

    @cached_property
    def accepts(self) -> Callable[[Json], bool]:
        """Whether it takes a value."""
        return accepts(self._node)

    @cached_property
    def values(self) -> list[Json]:
        """Some values that it takes, of each shape that they may have."""
        try:
            plan = make_plan(self._node, Hints(self._schema.resources, ()))
        except Unsatisfiable:
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
    compiler.spent = compiler.effort = 0
    try:
        return [compiler.compile(plan)()]
    except (DeadEnd, Unsatisfiable, RecursionError):
        return []
