"""Results as JSON: keys and their order are a contract with whoever reads the reports."""

from __future__ import annotations

from hookcli.models import Attempt, CheckResult, Delivery, Json, Judgement, Violation
from hookcli.redaction import redact_url
from hookcli.reporting.statuses import failure_of


def record_of_judgement(judgement: Judgement) -> dict[str, Json]:
    """A payload and its violations."""
    capture = judgement.capture
    return {
        "source": capture.source,
        "index": capture.index,
        "line": capture.line,
        "event": judgement.event,
        "verdict": judgement.verdict.value,
        "violations": [_record_of_violation(violation) for violation in judgement.violations],
        "omitted": judgement.omitted,
    }


def _record_of_violation(violation: Violation) -> dict[str, Json]:
    return {
        "pointer": violation.pointer,
        "keyword": violation.keyword,
        "message": violation.message,
        "line": violation.line,
        "column": violation.column,
    }


def record_of_delivery(delivery: Delivery) -> dict[str, Json]:
    """A delivery with its attempts; of the body only the digest."""
    import hashlib  # late: 3 ms that `--help` needn't pay

    reception = delivery.reception
    return {
        "event": delivery.message.event,
        "url": redact_url(delivery.url),
        "delivered": delivery.delivered,
        "body_sha256": hashlib.sha256(delivery.message.body).hexdigest(),
        "attempts": [_record_of_attempt(attempt, delivery) for attempt in delivery.attempts],
        "reception": reception
        and {
            "signature": reception.signature,
            "verdict": reception.verdict.value,
            "violations": list(reception.violations),
        },
    }


def _record_of_attempt(attempt: Attempt, delivery: Delivery) -> dict[str, Json]:
    failure = failure_of(attempt, delivery)
    return {
        "number": attempt.number,
        "status": attempt.status,
        "elapsed_ms": milliseconds(attempt.elapsed),
        "error": failure and failure.reason,
        "error_kind": failure and failure.kind,
    }


def record_of_check(result: CheckResult) -> dict[str, Json]:
    """What a check came to; what there is nothing of is null."""
    return {
        "id": result.id,
        "verdict": result.verdict.value,
        "clause": result.clause,
        "message": result.message,
        "elapsed_ms": milliseconds(result.elapsed),
        "evidence": list(result.evidence),
        "remedy": result.remedy or None,
        "reproduce": result.reproduce or None,
    }


def milliseconds(seconds: float) -> float:
    """How long something took, to a tenth of a millisecond."""
    return round(seconds * 1000, 1)
