"""What the sender promises to do sooner or later: other events, more keys, fewer keys, nulls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hookcli.conformance.asking import Asker, Try
from hookcli.conformance.registry import COMPATIBILITY, PAYLOAD, Finding, check
from hookcli.models import Json, Message
from hookcli.schema.document import Schema

NEW_KEY = "hookcli_test_new_key"

_ENVELOPE = ("version", "timestamp", "business_id", "business_name", "event_name", "user", "agent")
"""What every event has."""

Change = Callable[["dict[str, Json]", Callable[[], bool]], bool]
"""Changes an object in place; is told how to ask whether the payload around it is valid, and tells whether it did."""


@check("unknown-event", COMPATIBILITY)
def unknown_event(asker: Asker) -> Finding:
    """An event that the endpoint does not know is answered like any other.

    The sender may add events at any time, with other keys beside `user` and `agent`. Answer with 200 and do nothing;
    compare the whole name: "message" is a part of many a name.
    """
    return asker.all_accepted(
        _unknown_events(asker),
        what="unknown events",
        remedy="Answer an event_name that you do not know with 200, and ignore it; compare the whole name.",
    )


def _unknown_events(asker: Asker) -> Iterator[Try]:
    whole = {**asker.mint.payload(asker.known.carrier), "event_name": "hookcli_test_event"}
    yield Try(f"hookcli_test_event with the keys of {asker.known.carrier}", _named(asker, whole))
    like = [name for event in asker.known.attempts for name in (f"{event}_hookcli_test", f"hookcli_test_{event}")]
    for name in ("hookcli_test_event", *like):
        payload = asker.mint.payload(asker.known.carrier)
        bare = {key: payload[key] for key in _ENVELOPE if key in payload}
        yield Try(f"{name} with the keys that all events have", _named(asker, {**bare, "event_name": name}))


def _named(asker: Asker, payload: Json) -> Message:
    return asker.mint.message(payload["event_name"], payload)


@check("new-keys", COMPATIBILITY)
def new_keys(asker: Asker) -> Finding:
    """A key that the endpoint does not know is ignored, in every object of the payload.

    New keys may appear at any time, and no change of event_name announces them. Let your model ignore what it does not
    know (pydantic: extra="ignore", marshmallow: unknown=EXCLUDE, zod: no .strict()), at every level.
    """
    return asker.all_accepted(
        _at_each_level(asker, _add_key, "a new key in"),
        what="payloads with a new key",
        remedy="Ignore keys that you do not know, at every level.",
    )


@check("missing-optional-keys", PAYLOAD)
def missing_optional_keys(asker: Asker) -> Finding:
    """Keys that are not always there may be missing, in every object of the payload.

    Read them with a default: `closing_categories` is sent "only if this exists", and older forms of `message` carry
    fewer keys of `user` and `agent`. `hookcli events show NAME` prints the schema, with the keys that are required.
    """
    return asker.all_accepted(
        _at_each_level(asker, _remove_optional, "without the optional keys of"),
        what="payloads without optional keys",
        remedy="Read keys that may be missing with a default; `hookcli events show NAME` says which are required.",
    )


@check("null-values", PAYLOAD)
def null_values(asker: Asker) -> Finding:
    """Values that may be null are null, in every object of the payload.

    A bot's agent.email, a web user's phone_model and a user without a name are null. Look for null before you use a
    value, and let the column be nullable.
    """
    return asker.all_accepted(
        _at_each_level(asker, _make_null, "nulls in"),
        what="payloads with nulls",
        remedy="Take null where the contract has it: let the model and the column be nullable.",
    )


def _add_key(place: dict[str, Json], _is_valid: Callable[[], bool]) -> bool:
    place[NEW_KEY] = "Hookcli Test"
    return True


def _remove_optional(place: dict[str, Json], is_valid: Callable[[], bool]) -> bool:
    """Take out each key without which the payload is still valid."""
    before = len(place)
    for key, value in [*place.items()]:
        del place[key]
        if not is_valid():
            place[key] = value
    return len(place) < before


_OF_EACH_TYPE: tuple[Json, ...] = ("", 1, True, [], {})


def _make_null(place: dict[str, Json], is_valid: Callable[[], bool]) -> bool:
    """Write null over each value of which the contract says so: where anything at all may stand, it says nothing."""
    changed = False
    for key, value in [*place.items()]:
        taken = []
        for each in (*_OF_EACH_TYPE, None):
            place[key] = each
            taken.append(is_valid())
        if taken[-1] and not all(taken):
            changed = True
        else:
            place[key] = value
    return changed


def _at_each_level(asker: Asker, change: Change, what: str) -> Iterator[Try]:
    """Payloads in which one object is changed, each object once; and of each event one in which all are."""
    seen: set[str] = set()
    for event in asker.known.accepted or [asker.known.carrier]:
        schema, changed = asker.mint.schema_of(event), []
        for pointer in [pointer for pointer, _ in objects_of(asker.mint.payload(event))]:
            payload = asker.mint.payload(event)
            if _change(payload, [pointer], change, schema):
                changed.append(pointer)
                if pointer not in seen:
                    yield Try(f"{event}: {what} {pointer or 'the root'}", asker.mint.message(event, payload))
        payload = asker.mint.payload(event)
        if (len(changed) > 1 or seen.issuperset(changed)) and _change(payload, changed, change, schema):
            yield Try(f"{event}: {what} every object", asker.mint.message(event, payload))
        seen.update(changed)


def _change(payload: Json, pointers: Iterable[str], change: Change, schema: Schema) -> bool:
    """Change a payload at several places; whether it could be done at one of them."""
    done = False
    for pointer in pointers:
        place = dict(objects_of(payload)).get(pointer)
        if place is not None:
            done = change(place, lambda: schema.is_valid(payload)) or done
    return done


def objects_of(payload: Json, pointer: str = "") -> Iterator[tuple[str, dict[str, Json]]]:
    """Every object of a payload by its JSON Pointer, the outer ones first; of a list, that of its first item."""
    if isinstance(payload, dict):
        yield pointer, payload
        for key, value in [*payload.items()]:
            yield from objects_of(value, f"{pointer}/{key}")
    elif isinstance(payload, list) and payload:
        yield from objects_of(payload[0], f"{pointer}/0")
