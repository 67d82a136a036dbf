"""Payloads for any JSON Schema: each keyword alone and together with others."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from hookcli.errors import ReferenceNotFound, Unsatisfiable
from hookcli.generation.generator import generate
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_4 = "http://json-schema.org/draft-04/schema#"


def nowhere(uri: str) -> Json:
    raise ReferenceNotFound(uri)


def schema_of(document: Json) -> Schema:
    return make_schema(document, "test", "https://test.example/schema.json", nowhere)


SCHEMAS: dict[str, Json] = {
    "true": True,
    "empty": {},
    "type": {"type": ["integer", "null"]},
    "enum": {"enum": [1, "two", None, {"three": [3]}]},
    "const": {"const": {"a": [1, 2]}},
    "numeric bounds": {"type": "integer", "minimum": 3, "exclusiveMaximum": 6},
    "narrow number": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    "one number": {"type": "number", "minimum": 2.5, "maximum": 2.5},
    "only a maximum": {"type": "integer", "maximum": -5},
    "large numbers": {"type": "integer", "minimum": 10**12},
    "multipleOf": {"type": "number", "multipleOf": 0.01, "minimum": 1, "maximum": 2},
    "two multiples": {"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "minimum": 1},
    "string bounds": {"type": "string", "minLength": 5, "maxLength": 7},
    "long string": {"type": "string", "minLength": 300},
    "short string": {"type": "string", "maxLength": 1},
    "pattern": {"type": "string", "pattern": "^[A-Z]{2}-\\d{4}(-[a-f]+)?$"},
    "pattern and length": {"type": "string", "pattern": "^a+$", "minLength": 60, "maxLength": 70},
    "open pattern and length": {"type": "string", "pattern": "^ab", "minLength": 20},
    "two patterns": {"type": "string", "allOf": [{"pattern": "^[a-c]+$"}, {"pattern": "b"}]},
    "format and pattern": {"type": "string", "format": "uri", "pattern": "^https://api\\.acme\\.example/"},
    "format and end": {"type": "string", "format": "email", "pattern": "@acme\\.example$"},
    "short format": {"type": "string", "format": "email", "maxLength": 8},
    "long format": {"type": "string", "format": "uri", "minLength": 90},
    "optional that cannot be built": {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a)\\1$"}}},
    "choice of which one cannot be built": {"type": ["string", "null"], "pattern": "^(a)\\1$"},
    "keys that may be anything": {"type": "object", "properties": {"a": True, "b": False}},
    "key rule that admits nothing": {"patternProperties": {"^x": {"enum": [1], "type": "string"}}, "type": "object"},
    "two keys that match": {
        "type": "object",
        "not": {"patternProperties": {"^x-": {"enum": ["s", 0, None]}}},
        "allOf": [{"not": {"patternProperties": {"^x-": {"not": {"type": "null"}}}}}],
    },
    "a key that matches": {"type": "object", "not": {"propertyNames": {"not": {"pattern": "^x-"}}}},
    "keys that match with values that fail": {
        "type": "object",
        "allOf": [
            {"not": {"patternProperties": {"^a": {"not": {"type": "string", "pattern": "A"}}}}},
            {"not": {"patternProperties": {"b$": {"type": ["integer", "string"]}}}},
        ],
    },
    "a key that is not named": {
        "type": "object",
        "properties": {"id": {"type": "integer"}},
        "not": {"properties": {"id": True}, "additionalProperties": {"type": ["string", "number"]}},
    },
    "needs that one key has to meet": {
        "type": "object",
        "allOf": [{"not": {"propertyNames": {"not": {"pattern": one}}}} for one in "abcd"],
        "required": ["da"],
        "propertyNames": {"pattern": "^..$"},
        "patternProperties": {"bc": False},
        "maxProperties": 2,
    },
    "a need in place of an optional key": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a"],
        "not": {"properties": {"a": True, "b": True}, "additionalProperties": False},
        "maxProperties": 2,
    },
    "a need of a recursive schema": {
        "$ref": "#/$defs/node",
        "$defs": {
            "next": {"patternProperties": {"^next": {"not": {"$ref": "#/$defs/node"}}}},
            "node": {"oneOf": [{"type": "null"}, {"type": "object", "not": {"$ref": "#/$defs/next"}}]},
        },
    },
    "other keys and several patterns in an allOf": {
        "type": "object",
        "allOf": [
            {"additionalProperties": {"type": "array", "minItems": 2}},
            {"patternProperties": {"a": {"items": {"type": "number", "multipleOf": 2.5, "minimum": 2}}}},
            {"patternProperties": {"b": {"items": {"multipleOf": 4}, "maxItems": 4}}},
        ],
        "required": ["abcd"],
    },
    "draft 4 fraction": {"$schema": DRAFT_4, "type": "number", "not": {"type": "integer"}},
    "a key pattern that no metaschema looks at": {
        "$schema": DRAFT_4,
        "type": "object",
        "patternProperties": {"^a]$": {"type": "string", "pattern": "b"}},
        "additionalProperties": False,
    },
    "look-ahead": {"type": "string", "pattern": "^(?=.*[0-9])[a-z0-9]{4}$"},
    "unicode property": {"type": "string", "pattern": "^\\p{Lu}\\p{Ll}+$"},
    "properties": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}},
    "required but not described": {"type": "object", "required": ["a", "b"]},
    "no type": {"properties": {"a": {"type": "string"}}, "required": ["a"]},
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
    "closed": {"type": "object", "properties": {"a": {}}, "additionalProperties": False, "minProperties": 1},
    "patternProperties": {"type": "object", "patternProperties": {"^x-": {"type": "integer"}},
                          "additionalProperties": False, "minProperties": 1},
    "pattern over property": {"type": "object", "properties": {"foo": {"type": "string"}},
                              "patternProperties": {"^f": {"minLength": 9}}, "required": ["foo"]},
    "propertyNames": {"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 3},
    "maxProperties": {"type": "object", "properties": {k: {"type": "integer"} for k in "abcdef"}, "maxProperties": 2},
    "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 4},
    "prefixItems": {"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}], "items": False, "minItems": 1},
    "uniqueItems": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3},
    "contains": {"type": "array", "contains": {"const": 7}, "minContains": 2, "maxContains": 3},
    "allOf of overlapping objects": {"allOf": [
        {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]},
        {"properties": {"a": {"maximum": 3}, "b": {"type": "string"}}, "required": ["b"]}]},
    "anyOf": {"anyOf": [{"type": "string", "minLength": 30}, {"type": "integer", "minimum": 100}]},
    "oneOf that overlaps": {"oneOf": [{"type": "integer", "minimum": 3}, {"type": "integer", "maximum": 5}]},
    "oneOf of objects": {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    "oneOf of references beside properties": {
        "type": "object", "required": ["e"], "oneOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}],
        "$defs": {"a": {"properties": {"e": {"const": "a"}}}, "b": {"properties": {"e": {"const": "b"}}}}},
    "allOf of choices": {"allOf": [{"$ref": "#/$defs/a"}, {"oneOf": [{"$ref": "#/$defs/b"}, {"$ref": "#/$defs/c"}]}],
        "$defs": {"a": {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "b": {"minimum": 5, "type": "integer"},
                  "c": {"type": "string", "minLength": 3}}},
    "not": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "not": {"required": ["b"]}},
    "not const": {"type": "string", "enum": ["a", "b"], "not": {"const": "a"}},
    "if then else": {"type": "object", "properties": {"kind": {"enum": ["card", "cash"]}}, "required": ["kind"],
                     "if": {"properties": {"kind": {"const": "card"}}},
                     "then": {"properties": {"number": {"type": "string", "pattern": "^\\d{16}$"}}, "required": ["number"]},
                     "else": {"properties": {"till": {"type": "integer"}}, "required": ["till"]}},
    "dependentRequired": {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"],
                          "dependentRequired": {"a": ["b"]}},
    "dependentSchemas": {"type": "object", "required": ["a"],
                         "dependentSchemas": {"a": {"properties": {"b": {"const": 2}}, "required": ["b"]}}},
    "$ref": {"$defs": {"id": {"type": "string", "pattern": "^u-\\d+$"}}, "type": "object",
             "properties": {"id": {"$ref": "#/$defs/id"}}, "required": ["id"]},
    "recursive $ref": {"$defs": {"node": {"type": "object", "required": ["value"], "properties": {
        "value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}},
        "$ref": "#/$defs/node"},
    "linked list": {"$id": "https://test.example/list", "type": "object", "required": ["next"],
                    "properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}},
    "$anchor": {"$defs": {"x": {"$anchor": "here", "const": 5}}, "$ref": "#here"},
    "unevaluatedProperties": {"allOf": [{"properties": {"a": {"type": "integer"}}}], "type": "object",
                              "properties": {"b": {}}, "unevaluatedProperties": False},
    "draft 7 tuple": {"$schema": DRAFT_7, "type": "array", "items": [{"const": 1}], "additionalItems": False, "minItems": 1},
    "draft 7 dependencies": {"$schema": DRAFT_7, "type": "object", "required": ["a"], "dependencies": {"a": ["b"]}},
    "draft 7 $ref hides siblings": {"$schema": DRAFT_7, "definitions": {"s": {"type": "string"}}, "type": "object",
                                    "required": ["a"], "properties": {"a": {"$ref": "#/definitions/s", "maxLength": 0}}},
    "draft 4 exclusive": {"$schema": DRAFT_4, "type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 2},
    "content": {"$schema": DRAFT_7, "type": "string", "contentMediaType": "application/json", "contentEncoding": "base64"},
    "nested": {"type": "object", "required": ["a"], "properties": {"a": {"type": "array", "minItems": 1, "items": {
        "type": "object", "required": ["b"], "properties": {"b": {"type": "array", "items": {"type": "boolean"}}}}}}},
    "examples": {"type": "object", "properties": {"city": {"type": "string", "examples": ["Pune", "Kochi"]}}},
    "examples that are invalid": {"type": "integer", "examples": ["not", "these"], "default": 4},
}  # fmt: skip


@pytest.mark.parametrize("mode", ["typical", "minimal", "maximal"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_payloads_are_valid(name: str, mode: str) -> None:
    schema = schema_of(SCHEMAS[name])
    assert all(schema.is_valid(sample.payload) for sample in islice(generate(schema, mode=mode, seed=1), 40))


@pytest.mark.parametrize("name", SCHEMAS)
def test_boundary_payloads_are_valid_and_there_are_some(name: str) -> None:
    schema = schema_of(SCHEMAS[name])
    made = [sample.payload for sample in generate(schema, mode="boundary", seed=1)]
    assert made
    assert all(map(schema.is_valid, made))


@pytest.mark.parametrize("name", sorted(SCHEMAS.keys() - {"true", "empty"}))
def test_invalid_payloads_are_refused_for_what_they_name(name: str) -> None:
    schema = schema_of(SCHEMAS[name])
    for sample in generate(schema, mode="invalid", seed=1):
        assert (sample.pointer, sample.keyword) in [(v.pointer, v.keyword) for v in schema.refusals(sample.payload)]


BREAKABLE = [
    ("type", {"type": "integer"}),
    ("enum", {"enum": [1, 2]}),
    ("const", {"const": "a"}),
    ("minimum", {"type": "integer", "minimum": 3}),
    ("exclusiveMinimum", {"type": "number", "exclusiveMinimum": 3}),
    ("maximum", {"type": "integer", "maximum": 3}),
    ("exclusiveMaximum", {"type": "integer", "exclusiveMaximum": 3}),
    ("multipleOf", {"type": "integer", "multipleOf": 3}),
    ("minLength", {"type": "string", "minLength": 3}),
    ("maxLength", {"type": "string", "maxLength": 3}),
    ("pattern", {"type": "string", "pattern": "^a+$"}),
    ("format", {"type": "string", "format": "date"}),
    ("required", {"type": "object", "required": ["a"]}),
    ("additionalProperties", {"type": "object", "properties": {"a": {}}, "additionalProperties": False}),
    ("unevaluatedProperties", {"type": "object", "properties": {"a": {}}, "unevaluatedProperties": False}),
    ("propertyNames", {"type": "object", "propertyNames": {"maxLength": 5}}),
    ("minProperties", {"type": "object", "minProperties": 2}),
    ("maxProperties", {"type": "object", "maxProperties": 2}),
    ("dependentRequired", {"type": "object", "dependentRequired": {"a": ["b"]}, "required": ["a"]}),
    ("minItems", {"type": "array", "minItems": 2, "items": {"type": "integer"}}),
    ("maxItems", {"type": "array", "maxItems": 2, "items": {"type": "integer"}}),
    ("uniqueItems", {"type": "array", "uniqueItems": True, "minItems": 2, "items": {"type": "integer"}}),
    ("contains", {"type": "array", "contains": {"const": 4}}),
    ("anyOf", {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    ("oneOf", {"oneOf": [{"type": "string"}, {"type": "integer"}]}),
    ("not", {"type": "object", "not": {"required": ["a"]}}),
    ("items", {"type": "array", "prefixItems": [{"const": 1}], "items": False}),
]


@pytest.mark.parametrize(("keyword", "document"), BREAKABLE, ids=[keyword for keyword, _ in BREAKABLE])
def test_each_keyword_is_broken_once(keyword: str, document: Json) -> None:
    broken = [sample.keyword for sample in generate(schema_of(document), mode="invalid", seed=1)]
    assert keyword in broken


CONTRADICTIONS = {
    "false": (False, "its root"),
    "bounds": ({"type": "integer", "minimum": 5, "maximum": 3}, "minimum"),
    "type and const": ({"type": "string", "const": 5}, "const"),
    "below": ({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "allOf": [
        {"minimum": 5}, {"maximum": 3}]}}}, "/properties/a"),
    "no end": ({"$id": "https://test.example/x", "type": "object", "required": ["a"],
                "properties": {"a": {"$ref": "#"}}}, "no finite valid value"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_an_error_that_says_where(name: str) -> None:
    document, words = CONTRADICTIONS[name]
    with pytest.raises(Unsatisfiable, match=words):
        next(generate(schema_of(document), seed=1))


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"type": "string", "minLength": 10**9}, "minLength 1,000,000,000"),
        ({"type": "array", "minItems": 10**9}, "minItems 1,000,000,000"),
        ({"type": "object", "minProperties": 10**9}, "minProperties 1,000,000,000"),
        ({"type": "string", "pattern": "$ref"}, "no string matches"),
        ({"type": "array", "uniqueItems": True, "items": {"enum": [1, 2]}, "minItems": 3}, "no .*payload"),
    ],
)
def test_what_cannot_be_made_is_an_honest_error(document: Json, words: str) -> None:
    with pytest.raises(Unsatisfiable, match=words):
        next(generate(schema_of(document), seed=1))


def test_minimal_takes_the_branch_that_needs_least() -> None:
    schema = schema_of({"type": "object", "required": ["s"], "properties": {"s": {"enum": ["failed", "pending"]}},
                        "if": {"properties": {"s": {"const": "failed"}}}, "then": {"required": ["code"]}})  # fmt: skip
    made = [sample.payload for sample in islice(generate(schema, mode="minimal", seed=1), 30)]
    assert [payload for payload in made if "code" in payload and payload["s"] != "failed"] == []


def test_examples_come_first_and_null_seldom() -> None:
    schema = schema_of({"type": "object", "required": ["a", "b"], "properties": {
        "a": {"type": "string", "examples": ["Pune", "Kochi"]}, "b": {"type": ["string", "null"]}}})  # fmt: skip
    made = [sample.payload for sample in islice(generate(schema, seed=1), 200)]
    assert {payload["a"] for payload in made} == {"Pune", "Kochi"}
    assert 5 < sum(payload["b"] is None for payload in made) < 80


def test_whole_examples_keep_what_belongs_together() -> None:
    pairs = [{"country": "IN", "code": 91}, {"country": "AE", "code": 971}]
    schema = schema_of({"type": "object", "properties": {"country": {"type": "string"}, "code": {"type": "integer"}},
                        "examples": pairs})  # fmt: skip
    assert {tuple(s.payload.items()) for s in islice(generate(schema, seed=1), 50)} == {tuple(p.items()) for p in pairs}


def test_a_fresh_key_is_made_anew_and_a_template_follows_it() -> None:
    schema = schema_of({
        "type": "object", "examples": [{"id": "u-1", "name": "Priya", "link": "https://a.example/u-1"}],
        "properties": {
            "id": {"type": "string", "x-hookcli": {"typical": {"pattern": "^u-[0-9]{9}$"}}},
            "name": {"type": "string"},
            "link": {"type": "string", "x-hookcli": {"template": "https://a.example/{id}"}}},
    })  # fmt: skip
    made = [sample.payload for sample in islice(generate(schema, seed=1), 20)]
    assert len({payload["id"] for payload in made}) == 20
    assert all(payload["link"] == f"https://a.example/{payload['id']}" for payload in made)
    assert {payload["name"] for payload in made} == {"Priya"}


def test_typical_narrows_what_is_generated_but_not_what_is_valid() -> None:
    schema = schema_of({"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}},
                        "x-hookcli": {"typical": {"properties": {"n": {"minimum": 5, "maximum": 6}}}}})  # fmt: skip
    assert {sample.payload["n"] for sample in islice(generate(schema, seed=1), 50)} == {5, 6}
    assert schema.is_valid({"n": 1000})


def test_a_typical_that_contradicts_its_schema_is_passed_over() -> None:
    schema = schema_of({"type": "integer", "minimum": 3, "maximum": 9, "x-hookcli": {"typical": {"maximum": 1}}})
    assert 3 <= next(generate(schema, seed=1)).payload <= 9


@pytest.mark.parametrize("draft", ["http://json-schema.org/draft-06/schema#", DRAFT_7,
                                   "https://json-schema.org/draft/2019-09/schema",
                                   "https://json-schema.org/draft/2020-12/schema"])  # fmt: skip
def test_what_is_said_of_names_counts_together_in_every_draft(draft: str) -> None:
    named = {"type": "object", "propertyNames": {"pattern": "^[a-z]{3,6}$"}, "patternProperties": {"z$": {"const": 1}}}
    needing = {"properties": {"a": {"type": "string"}}, "not": {"propertyNames": {"enum": ["a", "b"]}}}
    for keywords, wanted in ((named, r"[a-z]{2,5}z"), ({"type": "object", **needing}, r"(?!a$|b$).*")):
        schema = schema_of({"$schema": draft, **keywords})
        payloads = [sample.payload for sample in islice(generate(schema, mode="maximal", seed=1), 20)]
        assert all(any(re.fullmatch(wanted, key) for key in payload) for payload in payloads)
        assert next(generate(schema, mode="invalid", seed=1))


@pytest.mark.parametrize("items", [
    {"type": "object", "required": ["k"], "properties": {"k": {"enum": ["a", "b"]}, "v": {"type": "boolean"}},
     "additionalProperties": False},
    {"type": "array", "items": {"type": "boolean"}, "maxItems": 3},
])  # fmt: skip
def test_minimal_items_have_what_is_optional_where_they_would_be_alike_without(items: Json) -> None:
    schema = schema_of({"type": "array", "uniqueItems": True, "minItems": 4, "items": items})
    made = [sample.payload for sample in islice(generate(schema, mode="minimal", seed=1), 20)]
    assert all(len(payload) == 4 and schema.is_valid(payload) for payload in made)
