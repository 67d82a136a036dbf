"""The kinds of run that are reported, and what all reporters have in common: they count, mask and leave out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from hookcli import __version__
from hookcli.dataclass import dataclass
from hookcli.differences import Difference, EventSeen
from hookcli.models import (
    Change,
    CheckResult,
    CheckVerdict,
    Delivery,
    Json,
    Judgement,
    Moment,
    Received,
    Signature,
    Verdict,
)
from hookcli.reporting.capture_records import record_of_received
from hookcli.reporting.drift_records import DRIFT_OUTCOMES, added_by_drift, outcome_of_drift, record_of_drift
from hookcli.reporting.masking import Mask, masked
from hookcli.reporting.records import record_of_check, record_of_delivery, record_of_judgement, record_of_moment

R = TypeVar("R")
_Result = TypeVar("_Result", contravariant=True)

TOOL = {"name": "hookcli", "version": __version__}

_LONGEST_EVIDENCE = 300
"""Characters of a line of evidence, which holds what an endpoint answered."""


class Reporter(Protocol[_Result]):
    """Makes a report of results that come one by one."""

    def add(self, result: _Result) -> str:
        """Take a result; the text that can go out already, with its line end, or nothing."""

    def count(self, number: int) -> None:
        """So many results that are unremarkable, of which nothing is to be said but that they were there."""

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The rest of the report, with its summary.

        Args:
            interrupted: the run was cut short; the report says so.
            reason: by what, where it was an error.
        """


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding is called by, and what it means: a check, or a keyword of JSON Schema."""

    id: str
    title: str
    """One sentence."""
    explanation: str = ""
    """More of them: why it matters, and what to do."""
    group: str = ""
    """What it is about."""


@dataclass(frozen=True, slots=True)
class Run(Generic[R]):
    """A kind of run."""

    title: str
    total: str
    """What is counted."""
    outcomes: tuple[str, ...]
    """What it is counted by; each result has one."""
    nothing: str
    """What is said when there was no result at all."""
    results: str
    """The key of the results in JSON."""
    outcome_of: Callable[[R], str]
    record_of: Callable[[R], dict[str, Json]]
    unremarkable: str | None = None
    """The outcome that is left out unless it is asked for."""
    about: tuple[str, ...] = ()
    """What is said of the whole run, beside the counts: `seed`, `endpoint`."""
    is_counted: Callable[[R], bool] = lambda _: True
    """Whether a result is one of those that are counted, rather than a moment on the way to one."""
    adds: Callable[[R], dict[str, int]] | None = None
    """What a result adds to the counts, where that is not one of its outcome."""
    shorten: Callable[[R], R] = lambda result: result
    """Cuts what an endpoint said; after masking, lest half a secret be left at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a reporter is asked for beside its format."""

    color: bool = False
    """ANSI colours, where the format is for people."""
    width: int | None = None
    """Columns to wrap text for people at; None where nobody looks at it."""
    brief: bool = False
    """Leave out what needs no attention, where the format is for people."""
    explains: bool = True
    """Say why a run was cut short before the first result, where the format is for people; else they read it beside."""
    include_valid: bool = False
    """Keep the unremarkable results too."""
    mask: Mask = str
    """Hides secrets."""
    title: str | None = None
    """What the run is called, where it is not the usual command of its kind."""
    rules: tuple[Rule, ...] = ()
    """What the findings of this run can be, where the reporter doesn't know."""
    source: str | None = None
    """The file that findings about an endpoint belong to."""
    room: int = 1_000_000
    """Bytes that the report may have, where the format is bounded."""


class RunReporter(Generic[R]):
    """What the reporters have in common.

    A result is masked before a format sees it, each text alone, so that a secret that is also a word of the format
    breaks nothing.

    Args:
        run: what is reported.
        wishes: how.
        about: what the whole run is about, by its names in `Run.about`.
    """

    def __init__(self, run: Run[R], wishes: Wishes, about: dict[str, Json]) -> None:
        self.run = run if wishes.title is None else replace(run, title=wishes.title)
        self.counts = {run.total: 0, **dict.fromkeys(run.outcomes, 0)}
        self.wishes = wishes
        self.source = masked(wishes.source, wishes.mask)
        self.about = {name: masked(about.get(name), wishes.mask) for name in run.about}

    def add(self, result: R) -> str:
        """Take a result; the text that can go out already."""
        outcome = self.run.outcome_of(result)
        if self.run.is_counted(result):
            for name, number in (self.run.adds or self._one)(result).items():
                self.counts[name] += number
        if outcome == self.run.unremarkable and not self.wishes.include_valid:
            return ""
        return self.take(self.run.shorten(masked(result, self.wishes.mask)), outcome)

    def _one(self, result: R) -> dict[str, int]:
        return {self.run.total: 1, self.run.outcome_of(result): 1}

    def count(self, number: int) -> None:
        """So many results that are unremarkable, of which nothing is to be said but that they were there."""
        self.counts[self.run.total] += number
        self.counts[str(self.run.unremarkable)] += number

    def take(self, result: R, outcome: str) -> str:
        """Take a result that is to be reported, secrets masked; the text that can go out already."""
        raise NotImplementedError

    def cut(self, *, interrupted: bool, reason: str) -> dict[str, Json]:
        """What a machine is told of a run that was cut short."""
        if not interrupted:
            return {}
        return {"interrupted": True, "reason": self.wishes.mask(reason)} if reason else {"interrupted": True}


