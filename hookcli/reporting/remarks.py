"""What there is to say of a result to those who read findings one by one: SARIF, GitHub's annotations and summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from hookcli.dataclass import dataclass
from hookcli.differences import Difference, EventSeen
from hookcli.models import Attempt, Capture, CheckResult, CheckVerdict, Delivery, Judgement, Verdict, Violation
from hookcli.redaction import redact_url
from hookcli.reporting.drift_records import outcome_of_drift
from hookcli.reporting.runs import plural, seconds
from hookcli.reporting.statuses import ENDINGS, answered_then, failure_of, named, why

STDIN = "stdin"
"""What standard input is called where a file's name is wanted."""


class Level(str, Enum):
    """How bad it is; the words are SARIF's."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say."""

    rule: str
    level: Level
    message: str
    path: str | None = None
    """The file, where it is about one."""
    line: int | None = None
    column: int | None = None
    """1-based, in characters."""
    name: str = ""
    """What it is about within the file, as a JSON Pointer, or the endpoint."""
    details: tuple[str, ...] = ()
    """What shows it, a line each."""
    contract: str = ""
    """What it goes against."""
    remedy: str = ""
    reproduce: str = ""
    identity: tuple[str, ...] = ()
    """What it keeps between runs: neither lines nor times."""


def remarks_of(result: Any) -> Iterator[Remark]:
    """What there is to say of a result; nothing of one that is as it should be."""
    yield from _REMARKS[type(result)](result)


def _of_judgement(judgement: Judgement) -> Iterator[Remark]:
    capture = judgement.capture
    path = STDIN if capture.source == "-" else capture.source
    if judgement.verdict is Verdict.UNKNOWN_EVENT:
        message = f"the event {judgement.event!r} is unknown, so the payload was not judged"
        yield Remark(
            rule=Verdict.UNKNOWN_EVENT.value,
            level=Level.NOTE,
            path=path,
            identity=(path, _identity(capture)),
            **_placed(capture, message, capture.line, capture.column),
        )
    for violation in judgement.violations:
        yield _of_violation(violation, path, capture)


def _of_violation(violation: Violation, path: str, capture: Capture) -> Remark:
    is_readable = violation.pointer is not None
    message = f"{violation.pointer or 'the payload'} {violation.message}" if is_readable else violation.message
    return Remark(
        rule=violation.keyword or Verdict.UNREADABLE.value,
        level=Level.ERROR,
        path=path,
        name=violation.pointer or "",
        identity=(path, _identity(capture), violation.pointer or ""),
        **_placed(capture, message, violation.line or capture.line, violation.column),
    )


def _placed(capture: Capture, message: str, line: int, column: int | None) -> dict[str, Any]:
    """The message and its place: in the file, or in the body of a capture that is one of many in it."""
    if capture.number is None:
        return {"message": message, "line": line, "column": column}
    return {"message": f"#{capture.number}:{line}:{column}  {message}"}


def _identity(capture: Capture) -> str:
    return str(capture.index) if capture.number is None else f"#{capture.number}"


def _of_delivery(delivery: Delivery) -> Iterator[Remark]:
    if delivery.delivered:
        return
    url, lines = redact_url(delivery.url), outcomes_of(delivery)
    yield Remark(
        rule=_rule_of(delivery),
        level=Level.ERROR,
        message=f"{named(delivery.message)} was not delivered to {url}: {lines[-1]}",
        name=url,
        details=tuple(lines) if len(lines) > 1 else (),
        identity=(named(delivery.message),),
    )


def _rule_of(delivery: Delivery) -> str:
    """What kept a message from being delivered: the end that it had, or what was wrong with its last attempt."""
    if delivery.ended is not None and delivery.ended in ENDINGS:
        return delivery.ended.value
    return why(delivery.last).kind


def outcomes_of(delivery: Delivery) -> list[str]:
    """What each attempt came to, and what ended the message where no attempt did, in a sentence each; at least one."""
    lines = [_outcome_of(attempt, delivery) for attempt in delivery.attempts]
    if delivery.change and delivery.message.then:
        lines[-1] += f"; {delivery.change.value.replace('_', ' ')}: {answered_then(delivery.message.then)}"
    return [*lines, ENDINGS[delivery.ended]] if delivery.ended in ENDINGS else lines


def _outcome_of(attempt: Attempt, delivery: Delivery) -> str:
    failure = failure_of(attempt, delivery)
    answered = "" if attempt.failure else f"answered {attempt.status}; "
    after = f", {seconds(attempt.at)} after the first" if attempt.at else ""
    return f"attempt {attempt.number}{after}: {answered}{failure.reason if failure else 'delivered'}"


def _of_check(result: CheckResult) -> Iterator[Remark]:
    if result.verdict in _LEVELS:
        is_judged = result.verdict is not CheckVerdict.ERROR
        yield Remark(
            rule=result.id,
            level=_LEVELS[result.verdict],
            message=result.message if is_judged else f"could not be judged: {result.message}",
            details=result.evidence,
            contract=result.clause,
            remedy=result.remedy,
            reproduce=result.reproduce,
        )


_LEVELS = {
    CheckVerdict.FAIL: Level.ERROR,
    CheckVerdict.WARN: Level.WARNING,
    CheckVerdict.ERROR: Level.ERROR,
}


def _of_difference(difference: Difference) -> Iterator[Remark]:
    outcome = outcome_of_drift(difference)
    if outcome not in _DRIFT_LEVELS:
        return
    path = STDIN if difference.source == "-" else difference.source
    about = " ".join(part for part in (difference.event, difference.pointer) if part)
    place = f"#{difference.number}  " if difference.number is not None else ""
    times = f"{difference.count:,} {plural('times', difference.count)}"
    yield Remark(
        rule=difference.kind.value,
        level=_DRIFT_LEVELS[outcome],
        message=f"{place}{f'{about} ' if about else ''}{difference.message}",
        path=path or None,
        line=difference.line if difference.number is None else None,
        name=difference.pointer,
        details=(f"{times}, such as {difference.example}" if difference.example else times,),
        identity=(difference.id,),
    )


def _of_event(_seen: EventSeen) -> Iterator[Remark]:
    yield from ()


_DRIFT_LEVELS = {
    "breaking": Level.ERROR,
    "unknown": Level.ERROR,
    "unreadable": Level.ERROR,
    "additive": Level.NOTE,
}

_REMARKS: dict[type, Callable[[Any], Iterator[Remark]]] = {
    Judgement: _of_judgement,
    Delivery: _of_delivery,
    CheckResult: _of_check,
    Difference: _of_difference,
    EventSeen: _of_event,
}
