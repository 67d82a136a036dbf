"""Keys that an object must have, however they are called: what a `not` about its keys comes to.

`not: {propertyNames: N}` asks for one key that N refuses, `not: {patternProperties: {P: S}}` for one that matches P and
has a value that S refuses, `not: {additionalProperties: S}` for one that is not named, with such a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, combinations, islice
from typing import NamedTuple, TypeAlias

from hookcli.dataclass import dataclass
from hookcli.generation.functions import Sampler
from hookcli.generation.scalars import MOST_TRIES, DeadEnd
from hookcli.generation.shapes import Objects
from hookcli.generation.views import KeyRules, Opener
from hookcli.models import Json
from hookcli.schema.dialect import Canonical, anything, canonical, canonical_of

_MOST_TOGETHER = 4
"""Needs of which any may be met by one key; of more than these, each has a key of its own."""

MOST_KINDS = 20
"""Kinds of keys that are tried for each."""

MOST_NEEDS = 20
"""Needs of one object; more are left to the proof."""

_FEW = 3
"""Lifelike names that are tried for a key."""

_MOST_REFUSED = 1_000
"""Values of an `enum` that others are told from: the canonical form takes their number squared."""

_STRING = canonical_of({"type": "string"})

_Violation: TypeAlias = canonical.NameFailsView | canonical.PatternValueFailsView | canonical.UndeclaredValueFailsView


class Key(NamedTuple):
    """What a key and its value must be."""

    name: Canonical
    value: Canonical

    @property
    def is_possible(self) -> bool:
        """Whether there is such a key, as far as the canonical form knows."""
        return not any(isinstance(node.view(), canonical.FalseView) for node in self)


def needs_of(view: canonical.ObjectView, opener: Opener) -> list[Key]:
    """The keys that an object must have, as far as the canonical form can say it."""
    return [_asked(violation, opener) for violation in view.violations]


def _asked(violation: _Violation, opener: Opener) -> Key:
    if isinstance(violation, canonical.NameFailsView):
        return Key(opener.intersect(_STRING, opener.negate(violation.schema)), anything())
    if isinstance(violation, canonical.PatternValueFailsView):
        name = canonical_of({"type": "string", "pattern": violation.pattern})
        return Key(name, _refused_by(violation.schema, opener))
    known = [{"enum": violation.names}, *({"pattern": pattern} for pattern in violation.patterns)]
    return Key(canonical_of({"type": "string", "not": {"anyOf": known}}), _refused_by(violation.additional, opener))


def _refused_by(node: Canonical, opener: Opener) -> Canonical:
    view = node.view()
    is_long = isinstance(view, canonical.EnumView) and len(view.values) > _MOST_REFUSED
    return anything() if is_long else opener.negate(node)


def ways_of(
    needs: list[Key], view: canonical.ObjectView, rules: KeyRules, opener: Opener
) -> Iterator[tuple[frozenset[int], Key]]:
    """How needs can be met by one key: which of them, and what it must be for that and by all that is said of it."""
    kinds = list(islice(_kinds(view, rules, opener), MOST_KINDS))
    count = min(len(needs), _MOST_TOGETHER)
    groups = chain.from_iterable(combinations(range(count), size) for size in range(1, count + 1))
    for group in chain(groups, ((at,) for at in range(count, len(needs)))):
        for kind in kinds:
            key = kind
            for at in group:
                key = Key(opener.intersect(key.name, needs[at].name), opener.intersect(key.value, needs[at].value))
            if key.is_possible:
                yield frozenset(group), key


def _kinds(view: canonical.ObjectView, rules: KeyRules, opener: Opener) -> Iterator[Key]:
    """The keys that an object may have: those of no pattern, those of one, and those that are named."""
    names = view.property_names if view.property_names is not None else _STRING
    patterns, others = list(view.pattern_properties), view.additional_properties
    known = [{"enum": list(rules.properties)}, *({"pattern": pattern} for pattern in patterns)]
    unknown = canonical_of({"type": "string", "not": {"anyOf": known}})
    yield Key(opener.intersect(unknown, names), anything() if others is None else others)
    for pattern, node in view.pattern_properties.items():
        yield Key(opener.intersect(canonical_of({"type": "string", "pattern": pattern}), names), node)
    for key in rules.properties:
        yield Key(opener.intersect(canonical_of({"const": key}), names), rules.value_of(key))


@dataclass(frozen=True, slots=True)
class Meeting:
    """Makes a key that meets some of an object's needs."""

    meets: frozenset[int]
    name: Sampler
    value: Sampler
    other: Sampler
    """Makes names that are more various and less lifelike, for when that name is taken."""


def needing(
    sampler: Sampler,
    shape: Objects,
    tests: list[Callable[[str, Json], bool]],
    ways: list[Meeting],
    random: Callable[[], float],
) -> Sampler:
    """The same objects with the keys that they need, in place of others where there may not be more.

    Args:
        sampler: makes objects.
        shape: what they are like.
        tests: whether a key and its value meet each need.
        ways: make keys that do.
        random: gives floats from 0 up to 1.
    """

    def sample() -> Json:
        value, met, lacking = sampler(), set[str](), set[int]()
        for at, test in enumerate(tests):
            found = next((key for key, each in value.items() if test(key, each)), None)
            met.update(() if found is None else (found,))
            lacking.update((at,) if found is None else ())
        while lacking:
            fitting = [way for way in ways if way.meets & lacking]
            way = fitting[int(random() * len(fitting))]
            key = _name(way, met)
            value[key] = way.value()
            met.add(key)
            lacking -= way.meets
        if shape.maximum is not None and len(value) > shape.maximum:
            for key in [key for key in value if key not in met | shape.required][: len(value) - shape.maximum]:
                del value[key]
            if len(value) > shape.maximum:
                raise DeadEnd
        return value

    return sample


def _name(way: Meeting, met: set[str]) -> str:
    """A key that meets no other need, which it would do no more with another value."""
    for at in range(MOST_TRIES):
        key: str = way.name() if at < _FEW else way.other()
        if key not in met:
            return key
    raise DeadEnd
