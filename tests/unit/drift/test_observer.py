"""What is counted of payloads, and how they differ from their schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookcli.archives.pieces import Piece
from hookcli.archives.reading import Place, Reading
from hookcli.capture.sources import Source
from hookcli.capture.texts import capture_at
from hookcli.differences import Difference, DriftKind, Promise
from hookcli.drift.census import MOST_KEYS, MOST_VALUES, Census
from hookcli.drift.comparison import differences, events_seen
from hookcli.drift.counting import count_pieces
from hookcli.drift.observer import Observer
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.loader import load_schema

SCHEMA = {
    "type": "object",
    "required": ["id", "event_name"],
    "properties": {
        "id": {"type": "integer"},
        "event_name": {"const": "paid"},
        "status": {"enum": ["open", "closed"]},
        "note": {"type": ["string", "null"], "maxLength": 5},
        "who": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}]},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
        "sizes": {"type": "object", "additionalProperties": {"type": "object", "properties": {"cm": {"type": "number"}}}},
        "free": {"type": "object"},
    },
}  # fmt: skip


def schema_of(document: Any = SCHEMA) -> Schema:
    return make_schema(document, "paid", "file:///paid.json", load_schema)


def of_one_event(name: str) -> Schema | None:
    return {"paid": PAID}.get(name)


PAID = schema_of()


def payload(**changed: Any) -> dict[str, Any]:
    return {"id": 1, "event_name": "paid", "status": "open", **changed}


def census_of(payloads: list[Any], schema: Schema | None = None) -> Census:
    observer = Observer(of_one_event, schema)
    for at, each in enumerate(payloads):
        observer.take(
            capture_at("a.jsonl", at, at + 1, 1, each if isinstance(each, bytes) else json.dumps(each).encode())
        )
    return observer.sealed()


def told(payloads: list[Any], schema: Schema | None = None) -> dict[str, Difference]:
    """The differences by id, but those that are only missing."""
    found = differences(census_of(payloads, schema))
    return {each.id: each for each in found if each.kind is not DriftKind.NEVER_SEEN}


def test_payloads_that_their_schema_takes_do_not_differ() -> None:
    assert (
        told([payload(), payload(note=None, who="x", lines=[{"sku": "a"}], sizes={"b": {"cm": 1}}, free={"x": 1})])
        == {}
    )


@pytest.mark.parametrize(
    ("changed", "name", "promise"),
    [
        ({"vat": 5}, "new-key paid /vat", Promise.ADDITIVE),
        ({"lines": [{"sku": "a"}, {"sku": "b", "qty": 1}]}, "new-key paid /lines/*/qty", Promise.ADDITIVE),
        ({"sizes": {"a": {"cm": 1, "in": 2}}}, "new-key paid /sizes/*/in", Promise.ADDITIVE),
        ({"id": "1"}, "new-type paid /id string", Promise.BREAKING),
        ({"id": 1.5}, "new-type paid /id number", Promise.BREAKING),
        ({"id": None}, "new-null paid /id", Promise.BREAKING),
        ({"lines": [None]}, "new-null paid /lines/*", Promise.BREAKING),
        ({"sizes": {"a": 5}}, "new-type paid /sizes/* integer", Promise.BREAKING),
        ({"status": "lost"}, 'new-value paid /status "lost"', Promise.BREAKING),
        ({"note": "too long"}, "broken-rule paid /note maxLength", Promise.BREAKING),
        ({"who": 5}, "new-type paid /who integer", Promise.BREAKING),
        ({"who": {}}, "missing-required paid /who/name", Promise.BREAKING),
        ({"who": {"name": None}}, "new-null paid /who/name", Promise.BREAKING),
    ],
)
def test_a_difference_is_told_by_what_changed_and_where(changed: dict[str, Any], name: str, promise: Promise) -> None:
    (found,) = told([payload(), payload(**changed)]).values()
    assert (found.id, found.promise, found.count, found.line) == (name, promise, 1, 2)


def test_a_key_that_is_required_and_missing_breaks_the_promise() -> None:
    (found,) = told([payload(), {"event_name": "paid"}]).values()
    assert (found.id, found.share, found.promise) == ("missing-required paid /id", 0.5, Promise.BREAKING)


def test_a_new_event_is_additive_and_payloads_without_one_break_the_promise() -> None:
    found = told([payload(event_name="lost"), {"id": 1}, {"event_name": 5}, 5, b"{"])
    assert list(found) == [
        "unreadable a.jsonl",
        "new-type integer",
        "new-type /event_name integer",
        "missing-required /event_name",
        "new-event lost",
    ]
    assert found["new-event lost"].promise is Promise.ADDITIVE


def test_a_new_key_has_its_types_share_example_and_place() -> None:
    times = [f"2026-01-0{day}T00:00:00Z" for day in (3, 1, 2, 4)]
    given = [payload(vat=value, timestamp=time) for value, time in zip((5, "x" * 99, None, 7), times, strict=True)]
    schema = schema_of({**SCHEMA, "properties": {**SCHEMA["properties"], "timestamp": True}})
    (found,) = told([*given, payload()], schema).values()
    assert found.message == "is a key that the schema does not know: integer or string or null"
    assert (found.count, found.share, found.line) == (4, 0.8, 2)
    assert found.example == '"' + "x" * 59 + "…"
    assert (found.first_seen, found.last_seen) == (1767225600.0, 1767484800.0)


def test_a_key_that_a_closed_object_refuses_is_counted_once() -> None:
    closed = schema_of({**SCHEMA, "additionalProperties": False})
    (found,) = told([payload(vat=5)], closed).values()
    assert (found.kind, found.pointer, found.count) == (DriftKind.NEW_KEY, "/vat", 1)


def test_keys_that_are_ids_are_counted_together() -> None:
    (found,) = told([payload(**{f"id-{at}": at}) for at in range(MOST_KEYS + 1)]).values()
    assert (found.id, found.count, found.share) == ("new-key paid /*", MOST_KEYS + 1, None)


def test_values_that_are_too_many_are_counted_together() -> None:
    (found,) = told([payload(status=at) for at in range(MOST_VALUES + 1)]).values()
    assert (found.id, found.count) == ("new-value paid /status *", MOST_VALUES + 1)


def test_what_was_never_there_is_told_last_and_allowed() -> None:
    found = differences(census_of([payload(vat=1)]))
    assert [each.id for each in found if each.kind is DriftKind.NEVER_SEEN] == [
        "never-seen paid /free", "never-seen paid /lines", "never-seen paid /note", "never-seen paid /sizes",
        "never-seen paid /who",
    ]  # fmt: skip
    assert found[0].kind is DriftKind.NEW_KEY


def timed(days: int, **keys: tuple[int, int]) -> list[dict[str, Any]]:
    """A payload a day, with keys that are there from one day to another."""
    return [
        {
            **payload(),
            "timestamp": 1_700_000_000 + day * 86_400,
            **{key: None for key, (first, end) in keys.items() if first <= day < end},
        }
        for day in range(days)
    ]


TIMED = schema_of({**SCHEMA, "properties": {**SCHEMA["properties"], "timestamp": True}})


def test_a_key_that_came_and_then_no_more_is_told_whatever_the_order() -> None:
    given = timed(60, note=(0, 30))
    for payloads in (given, given[::-1], given[1::2] + given[::2]):
        (found,) = told(payloads, TIMED).values()
        assert (found.id, found.promise, found.count) == ("stopped-key /note", Promise.BREAKING, 30)
        assert found.last_seen == 1_700_000_000 + 29 * 86_400


@pytest.mark.parametrize("keys", [{"note": (30, 60)}, {"note": (0, 59)}, {"note": (0, 3)}])
def test_a_key_that_began_or_paused_or_hardly_came_has_not_stopped(keys: dict[str, tuple[int, int]]) -> None:
    assert told(timed(60 if keys["note"][1] > 3 else 6, **keys), TIMED) == {}


def test_a_burst_of_equal_payloads_does_not_stop_a_key() -> None:
    assert told([*timed(40, note=(0, 40)), *[timed(41)[40]] * 100], TIMED) == {}


def test_the_items_of_one_payload_are_alike_and_count_once_against_chance() -> None:
    given = timed(30)
    for day in range(30):
        given[day]["rows"] = [{"note": 1} if day % 3 == 0 and day < 22 else {}] * 40
    rows = {"items": {"properties": {"note": True}}}
    schema = schema_of({**SCHEMA, "properties": {**SCHEMA["properties"], "timestamp": True, "rows": rows}})
    assert told(given, schema) == {}


@pytest.mark.parametrize("deep", [300, 900])
def test_what_is_nested_too_deep_is_unreadable_or_passed_over(deep: int) -> None:
    text = b'{"id": 1, "event_name": "paid", "free": ' + b'{"a":' * deep + b"1" + b"}" * deep + b"}"
    assert told([text]) == {}
    loop = schema_of({"properties": {"a": {"$ref": "#"}, "b": {"enum": [[[1]]]}}})
    found = told([b'{"a":' * deep + b"1" + b"}" * deep, b'{"b":' + b"[" * deep + b"]" * deep + b"}"], loop)
    assert all(each.kind in (DriftKind.UNREADABLE, DriftKind.NEW_VALUE) for each in found.values())


def test_events_are_told_with_their_times() -> None:
    (seen,) = events_seen(census_of(timed(3)))
    assert (seen.event, seen.count, seen.first_seen, seen.last_seen) == ("paid", 3, 1_700_000_000.0, 1_700_172_800.0)


# However it is cut

KEYS = st.sampled_from(["a", "b", "c", "id", "note"])
VALUES = st.one_of(st.none(), st.integers(0, 3), st.text(max_size=7), st.booleans(), st.floats(0, 9))
LINES = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"event_name": st.sampled_from(["paid", "lost"]), "id": VALUES},
            optional={
                "timestamp": st.one_of(st.none(), st.integers(1_700_000_000, 1_700_000_100)),
                "status": VALUES,
                "who": st.dictionaries(KEYS, VALUES),
                "lines": st.lists(st.dictionaries(KEYS, VALUES), max_size=3),
                "vat": VALUES,
            },
        ).map(lambda each: json.dumps(each).encode()),
        st.sampled_from([b"{", b"", b"5", b'{"event_name": 1}', b'"\\ud800"']),
    ),
    max_size=30,
)


@settings(max_examples=60)
@given(LINES, st.data())
def test_however_an_archive_is_cut_the_same_is_told(lines: list[bytes], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(lines)), max_size=4)))
    whole = counted([lines])
    parts = counted([lines[start:end] for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True)])
    assert differences(parts) == differences(whole)
    assert events_seen(parts) == events_seen(whole)
    assert parts == whole


def counted(parts: list[list[bytes]]) -> Census:
    """What is counted of a file's lines in pieces, each by itself."""
    census, place = Census(), Place()
    for at, lines in enumerate(parts):
        text = b"".join(line + b"\n" for line in lines)
        pieces = (Piece(Source("a.jsonl"), data=text, size=len(text), is_continued=at > 0),)
        for found in count_pieces(pieces, Reading(), Observer(of_one_event)):
            found.add_to(census, place)
    return census


@pytest.mark.parametrize("key", ["0", ""])
def test_keys_that_look_like_positions_or_are_empty_are_followed(key: str) -> None:
    schema = schema_of({"properties": {key: {"properties": {}, "additionalProperties": False}}})
    assert told([{key: {"c": 1}}], schema)
