"""Invalid payloads: every constraint broken once, by a near miss, alone, and proven."""

from __future__ import annotations

import json
import time

import pytest

from hookcli.errors import ReferenceNotFound
from hookcli.generation.generator import generate
from hookcli.generation.identity import identity
from hookcli.generation.samples import Sample
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.dialect import FORMATS
from hookcli.schema.document import Schema, make_schema

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def nowhere(uri: str) -> Json:
    raise ReferenceNotFound(uri)


def schema_of(document: Json) -> Schema:
    document = json.loads(json.dumps(document))  # as a file would be read: no part twice the same object
    return make_schema(document, "test", "https://test.example/schema.json", nowhere)


def broken(document: Json, seed: int = 1) -> list[Sample]:
    return list(generate(schema_of(document), mode="invalid", seed=seed))


CASES: dict[str, tuple[Json, list[tuple[str, str]]]] = {
    "type": (TEXT, [("", "type")]),
    "types": ({"type": ["string", "null"]}, [("", "type")]),
    "enum": ({"enum": ["new", "done"]}, [("", "enum")]),
    "type beside enum, which cannot be broken alone": ({"type": "string", "enum": ["new"]}, [("", "enum")]),
    "type that an enum breaks": ({"type": "string", "enum": ["new", None]}, [("", "enum"), ("", "type")]),
    "const": ({"const": {"a": [1, 2]}}, [("", "const")]),
    "bounds": ({"type": "integer", "minimum": 3, "maximum": 9}, [("", "maximum"), ("", "minimum"), ("", "type")]),
    "exclusive bounds": ({"exclusiveMinimum": 3, "exclusiveMaximum": 9, "type": "number"},
                         [("", "exclusiveMaximum"), ("", "exclusiveMinimum"), ("", "type")]),
    "exclusive bounds of draft 4": (
        {"$schema": DRAFT_4, "type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 9},
        [("", "exclusiveMinimum"), ("", "maximum"), ("", "type")]),
    "bounds of draft 4 that are not exclusive": (
        {"$schema": DRAFT_4, "type": "integer", "minimum": 3, "exclusiveMinimum": False},
        [("", "minimum"), ("", "type")]),
    "multipleOf": ({"type": "number", "multipleOf": 0.0001}, [("", "multipleOf"), ("", "type")]),
    "multipleOf and bound": ({"type": "integer", "multipleOf": 5, "minimum": 10},
                             [("", "minimum"), ("", "multipleOf"), ("", "type")]),
    "lengths": ({"type": "string", "minLength": 3, "maxLength": 5},
                [("", "maxLength"), ("", "minLength"), ("", "type")]),
    "pattern and lengths": ({"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 4},
                            [("", "maxLength"), ("", "minLength"), ("", "pattern"), ("", "type")]),
    "required": ({"type": "object", "required": ["a", "b"]}, [("", "required"), ("", "required"), ("", "type")]),
    "closed": ({"type": "object", "properties": {"a": WHOLE}, "additionalProperties": False},
               [("", "additionalProperties"), ("", "type"), ("/a", "type")]),
    "closed at each object": (
        {"additionalProperties": False, "properties": {
            "a": {"type": "object", "properties": {"b": {}}, "additionalProperties": False}}},
        [("", "additionalProperties"), ("/a", "additionalProperties"), ("/a", "type")]),
    "forbidden key": ({"type": "object", "properties": {"old": False}}, [("", "type"), ("/old", "properties")]),
    "forbidden keys": ({"type": "object", "patternProperties": {"^_$": False}},
                       [("", "type"), ("/_", "patternProperties")]),
    "maps beside properties": (
        {"type": "object", "properties": {"a": WHOLE}, "patternProperties": {"^x-y$": {"type": "string", "maxLength": 9}},
         "additionalProperties": {"type": "boolean"}, "propertyNames": {"enum": ["a", "x-y", "else"]}},
        [("", "propertyNames"), ("", "type"), ("/a", "type"), ("/else", "type"), ("/x-y", "maxLength"), ("/x-y", "type")]),
    "propertyNames, each keyword": ({"type": "object", "propertyNames": {"pattern": "^[a-z]+$", "maxLength": 8}},
                                    [("", "propertyNames"), ("", "propertyNames"), ("", "type")]),
    "number of keys": ({"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "minProperties": 2, "maxProperties": 3},
                       [("", "maxProperties"), ("", "minProperties"), ("", "type")]),
    "dependentRequired": ({"type": "object", "dependentRequired": {"card": ["address", "name"]}},
                          [("", "dependentRequired"), ("", "dependentRequired"), ("", "type")]),
    "dependentSchemas": (
        {"type": "object", "dependentSchemas": {"card": {"required": ["address"], "properties": {"address": TEXT}}}},
        [("", "required"), ("", "type"), ("/address", "type")]),
    "dependencies": (
        {"$schema": DRAFT_7, "type": "object", "dependencies": {"a": ["b"], "c": {"required": ["d"]}, "old": False}},
        [("", "dependencies"), ("", "dependencies"), ("", "required"), ("", "type")]),
    "if, then, else": (
        {"type": "object", "properties": {"kind": {"enum": ["card", "cash"]}}, "required": ["kind"],
         "if": {"properties": {"kind": {"const": "card"}}},
         "then": {"properties": {"number": {"type": "string", "pattern": "^\\d{16}$"}}, "required": ["number"]},
         "else": {"properties": {"till": WHOLE}, "required": ["till"]}},
        [("", "required")] * 3 + [("", "type"), ("/kind", "enum"), ("/number", "pattern"),
         ("/number", "type"), ("/till", "type")]),
    "items": ({"type": "array", "items": WHOLE, "minItems": 1, "maxItems": 3, "uniqueItems": True},
              [("", "maxItems"), ("", "minItems"), ("", "type"), ("", "uniqueItems"), ("/0", "type")]),
    "prefixItems": ({"type": "array", "prefixItems": [TEXT, WHOLE], "items": False},
                    [("", "type"), ("/0", "type"), ("/1", "type"), ("/2", "items")]),
    "additionalItems": ({"$schema": DRAFT_7, "type": "array", "items": [TEXT], "additionalItems": {"type": "boolean"}},
                        [("", "type"), ("/0", "type"), ("/1", "type")]),
    "no additionalItems": ({"$schema": DRAFT_7, "type": "array", "items": [TEXT], "additionalItems": False},
                           [("", "additionalItems"), ("", "type"), ("/0", "type")]),
    "contains": ({"type": "array", "items": WHOLE, "contains": {"minimum": 10}},
                 [("", "contains"), ("", "type"), ("/0", "type")]),
    "minContains and maxContains": ({"type": "array", "contains": {"const": 7}, "minContains": 2, "maxContains": 3},
                                    [("", "maxContains"), ("", "minContains"), ("", "type")]),
    "unevaluatedProperties": ({"type": "object", "properties": {"a": WHOLE}, "unevaluatedProperties": False},
                              [("", "type"), ("", "unevaluatedProperties"), ("/a", "type")]),
    "unevaluatedProperties of a type": ({"type": "object", "properties": {"a": {}}, "unevaluatedProperties": WHOLE},
                                        [("", "type"), ("", "unevaluatedProperties")]),
    "unevaluatedItems": ({"type": "array", "prefixItems": [TEXT], "unevaluatedItems": False},
                         [("", "type"), ("", "unevaluatedItems"), ("/0", "type")]),
    "anyOf, and what each branch asks for": (
        {"anyOf": [{"type": "string", "minLength": 2}, {"type": "integer", "minimum": 5}]},
        [("", "anyOf"), ("", "anyOf"), ("", "anyOf")]),
    "oneOf, more than one": ({"type": "integer", "oneOf": [{"minimum": 3}, {"maximum": 5}]}, [("", "oneOf"), ("", "type")]),
    "oneOf, none and more than one": ({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
                                      [("", "oneOf"), ("", "oneOf")]),
    "oneOf of kinds": (
        {"required": ["kind"], "oneOf": [
            {"properties": {"kind": {"const": "card"}, "number": TEXT}, "required": ["number"]},
            {"properties": {"kind": {"const": "cash"}, "till": WHOLE}, "required": ["till"]}]},
        [("", "oneOf")] * 7 + [("", "required")]),
    "not": ({"type": "object", "not": {"required": ["b"]}}, [("", "not")]),
    "not, of keys that have rules": (
        {"properties": {"a": {"type": "integer"}, "b": {"enum": ["x"]}}, "not": {"required": ["a", "b"]}},
        [("", "not"), ("/a", "type"), ("/b", "enum")]),
    "not, of keys that take the place of others": (
        {"type": "object", "required": ["a"], "properties": {"a": TEXT}, "allOf": [
            {"not": {"additionalProperties": WHOLE, "properties": {"a": True}}},
            {"not": {"propertyNames": {"pattern": "^.$"}}}]},
        [("", "not"), ("", "not"), ("", "required"), ("/a", "type")]),
    "not a value": ({"type": "string", "not": {"const": "root"}}, [("", "not"), ("", "type")]),
    "allOf": ({"allOf": [{"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]},
                         {"properties": {"a": {"maximum": 3}}}]},
              [("", "required"), ("", "type"), ("/a", "maximum"), ("/a", "minimum"), ("/a", "type")]),
    "what two subschemas say of one place": (
        {"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"maximum": 9}}},
                   {"type": "object", "required": ["a", "b"], "properties": {"a": {"maximum": 9}}}]},
        [("", "required"), ("", "required"), ("", "type"), ("/a", "maximum")]),
    "one subschema referred to twice for one place": (
        {"$defs": {"s": {"type": "string", "minLength": 2}}, "allOf": [{"$ref": "#/$defs/s"}, {"$ref": "#/$defs/s"}]},
        [("", "minLength"), ("", "type")]),
    "a branch of many that overlap": (
        {"type": "object", "properties": {"kind": TEXT}, "required": ["kind"], "allOf": [
            {"if": {"properties": {"kind": {"const": name}}}, "then": {"properties": {name: {"maxLength": 3}}}}
            for name in ("a", "b")]},
        [("", "required"), ("", "type"), ("/a", "maxLength"), ("/b", "maxLength"), ("/kind", "type")]),
    "a branch whose own rule says what is evaluated": (
        {"oneOf": [WHOLE, {"type": "object", "allOf": [{"properties": {"a": WHOLE}}], "unevaluatedProperties": False}]},
        [("", "oneOf")] * 4),
    "the same subschema at two places": (
        {"$defs": {"id": {"type": "string", "minLength": 2}}, "properties": {"a": {"$ref": "#/$defs/id"}, "b": {"$ref": "#/$defs/id"}}},
        [("/a", "minLength"), ("/a", "type")]),
    "recursive": (
        {"$id": "https://test.example/node", "type": "object", "required": ["value"],
         "properties": {"value": WHOLE, "children": {"type": "array", "items": {"$ref": "#"}}}},
        [("", "required"), ("", "type"), ("/children", "type"), ("/value", "type")]),
    "siblings of $ref in draft 7": (
        {"$schema": DRAFT_7, "definitions": {"s": TEXT}, "properties": {"a": {"$ref": "#/definitions/s", "maxLength": 1}}},
        [("/a", "type")]),
    "keys that a pointer escapes": ({"required": ["a/b"], "properties": {"a/b": WHOLE, "~": WHOLE}},
                                    [("", "required"), ("/a~1b", "type"), ("/~0", "type")]),
    "nothing to break": ({}, []),
}  # fmt: skip
"""Schema -> each place and keyword that is to be broken."""


@pytest.mark.parametrize("name", CASES)
def test_every_constraint_is_broken_once(name: str) -> None:
    document, expected = CASES[name]
    assert sorted((one.pointer, one.keyword) for one in broken(document)) == expected


@pytest.mark.parametrize("name", CASES)
def test_each_breaks_one_thing_alone_and_both_validators_refuse_it(name: str) -> None:
    schema = schema_of(CASES[name][0])
    for one in broken(CASES[name][0]):
        assert [(each.pointer, each.keyword) for each in schema.refusals(one.payload)] == [(one.pointer, one.keyword)]
        assert schema.explain(one.payload)


@pytest.mark.parametrize("name", CASES)
def test_none_comes_twice_and_a_seed_says_everything(name: str) -> None:
    made = [identity(one.payload) for one in broken(CASES[name][0])]
    assert len(set(made)) == len(made)
    assert made == [identity(one.payload) for one in broken(CASES[name][0])]


FOLLOWING: dict[str, tuple[Json, tuple[str, str], set[tuple[str, str]]]] = {
    "the weaker of two bounds": (
        {"type": "integer", "allOf": [{"minimum": 3}, {"minimum": 5}], "examples": [7]}, ("", "minimum"), set()),
    "a type that another one implies": (
        {"allOf": [{"type": ["string", "null"]}, {"type": "string"}], "examples": ["x"]}, ("", "type"), set()),
    "keys that what is broken would evaluate": (
        {"allOf": [{"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["a"]}],
         "unevaluatedProperties": False},
        ("/a", "type"), {("", "unevaluatedProperties")}),
    "items that what is broken would evaluate": (
        {"allOf": [{"type": "array", "prefixItems": [TEXT, TEXT], "minItems": 2}], "unevaluatedItems": False},
        ("/0", "type"), {("", "unevaluatedItems")}),
    "what each branch says again": (
        {"properties": {"a": TEXT, "b": TEXT}, "oneOf": [
            {"properties": {"a": TEXT}, "required": ["a"]}, {"properties": {"b": TEXT}, "required": ["b"]}]},
        ("/a", "type"), {("", "oneOf")}),
}  # fmt: skip
"""Schema -> a constraint that is never broken alone, and what the validator says besides: it follows."""


@pytest.mark.parametrize("name", FOLLOWING)
def test_where_nothing_is_broken_alone_all_else_follows(name: str) -> None:
    document, label, others = FOLLOWING[name]
    schema, made = schema_of(document), broken(document)
    found = [{(each.pointer, each.keyword) for each in schema.refusals(one.payload)} for one in made]
    assert {label, *others} in found
    assert [one.keyword for one, said in zip(made, found, strict=True) if said == {label, *others}][-1] == label[1]


def test_a_payload_that_breaks_one_thing_alone_comes_before_one_of_which_more_follows() -> None:
    made = broken(FOLLOWING["keys that what is broken would evaluate"][0])
    assert [one.keyword for one in made] == ["unevaluatedProperties", "type", "required", "type", "type"]
    assert [" (and with it fails " in (one.message or "") for one in made] == [False, False, False, True, True]


NEAR = {
    "a number as text": ({"type": "integer", "examples": [42]}, ["42"]),
    "a text that is missing": ({"type": "string", "examples": ["x"]}, [None]),
    "digits as a number": ({"type": "string", "examples": ["42"]}, [42]),
    "a flag as text": ({"type": "boolean", "examples": [True]}, ["true"]),
    "an empty list for an object": ({"type": "object", "maxProperties": 0}, [[], {"unexpected0": "x"}]),
    "another case": ({"enum": ["new"]}, ["NEW"]),
    "the other flag": ({"const": True}, [False]),
    "one more": ({"const": 7}, [8]),
    "one code point too many": ({"type": "string", "maxLength": 2, "examples": ["👍é"]}, [None, "👍éé"]),
    "one code point too few": ({"type": "string", "minLength": 2, "examples": ["👍é"]}, [None, "👍"]),
    "one below": ({"type": "integer", "minimum": 3, "examples": [5]}, ["5", 2]),
    "one unit in the last place above": ({"type": "number", "maximum": 0.5, "examples": [0.25]},
                                         ["0.25", 0.5000000000000001]),
    "one step below": ({"type": "number", "multipleOf": 0.01, "minimum": 1, "examples": [7.25]},
                       ["7.25", 7.255, 0.99]),
    "the bound itself": ({"$schema": DRAFT_4, "type": "integer", "maximum": 9, "exclusiveMaximum": True, "default": 5},
                         ["5", 9]),
    "half a step": ({"type": "number", "multipleOf": 0.0001, "examples": [1]}, ["1", 1.00005]),
    "one off a multiple": ({"type": "integer", "multipleOf": 5, "examples": [5]}, ["5", 6]),
    "one character changed": ({"type": "string", "pattern": "^[A-Z]{2}-\\d$", "examples": ["AB-1"]}, [None, "aB-1"]),
}  # fmt: skip


@pytest.mark.parametrize("name", NEAR)
def test_a_value_is_missed_by_as_little_as_can_be(name: str) -> None:
    document, expected = NEAR[name]
    assert [one.payload for one in broken(document)] == expected


MISSES = {
    "date-time": ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00"),
    "date": ("2026-01-31", "2026-02-30"),
    "time": ("10:00:00Z", "10:00:00"),
    "duration": ("P1D", "1D"),
    "email": ("priya@kart.example", "priyakart.example"),
    "idn-email": ("priya@kart.example", "priyakart.example"),
    "hostname": ("kart.example", "k_art.example"),
    "idn-hostname": ("kart.example", "k_art.example"),
    "ipv4": ("192.0.2.7", "192.0.2.256"),
    "ipv6": ("2001:db8::1", "2001:db8::g"),
    "uri": ("https://kart.example/1", "https://kart.example/ 1"),
    "iri": ("https://kart.example/1", "https://kart.example/ 1"),
    "uri-reference": ("/order/1", "/order/ 1"),
    "iri-reference": ("/order/1", "/order/ 1"),
    "uri-template": ("/order/{id}", "/order/{id"),
    "uuid": ("123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-42d3-a456-42661417400"),
    "json-pointer": ("/order", "order"),
    "relative-json-pointer": ("1/order", "-1/order"),
    "regex": ("^a+$", "^a+$("),
}
"""Format -> an example, and what a system sends in its place."""


def test_every_format_has_a_near_miss() -> None:
    assert MISSES.keys() == set(FORMATS)


@pytest.mark.parametrize("name", MISSES)
def test_a_format_is_missed_as_systems_miss_it(name: str) -> None:
    example, miss = MISSES[name]
    assert broken({"type": "string", "format": name, "examples": [example]})[-1].payload == miss


ORDER = {"id": 5, "customer": {"name": "Priya", "tags": ["new"]}, "paid": True}


def differences(one: Json, other: Json, pointer: str = "") -> list[str]:
    """The places where two payloads differ; a key too many or too few is one at its object."""
    if isinstance(one, dict) and isinstance(other, dict):
        own = [pointer] * len(one.keys() ^ other.keys())
        return own + [
            at for key in one.keys() & other.keys() for at in differences(one[key], other[key], f"{pointer}/{key}")
        ]
    return [] if identity(one) == identity(other) and type(one) is type(other) else [pointer]


def test_a_payload_differs_from_a_valid_one_in_one_place() -> None:
    document = {
        "required": ["id", "customer", "paid"], "additionalProperties": False, "properties": {
            "id": {"type": "integer", "minimum": 1, "examples": [5]}, "paid": {"type": "boolean", "examples": [True]},
            "customer": {"type": "object", "required": ["name", "tags"], "properties": {
                "name": {"type": "string", "minLength": 2, "examples": ["Priya"]},
                "tags": {"type": "array", "items": {"type": "string", "examples": ["new"]}, "minItems": 1, "maxItems": 1}}}}}  # fmt: skip
    made = broken(document)
    assert [len(differences(ORDER, one.payload)) for one in made] == [1] * 16
    assert all((one.pointer or "").startswith(differences(ORDER, one.payload)[0]) for one in made)


def test_what_breaks_in_a_branch_says_what_and_is_labelled_as_the_validator_does() -> None:
    document = {
        "anyOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 3}}}]
    }
    messages = [one.message or "" for one in broken(document) if one.message and " at " in one.message]
    assert [message.partition(":")[0] for message in messages] == [
        "type at the root",
        "type at /a",
        "minimum at /a",
    ]


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("event", catalog.event_names())
def test_every_constraint_of_an_event_that_can_be_broken_alone_is(event: str) -> None:
    schema = catalog.load_event(event)
    made = list(generate(schema, mode="invalid", seed=1))
    assert [[(each.pointer, each.keyword) for each in schema.refusals(one.payload)] for one in made] == [
        [(one.pointer, one.keyword)] for one in made
    ]
    assert all(schema.explain(one.payload) for one in made)
    assert {"type", "required", "const"} <= {one.keyword for one in made}


HOSTILE: dict[str, Json] = {
    "references to itself": {"$id": "https://test.example/r", "properties": {key: {"$ref": "#"} for key in "abcdefgh"}},
    "500 branches": {"anyOf": [{"type": "object", "required": [f"k{at}"], "properties": {f"k{at}": TEXT}} for at in range(500)]},
    "3,000 keys": {"type": "object", "properties": {f"p{at}": {"type": "string", "maxLength": 9} for at in range(3_000)}},
    "a number beyond floats": {"type": "integer", "minimum": 10**400},
    "a pattern that explodes": {"type": "string", "pattern": "^(a+)+$"},
    "a long list": {"type": "array", "items": WHOLE, "minItems": 9_000},
    "60 levels": {"allOf": [{"$ref": "#/$defs/0"}],
                  "$defs": {str(at): {"properties": {"a": {"$ref": f"#/$defs/{at + 1}"}}, "required": ["a"]} for at in range(60)}
                  | {"60": WHOLE}},
}  # fmt: skip


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_within_seconds(name: str) -> None:
    started = time.process_time()
    broken(HOSTILE[name])
    assert time.process_time() - started < 20


def test_unique_items_are_others_than_the_one_that_must_be_there() -> None:
    ports = {"type": "array", "uniqueItems": True, "contains": {"const": 8080}, "items": {**WHOLE, "minimum": 1024}}
    counts = {len(broken({"type": "object", "properties": {"ports": ports}}, seed)) for seed in range(12)}
    assert counts == {6}
