"""JUnit's XML, as Jenkins and GitLab read it. Kept until the end, as the counts stand before the results.

Elements and attributes are those of the schema that Jenkins' xUnit plugin refuses others by (junit-10.xsd).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hookcli.dataclass import dataclass
from hookcli.differences import Difference, EventSeen
from hookcli.models import Capture, CheckResult, Delivery, Judgement, Violation
from hookcli.redaction import redact_url
from hookcli.reporting.characters import visible, xml
from hookcli.reporting.remarks import outcomes_of
from hookcli.reporting.runs import R, RunReporter, plural
from hookcli.reporting.statuses import named

_ELEMENTS = {
    "invalid": "failure",
    "failed": "failure",
    "unreadable": "error",
    "unreachable": "error",
    "unknown_event": "skipped",
    "broken": "failure",
    "still_failing": "failure",
    "new_failing": "failure",
    "fail": "failure",
    "error": "error",
    "skip": "skipped",
    "warn": "system-out",
    "breaking": "failure",
    "unknown": "failure",
    "additive": "system-out",
}
"""Outcome -> the element that says so; a finding is a failure, and what could not be judged an error. There is none
for a warning: it stands in what the test printed."""

_SUMS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case."""

    group: str
    name: str
    message: str = ""
    """What went wrong, in a line."""
    details: str = ""
    time: str | None = None
    """Seconds."""


class JUnitReporter(RunReporter[R]):
    """One test case for each result that is kept, and one for all the others together."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._kept: list[str] = []
        self._elements: Counter[str] = Counter()

    def take(self, result: R, outcome: str) -> str:
        """Keep a result."""
        case = _CASES[type(result)](result, self.counts[self.run.total])
        self._kept.append(_render(case, outcome))
        self._elements[_ELEMENTS.get(outcome, "")] += 1
        return ""

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The document."""
        cases, sums = [*self._kept], self._sums()
        left_out = self.counts[self.run.total] - len(cases) if self.run.unremarkable else 0
        if left_out:
            name = f"{left_out} {self.run.unremarkable} {plural(self.run.total, left_out)}"
            cases.append(_render(_Case(self.run.title, name), ""))
        if interrupted:
            why = visible(self.wishes.mask(reason)) or "interrupted before the end"
            cases.append(_render(_Case(self.run.title, "the whole run", why), "error"))
            sums["errors"] += 1
        # GitLab counts the cases that are there, so `tests` does too
        counts = {name: str(number) for name, number in {"tests": len(cases), **sums}.items()}
        head = _attributes({"name": self.run.title, **counts})
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<testsuites>\n<testsuite{head}>\n{self._properties()}{''.join(cases)}</testsuite>\n</testsuites>\n"
        )

    def _properties(self) -> str:
        """What the whole run is about."""
        known = {name: visible(str(value)) for name, value in self.about.items() if value is not None}
        each = "".join(f"<property{_attributes({'name': name, 'value': value})}/>\n" for name, value in known.items())
        return f"<properties>\n{each}</properties>\n" if each else ""

    def _sums(self) -> dict[str, int]:
        return {name: self._elements[element] for element, name in _SUMS.items()}


def _render(case: _Case, outcome: str) -> str:
    times = {} if case.time is None else {"time": case.time}
    head = _attributes({"classname": case.group, "name": case.name, **times})
    element = _ELEMENTS.get(outcome)
    if element is None:
        return f"<testcase{head}/>\n"
    said = {} if element == "system-out" else {"type": outcome, "message": case.message}
    inner = f"<{element}{_attributes(said)}>{xml(case.details)}</{element}>"
    return f"<testcase{head}>{inner}</testcase>\n"


def _attributes(values: dict[str, str]) -> str:
    return "".join(f' {name}="{xml(value)}"' for name, value in values.items())


def _judgement_case(judgement: Judgement, _number: int) -> _Case:
    capture = judgement.capture
    lines = [_sentence(violation) for violation in judgement.violations]
    return _Case(
        group=visible(capture.source),
        name=visible(f"{_number_of(capture)} {judgement.event or judgement.verdict.value}"),
        message=lines[0] if lines else judgement.verdict.value,
        details="\n".join(
            f"{visible(capture.name)}:{violation.line}:{violation.column}  {line}"
            for violation, line in zip(judgement.violations, lines, strict=True)
        ),
    )


def _number_of(capture: Capture) -> str:
    return str(capture.index) if capture.number is None else f"#{capture.number}"


def _sentence(violation: Violation) -> str:
    keyword = f" ({violation.keyword})" if violation.keyword else ""
    return visible(f"{violation.pointer or ''} {violation.message}{keyword}".strip())


def _delivery_case(delivery: Delivery, number: int) -> _Case:
    lines = outcomes_of(delivery)
    return _Case(
        group=visible(redact_url(delivery.url)),
        name=visible(named(delivery.message) if delivery.message.capture else f"{number} {delivery.message.event}"),
        message=visible(lines[-1]),
        details="\n".join(map(visible, lines)),
        time=f"{sum(attempt.elapsed for attempt in delivery.attempts):.4f}",
    )


def _check_case(result: CheckResult, _number: int) -> _Case:
    lines = [result.message, *result.evidence, f"contract: {result.clause}"]
    lines += [f"remedy: {result.remedy}"] if result.remedy else []
    lines += [f"again: {result.reproduce}"] if result.reproduce else []
    return _Case(
        group=f"hookcli.{result.group}",
        name=result.id,
        message=visible(result.message),
        details="\n".join(map(visible, lines)),
        time=f"{result.elapsed:.4f}",
    )


def _difference_case(difference: Difference, _number: int) -> _Case:
    about = visible(" ".join(part for part in (difference.pointer, difference.message) if part))
    where = f"{difference.name}:{difference.line}" if difference.source else ""
    counted = f"{difference.count:,} {plural('times', difference.count)}"
    lines = [about, counted, f"{where}  {difference.example}".rstrip()]
    return _Case(
        group=visible(difference.event or "hookcli.drift"),
        name=visible(difference.id),
        message=about,
        details="\n".join(visible(line) for line in lines if line),
    )


def _event_case(seen: EventSeen, _number: int) -> _Case:
    return _Case(visible(seen.event or "hookcli.drift"), f"{seen.count} {plural('payloads', seen.count)}")


_CASES: dict[type, Callable[[Any, int], _Case]] = {
    Judgement: _judgement_case,
    Delivery: _delivery_case,
    CheckResult: _check_case,
    Difference: _difference_case,
    EventSeen: _event_case,
}
