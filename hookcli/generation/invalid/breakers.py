"""Keyword -> what breaks it. The proof is the validator's: a breaker proposes, the nearest first."""

from __future__ import annotations

from itertools import islice

from hookcli.generation.invalid import container_breakers as containers
from hookcli.generation.invalid import scalar_breakers as scalars
from hookcli.generation.invalid.targets import ODDITIES, Breaker, Broken, Target
from hookcli.models import Json

_MOST_BRANCHES = 12
_MOST_KEYS = 20


def break_none(target: Target) -> Broken:
    """`anyOf`, `oneOf`: a value that no branch takes."""
    if isinstance(target.value, dict):
        keys = islice(target.value, _MOST_KEYS)
        yield from (({name: item for name, item in target.value.items() if name != key}, "") for key in keys)
        yield {}, ""
    yield from ((value, "") for value in (*scalars.retyped(target.value), *ODDITIES))


def break_one(target: Target) -> Broken:
    """`oneOf`: a value that more than one branch takes, and one that none does."""
    yield from ((value, "more") for value in _shared(target))
    yield from break_none(target)


def _shared(target: Target) -> list[object]:
    """What the branch that takes the value and another one may take together."""
    branches = target.argument[:_MOST_BRANCHES]
    fragments = [target.fragment(branch) for branch in branches]
    taking = [at for at, one in enumerate(fragments) if one is not None and one.accepts(target.value)]
    found: list[object] = []
    for at, branch in enumerate(branches):
        if at in taking or not taking:
            continue
        for other in target.values_of(branch):
            if isinstance(other, dict) and isinstance(target.value, dict):
                found += [{**other, **target.value}, {**target.value, **other}]
        found += target.values_of(target.rest, branches[taking[0]], branch)
    return found


def break_not(target: Target) -> Broken:
    """`not`: a value that it forbids, made from the one that is there where that is an object."""
    made = target.values_of(target.argument)
    if isinstance(target.value, dict):
        for other in made:
            if isinstance(other, dict):
                missing = [key for key in other if key not in target.value]
                yield {**target.value, **{key: target.values_for(key)[0] for key in missing}}, ""
                yield {**target.value, **other}, ""
                yield {**other, **target.value}, ""
        for key in islice(target.value, _MOST_KEYS if len(target.value) > 1 else 0):  # the `not` may ask for it
            rest = {name: item for name, item in target.value.items() if name != key}
            yield from (({**other, **rest}, "") for other in made if isinstance(other, dict))
    yield from ((other, "") for other in (*target.values_of(target.rest, target.argument), *made, *ODDITIES))


BREAKERS: dict[str, Breaker] = {
    "type": scalars.break_type, "enum": scalars.break_choice, "const": scalars.break_choice,
    "format": scalars.break_format, "pattern": scalars.break_pattern,
    "minLength": scalars.break_min_length, "maxLength": scalars.break_max_length,
    "minimum": scalars.break_minimum, "exclusiveMinimum": scalars.break_minimum,
    "maximum": scalars.break_maximum, "exclusiveMaximum": scalars.break_maximum,
    "multipleOf": scalars.break_multiple_of,
    "required": containers.break_required, "dependentRequired": containers.break_dependent,
    "dependencies": containers.break_dependent_schemas, "dependentSchemas": containers.break_dependent_schemas,
    "properties": containers.break_properties, "patternProperties": containers.break_pattern_properties,
    "additionalProperties": containers.break_additional, "unevaluatedProperties": containers.break_additional,
    "propertyNames": containers.break_names,
    "minProperties": containers.break_min_properties, "maxProperties": containers.break_max_properties,
    "minItems": containers.break_min_items, "maxItems": containers.break_max_items,
    "uniqueItems": containers.break_unique, "contains": containers.break_contains,
    "minContains": containers.break_contains, "maxContains": containers.break_max_contains,
    "prefixItems": containers.break_prefix, "items": containers.break_items,
    "additionalItems": containers.break_items, "unevaluatedItems": containers.break_items,
    "anyOf": break_none, "oneOf": break_one, "not": break_not,
}  # fmt: skip

_OF_MEMBERS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_OF_THE_REST = frozenset(
    {"additionalProperties", "unevaluatedProperties", "items", "additionalItems", "unevaluatedItems"}
)


def can_refuse(keyword: str, argument: Json) -> bool:
    """Whether a keyword refuses anything itself; of those that hold subschemas, only `false` does."""
    if keyword in _OF_MEMBERS:
        return False in argument.values()
    if keyword == "prefixItems":
        return False in argument
    return argument is False if keyword in _OF_THE_REST else True
