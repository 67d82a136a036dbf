"""Asks all that was chosen, in an order in which no check spoils another.

First what counts effects, with nothing else on its way; then a conversation of all events, and what looks at its
answers; then the fifty at once, beside which nothing else may be sent; then the others, several at a time where the
endpoint took the fifty; and last what no sender should send.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from hookcli.conformance import checks  # noqa: F401 (fills the table)
from hookcli.conformance.asking import Asker, Known, Wishes, described
from hookcli.conformance.effects import Effects
from hookcli.conformance.introduction import Introduction
from hookcli.conformance.messages import Contract, Mint, Pool
from hookcli.conformance.registry import CHECKS, Check, Finding, Turn, skipped
from hookcli.conformance.targets import Target
from hookcli.conformance.threads import run_in_order
from hookcli.conformance.watch import BURST, LONGEST, OutOfTime, Watch, is_trouble, is_unanswered, is_unreachable
from hookcli.errors import ProbeUnreadable
from hookcli.models import Attempt, CheckResult, CheckVerdict

_CHECKS_AT_ONCE = 6
_MESSAGES_AT_ONCE = BURST // _CHECKS_AT_ONCE
"""Of each of them: together not more than the endpoint took before."""

_NEAR = 0.005
"""Seconds to an answer: below them, to overlap gains nothing, and a crash would be blamed on what was asked beside."""

_FAR = 0.05
"""Seconds to an answer: below them, to overlap the messages of a check gains nothing beside overlapping checks."""

_NUMBERS = 1_000
"""Messages that a check may make; each check has numbers of its own, so that all send the same in every run."""

_AGAIN = _NUMBERS // 2
"""Where the numbers of a check start that is asked a second time."""

_TRIES = 3
"""Plain messages after a failure, until one is answered in time."""

_RESTART = 0.5
"""Seconds that an endpoint has to come back."""


class Suite:
    """A run of checks against one endpoint.

    Args:
        target: the endpoint.
        contract: what all messages have in common.
        events: those of the contract that the endpoint is asked about.
        wishes: what the user asks beyond the contract.
        effects: counts them, where there is a probe.
        reproduce: a check's id -> the command line that asks it again.
        clock: seconds, from anywhere on.
        sleep: how to wait.
        pool: where payloads come from, if not from the contract's seed.
    """

    def __init__(
        self,
        target: Target,
        contract: Contract,
        events: tuple[str, ...],
        wishes: Wishes,
        effects: Effects | None = None,
        reproduce: Callable[[str], str] = str,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
        pool: Pool | None = None,
    ) -> None:
        self._target = target
        self._contract = contract
        self._events = events
        self._wishes = wishes
        self._effects = effects
        self._reproduce = reproduce
        self._clock = clock
        self._pool = pool or Pool(contract.seed)
        self._known = Known()
        self._watch = Watch(wishes.deadline, clock, sleep)
        self._lonely: set[str] = set()
        """The checks whose first trouble was, in company, that there was no answer: it need not be their doing."""
        self._lost = ""
        """Why nothing more is asked: the endpoint does not answer any more."""
        self._introduction = Introduction(self._asker(0), events)

    @property
    def is_accepting(self) -> bool:
        """Whether any plain valid message was accepted; after `introduce`."""
        return bool(self._known.carrier)

    def introduce(self) -> None:
        """Look whether the endpoint is there, and which event carries the checks.

        Raises:
            Unreachable: the endpoint cannot be reached at all.
            InputError: the probe cannot be read, or an edit cannot be made.
        """
        mint = self._mint(len(CHECKS) + 2)
        for event in self._events:
            mint.payload(event)
        with suppress(OutOfTime):
            self._introduction.meet()
            if not self._known.carrier:
                self._introduction.converse()

    def run(self, ids: tuple[str, ...]) -> Iterator[CheckResult]:
        """Ask, and yield what each check came to; after `introduce`."""
        wanted = [CHECKS[each] for each in ids]
        counting = [check for check in wanted if self._is_counting(check)]
        for check in counting:
            self._converse(only_if=self._watch.is_late)
            yield self._ask(check)
        others = [check for check in wanted if check not in counting]
        self._converse(only_if=bool(others))
        for turn in (Turn.FIRST, Turn.ALONE, Turn.TOGETHER, Turn.LAST):
            rest = [check for check in others if check.turn is turn]
            yield from self._ask_together(rest) if turn is Turn.TOGETHER else map(self._ask, rest)

    def _converse(self, *, only_if: bool) -> None:
        """Send the conversation of all events, unless that was done; what is late gets it while there is time."""
        if only_if and not self._known.attempts:
            with suppress(OutOfTime):
                self._introduction.converse()

    def _is_counting(self, check: Check) -> bool:
        return check.counts_effects and self._effects is not None and self._effects.unit > 0

    def _ask_together(self, wanted: list[Check]) -> Iterator[CheckResult]:
        """Several at a time; what did not pass in company is asked again alone, and that counts."""
        if not self._known.takes_burst or self._known.pace < _NEAR:
            yield from map(self._ask, wanted)
            return
        results = [*run_in_order(lambda check: self._ask(check, in_company=True), wanted, _CHECKS_AT_ONCE)]
        if any(map(_is_bad, results)):
            self._lost = self._loss("several checks were asked together")
        for result in results:
            if not _is_bad(result):
                yield result
            elif not self._lost:
                yield self._ask(CHECKS[result.id], start=_AGAIN)
            elif result.id in self._lonely:
                yield replace(result, verdict=CheckVerdict.ERROR, message=f"given up: {self._lost}", remedy="")
            else:
                yield result

    def _ask(self, check: Check, *, start: int = 0, in_company: bool = False) -> CheckResult:
        began = self._clock()
        finding = self._hindrance(check) or self._find(check, start, in_company=in_company)
        if check.id == "burst":
            self._known.takes_burst = finding.verdict is CheckVerdict.PASS
        return CheckResult(
            check.id,
            check.group,
            finding.verdict,
            check.clause,
            finding.message,
            self._clock() - began,
            finding.evidence,
            finding.remedy,
            self._reproduce(check.id) if finding.verdict in _REPRODUCED else "",
        )

    def _hindrance(self, check: Check) -> Finding | None:
        """Why a check is not asked."""
        if check.needs_secret and self._contract.key is None:
            return skipped("nothing is signed without a secret: set HOOKCLI_SECRET, or use --secret-file")
        if not self._known.attempts and (check.turn is Turn.FIRST or not self._known.carrier):
            return _unjudged(f"not asked: {self._lost or _OVER}")
        if check.turn is Turn.FIRST:
            return None
        if self._lost:
            return _unjudged(f"not asked: {self._lost}")
        if not self._known.carrier and (check.needs_acceptance or self._watch.is_late):
            event, attempt = next(iter(self._known.attempts.items()))
            return skipped(f"says nothing, as no plain valid message is accepted; {event}: {_outcome(attempt)}")
        return _unjudged(f"not asked: {_OVER}") if self._watch.is_over() else None

    def _find(self, check: Check, start: int, *, in_company: bool) -> Finding:
        asker = self._asker([*CHECKS].index(check.id) + 1, start)
        try:
            finding = check.run(asker)
        except OutOfTime:
            return _unjudged(f"given up: {_OVER}")
        except ProbeUnreadable as error:
            return _unjudged(f"the probe could not be read: {error}")
        if finding.verdict is not CheckVerdict.FAIL or check.turn is Turn.FIRST:
            return finding
        first = next(filter(is_trouble, asker.seen), None)
        if in_company:
            self._lonely |= {check.id} if first is not None and is_unanswered(first) else set()
            return finding
        self._lost = self._loss(f"{check.id} was asked")
        if self._lost and first is not None and is_unreachable(first):
            return _unjudged(f"given up: {described(first)}")
        return finding

    def _loss(self, event: str) -> str:
        """What is to be said of the endpoint where it answers no plain message any more, after something happened."""
        if not self._known.carrier:
            return ""
        asker = self._asker(len(CHECKS) + 1)
        try:
            for _ in range(_TRIES):
                attempt = asker.send_apart(asker.plain())
                if not is_unanswered(attempt):
                    return ""
                asker.pause(_RESTART if is_unreachable(attempt) else 0)
        except OutOfTime:
            return ""
        what = "accepts no connection" if is_unreachable(attempt) else "does not answer in time"
        return f"since {event} the endpoint {what}, not even a plain message"

    def _asker(self, number: int, start: int = 0) -> Asker:
        return Asker(
            self._target,
            self._mint(number, start),
            self._contract.profile,
            self._wishes,
            self._known,
            self._effects,
            self._watch,
            _MESSAGES_AT_ONCE if self._known.takes_burst and self._known.pace > _FAR else 1,
        )

    def _mint(self, number: int, start: int = 0) -> Mint:
        return Mint(self._contract, self._pool, number * _NUMBERS + start)


def _is_bad(result: CheckResult) -> bool:
    return result.verdict not in (CheckVerdict.PASS, CheckVerdict.SKIP)


_REPRODUCED = (CheckVerdict.FAIL, CheckVerdict.WARN, CheckVerdict.ERROR)
_OVER = f"answers are late, and {LONGEST:g} s are over; --only asks it alone"


def _outcome(attempt: Attempt) -> str:
    return str(attempt.status) if attempt.failure is None else attempt.failure.reason


def _unjudged(message: str) -> Finding:
    return Finding(CheckVerdict.ERROR, message)
