"""Why no payload was found: which place of the schema is to blame, and which of its keywords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from hookcli.generation.scalars import DeadEnd
from hookcli.generation.shapes import Arrays, Objects, Plan, parts_of
from hookcli.models import Json
from hookcli.schema.document import Schema
from hookcli.schema.navigation import in_place, of_item, of_property
from hookcli.schema.references import escape, unescape
from hookcli.schema.refusals import Cause

_TRIES = 10
"""Payloads that are tried once more to see where they fail."""

_MOST_FOLLOWED = 1_000
"""Subschemas that are followed in search of one that holds itself."""

_ANNOTATIONS = frozenset(
    {"$schema", "$id", "id", "$anchor", "$comment", "$defs", "definitions", "title", "description", "examples"}
    | {"default", "x-hookcli", "deprecated", "readOnly", "writeOnly", "$dynamicAnchor", "$recursiveAnchor"}
)


def why_none_exists(schema: Schema, plan: Plan) -> str:
    """A sentence on why no value can satisfy a schema: the deepest place that none can do without, and its keywords."""
    found = schema.contradictions()
    pointer = _deepest(schema.document, found) if "" in found else None
    if pointer is not None:
        return f"At {pointer or 'its root'}: {_clash(found[pointer])}."
    if (pointer := _endless(schema.document)) is not None:
        where = pointer or "its root"
        return f"At {where}: each value would have to hold another of its kind; it has no finite valid value."
    place = _Place(schema, _without_value(plan))
    return f"At {place.pointer}: {_listed(place.keywords)} leave nothing."


def why_none_was_found(schema: Schema, plan: Plan, samples: Callable[[], Iterator[Callable[[], Json]]]) -> str:
    """A sentence on where tries fail.

    Args:
        schema: what payloads have to hold.
        plan: of the schema, or of a narrower one.
        samples: makes samplers of whole payloads anew, so that their proofs are counted.
    """
    plans = list(_all(plan))
    counts = [_Count(each) for each in plans]
    broken: Counter[tuple[str | None, str | None]] = Counter()
    lacking: Counter[str] = Counter()
    for sample in samples():
        for _ in range(_TRIES):
            try:
                payload = sample()
            except DeadEnd as end:
                lacking.update([end.why] if end.why else [])
                continue
            except RecursionError:
                continue
            broken.update((found.pointer, found.keyword) for found in schema.refusals(payload)[:1])
    if broken:
        (pointer, keyword), _ = min(broken.items(), key=lambda item: (-item[1], str(item[0])))
        return f"The payloads that were tried broke {keyword!r} at {pointer or 'their root'}."
    worst = max(counts, key=lambda count: (count.accepted == 0) * count.refused, default=None)
    if lacking and (worst is None or worst.accepted or not worst.refused):
        return f"There were {max(lacking, key=lambda why: (lacking[why], why))}."
    if worst is None or worst.accepted or not worst.refused:
        return "It may contradict itself."
    place = _Place(schema, worst.plan)
    return f"At {place.pointer} nothing was found that holds {_listed(place.keywords)} together."


class _Count:
    """Counts what the proof of a place says."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.refused = self.accepted = 0
        accepts = plan.accepts

        def proof(value: Json) -> bool:
            said = accepts(value)
            self.accepted += said
            self.refused += not said
            return said

        plan.proof = proof


def _all(plan: Plan) -> Iterator[Plan]:
    """A place and all below it."""
    seen, waiting = {id(plan)}, [plan]
    while waiting:
        one = waiting.pop()
        yield one
        for shape in (*one.shapes, *one.vague):
            below = [each for each in parts_of(shape) if id(each) not in seen]
            seen.update(id(each) for each in below)
            waiting += below


def _without_value(plan: Plan) -> Plan:
    """The deepest place on one way down for which there is no value."""
    seen: set[int] = set()
    while id(plan) not in seen:
        seen.add(id(plan))
        needed = (each for shape in (*plan.shapes, *plan.vague) for each in _needed(shape))
        plan = next((each for each in needed if not each.alternatives), plan)
    return plan


