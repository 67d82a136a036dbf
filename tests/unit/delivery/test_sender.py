"""A sender that lives: on a clock that jumps, with endpoints that are functions; and once with threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from clocks import JumpingClock

from hookcli.delivery.clock import ScaledClock
from hookcli.delivery.sender import Sender, Terms
from hookcli.delivery.workers import Workers
from hookcli.models import Attempt, Failure, Happening, Message, Moment, State

DELAYS = (5, 25, 125, 625, 1410, 1410)
ATTEMPTS = [0, 5, 30, 155, 780, 2190, 3600]


class Endpoint:
    """Fails from `down` on until `up`, in the sender's time."""

    def __init__(self, clock: JumpingClock, down: float = 0, up: float = 1e9) -> None:
        self.clock = clock
        self.down, self.up = down, up
        self.received: list[tuple[float, str]] = []

    def attempt(self, message: Message, number: int) -> Attempt:
        self.received.append((self.clock.now(), message.event))
        return Attempt(number, 503 if self.down <= self.clock.now() < self.up else 200, 0.001)


def messages(number: int | None = None) -> Iterator[Message]:
    numbers = count(1) if number is None else range(1, number + 1)
    return (Message(f"event-{each}", b"{}") for each in numbers)


def terms(**more: object) -> Terms:
    return Terms(url="http://h/", is_success=range(200, 300).__contains__, delays=DELAYS, queue_seconds=3600, **more)  # type: ignore[arg-type]


def at_once(job: Callable[[], None]) -> None:
    job()


def sender(endpoint: Endpoint, source: Iterator[Message], **more: object) -> Sender:
    return Sender(source, terms(**more), attempt=endpoint.attempt, clock=endpoint.clock, do=at_once)


def told(moments: list[Moment], *kinds: Happening) -> list[tuple[float, int]]:
    return [(moment.step.at, moment.step.message) for moment in moments if moment.step.what in kinds]


def test_the_hour_in_no_time_and_exactly():
    began = time.perf_counter()
    endpoint = Endpoint(JumpingClock())
    moments = list(sender(endpoint, messages(1)).run())
    assert [at for at, _ in endpoint.received] == ATTEMPTS
    assert [moment.attempt.at for moment in moments if moment.attempt] == ATTEMPTS
    assert [moment.step.what for moment in moments][-2:] == [Happening.GIVEN_UP, Happening.DISABLED]
    assert time.perf_counter() - began < 0.5


def test_the_whole_life_of_a_sender():
    clock = JumpingClock()
    endpoint = Endpoint(clock, up=4000)
    one = sender(endpoint, messages(9), every=600)
    clock.plans = {6500: one.enable}
    moments = list(one.run())
    assert told(moments, Happening.DISABLED, Happening.ENABLED) == [(3600, 0), (6500, 0)]
    assert told(moments, Happening.GIVEN_UP) == [(3600, 1)]
    # between two attempts when it was disabled, under way then, or new since
    assert told(moments, Happening.QUEUED) == [(3600, n) for n in (2, 3, 4, 5, 6, 7)] + [(4200, 8), (4800, 9)]
    assert endpoint.received[-8:] == [(6500, f"event-{n}") for n in range(2, 10)]
    assert told(moments, Happening.DELIVERED) == [(6500, n) for n in range(2, 10)]
    assert dict(one.standing.ended) == {Happening.GIVEN_UP: 1, Happening.DELIVERED: 8}


def test_what_queues_for_60_minutes_is_lost_and_the_run_ends():
    endpoint = Endpoint(JumpingClock())
    moments = list(sender(endpoint, messages(3), every=3700).run())
    assert told(moments, Happening.QUEUED) == [(3700, 2), (7400, 3)]
    assert told(moments, Happening.EXPIRED) == [(7300, 2), (11_000, 3)]
    assert [moment.delivery.attempts for moment in moments if moment.step.what is Happening.EXPIRED] == [(), ()]


def test_each_ending_has_the_whole_delivery():
    endpoint = Endpoint(JumpingClock(), up=100)
    (moment,) = [each for each in sender(endpoint, messages(1)).run() if each.delivery]
    assert (moment.delivery.delivered, moment.delivery.ended) == (True, Happening.DELIVERED)
    assert [(each.number, each.status, each.at) for each in moment.delivery.attempts] == [
        (1, 503, 0), (2, 503, 5), (3, 503, 30), (4, 200, 155),
    ]  # fmt: skip
    assert moment.delivery.planned == 7


