from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from threading import Event

import pytest
from clocks import JumpingClock
from endpoints import OK, Endpoint, answers, is_silent, refusing

from hookcli.delivery.client import Client, Connection
from hookcli.delivery.clock import ScaledClock
from hookcli.delivery.deliver import deliver, deliver_all
from hookcli.errors import FileUnreadable, Unsatisfiable
from hookcli.models import Message

MESSAGE = Message("message", b"{}")
FAILED = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
SUCCESS = range(200, 300)


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(Connection(deadline=5, concurrency=4)) as client:
        yield client


def options(client: Client, **more: object) -> dict[str, object]:
    return {"client": client, "is_success": SUCCESS.__contains__, **more}


def fails_first(times: int):
    """Answers 500 so many times in all, and 200 from then on."""

    def behave(visit):
        while visit.read_request():
            visit.say(FAILED if len(visit.endpoint.requests) <= times else OK)

    return behave


def echoes(visit):
    """Answers with the body that came."""
    while request := visit.read_request():
        body = request.partition(b"\r\n\r\n")[2]
        visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def numbered(count: int) -> list[Message]:
    return [Message("message", str(number).encode()) for number in range(count)]


# One message


def test_an_answer_of_success_ends_the_delivery(client):
    clock = JumpingClock()
    with Endpoint(answers()) as endpoint:
        made = deliver(MESSAGE, endpoint.url, **options(client, delays=(5, 25), clock=clock))
    assert (made.delivered, made.url, made.message, len(made.attempts)) == (True, endpoint.url, MESSAGE, 1)
    assert clock.waits == []


def test_a_failed_attempt_is_made_again_after_the_delay(client):
    clock = JumpingClock()
    with Endpoint(fails_first(2)) as endpoint:
        made = deliver(MESSAGE, endpoint.url, **options(client, delays=(5, 25, 125), clock=clock))
    assert made.delivered
    assert [(one.number, one.at, one.status) for one in made.attempts] == [(1, 0, 500), (2, 5, 500), (3, 30, 200)]
    assert clock.waits == [5, 30]


def test_the_schedule_ends(client):
    clock = JumpingClock()
    with refusing() as url:
        made = deliver(MESSAGE, url, **options(client, delays=(5, 25), clock=clock))
    assert (made.delivered, made.unreachable, len(made.attempts), made.planned) == (False, True, 3, 3)
    assert clock.waits == [5, 30]


def test_the_schedule_of_the_contract_is_kept_exactly_in_a_second(client):
    began = time.perf_counter()
    with Endpoint(answers(FAILED)) as endpoint:
        again = {"delays": (5, 25, 125, 625, 1410, 1410), "clock": ScaledClock(10_000)}
        made = deliver(MESSAGE, endpoint.url, **options(client, **again))
    assert [one.at for one in made.attempts] == [0, 5, 30, 155, 780, 2190, 3600]
    assert time.perf_counter() - began < 5


def test_an_attempt_that_outlasts_its_delay_is_followed_at_once():
    with Endpoint(is_silent) as endpoint, Client(Connection(deadline=0.2)) as client:
        made = deliver(MESSAGE, endpoint.url, **options(client, delays=(0.05, 0.5)))
    assert [one.number for one in made.attempts] == [1, 2, 3]
    assert 0.2 <= made.attempts[1].at < 0.5
    assert made.attempts[2].at == made.attempts[1].at + 0.5


def test_each_failure_that_is_followed_by_an_attempt_is_told(client):
    told: list[tuple[int, float]] = []
    with refusing() as url:
        again = {
            "delays": (5, 25),
            "clock": JumpingClock(),
            "tell": lambda one, delay: told.append((one.number, delay)),
        }
        deliver(MESSAGE, url, **options(client, **again))
    assert told == [(1, 5), (2, 25)]


def test_a_late_answer_is_a_failed_attempt():
    with Endpoint(is_silent) as endpoint, Client(Connection(deadline=0.2)) as client:
        made = deliver(MESSAGE, endpoint.url, **options(client))
    assert (made.delivered, made.unreachable, made.last.failure.kind) == (False, False, "Late")


# Many messages


@pytest.mark.parametrize("concurrency", [1, 4])
def test_deliveries_come_in_the_order_of_the_messages(client, concurrency):
    messages = numbered(100)
    with Endpoint(echoes) as endpoint:
        made = list(deliver_all(messages, endpoint.url, **options(client, concurrency=concurrency)))
    assert [one.message for one in made] == messages
    assert [one.last.answer for one in made] == [message.body for message in messages]


