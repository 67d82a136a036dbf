"""Counts what messages bring about: a status alone cannot tell an ignored message from a processed one.

An endpoint may answer first and work afterwards. So a plain valid message goes behind those that are asked about: once
its effect is there, theirs are too, if they have any. One that does several messages at once may still be at one of
them, so as long as an effect has taken so far is waited for in any case; and longer on a machine that is so busy that
our own waits take longer than they should, as the endpoint's may, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hookcli.dataclass import dataclass

FIRST_PATIENCE = 5.0
"""Seconds that the effect of the first messages is waited for: a worker may look for work only now and then."""

_PATIENCE = 1.0
"""Seconds that an effect is waited for at least, once one was seen."""

_LAGS = 5
"""How many times longer than an effect has taken so far the next one may take."""

_PAUSE = 0.01
_LEAST_WAIT = 0.01
_MARGIN = 1.25
_OVERSLEPT = 3
"""How much longer than ours a wait of the endpoint may be too long."""

_ROUNDS = 20
"""Waits until the count stands still, at most."""

_MOST_LOOKS = 4
"""Messages that are sent to learn what one of them raises."""


@dataclass(slots=True)
class Effects:
    """The count of effects, and what is known of how it moves."""

    count: Callable[[], int]
    """Reads the count; raises an InputError where it cannot be read."""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    unit: int = 0
    """By how much one valid message raises the count; 0 before one did."""
    lag: float = 0.0
    """Seconds, the longest so far, from an answer to its effect."""
    overslept: float = 0.0
    """Seconds, the most so far, that a wait took longer than it should."""

    @property
    def slack(self) -> float:
        """Seconds after which no effect is expected any more."""
        return _LEAST_WAIT + _MARGIN * self.lag + _OVERSLEPT * self.overslept

    @property
    def patience(self) -> float:
        """Seconds to wait for an effect that should come."""
        return max(_PATIENCE, _LAGS * self.lag) + _OVERSLEPT * self.overslept

    def has_risen(self, before: int, by: int, *, within: float, since: float | None = None) -> bool:
        """Whether the count rises by so much; how long that took is kept.

        Args:
            before: the count to compare with.
            by: the rise that is waited for.
            within: seconds.
            since: the clock when the first message was answered whose effect it may be; now, if nothing is said.
        """
        began = self.clock()
        while True:
            now = self.clock()  # before it is read: to read takes time too
            if self.count() - before >= by:
                self.lag = max(self.lag, now - (began if since is None else since))
                return True
            if now - began >= within:
                return False
            self._wait(_PAUSE)

    def rise_in_the_end(self, before: int, expected: int, *, at_most: float) -> int | None:
        """By how much the count has risen once it stands still, or has what is expected; None while it still rises.

        Args:
            before: the count to compare with.
            expected: the rise that is waited for.
            at_most: seconds.
        """
        began = moved = self.clock()
        last = 0
        while True:
            now, rise = self.clock(), self.count() - before
            moved, last = (now, rise) if rise != last else (moved, last)
            if rise >= expected or now - moved >= self.patience:
                return rise
            if now - began >= at_most:
                return None
            self._wait(_PAUSE)

    def measure(self, send: Callable[[], bool], *, within: float) -> bool:
        """Whether a message that is sent while nothing else is at work raises the count: by how much, and how late.

        What is at work all the same is found out by a second one, which then raises it by something else.

        Args:
            send: sends one, and tells whether it was accepted.
            within: seconds to its effect.
        """
        rises: list[int] = []
        known = self.lag
        while len(rises) < _MOST_LOOKS and (len(rises) < 2 or rises[-1] != rises[-2]):
            before = self.settled()
            self.lag = self.lag if rises else 0.0
            if not send() or not self.has_risen(before, 1, within=within):
                break
            rises.append(self.settled() - before)
        if rises:
            self.unit = rises[-1]
        else:
            self.lag = known
        return bool(rises)

    def settled(self) -> int:
        """The count, once it stands still."""
        last = self.count()
        for _ in range(_ROUNDS):
            self._wait(self.slack)
            now = self.count()
            if now == last:
                break
            last = now
        return last

    def rise(self, before: int, *, expected: int, since: float) -> int:
        """By how much the count has risen, once what is expected is there and nothing more is.

        Args:
            before: the count to compare with.
            expected: the rise to wait for; a larger one is found too.
            since: the clock when the last message that may have an effect was answered.
        """
        self.has_risen(before, expected, within=self.patience)
        self._wait(max(0.0, self.slack - (self.clock() - since)))
        return self.count() - before

    def _wait(self, seconds: float) -> None:
        began = self.clock()
        self.sleep(seconds)
        self.overslept = max(self.overslept, self.clock() - began - seconds)
