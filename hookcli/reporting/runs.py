"""The kinds of run that are reported, and what the machine formats share: counts and JSON records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from hookcli import __version__
from hookcli.models import (
    Attempt,
    CheckResult,
    CheckVerdict,
    Delivery,
    Happening,
    Json,
    Judgement,
    Moment,
    Verdict,
    Violation,
)
from hookcli.redaction import redact_url
from hookcli.reporting.statuses import failure_of, why

R = TypeVar("R")
_Result = TypeVar("_Result", contravariant=True)

Mask = Callable[[str], str]
"""A text -> the same with the secrets in it masked."""

TOOL = {"name": "hookcli", "version": __version__}


class Reporter(Protocol[_Result]):
    """Makes a report of results that come one by one."""

    def add(self, result: _Result) -> str:
        """Take a result; the text that can go out already, with its line end, or nothing."""

    def finish(self, *, interrupted: bool = False) -> str:
        """The rest of the report, with its summary; where the run was cut short, it says so."""


@dataclass(frozen=True, slots=True)
class Run(Generic[R]):
    """A kind of run."""

    title: str
    total: str
    """What is counted."""
    outcomes: tuple[str, ...]
    """What it is counted by; each result has one."""
    results: str
    """The key of the results in JSON."""
    outcome_of: Callable[[R], str]
    record_of: Callable[[R], dict[str, Json]]
    unremarkable: str | None = None
    """The outcome that is left out unless it is asked for."""
    about: tuple[str, ...] = ()
    """What is said of the whole run, beside the counts: `seed`, `endpoint`."""


class RunReporter(Generic[R]):
    """What the reporters have in common: they count, and know what to leave out.

    Args:
        run: what is reported.
        color: ANSI colours, where the format is for people.
        include_valid: keep the unremarkable results too.
        about: what the whole run is about, by its names in `Run.about`.
        mask: hides secrets; it sees each text alone before it becomes part of a format, so that it cannot break one.
    """

    def __init__(
        self,
        run: Run[R],
        *,
        color: bool = False,
        include_valid: bool = False,
        mask: Mask = str,
        **about: Json,
    ) -> None:
        self.run = run
        self.counts = {run.total: 0, **dict.fromkeys(run.outcomes, 0)}
        self.color = color
        self.include_valid = include_valid
        self.mask = mask
        self.about = {name: _masked(about.get(name), mask) for name in run.about}

    def record(self, result: R) -> Json:
        """A result's JSON record, secrets masked in its strings; keys, numbers and counts stay."""
        return _masked(self.run.record_of(result), self.mask)

    def count(self, result: R) -> str | None:
        """Count a result; its outcome, or None where it is to be left out."""
        outcome = self.run.outcome_of(result)
        self.counts[self.run.total] += 1
        self.counts[outcome] += 1
        return outcome if outcome != self.run.unremarkable or self.include_valid else None


def _masked(value: Json, mask: Mask) -> Json:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(each, mask) for key, each in value.items()}
    return [_masked(each, mask) for each in value] if isinstance(value, list) else value


def _judgement_record(judgement: Judgement) -> dict[str, Json]:
    capture = judgement.capture
    return {
        "source": capture.source,
        "index": capture.index,
        "line": capture.line,
        "event": judgement.event,
        "verdict": judgement.verdict.value,
        "violations": [_violation_record(violation) for violation in judgement.violations],
        "omitted": judgement.omitted,
    }


def _violation_record(violation: Violation) -> dict[str, Json]:
    return {
        "pointer": violation.pointer,
        "keyword": violation.keyword,
        "message": violation.message,
        "line": violation.line,
        "column": violation.column,
    }


