"""Members -> objects: one function for each object.

A key is made on its own, taken with a whole example, drawn with the keys that it belongs to, or made of its siblings by
a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial
from random import Random

from hookcli.dataclass import dataclass
from hookcli.generation.functions import Expression, Function, Sampler, Statements, choice, constant
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
    is_null: float = 0.0
    """How likely null stands in the place of what was drawn with others."""


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
    if len(members) > _MOST_WRITTEN:
        return _looped(members, random, luck)
    return Statements(partial(_compose, members, random, luck))


def _compose(members: list[Member], random: Callable[[], float], luck: Luck, function: Function) -> str:
    records = {draw: function.add(f"{function.bind(draw)}()") for draw in _records(members)}

    def source_of(member: Member) -> str:
        if member.template:
            return "None"
        if member.record is None:
            return function.draw(member.sample)
        value = f"{records[member.record[0]]}[{member.record[1]}]"
        return f"(None if {function.bind(random)}() < {member.is_null!r} else {value})" if member.is_null else value

    sources = {each.key: source_of(each) for each in members if each.required}
    filled = _fill_at_once(members, sources, function)
    sure = next((at for at, each in enumerate(members) if not each.required), len(members))
    value = function.add(f"{{{', '.join(f'{each.key!r}: {sources[each.key]}' for each in members[:sure])}}}")
    optional = sum(not each.required for each in members)
    few = f" * {FEW / optional}" if optional > FEW and luck.is_choosy else ""
    chance = f"{function.bind(random)}() < {function.bind(luck)}.likely{few}"
    for each in members[sure:]:
        with nullcontext() if each.required else function.only_if(chance):
            source = sources[each.key] if each.key in sources else source_of(each)
            function.write(f"{value}[{each.key!r}] = {source}")
    _fill([each for each in members if each.key not in filled], value, function)
    return value


def _records(members: list[Member]) -> dict[Callable[[], tuple[Json, ...]], None]:
    return dict.fromkeys(each.record[0] for each in members if each.record)


def _fill_at_once(members: list[Member], sources: dict[str, str], function: Function) -> set[str]:
    """The keys of templates whose fields are always there: they are filled before there is an object."""
    sure = {each.key for each in members if each.required and not each.template}
    done = set()
    for each in members:
        if each.template and sure.issuperset(fields_of(each.template)):
            for name in fields_of(each.template):
                if not sources[name].isidentifier():
                    sources[name] = function.add(sources[name])
            sources[each.key] = _filled(each.template, sources)
            done.add(each.key)
    return done


def _filled(template: str, names: Mapping[str, str]) -> str:
    """Source that puts the values of variables into a template: pieces of one f-string."""
    pieces = [
        f"f'{{{names[piece]}}}'" if at % 2 else repr(piece)
        for at, piece in enumerate(_PLACEHOLDER.split(template))
        if piece
    ]
    return " ".join(pieces)


def _looped(members: list[Member], random: Callable[[], float], luck: Luck) -> Sampler:
    """The same objects, by a loop: the source for very many keys takes Python long to read, and much memory."""
    draw = _drawn_together(members, random)
    optional = sum(not each.required for each in members)
    share = FEW / optional if optional > FEW and luck.is_choosy else 1.0
    function = Function()
    _fill(members, "value", function)
    fill = function.build(["return value"], "value")

    def sample() -> Json:
        value_of, value = draw(), dict[str, Json]()
        for each in members:
            if each.required or random() < luck.likely * share:
                value[each.key] = value_of(each)
        return fill(value)

    return sample


def _drawn_together(members: list[Member], random: Callable[[], float]) -> Callable[[], Callable[[Member], Json]]:
    """Draws what belongs together in one object, and returns what gives each member its value."""
    records = _records(members)

    def draw() -> Callable[[Member], Json]:
        drawn = {record: record() for record in records}

        def value_of(member: Member) -> Json:
            if member.template or (member.is_null and random() < member.is_null):
                return None
            return drawn[member.record[0]][member.record[1]] if member.record else member.sample()

        return value_of

    return draw


def _fill(members: list[Member], value: str, function: Function) -> None:
    """Put the values of siblings into the templates of an object, where they are there."""
    sure = {each.key for each in members if each.required}
    for each in members:
        if each.template:
            fields = dict.fromkeys(fields_of(each.template))
            names = {name: function.add(f"{value}.get({name!r})") for name in fields}
            filled = _filled(each.template, names)
            unsure = [f"{name!r} in {value}" for name in fields if name not in sure]
            if unsure:
                filled += f" if {' and '.join(unsure)} else {function.draw(each.sample)}"
            when = "" if each.required else f"if {each.key!r} in {value}: "
            function.write(f"{when}{value}[{each.key!r}] = {filled}")


def whole(
    examples: list[dict[str, Json]],
    members: list[Member],
    fresh: set[str],
    forbidden: Set[str],
    accepts: Callable[[Json], bool],
    rng: Random,
) -> list[Sampler]:
    """Whole examples: their fresh keys made anew, what they lack added, what may not be here left out.

    One sample of each tells whether it is accepted: others of the same example differ in fresh keys alone.
    """
    alike: dict[tuple[str, ...], list[dict[str, Json]]] = {}
    for example in examples:
        keys = tuple(each.key for each in members if (each.key in fresh if each.key in example else each.required))
        places = {each.key: None for each in members if each.key in example or each.required}
        kept = {**places, **{key: value for key, value in example.items() if key not in forbidden}}
        alike.setdefault(keys, []).append(kept)
    samplers: list[Sampler] = []
    for keys, starts in alike.items():
        anew = [replace(each, required=True) for each in members if each.key in keys]
        sound = _sound(starts, anew, accepts)
        samplers += [_refreshed(choice((*sound,), rng), anew)] * len(sound)
    return samplers[:1] if len(alike) == 1 else samplers


def _sound(starts: list[dict[str, Json]], anew: list[Member], accepts: Callable[[Json], bool]) -> list[dict[str, Json]]:
    """The objects of which a copy is accepted in which some keys are made anew."""
    place: list[dict[str, Json]] = [{}]
    sample, sound = _refreshed(Expression("$place[0]", place=place), anew), []
    for place[0] in starts:
        if holds(sample, accepts):
            sound.append(place[0])
    return sound


def _refreshed(start: Sampler, members: list[Member]) -> Sampler:
    """A copy of an object, in which the given keys are made anew."""

    def write(function: Function) -> str:
        value = function.add(f"{function.draw(start)}.copy()")
        for each in members:
            if not each.template:
                function.write(f"{value}[{each.key!r}] = {function.draw(each.sample)}")
        _fill(members, value, function)
        return value

    return Statements(write)


def project(example: dict[str, Json], members: list[Member], fresh: set[str]) -> list[Member]:
    """The same members, with the scalars that belong together taken from one example."""
    return [
        each if each.key in fresh or isinstance(example.get(each.key, []), (dict, list))
        else replace(each, sample=constant(example[each.key]), record=None, is_null=0.0)
        for each in members
    ]  # fmt: skip


def holds(sampler: Sampler, accepts: Callable[[Json], bool]) -> bool:
    """Whether what a sampler makes is accepted; one sample tells, as the samples differ in fresh keys alone."""
    with suppress(DeadEnd, RecursionError):
        return accepts(sampler())
    return False


def bounded(shape: Objects, members: list[Member], random: Callable[[], float], luck: Luck) -> Sampler:
    """As many optional keys as `minProperties` and `maxProperties` ask and allow."""
    required = sum(each.required for each in members)
    most = (len(members) if shape.maximum is None else shape.maximum) - required
    draw = _drawn_together(members, random)
    function = Function()
    _fill(members, "value", function)
    fill = function.build(["return value"], "value")

    def sample() -> Json:
        room, lack, left = most, shape.minimum - required, len(members) - required
        value_of, value = draw(), dict[str, Json]()
        for each in members:
            if not each.required:
                taken = room > 0 and (lack >= left or random() < luck.likely)
                left, room, lack = left - 1, room - taken, lack - taken
                if not taken:
                    continue
            value[each.key] = value_of(each)
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
