"""What a check works with: messages to send, a way to send them, and what is known of the endpoint already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from typing import TypeVar

from hookcli.conformance.effects import Effects
from hookcli.conformance.messages import Mint
from hookcli.conformance.registry import Finding, passed
from hookcli.conformance.targets import Target
from hookcli.conformance.threads import run_at_once
from hookcli.dataclass import dataclass
from hookcli.models import Attempt, CheckVerdict, Message
from hookcli.profile import Profile

T = TypeVar("T")


class OutOfTime(Exception):
    """The endpoint is late, and the time for the whole run is over."""


BAD_SIGNATURES = ("reject", "ignore", "either")
"""What an endpoint may do with a message that is not genuine."""

_SHOWN = 5
"""Lines of evidence of a kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asks beyond the contract."""

    deadline: float
    """Seconds for a whole exchange."""
    bad_signature: str = "reject"
    strict_200: bool = False
    repeats: int = 10
    """Answers of which the slowest is taken."""


@dataclass(slots=True)
class Known:
    """What the first messages told of the endpoint."""

    attempts: dict[str, Attempt] = field(default_factory=dict)
    """The answer to a plain valid message of each event."""
    accepted: list[str] = field(default_factory=list)
    """The events of which one was accepted."""
    carrier: str = ""
    """The event that the other checks are asked with."""


class Asker:
    """Asks for one check.

    Args:
        target: the endpoint.
        mint: makes the check's messages.
        profile: the sender's contract.
        wishes: what the user asks beyond it.
        known: of the endpoint.
        effects: counts them, where there is a probe.
    """

    def __init__(
        self, target: Target, mint: Mint, profile: Profile, wishes: Wishes, known: Known, effects: Effects | None
    ) -> None:
        self.target = target
        self.mint = mint
        self.profile = profile
        self.wishes = wishes
        self.known = known
        self.effects = effects

    def send(self, message: Message) -> Attempt:
        """One attempt."""
        return self.target.send(message)

    def send_at_once(self, messages: Sequence[Message]) -> list[Attempt]:
        """One attempt of each, all at the same time."""
        return run_at_once(self.target.send, messages, len(messages))

    def effects_of(self, action: Callable[[], T], *, expected: int) -> tuple[T, int | None]:
        """What an action returned, and how many messages' effects it had; None without a probe."""
        if self.effects is None or not self.effects.unit:
            return action(), None
        result, raised = self.effects.of(action, expected=expected)
        return result, -(-raised // self.effects.unit)

    def is_accepted(self, attempt: Attempt) -> bool:
        """Whether an answer is a success, in time."""
        return attempt.failure is None and attempt.status is not None and attempt.status in self.profile.success

    def all_accepted(self, tries: Iterable[tuple[str, Message]], *, what: str, remedy: str) -> Finding:
        """Send messages one after the other; the verdict is a failure if one is not accepted.

        Args:
            tries: each with what is particular about it.
            what: what they have in common, for the sentence.
            remedy: what to do where one is refused.
        """
        return self.judge([(label, self.send(message)) for label, message in tries], what=what, remedy=remedy)

    def judge(self, answers: Sequence[tuple[str, Attempt]], *, what: str, remedy: str) -> Finding:
        """The verdict on answers that should all be a success."""
        bad = [(label, attempt) for label, attempt in answers if not self.is_accepted(attempt)]
        if not bad:
            return passed(f"{len(answers)} of {len(answers)} {what} accepted")
        return failed(f"{len(bad)} of {len(answers)} {what} not accepted", bad, remedy)


def failed(message: str, answers: Sequence[tuple[str, Attempt]], remedy: str) -> Finding:
    """A failure, with the answers that show it."""
    return Finding(CheckVerdict.FAIL, message, evidence_of(answers), remedy)


def warned(message: str, answers: Sequence[tuple[str, Attempt]], remedy: str) -> Finding:
    """A warning, with the answers that show it."""
    return Finding(CheckVerdict.WARN, message, evidence_of(answers), remedy)


def evidence_of(answers: Sequence[tuple[str, Attempt]]) -> tuple[str, ...]:
    """A line for each of the first answers."""
    lines = [f"{label}: {_described(attempt)}" for label, attempt in answers[:_SHOWN]]
    return (*lines, f"and {len(answers) - _SHOWN} more") if len(answers) > _SHOWN else tuple(lines)


def _described(attempt: Attempt) -> str:
    if attempt.failure is not None:
        return attempt.failure.reason
    answer = attempt.answer.decode("utf-8", "replace").strip()
    return f"{attempt.status} after {attempt.elapsed * 1000:,.1f} ms {answer}".rstrip()  # reporters cut it
