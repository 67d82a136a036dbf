"""Valid payloads to break: some whole ones, then for each shape of each place a small one that shows it.

Whole payloads come first, as a broken one should look like one that was sent. What they do not show (a branch, a key
that only a rule allows, a recursive place) is aimed at, in a payload that has no more than it needs.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from itertools import islice

from hookcli.dataclass import dataclass
from hookcli.generation.compiler import Compiler
from hookcli.generation.generator import Source
from hookcli.generation.identity import identity
from hookcli.generation.invalid.fragments import draw, only
from hookcli.generation.invalid.places import replaced
from hookcli.generation.policy import POLICIES
from hookcli.generation.shapes import Arrays, Objects, Plan, Shape
from hookcli.generation.sizes import count_of
from hookcli.models import Json
from hookcli.schema.cases import nodes
from hookcli.schema.document import Schema
from hookcli.schema.references import escape

_MOST_WHOLE = {"maximal": 3, "typical": 60, "minimal": 1}
"""Whole payloads at the most, by mode."""

_LARGEST = 800
"""Values in a whole payload that is walked; the places of larger ones are shown one by one."""

_LARGE = 5_000
"""Objects of a schema from which on memory is looked after."""

_HANG_ON_KEYS = ("dependentSchemas", "dependentRequired", "dependencies")
_MOST_TRIGGERS = 20
_MOST_SHAPES = 100
_MOST_KEYS = 500
_MOST_TRIES = 20
_FIRST = 20
"""Values that are drawn in the time that it takes to get ready for those of one place."""

MOST_PLACES = 6_000
"""Places that are aimed at: a bound against schemas without end."""

_MOST_PAYLOADS = 30_000
"""Payloads that are made to show them."""


@dataclass(frozen=True, slots=True)
class Base:
    """A valid payload."""

    payload: Json
    pointer: str = ""
    """The place that it shows, with all below it."""
    is_aimed: bool = False
    """Whether it was made for that place."""


class Bases:
    """The valid payloads of one schema that are worth breaking.

    Args:
        schema: any JSON Schema.
        seed: the same seed gives the same payloads.

    Raises:
        Unsatisfiable: no payload can satisfy the schema.
    """

    def __init__(self, schema: Schema, seed: int, locale: str) -> None:
        self._source = Source(schema, "maximal", seed, locale)
        self._source.release()
        self._accepts = self._source.accepts
        objects = (node for document in schema.resources.documents.values() for node in nodes(document))
        self._is_large = sum(1 for _ in islice(objects, _LARGE)) == _LARGE
        self._compilers = {
            mode: Compiler(POLICIES[mode], self._source.rng, self._source.now, realism=self._source.realism)
            for mode in ("minimal", "typical", "maximal")
        }
        self._kept: list[Plan] = []
        self._drawn: set[tuple[int, str]] = set()
        self._seen: set[tuple[int, object]] = set()
        self._shown: set[tuple[int, str]] = set()
        self.draws = 0
        """Values that were drawn so far; the first of a place counts as many."""

    def _draw(self, plan: Plan, mode: str = "minimal") -> list[Json]:
        self.draws += 1 if (id(plan), mode) in self._drawn else _FIRST
        self._drawn.add((id(plan), mode))
        return draw(self._compilers[mode], plan)

    def whole(self, mode: str) -> Iterator[Base]:
        """Whole payloads of a mode, as many as can be made; none that are too large."""
        for _ in range(_MOST_WHOLE[mode]):
            payloads = (value for _ in range(_MOST_TRIES) for value in self._draw(self._source.plan, mode))
            payload = next(filter(self._accepts, payloads), None)
            if payload is None or count_of(payload) > _LARGEST:
                return
            yield Base(payload)

    def release(self, mode: str) -> None:
        """Forget how whole payloads of a mode are made: of a large schema that takes 20 MB."""
        if mode != "minimal":  # of which what is aimed at places is made as well
            del self._compilers[mode]
        if self._is_large:
            gc.collect()  # what makes payloads holds itself

    def sampled(self) -> Iterator[Base]:
        """Payloads as the maximal mode gives them, where a few draws of a plan gave none.

        Raises:
            Unsatisfiable: there is none, or none was found.
        """
        for _ in range(_MOST_WHOLE["maximal"]):
            yield Base(self._source.next())

    def aimed(self) -> Iterator[Base]:
        """Payloads for each place, breadth first, from the smallest payload that leads to it."""
        waiting: deque[tuple[Plan, Json, str]] = deque([(self._source.plan, None, "")])
        made = 0
        for _ in range(MOST_PLACES):
            if not waiting or made > _MOST_PAYLOADS:
                return
            plan, base, pointer = waiting.popleft()
            for shape in plan.alternatives[:_MOST_SHAPES]:
                shown = []
                for value in self._values(shape, plan):
                    payload, made = replaced(base, pointer, value), made + 1
                    if self._accepts(payload):
                        self._note(shape, value)
                        shown.append(value)
                        yield Base(payload, pointer, is_aimed=True)
                waiting += self._inner(shape, shown, base, pointer)

    def _values(self, shape: Shape, plan: Plan) -> Iterator[Json]:
        """The least value of a shape, and for a container one that has all that may be in it."""
        alone = only(shape, plan) if len(plan.alternatives) > 1 else plan
        self._kept.append(alone)
        least = self._draw(alone)
        if isinstance(shape, Objects):
            yield from ({**value, **self._members(shape)} for value in least)
            yield from ({**value, **key} for key in self._triggers(shape, plan) for value in least)
        elif isinstance(shape, Arrays):
            yield from self._lists(shape)
        yield from least

    def _note(self, shape: Shape, value: Json) -> None:
        if isinstance(shape, Objects):
            self._shown.update((id(plan), key) for key, plan in shape.properties.items() if key in value)

    def _members(self, shape: Objects) -> dict[str, Json]:
        """A value for each key that may be there, of those that no other shape of a place has shown alike."""
        fresh = ((key, plan) for key, plan in shape.properties.items() if (id(plan), key) not in self._shown)
        alive = ((key, plan) for key, plan in fresh if plan.alternatives)
        known = {key: value for key, plan in islice(alive, _MOST_KEYS) for value in self._draw(plan)}
        others = {
            key: value
            for name, plan in shape.others
            if name.alternatives and plan.alternatives
            for key in self._names(name)
            for value in self._draw(plan)
        }
        return {**others, **known}

    def _names(self, plan: Plan) -> list[str]:
        """One key; the empty one, which a validator's pointer may leave out, only where there is no other."""
        drawn = [name for _ in range(3) for name in self._draw(plan) if isinstance(name, str)]
        return sorted(drawn[:3], key=lambda name: not name)[:1]

    def _triggers(self, shape: Objects, plan: Plan) -> Iterator[dict[str, Json]]:
        """The keys that a rule hangs on, and that nothing else names."""
        rules = [one.schema.get(key, {}) for one in plan.hints.subschemas for key in _HANG_ON_KEYS]
        keys = dict.fromkeys(key for rule in rules for key in rule if key not in shape.properties)
        for key in islice(keys, _MOST_TRIGGERS):
            yield {key: next((value for _, each in shape.others for value in self._draw(each)), "x")}

    def _lists(self, shape: Arrays) -> Iterator[list[Json]]:
        """Two items beyond those that have a place of their own, different ones if there are."""
        start = [value for plan in shape.prefix for value in self._draw(plan)]
        if len(start) < len(shape.prefix) or shape.items is None or not shape.items.alternatives:
            yield start
            return
        musts = [value for plan, least in shape.contains for _ in range(min(least, 20)) for value in self._draw(plan)]
        drawn = [value for _ in range(_MOST_TRIES) for value in self._draw(shape.items)]
        known = set(map(identity, (*start, *musts)))
        other = list({identity(value): value for value in drawn if identity(value) not in known}.values())
        wanted = max(2, min(shape.minimum, _MOST_KEYS) - len(start) - len(musts))
        yield [*start, *musts, *other[:wanted], *drawn[: max(0, wanted - len(other))]]
        yield [*start, *(other or drawn)[:1]]

    def _inner(self, shape: Shape, shown: list[Json], base: Json, pointer: str) -> Iterator[tuple[Plan, Json, str]]:
        """The places within a shape, each with the smallest payload that has it."""
        if isinstance(shape, Objects):
            yield from self._keys(shape, shown, base, pointer)
        elif isinstance(shape, Arrays) and shown:
            full = max(shown, key=len)
            inner = [*shape.prefix, *([shape.items] if shape.items is not None else [])]
            for at, plan in enumerate(inner[: len(full)]):
                if (id(shape), at) not in self._seen:
                    self._seen.add((id(shape), at))
                    yield plan, replaced(base, pointer, full), f"{pointer}/{at}"

    def _keys(self, shape: Objects, shown: list[Json], base: Json, pointer: str) -> Iterator[tuple[Plan, Json, str]]:
        named = list(shape.properties.items())[:MOST_PLACES]
        named += [(key, plan) for name, plan in shape.others if name.alternatives for key in self._names(name)]
        for key, plan in named:
            if (id(shape), key) in self._seen or not plan.alternatives:
                continue
            for value in reversed(shown):  # the least first
                with_key = [value] if key in value else [{**value, key: one} for one in self._draw(plan)]
                payload = next((replaced(base, pointer, one) for one in with_key), None)
                if payload is not None and self._accepts(payload):
                    self._seen.add((id(shape), key))
                    yield plan, payload, f"{pointer}/{escape(key)}"
                    break
