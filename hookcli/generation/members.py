"""The keys of an object: made one by one, taken with a whole example, or made of one another by a template."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, replace

from hookcli.generation.scalars import DeadEnd, Sampler
from hookcli.models import Json

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A key that an object may have."""

    key: str
    sample: Sampler
    required: bool
    template: str | None


def fields_of(template: str) -> list[str]:
    """The siblings that a template is made of."""
    return _PLACEHOLDER.findall(template)


def _fill(template: str) -> Callable[[dict[str, Json]], str]:
    """A function that puts an object's values into a template."""
    fields = fields_of(template)
    text = _PLACEHOLDER.sub("%s", template.replace("%", "%%"))
    if len(fields) == 1:
        only = fields[0]
        return lambda value: text % (value[only],)
    return lambda value: text % tuple([value[name] for name in fields])


def nothing() -> None:
    """Keeps the place of a key that is filled in later."""


def templated(sampler: Sampler, members: list[Member], sure: set[str]) -> Sampler:
    """Fills in the keys that are made of others, where those others are there; those of `sure` always are."""
    fills = [
        (each.key, _fill(each.template or ""), set(fields_of(each.template or "")) - sure, each.sample)
        for each in members
    ]

    def sample() -> Json:
        value = sampler()
        for key, fill, unsure, otherwise in fills:
            if key in value:
                value[key] = fill(value) if not unsure or unsure <= value.keys() else otherwise()
        return value

    return sample


def whole(example: dict[str, Json], members: list[Member], fresh: set[str], forbidden: Set[str]) -> Sampler:
    """A whole example: its fresh keys made anew, what it lacks added, what may not be here left out."""
    anew = [each for each in members if (each.key in fresh if each.key in example else each.required)]
    places = {each.key: None for each in members if each.key in example or each.required}
    kept = {**places, **{key: value for key, value in example.items() if key not in forbidden}}
    pairs = [(each.key, each.sample) for each in anew if not each.template]
    fills = [(each.key, _fill(each.template)) for each in anew if each.template]

    def sample() -> Json:
        value = kept.copy()
        for key, make in pairs:
            value[key] = make()
        for key, fill in fills:
            value[key] = fill(value)
        return value

    return sample


def project(example: dict[str, Json], members: list[Member], fresh: set[str]) -> list[Member]:
    """The same members, with the scalars that belong together taken from one example."""
    return [
        each if each.key in fresh or isinstance(example.get(each.key, []), (dict, list))
        else replace(each, sample=_always(example[each.key]))
        for each in members
    ]  # fmt: skip


def _always(value: Json) -> Sampler:
    return lambda: value


def holds(sampler: Sampler, accepts: Callable[[Json], bool]) -> bool:
    """Whether what a sampler makes is accepted; one sample tells, as the samples differ in fresh keys alone."""
    try:
        return accepts(sampler())
    except DeadEnd:
        return False
