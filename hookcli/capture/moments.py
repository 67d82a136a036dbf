"""When a capture came: as its source tells it, else as the payload does."""

from __future__ import annotations

from datetime import datetime, timezone

from hookcli.models import Capture, Json


def moment(text: str) -> float:
    """`2026-11-27T10:00Z` -> Unix time in seconds; without a zone it is UTC, as senders and logs have it.

    Raises:
        ValueError: it is no date-time of ISO 8601.
    """
    found = datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith(("Z", "z")) else text)
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def told_moment(value: Json) -> float | None:
    """The moment that a value in a record tells, as ISO 8601 or in seconds or milliseconds since 1970; else None."""
    if isinstance(value, str):
        try:
            return moment(value)
        except (ValueError, OverflowError, OSError):
            return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < _LATEST * 1000:
        return value / 1000 if value > _LATEST else float(value)
    return None


_LATEST = 10_000_000_000
"""Seconds until the year 2286; what is more is milliseconds."""


def moment_of(capture: Capture) -> float | None:
    """When a capture came, in Unix time in seconds; None where nothing tells.

    Its source tells it, as a store or an archive does, else the `timestamp` that every payload has
    (haptik-contract.md).
    """
    if capture.received_at is not None:
        return capture.received_at
    payload = capture.payload
    return told_moment(payload.get("timestamp")) if isinstance(payload, dict) else None
