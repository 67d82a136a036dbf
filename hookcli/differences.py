"""In what payloads and their schema differ, as it travels from where it is found to where it is reported."""

from __future__ import annotations

from enum import Enum

from hookcli.dataclass import dataclass


class DriftKind(str, Enum):
    """How payloads and their schema differ."""

    NEW_EVENT = "new-event"
    """An `event_name` that has no schema."""
    NEW_KEY = "new-key"
    """A key that the schema does not know."""
    NEW_TYPE = "new-type"
    """A value of a type that the schema does not take."""
    NEW_NULL = "new-null"
    """null where the schema does not take it."""
    NEW_VALUE = "new-value"
    """A value outside a list that the schema closes."""
    BROKEN_RULE = "broken-rule"
    """A value that another keyword of the schema refuses."""
    MISSING_REQUIRED = "missing-required"
    """A key that the schema requires is not there."""
    STOPPED_KEY = "stopped-key"
    """A key that came until a certain time and then no more."""
    NEVER_SEEN = "never-seen"
    """A key that the schema names and that never came."""
    UNREADABLE = "unreadable"
    """What should be a payload is no JSON."""


class Promise(str, Enum):
    """Whether the sender may do so without notice (haptik-contract.md, compatibility)."""

    ADDITIVE = "additive"
    """New keys and new events may appear at any time."""
    BREAKING = "breaking"
    """Keys are not removed or changed without a new `event_name`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in which captured payloads and their schema differ."""

    kind: DriftKind
    event: str | None
    """None of payloads that name none, and of what is unreadable."""
    pointer: str
    """JSON Pointer of the place, with `*` for each item of a list, and for keys that are counted together."""
    detail: str
    """What tells it from others of its kind at its place: a type, a value as JSON, a keyword; mostly nothing."""
    message: str
    """What is different, in a sentence about the place."""
    promise: Promise | None
    """None of what is unreadable."""
    count: int
    share: float | None = None
    """Of the objects, or the values, at that place; None where there is nothing to be a share of."""
    first_seen: float | None = None
    """Unix time in seconds; None where the payloads do not tell."""
    last_seen: float | None = None
    example: str = ""
    """A value as JSON, cut."""
    source: str = ""
    """Where the first of them is; of a key that came no more, the last."""
    line: int = 1
    number: int | None = None
    """The number of the capture in its source, if it has one."""
    is_known: bool | None = None
    """Whether an earlier report has it; None where there is none."""

    @property
    def id(self) -> str:
        """What it is called by, the same in every report."""
        where = self.source if self.kind is DriftKind.UNREADABLE else self.pointer
        return " ".join(part for part in (self.kind.value, self.event, where, self.detail) if part)

    @property
    def name(self) -> str:
        """The source, and the number in it: `captures.db#17`."""
        return self.source if self.number is None else f"{self.source}#{self.number}"


@dataclass(frozen=True, slots=True)
class EventSeen:
    """The payloads of an event."""

    event: str | None
    count: int
    first_seen: float | None
    """Unix time in seconds; None where the payloads do not tell."""
    last_seen: float | None
