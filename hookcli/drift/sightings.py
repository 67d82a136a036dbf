"""When and where something was seen: how often, first, last, and what it looked like."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from hookcli.archives.reading import Within
from hookcli.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Before:
    """What came before a part of an archive."""

    lines: int = 0
    """Of the source that the part starts in."""
    payloads: int = 0
    """Of the whole archive."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A payload in which something was seen."""

    time: float | None
    """Unix time in seconds: when the payload was received, else when it says that it was made."""
    order: int
    """How many payloads came before it."""
    source: str
    line: int
    """The line on which the payload starts, from 1; `Within` a piece where it is counted from there."""
    number: int | None = None
    """Its number, where the source is a store, an archive, or exported from one."""

    @property
    def early(self) -> tuple[float, int]:
        """What the first sighting has least of: one of which the time is known comes first."""
        return inf if self.time is None else self.time, self.order

    @property
    def late(self) -> tuple[float, int]:
        """What the last sighting has most of."""
        return -inf if self.time is None else self.time, self.order

    def after(self, before: Before) -> Sighting:
        """The same, as it stands in the whole."""
        line = self.line + before.lines if isinstance(self.line, Within) else self.line
        number = self.number + before.lines if isinstance(self.number, Within) else self.number
        return Sighting(self.time, self.order + before.payloads, self.source, line, number)


@dataclass(slots=True)
class Tally:
    """What is known of something that was seen."""

    count: int
    first: Sighting
    last: Sighting
    example: str = ""
    """The value as JSON, cut; of the first sighting."""
    types: frozenset[str] = frozenset()
    """The JSON types of its values."""
    locations: frozenset[str] = frozenset()
    """The keywords of the schema that refuse it, as URIs with a JSON Pointer."""

    def add(self, other: Tally) -> None:
        """Take another one into account, which is left as it is."""
        if not self.count or other.first.early < self.first.early:
            self.first, self.example = other.first, other.example
        if not self.count or other.last.late > self.last.late:
            self.last = other.last
        self.count += other.count
        if other.types:
            self.types |= other.types
        if other.locations:
            self.locations |= other.locations

    def after(self, before: Before) -> Tally:
        """A copy, as it stands in the whole."""
        return replace(self, first=self.first.after(before), last=self.last.after(before))
