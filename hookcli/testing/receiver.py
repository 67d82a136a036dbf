"""A receiver on loopback for what the code under test sends: it verifies, validates and keeps it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import field
from threading import Condition
from types import TracebackType

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.capture.texts import capture_of
from hookcli.dataclass import dataclass
from hookcli.diagnosis import diagnose
from hookcli.models import Headers, Json, Signature, Verdict, Violation
from hookcli.profile import Profile
from hookcli.schema import catalog
from hookcli.testing.outcomes import NotReceived
from hookcli.testing.secrets import Mask, Secret, mask_of
from hookcli.validation import validate

MOST_BYTES = 100_000_000
"""Of all bodies together that are kept; what comes then is answered with 507."""

MOST_MESSAGES = 10_000

_PATIENCE = 5.0
"""Seconds, by default, that a message is waited for."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that came."""

    method: str
    path: str
    """The request's target as it was sent, with the query."""
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    """The exact bytes."""
    payload: Json = field(repr=False)
    """None where the body is not JSON."""
    event: str | None
    signature: Signature
    reason: str
    """Why the signature is not genuine, in a sentence."""
    verdict: Verdict
    violations: tuple[Violation, ...]
    """The most useful first."""
    mask: Mask = field(repr=False)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with it, a sentence each; nothing where it is genuine (or there is no secret) and valid."""
        is_fine = self.signature in (Signature.GENUINE, Signature.UNCHECKED)
        signature = () if is_fine else (f"signature {self.signature.value}: {self.reason}",)
        told = (f"{each.pointer or 'the payload'}  {each.message}  ({each.keyword})" for each in self.violations)
        unreadable = (f"unreadable: {each.message}" for each in self.violations if each.pointer is None)
        return tuple(map(self.mask, (*signature, *(unreadable if self.verdict is Verdict.UNREADABLE else told))))

    def header(self, name: str) -> str | None:
        """The value of a header, in whatever case its name is; None where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def __str__(self) -> str:
        what = self.event or self.verdict.value
        return self.mask(f"<{what} {self.method} {self.path}, {len(self.body)} bytes, {self._judged}>")

    @property
    def _judged(self) -> str:
        return "; ".join(self.problems) or f"signature {self.signature.value}, payload {self.verdict.value}"


class HaptikReceiver:
    """Receives while it is entered.

    Args:
        profile: how the sender signs.
        key: the shared secret; None where signatures are not checked.
    """

    def __init__(self, profile: Profile, key: Secret | None) -> None:
        self._scheme = profile.signature
        self._key = key
        self._mask = mask_of(key)
        self._receiver = Receiver(self._respond)
        self._changed = Condition()
        self._answers: deque[Answer] = deque()
        self._bytes = 0
        self._refused = 0
        self.messages: list[Received] = []
        """What came, in the order of its arrival."""

    def __enter__(self) -> HaptikReceiver:
        self._receiver.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._receiver.__exit__(kind, error, trace)

    def __repr__(self) -> str:
        return f"<receiver at {self.url}: {len(self.messages)} messages>"

    @property
    def url(self) -> str:
        """Where to send to; every path below it is received, too."""
        return self._receiver.url

    def answer_with(self, *statuses: int, body: bytes = b"") -> None:
        """Answer the next messages with these statuses, one each, and those after them with 200 again."""
        self._answers.extend(Answer(status, body) for status in statuses)

    def expect(self, count: int = 1, *, within: float = _PATIENCE) -> list[Received]:
        """Wait until so many messages have come, since the test began; all of them.

        Args:
            count: how many; more than that are a failure, too.
            within: seconds.

        Raises:
            NotReceived: fewer or more came.
        """
        __tracebackhide__ = True
        with self._changed:
            self._changed.wait_for(lambda: len(self.messages) >= count, within)
            messages = [*self.messages]
        if len(messages) == count:
            return messages
        came = f"{len(messages)} of {count} messages came to {self.url} within {within:g} s"
        full = [f"{self._refused} more were not kept: the receiver was full"] if self._refused else []
        raise NotReceived("\n".join([came, *map(str, messages), *full]))

    async def aexpect(self, count: int = 1, *, within: float = _PATIENCE) -> list[Received]:
        """As `expect`, without keeping the event loop of the test busy meanwhile."""
        __tracebackhide__ = True
        return await asyncio.to_thread(self.expect, count, within=within)

    def _respond(self, request: Request) -> Answer:
        received = self._examine(request)
        with self._changed:
            if len(self.messages) >= MOST_MESSAGES or self._bytes + len(request.body) > MOST_BYTES:
                self._refused += 1
                return Answer(507, b"the test's receiver is full\n")
            self.messages.append(received)
            self._bytes += len(request.body)
            answer = self._answers.popleft() if self._answers else Answer()
            self._changed.notify_all()
        return answer

    def _examine(self, request: Request) -> Received:
        judgement = validate(capture_of(request.body, "receiver"), catalog.find_event)
        payload = judgement.capture.payload if judgement.verdict is not Verdict.UNREADABLE else None
        signature, reason = self._verify(request)
        return Received(
            request.method, request.path, request.headers, request.body, payload, judgement.event,
            signature, reason, judgement.verdict, judgement.violations, self._mask,
        )  # fmt: skip

    def _verify(self, request: Request) -> tuple[Signature, str]:
        if self._key is None:
            return Signature.UNCHECKED, ""
        name = self._scheme.header
        value = next((value for key, value in request.headers if key.lower() == name.lower()), None)
        found = diagnose(request.body, value, self._key, self._scheme)
        if found is None:
            return Signature.GENUINE, ""
        return (Signature.MISSING if value is None else Signature.FORGED), found.sentence
