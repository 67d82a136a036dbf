"""Walks a schema beside a payload: which parts of the schema speak of which part of the payload.

It looks at what a schema mentions, not at what it decides: every branch of `anyOf`, `oneOf` and `if` counts. So it
tells a key that no branch knows (`validate --strict`), and where hints for generation lie; verdicts are the dialect's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hookcli.errors import ReferenceNotFound
from hookcli.models import Json
from hookcli.schema.dialect import matches
from hookcli.schema.document import Schema
from hookcli.schema.references import Resources, Subschema, escape

_ALWAYS = ("allOf",)
_MAYBE = ("anyOf", "oneOf")
_CONDITIONAL = ("then", "else", "if")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_MOST = 2_000
"""Subschemas that are looked at for one place: a bound against hostile schemas."""


def in_place(resources: Resources, starts: Iterable[Subschema], *, surely: bool = False) -> list[Subschema]:
    """The given subschemas and all that speak of the same value: references, and the branches of combinators.

    Args:
        resources: what references are looked up in.
        starts: subschemas of one place.
        surely: leave out what holds for some values only: the branches of `anyOf`, `oneOf`, `if` and the like.
    """
    waiting = list(starts)
    found: dict[int, Subschema] = {}
    while waiting and len(found) < _MOST:
        one = waiting.pop(0)
        if isinstance(one.schema, dict) and id(one.schema) not in found:
            found[id(one.schema)] = one
            waiting += [Subschema(each, one.base) for each in _applied(one.schema, surely=surely)]
            waiting += _referred(resources, one)
    return list(found.values())


def _applied(schema: dict[str, Json], *, surely: bool) -> Iterator[Json]:
    for keyword in _ALWAYS if surely else (*_ALWAYS, *_MAYBE):
        if isinstance(schema.get(keyword), list):
            yield from schema[keyword]
    if surely:
        return
    for keyword in _CONDITIONAL:
        yield schema.get(keyword)
    for keyword in ("dependentSchemas", "dependencies"):
        if isinstance(schema.get(keyword), dict):
            yield from schema[keyword].values()


def _referred(resources: Resources, one: Subschema) -> Iterator[Subschema]:
    for keyword in _REFERENCES:
        reference = one.schema.get(keyword)
        if isinstance(reference, str):
            try:
                yield resources.resolve(one.base, reference)
            except ReferenceNotFound:
                continue  # a metaschema, or a name that only a dynamic scope gives: it has no more to tell


def of_property(subschemas: Iterable[Subschema], key: str) -> list[Subschema]:
    """What the given subschemas say of the value under `key`; a boolean subschema counts as well."""
    found = []
    for one in subschemas:
        own = [one.schema.get("properties", {}).get(key)]
        own += [each for pattern, each in one.schema.get("patternProperties", {}).items() if matches(pattern, key)]
        spoken = [each for each in own if each is not None]
        if not spoken:
            spoken = [
                one.schema[name] for name in ("additionalProperties", "unevaluatedProperties") if name in one.schema
            ]
        found += [Subschema(each, one.base) for each in spoken]
    return found


def of_item(subschemas: Iterable[Subschema], index: int) -> list[Subschema]:
    """What the given subschemas say of the item at `index`."""
    found = []
    for one in subschemas:
        items, prefix = one.schema.get("items"), one.schema.get("prefixItems", [])
        if isinstance(items, list):
            items, prefix = one.schema.get("additionalItems"), items
        own = prefix[index] if index < len(prefix) else items
        spoken = [own, one.schema.get("contains")]
        found += [Subschema(each, one.base) for each in spoken if each is not None]
    return found


def unknown_keys(schema: Schema, payload: Json) -> Iterator[str]:
    """JSON Pointers of the keys in `payload` that the schema does not know, in the payload's order.

    An object that the schema says nothing about (no `properties`) may hold anything, and so may one for which it
    says so: `additionalProperties` that isn't false.
    """
    waiting: list[tuple[str, Json, list[Subschema]]] = [("", payload, [schema.root])]
    while waiting:
        pointer, value, starts = waiting.pop()
        here = in_place(schema.resources, starts)
        if isinstance(value, list):
            inner = [(f"{pointer}/{at}", item, of_item(here, at)) for at, item in enumerate(value)]
        elif isinstance(value, dict):
            inner = [(f"{pointer}/{escape(key)}", item, of_property(here, key)) for key, item in value.items()]
            if any(one.schema.get("properties") for one in here):
                yield from (where for where, _, known in inner if all(one.schema is False for one in known))
        else:
            continue
        waiting += [each for each in reversed(inner) if isinstance(each[1], (dict, list))]