def _needed(shape: object) -> Iterator[Plan]:
    """The places that a value of a shape cannot be without."""
    if isinstance(shape, Objects):
        yield from (each for key, each in shape.properties.items() if key in shape.required)
    elif isinstance(shape, Arrays):
        yield from shape.prefix[: shape.minimum]
        yield from (each for each, least in shape.contains if least)
        if shape.items is not None and shape.minimum > len(shape.prefix):
            yield shape.items


def _deepest(document: Json, found: Mapping[str, tuple[Cause, ...]]) -> str:
    """From the root down, as far as what every value must hold has a contradiction of its own."""
    pointer, seen = "", {""}
    while True:
        schema = _at(document, pointer)
        below = next((each for each in _must_hold(schema, pointer) if each in found and each not in seen), None)
        if below is None:
            return pointer
        pointer = below
        seen.add(pointer)


def _endless(document: Json) -> str | None:
    """A pointer to a schema that every value of it comes to again."""
    waiting: list[tuple[str, tuple[str, ...]]] = [("", ())]
    done: set[str] = set()
    while waiting:
        pointer, above = waiting.pop()
        if pointer in above:
            return pointer
        if pointer not in done and len(done) < _MOST_FOLLOWED:
            done.add(pointer)
            waiting += [(each, (*above, pointer)) for each in _must_hold(_at(document, pointer), pointer)]
    return None


def _must_hold(schema: Json, pointer: str) -> Iterator[str]:
    """Pointers of the subschemas that say of a value, or of a required part of it, what it must be."""
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        yield reference[1:]
    properties, required = schema.get("properties"), schema.get("required")
    if isinstance(properties, dict) and isinstance(required, list):
        yield from (f"{pointer}/properties/{escape(key)}" for key in required if key in properties)
    branches = schema.get("allOf")
    yield from (f"{pointer}/allOf/{at}" for at in range(len(branches) if isinstance(branches, list) else 0))
    if "minItems" in schema:
        yield f"{pointer}/items"


def _at(document: Json, pointer: str) -> Json:
    for token in unescape(pointer):
        try:
            document = document[int(token)] if isinstance(document, list) else document[token]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return document


def _clash(causes: tuple[Cause, ...]) -> str:
    """What contradicts what."""
    if not causes:
        return "it is written as false"
    places: dict[str, list[str]] = {}
    for cause in causes:
        places.setdefault(cause.pointer, []).extend(cause.keywords)
    if len(places) == 1:
        keywords = next(iter(places.values()))
        return (
            f"{_listed(keywords)} contradict each other" if len(keywords) > 1 else f"{_listed(keywords)} admits nothing"
        )
    parts = [
        f"{_listed(keywords)} at {pointer or 'the root'}" if keywords else pointer
        for pointer, keywords in places.items()
    ]
    return f"{_listed(parts)} contradict each other"


def _listed(names: Iterable[str]) -> str:
    *others, last = [*names] or ["the schema"]
    return f"{', '.join(others)} and {last}" if others else last


class _Place:
    """What a schema says of a place, and where."""

    def __init__(self, schema: Schema, plan: Plan) -> None:
        self._resources = schema.resources
        starts = [schema.root]
        for token in plan.path:
            here = in_place(schema.resources, starts)
            starts = of_property(here, token) if isinstance(token, str) else of_item(here, token)
        self._subschemas = in_place(schema.resources, starts)

    @property
    def keywords(self) -> list[str]:
        """The constraints."""
        named = {keyword for one in self._subschemas for keyword in one.schema}
        return sorted(named - _ANNOTATIONS)

    @property
    def pointer(self) -> str:
        """Of the subschema that speaks of the place first."""
        return self._resources.pointer_to(next((one.schema for one in self._subschemas), None))
