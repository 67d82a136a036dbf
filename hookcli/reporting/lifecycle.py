"""The life of a sender, moment by moment: lines for a person and for a machine, and how things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hookcli.models import Delivery, Happening, Moment, Standing
from hookcli.reporting.characters import visible
from hookcli.reporting.records import milliseconds
from hookcli.reporting.runs import Reporter, plural, seconds
from hookcli.reporting.statuses import why
from hookcli.reporting.text import STYLES, Line, TextReporter, answered

_WIDTH = 10
_INDENT = " " * (_WIDTH + 2)
_ENDS_OF_ATTEMPTS = (Happening.DELIVERED, Happening.FAILED, Happening.GIVEN_UP)


class LifeTextReporter(TextReporter[Moment]):
    """A line for each moment, and why an attempt failed where that is new; then the counts."""

    _reason = ""

    def lines_of(self, result: Moment) -> Iterator[Line]:
        """The line of a moment; what is left at the end is counted only."""
        at: Line = [(f"{seconds(result.step.at):>{_WIDTH}}  ", "dim")]
        if result.step.what in _ENDS_OF_ATTEMPTS:
            yield at + _attempt_line(result)
            yield from self._reason_lines(result)
        elif result.step.what is not Happening.LEFT:
            yield at + _LINES[result.step.what](result)

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

    def count(self, number: int) -> None:
        """So many deliveries of which nothing is to be said."""
        self._inner.count(number)

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The rest of the report."""
        return self._inner.finish(interrupted=interrupted, reason=reason)


def _attempt_line(moment: Moment) -> Line:
    step, attempt = moment.step, moment.attempt
    assert attempt is not None
    is_good = step.what is Happening.DELIVERED
    after = f", {seconds(attempt.at)} after the first" if step.attempt > 1 else ""
    return [
        *_message(moment),
        (f"  attempt {step.attempt} of {moment.planned}{after}  ", ""),
        answered(attempt, None if is_good else why(attempt)),
        (f"  {milliseconds(attempt.elapsed):,} ms  ", "dim"),
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
