"""The sender's time: a clock that is passed in, so that an hour of it can be a second, or none at all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Event
from typing import Protocol

_LONGEST_WAIT = 1.0
"""Real seconds that are waited at a time: on Windows, Ctrl-C is heard in between."""


class Clock(Protocol):
    """Tells the sender's time, in seconds since some start, and waits in it."""

    def now(self) -> float:
        """The time; it never runs backwards."""

    def wait(self, until: float, wake: Event, *, is_quick: bool = True) -> float:
        """Wait until that time, or until `wake` is set; the time then, never later than `until` or the start.

        Args:
            until: when to wake up; infinity waits for `wake` alone.
            wake: ends the wait when somebody sets it.
            is_quick: whether this wait may be shortened. One for an endpoint's answer may not.
        """


class ScaledClock:
    """Waits pass `scale` times faster; everything else, an endpoint's answer too, takes the time that it takes.

    Were the answers scaled too, one that takes 10 ms would take 6 s of the sender's time at a scale of 600, and
    the second attempt would come before the first one has ended. A wait that is not woken ends at `until` exactly:
    what the system wakes us too late is not counted, so that a schedule does not drift. The clock stands at 0 until
    it is first asked.

    Args:
        scale: how many times faster; above 0.
        ticks: real seconds that only grow.

    Raises:
        ValueError: `scale` is not above 0, or infinite.
    """

    def __init__(self, scale: float = 1.0, ticks: Callable[[], float] = time.perf_counter) -> None:
        if not 0 < scale < math.inf:
            raise ValueError(f"the time scale is {scale:g}; it must be above 0 and finite.")
        self._scale = scale
        self._ticks = ticks
        self._course: tuple[float, float, float, float] | None = None
        """Since which tick, from which time, how fast, and until when; one value, as other threads read it."""

    def now(self) -> float:
        """The time."""
        return self._at(self._ticks()) if self._course else self._set_out(1.0, math.inf)

    def wait(self, until: float, wake: Event, *, is_quick: bool = True) -> float:
        """Wait, as `Clock` says."""
        rate = self._scale if is_quick else 1.0
        start = self._set_out(rate, until)
        while not wake.is_set() and (left := until - self.now()) > 0:
            wake.wait(min(left / rate, _LONGEST_WAIT))
        return max(start, self._set_out(1.0, math.inf))

    def _at(self, tick: float) -> float:
        since, start, rate, until = self._course or (tick, 0.0, 1.0, math.inf)
        return min(start + (tick - since) * rate, until)

    def _set_out(self, rate: float, until: float) -> float:
        """From now on, another pace; the time now."""
        tick = self._ticks()
        now = self._at(tick)
        self._course = (tick, now, rate, max(now, until))
        return now


class SteadyClock:
    """Real time from when it is first asked: whoever comes late once is late for the next appointment no more.

    Args:
        ticks: real seconds that only grow.
    """

    def __init__(self, ticks: Callable[[], float] = time.perf_counter) -> None:
        self._ticks = ticks
        self._start: float | None = None

    def now(self) -> float:
        """The time."""
        tick = self._ticks()
        if self._start is None:
            self._start = tick
        return tick - self._start

    def wait(self, until: float, wake: Event, *, is_quick: bool = True) -> float:  # noqa: ARG002
        """Wait, as `Clock` says."""
        start = self.now()
        while not wake.is_set() and (left := until - self.now()) > 0:
            wake.wait(min(left, _LONGEST_WAIT))
        return min(self.now(), max(start, until))
