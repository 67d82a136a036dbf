"""The canonical form of a schema -> a graph of shapes to sample from.

A `Plan` stands for one place: the shapes that a value there may have, each by construction (nearly) valid. Where
construction cannot promise it (`not`, overlapping `oneOf`, several patterns), the plan is not `exact`, and what is
sampled is proven on the spot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from hookcli.errors import Unsatisfiable
from hookcli.generation.hints import Hints
from hookcli.models import Json
from hookcli.schema.dialect import Canonical, accepts, anything, canonical, canonical_of, matches

MOST_PLANS = 20_000
"""Places of a schema that we plan for: a bound against hostile schemas."""

MOST_MERGES = 64
"""References and combinators that are followed for one place before we leave the rest to the proof."""

TYPES = ("object", "array", "string", "number", "boolean", "null")


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """One of a few values."""

    values: tuple[Json, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A number in an interval; both bounds in the interval unless they are said to be exclusive."""

    integral: bool = False
    minimum: Json = None
    maximum: Json = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    multiple_of: tuple[Json, ...] = ()
    fractional: bool = False
    """Whether whole numbers are excluded; in draft 4 that leaves 1.0 to argue about."""


@dataclass(frozen=True, slots=True, eq=False)
class Strings:
    """A string; lengths in code points."""

    minimum: int = 0
    maximum: int | None = None
    patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ()
    excluding: bool = False
    """Whether some strings, patterns or formats are excluded: known to the proof alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """An array: a fixed start, then items of one kind, some of which must be of certain kinds."""

    prefix: tuple[Plan, ...] = ()
    items: Plan | None = None
    minimum: int = 0
    maximum: int | None = None
    unique: bool = False
    repeated: bool = False
    contains: tuple[tuple[Plan, int], ...] = ()
    """What must be among the items, and how often at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Objects:
    """An object: known keys, and rules for the others."""

    properties: dict[str, Plan] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    others: tuple[tuple[Plan, Plan], ...] = ()
    """How other keys may be made: a plan for the name, a plan for the value."""
    minimum: int = 0
    maximum: int | None = None


Shape: TypeAlias = Values | Numbers | Strings | Arrays | Objects


@dataclass(slots=True, eq=False)
class Plan:
    """All that a value at one place may be."""

    node: Canonical
    hints: Hints = field(repr=False)
    shapes: list[Shape] = field(default_factory=list)
    vague: list[Shape] = field(default_factory=list)
    """Shapes of types that the schema only happens not to exclude, such as a number beside `properties`."""
    exact: bool = True
    proof: Callable[[Json], bool] | None = field(default=None, repr=False)
    height: float = math.inf
    """Levels of nesting that a value needs at least; infinite when there is no finite value."""

    @property
    def accepts(self) -> Callable[[Json], bool]:
        """Proves a value on the spot."""
        if self.proof is None:
            self.proof = accepts(self.node)
        return self.proof

    @property
    def alternatives(self) -> list[Shape]:
        """The shapes that can be finished, those that the schema speaks of first."""
        return [shape for shape in (*self.shapes, *self.vague) if height_of(shape) < math.inf]


def make_plan(node: Canonical, hints: Hints) -> Plan:
    """Plan a schema.

    Raises:
        Unsatisfiable: there are more places than we plan for.
    """
    return _Planner().run(node, hints)


