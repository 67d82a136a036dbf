from __future__ import annotations

from typing import Any

import pytest

from hookcli.capture.texts import capture_of
from hookcli.jsontext import dump
from hookcli.models import Capture, Judgement, Verdict, Violation
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.references import Fetch
from hookcli.validation import validate

EVENTS = ("message", "chat_pinned")


def refuse(uri: str) -> Any:
    raise AssertionError(uri)


FETCH: Fetch = refuse


def schema_of(document: object) -> Schema:
    return make_schema(document, "test", "https://hookcli.example/test.json", FETCH)


SCHEMA = schema_of(
    {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer"},
            "event_name": {"type": "string"},
            "tags": {"items": {"minLength": 2}},
        },
    }
)


def find(event: str) -> Schema | None:
    return SCHEMA if event == "message" else None


def judge(text: bytes, **options: Any) -> Judgement:
    return validate(capture_of(text, "test"), find, **options)


def places(judgement: Judgement) -> list[tuple[str | None, str | None, int | None, int | None]]:
    return [(each.pointer, each.keyword, each.line, each.column) for each in judgement.violations]


def test_a_payload_that_fits_its_events_schema_is_valid() -> None:
    judgement = judge(b'{"event_name": "message", "id": 1}')
    assert (judgement.verdict, judgement.event, judgement.violations) == (Verdict.VALID, "message", ())


def test_violations_have_their_place_in_the_source() -> None:
    capture = Capture(
        "a.json", 2, 7, b'{"event_name": "message",\n "id": "1"}', {"event_name": "message", "id": "1"}, column=5
    )
    judgement = validate(capture, find)
    assert judgement.verdict is Verdict.INVALID
    assert judgement.violations == (Violation("/id", "type", "is '1', but must be an integer", 8, 8),)


def test_a_missing_key_is_placed_at_its_object() -> None:
    capture = Capture("a.json", 0, 3, b'{"event_name": "message"}', {"event_name": "message"}, column=4)
    assert places(validate(capture, find)) == [("", "required", 3, 4)]


def test_an_unreadable_capture_is_unreadable() -> None:
    judgement = judge(b"{")
    assert (judgement.verdict, judgement.event) == (Verdict.UNREADABLE, None)
    assert places(judgement) == [(None, None, 1, 2)]


@pytest.mark.parametrize(
    ("text", "pointer", "keyword", "message"),
    [
        (b"[1]", "", "type", "is an array of 1 item, but must be an object"),
        (b'{"a": 1}', "", "required", "has no key 'event_name'; without it"),
        (b'{"event_name": 3}', "/event_name", "type", "is 3, but must be a string: the name of an event"),
    ],
)
def test_a_payload_without_an_event_is_invalid(text: bytes, pointer: str, keyword: str, message: str) -> None:
    judgement = judge(text)
    assert (judgement.verdict, judgement.event) == (Verdict.INVALID, None)
    (violation,) = judgement.violations
    assert (violation.pointer, violation.keyword) == (pointer, keyword)
    assert violation.message.startswith(message)


def test_an_unknown_event_is_no_violation() -> None:
    judgement = judge(b'{"event_name": "mesage"}', events=EVENTS)
    assert (judgement.verdict, judgement.event, judgement.violations) == (Verdict.UNKNOWN_EVENT, "mesage", ())


def test_strict_refuses_an_unknown_event_and_names_a_near_one() -> None:
    (near,) = judge(b'{"event_name": "mesage"}', events=EVENTS, strict=True).violations
    (far,) = judge(b'{"event_name": "zzz"}', events=EVENTS, strict=True).violations
    assert near == Violation(
        "/event_name", "enum", "is 'mesage', which is no known event; did you mean 'message'?", 1, 16
    )
    assert far.message.endswith("`hookcli events` lists those that are")


def test_a_schema_of_ones_own_judges_every_payload() -> None:
    mine = schema_of({"type": "array", "items": {"type": "integer"}})
    assert judge(b"[1]", schema=mine).verdict is Verdict.VALID
    assert places(judge(b'[1, "2"]', schema=mine)) == [("/1", "type", 1, 5)]
    assert judge(b'{"event_name": "nonsense"}', schema=schema_of(True), strict=True).verdict is Verdict.VALID


def test_strict_refuses_unknown_keys_at_the_key() -> None:
    text = b'{"event_name": "message", "id": 1,\n "colour": "red"}'
    assert judge(text).verdict is Verdict.VALID
    judgement = judge(text, strict=True)
    assert judgement.verdict is Verdict.INVALID
    assert places(judgement) == [("/colour", "additionalProperties", 2, 2)]


def test_strict_refuses_keys_that_come_twice_at_the_second() -> None:
    text = b'{"event_name": "message", "id": "x",\n "id": 1}'
    assert judge(text).verdict is Verdict.VALID
    assert places(judge(text, strict=True)) == [("/id", "uniqueKeys", 2, 2)]


def test_strict_says_of_a_key_only_once_that_it_is_not_allowed() -> None:
    closed = schema_of({"properties": {"id": {}}, "additionalProperties": False})
    assert places(judge(b'{"ids": 1}', schema=closed, strict=True)) == [("/ids", "additionalProperties", 1, 2)]


def test_violations_beyond_the_most_are_counted() -> None:
    text = dump({"event_name": "message", "id": 1, "tags": ["x"] * 30})
    judgement = judge(text, max_violations=4)
    assert (len(judgement.violations), judgement.omitted) == (4, 26)


def test_lone_surrogates_count_as_one_character() -> None:
    mine = schema_of({"minLength": 2, "maxLength": 2})
    assert judge(rb'"\ud800\uD801"', schema=mine).verdict is Verdict.VALID
    (violation,) = judge(rb'"\ud800"', schema=mine).violations
    assert violation.message == "is '\ufffd': 1 character, but must have at least 2 characters"
    odd = schema_of({"additionalProperties": {"type": "string"}})
    assert places(judge(rb'{"\ud800": 1}', schema=odd)) == [("/\ufffd", "type", 1, 1)]


def test_hostile_payloads_are_judged() -> None:
    mine = schema_of({"multipleOf": 0.1, "maximum": 5})
    deep = schema_of({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}, "type": "array"}}, "$ref": "#/$defs/a"})
    assert judge(b"1e999999999", schema=mine).violations[0].keyword == "maximum"
    assert judge(b"[" * 1000 + b"1" + b"]" * 1000, schema=deep).violations[0].keyword == "type"


def nested(levels: int, inner: bytes = b"1") -> bytes:
    return b"[" * levels + inner + b"]" * levels


@pytest.mark.parametrize(("first", "verdict"), [(b"1", Verdict.INVALID), (b"2", Verdict.VALID)])
def test_what_jsonschema_rs_cannot_compare_is_judged_by_jsonschema(first: bytes, verdict: Verdict) -> None:
    mine = schema_of({"properties": {"b": {"uniqueItems": True}}})
    judgement = judge(b'{"b": [%s, 1, %s]}' % (first, nested(300)), schema=mine)
    assert judgement.verdict is verdict
    assert {(each.pointer, each.keyword) for each in judgement.violations} <= {("/b", "uniqueItems")}


def test_what_neither_can_compare_is_unreadable() -> None:
    mine = schema_of({"properties": {"b": {"uniqueItems": True}}})
    judgement = judge(b'{"b": [%s, %s]}' % (nested(1000), nested(1000)), schema=mine)
    assert (judgement.verdict, places(judgement)) == (Verdict.UNREADABLE, [(None, None, 1, 1)])
    assert judgement.violations[0].message.endswith("nested deeper than this schema can be judged")
