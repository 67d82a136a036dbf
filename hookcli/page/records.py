"""Captures as JSON for the page."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timezone

from hookcli.models import Arrival, Attempt, Json, Violation
from hookcli.redaction import redact_headers
from hookcli.reporting.records import milliseconds

LONGEST_SHOWN = 1_000_000
"""Bytes of a body that come with a capture; the whole of a longer one is fetched apart."""

_LONGEST_ANSWER = 4_096
"""Bytes of an endpoint's answer that are shown."""


def capture_summary(arrival: Arrival) -> dict[str, Json]:
    """A capture without headers, violations and body."""
    return {
        "id": arrival.id,
        "received_at": _moment(arrival.received_at),
        "method": arrival.method,
        "path": arrival.path,
        "event": arrival.event,
        "size": arrival.size,
        "signature": arrival.signature.value,
        "reason": arrival.reason or None,
        "verdict": arrival.verdict.value,
        "violations": len(arrival.violations) + arrival.omitted,
        "duplicate_of": arrival.duplicate_of,
        "overtaken_by": arrival.overtaken_by,
        "gap_ms": _milliseconds(arrival.gap),
        "status": arrival.status,
        "elapsed_ms": _milliseconds(arrival.elapsed),
        "endpoint": arrival.endpoint or None,
    }


def capture_record(arrival: Arrival) -> dict[str, Json]:
    """A capture with up to `LONGEST_SHOWN` bytes of its body; credentials in headers are masked by name."""
    return {
        "summary": capture_summary(arrival),
        "headers": [list(line) for line in redact_headers(arrival.headers)],
        "violations": [_violation(each) for each in arrival.violations],
        "omitted": arrival.omitted,
        "body": _body(arrival.body),
    }


def _violation(violation: Violation) -> dict[str, Json]:
    return {
        "pointer": violation.pointer,
        "keyword": violation.keyword,
        "message": violation.message,
        "line": violation.line,
        "column": violation.column,
    }


def attempt_record(attempt: Attempt) -> dict[str, Json]:
    """What came of a replay."""
    failure = attempt.failure
    return {
        "status": attempt.status,
        "elapsed_ms": _milliseconds(attempt.elapsed),
        "error": failure and failure.reason,
        "error_kind": failure and failure.kind,
        "answer": attempt.answer[:_LONGEST_ANSWER].decode("utf-8", "replace"),
    }


def _body(body: bytes) -> dict[str, Json]:
    """As text where it is some, else in base64; `cut` where there is more."""
    piece = body[:LONGEST_SHOWN]
    is_cut = len(piece) < len(body)
    try:
        text = piece.decode()
    except UnicodeDecodeError as error:
        if not (is_cut and error.start > len(piece) - 4):  # more than a letter that was cut in two
            return {"base64": b64encode(piece).decode(), "cut": is_cut}
        text = piece[: error.start].decode()
    return {"text": text, "cut": is_cut}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else milliseconds(seconds)
