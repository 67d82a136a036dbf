"""JUnit's XML, as Jenkins and GitLab read it. Kept until the end, as the counts stand before the results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hookcli.models import Attempt, CheckResult, Delivery, Judgement, Violation
from hookcli.redaction import redact_url
from hookcli.reporting.characters import visible, xml
from hookcli.reporting.runs import Mask, R, Run, RunReporter, plural, seconds
from hookcli.reporting.statuses import ENDINGS, failure_of

_ELEMENTS = {
    "invalid": "failure",
    "failed": "failure",
    "unreadable": "error",
    "unreachable": "error",
    "unknown_event": "skipped",
    "fail": "failure",
    "error": "error",
    "skip": "skipped",
}
"""Outcome -> the element that says so; a finding is a failure, and what could not be judged an error."""

_NUMBERS = ("line", "time")
"""Attributes that are ours, and never masked."""

_SUMS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case."""

    group: str
    name: str
    message: str
    """What went wrong, in a line."""
    details: str
    attributes: dict[str, str]


class JUnitReporter(RunReporter[R]):
    """One test case for each result that is kept, and one for all the others together."""

    def __init__(self, run: Run[R], **wishes: Any) -> None:
        super().__init__(run, **wishes)
        self._kept: list[str] = []

    def add(self, result: R) -> str:
        """Take a result."""
        outcome = self.count(result)
        if outcome:
            case = _CASES[type(result)](result, self.counts[self.run.total])
            self._kept.append(_render(_masked(case, self.mask), _ELEMENTS.get(outcome)))
        return ""

    def finish(self, *, interrupted: bool = False) -> str:
        """The document."""
        cases, sums = [*self._kept], self._sums()
        left_out = self.counts[self.run.total] - len(cases)
        if left_out:
            name = f"{left_out} {self.run.unremarkable} {plural(self.run.total, left_out)}"
            cases.append(_render(_Case(self.run.title, name, "", "", {}), None))
        if interrupted:
            cut = _Case(self.run.title, "the whole run", "interrupted before the end", "", {})
            cases.append(_render(cut, "error"))
            sums["errors"] += 1
        # GitLab counts the cases that are there, so `tests` does too
        counts = {name: str(number) for name, number in {"tests": len(cases), **sums}.items()}
        head = _attributes({"name": self.run.title, **counts})
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<testsuites>\n<testsuite{head}>\n{''.join(cases)}</testsuite>\n</testsuites>\n"
        )

    def _sums(self) -> dict[str, int]:
        sums = {"failures": 0, "errors": 0, "skipped": 0}
        for outcome in self.run.outcomes:
            if outcome in _ELEMENTS:
                sums[_SUMS[_ELEMENTS[outcome]]] += self.counts[outcome]
        return sums


def _masked(case: _Case, mask: Mask) -> _Case:
    attributes = {name: text if name in _NUMBERS else mask(text) for name, text in case.attributes.items()}
    return _Case(mask(case.group), mask(case.name), mask(case.message), mask(case.details), attributes)


def _render(case: _Case, element: str | None) -> str:
    head = _attributes({"classname": case.group, "name": case.name, **case.attributes})
    if element is None:
        return f"<testcase{head}/>\n"
    inner = f"<{element}{_attributes({'message': case.message})}>{xml(case.details)}</{element}>"
    return f"<testcase{head}>{inner}</testcase>\n"


def _attributes(values: dict[str, str]) -> str:
    return "".join(f' {name}="{xml(value)}"' for name, value in values.items())


def _judgement_case(judgement: Judgement, _number: int) -> _Case:
    capture = judgement.capture
    lines = [_sentence(violation) for violation in judgement.violations]
    return _Case(
        group=visible(capture.source),
        name=visible(f"{capture.index} {judgement.event or judgement.verdict.value}"),
        message=lines[0] if lines else judgement.verdict.value,
        details="\n".join(
            f"{visible(capture.source)}:{violation.line}:{violation.column}  {line}"
            for violation, line in zip(judgement.violations, lines, strict=True)
        ),
        attributes={"file": visible(capture.source), "line": str(capture.line)},
    )


def _sentence(violation: Violation) -> str:
    keyword = f" ({violation.keyword})" if violation.keyword else ""
    return visible(f"{violation.pointer or ''} {violation.message}{keyword}".strip())


def _delivery_case(delivery: Delivery, number: int) -> _Case:
    lines = [_outcome(attempt, delivery) for attempt in delivery.attempts]
    lines += [ENDINGS[delivery.ended]] if delivery.ended in ENDINGS else []
    return _Case(
        group=visible(redact_url(delivery.url)),
        name=visible(f"{number} {delivery.message.event}"),
        message=visible(lines[-1]),
        details="\n".join(map(visible, lines)),
        attributes={"time": f"{sum(attempt.elapsed for attempt in delivery.attempts):.4f}"},
    )


def _outcome(attempt: Attempt, delivery: Delivery) -> str:
    failure = failure_of(attempt, delivery)
    answered = "" if attempt.failure else f"answered {attempt.status}; "
    after = f", {seconds(attempt.at)} after the first" if attempt.at else ""
    return f"attempt {attempt.number}{after}: {answered}{failure.reason if failure else 'delivered'}"


def _check_case(result: CheckResult, _number: int) -> _Case:
    lines = [result.message, *result.evidence, f"clause: {result.clause}"]
    lines += [f"remedy: {result.remedy}"] if result.remedy else []
    lines += [f"reproduce: {result.reproduce}"] if result.reproduce else []
    return _Case(
        group=f"hookcli.{result.group}",
        name=result.id,
        message=visible(result.message),
        details="\n".join(map(visible, lines)),
        attributes={"time": f"{result.elapsed:.4f}"},
    )


_CASES: dict[type, Callable[[Any, int], _Case]] = {
    Judgement: _judgement_case,
    Delivery: _delivery_case,
    CheckResult: _check_case,
}
