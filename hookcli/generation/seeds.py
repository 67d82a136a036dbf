"""A seed says everything about a run: its randomness, and the time that its timestamps lie around."""

from __future__ import annotations

FIXED_CLOCK = 1_767_225_600.0
"""2026-01-01T00:00:00Z: the clock under a small seed."""

_EARLIEST, _LATEST = 1_577_836_800, 4_102_444_800
"""2020-01-01 and 2100-01-01 UTC, in seconds: seeds between them, in microseconds, carry their own clock."""


def seed_at(now: float, noise: int) -> int:
    """A seed that carries the time: the microseconds since 1970, so that a repeated run has the same timestamps.

    Args:
        now: seconds since 1970-01-01 UTC.
        noise: any number; tells runs apart that start in the same millisecond.
    """
    return int(now * 1000) * 1000 + noise % 1000


def clock_of(seed: int) -> float:
    """The time that a seed stands for, in seconds since 1970-01-01 UTC: its own, or a fixed one."""
    seconds = seed / 1_000_000
    return seconds if _EARLIEST <= seconds < _LATEST else FIXED_CLOCK
