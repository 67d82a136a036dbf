"""Members -> objects: one function for each object.

A key is made on its own, taken with a whole example, drawn with the keys that it belongs to, or made of its siblings by
a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from hookcli.generation.functions import Deferred, Expression, Function, Sampler, constant
from hookcli.generation.scalars import MOST_TRIES, DeadEnd
from hookcli.generation.shapes import Objects
from hookcli.models import Json

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A key that an object may have."""

    key: str
    sample: Sampler
    required: bool
    template: str | None = None
    record: tuple[Callable[[], tuple[Json, ...]], int] | None = None
    """What draws the values of keys that belong together, and which of them is this key's."""


@dataclass(slots=True)
class Luck:
    """How likely an optional key is there; it wanders off while one object after the other is refused.

    A mode that takes every key, or none, would otherwise try the same keys again and again.
    """

    likely: float
    is_choosy: bool = False
    """Whether only a few of very many optional keys are taken, as who writes by hand does."""

    def wander(self, wanted: float, refused: int) -> None:
        """Move from what is wanted towards its opposite, and again from the start after `_ROUND` refusals."""
        opposite = 0.0 if wanted >= 0.5 else 1.0
        self.likely = wanted + (opposite - wanted) * (refused % _ROUND) / (_ROUND - 1)


_ROUND = 50

_RETRIES = 20
"""Names that may be drawn for each key that an object must have."""

_MOST_WRITTEN = 1_000
"""Keys of an object for which source is written."""

FEW = 20
"""Optional keys that an object may have before a choosy mode takes a smaller share of them."""


def fields_of(template: str) -> list[str]:
    """The siblings that a template is made of."""
    return _PLACEHOLDER.findall(template)


def compose(members: list[Member], random: Callable[[], float], luck: Luck) -> Sampler:
    """Objects of the required members, and of the others as luck has it."""
    return Deferred(lambda: (_composed if len(members) <= _MOST_WRITTEN else _looped)(members, random, luck))


def _composed(members: list[Member], random: Callable[[], float], luck: Luck) -> Sampler:
    function = Function()
    records = dict.fromkeys(each.record[0] for each in members if each.record)
    drawn = {draw: f"record{at}" for at, draw in enumerate(records)}
    values = [
        repr(None) if each.template
        else f"{drawn[each.record[0]]}[{each.record[1]}]" if each.record
        else function.draw(each.sample)
        for each in members
    ]  # fmt: skip
    sure = next((at for at, each in enumerate(members) if not each.required), len(members))
    display = ", ".join(f"{each.key!r}: {value}" for each, value in zip(members[:sure], values, strict=False))
    optional = sum(not each.required for each in members)
    few = f" * {FEW / optional}" if optional > FEW and luck.is_choosy else ""
    chance = f"if {function.bind(random)}() < {function.bind(luck)}.likely{few}: "
    lines = [f"{name} = {function.bind(draw)}()" for draw, name in drawn.items()]
    lines += [f"value = {{{display}}}"]
    lines += [
        f"{'' if each.required else chance}value[{each.key!r}] = {source}"
        for each, source in zip(members[sure:], values[sure:], strict=True)
    ]
    return function.build([*lines, *_fill(members, function), "return value"])


def _looped(members: list[Member], random: Callable[[], float], luck: Luck) -> Sampler:
    """The same objects, by a loop: the source for very many keys takes Python long to read, and much memory."""
    records = dict.fromkeys(each.record[0] for each in members if each.record)
    optional = sum(not each.required for each in members)
    share = FEW / optional if optional > FEW and luck.is_choosy else 1.0
    function = Function()
    fill = function.build([*_fill(members, function), "return value"], "value")

    def sample() -> Json:
        drawn, value = {draw: draw() for draw in records}, dict[str, Json]()
        for each in members:
            if each.required or random() < luck.likely * share:
                value[each.key] = (
                    None if each.template else drawn[each.record[0]][each.record[1]] if each.record else each.sample()
                )
        return fill(value)

    return sample


def _fill(members: list[Member], function: Function) -> Iterator[str]:
    """Source that puts the values of siblings into templates, where they are there."""
    sure = {each.key for each in members if each.required}
    for each in members:
        if each.template:
            fields = fields_of(each.template)
            text = _PLACEHOLDER.sub("%s", each.template.replace("%", "%%"))
            filled = f"{text!r} % ({''.join(f'value[{name!r}], ' for name in fields)})"
            unsure = [f"{name!r} in value" for name in dict.fromkeys(fields) if name not in sure]
            if unsure:
                filled += f" if {' and '.join(unsure)} else {function.draw(each.sample)}"
            yield f"{'' if each.required else f'if {each.key!r} in value: '}value[{each.key!r}] = {filled}"


