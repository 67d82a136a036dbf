"""What a schema asks of whoever reads it: how deep it leads, and how often one value is judged.

Of subschemas that each refer to the next one twice, the last is judged a billion times after thirty, in a schema of a
kilobyte. What is too much is found before it is begun.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TypeAlias

from hookcli.dataclass import dataclass
from hookcli.errors import SchemaTooHeavy
from hookcli.models import Json
from hookcli.schema.dialect import LARGEST_PATTERN
from hookcli.schema.keywords import subschemas
from hookcli.schema.references import Resources, Subschema

MOST_STEPS = 1_000_000
"""How often one value may be judged."""

DEEPEST = 5_000
"""Subschemas one within or behind another that are followed."""

_MOST_MEMORY = 150 << 20
"""Bytes that all patterns may take."""

_MOST_BULK = 330_000
"""Values that documents may hold, which take 200 MB; the largest schema of SchemaStore comes to 82,000."""

_MOST_PAIRS = 1_500_000
"""Keys times patterns of keys in one object."""

_LEAST_KEYS = 500
"""Keys as which fewer count beside patterns, each of which has to be made ready."""

_PRICE_OF_STEPS = 30
"""Pairs as which two multiples count: the least that is common to all gets long."""

_OF_SCHEMA = 4
"""Values as which an object counts beside itself that may be a schema."""

_VALUES = frozenset({"enum", "const", "examples", "default"})

_REPEATED = re.compile(r"\{(?:\d+,)?(\d{3,})\}")
_WIDE = re.compile(r"\.|\[\^|\\[WDS]")

_SMALL = 1_000
"""Objects in a schema up to which nothing leads deep."""

_LIGHT = 36
"""References, and half as many keywords that judge a second time, up to which they come to less than a million."""

_MOST_PARTS = 2_000
"""Parts of one value that are told apart."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_AGAIN = ("unevaluatedProperties", "unevaluatedItems")
_WEIGHTY = frozenset({*_REFERENCES, *_AGAIN, "pattern", "patternProperties", "allOf"})
_IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"})
_ASIDE = frozenset({"$defs", "definitions", "contentSchema", "propertyNames", "x-hookcli"})

_Part: TypeAlias = tuple[str, str | int | None]
"""A part of a value that a subschema speaks of: a key or an item, and which; None for any."""


@dataclass(frozen=True, slots=True)
class Burden:
    """What a subschema asks, references followed; one that leads back to what it stands in counts as nothing."""

    depth: int = 1
    """Subschemas one within or behind another."""
    here: int = 1
    """How many subschemas judge the value itself, one of them as often as it is come to."""
    below: dict[_Part, int] = field(default_factory=dict)
    """How often a value within it is judged, by the part that it is or lies in."""

    steps: int = 1
    """How often one value, this or one within it, is judged at the most."""


_NOTHING = Burden()


def depth_of(resources: Resources, source: str) -> int:
    """Subschemas of a schema one within or behind another; 0 where it is too small to lead deep.

    Args:
        resources: its documents.
        source: the name to show in messages.

    Raises:
        SchemaTooHeavy: it leads deeper, judges a value more often, or repeats more in its patterns than can be borne.
    """
    survey = _Survey(resources.documents.values())
    if survey.bulk > _MOST_BULK:
        raise SchemaTooHeavy(
            f"{source}: has too much in it: hookcli reads up to {_MOST_BULK:,} values, or "
            f"{_MOST_BULK // (1 + _OF_SCHEMA):,} objects. Split it, or leave out what is not referred to."
        )
    if survey.widest > _MOST_PAIRS:
        raise SchemaTooHeavy(
            f"{source}: over {_MOST_PAIRS:,} pairs of a property and a pattern of patternProperties, or of two "
            "multipleOf, would have to be compared. Name fewer in one place."
        )
    survey.check_patterns(source)
    if survey.is_light:
        return 0
    scale = _Scale(resources)
    depth = scale.weigh(resources.root).depth
    if scale.heaviest is not None:
        where = resources.pointer_to(scale.heaviest.schema)
        raise SchemaTooHeavy(
            f"{source}: one value may be judged over {MOST_STEPS:,} times at {where}, which comes to the same "
            "subschemas over and over. Refer to each of them once, and say once what is unevaluated."
        )
    if depth > DEEPEST:
        raise SchemaTooHeavy(
            f"{source}: references lead {depth:,} subschemas deep, and hookcli follows {DEEPEST:,}. Let them end "
            "earlier, or lead back."
        )
    return depth