def _delivery_record(delivery: Delivery) -> dict[str, Json]:
    reception = delivery.reception
    return {
        "event": delivery.message.event,
        "url": redact_url(delivery.url),
        "delivered": delivery.delivered,
        "body_sha256": hashlib.sha256(delivery.message.body).hexdigest(),
        "attempts": [_attempt_record(attempt, delivery) for attempt in delivery.attempts],
        "reception": reception
        and {
            "signature": reception.signature,
            "verdict": reception.verdict.value,
            "violations": list(reception.violations),
        },
        **({"ended": delivery.ended.value} if delivery.ended else {}),
    }


def _attempt_record(attempt: Attempt, delivery: Delivery) -> dict[str, Json]:
    failure = failure_of(attempt, delivery)
    return {
        "number": attempt.number,
        "status": attempt.status,
        "elapsed_ms": milliseconds(attempt),
        "error": failure and failure.reason,
        "error_kind": failure and failure.kind,
        "at_seconds": round(attempt.at, 3),
    }


def _check_record(result: CheckResult) -> dict[str, Json]:
    return {
        "id": result.id,
        "verdict": result.verdict.value,
        "clause": result.clause,
        "message": result.message,
        "elapsed_ms": round(result.elapsed * 1000, 1),
        "evidence": list(result.evidence),
        "remedy": result.remedy or None,
        "reproduce": result.reproduce or None,
    }


def _moment_record(moment: Moment) -> dict[str, Json]:
    step, attempt = moment.step, moment.attempt
    failure = why(attempt) if attempt and step.what is not Happening.DELIVERED else None
    return {
        "at_seconds": round(step.at, 3),
        "what": step.what.value,
        "state": step.state.value,
        "waiting": step.waiting,
        "message": step.message or None,
        "event": moment.message and moment.message.event,
        "attempt": step.attempt or None,
        "since_first_seconds": attempt and round(attempt.at, 3),
        "status": attempt and attempt.status,
        "elapsed_ms": attempt and milliseconds(attempt),
        "error": failure and failure.reason,
        "error_kind": failure and failure.kind,
        "until_seconds": None if step.until is None else round(step.until, 3),
        "released": step.released if step.what is Happening.ENABLED else None,
    }


def plural(noun: str, number: int) -> str:
    """A noun that is given in the plural, as its number wants it."""
    singular = noun[:-3] + "y" if noun.endswith("ies") else noun[:-1]
    return singular if number == 1 else noun


def milliseconds(attempt: Attempt) -> float:
    """How long an attempt took, to a tenth of a millisecond."""
    return round(attempt.elapsed * 1000, 1)


def seconds(number: float) -> str:
    """`3,600 s`, or `0.2 s`."""
    return f"{number:,.1f}".removesuffix(".0") + " s"


def _outcome_of_delivery(delivery: Delivery) -> str:
    return "delivered" if delivery.delivered else "unreachable" if delivery.unreachable else "failed"


VALIDATION: Run[Judgement] = Run(
    title="hookcli validate",
    total="payloads",
    outcomes=tuple(verdict.value for verdict in Verdict),
    results="results",
    outcome_of=lambda judgement: judgement.verdict.value,
    record_of=_judgement_record,
    unremarkable=Verdict.VALID.value,
)

DELIVERY: Run[Delivery] = Run(
    title="hookcli send",
    total="deliveries",
    outcomes=("delivered", "failed", "unreachable"),
    results="deliveries",
    outcome_of=_outcome_of_delivery,
    record_of=_delivery_record,
    about=("seed",),
)

LIFE: Run[Moment] = Run(
    title="hookcli sender",
    total="messages",
    outcomes=("delivered", "given_up", "expired", "left"),
    results="moments",
    outcome_of=lambda moment: moment.step.what.value,
    record_of=_moment_record,
    about=("seed",),
)
"""What is counted are the moments that end a message."""

CHECKING: Run[CheckResult] = Run(
    title="hookcli check",
    total="checks",
    outcomes=tuple(verdict.value for verdict in CheckVerdict),
    results="checks",
    outcome_of=lambda result: result.verdict.value,
    record_of=_check_record,
    about=("endpoint", "profile", "seed"),
)
