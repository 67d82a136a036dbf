"""What a check works with: messages to send, a way to send them, and what is known of the endpoint already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import field
from itertools import islice
from typing import NamedTuple, TypeVar

from hookcli.conformance.effects import Effects
from hookcli.conformance.messages import Mint
from hookcli.conformance.registry import Finding, passed, skipped
from hookcli.conformance.targets import Send, Target
from hookcli.conformance.threads import run_at_once
from hookcli.conformance.watch import Watch, is_unanswered
from hookcli.dataclass import dataclass
from hookcli.models import Attempt, CheckVerdict, Message
from hookcli.profile import Profile

T = TypeVar("T")

BAD_SIGNATURES = ("reject", "ignore", "either")
"""What an endpoint may do with a message that is not genuine."""

_SHOWN = 5
"""Lines of evidence of a kind."""

_SLOW = 0.1
"""The share of the deadline from which on an endpoint is slow enough that messages are not sent one by one."""

_STAGGER = 0.02
"""Seconds between messages whose order matters, and whose answers are not waited for."""


class Try(NamedTuple):
    """A message, and what is particular about it."""

    label: str
    message: Message


class Answer(NamedTuple):
    """What came of a try."""

    label: str
    message: Message
    attempt: Attempt


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

    first: Attempt | None = None
    """The answer to the very first message, for which an endpoint may have had to wake up."""
    attempts: dict[str, Attempt] = field(default_factory=dict)
    """The answer to a plain valid message of each event, in one conversation."""
    accepted: list[str] = field(default_factory=list)
    """The events of which one was accepted."""
    carrier: str = ""
    """The event that the other checks are asked with: one that is accepted of a user that nobody knows yet."""
    pace: float = 0.0
    """Seconds, the shortest that one of the first answers took."""
    takes_burst: bool | None = None
    """Whether fifty messages at once were all accepted; None before they were sent."""


class Asker:
    """Asks for one check.

    Args:
        target: the endpoint.
        mint: makes the check's messages.
        profile: the sender's contract.
        wishes: what the user asks beyond it.
        known: of the endpoint.
        effects: counts them, where there is a probe.
        watch: over the whole run.
        at_once: how many messages may be sent at the same time where their order does not matter.
    """

    def __init__(
        self,
        target: Target,
        mint: Mint,
        profile: Profile,
        wishes: Wishes,
        known: Known,
        effects: Effects | None,
        watch: Watch,
        at_once: int = 1,
    ) -> None:
        self.target = target
        self.mint = mint
        self.profile = profile
        self.wishes = wishes
        self.known = known
        self.effects = effects
        self.seen: list[Attempt] = []
        """Every attempt, in the order of their ends."""
        self.send = watch.over(target.send, self.seen)
        self.send_apart = watch.over(target.apart or target.send, self.seen)
        self._send_once = watch.over(target.send, self.seen, is_patient=False)
        self._watch = watch
        self._at_once = at_once

    @property
    def is_slow(self) -> bool:
        """Whether the endpoint takes long for every message."""
        return self.known.pace > _SLOW * self.wishes.deadline

    def pause(self, seconds: float) -> None:
        """Wait."""
        self._watch.sleep(seconds)

    def plain(self, event: str = "") -> Message:
        """A plain valid message of a conversation of its own; of the carrier, if no event is named."""
        return self.mint.message(event or self.known.carrier)

    def shapes(self) -> list[str]:
        """The carrier, and an accepted event for each other set of keys that payloads have at the top."""
        events: dict[frozenset[str], str] = {}
        for event in (self.known.carrier, *self.known.accepted):
            events.setdefault(frozenset(self.mint.payload(event)), event)
        return [*events.values()]

    def send_burst(self, messages: Sequence[Message]) -> list[Attempt]:
        """One attempt of each, all at the same time, and none again."""
        return run_at_once(self._send_once, messages, len(messages))

    def send_at_once(self, messages: Sequence[Message]) -> list[Attempt]:
        """An attempt of each, all at the same time."""
        return run_at_once(self.send, messages, len(messages))

    def send_each(self, tries: Iterable[Try]) -> list[Answer]:
        """An attempt of each, over a connection of its own; none any more after one that was late, or met nobody."""
        rest, answers = iter(tries), list[Answer]()
        while group := list(islice(rest, self._at_once)):
            attempts = run_at_once(self.send_apart, [each.message for each in group], len(group))
            answers += [Answer(*each, attempt) for each, attempt in zip(group, attempts, strict=True)]
            if any(map(is_unanswered, attempts)):
                break
        return answers

    def send_one_by_one(self, tries: Iterable[Try], send: Send) -> list[Answer]:
        """An attempt of each, one after the other; none any more after one that was late, or met nobody."""
        answers = list[Answer]()
        for each in tries:
            answers.append(Answer(*each, send(each.message)))
            if is_unanswered(answers[-1].attempt):
                break
        return answers

    def send_in_order(self, tries: Sequence[Try]) -> list[Answer]:
        """An attempt of each, one after the other; where answers take long, without waiting for them."""
        if not self.known.takes_burst or self.known.pace < _STAGGER:
            return self.send_one_by_one(tries, self.send)

        def send(numbered: tuple[int, Try]) -> Attempt:
            self.pause(numbered[0] * _STAGGER)
            return self.send(numbered[1].message)

        attempts = run_at_once(send, [*enumerate(tries)], len(tries))
        return [Answer(*each, attempt) for each, attempt in zip(tries, attempts, strict=True)]

    @contextmanager
    def on_one_connection(self) -> Iterator[Send]:
        """A way to send that keeps one connection."""
        with self.target.alone() as send:
            yield self._watch.over(send, self.seen)

    @property
    def counts(self) -> bool:
        """Whether effects are counted."""
        return self.effects is not None and self.effects.unit > 0

    @property
    def why_uncounted(self) -> str:
        """What to do so that effects are counted."""
        if self.effects is None:
            return "give --probe-url or --probe-cmd"
        return "the probe does not rise for a plain valid message"

    def effects_of(self, action: Callable[[], T], *, expected: Callable[[T], int]) -> tuple[T, int | None]:
        """What an action returned, and how many messages' effects it had; None without a probe.

        Args:
            action: sends something.
            expected: what it returned -> how many messages of it should take effect.
        """
        if self.effects is None or not self.effects.unit:
            return action(), None
        self.outwait_late()
        before = self.effects.settled() if self._watch.is_late else self.effects.count()
        result = action()
        behind, since = self.is_accepted(self.send_apart(self.plain())), self.effects.clock()
        unit = self.effects.unit
        awaited = (expected(result) + behind) * unit
        raised = self.effects.rise(before, expected=awaited, since=since) - behind * unit
        return result, max(0, -(-raised // unit))

    def settled(self) -> int | None:
        """The count of effects with nothing at work any more; None where they are not counted."""
        if self.effects is None or not self.effects.unit:
            return None
        self.outwait_late()
        return self.effects.settled()

    def outwait_late(self) -> None:
        """Let the endpoint end what it was still at when we hung up, as its effect would be taken for another one's.

        Raises:
            OutOfTime: there is no time for that.
        """
        if self.effects is not None:
            self._watch.outwait_late()

    def await_effect(self, before: int) -> None:
        """Wait until one message has taken effect since a count, or it is clear that it has none."""
        if self.effects is not None and self.effects.unit:
            self.effects.has_risen(before, self.effects.unit, within=self.effects.patience)

    def is_accepted(self, attempt: Attempt) -> bool:
        """Whether an answer is a success, in time."""
        return attempt.failure is None and attempt.status is not None and attempt.status in self.profile.success

    def all_accepted(self, tries: Iterable[Try], *, what: str, remedy: str) -> Finding:
        """Send messages; the verdict is a failure if one is not accepted.

        Args:
            tries: the messages.
            what: what they have in common, for the sentence.
            remedy: what to do where one is refused.
        """
        return self.judge(self.send_each(tries), what=what, remedy=remedy)

    def judge(self, answers: Sequence[Answer], *, what: str, remedy: str) -> Finding:
        """The verdict on answers that should all be a success.

        One that is not says nothing where a plain message of its event is refused just now, too.
        """
        if not answers:
            return skipped(f"there are no {what} to send")
        bad = [answer for answer in answers if not self.is_accepted(answer.attempt)]
        refusals = self._refusals_of_plain(bad)
        blamed = [answer for answer in bad if self._event_of(answer) not in refusals]
        if blamed:
            return failed(f"{len(blamed)} of {len(answers)} {what} {were(blamed)} not accepted", blamed, remedy)
        if len(bad) == len(answers):
            return skipped(f"says nothing: {'; '.join(refusals.values())}")
        good = len(answers) - len(bad)
        aside = "".join(f"; set aside: {refusal}" for refusal in refusals.values())
        return passed(f"{good} of {len(answers)} {what} were accepted{aside}")

    def _refusals_of_plain(self, answers: Sequence[Answer]) -> dict[str, str]:
        """The events of these answers of which a plain message is refused, too; with a sentence."""
        refusals = {}
        for event in dict.fromkeys(map(self._event_of, answers)):
            attempt = self.send(self.plain(event))
            if is_unanswered(attempt):
                break
            if not self.is_accepted(attempt) and attempt.status is not None:
                refusals[event] = f"a plain {event} of a new user is answered with {attempt.status}, too"
        return refusals

    def _event_of(self, answer: Answer) -> str:
        return answer.message.event if answer.message.event in self.known.attempts else self.known.carrier


def were(things: Sized) -> str:
    """The verb for so many."""
    return "was" if len(things) == 1 else "were"


def failed(message: str, answers: Sequence[Answer], remedy: str) -> Finding:
    """A failure, with the answers that show it."""
    return Finding(CheckVerdict.FAIL, message, evidence_of(answers), remedy)


def warned(message: str, answers: Sequence[Answer], remedy: str) -> Finding:
    """A warning, with the answers that show it."""
    return Finding(CheckVerdict.WARN, message, evidence_of(answers), remedy)


def evidence_of(answers: Sequence[Answer]) -> tuple[str, ...]:
    """A line for each of the first answers."""
    lines = [f"{answer.label}: {described(answer.attempt)}" for answer in answers[:_SHOWN]]
    return (*lines, f"and {len(answers) - _SHOWN} more") if len(answers) > _SHOWN else tuple(lines)


def described(attempt: Attempt) -> str:
    """What came of an attempt, in a line."""
    if attempt.failure is not None:
        return attempt.failure.reason
    answer = attempt.answer.decode("utf-8", "replace").strip()
    return f"{attempt.status} after {attempt.elapsed * 1000:,.1f} ms {answer}".rstrip()  # reporters cut it