class _Survey:
    """What all objects in some documents have in them, schemas or not."""

    def __init__(self, documents: Iterable[Json]) -> None:
        self._weight = 0
        self._patterns: dict[str, None] = {}
        self.widest = 0
        """Comparisons that the keywords of one object come to."""
        waiting, plain = [*documents], list[Json]()
        values = size = 0
        while waiting and values + _OF_SCHEMA * size <= _MOST_BULK:
            node = waiting.pop()
            values += 1
            if isinstance(node, dict):
                size += 1
                if not _WEIGHTY.isdisjoint(node):
                    self._look(node)
                waiting += node.values() if _VALUES.isdisjoint(node) else _unlike_values(node, plain)
            elif isinstance(node, list):
                waiting += node
        while plain and values + _OF_SCHEMA * size <= _MOST_BULK:
            node = plain.pop()
            values += 1
            plain += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        self.bulk = values + _OF_SCHEMA * size
        """What takes memory: all values, and schemas more than others."""
        self._size = size

    def _look(self, node: dict[str, Json]) -> None:
        self.widest = max(self.widest, _product(node))
        self._weight += sum(key in node for key in _REFERENCES) + 2 * sum(key in node for key in _AGAIN)
        self._patterns.update((text, None) for text in _patterns(node) if _REPEATED.search(text))

    @property
    def is_light(self) -> bool:
        """Whether there is too little to ask much, however it is made."""
        return self._size <= _SMALL and self._weight <= _LIGHT

    def check_patterns(self, source: str) -> None:
        """Refuse patterns that take too much memory: a judge writes out what they repeat."""
        heaviest = sorted(self._patterns, key=_memory_of)
        if sum(map(_memory_of, heaviest)) > _MOST_MEMORY:
            raise SchemaTooHeavy(
                f"{source}: its {len(heaviest):,} patterns with long repeats, such as {heaviest[-1][:80]!r}, take over "
                f"{_MOST_MEMORY >> 20} MB. Repeat less in them: bound lengths by maxLength."
            )


def _unlike_values(node: dict[str, Json], plain: list[Json]) -> list[Json]:
    """What stands in an object, but for those values that are no schemas, which are added to `plain`."""
    plain += (value for key, value in node.items() if key in _VALUES)
    return [value for key, value in node.items() if key not in _VALUES]


def _product(node: dict[str, Json]) -> int:
    """How often something is compared: each key with each pattern of keys, each multiple with each other."""
    keys, patterns, branches = (node.get(name) for name in ("properties", "patternProperties", "allOf"))
    steps = (
        sum("multipleOf" in each for each in branches if isinstance(each, dict)) if isinstance(branches, list) else 0
    )
    known = max(_LEAST_KEYS, len(keys)) if isinstance(keys, dict) else _LEAST_KEYS
    return max(known * len(patterns) if isinstance(patterns, dict) else 0, steps**2 * _PRICE_OF_STEPS)


def _patterns(node: dict[str, Json]) -> Iterator[str]:
    if isinstance(node.get("pattern"), str):
        yield node["pattern"]
    if isinstance(node.get("patternProperties"), dict):
        yield from node["patternProperties"]


def _memory_of(pattern: str) -> int:
    """Bytes that a pattern takes, about: as measured for one character of a set, times what is repeated."""
    each = 60_000 if "\\p" in pattern or "\\P" in pattern else 4_000 if _WIDE.search(pattern) else 400
    return min(each * sum(map(int, _REPEATED.findall(pattern))), LARGEST_PATTERN)


class _Scale:
    """Weighs the subschemas of one schema.

    Args:
        resources: what references are looked up in.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._known: dict[int, Burden] = {}
        self.heaviest: Subschema | None = None
        """The innermost subschema that judges a value more often than it may."""

    def weigh(self, root: Subschema) -> Burden:
        """What a subschema asks; each is weighed after all that it leads to."""
        waiting: list[Subschema] = [root]
        begun: dict[int, list[tuple[_Part | None, Subschema]]] = {}
        while waiting:
            one = waiting[-1]
            mark = id(one.schema)
            if mark in begun:
                self._known[mark] = self._sum(one, begun.pop(mark))
            if mark in self._known:
                waiting.pop()
            else:
                begun[mark] = [(part, each) for part, each in self._applied(one) if isinstance(each.schema, dict)]
                waiting += [each for _, each in reversed(begun[mark]) if id(each.schema) not in begun]
        return self._known[id(root.schema)]

    def _sum(self, one: Subschema, applied: list[tuple[_Part | None, Subschema]]) -> Burden:
        if not applied:
            return _NOTHING
        depth, here, below = 0, 0, Counter[_Part]()
        for part, each in applied:
            burden = self._known.get(id(each.schema), _NOTHING)
            depth = max(depth, burden.depth)
            if part is None:
                here += burden.here
                below.update(burden.below)
            else:
                below[part] += burden.steps
        again = 2 if here and any(keyword in one.schema for keyword in _AGAIN) else 1
        here = 1 + here * again
        burden = Burden(1 + depth, here, dict(list(below.items())[:_MOST_PARTS]), max(here, _most_of_one(below)))
        if self.heaviest is None and burden.steps > MOST_STEPS:
            self.heaviest = one
        return burden

    def _applied(self, one: Subschema) -> Iterator[tuple[_Part | None, Subschema]]:
        """What a subschema applies, and to which part of a value; None for the value itself."""
        for targets in self._resources.follow(one):
            yield from ((None, each) for each in targets)
        if isinstance(one.schema, dict) and not one.is_hidden:
            for tokens, inner in subschemas(one.schema):
                if tokens[0] not in _ASIDE:
                    yield _part(tokens), one.inner(inner)


def _most_of_one(below: Mapping[_Part, int]) -> int:
    """How often a key or an item is judged: as one that is named, and as any."""
    most = {"key": 0, "item": 0}
    for (kind, name), count in below.items():
        if name is not None and count > most[kind]:
            most[kind] = count
    return max(count + below.get((kind, None), 0) for kind, count in most.items())


def _part(tokens: tuple[str | int, ...]) -> _Part | None:
    keyword, name = tokens[0], tokens[-1] if len(tokens) > 1 else None
    if keyword in _IN_PLACE:
        return None
    if keyword == "properties":
        return "key", name
    return ("key" if str(keyword).endswith("Properties") else "item"), name if isinstance(name, int) else None
