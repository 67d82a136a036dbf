from __future__ import annotations

import math
import time
from threading import Event, Timer

import pytest

from hookcli.delivery.clock import ScaledClock


class Ticks:
    """Real seconds that pass by so much with every look."""

    def __init__(self, step: float) -> None:
        self.time = 1000.0
        self.step = step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


def test_it_starts_when_it_is_first_asked():
    clock = ScaledClock()
    time.sleep(0.01)
    assert clock.now() == 0
    assert clock.now() > 0


def test_a_wait_passes_faster_and_ends_exactly():
    clock, began = ScaledClock(600), time.perf_counter()
    ends = [clock.wait(until, Event()) for until in (5, 30, 155)]
    assert ends == [5, 30, 155]
    assert 155 / 600 <= time.perf_counter() - began < 5


def test_what_the_system_wakes_us_too_late_is_not_counted():
    clock = ScaledClock(600, Ticks(1.0))
    assert clock.now() == 0
    assert clock.wait(5, Event()) == 5
    assert clock.now() == 6


def test_between_waits_time_is_real():
    clock = ScaledClock(1_000_000, Ticks(0.5))
    clock.now()
    assert clock.now() == 0.5


def test_a_wait_for_an_answer_is_not_shortened():
    clock, wake = ScaledClock(1_000_000), Event()
    Timer(0.05, wake.set).start()
    assert 0.04 < clock.wait(3600, wake, is_quick=False) < 60


def test_a_wait_ends_when_it_is_woken():
    clock, wake = ScaledClock(100), Event()
    wake.set()
    assert clock.wait(3600, wake) < 3600


def test_a_wait_until_a_time_that_is_over_is_none():
    clock = ScaledClock(1, Ticks(1.0))
    assert clock.now() == 0
    assert clock.wait(0.5, Event()) >= 1
    assert clock.now() >= 1


def test_a_wait_without_end_is_ended_by_a_wake():
    clock, wake = ScaledClock(), Event()
    Timer(0.02, wake.set).start()
    assert clock.wait(math.inf, wake) < 60


def test_time_never_runs_backwards():
    clock, seen = ScaledClock(50_000), [0.0]
    for until in (5, 30, 29, 30.0001, 155):
        seen += [clock.now(), clock.wait(until, Event()), clock.now()]
    assert seen == sorted(seen)


@pytest.mark.parametrize("scale", [0, -1, math.nan, math.inf])
def test_time_cannot_stand_still_or_run_backwards(scale):
    with pytest.raises(ValueError, match="above 0"):
        ScaledClock(scale)
