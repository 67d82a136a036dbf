"""What was counted of the payloads of an archive, or of a part of it: parts make a whole, wherever it was cut.

Its size is bounded, whatever comes: what there are too many of is counted together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from hookcli.dataclass import dataclass
from hookcli.drift.calendar import Calendar
from hookcli.drift.sightings import Before, Sighting, Tally
from hookcli.drift.values import shown, type_of
from hookcli.models import Json

MOST_KEYS = 100
"""Unknown keys of the objects at a place that are counted apart."""

MOST_VALUES = 100
"""Values outside a closed list, at a place."""

MOST_EVENTS = 1_000
"""Unknown events."""

MOST_SOURCES = 1_000
"""Sources with something unreadable in them."""

OTHERS = "*"
"""Stands for all of those that are too many."""


@dataclass(slots=True)
class Several:
    """Tallies by name; of too many names, one for all."""

    most: int
    tallies: dict[str, Tally] = field(default_factory=dict)
    others: Tally | None = None
    """All of them, once they were too many."""

    def add(self, name: str, tally: Tally) -> None:
        """Take a tally into account, and keep it."""
        if self.others is not None:
            self.others.add(tally)
        elif name in self.tallies:
            self.tallies[name].add(tally)
        else:
            self.tallies[name] = tally
            if len(self.tallies) > self.most:
                self._collapse()

    def see(self, name: str, value: Json, seen: Sighting, locations: frozenset[str] = frozenset()) -> None:
        """Count a value; what was seen before came earlier in the archive."""
        known = self.others or self.tallies.get(name)
        if known is None or seen.early < known.first.early:
            self.add(name, Tally(1, seen, seen, shown(value), frozenset((type_of(value),)), locations))
            return
        known.count += 1
        if seen.late > known.last.late:
            known.last = seen
        if (kind := type_of(value)) not in known.types:
            known.types |= {kind}

    def locate(self, name: str, locations: frozenset[str]) -> None:
        """Say which keywords of the schema refuse what was seen."""
        known = self.others or self.tallies[name]
        known.locations |= locations

    def knows(self, name: str) -> bool:
        """Whether it was seen."""
        return self.others is not None or name in self.tallies

    def merge(self, later: Several, before: Before) -> None:
        """Take all into account that another one has."""
        if later.others is not None:
            self._collapse()
        for name, tally in later.named():
            self.add(name, tally.after(before))
        if later.others is not None:
            self._collapse()

    def named(self) -> Iterator[tuple[str, Tally]]:
        """Each name with its tally, sorted; one with `OTHERS` where they are too many."""
        if self.others is not None:
            yield OTHERS, self.others
        yield from sorted(self.tallies.items())

    def _collapse(self) -> None:
        for tally in self.tallies.values():
            if self.others is None:
                self.others = tally
            else:
                self.others.add(tally)
        self.tallies = {}


@dataclass(slots=True)
class ObjectCensus:
    """What was counted of the objects at a place."""

    count: int = 0
    calendar: Calendar = field(default_factory=Calendar)
    """When the payloads came that have any, as far as they tell."""
    keys: dict[str, Tally] = field(default_factory=dict)
    """Those that the schema names."""
    expected: frozenset[str] = frozenset()
    """Those that it says may come."""
    unknown: Several = field(default_factory=lambda: Several(MOST_KEYS))
    """The keys that it does not know."""

    def merge(self, later: ObjectCensus, before: Before) -> None:
        """Take all into account that another one has."""
        self.count += later.count
        self.calendar.add(later.calendar)
        self.expected |= later.expected
        for key, tally in later.keys.items():
            count_in(self.keys, key, tally.after(before))
        self.unknown.merge(later.unknown, before)


@dataclass(slots=True)
class EventCensus:
    """What was counted of the payloads of an event."""

    tally: Tally
    objects: dict[str, ObjectCensus] = field(default_factory=dict)
    """By the pointer of their place."""
    refused: dict[str, Several] = field(default_factory=dict)
    """What the schema refuses: by the kind of difference and the pointer, each by its detail."""

    def refuse(self, kind: str, pointer: str, detail: str, tally: Tally) -> None:
        """Count what the schema refuses."""
        self.refused.setdefault(f"{kind} {pointer}", Several(MOST_VALUES)).add(detail, tally)

    def merge(self, later: EventCensus, before: Before) -> None:
        """Take all into account that another one has."""
        self.tally.add(later.tally.after(before))
        for pointer, objects in later.objects.items():
            self.objects.setdefault(pointer, ObjectCensus()).merge(objects, before)
        for name, several in later.refused.items():
            self.refused.setdefault(name, Several(MOST_VALUES)).merge(several, before)


@dataclass(slots=True)
class Census:
    """What was counted of all payloads."""

    payloads: int = 0
    """All of them, what is unreadable too."""
    events: dict[str, EventCensus] = field(default_factory=dict)
    """Those that have a schema; under "" the payloads that name no event."""
    strange: Several = field(default_factory=lambda: Several(MOST_EVENTS))
    """Events that have none."""
    unreadable: Several = field(default_factory=lambda: Several(MOST_SOURCES))
    """What is no JSON, by its source."""

    def merge(self, later: Census, lines: int = 0) -> None:
        """Take all into account that came later in the archive.

        Args:
            later: of what follows; it is left as it is.
            lines: of the source in which that starts, before it.
        """
        before = Before(lines, self.payloads)
        self.payloads += later.payloads
        for name, event in later.events.items():
            if name not in self.events:
                self.events[name] = EventCensus(event.tally.after(before))
                self.events[name].tally.count = 0
            self.events[name].merge(event, before)
        self.strange.merge(later.strange, before)
        self.unreadable.merge(later.unreadable, before)


def count_in(tallies: dict[str, Tally], name: str, tally: Tally) -> None:
    """Take a tally into account, and keep it where it is the first of its name."""
    known = tallies.get(name)
    if known is None:
        tallies[name] = tally
    else:
        known.add(tally)
