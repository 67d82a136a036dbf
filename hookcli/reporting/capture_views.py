"""One capture as a person reads it: what came, what was found of it, what was answered, and its body."""

from __future__ import annotations

from collections.abc import Iterator

from hookcli.models import Arrival
from hookcli.redaction import redact_headers, redact_query
from hookcli.reporting.bodies import body_lines
from hookcli.reporting.capture_records import moment_of
from hookcli.reporting.captures import answer_of, verdict_of
from hookcli.reporting.characters import visible
from hookcli.reporting.records import milliseconds
from hookcli.reporting.runs import gap_of, plural, shortened
from hookcli.reporting.text import STYLES, Line

_LONGEST = 1_000
"""Characters of a header line that are shown."""

_WIDTH = 11


def capture_lines(arrival: Arrival) -> Iterator[Line]:
    """The lines of a capture; credentials in its headers and its path are masked by name."""
    moment = moment_of(arrival.received_at).astimezone()
    size = f"{arrival.size:,} {plural('bytes', arrival.size)}"
    yield [(f"#{arrival.id}", "bold"), (f"  {visible(arrival.event or 'no event')}  {size}", "")]
    yield [_label("received"), (moment.isoformat(" ", "milliseconds"), "")]
    yield from _findings(arrival)
    yield []
    yield [(_short(f"{arrival.method} {redact_query(arrival.path)}"), "bold")]
    for name, value in redact_headers(arrival.headers):
        yield [(_short(f"{name}: {value}"), "")]
    yield []
    yield from body_lines(arrival.body, arrival.violations)
    if arrival.omitted:
        yield [(f"and {arrival.omitted:,} more {plural('violations', arrival.omitted)}, which were not kept", "dim")]


def _findings(arrival: Arrival) -> Iterator[Line]:
    signature, answer = arrival.signature.value, answer_of(arrival)
    because = f": {visible(arrival.reason)}" if arrival.reason else ""
    yield [_label("signature"), (signature, STYLES[signature]), (because, "")]
    yield [_label("payload"), (verdict_of(arrival), STYLES[arrival.verdict.value])]
    elapsed = "" if arrival.elapsed is None else f"  {milliseconds(arrival.elapsed):,} ms"
    by = f"  from {visible(arrival.endpoint)}" if arrival.endpoint else ""
    yield [_label("answer"), answer, (by, ""), (elapsed, "dim")]
    if arrival.gap is not None:
        yield [_label("gap"), (gap_of(arrival.gap), "")]
    if arrival.duplicate_of is not None:
        yield [_label("duplicate"), (f"of #{arrival.duplicate_of}, which has the same body", "yellow")]
    if arrival.overtaken_by is not None:
        yield [_label("overtaken"), (f"by #{arrival.overtaken_by}, which is about the same user and newer", "yellow")]


def _label(name: str) -> tuple[str, str]:
    return f"{name:{_WIDTH}}", "dim"


def _short(text: str) -> str:
    return shortened(visible(text), _LONGEST)
