"""A clock that jumps: an hour of the sender's time is no time at all."""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import Event


class JumpingClock:
    """Is at the end of a wait at once; on its way there it does what was planned for a time in between.

    Args:
        plans: time -> what happens then, for example that somebody enables the webhook.
    """

    def __init__(self, plans: dict[float, Callable[[], object]] | None = None) -> None:
        self.time = 0.0
        self.plans = dict(sorted((plans or {}).items()))
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def wait(self, until: float, wake: Event, *, is_quick: bool = True) -> float:
        if not wake.is_set():
            planned = next(iter(self.plans), math.inf)
            assert min(until, planned) < math.inf, "nothing would ever end this wait"
            self.time = max(self.time, min(until, planned))
            self.waits.append(self.time)
            if planned <= self.time:
                self.plans.pop(planned)()
        return self.time