def whole(
    examples: list[dict[str, Json]],
    members: list[Member],
    fresh: set[str],
    forbidden: Set[str],
    accepts: Callable[[Json], bool],
    random: Callable[[], float],
) -> list[Sampler]:
    """Whole examples: their fresh keys made anew, what they lack added, what may not be here left out.

    One sample of each tells whether it is accepted: others of the same example differ in fresh keys alone.
    """
    alike: dict[tuple[str, ...], list[dict[str, Json]]] = {}
    for example in examples:
        anew = tuple(each.key for each in members if (each.key in fresh if each.key in example else each.required))
        places = {each.key: None for each in members if each.key in example or each.required}
        kept = {**places, **{key: value for key, value in example.items() if key not in forbidden}}
        alike.setdefault(anew, []).append(kept)
    samplers: list[Sampler] = []
    for keys, starts in alike.items():
        refresh = _refresh([replace(each, required=True) for each in members if each.key in keys])
        sound = [kept for kept in starts if holds(partial(refresh, kept), accepts)]
        sampler = Expression(
            "$refresh($kept[int($random() * $size)])", refresh=refresh, kept=sound, size=len(sound), random=random
        )
        samplers += [sampler] * len(sound)
    return samplers[:1] if len(alike) == 1 else samplers


def _refresh(members: list[Member]) -> Callable[[dict[str, Json]], Json]:
    """An object -> a copy in which the given keys are made anew."""
    function = Function()
    lines = [f"value[{each.key!r}] = {function.draw(each.sample)}" for each in members if not each.template]
    return function.build(["value = kept.copy()", *lines, *_fill(members, function), "return value"], "kept")


def project(example: dict[str, Json], members: list[Member], fresh: set[str]) -> list[Member]:
    """The same members, with the scalars that belong together taken from one example."""
    return [
        each if each.key in fresh or isinstance(example.get(each.key, []), (dict, list))
        else replace(each, sample=constant(example[each.key]))
        for each in members
    ]  # fmt: skip


def holds(sampler: Sampler, accepts: Callable[[Json], bool]) -> bool:
    """Whether what a sampler makes is accepted; one sample tells, as the samples differ in fresh keys alone."""
    with suppress(DeadEnd):
        return accepts(sampler())
    return False


def bounded(shape: Objects, members: list[Member], random: Callable[[], float], luck: Luck) -> Sampler:
    """As many optional keys as `minProperties` and `maxProperties` ask and allow."""
    required = sum(each.required for each in members)
    most = (len(members) if shape.maximum is None else shape.maximum) - required
    function = Function()
    fill = function.build([*_fill(members, function), "return value"], "value")

    def sample() -> Json:
        room, lack, left = most, shape.minimum - required, len(members) - required
        value: dict[str, Json] = {}
        for each in members:
            if not each.required:
                taken = room > 0 and (lack >= left or random() < luck.likely)
                left, room, lack = left - 1, room - taken, lack - taken
                if not taken:
                    continue
            value[each.key] = None if each.template else each.sample()
        return fill(value)

    return sample


@dataclass(frozen=True, slots=True)
class Extra:
    """How keys that the schema does not name are made: their names and their values."""

    name: Sampler
    value: Sampler


def extended(
    sampler: Sampler,
    shape: Objects,
    extras: list[Extra],
    random: Callable[[], float],
    goal: Callable[[int], int],
    most: int,
    *,
    each: bool,
) -> Sampler:
    """Keys that the schema does not name on top: one of each kind, if asked, and up to a goal for the number of all."""

    def sample() -> Json:
        value = sampler()
        for extra in extras if each else ():
            key = extra.name()
            if key not in value and key not in shape.properties and len(value) < most:
                value[key] = extra.value()
        wanted = min(goal(len(value)), most)
        tries = MOST_TRIES + _RETRIES * wanted
        for _ in range(tries):
            if len(value) >= wanted:
                return value
            extra = extras[int(random() * len(extras))]
            key = extra.name()
            if key not in value and key not in shape.properties:
                value[key] = extra.value()
        if len(value) < shape.minimum:
            raise DeadEnd(tries, f"{len(value):,} different keys, and minProperties asks for {shape.minimum:,}")
        return value

    return sample
