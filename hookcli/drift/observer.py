"""Counts payloads: what their schema knows, by form, and what it doesn't know, one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import field
from math import inf

from hookcli.capture.moments import moment_of
from hookcli.dataclass import dataclass
from hookcli.differences import DriftKind
from hookcli.drift.breaches import Refused, refused_of
from hookcli.drift.census import Census, EventCensus, ObjectCensus, count_in
from hookcli.drift.sightings import Sighting, Tally
from hookcli.drift.spots import Spot, spot_of, value_at
from hookcli.drift.values import name_of, shown, type_of
from hookcli.jsontext import safe
from hookcli.models import Capture, Json
from hookcli.schema.document import Schema
from hookcli.schema.references import escape

NAMELESS = ""
"""Stands for the event of payloads that name none."""

TOO_DEEP = "objects and lists are nested deeper than they can be followed"

_MOST_FORMS = 500
"""Forms of the objects at a place that are held at once."""

_MOST_HELD = 50_000
"""Keys of forms that are held at once."""

_PLACE = re.compile(r" that starts at line \d+, column \d+")

NEVER = Sighting(None, -1, "", 0)
"""Stands for the first sighting and the last where there is none yet."""

FindSchema = Callable[[str], Schema | None]
"""An event's name -> its schema, None for an event that isn't known."""


@dataclass(slots=True)
class _Form:
    """Objects with the same keys in the same order, at one place."""

    named: tuple[str, ...]
    """Those of the keys that the schema names."""
    inner: tuple[tuple[str, _Watch], ...]
    """Those under which there is something that it speaks of."""
    strange: tuple[str, ...]
    """Those that it does not know."""
    first: Sighting
    last: Sighting
    early: float = inf
    late: float = -inf
    count: int = 0


@dataclass(slots=True)
class _Watch:
    """A place, and what was seen there."""

    spot: Spot
    objects: ObjectCensus
    forms: dict[tuple[str, ...], _Form] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    """Of the payloads that have something there."""
    latest: Sighting | None = None
    """The payload that was last."""
    held: int = 0
    """Keys of all forms together."""
    whole: Tally | None = None
    """The payloads, where it is their root."""

    def fold(self) -> None:
        """Add what was counted by form to what was counted of each key."""
        for form in self.forms.values():
            self.objects.count += form.count
            if self.whole is not None:
                self.whole.add(Tally(form.count, form.first, form.last))
            for key in form.named:
                count_in(self.objects.keys, key, Tally(form.count, form.first, form.last))
        self.objects.calendar.add_times(self.times)
        self.forms.clear()
        self.held = 0
        self.times.clear()


class _Event:
    """An event that has a schema, and what was seen of it."""

    def __init__(self, schema: Schema, root: Spot, census: EventCensus) -> None:
        self.schema = schema
        self.is_valid = schema.is_valid
        self.census = census
        self._watches: dict[int, _Watch] = {}
        self.root = self._watch(root)
        self.root.whole = census.tally

    def fold(self) -> None:
        """Add what was counted by form."""
        for watch in self._watches.values():
            watch.fold()

    def walk(self, watch: _Watch, value: Json, seen: Sighting, early: float, late: float) -> None:
        """Count what is at a place."""
        if value.__class__ is dict:
            form = watch.forms.get(tuple(value)) or self._form(watch, tuple(value), seen)
            form.count += 1
            if early < form.early:
                form.early, form.first = early, seen
            if late >= form.late:
                form.late, form.last = late, seen
            if early != inf and watch.latest is not seen:  # items of one payload are alike
                watch.latest = seen
                watch.times.append(early)
            for key, inner in form.inner:
                self.walk(inner, value[key], seen, early, late)
            if form.strange:
                self._meet(watch, value, form.strange, seen)
        elif value.__class__ is list:
            self._walk_items(watch.spot, value, seen, early, late)

    def _walk_items(self, outer: Spot, items: list[Json], seen: Sighting, early: float, late: float) -> None:
        for at, child in enumerate(items):
            if child.__class__ is dict or child.__class__ is list:
                spot = outer.item(at)
                if spot is not None:
                    self.walk(self._watch(spot), child, seen, early, late)

    def _form(self, watch: _Watch, keys: tuple[str, ...], seen: Sighting) -> _Form:
        watch.held += len(keys)
        if len(watch.forms) >= _MOST_FORMS or watch.held > _MOST_HELD:
            watch.fold()
        form = watch.forms[keys] = _Form(
            tuple(key for key in keys if key in watch.spot.spelt),
            tuple((key, self._watch(spot)) for key in keys if (spot := watch.spot.below(key)) is not None),
            watch.spot.strangers(keys),
            seen,
            seen,
        )
        return form

    def _watch(self, spot: Spot) -> _Watch:
        watch = self._watches.get(id(spot))
        if watch is None:
            objects = self.census.objects.setdefault(spot.pointer, ObjectCensus())
            objects.expected |= spot.expected
            watch = self._watches[id(spot)] = _Watch(spot, objects)
        return watch

    def _meet(self, watch: _Watch, value: dict[str, Json], keys: tuple[str, ...], seen: Sighting) -> None:
        for key in keys:
            watch.objects.unknown.see(name_of(key), value[key], seen, watch.spot.homes)

    def refused(self, payload: Json) -> dict[Refused, set[str]]:
        """What the schema refuses of a payload, each thing once at its place, with the keywords that do."""
        found: dict[Refused, set[str]] = {}
        for refused, location in refused_of(self.schema.breaches(payload), payload):
            found.setdefault(refused, set()).add(location)
        return found

    def refuse(self, found: dict[Refused, set[str]], payload: Json, seen: Sighting) -> None:
        """Count what the schema refuses of a payload."""
        for refused, locations in found.items():
            self._refuse(refused, frozenset(locations), payload, seen)

    def _refuse(self, refused: Refused, locations: frozenset[str], payload: Json, seen: Sighting) -> None:
        root, (*path, key) = self.root.spot, refused.path or ("",)
        if refused.kind is DriftKind.MISSING_REQUIRED:
            pointer = f"{root.pattern(path)}/{escape(name_of(str(key)))}"
            self.census.refuse(refused.kind.value, pointer, "", Tally(1, seen, seen, locations=locations))
            return
        value = value_at(payload, refused.path)
        if refused.kind is DriftKind.NEW_KEY:
            objects = self.census.objects.setdefault(root.pattern(path), ObjectCensus())
            if not self._is_met(path, str(key)) or not objects.unknown.knows(name_of(str(key))):
                objects.unknown.see(name_of(str(key)), value, seen)
            objects.unknown.locate(name_of(str(key)), locations)
            return
        tally = Tally(1, seen, seen, shown(value), frozenset((type_of(value),)), locations)
        self.census.refuse(refused.kind.value, root.pattern(refused.path), refused.detail, tally)

    def _is_met(self, path: list[str | int], key: str) -> bool:
        """Whether a key is counted already, as one that the schema does not know."""
        spot: Spot | None = self.root.spot
        for step in path:
            spot = spot and (spot.item(step) if isinstance(step, int) else spot.below(step))
        return spot is not None and bool(spot.strangers((key,)))


class Observer:
    """Counts captures.

    Args:
        find_schema: gets the event's name.
        schema: that of every payload, whatever its event.
        name: the event as which they count then.
    """

    def __init__(self, find_schema: FindSchema, schema: Schema | None = None, name: str = NAMELESS) -> None:
        self._name = name
        self._find_schema = find_schema
        self._schema = schema
        self._roots: dict[str, Spot] = {}
        self._events: dict[str, _Event] = {}
        self._census = Census()
        self.is_exact = False
        """Whether integers beyond 64 bits have to be as they are, rather than the floats beside them."""

    @property
    def payloads(self) -> int:
        """How many were counted since the last time."""
        return self._census.payloads

    def sealed(self) -> Census:
        """What was counted since the last time."""
        for event in self._events.values():
            event.fold()
        census, self._census, self._events = self._census, Census(), {}
        return census

    def census_of(self, captures: Iterable[Capture]) -> Census:
        """What there is to be counted of some captures, and of what was taken before them."""
        for capture in captures:
            self.take(capture)
        return self.sealed()

    def takes(self, payload: Json, time: float | None, source: str, line: int) -> bool:
        """Count a payload on a line, if its schema takes it.

        Raises:
            LookupError, TypeError, ValueError: there is doubt.
        """
        event = self._events[payload["event_name"] if self._schema is None else self._name]
        if not event.is_valid(payload):
            return False
        self._count(event, payload, Sighting(time, self._census.payloads, source, line))
        return True

    def take(self, capture: Capture) -> None:
        """Count a capture."""
        seen = Sighting(moment_of(capture), self._census.payloads, capture.source, capture.line, capture.number)
        if capture.unreadable is not None:
            self._take_unreadable(seen, capture.unreadable.message)
            return
        payload = safe(capture.payload) if b"\\u" in capture.text else capture.payload
        try:
            self._take(payload, seen)
        except (RecursionError, ValueError):  # jsonschema-rs compares values down to 255 levels
            self._take_unreadable(seen, TOO_DEEP)

    def _take(self, payload: Json, seen: Sighting) -> None:
        name: Json = self._name
        if self._schema is None:
            name = payload.get("event_name") if isinstance(payload, dict) else None
        if not isinstance(name, str):
            self._take_nameless(payload, seen)
            return
        event = self._event(name)
        if event is None:
            self._census.payloads += 1
            self._census.strange.add(name_of(name), Tally(1, seen, seen))
            return
        refused = {} if event.is_valid(payload) else event.refused(payload)
        self._count(event, payload, seen)
        event.refuse(refused, payload, seen)

    def _count(self, event: _Event, payload: Json, seen: Sighting) -> None:
        early, late = (inf, -inf) if seen.time is None else (seen.time, seen.time)
        event.walk(event.root, payload, seen, early, late)
        self._census.payloads += 1
        if payload.__class__ is not dict:  # which has no form
            event.census.tally.add(Tally(1, seen, seen))

    def _event(self, name: str) -> _Event | None:
        if name not in self._events:
            schema = self._schema or self._find_schema(name)
            if schema is None:
                return None
            if name not in self._roots:
                self._roots[name] = spot_of(schema)
                self.is_exact |= schema.tells_wide_integers
            census = self._census.events[name] = EventCensus(Tally(0, NEVER, NEVER))
            self._events[name] = _Event(schema, self._roots[name], census)
        return self._events[name]

    def _take_nameless(self, payload: Json, seen: Sighting) -> None:
        """Of a payload that names no event there is no schema."""
        self._census.payloads += 1
        tally = Tally(1, seen, seen)
        census = self._census.events.setdefault(NAMELESS, EventCensus(Tally(0, seen, seen)))
        census.tally.add(tally)
        if not isinstance(payload, dict):
            kind, pointer, value = DriftKind.NEW_TYPE, "", payload
        elif "event_name" not in payload:
            census.refuse(DriftKind.MISSING_REQUIRED.value, "/event_name", "", tally)
            return
        else:
            kind, pointer, value = DriftKind.NEW_TYPE, "/event_name", payload["event_name"]
        found = Tally(1, seen, seen, shown(value), frozenset((type_of(value),)))
        census.refuse(kind.value, pointer, type_of(value), found)

    def _take_unreadable(self, seen: Sighting, why: str) -> None:
        self._census.payloads += 1
        self._census.unreadable.add(seen.source, Tally(1, seen, seen, _PLACE.sub("", why)))
