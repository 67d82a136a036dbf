"""Every constraint broken once: one violation a payload, as little changed as can be, each proven by the validator.

A valid payload is walked beside its schema; for each keyword that speaks of a place, `BREAKERS` proposes values that
break it, and the first is taken for which the validator finds that keyword at that place and nothing else. A keyword
that cannot be broken without another (a `type` beside a `const`) has none.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from fractions import Fraction

from hookcli.errors import Unsatisfiable
from hookcli.generation.generator import Sample, Source
from hookcli.generation.identity import identity
from hookcli.models import Json
from hookcli.schema.document import Schema
from hookcli.schema.navigation import in_place, of_item, of_property
from hookcli.schema.references import Subschema, escape, unescape

_TYPICAL_BASES = 60
"""Valid payloads that are walked, so that the branches of a schema come up."""

_LONGEST_MESSAGE = 120

_MOST = 10_000
"""Items or characters that are added to break a maximum."""

Breaker = Callable[[Json, Json], Iterator[tuple[Json, str]]]
"""(value, the keyword's own value) -> values that should break it, and which part of it (`required`: the key)."""


def mutants(schema: Schema, seed: int) -> Iterator[Sample]:
    """The invalid payloads of a schema.

    Args:
        schema: any JSON Schema.
        seed: the same seed gives the same payloads.

    Raises:
        Unsatisfiable: no payload can satisfy the schema, so none can break it by a little.
    """
    done: set[tuple[object, ...]] = set()
    seen: set[tuple[str | None, str | None, bytes]] = set()
    for sample in _all(schema, seed, done):
        mark = (sample.pointer, sample.keyword, identity(sample.payload))
        if mark not in seen:
            seen.add(mark)
            yield sample


def _all(schema: Schema, seed: int, done: set[tuple[object, ...]]) -> Iterator[Sample]:
    for base in _bases(schema, seed):
        for pointer, value, subschemas in _places(schema, base):
            for one in subschemas:
                for keyword, argument in one.schema.items():
                    breaker = BREAKERS.get(keyword)
                    if breaker is not None:
                        yield from _broken(schema, base, pointer, (one, keyword), breaker(value, argument), done)


def _bases(schema: Schema, seed: int) -> Iterator[Json]:
    found = False
    for mode, count in (("maximal", 3), ("typical", _TYPICAL_BASES), ("minimal", 1)):
        for base in _some(schema, mode, seed, count):
            found = True
            yield base
    if not found:
        Source(schema, "typical", seed).next()


def _some(schema: Schema, mode: str, seed: int, count: int) -> Iterator[Json]:
    """Payloads of one mode, as many as there are to be had."""
    try:
        source = Source(schema, mode, seed)
        yield from (source.next() for _ in range(count))
    except Unsatisfiable:
        return


def _places(schema: Schema, payload: Json) -> Iterator[tuple[str, Json, list[Subschema]]]:
    """Every place in a payload, with the subschemas that speak of it; of a list, the first three items."""
    waiting: list[tuple[str, Json, list[Subschema]]] = [("", payload, [schema.root])]
    while waiting:
        pointer, value, starts = waiting.pop(0)
        here = in_place(schema.resources, starts)
        yield pointer, value, here
        if isinstance(value, dict):
            waiting += [(f"{pointer}/{escape(key)}", item, of_property(here, key)) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{at}", item, of_item(here, at)) for at, item in enumerate(value[:3])]


def _broken(
    schema: Schema,
    base: Json,
    pointer: str,
    constraint: tuple[Subschema, str],
    candidates: Iterator[tuple[Json, str]],
    done: set[tuple[object, ...]],
) -> Iterator[Sample]:
    """For each part of a constraint the first candidate that breaks it and nothing else."""
    one, keyword = constraint
    for value, part in candidates:
        mark = (id(one.schema), keyword, part)
        if mark in done:
            continue
        payload = replaced(base, pointer, value)
        found = schema.refusals(payload)
        if len(found) == 1 and found[0].keyword == keyword and _is_at(found[0].pointer, pointer):
            done.add(mark)
            yield Sample(payload, found[0].pointer, keyword, textwrap.shorten(found[0].message, _LONGEST_MESSAGE))


def _is_at(found: str | None, pointer: str) -> bool:
    """Whether a violation is at a place, or right below: where `items` is false, it is at the item."""
    return found == pointer or (found or "").rpartition("/")[0] == pointer


def replaced(document: Json, pointer: str, value: Json) -> Json:
    """The same document with another value at `pointer`; what isn't on the way is shared."""
    tokens = unescape(pointer)
    if not tokens:
        return value
    head, rest = tokens[0], "".join(f"/{escape(token)}" for token in tokens[1:])
    if isinstance(document, list):
        at = int(head)
        return [*document[:at], replaced(document[at], rest, value), *document[at + 1 :]]
    return {**document, head: replaced(document[head], rest, value)}


_OTHERS: tuple[Json, ...] = (12, "12", 1.5, True, None, [], {}, "", -1, [1], {"unexpected": 1}, "x")


def _type(value: Json, _names: Json) -> Iterator[tuple[Json, str]]:
    closest: list[Json] = [str(value)] if isinstance(value, (int, float)) else [12] if isinstance(value, str) else []
    yield from ((other, "") for other in (*closest, *_OTHERS))


def _others(_value: Json, _argument: Json) -> Iterator[tuple[Json, str]]:
    yield from ((other, "") for other in _OTHERS)


def _not(value: Json, schema: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(schema, dict):
        yield from ((each, "") for each in [*schema.get("enum", ()), *schema.get("examples", ()), schema.get("const")])
        if isinstance(value, dict):
            yield {**dict.fromkeys(schema.get("required", ()), "x"), **value}, ""
    yield from _others(value, schema)


def _near(value: Json, _argument: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, str):
        yield f"{value}_unknown", ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from ((value + step, "") for step in (1, 100, 10_000))
    yield from _others(value, None)


def _required(value: Json, names: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, dict) and isinstance(names, list):
        yield from (({key: item for key, item in value.items() if key != name}, name) for name in names)


def _dependent(value: Json, dependencies: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, dict):
        for trigger, names in dependencies.items():
            for name in names if isinstance(names, list) else ():
                yield (
                    {**{k: v for k, v in value.items() if k != name}, trigger: value.get(trigger, "x")},
                    f"{trigger} {name}",
                )


def _new_key(value: Json, _argument: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, dict):
        yield from (({**value, key: None}, "") for key in ("unexpected", "", "1", "not a name", "x" * 300, "\x00", "é"))


def _fewer_keys(value: Json, least: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, dict) and least >= 1:
        yield dict(list(value.items())[: int(least) - 1]), ""
        yield dict(list(value.items())[::-1][: int(least) - 1]), ""


def _more_keys(value: Json, most: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, dict) and most < _MOST:
        item = next(iter(value.values()), None)
        yield {**value, **{f"unexpected{at}": item for at in range(int(most) + 1 - len(value))}}, ""


def _shorter(value: Json, least: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, (str, list)) and least >= 1:
        yield value[: int(least) - 1], ""
        yield value[:0], ""


def _longer(value: Json, most: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, str) and most < _MOST:
        yield value + (value[-1:] or "x") * (int(most) + 1 - len(value)), ""
        yield "x" * (int(most) + 1), ""
    elif isinstance(value, list) and most < _MOST:
        yield (value + (value[-1:] or [None]) * (int(most) + 1))[: int(most) + 1], ""
        yield [*value, *range(int(most) + 1 - len(value))], ""


def _repeated(value: Json, _argument: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, list) and value:
        yield [*value[:-1], value[0]], ""
        yield [*value, value[0]], ""


def _below(value: Json, bound: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(bound, bool):  # draft 4: the bound itself stands under `minimum`
        return
    yield from ((bound - step, "") for step in (1, 0.5, 0, 1000) if _is_number(value))


def _above(value: Json, bound: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(bound, bool):
        return
    yield from ((bound + step, "") for step in (1, 0.5, 0, 1000) if _is_number(value))


def _off(value: Json, step: Json) -> Iterator[tuple[Json, str]]:
    if _is_number(value):
        yield from ((value + part, "") for part in (1, float(Fraction(step) / 2), 0.1, 0.001))


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value: Json, argument: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, str):
        yield f"not a {argument}" if len(str(argument)) < 20 else "not that", ""
        yield from (
            (each, "") for each in (f"{value}!", f"!{value}", "", " ", "é", value[:-1], value * 2, "\n", "x", "0")
        )
        yield from ((each, "") for each in ("%", "[", "{", "http://[", "../..", "a b", "P", "-1", "\\", "999.999.1.1"))


def _without_items(value: Json, _argument: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, list):
        yield from ((each, "") for each in ([], [None] * len(value), ["x"] * len(value), [0] * len(value)))


def _one_more(value: Json, _argument: Json) -> Iterator[tuple[Json, str]]:
    if isinstance(value, list):
        yield from (([*value, other], "") for other in _OTHERS)


BREAKERS: dict[str, Breaker] = {
    "type": _type, "enum": _near, "const": _near, "anyOf": _others, "oneOf": _others, "not": _not,
    "required": _required, "dependentRequired": _dependent, "dependencies": _dependent,
    "additionalProperties": _new_key, "unevaluatedProperties": _new_key, "propertyNames": _new_key,
    "minProperties": _fewer_keys, "maxProperties": _more_keys, "minLength": _shorter, "maxLength": _longer,
    "pattern": _text, "format": _text, "minItems": _shorter, "maxItems": _longer, "uniqueItems": _repeated,
    "contains": _without_items, "minContains": _without_items, "items": _one_more, "additionalItems": _one_more,
    "unevaluatedItems": _one_more, "minimum": _below, "exclusiveMinimum": _below, "maximum": _above,
    "exclusiveMaximum": _above, "multipleOf": _off,
}  # fmt: skip
"""Keyword -> what breaks it."""
