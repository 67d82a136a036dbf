"""When the next attempt is due. Pure: nobody sleeps here."""

from __future__ import annotations

import math
from collections.abc import Iterable


def waits(delays: Iterable[float], time_scale: float = 1.0) -> tuple[float, ...]:
    """Seconds to wait after each failed attempt before the next one.

    Args:
        delays: the sender's schedule in seconds (Haptik's: 6 more attempts within 60 minutes).
        time_scale: how many times faster than the schedule; 600 runs 3,600 s in 6 s. Above 0.

    Raises:
        ValueError: `time_scale` is not above 0, or so near to it that a wait has no end.
    """
    if not 0 < time_scale < math.inf:
        raise ValueError(f"time_scale is {time_scale:g}; it must be above 0 and finite.")
    scaled = tuple(delay / time_scale for delay in delays)
    if not all(map(math.isfinite, scaled)):
        raise ValueError(f"time_scale is {time_scale:g}, by which a wait has no end; it must be larger.")
    return scaled
