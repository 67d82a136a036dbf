"""What a test gets back for a message that it sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hookcli.conformance.registry import DEADLINE, SUCCESS
from hookcli.errors import Late
from hookcli.jsontext import parse
from hookcli.models import Attempt, Delivery, Json
from hookcli.redaction import redact_url
from hookcli.reporting.runs import shortened
from hookcli.reporting.statuses import why
from hookcli.testing.outcomes import NotDelivered
from hookcli.testing.secrets import Mask

_LABEL: Final = 10
_LONGEST_ANSWER: Final = 300
"""Characters of an answer that are shown."""


class Sent(Delivery):
    """A delivery. It is true when it was delivered: a 2xx, complete, within the sender's deadline.

    Args:
        delivery: what came of the message.
        again: command lines that make the same message again.
        mask: hides secrets in what is shown.
        unsigned: why it has no signature, in words that go on a sentence; None where it has one.
        note: what else is to be known of it.
    """

    __slots__ = ("again", "mask", "note", "unsigned")

    def __init__(
        self, delivery: Delivery, again: tuple[str, ...], mask: Mask, unsigned: str | None = None, note: str = ""
    ) -> None:
        super().__init__(delivery.message, delivery.url, delivery.delivered, delivery.attempts)
        self.again = again
        self.mask = mask
        self.unsigned = unsigned
        self.note = note

    def __bool__(self) -> bool:
        return self.delivered

    def __repr__(self) -> str:
        outcome = "" if self.delivered else f", not delivered: {self._reason}"
        return self.mask(f"<{self.event} -> {_answered(self.last)}{outcome}>")

    @property
    def event(self) -> str:
        """The event that was sent."""
        return self.message.event

    @property
    def payload(self) -> Json:
        """What was sent, as JSON; raises PayloadUnreadable where it was none."""
        return parse(self.message.body)

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer; 500 where an application in this process raised; None without an answer."""
        return self.last.status

    @property
    def elapsed(self) -> float:
        """Seconds to the end of the answer."""
        return self.last.elapsed

    @property
    def answer(self) -> bytes:
        """The answer's body, up to 64 kB."""
        return self.last.answer

    @property
    def text(self) -> str:
        """The answer's body as text."""
        return self.answer.decode("utf-8", "replace")

    def json(self) -> Any:
        """The answer's body as JSON; raises PayloadUnreadable where it is none."""
        return parse(self.answer)

    def assert_delivered(self) -> Sent:
        """Fail the test, with all that is known, unless it was delivered; itself, to go on with.

        Raises:
            NotDelivered: it was not.
        """
        __tracebackhide__ = True
        if not self.delivered:
            first = self.mask(f"{self.event} -> {_answered(self.last)}: {self._reason}")
            raise NotDelivered("\n".join([first, *self._told()]))
        return self

    def lines(self) -> Iterator[str]:
        """What a report of the test says of it; of a failure with the clause and what makes the message again."""
        unsigned = "" if self.unsigned is None else f", not signed{self.unsigned}"
        yield self.mask(f"--> {self.event}  ({len(self.message.body)} bytes{unsigned})")
        yield self.mask(f"<-- {_answered(self.last)}  POST {redact_url(self.url)}")
        if not self.delivered:
            yield from self._told(("why", self._reason))
        elif self.note:
            yield f"    {'note':{_LABEL}}{self.note}"

    def _told(self, *first: tuple[str, str]) -> Iterator[str]:
        """A line for everything that is known of a failure."""
        answer = shortened(self.mask(self.text.strip()), _LONGEST_ANSWER)  # in this order: half a secret is one, too
        told = [*first, ("answer", answer), ("contract", _clause(self.last)), ("note", self.note)]
        told += [("again", each) for each in self.again]
        yield from (self.mask(f"    {label:{_LABEL}}{said}") for label, said in told if said)

    @property
    def _reason(self) -> str:
        """Why it does not count as delivered."""
        if self.unsigned is not None and self.status in (401, 403):
            return f"the endpoint refused the message, which is not signed{self.unsigned}"
        return why(self.last).reason


def _answered(attempt: Attempt) -> str:
    status = "no answer" if attempt.status is None else f"[{attempt.status}]"
    return f"{status} after {attempt.elapsed * 1000:,.1f} ms"


def _clause(attempt: Attempt) -> str:
    is_late = attempt.failure is not None and attempt.failure.kind == Late.__name__
    return DEADLINE if is_late else SUCCESS
