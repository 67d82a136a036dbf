"""Roles -> values: one at a time, or those of one object together, so that they agree.

A table of whole rows is drawn once, when a schema is compiled; a value is then one look-up. What a place refuses is
sorted out at the same time, so nothing is left to prove for each payload.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from random import Random

from hookcli.dataclass import dataclass
from hookcli.generation.functions import choice
from hookcli.generation.realism.datafiles import LOCALES
from hookcli.generation.realism.moments import Writer, compile_moments, day_as, is_wide, writers_of
from hookcli.generation.realism.records import ROWS, SIZE, Row, World, address_of, make_world, values_of
from hookcli.generation.realism.roles import Role, alternates
from hookcli.generation.realism.tokens import compile_token, other_tokens, token_of
from hookcli.models import Json

Sampler = Callable[[], Json]
Accepts = Callable[[Json], bool] | None
"""Whether a place takes a value; None where it takes all that have the type and the format."""

_TRIALS = 32
"""Values that are tried before we trust, or give up, a function that makes them."""

_ENOUGH = 12
"""Rows that must be left where a place takes only some, or all of a shorter table."""


@dataclass(frozen=True, slots=True)
class Together:
    """Keys of one object whose values are drawn as one."""

    keys: tuple[str, ...]
    draw: Callable[[], tuple[Json, ...]]
    """Gives the values in the order of the keys."""


class Realism:
    """Makes samplers for roles.

    Args:
        locale: one of `LOCALES`.
        rng: where all randomness comes from.
        now: seconds since 1970-01-01 UTC; moments lie shortly before, deadlines shortly after.
    """

    def __init__(self, locale: str, rng: Random, now: float) -> None:
        assert locale in LOCALES
        self._locale = locale
        self._rng = rng
        self._random = rng.random
        self._now = now
        self._made_world: World | None = None
        self._rows: dict[tuple[str, frozenset[str]], list[Row]] = {}
        self._columns: dict[tuple[str, str, str, frozenset[str]], list[Json] | None] = {}

    @property
    def rng(self) -> Random:
        """Where all randomness comes from."""
        return self._rng

    @property
    def _world(self) -> World:
        if self._made_world is None:
            self._made_world = make_world(self._locale, self._random, self._now)
        return self._made_world

    def single(self, role: Role, accepts: Accepts = None) -> Sampler | None:
        """A function that makes one value at a time, or None where the place takes none of them.

        Args:
            role: what the property is about.
            accepts: whether the place takes a value.
        """
        if role.group == "time":
            return self._moment(role, accepts)
        if role.group == "id":
            return self._token(role, accepts)
        for name in (role.name, *alternates(role)):
            column = self._column(name, role, _needs([role]))
            taken = [value for value in column or () if accepts is None or accepts(value)]
            if column and len(taken) >= min(_ENOUGH, len(column)):
                return self._one_of(taken)
        return None

    def _token(self, role: Role, accepts: Accepts) -> Sampler | None:
        """Identifiers of a role, of other lengths and signs where those of the usual form are refused."""
        made = compile_token(role, self._rng)
        trusted = self._trusted(made, accepts) if made else None
        if trusted is not None or accepts is None:
            return trusted
        for form in other_tokens(role):
            trial = token_of(*form, Random(0).random)  # noqa: S311 (what a seed makes does not hang on trials)
            if all(accepts(trial()) for _ in range(_TRIALS)):
                return token_of(*form, self._random)
        return None

    def together(self, roles: Mapping[str, Role], accepts: Mapping[str, Accepts] | None = None) -> list[Together]:
        """The groups of keys of one object that are drawn as one, each of two keys at least.

        Keys for which there is no such group, or whose place refuses what agrees, are left to `single`.

        Args:
            roles: the roles of the object's keys.
            accepts: whether the place of a key takes a value.
        """
        takes = accepts or {}
        found = []
        for group, keys in _groups(roles):
            known = {key: roles[key] for key in keys}
            make = self._moments if group == "time" else self._site if group == "link" else self._agreeing
            made = make(known, takes)
            if made:
                found.append(made)
        return found

    def positions(self, kind: str, accepts: Callable[[Json], bool]) -> Sampler | None:
        """Longitude and latitude of places, or a box around each; None where a list of them is refused.

        Args:
            kind: `position` or `bbox`.
            accepts: whether the place takes a list.
        """
        points = [(row["longitude"], row["latitude"]) for row in self._table("place", frozenset())]
        made = points if kind == "position" else [(*_moved(point, -0.05), *_moved(point, 0.05)) for point in points]
        if not all(accepts([*each]) for each in made):
            return None
        draw = self._rows_of([*made])
        return lambda: [*draw()]

    def _one_of(self, values: list[Json]) -> Sampler:
        return choice(tuple(values), self._rng)

    def _trusted(self, make: Sampler, accepts: Accepts) -> Sampler | None:
        """A function whose values are taken, all as far as we tried; or one of those that were."""
        if accepts is None:
            return make
        tried = [make() for _ in range(_TRIALS)]
        taken = [value for value in tried if accepts(value)]
        if len(taken) == len(tried):
            return make
        return self._one_of(taken) if len(taken) >= _ENOUGH else None

    def _column(self, name: str, role: Role, needs: frozenset[str]) -> list[Json] | None:
        """All values of a role in one JSON type; None where one of them has no such form."""
        key = (name, role.json_type, role.form, needs)
        if key not in self._columns:
            plain = self._plain(name, needs)
            written = [_as_type(value, name, role) for value in plain]
            self._columns[key] = written if written and None not in written else None
        return self._columns[key]

    def _plain(self, name: str, needs: frozenset[str]) -> list[Json]:
        group, _, field = name.partition(".")
        if group in ROWS:
            return values_of(name, self._table(group, needs))
        shared = self._world.shared
        if name in shared["values"]:
            return list(shared["values"][name])
        if name in shared["ranges"]:
            return [_measured(self._random(), *shared["ranges"][name]) for _ in range(SIZE)]
        return list(self._world.language.get(f"{field}s", ()))

    def _table(self, group: str, needs: frozenset[str]) -> list[Row]:
        key = (group, needs if group == "money" else frozenset())
        if key not in self._rows:
            self._rows[key] = ROWS[group](self._world, needs)
        return self._rows[key]

    def _moment(self, role: Role, accepts: Accepts) -> Sampler | None:
        for writer in writers_of(role):
            draw = compile_moments([role], [writer], self._random, self._now)
            made = self._trusted(partial(_only, draw), accepts)
            if made and is_wide([role]):
                return self._one_of([made() for _ in range(SIZE)])
            if made:
                return made
        return None

    def _moments(self, roles: Mapping[str, Role], takes: Mapping[str, Accepts]) -> Together | None:
        chosen = {key: self._writer(role, takes.get(key)) for key, role in roles.items()}
        kept = [(key, roles[key], writer) for key, writer in chosen.items() if writer]
        if len(kept) < 2:
            return None
        keys, known, writers = zip(*kept, strict=True)
        draw = compile_moments(known, writers, self._random, self._now)
        if is_wide(known):
            return Together(keys, self._rows_of([draw() for _ in range(SIZE)]))
        return Together(keys, draw)

    def _writer(self, role: Role, accepts: Accepts) -> Writer | None:
        """The first way to write a moment that the place takes."""
        for writer in writers_of(role):
            draw = compile_moments([role], [writer], self._random, self._now)
            if accepts is None or all(accepts(draw()[0]) for _ in range(_TRIALS)):
                return writer
        return None

    def _site(self, roles: Mapping[str, Role], takes: Mapping[str, Accepts]) -> Together | None:
        """What stands in one object of one site: each address has a path of its own."""
        rows, columns = self._table("link", frozenset()), dict[str, list[Json]]()
        for key, role in roles.items():
            column = [_as_type(address_of(self._world, row, key, role.field), role.name, role) for row in rows]
            accepts = takes.get(key)
            if None not in column and (accepts is None or all(map(accepts, column))):
                columns[key] = column
        if len(columns) < 2:
            return None
        return Together(tuple(columns), self._rows_of([*zip(*columns.values(), strict=True)]))

    def _agreeing(self, roles: Mapping[str, Role], takes: Mapping[str, Accepts]) -> Together | None:
        """Rows of one table; money is added up anew where a key that was to be in the sum is refused."""
        left = dict(roles)
        while len(left) >= 2:
            needs = _needs(left.values())
            columns, alive = self._taken(left, takes, needs)
            if len(columns) == len(left):
                picked = [columns[key] for key in left]
                return Together(tuple(left), self._rows_of([tuple(column[at] for column in picked) for at in alive]))
            left = {key: role for key, role in left.items() if key in columns}
        return None

    def _taken(
        self, roles: Mapping[str, Role], takes: Mapping[str, Accepts], needs: frozenset[str]
    ) -> tuple[dict[str, list[Json]], Sequence[int]]:
        """The columns that are taken, and the rows in which all of them are."""
        columns: dict[str, list[Json]] = {}
        alive: Sequence[int] = range(SIZE)
        for key, role in roles.items():
            accepts = takes.get(key)
            for name in (role.name, *alternates(role)):
                column = self._column(name, role, needs)
                if column is None:
                    continue
                alive = alive if columns else range(len(column))
                left = [at for at in alive if accepts(column[at])] if accepts else alive
                if len(left) >= min(_ENOUGH, len(column)):
                    columns[key], alive = column, left
                    break
        return columns, alive

    def _rows_of(self, rows: list[tuple[Json, ...]]) -> Callable[[], tuple[Json, ...]]:
        random, size = self._random, len(rows)
        return lambda: rows[int(random() * size)]


def _moved(point: tuple[float, float], by: float) -> tuple[float, float]:
    return round(point[0] + by, 4), round(point[1] + by, 4)


def _measured(random: float, low: int, high: int, decimals: int = 0) -> Json:
    """A number of a range, with some decimals where what it measures is rarely whole."""
    if not decimals:
        return low + int(random * (high - low + 1))
    unit = 10**decimals
    return low + int(random * (high - low) * unit) / unit


def _only(draw: Callable[[], tuple[Json, ...]]) -> Json:
    return draw()[0]


def _groups(roles: Mapping[str, Role]) -> list[tuple[str, list[str]]]:
    """The keys that agree: of one group and one owner, no role twice, except where several may say the same."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for key, role in roles.items():
        repeats = role.group in _REPEATED or role.name in _SITED or role.name == "money.total"
        if repeats or (role.group in ROWS and role.name != "money.salary"):
            owner = "" if role.group == "time" or role.name in _SITED else role.owner
            found.setdefault((role.group, owner), {}).setdefault(key if repeats else role.name, key)
    for group in ROWS:
        owners = [owner for each, owner in found if each == group]
        if len(owners) == 2 and "" in owners:
            own, others = found[group, ""], (group, next(owner for owner in owners if owner))
            if {roles[key].name for key in own.values()}.isdisjoint(roles[key].name for key in found[others].values()):
                own.update(found.pop(others))
    return [(group, list(keys.values())) for (group, _), keys in found.items() if len(keys) > 1]


