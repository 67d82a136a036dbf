"""Payloads for what no payload showed so far: branches that were not taken, keys and items that were not there.

Whole payloads, and those that a plan leads to, leave out what the plan merged away: of an `if` in an `allOf` of many,
or of branches that overlap. So a walk notes which subschemas speak below the rules that it meets, and where; for those
that it never meets, values are made of the subschemas around them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from itertools import islice

from hookcli.dataclass import dataclass
from hookcli.generation.invalid.bases import Base
from hookcli.generation.invalid.fragments import Fragments
from hookcli.generation.invalid.places import Place, Places, Rule, replaced
from hookcli.models import Json
from hookcli.schema.references import Subschema, escape

_MOST_LEADS = 2
"""Places at which one subschema is looked for."""

_MOST_TRIES = 16
"""Values that are tried for one of them."""

_MOST_NAMES = 2
_FREE = ("unexpected", "x", "a1")
"""Keys for what a schema says of those that it does not name."""


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """A subschema that no payload showed, and a place that it may speak of."""

    one: Subschema
    keyword: str
    """What holds it in the rule."""
    name: str
    """Under which key it stands there, or at which position."""
    rule: Rule
    place: Place
    payload: Json


@dataclass(slots=True)
class Unseen:
    """Notes what was not met in the payloads of one schema, and makes values for it."""

    _places: Places
    _fragments: Fragments
    _met: set[int] = field(default_factory=set)
    _leads: dict[int, list[Lead]] = field(default_factory=dict)
    """By the subschema's identity, in the order in which they were found."""
    _looks: dict[int, int] = field(default_factory=dict)
    """How often a rule was looked at for what is below it."""

    def look(self, base: Base, place: Place) -> None:
        """Note what speaks of a place, and what may speak there or below."""
        for rule in place.rules:
            self._met.add(id(rule.schema))
            self._leads.pop(id(rule.schema), None)
        for rule in place.rules:
            self._looks[id(rule.schema)] = self._looks.get(id(rule.schema), 0) + 1
            if self._looks[id(rule.schema)] <= _MOST_LEADS:
                for keyword, name, one in _within(rule.schema):
                    self._note(Lead(self._places.meant(one, rule.base), keyword, name, rule, place, base.payload))

    def _note(self, lead: Lead) -> None:
        schema = lead.one.schema
        if isinstance(schema, dict) and schema and id(schema) not in self._met:
            self._leads.setdefault(id(schema), []).append(lead)

    def bases(self) -> Iterator[Base]:
        """Payloads that may show what is left, to be proven valid; they end when it was shown, or there are no more."""
        while self._leads:
            mark, leads = next(iter(self._leads.items()))
            for lead in leads:
                for value, step in islice(self._values(lead), _MOST_TRIES):
                    if mark in self._met:
                        break
                    pointer = lead.place.pointer
                    yield Base(replaced(lead.payload, pointer, value), f"{pointer}{step}", is_aimed=True)
            self._leads.pop(mark, None)

    def _values(self, lead: Lead) -> Iterator[tuple[Json, str]]:
        """Values for the place of a lead that show its subschema, and where in them it speaks."""
        if lead.keyword in _OF_KEYS:
            yield from self._with_key(lead)
        elif lead.keyword in _OF_ITEMS:
            yield from self._with_item(lead)
        else:
            yield from ((value, "") for value in self._of_branch(lead))

    def _with_key(self, lead: Lead) -> Iterator[tuple[Json, str]]:
        value = lead.place.value if isinstance(lead.place.value, dict) else {}
        for name in islice(self._names(lead), _MOST_NAMES):
            self._places.asked += lead.place.width
            rest = {key: item for key, item in value.items() if key != name}
            for one in self._fragments.values(*_subschemas(lead.place.keys(name))):
                yield {**rest, name: one}, f"/{escape(name)}"
        yield from ((one, "") for one in self._fragments.values(*_subschemas(lead.place.rules), _OBJECT))

    def _names(self, lead: Lead) -> Iterator[str]:
        if lead.keyword == "properties":
            yield lead.name
        elif lead.keyword == "patternProperties":
            pattern = self._fragments.schema_of("pattern", lead.name, lead.name)
            yield from (one for one in self._fragments.values(_TEXT, Subschema(pattern, "")) if isinstance(one, str))
        else:
            names = [Subschema(each, lead.rule.base) for each in lead.place.arguments("propertyNames")]
            made = self._fragments.values(_TEXT, *names) if names else []
            yield from (one for one in (*made, *_FREE) if isinstance(one, str))

    def _with_item(self, lead: Lead) -> Iterator[tuple[Json, str]]:
        value = lead.place.value if isinstance(lead.place.value, list) else []
        first = sum(len(each) for key in ("prefixItems", "items") for each in _lists(lead.rule.schema, key))
        at = int(lead.name) if lead.name else max(first, len(value))
        for one in self._fragments.values(*_subschemas(lead.place.items(at))) if at <= len(value) else ():
            yield [*value[:at], one, *value[at + 1 :]], f"/{at}"
            yield [*value[:first], one], f"/{first}"
        yield from ((one, "") for one in self._fragments.values(*_subschemas(lead.place.rules), _ARRAY))

    def _of_branch(self, lead: Lead) -> Iterator[Json]:
        """Values that the branch takes, together with what else is said of the place, as far as that can be had."""
        own = [lead.one, *self._condition(lead)]
        others = [
            rule for rule in lead.place.rules if rule.schema is not lead.rule.schema and not _hangs_on(rule, lead)
        ]
        rest = Subschema(self._fragments.part(lead.rule.schema, _besides(lead)), lead.rule.base)
        for around in ((), (rest,), (rest, *_subschemas(others))):  # the last may be a lot
            for one in self._fragments.values(*own, *around):
                yield one
                if isinstance(one, dict) and isinstance(lead.place.value, dict):
                    yield {**lead.place.value, **one}

    def _condition(self, lead: Lead) -> list[Subschema]:
        """What makes `then`, `else` and what hangs on a key speak."""
        if lead.keyword in ("then", "else"):
            condition = lead.rule.schema["if"]
            negated = self._fragments.schema_of("not", condition, id(condition))
            return [Subschema(condition if lead.keyword == "then" else negated, lead.rule.base)]
        if lead.keyword in ("dependentSchemas", "dependencies"):
            return [_OBJECT, Subschema(self._fragments.schema_of("required", [lead.name], lead.name), "")]
        return []


