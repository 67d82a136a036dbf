"""Attempts until a message is delivered or the schedule has ended; one message, or many at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeAlias

from hookcli.delivery.client import Client
from hookcli.errors import HookcliError
from hookcli.models import Attempt, Delivery, Message

Sleep: TypeAlias = Callable[[float], object]
"""Waits for some seconds."""


def deliver(
    message: Message,
    url: str,
    *,
    client: Client,
    is_success: Callable[[int], bool],
    delays: Sequence[float] = (),
    sleep: Sleep = time.sleep,
) -> Delivery:
    """Attempt, and while it failed and delays are left, wait and attempt again.

    Args:
        message: what goes out.
        url: the endpoint.
        client: makes the attempts.
        is_success: whether a status counts as delivered (`Profile.success`).
        delays: seconds from a failed attempt to the next one (`retry.waits`).
        sleep: how to wait.

    Raises:
        FileUnreadable: the client's CA bundle cannot be read.
    """
    attempts = [client.attempt(message, url)]
    for number, delay in enumerate(delays, start=2):
        if _succeeded(attempts[-1], is_success):
            break
        sleep(delay)
        attempts.append(client.attempt(message, url, number))
    return Delivery(message, url, _succeeded(attempts[-1], is_success), tuple(attempts))


def deliver_all(
    messages: Iterable[Message],
    url: str,
    *,
    client: Client,
    is_success: Callable[[int], bool],
    delays: Sequence[float] = (),
    concurrency: int = 1,
    sleep: Sleep | None = None,
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
        delays: seconds from a failed attempt to the next one (`retry.waits`).
        concurrency: deliveries at the same time.
        sleep: how to wait between two attempts; by default a wait that ends when the iterator is closed.

    Raises:
        FileUnreadable: the client's CA bundle cannot be read.
    """

    def deliver_one(message: Message, sleep: Sleep) -> Delivery:
        return deliver(message, url, client=client, is_success=is_success, delays=delays, sleep=sleep)

    if concurrency == 1:
        return (deliver_one(message, sleep or time.sleep) for message in messages)
    return _Crew(deliver_one, concurrency, sleep).deliver(messages)


def _succeeded(attempt: Attempt, is_success: Callable[[int], bool]) -> bool:
    return attempt.failure is None and attempt.status is not None and is_success(attempt.status)


class _Stopped(Exception):
    """Nobody waits for this delivery any more."""


class _Crew:
    """Threads that take messages from one queue and put deliveries into another.

    Not a ThreadPoolExecutor: its threads are waited for when the program ends, and a Ctrl-C during a
    retry's wait would take up to 1,410 s. These are daemons.
    """

    def __init__(self, deliver_one: Callable[[Message, Sleep], Delivery], size: int, sleep: Sleep | None) -> None:
        self._deliver_one = deliver_one
        self._size = size
        self._stopped = Event()
        self._sleep = sleep or self._stopped.wait
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
                outcome: Delivery | BaseException = self._deliver_one(message, self._wait)
            except BaseException as problem:  # noqa: BLE001 - raised again in the caller's thread
                outcome = problem
            self._done.put((number, outcome))

    def _wait(self, seconds: float) -> None:
        self._sleep(seconds)
        if self._stopped.is_set():
            raise _Stopped

    def _stop(self) -> None:
        self._stopped.set()
        for _ in range(min(self._size, self._taken)):
            self._jobs.put(None)


def _unwrap(outcome: Delivery | BaseException) -> Delivery:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome
