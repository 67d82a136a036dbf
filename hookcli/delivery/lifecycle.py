"""The life of a webhook at its sender: a pure state machine, without a clock, a wait or a network.

The contract (profile clauses `retries` and `disabled`): a failed message is tried again after each delay of the
schedule; after the last attempt the webhook is disabled; new events queue for at most 60 minutes; once it is enabled
again they are delivered. What the contract leaves open is decided here, once:

* While one message is tried again, others go out when they are due, each with a schedule of its own: only a disabled
  webhook queues.
* A delay counts from the start of an attempt to the start of the next, as they add up to the contract's 60 minutes;
  an attempt that takes longer than its delay is followed at once.
* A message whose attempts all failed is given up, and enabling does not bring it back: it is not new.
* A message that still has attempts left when the webhook is disabled queues like a new one, and goes on with the
  attempts that it has left.
* Each message queues for 60 minutes of its own, and is gone when they have passed.
* Enabling releases the whole queue at once, the oldest message first. It changes nothing of an enabled webhook.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from hookcli.models import Happening, State, Step


class Lifecycle:
    """Says what to do when something has happened, and until when there is nothing to do.

    Every method takes the time, in seconds since any start, and gives the steps that follow from it, in order. For each
    `SENT` the caller makes the attempt, and says how it ended with `end`.

    Args:
        delays: seconds from a failed attempt to the next one.
        queue_seconds: how long a message may wait in the queue of a disabled webhook.
    """

    def __init__(self, delays: Sequence[float], queue_seconds: float) -> None:
        self._delays = tuple(delays)
        self._queue_seconds = queue_seconds
        self._now = -math.inf
        self._is_enabled = True
        self._count = 0
        self._under_way: dict[int, tuple[int, float]] = {}
        """Message -> the attempt's number, and when it started."""
        self._tried_again = 0
        """How many of these are not the message's first attempt."""
        self._resting: list[tuple[float, int, int]] = []
        """A heap: when the next attempt is due, the message, and the number of the attempt that failed."""
        self._queue: dict[int, tuple[int, float]] = {}
        """Message -> how many attempts it has had, and when it expires; in the order in which they do."""

    @property
    def state(self) -> State:
        """How the webhook stands."""
        if not self._is_enabled:
            return State.DISABLED
        return State.RETRYING if self._resting or self._tried_again else State.ENABLED

    @property
    def planned(self) -> int:
        """How many attempts the schedule has."""
        return len(self._delays) + 1

    @property
    def waiting(self) -> int:
        """Messages in the queue."""
        return len(self._queue)

    @property
    def under_way(self) -> int:
        """Attempts that have started and not ended."""
        return len(self._under_way)

    @property
    def is_at_rest(self) -> bool:
        """Whether every message has ended."""
        return not (self._under_way or self._resting or self._queue)

    @property
    def expires(self) -> float | None:
        """When the first message of the queue does."""
        return next((until for _, until in self._queue.values()), None)

    @property
    def next_attempt(self) -> Step | None:
        """The failure that is tried again first."""
        if not self._resting:
            return None
        due, message, attempt = self._resting[0]
        return self._step(Happening.FAILED, message, attempt, until=due)

    @property
    def next_due(self) -> float:
        """When `pass_time` has something to do; infinity, when never."""
        dues = [self._resting[0][0]] if self._resting else []
        return min([*dues, *([] if self.expires is None else [self.expires])], default=math.inf)

    @property
    def unended(self) -> list[Step]:
        """What is left of every message that has not ended, in their order."""
        tried = {message: attempt for message, (attempt, _) in self._under_way.items()}
        tried |= {message: attempt for _, message, attempt in self._resting}
        tried |= {message: attempt for message, (attempt, _) in self._queue.items()}
        return [self._step(Happening.LEFT, message, tried[message]) for message in sorted(tried)]

    def add(self, now: float) -> list[Step]:
        """A new message is due; it gets the next number."""
        steps = self.pass_time(now)
        self._count += 1
        return [*steps, self._send(self._count, 1) if self._is_enabled else self._enqueue(self._count, 0)]

    def end(self, message: int, now: float, *, succeeded: bool) -> list[Step]:
        """The attempt of a message has ended.

        Raises:
            KeyError: none of it was under way.
        """
        steps = self.pass_time(now)
        attempt, started = self._under_way.pop(message)
        self._tried_again -= attempt > 1
        if succeeded:
            return [*steps, self._step(Happening.DELIVERED, message, attempt)]
        return [*steps, *self._fail(message, attempt, started)]

    def enable(self, now: float) -> list[Step]:
        """The webhook is enabled again."""
        steps = self.pass_time(now)
        if self._is_enabled:
            return steps
        self._is_enabled = True
        released, self._queue = self._queue, {}
        steps.append(self._step(Happening.ENABLED, released=len(released)))
        return [*steps, *(self._send(message, released[message][0] + 1) for message in sorted(released))]

    def pass_time(self, now: float) -> list[Step]:
        """Send what is due again, and drop what has waited for too long.

        Raises:
            ValueError: time runs backwards.
        """
        if now < self._now:
            raise ValueError(f"time runs backwards, from {self._now} to {now}.")
        self._now = now
        steps = []
        while self._resting and self._resting[0][0] <= now:
            _, message, attempt = heapq.heappop(self._resting)
            steps.append(self._send(message, attempt + 1))
        while self.expires is not None and self.expires <= now:
            message = next(iter(self._queue))
            attempt, _ = self._queue.pop(message)
            steps.append(self._step(Happening.EXPIRED, message, attempt))
        return steps

    def _step(
        self, what: Happening, message: int = 0, attempt: int = 0, until: float | None = None, released: int = 0
    ) -> Step:
        """A step that is taken now, with how things stand after it."""
        return Step(what, self._now, message, attempt, until, released, self.state, self.waiting)

    def _send(self, message: int, attempt: int) -> Step:
        self._under_way[message] = (attempt, self._now)
        self._tried_again += attempt > 1
        return self._step(Happening.SENT, message, attempt)

    def _enqueue(self, message: int, attempt: int) -> Step:
        until = self._now + self._queue_seconds
        self._queue[message] = (attempt, until)
        return self._step(Happening.QUEUED, message, attempt, until=until)

    def _fail(self, message: int, attempt: int, started: float) -> list[Step]:
        if attempt > len(self._delays):
            return [self._step(Happening.GIVEN_UP, message, attempt), *self._disable()]
        if not self._is_enabled:
            return [self._step(Happening.FAILED, message, attempt), self._enqueue(message, attempt)]
        due = max(started + self._delays[attempt - 1], self._now)
        heapq.heappush(self._resting, (due, message, attempt))
        return [self._step(Happening.FAILED, message, attempt, until=due)]

    def _disable(self) -> list[Step]:
        if not self._is_enabled:
            return []
        self._is_enabled = False
        resting, self._resting = sorted((message, attempt) for _, message, attempt in self._resting), []
        return [self._step(Happening.DISABLED), *(self._enqueue(*each) for each in resting)]
