"""A sender that lives: runs the state machine of `lifecycle` on a clock, against an endpoint."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from threading import Event
from typing import TypeAlias

from hookcli.dataclass import dataclass
from hookcli.delivery.clock import Clock
from hookcli.delivery.deliver import succeeded
from hookcli.delivery.lifecycle import Lifecycle
from hookcli.models import Attempt, Delivery, Happening, Message, Moment, Standing, State, Step

Try: TypeAlias = Callable[[Message, int], Attempt]
"""Makes an attempt: of which message, and its number."""

Do: TypeAlias = Callable[[Callable[[], None]], object]
"""Has a job done, now or in another thread."""

_ENDS = (Happening.DELIVERED, Happening.GIVEN_UP, Happening.EXPIRED, Happening.LEFT)
_ENDS_OF_ATTEMPTS = (Happening.DELIVERED, Happening.FAILED, Happening.GIVEN_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a sender keeps to."""

    url: str
    is_success: Callable[[int], bool]
    """Whether a status counts as delivered."""
    delays: Sequence[float]
    """Seconds from a failed attempt to the next one."""
    queue_seconds: float
    """How long a message may wait while the webhook is disabled."""
    every: float = 0.0
    """Seconds from one new message to the next; 0: all are due at the start."""


@dataclass(slots=True)
class _Story:
    """What has become of a message so far."""

    message: Message
    attempts: list[Attempt] = field(default_factory=list)
    first: float = 0.0
    """When its first attempt started."""
    last: float = 0.0
    """When its last one did."""


class Sender:
    """Sends messages as they are due, and tells each moment of it.

    Args:
        messages: what goes out, in order; one is taken before it is due. They may be without end.
        terms: what the sender keeps to.
        attempt: makes an attempt.
        clock: the sender's time. Waits during which an attempt is under way are not shortened.
        do: has attempts made; it decides how many at once.
    """

    def __init__(self, messages: Iterable[Message], terms: Terms, *, attempt: Try, clock: Clock, do: Do) -> None:
        self._messages = iter(messages)
        self._terms = terms
        self._attempt = attempt
        self._clock = clock
        self._do = do
        self._life = Lifecycle(terms.delays, terms.queue_seconds)
        self._stories: dict[int, _Story] = {}
        self._news: deque[tuple[int, Attempt | BaseException] | None] = deque()
        """What came from other threads: attempts that ended, by message, and None for each call to enable."""
        self._wake = Event()
        self._is_running = False
        self._is_stopped = False
        self._upcoming: Message | None = None
        self._due = 0.0
        self._count = 0
        self._ended: Counter[Happening] = Counter()
        self.standing = Standing(State.ENABLED)
        """How things stand; may be read from any thread."""
        self.last_attempt: Attempt | None = None
        """The attempt that ended last."""

    def now(self) -> float:
        """Seconds of the sender's time since it started; from any thread."""
        return self._clock.now() if self._is_running else 0.0

    def enable(self) -> bool:
        """Enable the webhook; from any thread. Whether it was disabled, as far as is known."""
        was_disabled = self.standing.state is State.DISABLED
        self._news.append(None)
        self._wake.set()
        return was_disabled

    def stop(self) -> None:
        """Let the run end soon; from any thread, and from a signal handler."""
        self._is_stopped = True
        self._wake.set()

    def run(self) -> Iterator[Moment]:
        """Live until every message has ended, or until `stop`; then tell what was left. Once.

        Raises:
            Exception: whatever the messages or an attempt raise.
        """
        now = self._clock.now()
        self._is_running = True
        self._upcoming = next(self._messages, None)
        while not self._is_stopped:
            self._wake.clear()
            yield from self._catch_up(now)
            if self._upcoming is None and self._life.is_at_rest:
                return
            now = self._clock.wait(self._next_due(), self._wake, is_quick=not self._life.under_way)
        yield from self._hear(now)
        yield from self._follow(self._life.unended)

    def _catch_up(self, now: float) -> Iterator[Moment]:
        """All that has happened, and all that is due."""
        yield from self._hear(now)
        yield from self._follow(self._life.pass_time(now))
        while self._upcoming is not None and self._due <= now and not self._is_stopped:
            self._count += 1
            self._stories[self._count] = _Story(self._upcoming)
            self._due = self._count * self._terms.every
            self._upcoming = next(self._messages, None)
            yield from self._follow(self._life.add(now))
        self._tell_standing()

    def _hear(self, now: float) -> Iterator[Moment]:
        """What other threads have told."""
        while self._news:
            news = self._news.popleft()
            if news is None:
                yield from self._follow(self._life.enable(now))
                continue
            message, attempt = news
            if isinstance(attempt, BaseException):
                raise attempt
            story = self._stories[message]
            self.last_attempt = replace(attempt, at=story.last - story.first)
            story.attempts.append(self.last_attempt)
            yield from self._follow(self._life.end(message, now, succeeded=succeeded(attempt, self._terms.is_success)))

    def _follow(self, steps: Sequence[Step]) -> Iterator[Moment]:
        """Make the attempts that start, and tell the rest."""
        for step in steps:
            if step.what is Happening.SENT:
                self._start(step)
            else:
                yield self._moment(step)

    def _start(self, step: Step) -> None:
        if self._is_stopped:
            return
        story = self._stories[step.message]
        story.last = step.at
        if step.attempt == 1:
            story.first = step.at

        def make() -> None:
            try:
                outcome: Attempt | BaseException = self._attempt(story.message, step.attempt)
            except BaseException as problem:  # noqa: BLE001 - raised again in the thread of `run`
                outcome = problem
            self._news.append((step.message, outcome))
            self._wake.set()

        self._do(make)

    def _moment(self, step: Step) -> Moment:
        """The step, and with the one that ends a message the whole of it."""
        story = self._stories.get(step.message)
        delivery = None
        if story is not None and step.what in _ENDS:
            del self._stories[step.message]
            self._ended[step.what] += 1
            delivery = self._delivery(story, step.what)
        self._tell_standing()
        return Moment(
            step,
            message=story.message if story else None,
            attempt=story.attempts[-1] if story and step.what in _ENDS_OF_ATTEMPTS else None,
            planned=self._life.planned,
            delivery=delivery,
        )

    def _delivery(self, story: _Story, ended: Happening) -> Delivery:
        return Delivery(
            story.message,
            self._terms.url,
            ended is Happening.DELIVERED,
            tuple(story.attempts),
            planned=self._life.planned,
            ended=ended,
        )

    def _next_due(self) -> float:
        return min(self._life.next_due, math.inf if self._upcoming is None else self._due)

    def _tell_standing(self) -> None:
        self.standing = Standing(
            state=self._life.state,
            planned=self._life.planned,
            waiting=self._life.waiting,
            expires=self._life.expires,
            under_way=self._life.under_way,
            next_attempt=self._life.next_attempt,
            next_event=None if self._upcoming is None else self._due,
            ended=tuple(self._ended.items()),
        )
