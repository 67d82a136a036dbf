"""Effects are counted on a clock of their own, on which an endpoint works as late as it likes."""

from __future__ import annotations

import pytest

from hookcli.conformance.effects import FIRST_PATIENCE, Effects


class Clock:
    """A count that rises at given times."""

    def __init__(self, *rises: float, reading: float = 0.0) -> None:
        self.now = 0.0
        self._rises = [*rises]
        self._reading = reading
        self.reads = 0

    def count(self) -> int:
        self.reads += 1
        seen = sum(rise <= self.now for rise in self._rises)
        self.now += self._reading
        return seen

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def effects(self, **known: float) -> Effects:
        return Effects(self.count, self.sleep, lambda: self.now, **known)


def test_an_effect_that_is_there_takes_no_time():
    clock = Clock(0.0)
    effects = clock.effects()
    assert effects.has_risen(0, 1, within=5)
    assert (clock.now, clock.reads, effects.lag) == (0.0, 1, 0.0)


def test_how_long_an_effect_took_is_kept():
    effects = Clock(0.7).effects()
    assert effects.has_risen(0, 1, within=5)
    assert effects.lag == pytest.approx(0.7, abs=0.02)


def test_the_time_to_read_the_count_is_no_lag():
    effects = Clock(0.0, reading=0.3).effects()
    assert effects.has_risen(0, 1, within=5)
    assert effects.lag == 0.0


def test_an_effect_that_does_not_come_is_not_waited_for_for_ever():
    clock = Clock()
    assert not clock.effects().has_risen(0, 1, within=FIRST_PATIENCE)
    assert clock.now == pytest.approx(FIRST_PATIENCE, abs=0.05)


def test_the_count_settles_when_it_stands_still():
    clock = Clock(0.0, 0.3, 0.6, 0.9)
    assert clock.effects(lag=0.4).settled() == 4


def test_a_count_that_never_settles_is_taken_as_it_is():
    clock = Clock(*(number / 100 for number in range(1000)))
    assert clock.effects().settled() > 0


def test_no_more_than_expected_is_looked_out_for():
    clock = Clock(0.0, 0.5)
    assert clock.effects(unit=1, lag=0.5).rise(0, expected=1, since=0.0) == 2


def test_the_wait_for_more_counts_from_the_last_message():
    clock = Clock(0.0)
    clock.now = 2.0
    effects = clock.effects(unit=1, lag=0.5)
    assert effects.rise(0, expected=1, since=0.0) == 1
    assert clock.now == 2.0


def test_fewer_than_expected_are_waited_for_a_while():
    clock = Clock(0.0)
    assert clock.effects(unit=1, lag=1.0).rise(0, expected=2, since=0.0) == 1
    assert clock.now == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize(("lag", "slack", "patience"), [(0.0, 0.01, 1.0), (0.8, 1.01, 4.0)])
def test_what_is_waited_for_follows_what_was_seen(lag, slack, patience):
    effects = Clock().effects(lag=lag)
    assert effects.slack == pytest.approx(slack)
    assert effects.patience == pytest.approx(patience)


def test_how_late_an_effect_is_counts_from_the_message_that_it_may_be_of():
    clock = Clock(0.7)
    clock.now = 0.6
    effects = clock.effects()
    assert effects.has_risen(0, 1, within=5, since=0.2)
    assert effects.lag == pytest.approx(0.5, abs=0.02)


def test_a_busy_machine_is_given_more_time():
    class Busy(Clock):
        def sleep(self, seconds: float) -> None:
            self.now += seconds + 0.05

    clock = Busy(0.0)
    effects = clock.effects(lag=0.2)
    quiet = effects.slack
    effects.settled()
    assert effects.slack == pytest.approx(quiet + 0.15)


class Sends(Clock):
    """Each message that is sent raises the count, after some time."""

    def __init__(self, *laters: tuple[float, ...], rises: tuple[float, ...] = ()) -> None:
        super().__init__(*rises)
        self._laters = [*laters]

    def send(self) -> bool:
        if not self._laters:
            return False
        self._rises += [self.now + later for later in self._laters.pop(0)]
        return True


def test_what_one_message_raises_is_measured():
    clock = Sends((0.1, 0.1), (0.2, 0.2))
    effects = clock.effects()
    assert effects.measure(clock.send, within=1)
    assert effects.unit == 2
    assert effects.lag == pytest.approx(0.2, abs=0.02)


def test_what_was_on_its_way_before_is_not_taken_for_an_effect():
    clock = Sends((0.1,), (0.1,), (0.1,), (0.1,), rises=(0.03,))
    effects = clock.effects()
    assert effects.measure(clock.send, within=1)
    assert effects.unit == 1


def test_how_late_others_were_is_forgotten_when_it_is_measured():
    clock = Sends((0.0,), (0.0,))
    effects = clock.effects(lag=0.6)
    assert effects.measure(clock.send, within=1)
    assert effects.lag == 0.0


def test_one_message_is_enough_where_the_next_is_not_accepted():
    clock = Sends((0.0,))
    assert clock.effects().measure(clock.send, within=1)


def test_a_message_that_raises_nothing_measures_nothing():
    effects = Sends((9.0,)).effects(lag=0.3)
    assert not effects.measure(lambda: True, within=1)
    assert (effects.unit, effects.lag) == (0, 0.3)


def test_effects_are_waited_for_as_long_as_more_of_them_come():
    clock = Clock(*(0.8 * number for number in range(6)))
    assert clock.effects().rise_in_the_end(0, 6, at_most=10) == 6
    assert clock.now == pytest.approx(4.0, abs=0.05)


def test_effects_that_do_not_come_any_more_are_lost():
    clock = Clock(0.0, 0.5)
    assert clock.effects().rise_in_the_end(0, 6, at_most=10) == 2
    assert clock.now == pytest.approx(1.5, abs=0.05)


def test_a_worker_that_is_still_at_work_tells_nothing():
    clock = Clock(*(0.8 * number for number in range(60)))
    assert clock.effects().rise_in_the_end(0, 60, at_most=10) is None
