"""Places in a payload, with the rules that hold there: what a schema decides, where `navigation` has what it mentions.

A branch of `anyOf` or `oneOf` that surely refuses the value, an `if`, a `not` and a `contains` say nothing that could
be broken at their place. What stands under a choice is kept with it: the validator will name the choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hookcli.dataclass import dataclass
from hookcli.generation.invalid.fragments import Fragments
from hookcli.models import Json
from hookcli.schema.dialect import matches
from hookcli.schema.document import Schema
from hookcli.schema.references import Subschema, escape, unescape

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_MOST_RULES = 2_000
"""Subschemas that are looked at for one place: a bound against hostile schemas."""

_MOST_ITEMS = 3
"""Items of a list that are looked into, beyond those that have a schema of their own."""

_DEPTH = 3
"""Levels of a value that are looked at to tell whether a branch refuses it."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What a validator names for whatever breaks below it."""

    pointer: str
    keyword: str
    schema: dict[str, Json]
    """The subschema that has the keyword."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A subschema that holds for a value."""

    schema: Json
    base: str
    choices: tuple[Choice, ...] = ()
    """Those that it stands under, the outermost first."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a payload, and the rules that hold for it."""

    pointer: str
    value: Json
    rules: list[Rule]
    breadth: int = 0
    """Subschemas that were looked at on the way here: what a validator has to say something about."""

    width: int = 0
    """Subschemas, and patterns in them twice, that may speak of a key or an item here."""

    def arguments(self, keyword: str) -> list[Json]:
        """All that is said under one keyword here."""
        return [rule.schema[keyword] for rule in self.rules if keyword in rule.schema]

    def keys(self, key: str) -> list[Rule]:
        """What holds for the value under `key`."""
        found = []
        for rule in self.rules:
            spoken = _named(rule.schema, key)
            found += [Rule(one, rule.base, rule.choices) for one in spoken or _others(rule, "additionalProperties")]
            found += [] if spoken else self._unevaluated(rule, "unevaluatedProperties")
        return found

    def items(self, index: int) -> list[Rule]:
        """What holds for the item at `index`."""
        found = []
        for rule in self.rules:
            rest, prefix = "items", rule.schema.get("prefixItems", [])
            if isinstance(rule.schema.get("items"), list):
                rest, prefix = "additionalItems", rule.schema["items"]
            own = [prefix[index]] if index < len(prefix) else _others(rule, rest)
            found += [Rule(one, rule.base, rule.choices) for one in own]
            found += [] if own else self._unevaluated(rule, "unevaluatedItems")
        return found

    def _unevaluated(self, rule: Rule, keyword: str) -> list[Rule]:
        """What is broken below `unevaluated...` is reported of the container."""
        if keyword not in rule.schema:
            return []
        choices = (*rule.choices, Choice(self.pointer, keyword, rule.schema))
        return [Rule(one, rule.base, choices) for one in _others(rule, keyword)]


def _named(schema: dict[str, Json], key: str) -> list[Json]:
    """What a subschema says of a key by its name."""
    properties, patterns = schema.get("properties"), schema.get("patternProperties")
    own = [properties[key]] if properties is not None and key in properties else []
    more = [one for pattern, one in patterns.items() if matches(pattern, key)] if patterns else []
    return [one for one in (*own, *more) if one is not None] if own or more else own


def _others(rule: Rule, keyword: str) -> list[Json]:
    return [rule.schema[keyword]] if keyword in rule.schema else []


