"""Captures as JSON for the page."""

from __future__ import annotations

from base64 import b64encode

from hookcli.models import Arrival, Attempt, Json
from hookcli.redaction import redact_headers
from hookcli.reporting.capture_records import capture_summary
from hookcli.reporting.records import milliseconds, record_of_violation

LONGEST_SHOWN = 1_000_000
"""Bytes of a body that come with a capture; the whole of a longer one is fetched apart."""

LONGEST_TEXT = 1_000
"""Characters of a text in a summary, and of what is said of a violation."""

_LONGEST_ANSWER = 4_096
"""Bytes of an endpoint's answer that are shown."""


def shown_summary(summary: dict[str, Json]) -> dict[str, Json]:
    """A summary for the page: texts from outside, such as an event's name, may be as long as a payload."""
    return {key: _shortened(value) for key, value in summary.items()}


def shown_capture(arrival: Arrival) -> dict[str, Json]:
    """A capture with up to `LONGEST_SHOWN` bytes of its body; credentials in headers are masked by name."""
    return {
        "summary": shown_summary(capture_summary(arrival)),
        "headers": [list(line) for line in redact_headers(arrival.headers)],
        "violations": [shown_summary(record_of_violation(each)) for each in arrival.violations],
        "omitted": arrival.omitted,
        "body": _body(arrival.body),
    }


def shown_attempt(attempt: Attempt) -> dict[str, Json]:
    """What came of a replay."""
    failure = attempt.failure
    return {
        "status": attempt.status,
        "elapsed_ms": milliseconds(attempt.elapsed),
        "error": failure and failure.reason,
        "error_kind": failure and failure.kind,
        "answer": attempt.answer[:_LONGEST_ANSWER].decode("utf-8", "replace"),
    }


def _shortened(value: Json) -> Json:
    return f"{value[:LONGEST_TEXT]}…" if isinstance(value, str) and len(value) > LONGEST_TEXT else value


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
