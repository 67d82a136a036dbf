"""Captures as JSON: keys and their order are a contract with whoever reads them. Credentials are masked by name."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta, timezone

from hookcli.models import Arrival, Json, Received
from hookcli.redaction import redact_headers, redact_query
from hookcli.reporting.records import milliseconds, record_of_violation

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LAST = datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=timezone.utc)
"""A day before the last that can be written, so that every time zone has it."""


def capture_summary(arrival: Arrival) -> dict[str, Json]:
    """What is said of a capture in a list: all but headers and body. What there is nothing of is null."""
    return {
        "id": arrival.id,
        "received_at": iso(arrival.received_at),
        "method": arrival.method,
        "path": redact_query(arrival.path),
        "event": arrival.event,
        "size": arrival.size,
        "signature": arrival.signature.value,
        "reason": arrival.reason or None,
        "verdict": arrival.verdict.value,
        "violations": violations_of(arrival),
        "duplicate_of": arrival.duplicate_of,
        "overtaken_by": arrival.overtaken_by,
        "gap_ms": _milliseconds(arrival.gap),
        "status": arrival.status,
        "elapsed_ms": _milliseconds(arrival.elapsed),
        "endpoint": arrival.endpoint or None,
    }


def capture_record(arrival: Arrival) -> dict[str, Json]:
    """A capture as it is exported: what came, byte for byte, and the verdicts on it."""
    return {
        "id": arrival.id,
        "received_at": iso(arrival.received_at),
        "method": arrival.method,
        "path": redact_query(arrival.path),
        "headers": [[name, value] for name, value in redact_headers(arrival.headers)],
        "body_base64": b64encode(arrival.body).decode(),
        "event": arrival.event,
        "signature": arrival.signature.value,
        "verdict": arrival.verdict.value,
    }


def capture_details(arrival: Arrival) -> dict[str, Json]:
    """All that is known of a capture: as it is exported, each violation, and what a list says of it."""
    return {
        **capture_record(arrival),
        **{key: value for key, value in capture_summary(arrival).items() if key != "violations"},
        "violations": [record_of_violation(violation) for violation in arrival.violations],
        "omitted": arrival.omitted,
    }


def record_of_received(received: Received) -> dict[str, Json]:
    """A message that a receiver is done with: its summary, whether it was kept, and how it was answered."""
    return {
        **capture_summary(received.arrival),
        "id": received.arrival.id if received.kept else None,
        "elapsed_ms": milliseconds(received.elapsed),
        "kept": received.kept,
        "note": received.note or None,
    }


def violations_of(arrival: Arrival) -> int:
    """How many violations were found, whether all were kept or not."""
    return len(arrival.violations) + arrival.omitted


def moment_of(unix: float) -> datetime:
    """Unix time in seconds as a moment in UTC, to the microsecond; beyond what a calendar holds, the nearest."""
    micro = min(max(round(unix * 1e6), 0), (_LAST - _EPOCH) // timedelta(microseconds=1))
    return _EPOCH + timedelta(microseconds=micro)


def iso(unix: float) -> str:
    """Unix time in seconds as `2026-11-27T00:00:01.000000Z` (ISO 8601)."""
    return moment_of(unix).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else milliseconds(seconds)
