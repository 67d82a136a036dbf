"""Delivers messages when they are due, one attempt each, whatever becomes of those before them."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from threading import Event
from typing import TypeAlias

from hookcli.delivery.clock import Clock
from hookcli.models import Delivery, Message

Deliver: TypeAlias = Callable[[Message], Delivery]
Do: TypeAlias = Callable[[Callable[[], None]], object]
"""Has a job done, now or in another thread; a job does not raise."""

Due: TypeAlias = "tuple[float, Message]"
"""When a message is due, in seconds of the clock, and the message."""


def deliver_in_rhythm(
    messages: Iterable[Due], *, deliver: Deliver, clock: Clock, do: Do, most: int
) -> Iterator[Delivery]:
    """Deliver each message when it is due; the deliveries come as they end.

    Each time is the clock's own, so that what is late once does not make the rest late. Closing the iterator, or
    Ctrl-C, starts nothing more and waits for nobody.

    Args:
        messages: in the order of their times; one is taken before it is due.
        deliver: makes a delivery.
        clock: whose time it is.
        do: has deliveries made.
        most: deliveries that are under way at the same time; with so many, one that is due waits.

    Raises:
        Exception: whatever the messages or a delivery raise.
    """
    source, under_way, wake = iter(messages), 0, Event()
    ended: deque[Delivery | BaseException] = deque()
    upcoming = next(source, None)
    while upcoming is not None or under_way or ended:
        wake.clear()
        while ended:
            under_way -= 1
            yield _unwrap(ended.popleft())
        while upcoming is not None and under_way < most and upcoming[0] <= clock.now():
            under_way += 1
            do(_job(deliver, upcoming[1], ended, wake))
            upcoming = next(source, None)
        if not ended and (upcoming is not None or under_way):
            is_waiting = upcoming is not None and under_way < most
            clock.wait(upcoming[0] if upcoming is not None and is_waiting else math.inf, wake)


def _job(deliver: Deliver, message: Message, ended: deque[Delivery | BaseException], wake: Event) -> Callable[[], None]:
    def job() -> None:
        try:
            ended.append(deliver(message))
        except BaseException as problem:  # noqa: BLE001 - raised again in the thread that asked
            ended.append(problem)
        wake.set()

    return job


def _unwrap(outcome: Delivery | BaseException) -> Delivery:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome
