"""What was counted -> in what payloads and schema differ, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hookcli.differences import Difference, DriftKind, EventSeen, Promise
from hookcli.drift.census import (
    MOST_EVENTS,
    MOST_KEYS,
    MOST_SOURCES,
    MOST_VALUES,
    Census,
    EventCensus,
    ObjectCensus,
)
from hookcli.drift.sightings import Tally
from hookcli.drift.spots import ANY
from hookcli.drift.values import in_order
from hookcli.schema.references import escape, unescape

CHANCE = 1e-6
"""How likely it may at most be that a key stays away by chance, to be told of as one that stopped coming."""

LEAST_STEPS = 3
"""Steps of the calendar in which it stays away, at least: a burst of equal payloads is chance."""

PROMISES = {
    DriftKind.NEW_EVENT: Promise.ADDITIVE,
    DriftKind.NEW_KEY: Promise.ADDITIVE,
    DriftKind.NEVER_SEEN: Promise.ADDITIVE,
    DriftKind.UNREADABLE: None,
}
"""What the sender may do (haptik-contract.md, compatibility); all else breaks its promise."""

_SENTENCES = {
    DriftKind.NEW_TYPE: "comes as {}, which the schema does not take",
    DriftKind.NEW_NULL: "comes as null, which the schema does not take",
    DriftKind.NEW_VALUE: "comes as {}, which the schema does not list",
    DriftKind.BROKEN_RULE: "breaks the {} of the schema",
    DriftKind.MISSING_REQUIRED: "is missing, though the schema requires it",
}
_TOO_MANY = {
    DriftKind.NEW_KEY: f"over {MOST_KEYS} keys that the schema does not know, counted together",
    DriftKind.NEW_EVENT: f"over {MOST_EVENTS:,} events that have no schema, counted together",
    DriftKind.UNREADABLE: f"over {MOST_SOURCES:,} sources hold what is no JSON, counted together",
}
_MANY_VALUES = f"comes as over {MOST_VALUES} values that the schema refuses, counted together"
_KINDS = list(DriftKind)


def differences(census: Census, events: Sequence[str] = ()) -> list[Difference]:
    """All in which payloads and schema differ: what breaks the sender's promise, what is added, what never came.

    Args:
        census: of the payloads.
        events: in the order in which they come.
    """
    found = [*_unreadable(census), *_new_events(census)]
    for name, event in census.events.items():
        found += _of_event(name or None, event)
    ranks = {name: at for at, name in enumerate(events)}
    last = len(ranks)

    def order(each: Difference) -> tuple[object, ...]:
        event = each.event or ""
        rank = _KINDS.index(each.kind)
        return _weight(each), ranks.get(event, last), event, rank, -each.count, each.pointer, each.detail, each.source

    return sorted(found, key=order)


def _weight(difference: Difference) -> int:
    if difference.promise is None:
        return 0
    return 3 if difference.kind is DriftKind.NEVER_SEEN else 1 + (difference.promise is Promise.ADDITIVE)


def events_seen(census: Census, events: Sequence[str] = ()) -> list[EventSeen]:
    """The events that have a schema, each with its payloads."""
    ranks = {name: at for at, name in enumerate(events)}
    named = sorted(census.events.items(), key=lambda each: (ranks.get(each[0], len(ranks)), each[0]))
    return [
        EventSeen(name or None, event.tally.count, event.tally.first.time, event.tally.last.time)
        for name, event in named
    ]


def _made(kind: DriftKind, event: str | None, pointer: str, tally: Tally, message: str, **more: object) -> Difference:
    seen = tally.first
    plain = Difference(
        kind,
        event,
        pointer,
        "",
        message,
        PROMISES.get(kind, Promise.BREAKING),
        tally.count,
        first_seen=seen.time,
        last_seen=tally.last.time,
        example=tally.example,
        source=seen.source,
        line=int(seen.line),
        number=seen.number,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def _unreadable(census: Census) -> Iterator[Difference]:
    for _, tally in census.unreadable.named():
        message = tally.example if census.unreadable.others is None else _TOO_MANY[DriftKind.UNREADABLE]
        yield _made(DriftKind.UNREADABLE, None, "", tally, message, example="")


def _new_events(census: Census) -> Iterator[Difference]:
    for name, tally in census.strange.named():
        message = "has no schema" if census.strange.others is None else _TOO_MANY[DriftKind.NEW_EVENT]
        yield _made(DriftKind.NEW_EVENT, name, "", tally, message, share=tally.count / census.payloads)


def _of_event(name: str | None, event: EventCensus) -> Iterator[Difference]:
    missing = set()
    for kinds_and_pointer, several in event.refused.items():
        word, _, pointer = kinds_and_pointer.partition(" ")
        kind = DriftKind(word)
        if kind is DriftKind.MISSING_REQUIRED:
            missing.add(pointer)
        for detail, tally in several.named():
            sentence = _SENTENCES[kind].format(detail) if several.others is None else _MANY_VALUES
            share = _share(event, kind, pointer, tally)
            yield _made(kind, name, pointer, tally, sentence, detail=detail, share=share)
    for pointer, objects in event.objects.items():
        yield from _new_keys(name, pointer, objects)
        yield from _stopped(name, pointer, objects, missing)
        for key in sorted(objects.expected - objects.keys.keys()) if objects.count else ():
            if f"{pointer}/{escape(key)}" not in missing:
                yield _never_seen(name, f"{pointer}/{escape(key)}")


def _share(event: EventCensus, kind: DriftKind, pointer: str, tally: Tally) -> float | None:
    """Of the objects that lack a key, or of the values that came at a place."""
    parent, _, token = pointer.rpartition("/")
    objects = event.objects.get(parent)
    if not pointer:
        return tally.count / event.tally.count
    if objects is None or not objects.count:
        return None
    if kind is DriftKind.MISSING_REQUIRED:
        return tally.count / objects.count
    known = objects.keys.get(unescape(f"/{token}")[0])
    return tally.count / known.count if known is not None and token != ANY else None


def _new_keys(name: str | None, pointer: str, objects: ObjectCensus) -> Iterator[Difference]:
    for key, tally in objects.unknown.named():
        if objects.unknown.others is not None:
            yield _made(DriftKind.NEW_KEY, name, f"{pointer}/{ANY}", tally, _TOO_MANY[DriftKind.NEW_KEY])
            continue
        message = f"is a key that the schema does not know: {' or '.join(in_order(tally.types))}"
        share = tally.count / objects.count if objects.count else None
        yield _made(DriftKind.NEW_KEY, name, f"{pointer}/{escape(key)}", tally, message, share=share)


def _stopped(name: str | None, pointer: str, objects: ObjectCensus, missing: set[str]) -> Iterator[Difference]:
    """Keys that came, and then no more, which is no chance; a key that is required is missing anyway."""
    for key, tally in objects.keys.items():
        where = f"{pointer}/{escape(key)}"
        if tally.last.time is None or where in missing:
            continue
        steps = objects.calendar.after(tally.last.time)
        since = sum(steps)
        until = sum(objects.calendar.counts.values()) - since
        share = min(1, tally.count / objects.count * (until + since) / (until + 1))  # of the objects until then
        if len(steps) >= LEAST_STEPS and (1 - share) ** since < CHANCE:
            message = f"came {tally.count:,} times, and in none of {since:,} payloads and more since"
            last = tally.last
            yield _made(DriftKind.STOPPED_KEY, name, where, tally, message, share=tally.count / objects.count,
                        source=last.source, line=last.line, number=last.number)  # fmt: skip


def _never_seen(name: str | None, pointer: str) -> Difference:
    message = "is known to the schema, and never came"
    return Difference(DriftKind.NEVER_SEEN, name, pointer, "", message, Promise.ADDITIVE, 0, 0.0)
