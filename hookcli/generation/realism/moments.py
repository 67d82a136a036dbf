"""Moments that agree: what was created was updated later, what starts ends later, what expires does so after now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone

from hookcli.generation.realism.roles import Role
from hookcli.models import Json

Random = Callable[[], float]
Writer = Callable[[int], Json]
"""Milliseconds since 1970-01-01 UTC -> how they are written."""

_RANKS = {
    "created": 0,
    "start": 1,
    "day": 2,
    "moment": 2,
    "delivered": 3,
    "read": 4,
    "updated": 5,
    "end": 6,
    "closed": 7,
}
"""What comes before what; `expires` comes after all of these, and after now."""

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_SEASON = 90 * _DAY
"""How far from now the moments lie, in milliseconds; days lie farther, so that they differ."""

_EVENING, _OPEN, _LATE = 20 * _HOUR, 12 * _HOUR, 3 * _HOUR
"""Of moments of one day: when the last of the past ones may be, how long before and after that the others are."""

_WRITTEN: dict[int, str] = {}
_MOST_WRITTEN = 50_000


def _text(second: int) -> str:
    """`2019-07-03T11:42:44`; kept, as formatting takes ten times as long as looking it up."""
    text = _WRITTEN.get(second)
    if text is None:
        if len(_WRITTEN) >= _MOST_WRITTEN:
            _WRITTEN.clear()
        moment = datetime.fromtimestamp(second, timezone.utc)
        text = _WRITTEN[second] = moment.isoformat()[:19]
    return text


_ENDINGS = [f".{milli:03d}Z" for milli in range(1000)]


def _with_milliseconds(at: int) -> Json:
    second = at // 1000
    return (_WRITTEN.get(second) or _text(second)) + _ENDINGS[at - second * 1000]


def writers_of(role: Role) -> list[Writer]:
    """The ways to write a moment in a role's form, the best first."""
    if role.json_type != "string":
        return [lambda at: at] if role.form == "milliseconds" else [lambda at: at // 1000, lambda at: at]
    ways: dict[str, list[Writer]] = {
        "date-time": [_with_milliseconds, lambda at: _text(at // 1000) + "Z", lambda at: _text(at // 1000)],
        "date": [lambda at: _text(at // 1000)[:10]],
        "time": [lambda at: _text(at // 1000)[11:] + "Z", lambda at: _text(at // 1000)[11:]],
        "seconds": [lambda at: str(at // 1000)],
        "milliseconds": [str],
    }
    if role.form not in ways:
        return [spelled(role.form)]
    return ways[role.form] + ([ways["date"][0]] if role.form == "date-time" else [])


def spelled(form: str) -> Writer:
    """A way to write a moment: `hh:mm`, `hh:mm:ss`, or a day such as `dd/mm/yyyy`."""
    if form.startswith("hh"):
        return lambda at: _text(at // 1000)[11 : 11 + len(form)]
    return lambda at: day_as(form, _text(at // 1000))


def day_as(form: str, day: str) -> str:
    """A day (RFC 3339) in another form, such as `dd/mm/yyyy`."""
    return form.replace("yyyy", day[:4]).replace("mm", day[5:7]).replace("dd", day[8:10])


def is_wide(roles: Sequence[Role]) -> bool:
    """Whether the moments lie hours or days apart rather than minutes."""
    return any(_is_day(role) or _is_clock(role) for role in roles)


def _is_day(role: Role) -> bool:
    return role.form == "date" or "dd" in role.form


def _is_clock(role: Role) -> bool:
    return role.form == "time" or role.form.startswith("hh")


def _is_one_day(roles: Sequence[Role]) -> bool:
    """Whether times are told without their day, or one day with times in it."""
    days = [role for role in roles if _is_day(role)]
    return any(map(_is_clock, roles)) or (len(days) == 1 < len(roles) and days[0].field == "day")


def compile_moments(
    roles: Sequence[Role], writers: Sequence[Writer], random: Random, now: float
) -> Callable[[], tuple[Json, ...]]:
    """A function that draws moments in their order, and gives them in the order of the roles.

    Args:
        roles: each of the group `time`.
        writers: how each is written.
        random: gives floats from 0 up to 1.
        now: seconds since 1970-01-01 UTC.
    """
    span = _SEASON if is_wide(roles) else _HOUR
    present, size, one_day = int(now * 1000), len(roles), _is_one_day(roles)
    past = sorted((at for at in range(size) if roles[at].field in _RANKS), key=lambda at: _RANKS[roles[at].field])
    future = [at for at in range(size) if roles[at].field not in _RANKS]
    if size == 1 and not one_day:
        only, sign = writers[0], -1 if past else 1
        return lambda: (only(present + sign * int(random() * span)),)
    steps = [(at, writers[at]) for at in past]
    later = [(at, writers[at]) for at in future]

    if one_day:
        last = _SEASON // _DAY if any(map(_is_day, roles)) else 1
        midnight = present - present % _DAY
        draw_at = _drawer(size, steps, later, random, _OPEN, _LATE // max(1, len(later)))
        return lambda: draw_at(midnight + _EVENING - (1 + int(random() * last)) * _DAY)
    draw_now = _drawer(size, steps, later, random, span, span)
    return lambda: draw_now(present)


def _drawer(
    size: int,
    steps: list[tuple[int, Writer]],
    later: list[tuple[int, Writer]],
    random: Random,
    before: int,
    after: int,
) -> Callable[[int], tuple[Json, ...]]:
    """Draws moments before a present, each between the one before it and that, and moments after it."""

    def draw(present: int) -> tuple[Json, ...]:
        values: list[Json] = [None] * size
        ago = before
        for at, write in steps:
            ago = int(random() * ago)
            values[at] = write(present - ago)
        ahead = 0
        for at, write in later:
            ahead += int(random() * after)
            values[at] = write(present + ahead)
        return tuple(values)

    return draw
