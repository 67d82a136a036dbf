from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest
from clocks import JumpingClock

from hookcli.delivery.clock import SteadyClock
from hookcli.delivery.rhythm import deliver_in_rhythm
from hookcli.delivery.workers import Workers
from hookcli.models import Attempt, Delivery, Message


def numbered(*times: float) -> list[tuple[float, Message]]:
    return [(at, Message(str(number), b"")) for number, at in enumerate(times)]


def delivered(message: Message) -> Delivery:
    return Delivery(message, "http://x/", True, (Attempt(1, 200, 0.0),))


def now(job: Callable[[], None]) -> None:
    job()


def names(deliveries: list[Delivery]) -> list[str]:
    return [each.message.event for each in deliveries]


def test_each_message_goes_out_when_it_is_due() -> None:
    clock, starts = JumpingClock(), []

    def deliver(message: Message) -> Delivery:
        starts.append(clock.now())
        return delivered(message)

    made = deliver_in_rhythm(numbered(0, 2, 2, 7.5), deliver=deliver, clock=clock, do=now, most=5)
    assert names(list(made)) == ["0", "1", "2", "3"]
    assert starts == [0, 2, 2, 7.5]
    assert clock.waits == [2, 7.5]


def test_what_is_late_once_does_not_make_the_rest_late() -> None:
    clock, starts = JumpingClock(), []

    def deliver(message: Message) -> Delivery:
        starts.append(clock.now())
        clock.time += 3 if message.event == "0" else 0
        return delivered(message)

    list(deliver_in_rhythm(numbered(0, 1, 2, 9), deliver=deliver, clock=clock, do=now, most=5))
    assert starts == [0, 3, 3, 9]


def test_times_that_run_backwards_are_due_at_once() -> None:
    clock = JumpingClock()
    made = deliver_in_rhythm(numbered(0, 4, 1, -3), deliver=delivered, clock=clock, do=now, most=5)
    assert names(list(made)) == ["0", "1", "2", "3"]
    assert clock.waits == [4]


def test_one_that_hangs_does_not_hold_up_the_others() -> None:
    answered = Event()

    def deliver(message: Message) -> Delivery:
        if message.event == "0":
            answered.wait(10)
        return delivered(message)

    with Workers(2) as workers:
        made = deliver_in_rhythm(numbered(0, 0, 0.01), deliver=deliver, clock=SteadyClock(), do=workers.do, most=2)
        assert [next(made).message.event, next(made).message.event] == ["1", "2"]
        answered.set()
        assert names(list(made)) == ["0"]


def test_no_more_than_so_many_are_under_way() -> None:
    jobs: list[Callable[[], None]] = []
    made = deliver_in_rhythm(numbered(0, 0, 0), deliver=delivered, clock=SteadyClock(), do=jobs.append, most=2)
    seen: list[Delivery] = []
    reader = Thread(target=lambda: seen.extend(made), daemon=True)
    reader.start()
    for number in range(3):
        wait_for(lambda wanted=number: len(jobs) > wanted)
        assert len(jobs) <= number + 2
        jobs[number]()
    reader.join(10)
    assert names(seen) == ["0", "1", "2"]


def wait_for(condition: Callable[[], bool]) -> None:
    tick = Event()
    while not condition():
        tick.wait(0.001)


def test_what_a_delivery_raises_is_raised() -> None:
    def deliver(message: Message) -> Delivery:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(deliver_in_rhythm(numbered(0), deliver=deliver, clock=JumpingClock(), do=now, most=1))


def test_nothing_to_deliver_is_no_wait() -> None:
    assert list(deliver_in_rhythm([], deliver=delivered, clock=JumpingClock(), do=now, most=1)) == []


def test_a_steady_clock_keeps_real_time_whatever_is_waited_for() -> None:
    ticks = iter([100.0, 100.0, 102.5, 102.5, 107.0])
    clock = SteadyClock(lambda: next(ticks))
    assert clock.now() == 0.0
    assert clock.wait(2.0, Event()) == 2.0
    assert clock.now() == 7.0


def test_a_wait_of_a_steady_clock_can_be_ended() -> None:
    woken = Event()
    woken.set()
    assert SteadyClock().wait(60.0, woken) < 60.0
    clock = SteadyClock()
    assert clock.now() + 0.02 <= clock.wait(0.03, Event()) <= 0.03
