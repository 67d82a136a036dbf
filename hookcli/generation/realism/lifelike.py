"""The members of an object -> the same; where nothing else says what they are made as their names and descriptions do.

`const`, `enum`, `examples` and `default` come first, then `format`; a role never breaks what the place demands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from hookcli.generation.functions import Sampler, constant, either
from hookcli.generation.hints import Hints
from hookcli.generation.objects import Member
from hookcli.generation.shapes import Arrays, Numbers, Plan, Shape, Strings, Values
from hookcli.models import Json
from hookcli.schema.dialect import anything

if TYPE_CHECKING:
    from hookcli.generation.realism.roles import Property
    from hookcli.generation.realism.values import Realism

_MOST_KEYS = 2_000
"""Keys of one object that are looked at: a bound against hostile schemas."""

_NULL_IN = 5
"""One value in so many is null where null is allowed."""


def make_lifelike(
    members: list[Member], plans: dict[str, Plan], plan: Plan, realism: Callable[[], Realism]
) -> list[Member]:
    """Give each member that has a role the values of that role, and those that belong together one record.

    Args:
        members: the members of one object.
        plans: what their values may be, by key.
        plan: of the object.
        realism: gives what knows roles and their values.
    """
    known = [each.key for each in members[:_MOST_KEYS] if not each.template]
    places = {key: place for key in known if (place := _property(key, plans[key], plan.hints))}
    return _in_order(_with_roles(members, places, plans, plan, realism) if places else members, plans)


def _with_roles(
    members: list[Member],
    places: dict[str, Property],
    plans: dict[str, Plan],
    plan: Plan,
    realism: Callable[[], Realism],
) -> list[Member]:
    from hookcli.generation.realism.roles import agrees, roles_of

    knower = realism()
    others = [each.key for each in members[:_MOST_KEYS] if each.key not in places]
    choices = {key: place for key in others if (place := _choice(key, plans[key], plan.hints))}
    roles = roles_of([*places.values(), *choices.values()], plan.known_names)
    roles = {key: role for key, role in roles.items() if key not in choices or agrees(role)}
    takes = {key: _takes_later(plans[key]) if key in choices else _takes(plans[key]) for key in roles}
    alone = {key: knower.single(role, takes[key]) for key, role in roles.items() if key not in choices}
    records = {key: (group.draw, at) for group in knower.together(roles, takes) for at, key in enumerate(group.keys)}
    return [_of_role(each, alone.get(each.key), records.get(each.key), plans[each.key], knower) for each in members]


def _in_order(members: list[Member], plans: dict[str, Plan]) -> list[Member]:
    """The same members; where one number bounds another, they are drawn as one."""
    numbers = {each.key: each.sample for each in members[:_MOST_KEYS] if _is_open_number(each, plans[each.key])}
    if len(numbers) < 2:
        return members
    from hookcli.generation.realism.ranges import between, in_order, ranges_of, with_middle  # late: few objects do

    records = {}
    for low, high in ranges_of(numbers):
        draw = in_order(numbers[low], numbers[high], plans[low].accepts, plans[high].accepts)
        middle = between(low, high, numbers)
        if middle:
            draw = with_middle(draw, numbers[middle], plans[middle].accepts)
        records.update({key: (draw, at) for at, key in enumerate((low, high, middle)) if key})
    return [replace(each, record=records[each.key]) if each.key in records else each for each in members]


def _is_open_number(member: Member, plan: Plan) -> bool:
    told = member.template or member.record or plan.hints.is_fresh or plan.hints.values
    return not told and isinstance(_scalar(plan), Numbers)


def lifelike_item(items: Plan, names: list[str], realism: Callable[[], Realism]) -> Sampler | None:
    """Values for the items of an array, as its key says what they are."""
    places = [place for name in names if (place := _property(name, items, items.hints))]
    if not places:
        return None
    from hookcli.generation.realism.roles import role_of

    roles = {role_of(replace(place, is_item=True)) for place in places}
    role = roles.pop() if len(roles) == 1 else None
    return realism().single(role, _takes(items)) if role else None


def lifelike_position(shape: Arrays, plan: Plan, names: list[str], realism: Callable[[], Realism]) -> Sampler | None:
    """Lists of numbers that say where something is, as GeoJSON writes them (RFC 7946, sections 3.1.1 and 5).

    Args:
        shape: of the list.
        plan: of the same place.
        names: its keys.
        realism: gives what knows places.
    """
    if not names or plan.hints.values or not all(isinstance(_scalar(each), Numbers) for each in _parts(shape)):
        return None
    from hookcli.generation.realism.roles import position_of

    kinds = {position_of(name) for name in names}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return realism().positions(kind, plan.accepts) if kind else None


def is_text(plan: Plan) -> bool:
    """Whether all that a place takes are texts."""
    return all(
        isinstance(shape, Strings) or (isinstance(shape, Values) and all(isinstance(one, str) for one in shape.values))
        for shape in plan.alternatives
    )


def _parts(shape: Arrays) -> list[Plan]:
    return [*shape.prefix, *([shape.items] if shape.items is not None and not shape.prefix else [])]


def _of_role(
    member: Member,
    sample: Sampler | None,
    record: tuple[Callable[[], tuple[Json, ...]], int] | None,
    plan: Plan,
    realism: Realism,
) -> Member:
    if sample is None:
        return replace(member, record=record)
    if any(map(_is_null, plan.alternatives)) and plan.node != anything():
        or_null = either([sample] * (_NULL_IN - 1) + [constant(None)], realism.rng)
        return replace(member, sample=or_null, record=record, is_null=1 / _NULL_IN if record else 0.0)
    return replace(member, sample=sample, record=record)


def _property(key: str, plan: Plan, around: Hints) -> Property | None:
    """What is said of a scalar of which nothing tells the values."""
    shape = _scalar(plan)
    if shape is None or plan.hints.is_fresh or plan.hints.values:
        return None
    return _said_of(key, shape, around)


def _choice(key: str, plan: Plan, around: Hints) -> Property | None:
    """What is said of a place that takes one of several texts: one of them may be what agrees with others."""
    shape = plan.alternatives[0] if len(plan.alternatives) == 1 else None
    if not isinstance(shape, Values) or len(shape.values) < 2 or plan.hints.is_fresh or plan.hints.values:
        return None
    return _said_of(key, Strings(), around) if all(isinstance(value, str) for value in shape.values) else None


def _said_of(key: str, shape: Strings | Numbers, around: Hints) -> Property:
    from hookcli.generation.realism.roles import Property  # late, as the next two: a schema that says all needs none

    said = [one.schema for one in around.said_of(key)]
    formats = [*(shape.formats if isinstance(shape, Strings) else ()), *_texts(said, "format")]
    return Property(
        key,
        "string" if isinstance(shape, Strings) else "integer" if shape.integral else "number",
        format=formats[0] if formats else "",
        title=" ".join(_texts(said, "title")),
        description="\n".join(_texts(said, "description")),
    )


def _texts(schemas: Iterable[dict[str, Json]], keyword: str) -> list[str]:
    return [schema[keyword] for schema in schemas if isinstance(schema.get(keyword), str)]


def _scalar(plan: Plan) -> Strings | Numbers | None:
    """The one shape of strings or numbers that a place has, besides null; of a place that may be anything, a string."""
    if plan.node == anything():
        return Strings()
    spoken = [shape for shape in plan.alternatives if not _is_null(shape)]
    shape = spoken[0] if len(spoken) == 1 else None
    return shape if isinstance(shape, (Strings, Numbers)) else None


def _is_null(shape: Shape) -> bool:
    return isinstance(shape, Values) and shape.values == (None,)


def _takes(plan: Plan) -> Callable[[Json], bool] | None:
    """The proof of a place; None where it takes all values of its type and format."""
    shape = _scalar(plan)
    return None if shape is not None and shape.is_free and plan.exact else plan.accepts


def _takes_later(plan: Plan) -> Callable[[Json], bool]:
    """The proof of a place, made when it is first asked: few choices are among what belongs together."""
    return lambda value: plan.accepts(value)
