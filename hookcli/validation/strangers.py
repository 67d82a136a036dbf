"""Keys that a schema doesn't know: typos and drift, which only `--strict` minds.

A schema knows a key of an object that it mentions for that place in any way: under `properties` or `required`, in a
branch that the payload didn't take (the other case of a discriminator), below `not`, in a `const`. And only an
object whose keys it lists has unknown ones: one that `properties` speak of whatever the value is, or in each branch
of a choice that takes objects; and that is not open by `additionalProperties` or `unevaluatedProperties`.
`examples` and `default` list and mention nothing: they are payloads, and may have drifted themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hookcli.dataclass import dataclass
from hookcli.models import Json
from hookcli.schema.dialect import FORMATS, has_format, matches
from hookcli.schema.document import Schema
from hookcli.schema.navigation import Reach, has, listed, mapped, named, of_item, of_property, reached, said
from hookcli.schema.references import Resources, Subschema, escape


@dataclass(frozen=True, slots=True)
class Place:
    """What speaks of one value."""

    sure: tuple[Subschema, ...] = ()
    """Where reached by what holds for every value."""
    chosen: tuple[Subschema, ...] = ()
    """Where reached by a choice: of these one may hold and another not."""
    aside: tuple[Subschema, ...] = ()
    """Where reached by conditions and negations, which mention keys but never list them all."""


def unknown_keys(schema: Schema, payload: Json) -> Iterator[str]:
    """JSON Pointers of the keys in `payload` that the schema does not know, in the payload's order."""
    waiting: list[tuple[str, Json, Place]] = [("", payload, Place((schema.root,)))]
    while waiting:
        pointer, value, starts = waiting.pop()
        if not isinstance(value, (dict, list)) or not (starts.sure or starts.chosen or starts.aside):
            continue
        place = spread(schema.resources, starts)
        every = (*place.sure, *place.chosen, *place.aside)
        if isinstance(value, dict):
            if is_listed(schema.resources, starts, place):
                yield from (f"{pointer}/{escape(key)}" for key in strangers(schema.resources, every, value))
            fixed = {key for one in every for each in fixed_by(one) for key in each}
            inner = [(key, item, below(place, key)) for key, item in value.items() if key not in fixed]
        else:
            inner = [(at, item, below(place, at)) for at, item in enumerate(value)]
        waiting += [(f"{pointer}/{escape(step)}", item, inside) for step, item, inside in reversed(inner)]


def spread(resources: Resources, starts: Place) -> Place:
    """All that speaks of a place, where some of it is known."""
    sure = reached(resources, starts.sure, Reach.SURE)
    chosen = reached(resources, (*starts.sure, *starts.chosen), Reach.CHOSEN)
    aside = reached(resources, (*starts.sure, *starts.chosen, *starts.aside), Reach.MENTIONED)
    told = {id(one.schema) for one in sure}
    chosen = tuple(one for one in chosen if id(one.schema) not in told)
    told.update(id(one.schema) for one in chosen)
    return Place(sure, chosen, tuple(one for one in aside if id(one.schema) not in told))


def below(place: Place, step: str | int) -> Place:
    """What speaks of the value under a key or at an index, as far as it stands there: `spread` finds the rest."""
    if isinstance(step, str):
        sure, chosen, aside = (of_property(each, step) for each in (place.sure, place.chosen, place.aside))
        return Place(tuple(sure), tuple(chosen), tuple(aside))
    sure, chosen = (of_item(each, step, contained=False) for each in (place.sure, place.chosen))
    pairs = ((one, said(one, "contains")) for one in (*place.sure, *place.chosen))
    contained = [one.inner(each) for one, each in pairs if each is not None]
    return Place(tuple(sure), tuple(chosen), (*contained, *of_item(place.aside, step)))


def is_listed(resources: Resources, starts: Place, place: Place) -> bool:
    """Whether the schema lists the keys of an object there."""
    if _lists(place.sure):
        return True
    return _lists(place.chosen) and not any(_is_open(resources, one) for one in _choices(resources, starts, place))


def _choices(resources: Resources, starts: Place, place: Place) -> Iterator[Subschema]:
    """The alternatives of a place; not those of a schema that lists the keys itself."""
    yield from starts.chosen
    for one in (*place.sure, *place.chosen):
        if not _lists(reached(resources, [one], Reach.SURE)):
            yield from (one.inner(each) for keyword in ("anyOf", "oneOf") for each in listed(one, keyword))


def _is_open(resources: Resources, one: Subschema) -> bool:
    """Whether an alternative takes objects without a word on their keys."""
    if isinstance(one.schema, bool):
        return one.schema
    return not _lists(reached(resources, [one], Reach.CHOSEN)) and all(
        map(_takes_objects, reached(resources, [one], Reach.SURE))
    )


def _lists(subschemas: Iterable[Subschema]) -> bool:
    return any(mapped(one, "properties") for one in subschemas)


def _takes_objects(one: Subschema) -> bool:
    values = _values(one)
    return "object" in one.schema.get("type", "object") and (
        not values or any(isinstance(value, dict) for value in values)
    )


def strangers(resources: Resources, every: Iterable[Subschema], keys: Iterable[str]) -> Iterator[str]:
    """The keys of an object that nothing mentions."""
    mentioned = {key for one in every for key in spelt(one)}
    telling = [one for one in every if _TELLING.intersection(one.schema)]
    yield from (
        key for key in keys if key not in mentioned and not any(_admits(resources, one, key) for one in telling)
    )


def spelt(one: Subschema) -> Iterator[str]:
    """The keys that a schema spells out."""
    yield from mapped(one, "properties")
    yield from listed(one, "required")
    for keyword in ("dependentRequired", "dependentSchemas", "dependencies"):
        yield from mapped(one, keyword)
        for names in mapped(one, keyword).values():
            yield from names if isinstance(names, list) else ()
    for fixed in fixed_by(one):
        yield from fixed


_TELLING = frozenset({"patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"})


def _admits(resources: Resources, one: Subschema, key: str) -> bool:
    """Whether a schema speaks of a key without spelling it."""
    return (
        any(said(one, keyword) not in (None, False) for keyword in ("additionalProperties", "unevaluatedProperties"))
        or bool(named(one, key))
        or _names(resources, one, key)
    )


def fixed_by(one: Subschema) -> Iterator[dict[str, Json]]:
    """The objects that a schema spells out; what lies in them is compared, not looked up."""
    yield from (value for value in _values(one) if isinstance(value, dict))


def _values(one: Subschema) -> list[Json]:
    """All values that a schema allows, where it says which."""
    return [*listed(one, "enum"), *([one.schema["const"]] if has(one, "const") else [])]


def _names(resources: Resources, one: Subschema, key: str) -> bool:
    """Whether a key is one of the names that `propertyNames` tells: by value, by pattern, by format."""
    names = one.inner(said(one, "propertyNames"))
    for each in reached(resources, [names], Reach.SPOKEN):
        pattern, form = each.schema.get("pattern"), each.schema.get("format")
        if (
            key in _values(each)
            or (isinstance(pattern, str) and matches(pattern, key))
            or (form in FORMATS and has_format(str(form), key))
        ):
            return True
    return False
