"""Keys that a schema doesn't know."""

from __future__ import annotations

from typing import Any

import pytest

from hookcli.models import Json
from hookcli.schema.document import make_schema
from hookcli.validation.strangers import unknown_keys


def fetch(uri: str) -> Any:
    raise AssertionError(uri)


def unknown(document: Json, payload: Json, draft: str = "2020-12") -> list[str]:
    uris = {"2020-12": "https://json-schema.org/draft/2020-12/schema", "7": "http://json-schema.org/draft-07/schema#"}
    schema = make_schema({"$schema": uris[draft], **document}, "test", "https://x.example/s.json", fetch)
    return list(unknown_keys(schema, payload))


def has(*keys: str) -> dict[str, Json]:
    return {"properties": {key: {} for key in keys}}


@pytest.mark.parametrize(
    ("document", "payload", "expected"),
    [
        (has("a"), {"a": 1, "b": 2}, ["/b"]),
        ({}, {"a": 1}, []),
        ({**has("a"), "additionalProperties": True}, {"b": 1}, []),
        ({**has("a"), "additionalProperties": False}, {"b": 1}, ["/b"]),
        ({**has("a"), "patternProperties": {"^x-": {}}}, {"x-1": 1, "y": 1}, ["/y"]),
        ({"allOf": [has("a"), has("b")]}, {"a": 1, "b": 1, "c": 1}, ["/c"]),
        ({"anyOf": [has("a"), has("b")]}, {"a": 1, "b": 1}, []),
        ({"properties": {"a": {"items": has("b")}}}, {"a": [{"b": 1}, {"c/d": 1}]}, ["/a/1/c~1d"]),
        ({"properties": {"a": {"prefixItems": [has("b")]}}}, {"a": [{"c": 1}]}, ["/a/0/c"]),
        ({"if": has("t"), "then": has("u")}, {"t": 1, "u": 1, "v": 1}, ["/v"]),
        ({"$ref": "#/$defs/a", "$defs": {"a": has("b")}}, {"b": 1, "c": 1}, ["/c"]),
        ({"properties": {"a": has("b"), "c": {}}}, {"d": 1, "a": {"e": 1}, "f": 1}, ["/d", "/f", "/a/e"]),
    ],
)
def test_keys_that_no_part_of_the_schema_speaks_of_are_unknown(
    document: Json, payload: Json, expected: list[str]
) -> None:
    assert unknown(document, payload) == expected


@pytest.mark.parametrize(
    "mention",
    [
        {"required": ["k"]},
        {"allOf": [{"required": ["k"]}]},
        {"const": {"k": 1}},
        {"enum": [{"k": 1}, {"a": 1}, 5]},
        {"dependentRequired": {"k": ["a"]}},
        {"dependentRequired": {"a": ["k"]}},
        {"dependentSchemas": {"k": {}}},
        {"dependentSchemas": {"a": {"required": ["k"]}}},
        {"dependencies": {"k": ["a"]}},
        {"dependencies": {"a": ["k"]}},
        {"dependencies": {"a": {"properties": {"k": {}}}}},
        {"propertyNames": {"enum": ["k", "a"]}},
        {"propertyNames": {"anyOf": [{"const": "k"}, {"const": "a"}]}},
        {"propertyNames": {"pattern": "^[ak]$"}},
        {"propertyNames": {"anyOf": [{"const": "a"}, {"format": "hostname"}]}},
        {"patternProperties": {"^k": {}}},
        {"patternProperties": {"^k": False}},
        {"unevaluatedProperties": {"type": "integer"}},
        {"allOf": [{"unevaluatedProperties": True}]},
        {"anyOf": [{"properties": {"a": False, "k": {}}}, {"required": ["a"]}]},
        {"properties": {"a": {}, "k": False}},
        {"not": {"required": ["k"]}},
        {"not": {"anyOf": [{"required": ["b"]}, {"properties": {"k": {"const": 1}}}]}},
        {"if": {"properties": {"k": {"const": 1}}}},
        {"then": {"required": ["k"]}, "if": True},
        {"x-hookcli": {"typical": {"properties": {"k": {}}}}},
    ],
)
def test_a_key_that_the_schema_mentions_is_known(mention: dict[str, Json]) -> None:
    assert unknown({**has("a"), **mention}, {"a": 1, "k": 1}) == []
    assert unknown(has("a"), {"a": 1, "k": 1}) == ["/k"]


