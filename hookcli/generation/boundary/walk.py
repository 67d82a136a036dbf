"""The edges of every constraint, one a payload, in a stable order, none twice.

A payload is as plain as can be besides its edge: the smallest valid payload, with what leads to the place of the edge
opened, and one value there changed. Places are walked breadth first, so that the way to each is short; each of them
is walked once, however many ways lead to it (a recursive place too), by the first way on which it is found
valid. What a plan cannot promise is proposed, and only what is valid leaves.

"Twice" means equal as JSON Schema has it, so 1 and 1.0 are one value: `5.0` and `-0.0` are taken where the plain form
is no edge itself.

What bounds the walk, so that a large schema ends within seconds: a place gives at most `MOST_EDGES` payloads, and the
walk ends after `MOST_WORK` or `MOST_BYTES` of payloads, with the places nearest to the root done; what that leaves out
is said. Only 16 bytes of each payload are remembered.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice

from hookcli.dataclass import dataclass
from hookcli.generation.boundary.branches import states_of
from hookcli.generation.boundary.containers import Items, Keys
from hookcli.generation.boundary.edges import number_edges, of_formats, string_edges
from hookcli.generation.boundary.maker import Maker
from hookcli.generation.budget import MOST_ITEMS
from hookcli.generation.generator import Source
from hookcli.generation.identity import identity
from hookcli.generation.samples import Cuts, Sample
from hookcli.generation.shapes import Arrays, Numbers, Objects, Plan, Shape, Strings, Values
from hookcli.generation.shortening import MOST_VALUES, MOST_WALKED, is_walk_cut
from hookcli.generation.sizes import count_of
from hookcli.models import Json
from hookcli.schema.dialect import canonical
from hookcli.schema.document import Schema
from hookcli.schema.loader import REFUSING
from hookcli.schema.navigation import in_place, of_item, of_property, said_by
from hookcli.schema.references import Subschema

MOST_EDGES = 50_000
"""Payloads of one place: more than any `enum` or set of keys that is written by hand."""

MOST_WORK = 3_000_000
"""Work that is done for one schema. A unit is about a microsecond, counted, not measured: the same schema has the same
payloads on every machine."""

MOST_BYTES = 50_000_000
"""Bytes of all payloads that are proposed for one schema."""

_PROOF, _SUBSCHEMAS, _VALUES = 20, 10, 2
"""What any proof costs, and how many subschemas that speak of a value and values in a payload make one unit more."""

_TEXT, _CHARACTERS = 5, 20
"""What a text costs that a place may not take, and how many characters, each times the states of a pattern, make one
unit more."""

_PATTERN = 10
"""Subschemas that are as quickly looked at as a pattern."""

_MATCH, _OTHER = 1, 500
"""What it costs to match a key with a pattern, and to make keys and values for a rule of keys that have no name."""

_LARGE_ENUM = 40
"""Values of an `enum` that are as quickly looked through as one subschema."""

_DEEPEST = 60
"""Levels of nesting that ways lead down."""

_MOST_WAYS = 3
"""Ways to a place that are tried until one is found on which it is valid."""

_SAMPLES = 40
"""Strings that are drawn where none of the proposed ones is valid."""

Put = Callable[[Json], Json]
"""Makes a whole payload of the value at one place."""


def edges(source: Source, plan: Plan, cuts: Cuts) -> Iterator[Sample]:
    """The boundary payloads of a schema, each proven valid.

    Args:
        source: of the schema; gives the seed's randomness and clock.
        plan: of all that the schema allows.
        cuts: what a bound leaves out.

    Raises:
        Unsatisfiable: no payload was found.
    """
    walk = _Walk(Maker(source), source.schema, source.accepts, cuts)
    seen: set[bytes] = set()
    spent = 0
    for payload in walk.payloads(plan):
        text = identity(payload)
        mark = hashlib.blake2b(text, digest_size=16).digest()
        if mark not in seen:
            seen.add(mark)
            yield Sample(payload)
        spent += len(text)
        if spent > MOST_BYTES:
            cuts.add(_TOO_MANY)
            break
    if not seen:
        yield Sample(source.next())
    if is_walk_cut(source.schema):
        cuts.add(f"of an enum the first {MOST_WALKED:,} values are walked, or {MOST_VALUES:,} objects and arrays")
    cuts.is_over = True


_TOO_MANY = "it has more edges than one walk takes, and those nearest to the root are walked"


@dataclass(slots=True, eq=False)
class _Place:
    mark: tuple[object, ...]
    plan: Plan
    put: Put
    depth: int
    here: list[Subschema]
    """All that speaks of it."""
    looks: int
    """Subschemas that a proof looks at on the way to it, and there."""
    size: int = 0
    """Values in a payload that shows it, once there is one."""


def _root(value: Json) -> Json:
    return value


class _Walk:
    """Walks the places of a plan, the nearest first.

    Args:
        maker: makes plain values.
        schema: what is said of each place.
        accepts: whether a payload holds.
        cuts: what a bound leaves out.
    """

    def __init__(self, maker: Maker, schema: Schema, accepts: Callable[[Json], bool], cuts: Cuts) -> None:
        self._maker = maker
        self._schema = schema
        self._is_valid = accepts
        self._cuts = cuts
        self._work = 0
        self._waiting: deque[_Place] = deque()
        self._tries: Counter[tuple[object, ...]] = Counter()
        self._knows_anything = False

    def payloads(self, plan: Plan) -> Iterator[Json]:
        """The valid payloads of all places."""
        here = in_place(self._schema.resources, [self._schema.root])
        self._reach(_Place((), plan, _root, 0, here, _looks(here)))
        while self._waiting:
            place = self._waiting.popleft()
            if self._tries[place.mark] >= _MOST_WAYS:
                continue
            self._tries[place.mark] += 1
            for value in self._bounded(self._values(place)):
                payload = self._proven(place, value)
                if payload is not None:
                    self._tries[place.mark] = _MOST_WAYS
                    self._work += place.size // _VALUES
                    yield payload[0]
            if self._waiting and self._is_spent():
                return

    def _is_spent(self) -> bool:
        """Whether no more work is to be done."""
        if self._work > MOST_WORK:
            self._cuts.add(_TOO_MANY)
        return self._work > MOST_WORK

    def _bounded(self, values: Iterator[Json]) -> Iterator[Json]:
        """The values of a place, as far as bounds allow."""
        for count, value in enumerate(values):
            if count >= MOST_EDGES:
                self._cuts.add(f"a place has over {MOST_EDGES:,} edges")
                return
            yield value
            if self._is_spent():
                return

    def _proven(self, place: _Place, value: Json) -> tuple[Json] | None:
        """The whole payload with that value at a place, if it is valid."""
        payload = place.put(value)
        place.size = place.size or count_of(payload)
        own = len(value) if isinstance(value, (dict, list)) else 0
        self._work += _PROOF + place.looks // _SUBSCHEMAS + (place.size + own) // _VALUES
        return (payload,) if self._is_valid(payload) else None

    def _reach(self, place: _Place) -> None:
        if not place.plan.alternatives or self._tries[place.mark] >= _MOST_WAYS:
            return
        if place.depth > _DEEPEST:
            self._cuts.add(f"places more than {_DEEPEST} levels deep are left out")
        else:
            self._waiting.append(place)

    def _values(self, place: _Place) -> Iterator[Json]:
        """The edges of each shape that a place may have."""
        plan = place.plan
        if isinstance(plan.node.view(), canonical.TrueView):
            if self._knows_anything:
                yield from chain.from_iterable(map(_of_type, plan.alternatives))
                return
            self._knows_anything = True
        for shape in plan.alternatives:
            yield from _of_type(shape) if shape in plan.vague else self._edges(shape, place)

    def _edges(self, shape: Shape, place: _Place) -> Iterator[Json]:
        if isinstance(shape, Values):
            yield from shape.values
        elif isinstance(shape, Numbers):
            formats = [one.schema.get("format") for one in place.here]
            yield from number_edges(of_formats(shape, formats), vague=not place.plan.exact)
        elif isinstance(shape, Strings):
            yield from self._strings(shape, place.plan)
        elif shape.minimum > MOST_ITEMS:
            return  # more than is ever made, as the error says that follows where nothing else is there
        elif isinstance(shape, Arrays):
            yield from self._arrays(shape, place)
        else:
            yield from self._objects(shape, place)

    def _strings(self, shape: Strings, plan: Plan) -> Iterator[Json]:
        """The edges that the place takes; of a pattern also the shortest and the longest drawn, where they are more so.

        Look-aheads and several patterns are what edges are hard to construct for.
        """
        lengths: list[int] = []
        states = max(map(states_of, shape.patterns), default=1)
        for text in string_edges(shape):
            self._work += _TEXT + _MATCH * len(shape.patterns) + len(text) * states // _CHARACTERS
            if self._is_spent():
                return
            if plan.accepts(text):
                lengths.append(len(text))
                yield text
        if shape.patterns or not lengths:
            drawn = [text for text in islice(self._maker.drawn(plan), _SAMPLES) if isinstance(text, str)]
            for text in (min(drawn, key=len, default=""), max(drawn, key=len, default="")):
                if not lengths or not min(lengths) <= len(text) <= max(lengths):
                    yield text

    def _arrays(self, shape: Arrays, place: _Place) -> Iterator[Json]:
        items = Items(shape, place.plan, self._maker, self._holds(place))
        yield from items.edges()
        for at, plan in enumerate(shape.prefix[: items.reach]):
            here = self._below(of_item(place.here, at, contained=False))
            self._descend(plan, place, here, (id(shape), "prefix", at), partial(items.at, at))
        if shape.items is not None:
            here = self._below(of_item(place.here, len(shape.prefix), contained=False))
            self._descend(shape.items, place, here, (id(shape), "items"), items.among)
        for at, (plan, _) in enumerate(shape.contains):
            here = self._below(said_by(place.here, "contains"))
            self._descend(plan, place, here, (id(shape), "contains", at), partial(items.counted, at))

    def _objects(self, shape: Objects, place: _Place) -> Iterator[Json]:
        keys = Keys(shape, place.plan, self._maker, self._holds(place))
        yield from keys.edges()
        asked = _TEXT + len(place.here) + _MATCH * sum(_patterns(one.schema) for one in place.here)
        for key, plan in shape.properties.items():
            self._work += asked
            if self._is_spent():
                return
            here = self._below(of_property(place.here, key))
            mark = _mark(plan, here, (id(shape), "key", key))
            base = keys.base(key) if plan.alternatives and self._tries[mark] < _MOST_WAYS else None
            if base is not None:
                self._descend(plan, place, here, (id(shape), "key", key), partial(_with_known, keys, base, key))
        for name, plan, key, base in keys.others():
            yield base
            self._work += asked + _OTHER
            if not shape.properties or not isinstance(plan.node.view(), canonical.TrueView):
                here = self._below(of_property(place.here, key))
                self._descend(plan, place, here, (id(shape), "value", id(name)), partial(_with_value, base, key))
                rest = {one: value for one, value in base.items() if one != key}
                names = self._below(said_by(place.here, "propertyNames"))
                self._descend(name, place, names, (id(shape), "name", id(name)), partial(_with_key, rest, base[key]))

    def _below(self, starts: Iterable[Subschema]) -> list[Subschema]:
        return in_place(self._schema.resources, starts)

    def _descend(self, plan: Plan, place: _Place, here: list[Subschema], within: tuple[object, ...], into: Put) -> None:
        put = place.put
        mark = _mark(plan, here, within)
        looks = place.looks + _looks(here)
        self._reach(_Place(mark, plan, lambda value: put(into(value)), place.depth + 1, here, looks))

    def _holds(self, place: _Place) -> Callable[[Json], bool]:
        return lambda value: self._proven(place, value) is not None


def _looks(here: list[Subschema]) -> int:
    """Subschemas that a proof looks at for one place; as many as such take the time of the values that one names."""
    return sum(map(_weight, (one.schema for one in here)))


def _weight(schema: dict[str, Json]) -> int:
    branches = sum(len(schema[keyword]) for keyword in ("allOf", "anyOf", "oneOf") if keyword in schema)
    values = schema.get("enum")
    many = len(values) // _LARGE_ENUM if isinstance(values, list) else 0
    return 1 + branches + many + _patterns(schema) + (_PATTERN if "pattern" in schema else 0)


def _patterns(schema: dict[str, Json]) -> int:
    patterns = schema.get("patternProperties")
    return len(patterns) if isinstance(patterns, dict) else 0


def _mark(plan: Plan, here: list[Subschema], within: tuple[object, ...]) -> tuple[object, ...]:
    """What makes a place one of its own: what the schema says of it, and for a scalar also where it stands.

    Places of which the same is said share a plan, although each may stand for a constraint of its own.
    """
    said_here = tuple(sorted(id(one.schema) for one in here if not _REFUSING.isdisjoint(one.schema)))
    holds = any(isinstance(shape, (Arrays, Objects)) for shape in plan.alternatives)
    return (id(plan), said_here) if holds else (*within, said_here)


_REFUSING = REFUSING - {"$ref", "$dynamicRef", "$recursiveRef"}


def _with_known(keys: Keys, base: dict[str, Json], key: str, value: Json) -> Json:
    return keys.put(base, {key: value})


def _with_value(base: dict[str, Json], key: str, value: Json) -> Json:
    return {**base, key: value}


def _with_key(base: dict[str, Json], value: Json, key: str) -> Json:
    return {**base, key: value}


def _of_type(shape: Shape) -> tuple[Json, ...]:
    """One value of each type, both for booleans: of a place of which the schema says nothing."""
    if isinstance(shape, Values):
        return shape.values
    plain: dict[type[Shape], Json] = {Numbers: 0, Strings: "", Arrays: [], Objects: {}}
    return (plain[type(shape)],)
