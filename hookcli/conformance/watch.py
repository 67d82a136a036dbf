"""Watches what goes out and comes back in a run: nothing is sent for ever, nor more at once than a burst."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import BoundedSemaphore, Lock

from hookcli import errors
from hookcli.conformance.targets import Send
from hookcli.models import Attempt, Message

BURST = 50
"""Messages at once, at most; a backlog of an hour is released like that."""

LONGEST = 55.0
"""Seconds that a run may take against an endpoint that is late; an exchange that could end after them is not begun."""

_BUSY = (429, 503)
"""Statuses by which an endpoint says that it is busy, which is no answer to the question; `burst` asks for that."""

_PAUSES = (0.1, 0.3, 0.7)
"""Seconds before a message is sent again to an endpoint that is busy."""


class OutOfTime(Exception):
    """The endpoint is late, and the time for the whole run is over."""


class Watch:
    """What is known of the endpoint's manners, and the time that is left.

    Args:
        deadline: seconds for an exchange.
        clock: seconds, from anywhere on.
        sleep: how to wait.
    """

    def __init__(
        self,
        deadline: float,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.is_late = False
        """Whether one answer did not come in time."""
        self.is_patient = True
        """Whether to wait for an endpoint that is busy; not any more once that was of no use."""
        self.sleep = sleep
        self._deadline = deadline
        self._clock = clock
        self._began = clock()
        self._late_at = self._began - deadline
        self._room = BoundedSemaphore(BURST)
        self._again = Lock()

    def is_over(self) -> bool:
        """Whether there is no time left; for an endpoint that is never late, there always is."""
        return self.is_late and self._clock() - self._began > LONGEST - self._deadline

    def outwait_late(self) -> None:
        """Wait until the endpoint has had the deadline once more for what it answered too late.

        Raises:
            OutOfTime: there is no time left.
        """
        if self.is_over():
            raise OutOfTime
        self.sleep(max(0.0, self._late_at + self._deadline - self._clock()))

    def over(self, send: Send, seen: list[Attempt], *, is_patient: bool = True) -> Send:
        """The same way to send, watched.

        Args:
            send: makes the attempts.
            seen: gets each of them.
            is_patient: whether to send again where the endpoint says that it is busy.
        """

        def send_once(message: Message) -> Attempt:
            if self.is_over():
                raise OutOfTime
            with self._room:
                attempt = send(message)
            if is_late(attempt):
                self.is_late, self._late_at = True, self._clock()
            seen.append(attempt)
            return attempt

        def send_patiently(message: Message) -> Attempt:
            attempt = send_once(message)
            for pause in _PAUSES:
                if attempt.status not in _BUSY or not self.is_patient:
                    return attempt
                self.sleep(pause)
                with self._again:
                    attempt = send_once(message)
            self.is_patient = attempt.status not in _BUSY
            return attempt

        return send_patiently if is_patient else send_once


def is_late(attempt: Attempt) -> bool:
    """Whether the answer did not come in time."""
    return attempt.failure is not None and attempt.failure.kind == errors.Late.__name__


def is_unanswered(attempt: Attempt) -> bool:
    """Whether there was no answer for which waiting longer, or asking again at once, would be of any use."""
    return is_late(attempt) or is_unreachable(attempt)


def is_trouble(attempt: Attempt) -> bool:
    """Whether there was no answer, or one that says that something is broken."""
    return attempt.failure is not None or (attempt.status is not None and attempt.status >= 500)


def is_of_load(attempt: Attempt) -> bool:
    """Whether it is how an endpoint fails that has too much to do: busy, late, gone."""
    return attempt.failure is not None or attempt.status in _BUSY


def is_dropped(attempt: Attempt) -> bool:
    """Whether the connection was closed before there was an answer."""
    return attempt.failure is not None and attempt.failure.kind == errors.ConnectionDropped.__name__


def is_unreachable(attempt: Attempt) -> bool:
    """Whether there was no connection at all."""
    return attempt.failure is not None and attempt.failure.unreachable
