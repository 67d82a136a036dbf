"""The table of checks. A check is a function; its docstring is what `--explain` prints."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from hookcli.dataclass import dataclass
from hookcli.models import CheckVerdict

if TYPE_CHECKING:
    from hookcli.conformance.asking import Asker

SUCCESS = "any 2xx is a success; the documents ask for 200 OK (Haptik, Protocols)"
DEADLINE = "a response within 5 seconds, connect and body included (Haptik, Protocols)"
SIGNATURE = "X-Hub-Signature: sha1=<hex>, the HMAC-SHA1 of the exact request body (Haptik, Protocols)"
COMPATIBILITY = "new keys may appear at any time; an unknown event_name is answered with 200 (Haptik, Protocols)"
PAYLOAD = "some keys may be absent, and some values null, as its tables say (Haptik, Payload Information)"
ORDERING = "several deliveries may arrive close together; order and duplicates are the receiver's (Haptik, Protocols)"
TRANSPORT = "one HTTPS endpoint that takes POST, the body always JSON (Haptik, Protocols)"
RETRIES = "6 more attempts within 60 minutes after a failure (Haptik, Protocols)"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    verdict: CheckVerdict
    message: str
    """One sentence: what was seen."""
    evidence: tuple[str, ...] = ()
    """What was sent and what came back, a line each."""
    remedy: str = ""
    """What to do about it; empty where there is nothing to do."""


def passed(message: str) -> Finding:
    """The endpoint does what was asked."""
    return Finding(CheckVerdict.PASS, message)


def skipped(message: str) -> Finding:
    """The question does not arise here, or not without something that was not given."""
    return Finding(CheckVerdict.SKIP, message)


class Turn(Enum):
    """When a check is asked, so that none spoils another."""

    FIRST = "looks at the answers to the first messages, whatever they are"
    ALONE = "nothing else may be sent meanwhile"
    TOGETHER = "several at a time"
    LAST = "sends what may bring the endpoint down"


Run = Callable[["Asker"], Finding]


@dataclass(frozen=True, slots=True)
class Check:
    """One question to an endpoint."""

    id: str
    clause: str
    """What the contract says, and where."""
    run: Run
    turn: Turn
    needs_acceptance: bool
    """Whether it says nothing where a plain valid message is not accepted."""
    counts_effects: bool
    """Whether it counts effects where there is a probe; then it comes before all that nobody counts."""
    needs_secret: bool

    @property
    def group(self) -> str:
        """What it is about: the module it is from."""
        return self.run.__module__.rpartition(".")[2]

    @property
    def explanation(self) -> str:
        """What it asks, why, and what to do."""
        return inspect.cleandoc(self.run.__doc__ or "")


CHECKS: dict[str, Check] = {}
"""Every check by its id, in the order of reports."""


def check(
    check_id: str,
    clause: str,
    *,
    turn: Turn = Turn.TOGETHER,
    needs_acceptance: bool = True,
    counts_effects: bool = False,
    needs_secret: bool = False,
) -> Callable[[Run], Run]:
    """Put a function into the table."""

    def register(run: Run) -> Run:
        CHECKS[check_id] = Check(check_id, clause, run, turn, needs_acceptance, counts_effects, needs_secret)
        return run

    return register