def plural(noun: str, number: int) -> str:
    """A noun that is given in the plural, as its number wants it."""
    singular = noun[:-3] + "y" if noun.endswith("ies") else noun[:-1]
    return singular if number == 1 else noun


def shortened(text: str, most: int) -> str:
    """The text, cut where it is longer."""
    return text if len(text) <= most else f"{text[:most]}…"


def seconds(number: float) -> str:
    """`3,600 s`, or `0.2 s`."""
    return f"{number:,.1f}".removesuffix(".0") + " s"


def gap_of(passed: float) -> str:
    """How long after the message before, in seconds: `3 ms after the one before`, or `2.5 s after the one before`."""
    length = f"{passed * 1000:.0f} ms" if passed < 1 else seconds(passed)
    return f"{length} after the one before"


def _outcome_of_delivery(delivery: Delivery) -> str:
    return "delivered" if delivery.delivered else "unreachable" if delivery.unreachable else "failed"


def _with_short_evidence(result: CheckResult) -> CheckResult:
    return replace(result, evidence=tuple(shortened(line, _LONGEST_EVIDENCE) for line in result.evidence))


FORGED = frozenset({Signature.FORGED, Signature.MISSING})
BROKEN = frozenset({Verdict.INVALID, Verdict.UNREADABLE})


def _outcome_of_received(received: Received) -> str:
    """The worst that is to be said of a message."""
    if not received.kept:
        return "refused"
    if received.arrival.signature in FORGED:
        return "not_genuine"
    verdict = received.arrival.verdict
    return verdict.value if verdict in BROKEN else "fine"


VALIDATION: Run[Judgement] = Run(
    title="hookcli validate",
    total="payloads",
    outcomes=tuple(verdict.value for verdict in Verdict),
    nothing="nothing was judged",
    results="results",
    outcome_of=lambda judgement: judgement.verdict.value,
    record_of=record_of_judgement,
    unremarkable=Verdict.VALID.value,
)

SAMPLE: Run[Judgement] = replace(VALIDATION, about=("sample", "seed"))
"""Of the payloads that were drawn."""

DELIVERY: Run[Delivery] = Run(
    title="hookcli send",
    total="deliveries",
    outcomes=("delivered", "failed", "unreachable"),
    nothing="nothing was sent",
    results="deliveries",
    outcome_of=_outcome_of_delivery,
    record_of=record_of_delivery,
    about=("seed",),
)

REPLAY: Run[Delivery] = replace(DELIVERY, title="hookcli replay", about=())

COMPARISON: Run[Delivery] = replace(
    REPLAY,
    outcomes=tuple(change.value for change in Change),
    outcome_of=lambda delivery: delivery.change.value if delivery.change else "",
)
"""Each delivery has a change."""

LIFE: Run[Moment] = Run(
    title="hookcli sender",
    total="messages",
    outcomes=("delivered", "given_up", "expired", "left"),
    nothing="nothing was sent",
    results="moments",
    outcome_of=lambda moment: moment.step.what.value,
    record_of=record_of_moment,
    about=("seed",),
    is_counted=lambda moment: moment.delivery is not None,
)
"""What is counted are the moments that end a message."""

CHECKING: Run[CheckResult] = Run(
    title="hookcli check",
    total="checks",
    outcomes=tuple(verdict.value for verdict in CheckVerdict),
    nothing="nothing was asked",
    results="checks",
    outcome_of=lambda result: result.verdict.value,
    record_of=record_of_check,
    about=("endpoint", "profile", "seed"),
    shorten=_with_short_evidence,
)

DRIFT: Run[Difference | EventSeen] = Run(
    title="hookcli drift",
    total="payloads",
    outcomes=DRIFT_OUTCOMES,
    nothing="nothing differs",
    results="differences",
    outcome_of=outcome_of_drift,
    record_of=record_of_drift,
    adds=added_by_drift,
)

DRIFT_SAMPLE: Run[Difference | EventSeen] = replace(DRIFT, about=("sample", "seed"))

RECEIVING: Run[Received] = Run(
    title="hookcli listen",
    total="messages",
    outcomes=("fine", "invalid", "unreadable", "not_genuine", "refused"),
    nothing="nothing came",
    results="messages",
    outcome_of=_outcome_of_received,
    record_of=record_of_received,
)