def test_enabling_too_early_is_no_help():
    clock = JumpingClock()
    endpoint = Endpoint(clock)
    one = sender(endpoint, messages(2), every=3600)
    clock.plans = {3601: one.enable, 3700: one.enable}
    moments = list(one.run())
    assert told(moments, Happening.ENABLED) == [(3601, 0)]
    # the second message has had one attempt, at 3,600 s; the others take the rest of the schedule from the enabling on
    assert told(moments, Happening.GIVEN_UP) == [(3600, 1), (3601 + sum(DELAYS[1:]), 2)]
    assert told(moments, Happening.DISABLED) == [(3600, 0), (7196, 0)]


def test_messages_without_end_until_it_is_stopped():
    clock = JumpingClock()
    endpoint = Endpoint(clock, down=1e9)
    one = sender(endpoint, messages(), every=60)
    clock.plans = {150: one.stop}
    moments = list(one.run())
    assert told(moments, Happening.DELIVERED) == [(0, 1), (60, 2), (120, 3)]
    assert one.standing.next_event == 180


def test_what_is_left_when_it_is_stopped_is_told():
    clock = JumpingClock()
    endpoint = Endpoint(clock)
    one = sender(endpoint, messages(), every=60)
    clock.plans = {100: one.stop}
    left = [moment for moment in one.run() if moment.step.what is Happening.LEFT]
    assert [(each.step.message, len(each.delivery.attempts)) for each in left] == [(1, 3), (2, 3)]
    assert [each.delivery.delivered for each in left] == [False, False]


def test_an_unreachable_endpoint_is_a_failure():
    clock = JumpingClock()
    gone = Failure("ConnectionFailed", "nobody", unreachable=True)
    one = Sender(
        messages(1), terms(), attempt=lambda message, number: Attempt(number, None, 0, gone), clock=clock, do=at_once
    )
    *_, given_up, _ = one.run()
    assert given_up.delivery.unreachable
    assert one.last_attempt.failure == gone


def test_how_things_stand_can_be_seen():
    clock, seen = JumpingClock(), []
    endpoint = Endpoint(clock)
    one = sender(endpoint, messages(2), every=3700)
    clock.plans = {100: lambda: seen.append((one.standing, one.now())), 3800: lambda: seen.append((one.standing, 0))}
    assert one.now() == 0
    list(one.run())
    (retrying, now), (disabled, _) = seen
    assert (retrying.state, retrying.next_attempt.until, retrying.next_event, now) == (State.RETRYING, 155, 3700, 100)
    assert (disabled.state, disabled.waiting, disabled.expires) == (State.DISABLED, 1, 7300)


def test_what_an_attempt_raises_is_raised_by_the_run():
    def broken(message: Message, number: int) -> Attempt:
        raise RuntimeError("oh")

    one = Sender(messages(1), terms(), attempt=broken, clock=JumpingClock(), do=at_once)
    with pytest.raises(RuntimeError, match="oh"):
        list(one.run())


def test_a_burst_is_many_at_once():
    """Twenty messages queue; the endpoint answers none before all twenty are there."""
    together: list[str] = []
    is_up = []

    def attempt(message: Message, number: int) -> Attempt:
        if not is_up:
            return Attempt(number, 503, 0)
        together.append(message.event)
        until = time.monotonic() + 5
        while len(together) < 20 and time.monotonic() < until:
            time.sleep(0.001)
        return Attempt(number, 200 if len(together) == 20 else 503, 0)

    with Workers(50) as workers:
        one = Sender(messages(21), terms(every=100), attempt=attempt, clock=ScaledClock(100_000), do=workers.do)
        moments = []
        for moment in one.run():
            moments.append(moment)
            if moment.step.what is Happening.QUEUED and moment.step.waiting == 20:
                is_up.append(True)
                one.enable()
    assert sum(moment.step.what is Happening.DELIVERED for moment in moments) == 20
    assert len(set(together)) == 20


def test_no_more_at_once_than_there_are_workers():
    running: list[int] = []
    most = []

    def attempt(message: Message, number: int) -> Attempt:
        running.append(1)
        most.append(len(running))
        time.sleep(0.002)
        running.pop()
        return Attempt(number, 200, 0)

    with Workers(3) as workers:
        one = Sender(messages(30), terms(), attempt=attempt, clock=ScaledClock(), do=workers.do)
        assert len(list(one.run())) == 30
    assert max(most) <= 3