class _Planner:
    def __init__(self) -> None:
        self._known: dict[tuple[Canonical, tuple[int, ...]], Plan] = {}
        self._waiting: list[Plan] = []

    def run(self, node: Canonical, hints: Hints) -> Plan:
        root = self._plan(node, hints)
        while self._waiting:
            self._fill(self._waiting.pop())
        _measure(list(self._known.values()))
        return root

    def _plan(self, node: Canonical, hints: Hints) -> Plan:
        key = (node, hints.identity)
        if key not in self._known:
            if len(self._known) >= MOST_PLANS:
                raise Unsatisfiable(f"the schema has over {MOST_PLANS:,} places; hookcli does not generate from it.")
            self._known[key] = Plan(node, hints)
            self._waiting.append(self._known[key])
        return self._known[key]

    def _fill(self, plan: Plan) -> None:
        for view, exact in views(plan.node):
            plan.exact = plan.exact and exact
            if isinstance(view, (canonical.MultiTypeView, canonical.TrueView)):
                names = view.types if isinstance(view, canonical.MultiTypeView) else TYPES
                plan.vague += [_of_type(name) for name in sorted(names, key=_type_order)]
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
            yield _strings(view)
        elif isinstance(view, canonical.ArrayView):
            yield self._arrays(plan, view)
        elif isinstance(view, canonical.ObjectView):
            yield self._objects(plan, view)
        elif isinstance(view, canonical.TypedGroupView):
            plan.exact = False
            inner = view.body.view()
            finite = isinstance(inner, (canonical.ConstView, canonical.EnumView))
            yield from self._shape(plan, inner) if finite else [_of_type(view.type_name)]
        elif isinstance(view, canonical.RawView):
            yield from _of_raw(view.schema)

    def _arrays(self, plan: Plan, view: canonical.ArrayView) -> Arrays:
        prefix = tuple(self._plan(node, plan.hints.item_hints(at)) for at, node in enumerate(view.prefix_items))
        rest = plan.hints.item_hints(len(prefix))
        items = self._plan(view.items if view.items is not None else anything(), rest)
        contains = []
        for one in view.contains:
            plan.exact = plan.exact and one.max_contains is None
            least = 1 if one.min_contains is None else one.min_contains
            contains.append((self._plan(_intersect(one.schema, items.node), rest), least))
        plan.exact = plan.exact and len(contains) < 2 and not (prefix and contains)
        return Arrays(
            prefix, items, view.min_items or 0, view.max_items,
            view.distinctness is canonical.Distinctness.ALL_DISTINCT,
            view.distinctness is canonical.Distinctness.SOME_REPEATED,
            tuple(contains),
        )  # fmt: skip

    def _objects(self, plan: Plan, view: canonical.ObjectView) -> Objects:
        names = accepts(view.property_names) if view.property_names is not None else None
        order = {key: at for at, key in enumerate(plan.hints.order)}
        rules, required = _KeyRules(view), frozenset(view.required)
        known = sorted(
            {*rules.properties, *required, *plan.hints.keys}, key=lambda key: (order.get(key, len(order)), key)
        )
        properties = {}
        for key in known:
            if key in required or names is None or names(key):
                properties[key] = self._plan(rules.value_of(key), plan.hints.key_hints(key))
        plan.exact = plan.exact and not view.violations
        return Objects(
            properties, required, tuple(self._others(plan, view)),
            view.min_properties or 0, view.max_properties,
        )  # fmt: skip

    def _others(self, plan: Plan, view: canonical.ObjectView) -> Iterator[tuple[Plan, Plan]]:
        names = view.property_names if view.property_names is not None else canonical_of({"type": "string"})
        nothing = Hints(plan.hints.resources, ())
        for pattern, node in view.pattern_properties.items():
            plan.exact = False
            name = _intersect(canonical_of({"type": "string", "pattern": pattern}), names)
            yield self._plan(name, nothing), self._plan(node, plan.hints.key_hints(_PROBE))
        additional = view.additional_properties
        if additional is None or not isinstance(additional.view(), canonical.FalseView):
            node = additional if additional is not None else anything()
            yield self._plan(names, nothing), self._plan(node, plan.hints.key_hints(_PROBE))


_PROBE = "\x00"
"""A key that no schema names: what is said of it is said of every other key."""


def views(node: Canonical) -> Iterator[tuple[object, bool]]:
    """What a node may be, references followed and combinators opened; and whether that says all of it."""
    waiting, steps = [(node, True)], 0
    while waiting:
        one, exact = waiting.pop(0)
        view, steps = one.view(), steps + 1
        if steps > MOST_MERGES:
            exact = False
        if isinstance(view, canonical.ReferenceView):
            target = one.definition(view.uri)
            waiting += [(target, exact)] if target is not None and steps <= MOST_MERGES else []
        elif isinstance(view, canonical.AnyOfView):
            waiting += [(branch, exact) for branch in view.branches]
        elif isinstance(view, canonical.OneOfView):
            waiting += [(branch, False) for branch in view.branches]
        elif isinstance(view, canonical.AllOfView):
            waiting += islice(_alternatives(view.branches, exact), MOST_MERGES) if steps <= MOST_MERGES else []
        elif isinstance(view, canonical.NotView):
            yield anything().view(), False
        elif isinstance(view, canonical.RawView):
            yield view, False
        elif not isinstance(view, canonical.FalseView):
            yield view, exact


def _alternatives(branches: list[Canonical], exact: bool, depth: int = 0) -> Iterator[tuple[Canonical, bool]]:  # noqa: FBT001
    """An `allOf` as the nodes that one of must hold: the choices among its branches are drawn out of it."""
    targets = [_target(branch) for branch in branches]
    for at, target in enumerate(targets):
        view = target.view()
        others = targets[:at] + targets[at + 1 :]
        if isinstance(view, canonical.AllOfView) and depth < MOST_MERGES:
            yield from _alternatives([*others, *view.branches], exact, depth + 1)
            return
        if isinstance(view, (canonical.OneOfView, canonical.AnyOfView)) and depth < MOST_MERGES:
            exact = exact and isinstance(view, canonical.AnyOfView)
            for choice in view.branches:
                yield from _alternatives([*others, choice], exact, depth + 1)
            return
    yield _merge(targets, exact)


