"""What one payload may cost: how deep and how large it gets, and how much is made in vain for it."""

from __future__ import annotations

from collections.abc import Callable

from hookcli.generation.functions import Sampler
from hookcli.generation.objects import Luck
from hookcli.generation.policy import Policy
from hookcli.generation.scalars import DeadEnd
from hookcli.models import Json

MOST_ITEMS = 10_000
"""Items or keys of one container that we make at the most."""

MOST_VALUES = 10_000
"""Values within one place, about, above which what is optional there is as small as can be."""

_DEEPEST = 10
"""How often recursive places may stand within one another before they take their smallest values."""

_MOST_DEEP = 100
"""How many values of recursive places one payload may have before the others take their smallest."""

_THINNED = 0.5
"""How likely an optional key of a recursive place within another still is, where a mode takes some of them."""

_LESS_WANTED, _LEAST_WANTED = 0.7, 0.3
"""By how much fewer optional keys are wanted where payloads are too large, and how few at the least."""

MOST_EFFORT = 3_000_000
"""Values, about, that are made in vain for one payload."""


class Budget:
    """What is spent on one payload, and how much of what is optional is wanted meanwhile."""

    def __init__(self, policy: Policy) -> None:
        self._depth = 0
        self._deepest = _DEEPEST
        self.spent = 0.0
        """Values of recursive places in this payload; set it to 0 before each."""
        self.tried = 0
        """Values that were tried as a last resort in this payload; set it to 0 before each."""
        self.effort = 0.0
        """Values that were made in vain; set it to 0 before each payload, and go on trying up to `MOST_EFFORT`."""
        self.wanted = policy.optional
        """How likely an optional key is to be there, unless payloads get too large."""
        self.luck = Luck(policy.optional, is_choosy=0.0 < policy.optional < 1.0)

    def shrink(self) -> bool:
        """Make the next payloads smaller: less deeply nested, then of fewer optional keys if a mode takes but some.

        Returns:
            Whether that could be done.
        """
        if self._deepest > 1 + self.luck.is_choosy:
            self._deepest = max(self._deepest // 2, 1)
        elif self.luck.is_choosy and self.wanted > _LEAST_WANTED:
            self.luck.likely = self.wanted = self.wanted * _LESS_WANTED
        else:
            return False
        return True

    def deeper(self, made: Callable[[], Sampler | None]) -> Sampler:
        """Values of a place that lies within itself, down to a depth at which it is a DeadEnd.

        Args:
            made: gives its sampler, once that is made.
        """

        def sample() -> Json:
            sampler = made()
            if sampler is None or self._depth > _MOST_DEEP:
                raise DeadEnd
            self._depth += 1
            try:
                return sampler()
            finally:
                self._depth -= 1

        return sample

    def bounded(self, deep: Sampler, smallest: Sampler, cost: float) -> Sampler:
        """Values of a recursive place: as small as can be from some depth on, or once there are many."""
        luck = self.luck

        def sample() -> Json:
            if self._depth >= self._deepest or self.spent >= _MOST_DEEP:
                return smallest()
            likely = luck.likely
            if luck.is_choosy and self._depth:
                luck.likely *= _THINNED
            self._depth += 1
            self.spent += cost
            try:
                return deep()
            finally:
                self._depth -= 1
                luck.likely = likely

        return sample
