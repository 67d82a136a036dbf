"""The canonical form of a schema -> a graph of shapes to sample from.

A `Plan` stands for one place: the shapes that a value there may have, each by construction (nearly) valid. Where
construction cannot promise it (`not`, overlapping `oneOf`, several patterns), the plan is not `exact`, and what is
sampled is proven on the spot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from hookcli.errors import Unsatisfiable
from hookcli.generation.hints import Hints, make_hints
from hookcli.generation.leaves import TYPES, shape_of_type, shapes_of_raw, strings_of, type_order
from hookcli.generation.shapes import (
    MOST_NAMES,
    Arrays,
    Numbers,
    Objects,
    Path,
    Plan,
    Shape,
    Values,
    measure,
)
from hookcli.generation.views import KeyRules, Opener
from hookcli.schema.cases import has_many_cases
from hookcli.schema.dialect import Canonical, Dialect, anything, canonical, canonical_of
from hookcli.schema.document import Schema

if TYPE_CHECKING:
    from hookcli.schema.parts import Parts

MOST_PLANS = 20_000
"""Places of a schema that we plan for: a bound against hostile schemas."""

_MANY_PATTERNS = 100
"""Patterns of keys above which a key of one of them is left to the proof in all other respects."""

_MANY_REFUSED = 10
"""Patterns of keys up to which other keys are made so that they match none."""

_MANY_PLANS = 1_000
"""Places from which on two share a plan that differ in nothing but the names by which one gets there."""

MOST_VALUES = 250_000
"""Values that a payload may be in need of; they take 100 MB."""

_HIGHEST = 250
"""Levels of nesting that a payload may be in need of: parsers refuse more."""

_DEEP = 600
"""Subschemas one within or behind another that the canonical form takes: it asks for 4 KB of the stack for each."""

_MOST_NAMED = 500
"""Keys that the schema names but says nothing of: more than these are those of many kinds of objects."""


def plan_of(schema: Schema) -> Plan:
    """Plan a schema: at once where the canonical form has it, or part by part.

    Raises:
        SchemaInvalid: the schema is not one.
        Unsatisfiable: there are more places than we plan for, or a payload has more values than we make.
    """
    hints = make_hints(schema.resources, [schema.root])
    if schema.depth <= _DEEP and not has_many_cases(schema):
        node = schema.canonicalize()
        if not isinstance(node.view(), canonical.RawView):
            return make_plan(node, hints)
    from hookcli.schema.parts import Parts  # late: most schemas are planned at once

    parts = Parts(schema)
    return make_plan(parts.node(schema.root), hints, parts)


def planner_of_cases(schema: Schema) -> Callable[[Dialect], Plan]:
    """A function that plans one case of a schema, and again nothing that it has met in a case before.

    Raises:
        SchemaInvalid: the schema is not one; so does the function.
        Unsatisfiable: as `plan_of`; so does the function.
    """
    hints, planner = make_hints(schema.resources, [schema.root]), _Planner(Opener())

    def plan(case: Dialect) -> Plan:
        node = case.canonicalize()
        return plan_of(schema) if isinstance(node.view(), canonical.RawView) else planner.run(node, hints)

    return plan


def make_plan(node: Canonical, hints: Hints, parts: Parts | None = None) -> Plan:
    """Plan a canonical schema.

    Args:
        node: the whole schema, or the part that it begins with.
        hints: what is said beside the constraints.
        parts: what the knots in the node stand for.

    Raises:
        Unsatisfiable: there are more places than we plan for, or a payload has more values than we make.
    """
    return _Planner(Opener(parts)).run(node, hints)


class _Planner:
    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._known: dict[tuple[Canonical, tuple[int, ...]], Plan] = {}
        self._alike: dict[tuple[Canonical, tuple[int, ...]], Plan] = {}
        self._waiting: list[Plan] = []
        self._opened: dict[Canonical, list[tuple[object, bool]]] = {}
        self._rules: dict[int, KeyRules] = {}
        self._kin: dict[tuple[int, ...], Hints] = {}
        self._shapes: dict[tuple[int, int, tuple[str, ...]], Objects] = {}
        self._keys: dict[int, tuple[dict[str, int], set[str]]] = {}

    def run(self, node: Canonical, hints: Hints) -> Plan:
        measured = len(self._known)
        root = self._plan(node, hints)
        self._fill_all()
        views = [view for view, _ in self._views(node)]
        if len(views) == 1 and isinstance(views[0], canonical.MultiTypeView) and views[0].types == ["object"]:
            root.shapes = [self._any_object(Hints(hints.resources, ()))]
            self._fill_all()
        measure(list(islice(self._known.values(), measured, None)))  # the others refer to none of these
        if _HIGHEST < root.height < math.inf:
            raise Unsatisfiable(
                f"payloads have at least {root.height:,} levels, and hookcli makes {_HIGHEST:,}: ask for fewer."
            )
        if MOST_VALUES < root.size < math.inf:
            raise Unsatisfiable(
                f"the smallest payload has over {MOST_VALUES:,} values, or lines of text, more than hookcli makes."
            )
        return root

    def _fill_all(self) -> None:
        while self._waiting:
            self._fill(self._waiting.pop())

    def _any_object(self, nothing: Hints) -> Objects:
        """An object of which nothing is said, where it is the whole payload: that would always be empty else."""
        name, value = canonical_of({"type": "string"}), anything()
        return Objects(others=((self._plan(name, nothing), self._plan(value, nothing)),))

    def _plan(self, node: Canonical, hints: Hints, path: Path = ()) -> Plan:
        key = (node, hints.identity)
        if key not in self._known:
            alike = (node, hints.essence)
            if len(self._known) >= _MANY_PLANS and alike in self._alike:
                return self._alike[alike]
            if len(self._known) >= MOST_PLANS:
                raise Unsatisfiable(f"the schema has over {MOST_PLANS:,} places; hookcli does not generate from it.")
            self._known[key] = Plan(node, hints, path=path, judge=self._opener.accepts)
            self._alike.setdefault(alike, self._known[key])
            self._waiting.append(self._known[key])
        return self._known[key]

    def _views(self, node: Canonical) -> list[tuple[object, bool]]:
        """What a node may be; places that differ in their hints alone have that in common."""
        if node not in self._opened:
            self._opened[node] = list(self._opener.views(node))
        return self._opened[node]

    def _fill(self, plan: Plan) -> None:
        for view, exact in self._views(plan.node):
            plan.exact = plan.exact and exact
            if isinstance(view, (canonical.MultiTypeView, canonical.TrueView)):
                names = view.types if isinstance(view, canonical.MultiTypeView) else TYPES
                plan.vague += [shape_of_type(name) for name in sorted(names, key=type_order)]
            else:
                plan.shapes += self._shape(plan, view)
        if not plan.shapes:
            plan.shapes, plan.vague = plan.vague, []

    def _shape(self, plan: Plan, view: object) -> Iterator[Shape]:
        if isinstance(view, canonical.ConstView):
            yield Values((view.value,))
        elif isinstance(view, canonical.EnumView):
            yield Values(tuple(view.values))
        elif isinstance(view, canonical.IntegerView):
            plan.exact = plan.exact and not view.not_multiple_of
            yield Numbers(True, view.minimum, view.maximum, False, False, tuple(view.multiple_of))
        elif isinstance(view, canonical.NumberView):
            plan.exact = plan.exact and not view.not_multiple_of and not view.excludes_integers
            yield Numbers(
                False,
                view.minimum,
                view.maximum,
                view.exclusive_minimum,
                view.exclusive_maximum,
                tuple(view.multiple_of),
                view.excludes_integers,
            )
        elif isinstance(view, canonical.StringView):
            yield strings_of(view)
        elif isinstance(view, canonical.ArrayView):
            yield self._arrays(plan, view)
        elif isinstance(view, canonical.ObjectView):
            yield self._objects(plan, view)
        elif isinstance(view, canonical.TypedGroupView):
            plan.exact = False
            inner = view.body.view()
            finite = isinstance(inner, (canonical.ConstView, canonical.EnumView))
            yield from self._shape(plan, inner) if finite else [shape_of_type(view.type_name)]
        elif isinstance(view, canonical.RawView):
            yield from shapes_of_raw(view.schema)

    def _arrays(self, plan: Plan, view: canonical.ArrayView) -> Arrays:
        prefix = tuple(
            self._plan(node, plan.hints.item_hints(at), (*plan.path, at)) for at, node in enumerate(view.prefix_items)
        )
        rest, path = plan.hints.item_hints(len(prefix)), (*plan.path, len(prefix))
        items = self._plan(view.items if view.items is not None else anything(), rest, path)
        for name in plan.names:
            _name(items, name)
        contains = []
        for one in view.contains:
            plan.exact = plan.exact and one.max_contains is None
            least = 1 if one.min_contains is None else one.min_contains
            contains.append((self._plan(self._opener.intersect(one.schema, items.node), rest, path), least))
        plan.exact = plan.exact and len(contains) < 2 and not (prefix and contains)
        return Arrays(
            prefix, items, view.min_items or 0, view.max_items,
            view.distinctness is canonical.Distinctness.ALL_DISTINCT,
            view.distinctness is canonical.Distinctness.SOME_REPEATED,
            tuple(contains),
        )  # fmt: skip

    def _objects(self, plan: Plan, view: canonical.ObjectView) -> Objects:
        """The shape of an object; one for all places where the same is said of the keys, in the same order."""
        plan.exact = plan.exact and not (view.violations or view.pattern_properties)
        order, spoken = self._spoken(plan.hints)
        rules, required = self._rules_of(view), frozenset(view.required)
        known = sorted({*rules.properties, *required, *spoken}, key=lambda key: (order.get(key, len(order)), key))
        hints = self._of_keys(plan.hints)
        key = (id(view), id(hints), tuple(known))
        if key not in self._shapes:
            names = self._opener.accepts(view.property_names) if view.property_names is not None else None
            properties = {
                key: self._plan(rules.value_of(key), hints.key_hints(key), (*plan.path, key))
                for key in known
                if key in required or names is None or names(key)
            }
            for name, place in properties.items():
                _name(place, name)
            self._shapes[key] = Objects(
                properties, required, tuple(self._others(hints, view, plan.path)),
                view.min_properties or 0, view.max_properties, *self._needs(view, rules, plan),
            )  # fmt: skip
        return self._shapes[key]

    def _of_keys(self, hints: Hints) -> Hints:
        """The first hints met that say the same of an object's keys."""
        mark = tuple(id(one.schema) for one in hints.subschemas if not _OF_KEYS.isdisjoint(one.schema))
        return self._kin.setdefault(mark, hints)

    def _rules_of(self, view: canonical.ObjectView) -> KeyRules:
        if id(view) not in self._rules:
            self._rules[id(view)] = KeyRules(view, self._opener)
        return self._rules[id(view)]

    def _spoken(self, hints: Hints) -> tuple[dict[str, int], set[str]]:
        """The places of keys in their order, and the keys that are named; once for all branches of a place."""
        if id(hints) not in self._keys:
            named = hints.keys
            order = {key: at for at, key in enumerate(hints.order)}
            self._keys[id(hints)] = order, named if len(named) <= _MOST_NAMED else set()
        return self._keys[id(hints)]

    def _others(self, hints: Hints, view: canonical.ObjectView, path: Path) -> Iterator[tuple[Plan, Plan]]:
        names = view.property_names if view.property_names is not None else canonical_of({"type": "string"})
        nothing, patterns = Hints(hints.resources, ()), view.pattern_properties
        for pattern, node in patterns.items():
            name = canonical_of({"type": "string", "pattern": pattern})
            name = self._opener.intersect(name, names) if len(patterns) <= _MANY_PATTERNS else name
            yield self._plan(name, nothing, path), self._plan(node, hints.key_hints(_PROBE), (*path, _PROBE))
        additional = view.additional_properties
        if additional is None or not isinstance(additional.view(), canonical.FalseView):
            node = additional if additional is not None else anything()
            names = self._without(names, patterns)
            yield self._plan(names, nothing, path), self._plan(node, hints.key_hints(_PROBE), (*path, _PROBE))

    def _needs(
        self, view: canonical.ObjectView, rules: KeyRules, plan: Plan
    ) -> tuple[tuple[tuple[Plan, Plan], ...], tuple[tuple[frozenset[int], Plan, Plan], ...], bool]:
        """The keys that an object must have, however called; how to come to them, and whether there are other ways."""
        if not view.violations:
            return (), (), False
        from hookcli.generation.needs import (  # late: few have such a `not`
            MOST_KINDS,
            MOST_NEEDS,
            Key,
            needs_of,
            ways_of,
        )

        if len(view.violations) > MOST_NEEDS:
            return (), (), False

        def planned(key: Key) -> tuple[Plan, Plan]:
            nothing = Hints(plan.hints.resources, ())
            return self._plan(key.name, nothing, plan.path), self._plan(key.value, nothing, (*plan.path, _PROBE))

        needs = needs_of(view, self._opener)
        ways = [(met, *planned(key)) for met, key in ways_of(needs, view, rules, self._opener)]
        if not set(range(len(needs))).issubset(chain.from_iterable(met for met, *_ in ways)):
            return (), (), False  # not all was tried: the proof has to say it
        has_more = 1 + len(view.pattern_properties) + len(rules.properties) > MOST_KINDS
        return tuple(map(planned, needs)), tuple(ways), has_more

    def _without(self, names: Canonical, patterns: Iterable[str]) -> Canonical:
        """The names that match none of some patterns, as far as they are few."""
        refused = [{"pattern": pattern} for pattern in islice(patterns, _MANY_REFUSED + 1)]
        if not 0 < len(refused) <= _MANY_REFUSED:
            return names
        return self._opener.intersect(names, canonical_of({"type": "string", "not": {"anyOf": refused}}))


_OF_KEYS = frozenset({"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"})

_PROBE = "\x00"
"""A key that no schema names: what is said of it is said of every other key."""


def _name(place: Plan, name: str) -> None:
    if name not in place.names and len(place.names) < MOST_NAMES:
        place.names.append(name)
