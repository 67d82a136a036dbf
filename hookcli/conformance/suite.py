"""Asks all that was chosen, in an order in which no check spoils another.

First each event alone, then what nothing else may be sent beside (it counts effects, times answers, or sends fifty at
once), then the others, several at a time where the endpoint took the fifty, and last what no sender should send.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from hookcli import errors
from hookcli.conformance import checks  # noqa: F401 (fills the table)
from hookcli.conformance.asking import Asker, Known, OutOfTime, Wishes
from hookcli.conformance.effects import Effects
from hookcli.conformance.messages import Contract, Mint, Pool
from hookcli.conformance.registry import CHECKS, Check, Finding, skipped
from hookcli.conformance.targets import Target
from hookcli.conformance.threads import run_at_once, run_in_order
from hookcli.errors import InputError
from hookcli.models import Attempt, CheckResult, CheckVerdict, Message

_AT_ONCE = 8
"""Checks that are asked at the same time."""

_LONGEST = 40.0
"""Seconds after which nothing more is asked of an endpoint that is late."""


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
    ) -> None:
        self._target = replace(target, send=self._watched(target))
        self._contract = contract
        self._events = events
        self._wishes = wishes
        self._effects = effects
        self._reproduce = reproduce
        self._clock = clock
        self._pool = Pool(contract.seed)
        self._known = Known()
        self._began = clock()
        self._is_late = False
        self._is_quick = False
        """Whether the endpoint took fifty messages at once."""
        self._lost = ""
        """The check after which the endpoint did not answer any more."""

    def introduce(self, ids: tuple[str, ...]) -> None:
        """Send each event once, or as many as it takes where no check that is wanted looks at all of them.

        One that is accepted, and has an effect where there is a probe, carries the other checks.

        Raises:
            Unreachable: the endpoint cannot be reached at all.
            InputError: the probe cannot be read.
        """
        is_whole = any(not CHECKS[each].needs_acceptance for each in ids)
        mint = Mint(self._contract, self._pool, 0)
        first, *others = [mint.message(event) for event in self._events]
        self._greet(first)
        if self._is_late:  # each costs the whole deadline: all others together
            answers = run_at_once(self._target.send, others, len(others))
            self._known.attempts.update(zip(self._events[1:], answers, strict=True))
            others = []
        for message in others:
            if is_whole or not self._known.carrier:
                self._greet(message)
        known = self._known
        known.accepted = [event for event, attempt in known.attempts.items() if self._is_accepted(attempt)]
        known.carrier = known.carrier or next(iter(known.accepted), "")

    def run(self, ids: tuple[str, ...]) -> Iterator[CheckResult]:
        """Ask, and yield what each check came to; after `introduce`."""
        wanted = [CHECKS[each] for each in ids]
        last = [check for check in wanted if check.id.startswith("robust.")]
        alone = [check for check in wanted if check not in last and self._is_alone(check)]
        for check in alone:
            yield self._ask(check)
        together = [check for check in wanted if check not in last and check not in alone]
        yield from run_in_order(self._ask, together, _AT_ONCE if self._is_quick else 1)
        for check in last:
            yield self._ask(check)

    def _is_alone(self, check: Check) -> bool:
        return check.alone or (check.needs_probe and self._effects is not None)

    def _watched(self, target: Target) -> Callable[[Message], Attempt]:
        def send(message: Message) -> Attempt:
            attempt = target.send(message)
            self._is_late = self._is_late or _is_late(attempt)
            return attempt

        return send

    def _greet(self, message: Message) -> None:
        """Send one, and see what it brings about."""
        if self._effects is None:
            attempt, raised = self._target.send(message), 0
        else:
            attempt, raised = self._effects.of(
                lambda: self._target.send(message), expected=1, matters=self._is_accepted
            )
        if not self._known.attempts and attempt.failure is not None and attempt.failure.unreachable:
            raise getattr(errors, attempt.failure.kind)(attempt.failure.reason)
        self._known.attempts[message.event] = attempt
        accepted = self._is_accepted(attempt)
        if self._effects is not None and accepted:
            self._effects.unit = self._effects.unit or raised
        if accepted and not self._known.carrier and (self._effects is None or self._effects.unit):
            self._known.carrier = message.event

    def _is_accepted(self, attempt: Attempt) -> bool:
        return attempt.failure is None and attempt.status in self._contract.profile.success

    def _ask(self, check: Check) -> CheckResult:
        began = self._clock()
        finding = self._hindrance(check) or self._find(check)
        if check.id == "burst":
            self._is_quick = finding.verdict is CheckVerdict.PASS
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
        if self._lost:
            return _unjudged(f"not asked: the endpoint does not answer any more since {self._lost}")
        if check.needs_secret and self._contract.key is None:
            return skipped("nothing is signed without a secret: set HOOKCLI_SECRET, or use --secret-file")
        if check.id in _OF_FIRST_ANSWERS:
            return None
        if not self._known.accepted and (check.needs_acceptance or self._is_late):
            event, attempt = next(iter(self._known.attempts.items()))
            why = "late" if _is_late(attempt) else attempt.status or "none"
            return skipped(f"no plain valid message is accepted, so this says nothing: the answer to {event} is {why}")
        return self._time_is_over()

    def _time_is_over(self) -> Finding | None:
        if self._is_late and self._clock() - self._began > _LONGEST:
            return _unjudged(f"not asked: answers are late, and {_LONGEST:g} s have passed; --only asks it alone")
        return None

    def _find(self, check: Check) -> Finding:
        number = [*CHECKS].index(check.id) + 1
        asker = Asker(
            replace(self._target, send=self._within_time),
            Mint(self._contract, self._pool, number),
            self._contract.profile,
            self._wishes,
            self._known,
            self._effects,
        )
        try:
            finding = check.run(asker)
        except OutOfTime:
            return _unjudged(f"given up: answers are late, and {_LONGEST:g} s have passed; --only asks it alone")
        except InputError as error:
            return _unjudged(f"the probe could not be read: {error}")
        if finding.verdict is CheckVerdict.FAIL and not self._is_alive():
            self._lost = check.id
        return finding

    def _within_time(self, message: Message) -> Attempt:
        if self._time_is_over():
            raise OutOfTime
        return self._target.send(message)

    def _is_alive(self) -> bool:
        """Whether something still accepts connections, after a check that failed."""
        if not self._known.carrier:
            return True
        mint = Mint(self._contract, self._pool, len(CHECKS) + 1)
        attempt = self._target.send(mint.message(self._known.carrier))
        return not (attempt.failure is not None and attempt.failure.unreachable)


_REPRODUCED = (CheckVerdict.FAIL, CheckVerdict.WARN, CheckVerdict.ERROR)

_OF_FIRST_ANSWERS = {
    *(check_id for check_id in CHECKS if check_id.startswith("event.")),
    "status.200", "redirect", "https", "signature.valid", "deadline",
}  # fmt: skip
"""The checks that look at the answers to the first messages, which are there already."""


def _is_late(attempt: Attempt) -> bool:
    return attempt.failure is not None and attempt.failure.kind == errors.Late.__name__


def _unjudged(message: str) -> Finding:
    return Finding(CheckVerdict.ERROR, message)
