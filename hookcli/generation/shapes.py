"""What a value at one place may be: the words that plans are written in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TypeAlias

from hookcli.dataclass import dataclass
from hookcli.generation.hints import Hints
from hookcli.generation.sizes import LINE, size_of_value
from hookcli.models import Json
from hookcli.schema.dialect import Canonical, accepts


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

    @property
    def is_free(self) -> bool:
        """Whether every number of the type will do."""
        return self.minimum is None and self.maximum is None and not (self.multiple_of or self.fractional)


@dataclass(frozen=True, slots=True, eq=False)
class Strings:
    """A string; lengths in code points."""

    minimum: int = 0
    maximum: int | None = None
    patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """Patterns that must not match."""
    excluding: bool = False
    """Whether some strings, patterns or formats are excluded: known to the proof alone."""
    shortest: int = 0
    """Characters that the patterns ask for, where those are many."""

    @property
    def is_free(self) -> bool:
        """Whether every string of the format will do."""
        bounded = self.minimum > 0 or self.maximum is not None
        return not (bounded or self.patterns or self.media_types or self.encodings or self.excluding)


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
    needs: tuple[tuple[Plan, Plan], ...] = ()
    """Keys that must be there, however they are called: a plan for the name, a plan for the value."""
    ways: tuple[tuple[frozenset[int], Plan, Plan], ...] = ()
    """How needs are met by one key: which of them, a plan for its name, a plan for its value."""
    has_more_ways: bool = False
    """Whether there are others than those, so that nothing follows where none of those can be finished."""


MOST_NAMES = 20
"""Keys of one place that are remembered."""

Path: TypeAlias = "tuple[str | int, ...]"
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
    size: float = math.inf
    """Values, itself included, that a value has at least."""
    names: list[str] = field(default_factory=list)
    """The keys under which a value may stand, as far as they are known."""
    path: Path = ()
    """The keys and indexes by which a payload first comes here."""
    judge: Callable[[Canonical], Callable[[Json], bool]] = field(default=accepts, repr=False)
    """Makes the proof of a node."""

    @property
    def known_names(self) -> list[str]:
        """The keys under which a value may stand; none where there are too many to know them all."""
        return self.names if len(self.names) < MOST_NAMES else []

    @property
    def accepts(self) -> Callable[[Json], bool]:
        """Proves a value on the spot."""
        if self.proof is None:
            self.proof = self.judge(self.node)
        return self.proof

    @property
    def alternatives(self) -> list[Shape]:
        """The shapes that can be finished, those that the schema speaks of first."""
        return [shape for shape in (*self.shapes, *self.vague) if height_of(shape) < math.inf]


def parts_of(shape: Shape) -> Iterator[Plan]:
    """The places within a shape."""
    if isinstance(shape, Objects):
        yield from shape.properties.values()
        yield from (plan for pair in shape.others for plan in pair)
        yield from (plan for _, *pair in shape.ways for plan in pair)
    elif isinstance(shape, Arrays):
        yield from shape.prefix
        yield from (plan for plan, _ in shape.contains)
        if shape.items is not None:
            yield shape.items


def height_of(shape: Shape) -> float:
    """Levels of nesting that the smallest value of this shape has."""
    if isinstance(shape, Objects):
        needed = [shape.properties[key].height for key in shape.required]
        return 1 + max([*needed, *_least_of_needs(shape, lambda plan: plan.height)], default=0)
    if isinstance(shape, Arrays):
        needed = [plan.height for plan in shape.prefix[: shape.minimum]]
        needed += [plan.height for plan, least in shape.contains if least]
        if shape.items is not None and shape.minimum > len(shape.prefix):
            needed.append(shape.items.height)
        return 1 + max(needed, default=0)
    return 0


def _least_of_needs(shape: Objects, measure: Callable[[Plan], float]) -> Iterator[float]:
    """What the smallest key that meets it adds, for each need; infinite where none does."""
    for at in range(len(shape.needs)):
        least = min((measure(value) for met, _, value in shape.ways if at in met), default=math.inf)
        yield 0 if shape.has_more_ways and least == math.inf else least


_MOST_COUNTED = 10_000
"""Items of one container, or lines of one text, beyond which it isn't made anyway."""


def size_of(shape: Shape) -> float:
    """Values that the smallest value of this shape has, itself included; a long text counts as several."""
    if isinstance(shape, Objects):
        known = sum(shape.properties[key].size + len(key) // LINE for key in shape.required)
        return 1 + known + max([_size_of_others(shape), *_least_of_needs(shape, lambda plan: plan.size)])
    if isinstance(shape, Arrays):
        size = 1 + sum(plan.size for plan in shape.prefix[: shape.minimum])
        lacking = min(shape.minimum, _MOST_COUNTED) - len(shape.prefix)
        if lacking > 0:
            return size + lacking * (shape.items.size if shape.items is not None else 1)
        return size + sum(plan.size * min(least, _MOST_COUNTED) for plan, least in shape.contains if least)
    if isinstance(shape, Values):
        return min(map(size_of_value, shape.values), default=1)
    return 1 + min(max(shape.minimum, shape.shortest) // LINE, _MOST_COUNTED) if isinstance(shape, Strings) else 1


def _size_of_others(shape: Objects) -> float:
    """What keys beside the required ones have, where more are needed."""
    lacking = min(shape.minimum, _MOST_COUNTED) - len(shape.required)
    others = [value.size for _, value in shape.others] if lacking > 0 else []
    known = [plan.size for plan in shape.properties.values()] if lacking > 0 else []
    return max(0, lacking) * min([*others, *known], default=1)


def measure(plans: list[Plan]) -> None:
    """Give every plan its height and its size: start with infinity, and lower until nothing changes.

    From the last plan to the first: the places below a place were planned after it. What the schema only happens not to
    exclude counts where nothing else can be finished.
    """
    _lower(plans, lambda plan: plan.shapes)
    _lower([plan for plan in plans if plan.height == math.inf], lambda plan: [*plan.shapes, *plan.vague])


def _lower(plans: list[Plan], shapes_of: Callable[[Plan], list[Shape]]) -> None:
    changed = True
    while changed:
        changed = False
        for plan in reversed(plans):
            height = min(map(height_of, shapes_of(plan)), default=math.inf)
            size = min(map(size_of, shapes_of(plan)), default=math.inf)
            if height < plan.height or size < plan.size:
                plan.height, plan.size, changed = height, size, True
