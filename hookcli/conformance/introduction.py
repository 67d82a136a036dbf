"""The first messages: is anybody there, which event carries the checks, and what is every event answered with."""

from __future__ import annotations

from collections.abc import Sequence

from hookcli import errors
from hookcli.conformance.asking import Asker
from hookcli.conformance.effects import FIRST_PATIENCE
from hookcli.conformance.watch import is_late
from hookcli.models import Attempt

NATURAL = (
    "message", "chat_pinned", "webhook_conversation_complete_partial", "webhook_agent_chat_close",
    "webhook_agent_chat_complete", "chat_complete", "webhook_conversation_complete",
)  # fmt: skip
"""The order in which the events of one conversation usually come."""

_SOON = 0.1
"""Seconds in which the effect of an event is looked for before the next one is tried."""


def natural(events: Sequence[str]) -> list[str]:
    """The same events in their usual order; those that nobody knows come last."""
    return sorted(events, key=lambda event: NATURAL.index(event) if event in NATURAL else len(NATURAL))


class Introduction:
    """Makes the endpoint's acquaintance.

    Args:
        asker: sends; what is learned is written into what it knows.
        events: those that the endpoint is asked about.
    """

    def __init__(self, asker: Asker, events: Sequence[str]) -> None:
        self._asker = asker
        self._known = asker.known
        self._effects = asker.effects
        self._events = events

    def meet(self) -> None:
        """Find the event that carries the other checks: accepted of a new user, and counted where there is a probe.

        Where the first answer is late, the others are asked for all together, as each costs the whole deadline.

        Raises:
            Unreachable: the endpoint cannot be reached at all.
            InputError: the probe cannot be read.
        """
        before = self._effects.count() if self._effects else 0
        accepted: list[str] = []
        untried: list[str] = []
        since: float | None = None
        for event in self._events:
            attempt = self._asker.send(self._asker.plain(event))
            self._known.first = self._known.first or attempt
            self._known.pace = min(self._known.pace or attempt.elapsed, attempt.elapsed)
            if event == self._events[0] and attempt.failure is not None and attempt.failure.unreachable:
                raise getattr(errors, attempt.failure.kind)(attempt.failure.reason)
            if is_late(attempt):
                break
            if self._asker.is_accepted(attempt):
                accepted.append(event)
                untried.append(event)
                if self._effects is None:
                    break
                since = since or self._effects.clock()
                if self._effects.has_risen(before, 1, within=_SOON, since=since):
                    if self._find_counted(untried):
                        return
                    before, since = self._effects.count(), None
                    untried.clear()
        self._known.carrier = next(iter(accepted), "")
        if self._effects is None or not accepted:
            return
        if self._effects.has_risen(before, 1, within=FIRST_PATIENCE, since=since):
            self._find_counted(accepted) or self._find_counted(accepted, within=FIRST_PATIENCE)

    def _find_counted(self, events: Sequence[str], within: float = 0.0) -> bool:
        """Whether one of some accepted events is counted, the last one first; it carries the checks.

        Args:
            events: one of them has raised the count just now.
            within: seconds that each of them has; by default what is known of the others.
        """
        assert self._effects is not None
        within = within or self._effects.patience
        return any(self._is_counted(event, within=within) for event in reversed(events))

    def _is_counted(self, event: str, *, within: float) -> bool:
        """Whether another plain message, with nothing else on its way, raises the count, and by how much."""
        assert self._effects is not None
        self._asker.outwait_late()
        if not self._effects.measure(
            lambda: self._asker.is_accepted(self._asker.send(self._asker.plain(event))), within=within
        ):
            return False
        self._known.carrier = event
        return True

    def converse(self) -> None:
        """Send every event once, as they come in one conversation; where answers take long, all at the same time."""
        asker, events = self._asker, natural(self._events)
        conversation = asker.mint.conversation()
        messages = [asker.mint.message(event, asker.mint.payload(event, conversation=conversation)) for event in events]
        answers: list[Attempt] = []
        while len(answers) < len(messages) and not (asker.is_slow or any(map(is_late, answers))):
            answers.append(asker.send(messages[len(answers)]))
        answers += asker.send_at_once(messages[len(answers) :])
        attempts = dict(zip(events, answers, strict=True))
        self._known.attempts.update({event: attempts[event] for event in self._events})
        self._known.accepted = [event for event in self._events if asker.is_accepted(attempts[event])]
        if self._known.accepted and not self._known.carrier:
            self._known.carrier = self._known.accepted[0]
            if self._effects is not None:
                self._find_counted(self._known.accepted, within=FIRST_PATIENCE)