class Places:
    """Finds the places of payloads of one schema."""

    def __init__(self, schema: Schema, fragments: Fragments) -> None:
        self._schema = schema
        self._fragments = fragments
        self.looks = 0
        """Subschemas that were looked at so far."""
        self.asked = 0
        """Subschemas, and patterns in them, that were asked what they say of a key or an item."""

    def below(self, payload: Json, pointer: str) -> Iterator[Place]:
        """The place at `pointer` and all below it; of a list, the first items."""
        waiting = [self._at(payload, pointer)]
        while waiting:
            place = waiting.pop(0)
            yield place
            waiting += self._inner(place)

    def _at(self, payload: Json, pointer: str) -> Place:
        place = self._make("", payload, [Rule(self._schema.root.schema, self._schema.root.base)])
        for token in unescape(pointer):
            place = self._step(place, token)
        return place

    def _step(self, place: Place, token: str) -> Place:
        pointer = f"{place.pointer}/{escape(token)}"
        self.asked += place.width
        if isinstance(place.value, list):
            return self._make(pointer, place.value[int(token)], place.items(int(token)), place.breadth)
        return self._make(pointer, place.value[token], place.keys(token), place.breadth)

    def _inner(self, place: Place) -> Iterator[Place]:
        if isinstance(place.value, dict):
            yield from (self._step(place, key) for key in place.value)
        elif isinstance(place.value, list):
            known = [len(each) for key in ("prefixItems", "items") for each in place.arguments(key) if _is_list(each)]
            most = min(len(place.value), max(known, default=0) + _MOST_ITEMS)
            yield from (self._step(place, str(index)) for index in range(most))

    def _make(self, pointer: str, value: Json, starts: list[Rule], breadth: int = 0) -> Place:
        before = self.looks
        rules = self.rules(starts, value, pointer)
        width = len(rules) + sum(2 * len(rule.schema.get("patternProperties", ())) for rule in rules)
        return Place(pointer, value, rules, breadth + self.looks - before, width)

    def rules(self, starts: Iterable[Rule], value: Json, pointer: str) -> list[Rule]:
        """The given rules and all that hold for the same value because they do."""
        waiting = list(starts)
        found: dict[int, Rule] = {}
        at = 0
        while at < len(waiting) and len(found) < _MOST_RULES:
            one = waiting[at]
            at += 1
            self.looks += 1
            if isinstance(one.schema, dict) and id(one.schema) not in found:
                base = self._fragments.base_in(one.schema, one.base)
                one = one if base == one.base else replace(one, base=base)
                found[id(one.schema)] = one
                waiting += self._applied(one, value, pointer)
        hidden = self._schema.draft.ref_hides_siblings
        return [one for one in found.values() if not (hidden and "$ref" in one.schema)]

    def _applied(self, one: Rule, value: Json, pointer: str) -> Iterator[Rule]:
        """What holds for the same value because a rule does."""
        for target in self._referred(one.schema, one.base):
            yield Rule(target.schema, target.base, one.choices)
        if self._schema.draft.ref_hides_siblings and "$ref" in one.schema:
            return
        for each in one.schema.get("allOf", ()):
            yield Rule(each, one.base, one.choices)
        for keyword in ("anyOf", "oneOf"):
            for each in one.schema.get(keyword, ()):
                if not self._refuses(each, one.base, value, _DEPTH):
                    yield Rule(each, one.base, (*one.choices, Choice(pointer, keyword, one.schema)))
        yield from self._conditional(one, value)

    def _conditional(self, one: Rule, value: Json) -> Iterator[Rule]:
        """What holds because an `if` does or does not, or because a key is there."""
        if "if" in one.schema and ("then" in one.schema or "else" in one.schema):
            fragment = self._fragments.of(Subschema(one.schema["if"], one.base))
            for keyword, other in (("then", False), ("else", True)):
                if fragment is None or fragment.accepts(value) != other:
                    yield Rule(one.schema.get(keyword), one.base, one.choices)
        for keyword in ("dependentSchemas", "dependencies"):
            for key, each in one.schema.get(keyword, {}).items():
                if isinstance(value, dict) and key in value:
                    yield Rule(each, one.base, one.choices)

    def meant(self, schema: Json, base: str) -> Subschema:
        """A subschema; what it refers to, where a reference is all that counts in it."""
        if isinstance(schema, dict) and self._schema.draft.ref_hides_siblings:
            for target in self._referred(schema, base):
                return self.meant(target.schema, target.base) if target.schema is not schema else target
        return Subschema(schema, base)

    def _referred(self, schema: dict[str, Json], base: str) -> Iterator[Subschema]:
        for keyword in filter(schema.__contains__, _REFERENCES):
            reference = schema[keyword]
            if isinstance(reference, str):
                target = self._fragments.resolve(base, reference)
                if target is not None:
                    yield target

    def _refuses(self, schema: Json, base: str, value: Json, depth: int) -> bool:
        """Whether a subschema surely refuses a value; a look at the first levels, which tells most branches apart."""
        self.looks += 1
        if not isinstance(schema, dict) or depth == 0:
            return schema is False
        if any(self._refuses(one.schema, one.base, value, depth - 1) for one in self._referred(schema, base)):
            return True
        if self._schema.draft.ref_hides_siblings and "$ref" in schema:
            return False
        if _refuses_itself(schema, value):
            return True
        if any(self._refuses(one, base, value, depth - 1) for one in schema.get("allOf", ())):
            return True
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema and all(self._refuses(one, base, value, depth - 1) for one in schema[keyword]):
                return True
        return isinstance(value, dict) and any(
            self._refuses(one, base, value[key], depth - 1)
            for key, one in schema.get("properties", {}).items()
            if key in value
        )


def _refuses_itself(schema: dict[str, Json], value: Json) -> bool:
    """What the plain keywords of a subschema tell."""
    if "type" in schema and not has_type(value, schema["type"]):
        return True
    known: list[Json] = [schema["const"]] if "const" in schema else schema.get("enum", [value])
    if value not in known:  # Python's True is 1: a look, not a verdict
        return True
    if isinstance(value, dict):
        names = schema.get("properties", {})
        closed = schema.get("additionalProperties") is False and not schema.get("patternProperties")
        required = schema["required"] if _is_list(schema.get("required")) else []
        return any(key not in value for key in required) or (closed and any(key not in names for key in value))
    return isinstance(value, str) and "pattern" in schema and not matches(schema["pattern"], value)


def has_type(value: Json, names: Json) -> bool:
    """Whether a value is of one of the types that `type` names."""
    kinds = {_TYPES[type(value)]} | ({"number"} if _is_number(value) else set())
    if isinstance(value, float) and value.is_integer():
        kinds.add("integer")
    return not kinds.isdisjoint([names] if isinstance(names, str) else names)


_TYPES = {
    dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null",
}  # fmt: skip


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_list(value: Json) -> bool:
    return isinstance(value, list)


def replaced(document: Json, pointer: str, value: Json) -> Json:
    """The same document with another value at `pointer`; what isn't on the way is shared."""
    return _replaced(document, unescape(pointer), value)


def _replaced(document: Json, tokens: list[str], value: Json) -> Json:
    if not tokens:
        return value
    head, rest = tokens[0], tokens[1:]
    if isinstance(document, list):
        at = int(head)
        return [*document[:at], _replaced(document[at], rest, value), *document[at + 1 :]]
    return {**document, head: _replaced(document[head], rest, value) if rest else value}
