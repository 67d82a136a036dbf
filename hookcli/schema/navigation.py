"""Walks a schema beside a payload: which parts of the schema speak of which part of the payload.

It looks at what a schema mentions, not at what it decides: every branch of `anyOf`, `oneOf` and `if` counts. So it
tells where hints for generation lie, and what a schema knows of a key; verdicts are the dialect's. A keyword counts
where its draft has it, and beside a `$ref` only from 2019-09 on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from enum import IntEnum

from hookcli.models import Json
from hookcli.schema.dialect import matches
from hookcli.schema.keywords import EXTENSION
from hookcli.schema.references import REFERRING, Resources, Subschema

_ORDER = ("4", "6", "7", "2019-09", "2020-12")

_SINCE = {
    "contains": "6", "propertyNames": "6", "const": "6", "if": "7", "dependentSchemas": "2019-09",
    "dependentRequired": "2019-09", "unevaluatedProperties": "2019-09", "unevaluatedItems": "2019-09",
    "prefixItems": "2020-12",
}  # fmt: skip
"""The first draft that has a keyword; the others were there in draft 4."""

_UNTIL = {"additionalItems": "2019-09"}
"""The last draft that has a keyword; `dependencies` is gone as well, but every validator still heeds it."""

_MOST = 2_000
"""Subschemas that are looked at for one place: a bound against hostile schemas."""

_MOST_KNOWN = 50_000
"""Places that are remembered for one schema."""


class Reach(IntEnum):
    """How far to follow what speaks of a place."""

    SURE = 0
    """What holds for every value: `allOf` and references."""
    CHOSEN = 1
    """The branches of `anyOf` and `oneOf`, and `then` and `else`."""
    SPOKEN = 2
    """Also conditions: `if`, `dependentSchemas`, `dependencies`."""
    MENTIONED = 3
    """Also what must not hold (`not`) and what only generation heeds (`x-hookcli`)."""


def in_place(resources: Resources, starts: Iterable[Subschema], *, surely: bool = False) -> list[Subschema]:
    """The given subschemas and all that speak of the same value: references, and the branches of combinators.

    Args:
        resources: what references are looked up in.
        starts: subschemas of one place.
        surely: leave out what holds for some values only: the branches of `anyOf`, `oneOf`, `if` and the like.
    """
    return list(reached(resources, starts, Reach.SURE if surely else Reach.SPOKEN))


def reached(resources: Resources, starts: Iterable[Subschema], reach: Reach) -> tuple[Subschema, ...]:
    """As `in_place`, as far as `reach` says."""
    starts = tuple(starts)
    key = (reach, *(id(one.schema) for one in starts))
    known = resources.known.get(key)
    if known is None:
        if len(resources.known) >= _MOST_KNOWN:
            resources.known.clear()
        known = resources.known[key] = (starts, tuple(_reached(resources, starts, reach)))
    return known[1]


def _reached(resources: Resources, starts: Iterable[Subschema], reach: Reach) -> Iterator[Subschema]:
    waiting = deque(starts)
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        one = waiting.popleft()
        if isinstance(one.schema, dict) and id(one.schema) not in seen:
            seen.add(id(one.schema))
            if _LEADING.isdisjoint(one.schema):
                yield one
                continue
            if not one.is_hidden:
                yield one
            waiting += beside(resources, one, reach)


def beside(resources: Resources, one: Subschema, reach: Reach = Reach.SPOKEN) -> Iterator[Subschema]:
    """The schemas that a schema applies to the same value, one step away."""
    if not (_APPLYING.isdisjoint(one.schema) or one.is_hidden):
        yield from (one.inner(each) for each in _applied(one, reach) if isinstance(each, dict))
    for targets in resources.follow(one):
        yield from targets if reach > Reach.SURE or len(targets) == 1 else ()


_APPLYING = frozenset({"allOf", "anyOf", "oneOf", "if", "dependentSchemas", "dependencies", "not", EXTENSION})
"""Keywords under which there are schemas of the same value; most schemas have none of them."""

_LEADING = _APPLYING | REFERRING


def _applied(one: Subschema, reach: Reach) -> Iterator[Json]:
    for keyword in ("allOf", "anyOf", "oneOf") if reach >= Reach.CHOSEN else ("allOf",):
        yield from listed(one, keyword)
    if reach >= Reach.CHOSEN and said(one, "if") is not None:
        yield from (one.schema.get(keyword) for keyword in ("then", "else"))
    if reach >= Reach.SPOKEN:
        yield said(one, "if")
        for keyword in ("dependentSchemas", "dependencies"):
            yield from mapped(one, keyword).values()
    if reach >= Reach.MENTIONED:
        yield one.schema.get("not")
        extension = one.schema.get(EXTENSION)
        yield extension.get("typical") if isinstance(extension, dict) else None


def of_property(subschemas: Iterable[Subschema], key: str) -> list[Subschema]:
    """What the given subschemas say of the value under `key`; a boolean subschema counts as well."""
    found: list[Subschema] = []
    for one in subschemas:
        spoken = named(one, key)
        if not spoken:
            every = (said(one, keyword) for keyword in ("additionalProperties", "unevaluatedProperties"))
            spoken = [each for each in every if each is not None]
        found += map(one.inner, spoken)
    return found


def named(one: Subschema, key: str) -> list[Json]:
    """The schemas that a schema has for a key by its name: `properties` and `patternProperties`."""
    found: list[Json] = []
    properties = one.schema.get("properties")
    if isinstance(properties, dict) and key in properties:
        found.append(properties[key])
    if "patternProperties" in one.schema:
        found += [each for pattern, each in mapped(one, "patternProperties").items() if matches(pattern, key)]
    return found


def of_item(subschemas: Iterable[Subschema], index: int, *, contained: bool = True) -> list[Subschema]:
    """What the given subschemas say of the item at `index`.

    Args:
        subschemas: of the array.
        index: from 0.
        contained: also what `contains` says of some item.
    """
    found: list[Subschema] = []
    for one in subschemas:
        spoken = list(_of_item(one, index))
        if contained:
            spoken.append(said(one, "contains"))
        found += [one.inner(each) for each in spoken if each is not None]
    return found


def _of_item(one: Subschema, index: int) -> Iterator[Json]:
    """By position; until 2019-09 `items` held the first items where it was a list, and `additionalItems` the rest."""
    items: Json = one.schema.get("items")
    is_tuple = isinstance(items, list)
    prefix = items if is_tuple else listed(one, "prefixItems")
    rest = said(one, "additionalItems") if is_tuple else items
    own = prefix[index] if index < len(prefix) else rest
    yield own if own is not None else said(one, "unevaluatedItems")


def said(one: Subschema, keyword: str) -> Json | None:
    """The value of a keyword, None where the schema or its draft doesn't have it."""
    return one.schema[keyword] if has(one, keyword) else None