@pytest.mark.parametrize("concurrency", [1, 4])
def test_no_messages_are_no_deliveries(client, concurrency):
    assert list(deliver_all([], "http://h/", **options(client, concurrency=concurrency))) == []


def test_a_slow_delivery_does_not_hold_up_the_others_but_comes_in_its_turn(client):
    first_may_end = Event()

    def first_is_slow(visit):
        while request := visit.read_request():
            number = int(request.partition(b"\r\n\r\n")[2])
            {0: first_may_end.wait, 5: lambda _: first_may_end.set()}.get(number, bool)(5)
            visit.say(OK)

    with Endpoint(first_is_slow) as endpoint:
        made = list(deliver_all(numbered(8), endpoint.url, **options(client, concurrency=4)))
    assert [one.message.body for one in made] == [b"%d" % number for number in range(8)]
    assert first_may_end.is_set()


@pytest.mark.parametrize(("concurrency", "ahead"), [(1, 1), (3, 6)])
def test_messages_are_taken_only_when_they_are_needed(client, concurrency, ahead):
    taken: list[int] = []

    def endless() -> Iterator[Message]:
        while True:
            taken.append(1)
            yield MESSAGE

    with Endpoint(answers()) as endpoint:
        made = deliver_all(endless(), endpoint.url, **options(client, concurrency=concurrency))
        assert len(taken) == 0
        assert next(made).delivered
        assert len(taken) == ahead
        made.close()


def test_one_at_a_time_runs_in_the_calling_thread(client):
    threads: set[str] = set()
    with refusing() as url:
        again = {"delays": (1,), "clock": lambda: ScaledClock(1000)}
        again["tell"] = lambda *_: threads.add(threading.current_thread().name)
        list(deliver_all([MESSAGE], url, **options(client, **again)))
    assert threads == {threading.current_thread().name}


def test_each_of_many_is_attempted_again(client):
    with Endpoint(fails_first(6)) as endpoint:
        again = {"delays": (0.01,) * 6, "concurrency": 3}
        made = list(deliver_all(numbered(5), endpoint.url, **options(client, **again)))
    assert [one.delivered for one in made] == [True] * 5
    assert sum(len(one.attempts) for one in made) == 11


def test_closing_waits_for_nobody_and_starts_nothing_more(client):
    def is_silent_after_the_first(visit):
        while visit.read_request():
            len(visit.endpoint.requests) > 1 and visit.wait()
            visit.say(OK)

    with Endpoint(is_silent_after_the_first) as endpoint:
        made = deliver_all(numbered(50), endpoint.url, **options(client, concurrency=2))
        next(made)
        started = time.perf_counter()
        made.close()
        assert time.perf_counter() - started < 1
    assert len(endpoint.requests) <= 4


def test_closing_ends_the_wait_between_attempts(client):
    has_failed = Event()
    others = set(threading.enumerate())

    def fails_one(visit):
        while request := visit.read_request():
            visit.say(FAILED if request.endswith(b"1") else OK)
            request.endswith(b"1") and has_failed.set()

    with Endpoint(fails_one) as endpoint:
        made = deliver_all(numbered(4), endpoint.url, **options(client, delays=(600,), concurrency=2))
        assert next(made).delivered
        assert has_failed.wait(5)
        made.close()
    left = set(threading.enumerate()) - others
    for thread in left:
        thread.join(5)
    assert not any(thread.is_alive() for thread in left)
    assert sum(request.endswith(b"1") for request in endpoint.requests) == 1


def test_an_interrupt_in_the_caller_ends_it(client):
    def interrupted() -> Iterator[Message]:
        yield MESSAGE
        raise KeyboardInterrupt

    with Endpoint(answers()) as endpoint, pytest.raises(KeyboardInterrupt):
        list(deliver_all(interrupted(), endpoint.url, **options(client, concurrency=3)))


@pytest.mark.parametrize("concurrency", [1, 4])
def test_an_error_of_the_messages_comes_after_what_was_sent_before(client, concurrency):
    def breaks() -> Iterator[Message]:
        yield from numbered(3)
        raise Unsatisfiable("no payload")

    made = []
    with Endpoint(answers()) as endpoint, pytest.raises(Unsatisfiable, match="no payload"):
        made.extend(deliver_all(breaks(), endpoint.url, **options(client, concurrency=concurrency)))
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("concurrency", [1, 3])
def test_what_a_delivery_raises_reaches_the_caller(tmp_path, concurrency):
    with Client(Connection(deadline=5, ca_bundle=tmp_path / "missing")) as client, pytest.raises(FileUnreadable):
        list(deliver_all(numbered(5), "https://127.0.0.1:1/", **options(client, concurrency=concurrency)))
