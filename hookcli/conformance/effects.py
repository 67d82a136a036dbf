"""Counts what messages bring about: a status alone cannot tell an ignored message from a processed one.

An endpoint may answer first and work afterwards, so the count is waited for: as long as a valid message's effect took,
and some more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from hookcli.dataclass import dataclass

T = TypeVar("T")

_PATIENCE = 5.0
"""Seconds that the effect of the first message is waited for: a worker may look for work only now and then."""

_LESS_PATIENCE = 0.5
"""The same, of others after it had none."""

_PAUSE = 0.01
_LEAST_WAIT = 0.05
_LAGS = 4
"""How many times longer than an effect has taken so far the next one may take."""


@dataclass(slots=True)
class Effects:
    """The count of effects, and what is known of how it moves."""

    count: Callable[[], int]
    """Reads the count; raises an InputError where it cannot be read."""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    unit: int = 0
    """By how much one valid message raised the count; 0 before one did."""
    misses: int = 0
    """Messages that had no effect, before one had."""
    lag: float = 0.0
    """Seconds, the longest so far, from an answer to its effect."""

    @property
    def patience(self) -> float:
        """Seconds to wait for an effect."""
        if not self.unit:
            return _LESS_PATIENCE if self.misses else _PATIENCE
        return max(_LEAST_WAIT, _LAGS * self.lag)

    def of(
        self, action: Callable[[], T], *, expected: int, matters: Callable[[T], bool] = lambda _: True
    ) -> tuple[T, int]:
        """What an action returned, and by how much it raised the count.

        Args:
            action: sends something.
            expected: units that it should bring about; fewer are waited for, and more looked out for.
            matters: whether what it returned is worth a wait; else there is no effect.
        """
        before = self.count()
        result = action()
        return result, self._settled(before, expected * max(1, self.unit)) - before if matters(result) else 0

    def _settled(self, before: int, expected: int) -> int:
        """The count once it has risen by what is expected or patience is over, and a wait for more has passed."""
        began = self.clock()
        while self.count() - before < expected and self.clock() - began < self.patience:
            self.sleep(_PAUSE)
        raised = self.count() - before
        if expected and raised >= expected:
            self.lag = max(self.lag, self.clock() - began)
        elif expected and not self.unit:
            self.misses += 1
        self.sleep(max(_LEAST_WAIT, _LAGS * self.lag) if self.unit or not expected else _LEAST_WAIT)
        return self.count()
