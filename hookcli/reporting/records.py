"""Results as JSON: keys and their order are a contract with whoever reads the reports."""

from __future__ import annotations

from hookcli.models import Attempt, Change, CheckResult, Delivery, Happening, Json, Judgement, Moment, Then, Violation
from hookcli.redaction import redact_url
from hookcli.reporting.statuses import failure_of, why


def record_of_judgement(judgement: Judgement) -> dict[str, Json]:
    """A payload and its violations."""
    capture = judgement.capture
    return {
        "source": capture.source,
        "index": capture.index,
        "line": capture.line,
        "event": judgement.event,
        "verdict": judgement.verdict.value,
        "violations": [record_of_violation(violation) for violation in judgement.violations],
        "omitted": judgement.omitted,
        **({} if capture.number is None else {"capture": capture.number}),
    }


def record_of_violation(violation: Violation) -> dict[str, Json]:
    """A violation and its place."""
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

    reception, message = delivery.reception, delivery.message
    return {
        **({} if message.capture is None else {"capture": message.capture}),
        "event": message.event or None,
        "url": redact_url(delivery.url),
        "delivered": delivery.delivered,
        "body_sha256": hashlib.sha256(message.body).hexdigest(),
        "attempts": [_record_of_attempt(attempt, delivery) for attempt in delivery.attempts],
        "reception": reception
        and {
            "signature": reception.signature,
            "verdict": reception.verdict.value,
            "violations": list(reception.violations),
        },
        **({"ended": delivery.ended.value} if delivery.ended else {}),
        **(_comparison(delivery.change, message.then) if delivery.change and message.then else {}),
    }


def _comparison(change: Change, then: Then) -> dict[str, Json]:
    elapsed = None if then.elapsed is None else milliseconds(then.elapsed)
    answer = {"status": then.status, "elapsed_ms": elapsed, "endpoint": then.endpoint or None}
    return {"change": change.value, "then": answer}


def _record_of_attempt(attempt: Attempt, delivery: Delivery) -> dict[str, Json]:
    failure = failure_of(attempt, delivery)
    return {
        "number": attempt.number,
        "status": attempt.status,
        "elapsed_ms": milliseconds(attempt.elapsed),
        "error": failure and failure.reason,
        "error_kind": failure and failure.kind,
        "at_seconds": round(attempt.at, 3),
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


def record_of_moment(moment: Moment) -> dict[str, Json]:
    """A moment in a sender's life; what there is nothing of is null."""
    step, attempt = moment.step, moment.attempt
    failure = why(attempt) if attempt and step.what is not Happening.DELIVERED else None
    return {
        "at_seconds": round(step.at, 3),
        "what": step.what.value,
        "state": step.state.value,
        "waiting": step.waiting,
        "message": step.message or None,
        "event": (moment.message and moment.message.event) or None,
        "attempt": step.attempt or None,
        "since_first_seconds": attempt and round(attempt.at, 3),
        "status": attempt and attempt.status,
        "elapsed_ms": attempt and milliseconds(attempt.elapsed),
        "error": failure and failure.reason,
        "error_kind": failure and failure.kind,
        "until_seconds": None if step.until is None else round(step.until, 3),
        "released": step.released if step.what is Happening.ENABLED else None,
    }


def milliseconds(seconds: float) -> float:
    """How long something took, to a tenth of a millisecond."""
    return round(seconds * 1000, 1)
