"""Attempts until a message is delivered or the schedule has ended; one message, or many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeAlias

from hookcli.delivery.client import Client
from hookcli.delivery.clock import Clock, ScaledClock
from hookcli.errors import HookcliError
from hookcli.models import Attempt, Delivery, Message

Tell: TypeAlias = Callable[[Attempt, float], object]
"""Is told of an attempt that failed, and after how many seconds from its start it is made again."""


def deliver(
    message: Message,
    url: str,
    *,
    client: Client,
    is_success: Callable[[int], bool],
    delays: Sequence[float] = (),
    clock: Clock | None = None,
    stopped: Event | None = None,
    tell: Tell | None = None,
) -> Delivery:
    """Attempt, and while it failed and delays are left, wait and attempt again.

    Args:
        message: what goes out.
        url: the endpoint.
        client: makes the attempts.
        is_success: whether a status counts as delivered (`Profile.success`).
        delays: seconds from the start of a failed attempt to that of the next one, which comes at once where the
            attempt took longer (Haptik's: 6 more attempts within 60 minutes).
        clock: the sender's time.
        stopped: ends a wait when it is set; then nothing more is attempted.
        tell: is told of each failed attempt that is made again.

    Raises:
        FileUnreadable: the client's CA bundle cannot be read.
    """
    if delays:
        attempts = list(
            _attempts(
                lambda number: client.attempt(message, url, number),
                is_success,
                delays,
                clock or ScaledClock(),
                stopped or Event(),
                tell,
            )
        )
    else:  # without a clock and an event, which are a twentieth of what a message costs
        attempts = [client.attempt(message, url)]
    is_delivered = succeeded(attempts[-1], is_success)
    return Delivery(message, url, is_delivered, tuple(attempts), planned=1 + len(delays))


def _attempts(
    attempt: Callable[[int], Attempt],
    is_success: Callable[[int], bool],
    delays: Sequence[float],
    clock: Clock,
    stopped: Event,
    tell: Tell | None,
) -> Iterator[Attempt]:
    """The attempts, each with its time, until one succeeds, the schedule has ended, or it is stopped."""
    first = started = clock.now()
    last = attempt(1)
    yield last
    for number, delay in enumerate(delays, start=2):
        if succeeded(last, is_success):
            return
        if tell:
            tell(last, delay)
        started = clock.wait(max(started + delay, clock.now()), stopped)
        if stopped.is_set():
            return
        last = replace(attempt(number), at=started - first)
        yield last


def deliver_all(
    messages: Iterable[Message],
    url: str,
    *,
    client: Client,
    is_success: Callable[[int], bool],
    delays: Sequence[float] = (),
    concurrency: int = 1,
    clock: Callable[[], Clock] = ScaledClock,
    tell: Tell | None = None,
) -> Iterator[Delivery]:
    """Deliver many messages; the deliveries come in the order of the messages.

    Lazy: at most twice `concurrency` messages are taken before their deliveries are asked for. With a
    concurrency of 1 all happens in the calling thread. Closing the iterator, or Ctrl-C, starts nothing
    more and waits for nobody. An error of `messages` is raised after the deliveries of those before it.

    Args:
        messages: what goes out; taken in the calling thread, one by one.
        url: the endpoint.
        client: makes the attempts.
        is_success: whether a status counts as delivered (`Profile.success`).
        delays: seconds from a failed attempt to the next one, as in `deliver`.
        concurrency: deliveries at the same time.
        clock: makes the sender's time of each message.
        tell: is told of each failed attempt that is made again, in whatever thread makes it.

    Raises:
        FileUnreadable: the client's CA bundle cannot be read.
    """

    def deliver_one(message: Message, stopped: Event | None = None) -> Delivery:
        return deliver(
            message,
            url,
            client=client,
            is_success=is_success,
            delays=delays,
            clock=clock() if delays else None,
            stopped=stopped,
            tell=tell,
        )

    if concurrency == 1:
        return (deliver_one(message) for message in messages)
    return _Crew(deliver_one, concurrency).deliver(messages)


def succeeded(attempt: Attempt, is_success: Callable[[int], bool]) -> bool:
    """Whether an attempt delivered its message."""
    return attempt.failure is None and attempt.status is not None and is_success(attempt.status)


class _Crew:
    """Threads that take messages from one queue and put deliveries into another.

    Not a ThreadPoolExecutor: its threads are waited for when the program ends, and a Ctrl-C during a
    retry's wait would take up to 1,410 s. These are daemons.
    """

    def __init__(self, deliver_one: Callable[[Message, Event], Delivery], size: int) -> None:
        self._deliver_one = deliver_one
        self._size = size
        self._stopped = Event()
        self._jobs: SimpleQueue[tuple[int, Message] | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[int, Delivery | BaseException]] = SimpleQueue()
        self._taken = 0
        self._problem: HookcliError | None = None

    def deliver(self, messages: Iterable[Message]) -> Iterator[Delivery]:
        source = iter(messages)
        early: dict[int, Delivery | BaseException] = {}
        given = 0
        try:
            while self._take(islice(source, given + 2 * self._size - self._taken)) > given:
                while given not in early:
                    number, outcome = self._done.get()
                    early[number] = outcome
                yield _unwrap(early.pop(given))
                given += 1
        finally:
            self._stop()
        if self._problem:
            raise self._problem

    def _take(self, messages: Iterator[Message]) -> int:
        """Hand some more messages to the threads; how many have been taken in all."""
        try:
            for message in () if self._problem else messages:
                if self._taken < self._size:
                    Thread(target=self._work, daemon=True).start()
                self._jobs.put((self._taken, message))
                self._taken += 1
        except HookcliError as problem:
            self._problem = problem
        return self._taken

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None and not self._stopped.is_set():
            number, message = job
            try:
                outcome: Delivery | BaseException = self._deliver_one(message, self._stopped)
            except BaseException as problem:  # noqa: BLE001 - raised again in the caller's thread
                outcome = problem
            self._done.put((number, outcome))

    def _stop(self) -> None:
        self._stopped.set()
        for _ in range(min(self._size, self._taken)):
            self._jobs.put(None)


def _unwrap(outcome: Delivery | BaseException) -> Delivery:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome
