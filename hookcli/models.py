"""The values that travel between the stages. Frozen; no behaviour beyond what their own fields say."""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeAlias

from hookcli.dataclass import dataclass

Json: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list of them, or dict from str to them."""

Headers: TypeAlias = "tuple[tuple[str, str], ...]"
"""Header lines in their order, duplicates kept."""


class Verdict(str, Enum):
    """What is said of a payload."""

    VALID = "valid"
    INVALID = "invalid"
    UNREADABLE = "unreadable"
    UNKNOWN_EVENT = "unknown_event"


class Signature(str, Enum):
    """What is said of a signature."""

    GENUINE = "genuine"
    FORGED = "forged"
    """There is one, and it is not that of these bytes under the secret."""
    MISSING = "missing"
    UNCHECKED = "unchecked"
    """There is no secret to check it with."""


class CheckVerdict(str, Enum):
    """The answer to one question to an endpoint."""

    PASS = "pass"  # noqa: S105 (no password)
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"
    """The question does not arise, or not without what was not given."""
    ERROR = "error"
    """It could not be judged."""


class State(str, Enum):
    """Of a webhook, as its sender sees it."""

    ENABLED = "enabled"
    RETRYING = "retrying"
    """Enabled, with messages that have failed and are to be tried again."""
    DISABLED = "disabled"


class Happening(str, Enum):
    """What can happen in the life of a sender."""

    SENT = "sent"
    """An attempt starts."""
    DELIVERED = "delivered"
    """An attempt succeeded; this ends the message."""
    FAILED = "failed"
    """An attempt failed, and it was not the schedule's last one."""
    GIVEN_UP = "given_up"
    """The schedule's last attempt failed; this ends the message."""
    DISABLED = "disabled"
    QUEUED = "queued"
    """A message waits for the webhook to be enabled again."""
    EXPIRED = "expired"
    """A message has waited for too long; this ends it."""
    ENABLED = "enabled"
    LEFT = "left"
    """The run was over before the message was."""


class Change(str, Enum):
    """What has become of a message that is sent again: how it went then, and how now."""

    FIXED = "fixed"
    BROKEN = "broken"
    STILL_FAILING = "still_failing"
    STILL_FINE = "still_fine"
    NEW = "new"
    """Delivered; there was no answer then."""
    NEW_FAILING = "new_failing"
    """Not delivered; there was no answer then."""


@dataclass(frozen=True, slots=True)
class Then:
    """What a message was answered when it came."""

    status: int | None
    """None where there was no answer."""
    delivered: bool
    """Whether it counts as delivered."""
    elapsed: float | None = None
    """Seconds."""
    endpoint: str = ""
    """Who answered, where that is known: a URL without credentials."""


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out once: an event, the exact body, and the headers (signature included)."""

    event: str
    body: bytes
    headers: Headers = ()
    capture: int | None = None
    """The number of the capture that it is, where it is sent again."""
    then: Then | None = None
    """What it was answered when it came, where that is compared with the answer now."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt got no good answer."""

    kind: str
    """The name of the `errors.DeliveryError` class, for example `ConnectionFailed`."""
    reason: str
    """One sentence: what, where and how to fix it."""
    unreachable: bool = False
    """True when no connection was made at all (exit code 4 rather than 1)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver a message."""

    number: int
    """From 1."""
    status: int | None
    """The HTTP status, if there was one."""
    elapsed: float
    """Seconds from the first byte of the connection to the end of the answer."""
    failure: Failure | None = None
    answer: bytes = b""
    """The first bytes of the answer's body, as evidence."""
    at: float = 0.0
    """Seconds of the sender's time from the delivery's first attempt to the start of this one."""


