"""Which branch of an `anyOf` or `oneOf` was meant: the one whose discriminators the value has.

A discriminator is a property, up to three levels deep, that branches fix with `const` or `enum` to different values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hookcli.dataclass import dataclass
from hookcli.models import Json
from hookcli.schema.navigation import in_place
from hookcli.schema.references import Resources, Subschema

Path = tuple[str, ...]
"""The keys that lead to a property."""

_DEEPEST = 3
_MOST_PROPERTIES = 300
"""Properties of a branch that are looked at: a bound against hostile schemas."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a branch wants a property to be."""

    keyword: str
    values: list[Json]


@dataclass(frozen=True, slots=True)
class Missed:
    """A discriminator that keeps the value out of every branch."""

    path: Path
    keyword: str
    values: list[Json]
    """All that the branches want there."""
    found: Json = None
    is_there: bool = True


class Discriminators:
    """The properties that the branches of one choice fix.

    Args:
        resources: what references are looked up in.
        branches: of the choice.
    """

    def __init__(self, resources: Resources, branches: list[Subschema]) -> None:
        self._fixed = [dict(_fixed(resources, branch)) for branch in branches]

    def held(self, value: Json, index: int) -> int:
        """How many properties that a branch fixes are as it wants them, less those that aren't."""
        holds = [_holds(value, path, fixed) for path, fixed in self._fixed[index].items()]
        return holds.count(True) - holds.count(False)

    def open_to(self, value: Json, indexes: Collection[int]) -> list[int]:
        """The branches, of those given, none of whose discriminators the value breaks."""
        telling = self._telling(indexes)
        return [
            index
            for index in indexes
            if all(_holds(value, path, self._fixed[index].get(path)) is not False for path in telling)
        ]

    def missed(self, value: Json, indexes: Collection[int]) -> Missed | None:
        """The discriminator of all given branches whose value, in what was found, is that of none; the shallowest."""
        for path in self._telling_all(indexes):
            keyword, values = self._wanted(path, indexes)
            is_there, found = _look(value, path)
            if is_there and not any(_equal(found, each) for each in values):
                return Missed(path, keyword, values, found)
        return None

    def lacking(self, value: Json, indexes: Collection[int]) -> Iterator[Missed]:
        """The discriminators of all given branches that an object has no key for, the shallowest first."""
        for path in self._telling_all(indexes):
            has_object, found = _look(value, path[:-1])
            if has_object and isinstance(found, dict) and path[-1] not in found:
                yield Missed(path, *self._wanted(path, indexes), is_there=False)

    def _wanted(self, path: Path, indexes: Collection[int]) -> tuple[str, list[Json]]:
        every = [self._fixed[index][path] for index in indexes]
        values: list[Json] = []
        for each in (value for fixed in every for value in fixed.values):
            if not any(_equal(each, one) for one in values):
                values.append(each)
        return "enum" if any(fixed.keyword == "enum" for fixed in every) else "const", values

    def _telling(self, indexes: Collection[int]) -> list[Path]:
        """The paths that at least two branches fix, not all to the same; the shallowest first."""
        every: dict[Path, list[list[Json]]] = {}
        for index in indexes:
            for path, fixed in self._fixed[index].items():
                every.setdefault(path, []).append(fixed.values)
        return sorted((path for path, wanted in every.items() if any(one != wanted[0] for one in wanted)), key=len)

    def _telling_all(self, indexes: Collection[int]) -> list[Path]:
        return [path for path in self._telling(indexes) if all(path in self._fixed[index] for index in indexes)]


def _fixed(resources: Resources, branch: Subschema) -> Iterator[tuple[Path, Fixed]]:
    """What a branch fixes, by path."""
    waiting: list[tuple[Path, list[Subschema]]] = [((), [branch])]
    for path, starts in waiting:
        here = in_place(resources, starts, surely=True)
        fixed = next(filter(None, (_fixed_by(one.schema) for one in here)), None)
        if path and fixed:
            yield path, fixed
        if len(path) < _DEEPEST and len(waiting) < _MOST_PROPERTIES:
            waiting += [((*path, key), inner) for key, inner in _properties(here).items()]


def _fixed_by(schema: dict[str, Json]) -> Fixed | None:
    if "const" in schema:
        return Fixed("const", [schema["const"]])
    return Fixed("enum", schema["enum"]) if "enum" in schema else None


def _properties(here: list[Subschema]) -> dict[str, list[Subschema]]:
    found: dict[str, list[Subschema]] = {}
    for one in here:
        for key, schema in one.schema.get("properties", {}).items():
            found.setdefault(key, []).append(one.inner(schema))
    return found


def _look(value: Json, path: Path) -> tuple[bool, Json]:
    """Whether something lies at a path, and what."""
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return False, None
        value = value[key]
    return True, value


def _holds(value: Json, path: Path, fixed: Fixed | None) -> bool | None:
    """Whether a value has what is wanted at a path; None where it has nothing there or nothing is wanted."""
    is_there, found = _look(value, path)
    return any(_equal(found, each) for each in fixed.values) if is_there and fixed else None


def _equal(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
