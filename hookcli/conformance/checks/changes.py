"""What the sender promises to do sooner or later: other events, more keys, fewer keys, nulls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hookcli.conformance.asking import Asker
from hookcli.conformance.registry import COMPATIBILITY, Finding, check
from hookcli.models import Json, Message

NEW_KEY = "hookcli_test_new_key"

_EVENTS = ("webhook_agent_chat_close", "webhook_conversation_complete", "message")
"""Between them they have every object of the contract."""

Change = Callable[["dict[str, Json]", Callable[[], bool]], bool]
"""Changes an object in place; is told how to ask whether the payload around it is valid, and tells whether it did."""


@check("unknown-event", COMPATIBILITY)
def unknown_event(asker: Asker) -> Finding:
    """An event that the endpoint does not know is answered like any other.

    The sender may add events at any time. Answer with 200 and do nothing; do not look events up by a part of their
    name.
    """
    tries = []
    for name in ("hookcli_test_event", "webhook_message_hookcli_test"):
        payload = {**asker.mint.payload(asker.known.carrier), "event_name": name}
        tries.append((f"event_name {name}", asker.mint.message(name, payload)))
    return asker.all_accepted(
        tries, what="unknown events were", remedy="Answer an event_name that you do not know with 200, and ignore it."
    )


@check("new-keys", COMPATIBILITY)
def new_keys(asker: Asker) -> Finding:
    """A key that the endpoint does not know is ignored, in every object of the payload.

    New keys may appear at any time, and no change of event_name announces them. Let your model ignore what it does not
    know (pydantic: extra="ignore", marshmallow: unknown=EXCLUDE), at every level.
    """
    return asker.all_accepted(
        _at_each_level(asker, _add_key, "a new key in"),
        what="payloads with a new key were",
        remedy="Ignore keys that you do not know, at every level.",
    )


@check("missing-optional-keys", COMPATIBILITY)
def missing_optional_keys(asker: Asker) -> Finding:
    """Keys that are not always there may be missing, in every object of the payload.

    Read them with a default: `closing_categories` is sent "only if this exists", and older forms of `message` carry
    fewer keys of `user` and `agent`.
    """
    return asker.all_accepted(
        _at_each_level(asker, _remove_optional, "without the optional keys of"),
        what="payloads without optional keys were",
        remedy="Read keys that may be missing with a default.",
    )


@check("null-values", COMPATIBILITY)
def null_values(asker: Asker) -> Finding:
    """Values that may be null are null, in every object of the payload.

    A bot's agent.email, a web user's phone_model and a user without a name are null. Look for null before you use a
    value, and let the column be nullable.
    """
    return asker.all_accepted(
        _at_each_level(asker, _make_null, "nulls in"),
        what="payloads with nulls were",
        remedy="Take null where the contract has it: let the model and the column be nullable.",
    )


def _add_key(place: dict[str, Json], _is_valid: Callable[[], bool]) -> bool:
    place[NEW_KEY] = {"text": "hookcli test", "list": [1, None]}
    return True


def _remove_optional(place: dict[str, Json], is_valid: Callable[[], bool]) -> bool:
    """Take out each key without which the payload is still valid."""
    before = len(place)
    for key, value in [*place.items()]:
        del place[key]
        if not is_valid():
            place[key] = value
    return len(place) < before


def _make_null(place: dict[str, Json], is_valid: Callable[[], bool]) -> bool:
    """Write null over each value that may be null."""
    changed = False
    for key, value in [*place.items()]:
        place[key] = None
        if is_valid():
            changed = True
        else:
            place[key] = value
    return changed


def _at_each_level(asker: Asker, change: Change, what: str) -> Iterator[tuple[str, Message]]:
    """A message for each object of each event's payload, in which that object is changed, and one with all of them."""
    seen: set[str] = set()
    for event in [event for event in asker.known.accepted if event in _EVENTS] or [asker.known.carrier]:
        changed = []
        for pointer in [pointer for pointer, _ in objects_of(asker.mint.payload(event)) if pointer not in seen]:
            payload = asker.mint.payload(event)
            if _change(asker, event, payload, [pointer], change):
                changed.append(pointer)
                yield f"{event}: {what} {pointer or 'the root'}", asker.mint.message(event, payload)
        seen.update(changed)
        payload = asker.mint.payload(event)
        if len(changed) > 1 and _change(asker, event, payload, changed, change):
            yield f"{event}: {what} every object", asker.mint.message(event, payload)


def _change(asker: Asker, event: str, payload: Json, pointers: Iterable[str], change: Change) -> bool:
    """Change a payload at several places; whether it could be done at one of them."""
    schema, done = asker.mint.schema_of(event), False
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
