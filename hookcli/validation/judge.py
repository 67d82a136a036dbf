"""The verdict on one capture."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import safe
from hookcli.models import Capture, Json, Judgement, Verdict, Violation
from hookcli.schema.document import Schema

if TYPE_CHECKING:
    from hookcli.validation.explain import Finding

FindSchema = Callable[[str], Schema | None]
"""An event's name -> its schema, None for an event that isn't known."""

_AT_KEY = frozenset({"additionalProperties", "propertyNames", "uniqueKeys"})
"""Violations of these are about a key, and placed at it rather than at its value."""


def validate(
    capture: Capture,
    find_schema: FindSchema,
    *,
    schema: Schema | None = None,
    strict: bool = False,
    max_violations: int = 10,
    events: Collection[str] = (),
) -> Judgement:
    """Judge a capture by the schema of its event, or by `schema`.

    Lone surrogates count as U+FFFD. `strict` also refuses unknown events (keyword `enum`), keys that the schema does
    not know (`additionalProperties`, at the key) and keys that come twice (`uniqueKeys`, at the second; RFC 8259,
    section 4, only discourages them).

    Args:
        capture: with `text`, in which the violations are placed.
        find_schema: gets the payload's `event_name`.
        schema: judges every payload, whatever its event.
        strict: see above.
        max_violations: how many are kept; the rest is counted.
        events: the names that are known, for hints.

    Raises:
        SchemaInvalid: the schema is not one.
        ReferenceNotFound: a reference in it leads nowhere.
    """
    if capture.unreadable is not None:
        return Judgement(capture, None, Verdict.UNREADABLE, (capture.unreadable,))
    payload = safe(capture.payload) if _may_hold_surrogates(capture.text) else capture.payload
    name = payload.get("event_name") if isinstance(payload, dict) else None
    event = name if isinstance(name, str) else None
    chosen = schema or (find_schema(event) if event is not None else None)
    if chosen is None and event is not None and not strict:
        return Judgement(capture, event, Verdict.UNKNOWN_EVENT)
    try:
        found = _violations(capture, payload, chosen, strict=strict) if chosen else _unjudgeable(payload, events)
    except PayloadUnreadable as error:
        reason = Violation(None, None, error.reason, capture.line, capture.column)
        return Judgement(capture, event, Verdict.UNREADABLE, (reason,))
    if not found:
        return Judgement(capture, event, Verdict.VALID)
    kept = [one if isinstance(one, Violation) else one.violation() for one in found[:max_violations]]
    return Judgement(capture, event, Verdict.INVALID, _placed(capture, kept), len(found) - len(kept))


def _may_hold_surrogates(text: bytes) -> bool:
    return b"\\u" in text and (b"\\ud" in text or b"\\uD" in text)


def _unjudgeable(payload: Json, events: Collection[str]) -> list[Violation | Finding]:
    from hookcli.validation.explain import explain_choice  # with its sentences 6 ms that a valid payload needn't pay

    return [explain_choice(payload, events)]


def _violations(capture: Capture, payload: Json, schema: Schema, *, strict: bool) -> list[Violation | Finding]:
    found: list[Violation | Finding] = [*_refusals(schema, payload)]
    if strict:
        known = {(violation.pointer, violation.keyword) for violation in found}
        found += [each for each in _strictly(capture, payload, schema) if (each.pointer, each.keyword) not in known]
    return found


def _refusals(schema: Schema, payload: Json) -> list[Finding]:
    try:
        if schema.is_valid(payload):
            return []
        from hookcli.validation.explain import explain

        return explain(schema, payload)
    except ValueError:  # of values that it must compare, jsonschema-rs follows 255 levels: then jsonschema decides
        from hookcli.validation.explain import explain_slowly

        return explain_slowly(schema, payload)


def _strictly(capture: Capture, payload: Json, schema: Schema) -> Iterator[Violation]:
    from hookcli.jsonreader import duplicate_keys
    from hookcli.validation.strangers import unknown_keys

    for pointer in unknown_keys(schema, payload):
        yield Violation(pointer, "additionalProperties", "is a key that the schema does not know")
    for pointer, line, column in duplicate_keys(capture.text, line=capture.line, column=capture.column):
        yield Violation(
            pointer, "uniqueKeys", "comes twice in its object; parsers differ on which counts", line, column
        )


def _placed(capture: Capture, violations: list[Violation]) -> tuple[Violation, ...]:
    """The violations with line and column in the source; what cannot be found is placed where the payload starts."""
    from hookcli.jsonreader import locate, locate_keys

    at = {"line": capture.line, "column": capture.column}
    pointers = [violation.pointer or "" for violation in violations]
    values, keys = locate(capture.text, pointers, **at), {}
    if any(violation.keyword in _AT_KEY for violation in violations):
        keys = locate_keys(capture.text, pointers, **at)
    placed = []
    for violation, pointer in zip(violations, pointers, strict=True):
        place = values.get(pointer, (capture.line, capture.column))
        if violation.keyword in _AT_KEY:
            place = keys.get(pointer, place)
        line, column = (
            place if violation.line is None or violation.column is None else (violation.line, violation.column)
        )
        placed.append(replace(violation, line=line, column=column))
    return tuple(placed)