@dataclass(frozen=True, slots=True)
class Reception:
    """What the built-in receiver found of a message that reached it."""

    signature: str
    """`genuine`, `forged` or `missing`."""
    verdict: Verdict
    violations: tuple[str, ...] = ()
    """One sentence each, the most useful first."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """All attempts of one message to one endpoint."""

    message: Message
    url: str
    delivered: bool
    attempts: tuple[Attempt, ...]
    reception: Reception | None = None
    """The other side of it, where the built-in receiver was the endpoint."""
    planned: int = 1
    """How many attempts the schedule has."""
    ended: Happening | None = None
    """How it ended, in a sender's life; there may be no attempt."""

    @property
    def last(self) -> Attempt:
        """The attempt that decided."""
        return self.attempts[-1]

    @property
    def change(self) -> Change | None:
        """How the answer compares with the one then; None where it isn't compared."""
        then = self.message.then
        if then is None:
            return None
        if then.status is None:
            return Change.NEW if self.delivered else Change.NEW_FAILING
        if then.delivered:
            return Change.STILL_FINE if self.delivered else Change.BROKEN
        return Change.FIXED if self.delivered else Change.STILL_FAILING

    @property
    def unreachable(self) -> bool:
        """True when the last attempt met nobody."""
        failure = self.last.failure if self.attempts else None
        return failure is not None and failure.unreachable


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of a sender. Times are seconds of the sender's time since it started."""

    what: Happening
    at: float
    message: int = 0
    """The message's number, from 1 in the order in which they were due; 0 for a step of the webhook itself."""
    attempt: int = 0
    """The number of the attempt, from 1; of a message without one, 0."""
    until: float | None = None
    """When a failed message is tried again, and when a queued one expires."""
    released: int = 0
    """How many messages the enabling sets free."""
    state: State = State.ENABLED
    """After it."""
    waiting: int = 0
    """Messages in the queue after it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A step, with what it was about."""

    step: Step
    message: Message | None = None
    attempt: Attempt | None = None
    """The one that ended, where the step is an attempt's end."""
    planned: int = 1
    """How many attempts the schedule has."""
    delivery: Delivery | None = None
    """The whole of a message, with the step that ends it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with a sender. Times are seconds of the sender's time since it started."""

    state: State
    planned: int = 1
    """How many attempts the schedule has."""
    waiting: int = 0
    """Messages in the queue."""
    expires: float | None = None
    """When the first of them does."""
    under_way: int = 0
    """Attempts."""
    next_attempt: Step | None = None
    """The failure that is tried again first; its `until` says when."""
    next_event: float | None = None
    """When the next new message is due."""
    ended: tuple[tuple[Happening, int], ...] = ()
    """How many messages ended how."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Where a payload breaks its schema."""

    pointer: str | None
    """JSON Pointer (RFC 6901) into the payload; None for a payload that cannot be read."""
    keyword: str | None
    """The JSON Schema keyword that is broken; None for a payload that cannot be read."""
    message: str
    line: int | None = None
    """1-based, in the source."""
    column: int | None = None
    """1-based, in characters."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One payload as it lies in a file or came in over HTTP.

    A capture that is not JSON has `unreadable` set and no payload.
    """

    source: str
    """A path, `-` for standard input, or the name of the receiver."""
    index: int
    """The payload's number in its source, from 0."""
    line: int
    """1-based line on which the payload starts."""
    text: bytes = b""
    """The exact bytes of the payload."""
    payload: Json = None
    unreadable: Violation | None = None
    column: int = 1
    """1-based column, in characters, at which `text` starts on `line`."""
    number: int | None = None
    """Its number, where the source is a store, an archive, or exported from one; lines are counted in its body then."""
    received_at: float | None = None
    """Unix time in seconds, where its source tells when it came."""

    @property
    def name(self) -> str:
        """The source, and the number in it: `captures.db#17`."""
        return self.source if self.number is None else f"{self.source}#{self.number}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that was received and kept: what came, what was found of it, what was answered."""

    id: int
    """Its number in the store, from 1; a later one has a higher number."""
    received_at: float
    """Unix time in seconds, to the microsecond."""
    method: str
    path: str
    """The request's target as it was sent, with the query."""
    headers: Headers
    """UTF-8; other bytes are kept as lone surrogates (`surrogateescape`)."""
    body: bytes
    """The exact bytes; empty where the store was asked for summaries alone."""
    size: int
    """Bytes of the body."""
    event: str | None
    signature: Signature
    verdict: Verdict
    reason: str = ""
    """Why the signature is not genuine, in a sentence."""
    violations: tuple[Violation, ...] = ()
    """The most useful first."""
    omitted: int = 0
    """Violations that were found but not kept."""
    duplicate_of: int | None = None
    """The first arrival with the same body."""
    overtaken_by: int | None = None
    """An earlier arrival about the same user that its sender made later."""
    gap: float | None = None
    """Seconds since the arrival before it."""
    status: int | None = None
    """What was answered; None where there was no answer."""
    elapsed: float | None = None
    """Seconds from the end of the request to the answer."""
    endpoint: str = ""
    """Who answered, where the request was passed on: a URL without credentials."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request that a receiver is done with."""

    arrival: Arrival
    kept: bool
    """Whether it is in the store."""
    elapsed: float
    """Seconds from the end of the request to the end of the answer."""
    note: str = ""
    """What went wrong with keeping, passing on or answering it, in a sentence."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one capture."""

    capture: Capture
    event: str | None
    verdict: Verdict
    violations: tuple[Violation, ...] = ()
    """The most useful first."""
    omitted: int = 0
    """Violations that were found but not kept."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one question to an endpoint came to."""

    id: str
    group: str
    """What it is about, as `signatures`."""
    verdict: CheckVerdict
    clause: str
    """What the contract says, and where."""
    message: str
    """What was seen, in a sentence."""
    elapsed: float
    """Seconds."""
    evidence: tuple[str, ...] = ()
    """What was sent and what came back, a line each."""
    remedy: str = ""
    reproduce: str = ""
    """A command line that asks the same again."""
