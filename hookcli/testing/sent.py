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
    """

    __slots__ = ("again", "mask")

    def __init__(self, delivery: Delivery, again: tuple[str, ...], mask: Mask) -> None:
        super().__init__(delivery.message, delivery.url, delivery.delivered, delivery.attempts)
        self.again = again
        self.mask = mask

    def __bool__(self) -> bool:
        return self.delivered

    def __repr__(self) -> str:
        outcome = "" if self.delivered else f", not delivered: {why(self.last).reason}"
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
            first = self.mask(f"{self.event} -> {_answered(self.last)}: {why(self.last).reason}")
            raise NotDelivered("\n".join([first, *self._told()]))
        return self

    def lines(self) -> Iterator[str]:
        """What a report of the test says of it; of a failure with the clause and what makes the message again."""
        yield self.mask(f"--> {self.event}  ({len(self.message.body)} bytes)")
        yield self.mask(f"<-- {_answered(self.last)}  POST {redact_url(self.url)}")
        if not self.delivered:
            yield from self._told(("why", why(self.last).reason))

    def _told(self, *first: tuple[str, str]) -> Iterator[str]:
        """A line for everything that is known of a failure."""
        answer = shortened(self.mask(self.text.strip()), _LONGEST_ANSWER)  # in this order: half a secret is one, too
        told = [*first, ("answer", answer), ("contract", _clause(self.last)), *(("again", each) for each in self.again)]
        yield from (self.mask(f"    {label:{_LABEL}}{said}") for label, said in told if said)


def _answered(attempt: Attempt) -> str:
    status = "no answer" if attempt.status is None else f"[{attempt.status}]"
    return f"{status} after {attempt.elapsed * 1000:,.1f} ms"


def _clause(attempt: Attempt) -> str:
    is_late = attempt.failure is not None and attempt.failure.kind == Late.__name__
    return DEADLINE if is_late else SUCCESS
