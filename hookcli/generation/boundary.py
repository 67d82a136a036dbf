"""The edges of every constraint, one a payload, in a stable order, none twice.

Every place of the plan is walked: its edges are put, one at a time, into a payload that is otherwise plain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain

from hookcli.errors import Unsatisfiable
from hookcli.generation.compiler import POLICIES, Compiler
from hookcli.generation.generator import Sample, Source
from hookcli.generation.hints import make_hints
from hookcli.generation.identity import identity
from hookcli.generation.patterns import MANY, compile_node, parse
from hookcli.generation.plan import make_plan
from hookcli.generation.scalars import DeadEnd, plain
from hookcli.generation.shapes import Arrays, Numbers, Objects, Plan, Shape, Strings, Values
from hookcli.models import Json
from hookcli.schema.document import Schema

UNICODE = (
    "e\u0301",  # combining mark
    "שלום عليكم",  # right to left
    "👩‍👩‍👧‍👦🇮🇳",  # emoji joined of several code points
    "line\u2028separator",
    "nul\x00byte",
    "\ufeffbyte order mark",
    "नमस्ते",
    "\"quotes' \\ and / slashes",
    "<script>alert(1)</script>",
)
"""Texts that break receivers, each valid where a string is not restricted."""

_LONG = 1_000
"""Characters of a long string where the schema has no maximum."""

_MOST_ITEMS = 1_000
"""A maximum above this is not walked to: a payload has to stay a payload."""

_DEEPEST = 12


def edges(schema: Schema, source: Source) -> Iterator[Sample]:
    """The boundary payloads of a schema, each proven valid.

    Args:
        schema: any JSON Schema.
        source: gives the seed's randomness and clock.

    Raises:
        Unsatisfiable: no payload can satisfy the schema.
    """
    plan = make_plan(schema.canonicalize(), make_hints(schema.resources, [schema.root]))
    walker = _Walker(
        Compiler(POLICIES["maximal"], source.rng, source.now), Compiler(POLICIES["minimal"], source.rng, source.now)
    )
    seen: set[bytes] = set()
    for payload in chain([source.next()], walker.plan(plan)):
        mark = hashlib.blake2b(identity(payload), digest_size=16).digest()
        if mark not in seen and schema.is_valid(payload):
            seen.add(mark)
            yield Sample(payload)


class _Walker:
    def __init__(self, full: Compiler, least: Compiler) -> None:
        self._full = full
        self._least = least
        self._open: list[Plan] = []

    def plan(self, plan: Plan) -> Iterator[Json]:
        """A plain value of the place, then its edges."""
        if plan in self._open or len(self._open) > _DEEPEST or not plan.alternatives:
            return
        self._open.append(plan)
        for compiler in (self._full, self._least):
            yield from _once(compiler, plan)
        for shape in plan.alternatives:
            yield from self._shape(shape, plan)
        self._open.pop()

    def _shape(self, shape: Shape, plan: Plan) -> Iterator[Json]:
        if isinstance(shape, Values):
            yield from shape.values
        elif isinstance(shape, Numbers):
            yield from _numbers(shape)
        elif isinstance(shape, Strings):
            yield from self._strings(shape)
        elif isinstance(shape, Arrays):
            yield from self._arrays(shape)
        else:
            yield from self._objects(shape, plan)

    def _strings(self, shape: Strings) -> Iterator[str]:
        if shape.patterns or shape.formats:
            longest = _LONG if shape.maximum is None else shape.maximum
            for pattern in shape.patterns:
                with suppress(Unsatisfiable):
                    for spread in (0, 1, min(longest, MANY)):
                        yield compile_node(parse(pattern), self._full.rng, spread)()
            return
        most = _LONG if shape.maximum is None else shape.maximum
        for length in dict.fromkeys((shape.minimum, shape.minimum + 1, most - 1, most)):
            if shape.minimum <= length <= min(most, max(shape.minimum, 100_000)):
                yield "x" * length
        yield from UNICODE
        yield "é" * min(most, _LONG)

    def _arrays(self, shape: Arrays) -> Iterator[list[Json]]:
        plain_items = [value for plan in shape.prefix for value in _once(self._full, plan)]
        item = [*_once(self._full, shape.items)] if shape.items is not None and shape.items.alternatives else []
        yield plain_items[: shape.minimum] + item * max(0, shape.minimum - len(plain_items))
        if shape.maximum is not None and shape.maximum <= _MOST_ITEMS and shape.items is not None and item:
            yield plain_items + [
                value for _ in range(shape.maximum - len(plain_items)) for value in _once(self._full, shape.items)
            ]
        for at, plan in enumerate(shape.prefix):
            for edge in self.plan(plan):
                yield [*plain_items[:at], edge, *plain_items[at + 1 :]]
        if shape.items is not None:
            for edge in self.plan(shape.items):
                yield [*plain_items, *item * max(0, shape.minimum - len(plain_items) - 1), edge]

    def _objects(self, shape: Objects, plan: Plan) -> Iterator[dict[str, Json]]:
        for base in _once_shape(self._full, shape, plan):
            for key in shape.properties:
                if key not in shape.required and key in base:
                    yield {name: value for name, value in base.items() if name != key}
            for key, inner in shape.properties.items():
                for edge in self.plan(inner):
                    yield {**base, key: edge}
            for name, value in shape.others:
                if not shape.properties:
                    for key in self.plan(name):
                        yield from ({**base, key: one} for one in _once(self._full, value))


def _once(compiler: Compiler, plan: Plan) -> Iterator[Json]:
    """One value of a place, or none where there is none to be had."""
    try:
        yield compiler.compile(plan)()
    except (DeadEnd, Unsatisfiable):
        return


def _once_shape(compiler: Compiler, shape: Objects, plan: Plan) -> Iterator[dict[str, Json]]:
    """One value of one of a place's shapes, with every key that it may have."""
    try:
        value = compiler.compile_shape(shape, plan)()
    except (DeadEnd, Unsatisfiable):
        return
    yield value


def _numbers(shape: Numbers) -> Iterator[int | float]:
    """Each bound and its neighbours on the valid side, zero and the small numbers, and the largest safe ones."""
    step = Fraction(1) if shape.integral else Fraction(1, 100)
    for bound, away, exclusive in (
        (shape.minimum, 1, shape.exclusive_minimum),
        (shape.maximum, -1, shape.exclusive_maximum),
    ):
        if bound is not None:
            first = Fraction(bound) + away * step * exclusive
            yield plain(first)
            yield plain(first + away * step)
    candidates: tuple[int | float, ...] = (0, 1, -1, 2**53 - 1, -(2**53) + 1, 2**31, 2**63 - 1)
    for multiple in shape.multiple_of:
        yield multiple
        yield -multiple
    yield from candidates if shape.integral else (*candidates, 0.5, -0.5, 1e-7, 1e300)