def _merge(branches: list[Canonical], exact: bool) -> tuple[Canonical, bool]:  # noqa: FBT001
    """One node for all branches of an `allOf`, as far as the canonical form can say it."""
    merged: Canonical | None = None
    for branch in sorted(branches, key=_is_negative):
        if merged is None:
            merged = branch
            continue
        try:
            both = merged.intersect(branch)
        except canonical.CanonicalizationError:
            exact = False
            continue
        if isinstance(both.view(), (canonical.AllOfView, canonical.RawView)):
            exact = False
        else:
            merged = both
    return merged if merged is not None else anything(), exact


def _is_negative(node: Canonical) -> bool:
    return isinstance(node.view(), (canonical.NotView, canonical.RawView))


def _target(node: Canonical) -> Canonical:
    """What a reference names, through any number of references."""
    for _ in range(MOST_MERGES):
        view = node.view()
        target = node.definition(view.uri) if isinstance(view, canonical.ReferenceView) else None
        if target is None:
            break
        node = target
    return node


def _intersect(one: Canonical, other: Canonical) -> Canonical:
    try:
        return _target(one).intersect(_target(other))
    except canonical.CanonicalizationError:
        return one


class _KeyRules:
    """What an object's values must be, from `properties`, `patternProperties` and `additionalProperties`."""

    def __init__(self, view: canonical.ObjectView) -> None:
        self.properties = view.properties  # each look at a view's attribute makes a new dict
        self._patterns = view.pattern_properties
        self._additional = view.additional_properties

    def value_of(self, key: str) -> Canonical:
        """What the value under `key` must be."""
        found = [self.properties[key]] if key in self.properties else []
        found += [node for pattern, node in self._patterns.items() if matches(pattern, key)]
        if not found and self._additional is not None:
            found = [self._additional]
        node = found[0] if found else anything()
        for other in found[1:]:
            node = _intersect(node, other)
        return node


def _strings(view: canonical.StringView) -> Strings:
    return Strings(
        view.min_length or 0, view.max_length, tuple(view.patterns), tuple(view.formats),
        tuple(view.content_media_types), tuple(view.content_encodings),
        bool(view.excluded or view.excluded_patterns or view.excluded_formats),
    )  # fmt: skip


def _of_type(name: str) -> Shape:
    shapes: dict[str, Shape] = {
        "null": Values((None,)), "boolean": Values((False, True)), "integer": Numbers(integral=True),
        "number": Numbers(), "string": Strings(), "array": Arrays(), "object": Objects(),
    }  # fmt: skip
    return shapes[name]


def _of_raw(schema: Json) -> list[Shape]:
    """Shapes for a schema that the canonical form keeps verbatim: by its type, and what its content is said to be."""
    node = schema if isinstance(schema, dict) else {}
    named = node.get("type", list(TYPES))
    names = [named] if isinstance(named, str) else named
    content = [
        tuple(node[key] for key in (keyword,) if key in node) for keyword in ("contentMediaType", "contentEncoding")
    ]
    if any(content) and "string" in names:
        return [Strings(media_types=content[0], encodings=content[1])]
    return [_of_type(name) for name in sorted(names, key=_type_order)]


def _type_order(name: str) -> int:
    return ("string", "integer", "number", "boolean", "object", "array", "null").index(name)


def height_of(shape: Shape) -> float:
    """Levels of nesting that the smallest value of this shape has."""
    if isinstance(shape, Objects):
        return 1 + max((shape.properties[key].height for key in shape.required), default=0)
    if isinstance(shape, Arrays):
        needed = [plan.height for plan in shape.prefix[: shape.minimum]]
        needed += [plan.height for plan, least in shape.contains if least]
        if shape.items is not None and shape.minimum > len(shape.prefix):
            needed.append(shape.items.height)
        return 1 + max(needed, default=0)
    return 0


def _measure(plans: list[Plan]) -> None:
    """Give every plan its height: start with infinity, and lower until nothing changes."""
    changed = True
    while changed:
        changed = False
        for plan in plans:
            height = min((height_of(shape) for shape in (*plan.shapes, *plan.vague)), default=math.inf)
            if height < plan.height:
                plan.height, changed = height, True