_OBJECT, _ARRAY, _TEXT = (Subschema({"type": name}, "") for name in ("object", "array", "string"))
_OF_KEYS = ("properties", "patternProperties", "additionalProperties", "unevaluatedProperties")
_OF_ITEMS = ("prefixItems", "items", "additionalItems", "unevaluatedItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas", "dependencies")
_LISTS = ("anyOf", "oneOf", "prefixItems", "items")
_SINGLE = (
    "then",
    "else",
    "additionalProperties",
    "unevaluatedProperties",
    "items",
    "additionalItems",
    "unevaluatedItems",
)


def _within(schema: dict[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """The subschemas that may speak of a value or of what is in it: the keyword, the name there, and the subschema."""
    for keyword in _MAPS:
        for name, one in schema.get(keyword, {}).items():
            yield keyword, name, one
    for keyword in _LISTS:
        for each in _lists(schema, keyword):
            yield from ((keyword, str(at), one) for at, one in enumerate(each))
    for keyword in _SINGLE:
        if keyword in schema and ("if" in schema or keyword not in ("then", "else")):
            yield keyword, "", schema[keyword]


def _lists(schema: dict[str, Json], keyword: str) -> list[list[Json]]:
    return [schema[keyword]] if isinstance(schema.get(keyword), list) else []


def _subschemas(rules: list[Rule]) -> list[Subschema]:
    return [Subschema(rule.schema, rule.base) for rule in rules if isinstance(rule.schema, dict)]


def _hangs_on(rule: Rule, lead: Lead) -> bool:
    """Whether a rule holds because of the choice in which another branch is wanted."""
    return any(each.schema is lead.rule.schema and each.keyword == lead.keyword for each in rule.choices)


def _besides(lead: Lead) -> list[str]:
    gone = ("if", "then", "else") if lead.keyword in ("then", "else") else (lead.keyword,)
    return [key for key in lead.rule.schema if key not in gone or key == "dependentSchemas"]
