"""How many came when, in steps that grow with the time that they span, so that there are never many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import field

from hookcli.dataclass import dataclass

MOST = 64
"""Steps; half as many at least, once there were more."""


@dataclass(slots=True)
class Calendar:
    """Counts by time. Whatever is added in which order, the same times make the same calendar."""

    power: int = 0
    """A step is two to the power of this long, in seconds."""
    counts: dict[int, int] = field(default_factory=dict)
    """By the number of the step since 1970."""

    def add_times(self, times: Iterable[float]) -> None:
        """Count what came at Unix times, in seconds."""
        power = self.power
        self._add(Counter([int(time) >> power for time in times]))

    def add(self, other: Calendar) -> None:
        """Count what another one has."""
        self._widen(other.power)
        shift = self.power - other.power
        moved: Counter[int] = Counter()
        for step, number in other.counts.items():
            moved[step >> shift] += number
        self._add(moved)

    def after(self, time: float) -> list[int]:
        """How many came in each step after that in which a time lies, without those in which none came."""
        limit = int(time) >> self.power
        return [number for step, number in self.counts.items() if step > limit]

    def _add(self, counts: dict[int, int]) -> None:
        for step, number in counts.items():
            self.counts[step] = self.counts.get(step, 0) + number
        while len(self.counts) > MOST:
            self._widen(self.power + 1)

    def _widen(self, power: int) -> None:
        if power <= self.power:
            return
        shift, self.power = power - self.power, power
        wider: Counter[int] = Counter()
        for step, number in self.counts.items():
            wider[step >> shift] += number
        self.counts = dict(wider)
