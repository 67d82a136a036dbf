"""The life of a sender, moment by moment: lines for a person and for a machine, and how things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hookcli.models import Delivery, Happening, Moment, Standing
from hookcli.reporting.characters import visible
from hookcli.reporting.jsonl import JsonLinesReporter
from hookcli.reporting.runs import Reporter, Run, RunReporter, milliseconds, plural, seconds
from hookcli.reporting.statuses import why
from hookcli.reporting.text import STYLES, Line, answered, masked, paint, summary

_WIDTH = 10
_INDENT = " " * (_WIDTH + 2)
_ENDS_OF_ATTEMPTS = (Happening.DELIVERED, Happening.FAILED, Happening.GIVEN_UP)


class _EndsCounted(RunReporter[Moment]):
    """Counts a message with the moment that ends it; keeps every moment."""

    def count(self, result: Moment) -> str | None:
        """Count it, where it ends a message."""
        return super().count(result) if result.delivery else result.step.what.value


class LifeJsonLinesReporter(_EndsCounted, JsonLinesReporter[Moment]):
    """A line for each moment as it comes, and the counts on the last."""


class LifeTextReporter(_EndsCounted):
    """A line for each moment, and why an attempt failed where that is new; then the counts."""

    def __init__(self, run: Run[Moment], **wishes: Any) -> None:
        super().__init__(run, **wishes)
        self._reason = ""

    def add(self, result: Moment) -> str:
        """The line of a moment; what is left at the end is counted only."""
        self.count(result)
        if result.step.what is Happening.LEFT:
            return ""
        return paint(masked(self._lines(result), self.mask), color=self.color)

    def finish(self, *, interrupted: bool = False) -> str:
        """The counts."""
        return paint([summary(self.counts, "nothing was sent", interrupted)], color=self.color)

    def _lines(self, moment: Moment) -> Iterator[Line]:
        at: Line = [(f"{seconds(moment.step.at):>{_WIDTH}}  ", "dim")]
        if moment.step.what in _ENDS_OF_ATTEMPTS:
            yield at + _attempt_line(moment)
            yield from self._reason_lines(moment)
        else:
            yield at + _LINES[moment.step.what](moment)

    def _reason_lines(self, moment: Moment) -> Iterator[Line]:
        """Why it failed, unless the last one failed for the same reason."""
        assert moment.attempt is not None
        reason = "" if moment.step.what is Happening.DELIVERED else why(moment.attempt).reason
        if reason and reason != self._reason:
            yield [(_INDENT + visible(reason), "")]
        self._reason = reason


class EndsReporter:
    """Feeds a reporter of deliveries with those that have ended."""

    def __init__(self, inner: Reporter[Delivery]) -> None:
        self._inner = inner

    def add(self, result: Moment) -> str:
        """Take a moment."""
        return self._inner.add(result.delivery) if result.delivery else ""

    def finish(self, *, interrupted: bool = False) -> str:
        """The rest of the report."""
        return self._inner.finish(interrupted=interrupted)


def _attempt_line(moment: Moment) -> Line:
    step, attempt = moment.step, moment.attempt
    assert attempt is not None
    is_good = step.what is Happening.DELIVERED
    after = f", {seconds(attempt.at)} after the first" if step.attempt > 1 else ""
    return [
        *_message(moment),
        (f"  attempt {step.attempt} of {moment.planned}{after}  ", ""),
        answered(attempt, None if is_good else why(attempt)),
        (f"  {milliseconds(attempt):,} ms  ", "dim"),
        _outcome(moment),
    ]


def _outcome(moment: Moment) -> tuple[str, str]:
    step = moment.step
    if step.what is not Happening.FAILED:
        return (step.what.value.replace("_", " "), STYLES[step.what.value])
    return (f"again at {seconds(step.until)}", "") if step.until is not None else ("not delivered", "")


def _message(moment: Moment) -> Line:
    return [(f"#{moment.step.message}", "bold"), (f" {visible(moment.message.event if moment.message else '')}", "")]


def _queued_line(moment: Moment) -> Line:
    waiting = f"  queued until {seconds(moment.step.until or 0)}, {moment.step.waiting:,} waiting"
    return [*_message(moment), (waiting, "")]


def _expired_line(moment: Moment) -> Line:
    return [*_message(moment), ("  ", ""), ("expired", STYLES["expired"]), (f", {moment.step.waiting:,} waiting", "")]


def _disabled_line(_moment: Moment) -> Line:
    return [("the webhook is ", ""), ("disabled", STYLES["disabled"]), (": new events queue until it is enabled", "")]


def _enabled_line(moment: Moment) -> Line:
    number = moment.step.released
    released = f": {number:,} queued {plural('messages', number)} {'goes' if number == 1 else 'go'} out at once"
    return [("the webhook is ", ""), ("enabled", STYLES["enabled"]), (released if number else "; nothing queued", "")]


_LINES: dict[Happening, Callable[[Moment], Line]] = {
    Happening.QUEUED: _queued_line,
    Happening.EXPIRED: _expired_line,
    Happening.DISABLED: _disabled_line,
    Happening.ENABLED: _enabled_line,
}


def standing_lines(standing: Standing, now: float) -> Iterator[Line]:
    """How things stand: the webhook's state, the next attempt, the queue, and what has become of the messages."""
    state = standing.state.value
    yield [(f"{seconds(now):>{_WIDTH}}  ", "dim"), ("the webhook is ", ""), (state, f"bold {STYLES[state]}")]
    yield [(_INDENT + "; ".join(_to_come(standing, now)), "")]
    queue = f"queue: {standing.waiting:,} waiting"
    if standing.expires is not None:
        queue += f", the first expires in {_countdown(standing.expires, now)}"
    ended = ", ".join(f"{number:,} {what.value.replace('_', ' ')}" for what, number in standing.ended)
    yield [(f"{_INDENT}{queue}; so far: {ended or 'nothing ended'}", "")]


def _to_come(standing: Standing, now: float) -> Iterator[str]:
    number = standing.under_way
    if number:
        yield f"{number:,} {plural('attempts', number)} under way"
    again = standing.next_attempt
    if again is not None and again.until is not None:
        which = f"#{again.message}, attempt {again.attempt + 1} of {standing.planned}"
        yield f"next: {which} in {_countdown(again.until, now)}"
    if standing.next_event is not None:
        yield f"next event in {_countdown(standing.next_event, now)}"
    elif not number and again is None:
        yield "no more events"


def _countdown(until: float, now: float) -> str:
    """Whole seconds; tenths would flicker."""
    return f"{max(0, round(until - now)):,} s"
