"""Counts by time, whose steps grow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hookcli.drift.calendar import MOST, Calendar

TIMES = st.lists(st.floats(-1e10, 1e11), max_size=200)


def of(times: list[float]) -> Calendar:
    calendar = Calendar()
    calendar.add_times(times)
    return calendar


@given(TIMES, TIMES, TIMES)
def test_whatever_is_added_in_which_order_the_same_times_make_the_same_calendar(
    one: list[float], two: list[float], three: list[float]
) -> None:
    left, right = of(three), of(two)
    right.add(of(one))
    left.add(right)
    assert left == of([*one, *two, *three])
    assert len(left.counts) <= MOST
    assert sum(left.counts.values()) == len(one) + len(two) + len(three)


def test_steps_are_as_short_as_they_can_be() -> None:
    assert of([float(at) for at in range(64)]).power == 0
    assert of([float(at) for at in range(65)]).power == 1
    assert of([0.0, 1e9]).power == 0


def test_what_came_after_a_step_is_told_by_step() -> None:
    calendar = of([1.0, 1.5, 2.0, 2.9, 5.0])
    assert (calendar.after(1.9), calendar.after(5.0)) == ([2, 1], [])
