"""What a person reads in a terminal. The only door to rich here, and only for colour: its import takes 80 ms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hookcli.models import Attempt, Change, Delivery, Failure, Judgement, Then, Verdict, Violation
from hookcli.redaction import redact_url
from hookcli.reporting.characters import visible
from hookcli.reporting.records import milliseconds
from hookcli.reporting.runs import R, RunReporter, plural, seconds, shortened
from hookcli.reporting.statuses import answered_then, failure_of, named

Line = list[tuple[str, str]]
"""Pieces of text, each with its style (rich's words, "" for none)."""

STYLES = {
    "valid": "green",
    "invalid": "red",
    "unreadable": "magenta",
    "unknown_event": "yellow",
    "delivered": "green",
    "failed": "red",
    "unreachable": "magenta",
    "fixed": "green",
    "broken": "red",
    "still_failing": "red",
    "still_fine": "green",
    "new": "green",
    "new_failing": "red",
    "given_up": "red",
    "expired": "red",
    "left": "yellow",
    "enabled": "green",
    "retrying": "yellow",
    "disabled": "red",
    "pass": "green",
    "warn": "yellow",
    "fail": "red",
    "skip": "dim",
    "error": "magenta",
    "fine": "green",
    "not_genuine": "red",
    "refused": "magenta",
    "genuine": "green",
    "forged": "red",
    "missing": "yellow",
    "unchecked": "dim",
    "breaking": "red",
    "additive": "yellow",
    "unknown": "red",
    "known": "dim",
    "unseen": "dim",
}
_CAPITAL = re.compile("[A-Z]")
_LONGEST_ANSWER = 200
_INDENT = "    "


def paint(lines: Iterable[Line], *, color: bool) -> str:
    """The lines as text, each with its end; with ANSI colours if `color`."""
    if not color:
        return "".join("".join(text for text, _ in line) + "\n" for line in lines)
    from rich.color import ColorSystem
    from rich.style import Style

    return "".join(
        "".join(Style.parse(style).render(text, color_system=ColorSystem.STANDARD) for text, style in line) + "\n"
        for line in lines
    )


def summary(reporter: RunReporter[R], *, interrupted: bool = False) -> Line:
    """`4 payloads: 2 valid, 1 invalid`."""
    (total, number), *rest = reporter.counts.items()
    line: Line = [(f"{number:,} {plural(total, number)}: ", "bold")]
    parts = [(f"{count:,} {outcome.replace('_', ' ')}", STYLES[outcome]) for outcome, count in rest if count]
    if interrupted:
        parts.append(("interrupted before the end", "yellow"))
    for part in parts or [(reporter.run.nothing, "yellow")]:
        line += [part, (", ", "")]
    return line[:-1]


def ending(reporter: RunReporter[R], *, interrupted: bool, reason: str) -> Iterator[Line]:
    """The counts; where an error came before the first result, that error, unless it is said beside the report."""
    is_stillborn = bool(reason) and not reporter.counts[reporter.run.total]
    if not is_stillborn or reporter.wishes.explains:
        yield summary(reporter, interrupted=interrupted)
    if is_stillborn and reporter.wishes.explains:
        yield [(visible(reporter.wishes.mask(reason)), "")]


class TextReporter(RunReporter[R]):
    """The lines of each result as it comes, and the counts."""

    def lines_of(self, result: R) -> Iterator[Line]:
        """What a person reads of a result."""
        raise NotImplementedError

    def take(self, result: R, outcome: str) -> str:  # noqa: ARG002
        """The lines of a result."""
        return paint(self.lines_of(result), color=self.wishes.color)

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The counts."""
        return paint(ending(self, interrupted=interrupted, reason=reason), color=self.wishes.color)


class ValidationTextReporter(TextReporter[Judgement]):
    """A block for each payload that isn't valid, with places that an editor can jump to, and the counts."""

    def lines_of(self, result: Judgement) -> Iterator[Line]:
        """The block of a payload."""
        return _judgement_lines(result)


def _judgement_lines(judgement: Judgement) -> Iterator[Line]:
    capture, outcome = judgement.capture, judgement.verdict.value
    unreadable = judgement.verdict is Verdict.UNREADABLE
    line, column = capture.line, capture.column
    if unreadable:
        line, column = judgement.violations[0].line or line, judgement.violations[0].column or column
    head: Line = [(f"{visible(capture.name)}:{line}:{column}", "bold"), ("  ", ""), (outcome, STYLES[outcome])]
    yield head if judgement.event is None else [*head, (f"  {visible(judgement.event)}", "")]
    for violation in judgement.violations:
        yield (
            [("  ", ""), (visible(violation.message), "")] if unreadable else _violation_line(violation, capture.name)
        )
    if judgement.omitted:
        yield [(f"  and {judgement.omitted:,} more; --max-violations shows them", "dim")]


def _violation_line(violation: Violation, source: str) -> Line:
    return [
        ("  ", ""),
        (visible(violation.pointer or "(root)"), "cyan"),
        (f"  {visible(violation.message)}  ", ""),
        (f"({visible(str(violation.keyword))})  {visible(source)}:{violation.line}:{violation.column}", "dim"),
    ]


class DeliveryTextReporter(TextReporter[Delivery]):
    """What went out and what came back, and the counts."""

    def lines_of(self, result: Delivery) -> Iterator[Line]:
        """The lines of a delivery."""
        return _delivery_lines(result)


def _delivery_lines(delivery: Delivery) -> Iterator[Line]:
    size = len(delivery.message.body)
    name = named(delivery.message) if delivery.message.event else f"{named(delivery.message)} no event".lstrip()
    yield [("--> ", "bold"), (visible(name), ""), (f"  ({size:,} {plural('bytes', size)})", "dim")]
    for attempt in delivery.attempts:
        failure = failure_of(attempt, delivery)
        yield _attempt_line(attempt, delivery, failure)
        if failure:
            yield [(f"{_INDENT}{visible(failure.reason)}", "")]
            if not delivery.reception:  # which says the same, and better
                yield from _answer_lines(attempt)
    if delivery.reception:
        reception = delivery.reception
        yield [(f"{_INDENT}received: signature {reception.signature}, payload {reception.verdict.value}", "dim")]
        yield from ([(f"{_INDENT}{visible(sentence)}", "")] for sentence in reception.violations)
    if delivery.change and delivery.message.then:
        yield _change_line(delivery.change, delivery.message.then)


def _change_line(change: Change, then: Then) -> Line:
    name = change.value
    return [(_INDENT, ""), (name.replace("_", " "), STYLES[name]), (f": {visible(answered_then(then))}", "")]


def _attempt_line(attempt: Attempt, delivery: Delivery, failure: Failure | None) -> Line:
    of = f" of {delivery.planned}" if delivery.planned > 1 else ""
    number = f"#{attempt.number}{of} " if len(delivery.attempts) > 1 else ""
    after = f"  {seconds(attempt.at)} after the first" if attempt.at else ""
    return [
        ("<-- ", "bold"),
        (number, ""),
        answered(attempt, failure),
        (f" POST {visible(redact_url(delivery.url))}", ""),
        (f"{after}  {milliseconds(attempt.elapsed):,} ms", "dim"),
    ]


def answered(attempt: Attempt, failure: Failure | None) -> tuple[str, str]:
    """`[200]`, or `[connection failed]`."""
    status = attempt.status or (failure and _CAPITAL.sub(r" \g<0>", failure.kind).strip().lower())
    return (f"[{status}]", "red" if failure else "green")


def _answer_lines(attempt: Attempt) -> Iterator[Line]:
    """What the endpoint said."""
    answer = attempt.answer.decode("utf-8", "replace").strip()
    if answer:
        yield [(f"{_INDENT}{visible(shortened(answer, _LONGEST_ANSWER))}", "dim")]
