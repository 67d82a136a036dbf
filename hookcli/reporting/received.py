"""Messages as they are received: one line in, one line out.

A busy receiver makes thousands of them a second, so what comes from outside is masked in the line that shows it, and
not field by field before.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from hookcli.models import Received, Signature, Verdict
from hookcli.reporting.capture_records import violations_of
from hookcli.reporting.characters import visible
from hookcli.reporting.json_ import to_json
from hookcli.reporting.jsonl import JsonLinesReporter
from hookcli.reporting.runs import RunReporter, gap_of, plural
from hookcli.reporting.text import STYLES, Line, TextReporter, paint

_FROM_OUTSIDE = ("method", "path", "event", "reason", "endpoint", "note")
"""The keys of a record whose texts may hold a secret; the others are numbers, times and verdicts."""

_MOST_VIOLATIONS = 3
_UNAUTHORIZED = 401


class _ReceivedReporter(RunReporter[Received]):
    """Counts; the lines are masked when they are made."""

    def add(self, result: Received) -> str:
        """Take a message; its lines."""
        outcome = self.run.outcome_of(result)
        self.counts[self.run.total] += 1
        self.counts[outcome] += 1
        return self.take(result, outcome)


class ReceivedTextReporter(_ReceivedReporter, TextReporter[Received]):
    """What came in, what was found, and what was answered."""

    def take(self, result: Received, outcome: str) -> str:
        """The lines of a message; with `-q` of those alone that something is wrong with."""
        if self.wishes.brief and outcome == "fine":
            return ""
        return self.wishes.mask(paint(_lines(result), color=self.wishes.color))


class ReceivedLinesReporter(_ReceivedReporter, JsonLinesReporter[Received]):
    """The same as JSON, a message a line."""

    def take(self, result: Received, outcome: str) -> str:  # noqa: ARG002
        """The line of a message."""
        record = self.run.record_of(result)
        record.update((key, self.wishes.mask(record[key])) for key in _FROM_OUTSIDE if record[key])
        return to_json(record) + "\n"


def _lines(received: Received) -> Iterator[Line]:
    arrival = received.arrival
    yield _way_in(received)
    if arrival.reason:
        yield [(f"    signature: {visible(arrival.reason)}", "")]
    for violation in arrival.violations[:_MOST_VIOLATIONS]:
        where = violation.pointer or "the payload" if violation.pointer is not None else f"line {violation.line}:"
        yield [(f"    {visible(where)} {visible(violation.message)}", "")]
    left = violations_of(arrival) - _MOST_VIOLATIONS
    if left > 0:
        yield [(f"    and {left:,} more; `hookcli captures show {arrival.id}` shows them", "dim")]
    yield _way_out(received)
    if received.note and received.note != arrival.reason:
        yield [(f"    {visible(received.note)}", "")]


def _way_in(received: Received) -> Line:
    arrival = received.arrival
    number = f"#{arrival.id} " if received.kept else ""
    line: Line = [
        ("--> ", "bold"),
        (number + _shown(_short(arrival.event or "no event")), ""),
        (f"  ({arrival.size:,} {plural('bytes', arrival.size)})  ", "dim"),
        _SIGNATURES[arrival.signature],
    ]
    if arrival.status != _UNAUTHORIZED:  # of a stranger's message nothing else is looked at
        line += [(", ", ""), _VERDICTS[arrival.verdict]]
    if arrival.duplicate_of is not None:
        line.append((f"  duplicate of #{arrival.duplicate_of}", "yellow"))
    if arrival.overtaken_by is not None:
        line.append((f"  older than #{arrival.overtaken_by} of the same user", "yellow"))
    if arrival.gap is not None:
        line.append((f"  {gap_of(arrival.gap)}", "dim"))
    return line


def _way_out(received: Received) -> Line:
    arrival = received.arrival
    status = "no answer" if arrival.status is None else str(arrival.status)
    is_good = arrival.status is not None and 200 <= arrival.status < 300
    from_where = f"  from {_shown(arrival.endpoint)}" if arrival.endpoint else ""
    return [
        ("<-- ", "bold"),
        (f"[{status}]", "green" if is_good else "red"),
        (f" {_shown(arrival.method)} {_shown(_short(arrival.path))}{from_where}", ""),
        (f"  {received.elapsed * 1000:,.1f} ms", "dim"),
    ]


def _short(text: str) -> str:
    """Not without end; `captures show` has the rest."""
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."


def _shown(text: str) -> str:
    """What is mostly the same again: events, methods, paths."""
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else visible(text)


_LONGEST_REMEMBERED = 200
_LONGEST_SHOWN = 1000
_remembered = functools.lru_cache(maxsize=500)(visible)

_WORDS = {Signature.MISSING: "no signature", Signature.UNCHECKED: "signature unchecked"}
_SIGNATURES = {each: (_WORDS.get(each, each.value), STYLES[each.value]) for each in Signature}
_VERDICTS = {each: (each.value.replace("_", " "), STYLES[each.value]) for each in Verdict}
