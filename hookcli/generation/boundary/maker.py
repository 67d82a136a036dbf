"""Plain values for the places around an edge: the smallest that a place takes, and values that differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import chain, islice

from hookcli.errors import Unsatisfiable
from hookcli.generation.boundary.edges import number_edges, string_edges
from hookcli.generation.compiler import Compiler
from hookcli.generation.functions import Sampler
from hookcli.generation.generator import Source
from hookcli.generation.identity import identity
from hookcli.generation.policy import POLICIES
from hookcli.generation.scalars import DeadEnd
from hookcli.generation.shapes import Numbers, Objects, Plan, Shape, Strings, Values
from hookcli.models import Json

MOST_ITEMS = 1_000
"""Items or keys of a container that are walked to; a maximum above this is not."""

SAMPLES = 20
"""Values that are drawn where a plan finds none by construction."""

_MOST_VARIANTS = 1_000
"""Edges of a place that are looked at for a few values that differ."""

_SPARE = 2
"""Levels that a plain value may be nested deeper than it need be."""


class Maker:
    """Makes plain values, and values that differ; each place's plain value is made once."""

    def __init__(self, source: Source) -> None:
        self._least = Compiler(POLICIES["minimal"], source.rng, source.now)
        self._full = Compiler(POLICIES["maximal"], source.rng, source.now)
        self._plain: dict[int, list[Json]] = {}

    def plain(self, plan: Plan) -> list[Json]:
        """The smallest value of a place; none where none is to be had."""
        if id(plan) not in self._plain:
            found = list(islice(self.drawn(plan), 1))
            if found and _depth(found[0]) > plan.height + _SPARE:
                found = list(islice(_draw(self._least, lambda: self._least.compile_smallest(plan)), 1)) or found
            self._plain[id(plan)] = found
        return self._plain[id(plan)]

    def keep(self, plan: Plan, value: Json) -> None:
        """Let this be the plain value of a place, if it has none yet, so that payloads differ in an edge alone."""
        self._plain.setdefault(id(plan), [value])

    def drawn(self, plan: Plan) -> Iterator[Json]:
        """A few values of a place, the small ones first."""
        yield from self._small(plan)
        yield from _draw(self._full, lambda: self._full.compile(plan))

    def _small(self, plan: Plan) -> Iterator[Json]:
        return _draw(self._least, lambda: self._least.compile(plan))

    def objects(self, shape: Objects, plan: Plan, *, full: bool = False) -> Iterator[dict[str, Json]]:
        """A few objects of one of the shapes of a place, with no more keys than needed, or with all that may be."""
        compiler = self._full if full else self._least
        return _draw(compiler, lambda: compiler.compile_shape(shape, plan))

    def different(self, plan: Plan, count: int) -> list[Json]:
        """Values of a place that are not equal, as many as are asked for, if so many are found."""
        found: dict[bytes, Json] = {}
        variants = islice(self._variants(plan), max(_MOST_VARIANTS, 4 * count))
        more = (value for _ in range(2 * count // SAMPLES + 1) for value in self._others(plan))
        for value in chain(self.plain(plan), filter(plan.accepts, variants), filter(plan.accepts, more)):
            if len(found) >= count:
                break
            found.setdefault(identity(value), value)
        return list(found.values())

    def _others(self, plan: Plan) -> Iterator[Json]:
        """A few drawn values, and plain objects with one drawn value in them."""
        yield from self._small(plan)
        yield from chain.from_iterable(map(_ascending, plan.alternatives))
        for value, key, inner in self._members(plan):
            yield from ({**value, key: drawn} for drawn in self._small(inner))

    def _members(self, plan: Plan) -> Iterator[tuple[dict[str, Json], str, Plan]]:
        """The plain object of a place, with each key that it may have."""
        for value in self.plain(plan):
            for shape in plan.alternatives if isinstance(value, dict) else ():
                for key, inner in shape.properties.items() if isinstance(shape, Objects) else ():
                    yield value, key, inner

    def _variants(self, plan: Plan) -> Iterator[Json]:
        """The edges of scalars, and plain objects with one scalar in them changed."""
        yield from chain.from_iterable(map(_scalars, plan.alternatives))
        for value, key, inner in self._members(plan):
            for scalar in chain.from_iterable(map(_scalars, inner.alternatives)):
                yield {**value, key: scalar}


def _draw(compiler: Compiler, compile_: Callable[[], Sampler]) -> Iterator[Json]:
    try:
        sampler = compile_()
    except (Unsatisfiable, RecursionError):
        return
    for _ in range(SAMPLES):
        compiler.budget.spent = compiler.budget.effort = 0
        try:
            yield sampler()
        except (DeadEnd, RecursionError):
            return


def _depth(value: Json) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _scalars(shape: Shape) -> Iterator[Json]:
    if isinstance(shape, Values):
        yield from shape.values
    elif isinstance(shape, Numbers):
        yield from number_edges(shape)
    elif isinstance(shape, Strings):
        yield from string_edges(shape)


def _ascending(shape: Shape) -> Iterator[Json]:
    """Whole numbers one after the other: there may not be many others that differ."""
    if isinstance(shape, Numbers):
        start = math.ceil(shape.minimum) if shape.minimum is not None else math.floor(shape.maximum or 0) - MOST_ITEMS
        yield from range(start, start + 2 * MOST_ITEMS)
