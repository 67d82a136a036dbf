"""Our `dataclass` against the standard library's."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from hookcli.dataclass import dataclass


def point(decorator: Callable[..., Any]) -> Any:
    @decorator(frozen=True, slots=True)
    class Point:
        """A place."""

        x: int
        y: int = 0
        note: str = dataclasses.field(default="", compare=False, repr=False)

    return Point


OURS, STANDARD = point(dataclass), point(dataclasses.dataclass)


@dataclass(frozen=True, slots=True)
class Pair:
    """Something to pickle."""

    one: int
    other: list[int]


@pytest.mark.parametrize("use", [
    lambda kind: repr(kind(1, 2)),
    lambda kind: kind(1, 2) == kind(1, 2),
    lambda kind: kind(1, 2) == kind(2, 1),
    lambda kind: kind(1, 2, "a") == kind(1, 2, "b"),
    lambda kind: kind(1) == (1, 0),
    lambda kind: len({kind(1), kind(1), kind(2)}),
    lambda kind: repr(dataclasses.replace(kind(1), y=5)),
    lambda kind: [field.name for field in dataclasses.fields(kind)],
    lambda kind: kind.__match_args__,
    lambda kind: hasattr(kind(1), "__dict__"),
])  # fmt: skip
def test_values_behave_as_those_of_the_standard_librarys(use: Callable[[Any], object]) -> None:
    assert use(OURS) == use(STANDARD)


def test_values_of_different_classes_differ() -> None:
    assert OURS(1, 2) != STANDARD(1, 2)


def test_values_travel_between_processes() -> None:
    assert pickle.loads(pickle.dumps(Pair(1, [2]))) == copy.deepcopy(Pair(1, [2])) == Pair(1, [2])


def test_without_eq_a_value_is_only_like_itself() -> None:
    @dataclass(slots=True, eq=False)
    class Place:
        name: str

    one = Place("a")
    assert one != Place("a")
    assert {one: 1}[one] == 1


def test_what_can_change_has_no_hash() -> None:
    @dataclass(slots=True)
    class Counter:
        number: int

    with pytest.raises(TypeError, match="unhashable"):
        hash(Counter(1))


def test_what_holds_itself_can_be_shown() -> None:
    pair = Pair(1, [])
    pair.other.append(pair)  # type: ignore[arg-type]
    assert "..." in repr(pair)
