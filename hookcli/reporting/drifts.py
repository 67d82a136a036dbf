"""What captured payloads and their schemas differ in: lines for a person, and one document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hookcli.differences import Difference, DriftKind, EventSeen
from hookcli.reporting.capture_records import moment_of
from hookcli.reporting.characters import visible
from hookcli.reporting.json_ import JsonReporter, to_json
from hookcli.reporting.runs import plural
from hookcli.reporting.text import STYLES, Line, TextReporter, paint

_HIDDEN = {"known": "known", "unseen": "never seen"}
"""What is only counted unless all is asked for."""

_WORDS = {**_HIDDEN, "unknown": "not in the baseline"}


class DriftTextReporter(TextReporter[Difference | EventSeen]):
    """The events, a block for each difference, and the counts."""

    _has_events = False

    def lines_of(self, result: Difference | EventSeen) -> Iterator[Line]:
        """The line of an event, or the block of a difference."""
        if isinstance(result, EventSeen):
            self._has_events = True
            yield from _event_lines(result)
        elif self.wishes.include_valid or self.run.outcome_of(result) not in _HIDDEN:
            if self._has_events:
                yield []
            yield from _difference_lines(result, self.run.outcome_of(result))

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The counts."""
        lines: list[Line] = [[]] if self._has_events else []
        lines.append(self._summary(interrupted=interrupted))
        if reason and self.wishes.explains:
            lines.append([(visible(self.wishes.mask(reason)), "")])
        return paint(lines, color=self.wishes.color)

    def _summary(self, *, interrupted: bool) -> Line:
        number = self.counts["payloads"]
        line: Line = [(f"{number:,} {plural('payloads', number)}: ", "bold")]
        found = {name: self.counts[name] for name in self.run.outcomes if self.counts[name]}
        parts = [(f"{count:,} {self._word(name)}", STYLES[name]) for name, count in found.items()]
        if not found.keys() - _HIDDEN:
            parts.insert(0, (self.run.nothing if number else "nothing was read", "green" if number else "yellow"))
        if interrupted:
            parts.append(("interrupted before the end", "yellow"))
        for part in parts:
            line += [part, (", ", "")]
        return line[:-1]

    def _word(self, outcome: str) -> str:
        word = _WORDS.get(outcome, outcome)
        return f"{word} (--all)" if outcome in _HIDDEN and not self.wishes.include_valid else word


def _event_lines(seen: EventSeen) -> Iterator[Line]:
    name = "no event" if seen.event is None else visible(seen.event)
    yield [(name, "bold"), (f"  {seen.count:,} {plural('payloads', seen.count)}{_span(seen, '  ')}", "dim")]


def _difference_lines(difference: Difference, outcome: str) -> Iterator[Line]:
    kind = difference.kind.value
    word = _WORDS.get(outcome, outcome)
    head: Line = [(word, STYLES[outcome])]
    head += [(f"  {kind}", "bold")] if kind.replace("-", " ") != word else []
    if outcome in ("unknown", "known") and difference.promise is not None:
        head.insert(1, (f"  {difference.promise.value}", STYLES[difference.promise.value]))
    yield head if difference.event is None else [*head, (f"  {visible(difference.event)}", "")]
    pointer = difference.pointer or ("" if difference.kind in _WHOLE else "(root)")
    where: Line = [(f"{visible(pointer)}  ", "cyan")] if pointer else []
    yield [("  ", ""), *where, (visible(difference.message), "")]
    if difference.count:
        yield [(f"  {', '.join(_counted(difference))}", "dim")]
        example = f"  {visible(difference.example)}" if difference.example else ""
        yield [("  ", ""), (f"{visible(difference.name)}:{difference.line}", "dim"), (example, "")]


_WHOLE = (DriftKind.NEW_EVENT, DriftKind.UNREADABLE)
"""Differences that are about no place in a payload."""


def _counted(difference: Difference) -> Iterator[str]:
    yield f"{difference.count:,} {plural('times', difference.count)}"
    if difference.share is not None:
        yield percent(difference.share)
    if span := _span(difference, ""):
        yield span


def percent(share: float) -> str:
    """`0.4 %`; neither 0 nor 100 where there is a difference to it."""
    rounded = f"{share * 100:.1f}".removesuffix(".0")
    if rounded == "0" and share > 0:
        return "under 0.1 %"
    return "over 99.9 %" if rounded == "100" and share < 1 else f"{rounded} %"


def _span(seen: Difference | EventSeen, before: str) -> str:
    if seen.first_seen is None or seen.last_seen is None:
        return ""
    first, last = (f"{moment_of(time):%Y-%m-%d %H:%M}" for time in (seen.first_seen, seen.last_seen))
    return f"{before}{first} UTC" if first == last else f"{before}{first} to {last} UTC"


class DriftJsonReporter(JsonReporter[Difference | EventSeen]):
    """One document, in which the events stand before the differences."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._events: list[str] = []

    def take(self, result: Difference | EventSeen, outcome: str) -> str:
        """Keep a result."""
        if not isinstance(result, EventSeen):
            return super().take(result, outcome)
        self._events.append("\n  " + to_json(self.run.record_of(result)))
        return ""

    def lists(self) -> dict[str, list[str]]:
        """The events, and the differences."""
        return {"events": self._events, **super().lists()}
