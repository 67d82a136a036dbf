from __future__ import annotations

import threading

import pytest

from hookcli.conformance.watch import BURST, LONGEST, OutOfTime, Watch, is_late, is_of_load, is_trouble, is_unanswered
from hookcli.models import Attempt, Failure, Message

MESSAGE = Message("message", b"{}")
LATE = Attempt(1, None, 5.0, Failure("Late", "late"))
GONE = Attempt(1, None, 0.0, Failure("ConnectionFailed", "gone", unreachable=True))
DROPPED = Attempt(1, None, 0.0, Failure("ConnectionDropped", "dropped"))


class Time:
    def __init__(self) -> None:
        self.now = 0.0
        self.watch = Watch(5.0, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def answering(*statuses: int):
    left = [*statuses]
    return lambda _: Attempt(1, left.pop(0), 0.001)


@pytest.mark.parametrize("busy", [429, 503])
def test_an_endpoint_that_is_busy_is_asked_again(busy):
    time, seen = Time(), []
    assert time.watch.over(answering(busy, busy, 200), seen)(MESSAGE).status == 200
    assert [attempt.status for attempt in seen] == [busy, busy, 200]
    assert time.now > 0


def test_an_endpoint_that_stays_busy_is_not_waited_for_again():
    time = Time()
    assert time.watch.over(answering(*[503] * 4), [])(MESSAGE).status == 503
    waited = time.now
    assert time.watch.over(answering(503), [])(MESSAGE).status == 503
    assert time.now == waited > 1


def test_a_burst_is_sent_once():
    time = Time()
    assert time.watch.over(answering(429), [], is_patient=False)(MESSAGE).status == 429
    assert time.now == 0


def test_the_time_is_over_for_an_endpoint_that_is_late():
    time, seen = Time(), []
    send = time.watch.over(lambda _: LATE, seen)
    send(MESSAGE)
    time.now = LONGEST - 5.0 + 0.1
    with pytest.raises(OutOfTime):
        send(MESSAGE)
    assert seen == [LATE]


def test_what_was_late_gets_the_deadline_once_more():
    time = Time()
    time.watch.outwait_late()
    assert time.now == 0
    time.watch.over(lambda _: LATE, [])(MESSAGE)
    time.watch.outwait_late()
    time.watch.outwait_late()
    assert time.now == 5.0


def test_where_the_time_is_over_nothing_is_waited_for():
    time = Time()
    time.watch.over(lambda _: LATE, [])(MESSAGE)
    time.now = LONGEST
    with pytest.raises(OutOfTime):
        time.watch.outwait_late()
    assert time.now == LONGEST


def test_the_time_is_never_over_for_an_endpoint_that_is_in_time():
    time = Time()
    time.now = 10 * LONGEST
    assert time.watch.over(answering(200), [])(MESSAGE).status == 200


def test_no_more_are_on_their_way_than_in_a_burst():
    watch, lock, there, most = Watch(5.0), threading.Lock(), [], []

    def send(_: Message) -> Attempt:
        with lock:
            there.append(1)
            most.append(len(there))
        threading.Event().wait(0.01)
        with lock:
            there.pop()
        return Attempt(1, 200, 0.01)

    threads = [threading.Thread(target=watch.over(send, []), args=(MESSAGE,)) for _ in range(BURST + 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= BURST


@pytest.mark.parametrize(
    ("attempt", "late", "unanswered", "trouble", "load"),
    [
        (LATE, True, True, True, True),
        (GONE, False, True, True, True),
        (DROPPED, False, False, True, True),
        (Attempt(1, 500, 0.0), False, False, True, False),
        (Attempt(1, 503, 0.0), False, False, True, True),
        (Attempt(1, 429, 0.0), False, False, False, True),
        (Attempt(1, 409, 0.0), False, False, False, False),
        (Attempt(1, 200, 0.0), False, False, False, False),
    ],
)
def test_attempts_are_told_apart(attempt, late, unanswered, trouble, load):
    assert (is_late(attempt), is_unanswered(attempt), is_trouble(attempt), is_of_load(attempt)) == (
        late, unanswered, trouble, load,
    )  # fmt: skip