def test_a_name_in_property_names_that_may_be_any_is_no_mention() -> None:
    assert unknown({**has("a"), "propertyNames": {"maxLength": 9}}, {"k": 1}) == ["/k"]
    assert unknown({**has("a"), "propertyNames": {"format": "no-format"}}, {"k": 1}) == ["/k"]


@pytest.mark.parametrize(
    "anything",
    [True, {}, {"type": "object"}, {"required": ["x"]}, {"type": ["object", "null"]}, {"minProperties": 1}],
)
@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_an_alternative_that_takes_anything_opens_the_object(keyword: str, anything: Json) -> None:
    assert unknown({keyword: [has("a"), anything]}, {"b": 1}) == []
    assert unknown({"properties": {"o": {keyword: [has("a"), anything]}}}, {"o": {"b": 1}}) == []
    assert unknown({keyword: [{"properties": {"o": has("a")}}, {"properties": {"o": anything}}]}, {"o": {"b": 1}}) == []


@pytest.mark.parametrize("other", [{"type": "string"}, {"enum": [1, "x"]}, {"const": None}, False, has("c"), {"$ref": "#/$defs/s"}])  # fmt: skip
def test_an_alternative_that_takes_no_object_or_lists_its_keys_opens_nothing(other: Json) -> None:
    document = {"anyOf": [has("a"), other], "$defs": {"s": {"type": "integer"}}}
    assert unknown(document, {"b": 1}) == ["/b"]


def test_alternatives_beside_listed_keys_open_nothing() -> None:
    either = {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    assert unknown({**has("a", "b"), **either}, {"a": 1, "c": 1}) == ["/c"]
    assert unknown({"oneOf": [{**has("a", "b"), **either}, has("x")]}, {"a": 1, "c": 1}) == ["/c"]


def test_the_other_case_of_a_discriminator_is_known() -> None:
    card = {"properties": {"type": {"const": "card"}, "number": {}}}
    cash = {"properties": {"type": {"const": "cash"}, "till": {}}}
    assert unknown({"oneOf": [card, cash]}, {"type": "cash", "number": 1, "nmber": 1}) == ["/nmber"]


def test_contains_and_conditions_mention_keys_but_do_not_list_them() -> None:
    main = {"properties": {"kind": {"const": "main"}}, "required": ["kind"]}
    assert unknown({"contains": main}, [{"kind": "main", "value": 1}]) == []
    assert unknown({"contains": main, "items": has("value")}, [{"kind": "main", "value": 1, "x": 1}]) == ["/0/x"]
    assert unknown({"not": has("a")}, {"b": 1}) == []
    assert unknown({"if": {"properties": {"o": has("a")}}}, {"o": {"b": 1}}) == []
    assert unknown({"dependentSchemas": {"a": has("b")}}, {"c": 1}) == []


def test_what_lies_in_a_constant_is_not_looked_up() -> None:
    document = {"properties": {"o": has("a")}, "const": {"o": {"a": 1, "b": 2}}}
    assert unknown(document, {"o": {"a": 1, "b": 2}}) == []


def test_until_draft_7_what_stands_beside_a_reference_is_unknown() -> None:
    document = {"properties": {"o": {"$ref": "#/definitions/d", **has("b")}}, "definitions": {"d": has("a")}}
    assert unknown(document, {"o": {"a": 1, "b": 1}}, "7") == ["/o/b"]
    assert unknown(document, {"o": {"a": 1, "b": 1}}) == []


def test_keywords_of_another_draft_mention_nothing() -> None:
    later = {**has("a"), "dependentRequired": {"a": ["k"]}, "unevaluatedProperties": True}
    assert unknown(later, {"k": 1}, "7") == ["/k"]
