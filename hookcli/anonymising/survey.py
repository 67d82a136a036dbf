"""A payload -> its values in order, each with what it is, what becomes of it, and what the schema says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from hookcli.anonymising.kinds import Kind, is_plain_key, kind_of
from hookcli.dataclass import dataclass
from hookcli.models import Json
from hookcli.schema.document import Schema
from hookcli.schema.navigation import Reach, has, listed, mapped, of_item, of_property, reached, said
from hookcli.schema.references import Resources, Subschema

_MOST_KEYS = 60
"""Keys of one object that count as what is beside a value."""


@dataclass(slots=True, eq=False)
class Value:
    """A value of a payload."""

    value: Json
    parent: int
    """The number of the object or array that it is in; -1 for the payload as a whole."""
    step: str | int
    """Its key or index."""
    kind: Kind = Kind.KEEP
    keeps_key: bool = True
    is_named: bool = False
    """Whether the schema has its key by name."""
    spoken: tuple[Subschema, ...] = ()
    """What the schema says of the place, whether it holds for every value or not."""
    sure: tuple[Subschema, ...] = ()
    """What holds for every value."""
    keys: tuple[str, ...] = ()
    """The keys on the way to it, its own the last."""
    is_whole: bool = False
    """Whether the schema spells it out, with all that is in it."""
    end: int = 0
    """The number after the last value within it."""

    @property
    def is_holder(self) -> bool:
        """Whether it holds other values, which are looked at one by one."""
        return isinstance(self.value, (dict, list)) and not self.is_whole

    @property
    def is_replaced(self) -> bool:
        """Whether another value takes its place."""
        return self.kind is not Kind.KEEP


@dataclass(slots=True)
class _Level:
    """What is said of the values in one holder."""

    sure: tuple[Subschema, ...]
    spoken: tuple[Subschema, ...]
    is_any: bool
    """Whether there is no schema, so that any key may be the contract's."""
    beside: frozenset[str] = field(default_factory=frozenset)


def survey(payload: Json, schema: Schema | None) -> list[Value]:
    """All values of a payload, those of a holder after it and in order.

    Args:
        payload: any.
        schema: of its event, where that is known.
    """
    root = (schema.root,) if schema else ()
    resources = schema.resources if schema else Resources()
    found: list[Value] = []
    waiting = [Value(payload, -1, "", spoken=root, sure=root)]
    while waiting:
        one = waiting.pop()
        at = len(found)
        found.append(one)
        spoken = reached(resources, one.spoken, Reach.SPOKEN)
        if _is_spelt(spoken, one.value):
            one.kind, one.is_whole = Kind.KEEP, True
            continue
        if one.is_holder:
            level = _Level(reached(resources, one.sure, Reach.SURE), spoken, is_any=schema is None)
            waiting += reversed(list(_inner(one, at, level)))
    _close(found)
    return found


def _inner(one: Value, at: int, level: _Level) -> Iterator[Value]:
    if isinstance(one.value, list):
        for index, item in enumerate(one.value):
            yield _value(item, at, index, one.keys, one.keys[:-1], level)
        return
    level.beside = frozenset(key for key, _ in zip(one.value, range(_MOST_KEYS), strict=False))
    named = {key for each in level.spoken for key in mapped(each, "properties")}
    for key, item in one.value.items():
        made = _value(item, at, key, (*one.keys[-2:], key), one.keys, level)
        made.is_named = key in named
        made.keeps_key = made.is_named or is_plain_key(key)
        yield made


def _value(
    item: Json, at: int, step: str | int, keys: tuple[str, ...], parents: tuple[str, ...], level: _Level
) -> Value:
    if isinstance(step, str):
        spoken, sure = of_property(level.spoken, step), of_property(level.sure, step)
    else:
        spoken, sure = of_item(level.spoken, step), of_item(level.sure, step, contained=False)
    made = Value(item, at, step, spoken=tuple(spoken), sure=tuple(sure), keys=keys)
    if isinstance(item, (str, int, float)) and not isinstance(item, bool):
        made.kind = kind_of(
            keys[-1] if keys else "", item, parents=parents, beside=level.beside, is_listed=level.is_any or bool(spoken)
        )
    return made


def _is_spelt(subschemas: Iterable[Subschema], value: Json) -> bool:
    """Whether the schema itself spells a value out: it stays then."""
    return any(
        any(_same(value, each) for each in listed(one, "enum"))
        or (has(one, "const") and _same(value, said(one, "const")))
        for one in subschemas
    )


def _same(one: Json, other: Json) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _close(found: list[Value]) -> None:
    """Note where each holder ends."""
    for at, one in enumerate(found):
        one.end = at + 1
    for one in reversed(found):
        if one.parent >= 0:
            holder = found[one.parent]
            holder.end = max(holder.end, one.end)
