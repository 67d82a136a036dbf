"""What a schema refuses of a payload, as differences between the two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hookcli.dataclass import dataclass
from hookcli.differences import DriftKind
from hookcli.drift.spots import value_at
from hookcli.drift.values import LONGEST_NAME, shown, type_of
from hookcli.models import Json
from hookcli.schema.refusals import Breach

_CHOICES = ("anyOf", "oneOf")
_CLOSING = ("additionalProperties", "unevaluatedProperties")
_VALUES = ("enum", "const")


@dataclass(frozen=True, slots=True)
class Refused:
    """A value, or the lack of one, that the schema does not take."""

    kind: DriftKind
    path: tuple[str | int, ...]
    detail: str
    """What tells it from others of its kind at its place: a type, a value, a keyword."""


def refused_of(breaches: Iterable[Breach], payload: Json) -> Iterator[tuple[Refused, str]]:
    """The differences that breaches stand for, each with the keyword that refuses, as a URI with a JSON Pointer.

    Of a choice, those of the branch that was meant.
    """
    for breach in breaches:
        if breach.keyword in _CHOICES:
            yield from _of_choice(breach, payload)
        elif breach.keyword in _CLOSING and breach.keys:
            for key in breach.keys:
                yield Refused(DriftKind.NEW_KEY, (*breach.path, key), ""), breach.location
        elif breach.keyword == "required":
            for key in breach.keys:
                yield Refused(DriftKind.MISSING_REQUIRED, (*breach.path, key), ""), breach.location
        else:
            yield _of_value(breach, value_at(payload, breach.path)), breach.location


def _of_value(breach: Breach, value: Json) -> Refused:
    if breach.keyword == "type":
        return _of_type(breach, value)
    if breach.keyword in _VALUES:
        return Refused(DriftKind.NEW_VALUE, breach.path, shown(value, LONGEST_NAME))
    return Refused(DriftKind.BROKEN_RULE, breach.path, breach.keyword)


def _of_type(breach: Breach, value: Json) -> Refused:
    kind = DriftKind.NEW_NULL if value is None else DriftKind.NEW_TYPE
    return Refused(kind, breach.path, "" if value is None else type_of(value))


def _of_choice(breach: Breach, payload: Json) -> Iterator[tuple[Refused, str]]:
    """Where each branch wants another type it is one that none of them has; else the branch counts that is nearest."""
    if not breach.branches or any(not branch for branch in breach.branches):
        yield _of_value(breach, value_at(payload, breach.path)), breach.location
    elif all(each.keyword == "type" and each.path == breach.path for branch in breach.branches for each in branch):
        yield _of_type(breach, value_at(payload, breach.path)), breach.location
    else:
        nearest = min(breach.branches, key=lambda branch: (_distance(branch, breach), len(branch)))
        yield from refused_of(nearest, payload)


def _distance(branch: Iterable[Breach], choice: Breach) -> int:
    """How far a branch is from being meant: that it wants another type, or another constant, says that it was not."""
    deep = len(choice.path) + 1
    return sum(
        2 * (each.keyword == "type" and each.path == choice.path) + (each.keyword in _VALUES and len(each.path) <= deep)
        for each in branch
    )