_REPEATED = frozenset({"time", "place", "device"})
"""Groups of which several keys may say the same: a city, a district."""

_SITED = frozenset({"link.url", "link.image", "link.template"})
"""Roles that several keys of one object may have, which are all of one site."""


def _needs(roles: Collection[Role]) -> frozenset[str]:
    """What a sum of money is made of, and whether it is of whole units."""
    money = [role for role in roles if role.group == "money"]
    whole = any(role.json_type == "integer" and role.form != "cents" and role.field != "quantity" for role in money)
    return frozenset([role.field for role in money] + ["whole"] * whole)


_SUMS = frozenset({"price", "subtotal", "tax", "discount", "shipping", "total", "amount", "part", "salary"})


def _as_type(value: Json, name: str, role: Role) -> Json:
    """A value in a role's JSON type, or None where it has no such form."""
    group, _, field = name.partition(".")
    if group == "money" and field in _SUMS:
        return _as_sum(value, role)
    if role.form and name == "person.birth_date":
        written = {"date": value, "date-time": f"{value}T00:00:00Z"}.get(role.form, day_as(role.form, value))
        return written if role.json_type == "string" else None
    if role.json_type == "string":
        return value if isinstance(value, str) else str(value)
    if isinstance(value, str):
        digits = value.removeprefix("+")
        return int(digits) if digits.isascii() and digits.isdigit() else None
    if isinstance(value, float) and role.group == "number" and role.json_type == "integer":
        return int(value)
    return value if role.json_type == "number" or isinstance(value, int) else None


def _as_sum(cents: int, role: Role) -> Json:
    """A sum that is held in cents."""
    if role.form == "cents":
        return cents if role.json_type != "string" else str(cents)
    if role.json_type == "integer":
        return cents // 100
    if role.json_type == "number":
        return cents / 100 if cents % 100 else cents // 100
    return f"{cents // 100}.{cents % 100:02d}"