def said_by(subschemas: Iterable[Subschema], keyword: str) -> list[Subschema]:
    """The subschemas that stand under a keyword of the given ones."""
    return [one.inner(one.schema[keyword]) for one in subschemas if has(one, keyword)]


def has(one: Subschema, keyword: str) -> bool:
    """Whether a schema has a keyword, and its draft knows it."""
    return keyword in one.schema and keyword not in _FOREIGN[one.draft.name]


def listed(one: Subschema, keyword: str) -> list[Json]:
    """The list under a keyword."""
    value = said(one, keyword)
    return value if isinstance(value, list) else []


def mapped(one: Subschema, keyword: str) -> dict[str, Json]:
    """The object under a keyword."""
    value = said(one, keyword)
    return value if isinstance(value, dict) else {}


def _is_foreign(keyword: str, at: int) -> bool:
    first, last = _SINCE.get(keyword, _ORDER[0]), _UNTIL.get(keyword, _ORDER[-1])
    return not _ORDER.index(first) <= at <= _ORDER.index(last)


_FOREIGN = {
    name: frozenset(keyword for keyword in (*_SINCE, *_UNTIL) if _is_foreign(keyword, at))
    for at, name in enumerate(_ORDER)
}
"""The keywords that a draft does not have, of those that not all have."""
