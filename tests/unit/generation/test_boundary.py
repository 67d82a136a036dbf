"""The edges that a tester would list are walked, each once, all valid, in a stable order."""

from __future__ import annotations

import copy
import math
import unicodedata
from collections.abc import Iterator
from itertools import islice

import pytest

from hookcli.errors import ReferenceNotFound, Unsatisfiable
from hookcli.generation.boundary import walk
from hookcli.generation.boundary.extremes import EXTREMES
from hookcli.generation.generator import generate
from hookcli.generation.hints import make_hints
from hookcli.generation.identity import identity
from hookcli.generation.plan import make_plan
from hookcli.generation.shapes import Arrays, Objects, Plan, Values
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.dialect import FORMATS, has_format
from hookcli.schema.document import Schema, make_schema

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def nowhere(uri: str) -> Json:
    raise ReferenceNotFound(uri)


def schema_of(document: Json) -> Schema:
    return make_schema(document, "test", "https://test.example/schema.json", nowhere)


def walked(document: Json, seed: int = 1) -> list[Json]:
    return [sample.payload for sample in generate(schema_of(document), mode="boundary", seed=seed)]


def exactly(payloads: list[Json]) -> set[str]:
    """With 1 and 1.0 told apart."""
    return {repr(payload) for payload in payloads}


A_B = {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}, "additionalProperties": False}

ALL: dict[str, tuple[Json, list[Json]]] = {
    "integer bounds": ({"type": "integer", "minimum": 3, "maximum": 9}, [3, 4, 8, 9, 5.0]),
    "narrow integer": ({"type": "integer", "minimum": 3, "maximum": 4}, [3, 4]),
    "exclusive integer": ({"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 9}, [4, 5, 7, 8, 6.0]),
    "draft 4 exclusive, where 5.0 is no integer": (
        {"$schema": DRAFT_4, "type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 9}, [2, 3, 8, 9]),
    "bounds around zero": ({"type": "integer", "minimum": -5, "maximum": 5}, [-5, -4, 4, 5, 0, 1, -1, -3.0]),
    "fractional bounds of integers": ({"type": "integer", "minimum": 2.5, "maximum": 6.5}, [3, 4, 5, 6]),
    "number bounds": ({"type": "number", "minimum": 2.5, "maximum": 2.75},
                      [2.5, math.nextafter(2.5, 3), math.nextafter(2.75, 2), 2.75]),
    "exclusive number": ({"type": "number", "exclusiveMinimum": 2.5, "exclusiveMaximum": 2.75}, [
        math.nextafter(2.5, 3), math.nextafter(math.nextafter(2.5, 3), 3),
        math.nextafter(2.75, 2), math.nextafter(math.nextafter(2.75, 2), 2)]),
    "multipleOf": ({"type": "integer", "multipleOf": 7, "minimum": 1, "maximum": 60}, [7, 14, 49, 56, 21.0]),
    "fractional multipleOf": ({"type": "number", "multipleOf": 0.01, "minimum": 0.005, "maximum": 0.995},
                              [0.01, 0.02, 0.98, 0.99]),
    "a format of OpenAPI": ({"type": "integer", "format": "int32", "minimum": 3}, [3, 4, 2**31 - 2, 2**31 - 1, 5.0]),
    "a format that the bounds lie beyond": ({"type": "integer", "format": "int8", "minimum": 300, "maximum": 301},
                                            [300, 301]),
    "excluded multiples": ({"type": "integer", "minimum": 3, "maximum": 9, "not": {"multipleOf": 3}}, [4, 5, 7, 8]),
    "boolean": ({"type": "boolean"}, [False, True]),
    "null": ({"type": "null"}, [None]),
    "enum": ({"enum": [1, "two", None, {"three": [3]}]}, [1, "two", None, {"three": [3]}]),
    "enum of which some are excluded": ({"enum": ["a", "b", "c"], "not": {"const": "b"}}, ["a", "c"]),
    "oneOf that overlaps": (
        {"oneOf": [{"type": "integer", "minimum": 3, "maximum": 8}, {"type": "integer", "minimum": 7, "maximum": 9}]},
        [3, 4, 5, 6, 9]),
    "pattern": ({"type": "string", "pattern": "^(AB|C)[0-9]{2,4}(-x)?$"},
                ["C00", "C99", "AB00", "C000", "C00-x", "AB0000-x"]),
    "pattern with lengths": ({"type": "string", "pattern": "^a+$", "minLength": 5, "maxLength": 9},
                             ["a" * 5, "a" * 6, "a" * 8, "a" * 9]),
    "pattern that is an enum": ({"type": "string", "pattern": "^(?:red|green|blue)$"}, ["red", "green", "blue"]),
    "format and end": ({"type": "string", "enum": ["0.0.0.0", "x"], "format": "ipv4"}, ["0.0.0.0"]),
    "optional keys": (A_B, [{}, {"a": 1}, {"b": 2}, {"a": 1, "b": 2}]),
    "dependentRequired": ({**A_B, "dependentRequired": {"a": ["b"]}}, [{}, {"b": 2}, {"a": 1, "b": 2}]),
    "draft 7 dependencies": ({**A_B, "$schema": DRAFT_7, "dependencies": {"b": ["a"]}}, [{}, {"a": 1}, {"a": 1, "b": 2}]),
    "keys that exclude each other": ({**A_B, "not": {"required": ["a", "b"]}}, [{}, {"a": 1}, {"b": 2}]),
    "at least one key": ({**A_B, "minProperties": 1}, [{"a": 1}, {"b": 2}, {"a": 1, "b": 2}]),
    "if then else": (
        {"type": "object", "required": ["k"], "additionalProperties": False,
         "properties": {"k": {"enum": ["x", "y"]}, "n": {"const": 1}}, "if": {"properties": {"k": {"const": "x"}}},
         "then": {"required": ["n"]}},
        [{"k": "x", "n": 1}, {"k": "y"}, {"k": "y", "n": 1}]),
    "nested optional": (
        {"type": "object", "additionalProperties": False, "properties": {"a": A_B}},
        [{}, {"a": {}}, {"a": {"a": 1}}, {"a": {"b": 2}}, {"a": {"a": 1, "b": 2}}]),
    "array bounds": ({"type": "array", "items": {"const": 0}, "minItems": 2, "maxItems": 6},
                     [[0] * 2, [0] * 3, [0] * 5, [0] * 6]),
    "array without bounds": ({"type": "array", "items": {"enum": [1, 2]}}, [[], [1], [2]]),
    "array of which nothing is said": ({"type": "array"}, [[], ["x"]]),
    "object of which nothing is said": (
        {"type": "object", "properties": {"a": {"type": "object"}}, "required": ["a"], "additionalProperties": False},
        [{"a": {}}, {"a": {"x": "x"}}]),
    "keys of which the same is said": (
        {"type": "object", "additionalProperties": False, "properties": {
            key: {"type": "array", "items": {"enum": [1, 2]}, "maxItems": 1} for key in "ab"}},
        [{}, {"a": []}, {"b": []}, {"a": [], "b": []}, {"a": [1]}, {"a": [2]}, {"b": [1]}, {"b": [2]}]),
    "one subschema under two keys": (
        {"type": "object", "additionalProperties": False, "properties": {"a": {"$ref": "#/$defs/l"}, "b": {"$ref": "#/$defs/l"}},
         "$defs": {"l": {"type": "array", "items": {"enum": [1, 2]}, "maxItems": 1}}},
        [{}, {"a": []}, {"b": []}, {"a": [], "b": []}, {"a": [1]}, {"a": [2]}]),
    "tuple": ({"type": "array", "prefixItems": [{"const": 1}, {"enum": ["a", "b"]}], "items": False},
              [[], [1], [1, "a"], [1, "b"]]),
    "uniqueItems": ({"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 2}, [[True, False], [False, True]]),
    "maxContains": ({"type": "array", "items": {"enum": [7, 8]}, "contains": {"const": 7}, "minContains": 2, "maxContains": 3},
                    [[7, 7], [7, 7, 8], [8, 7, 7], [7, 7, 7]]),
}  # fmt: skip
"""Schemas with the whole set of their edges."""


@pytest.mark.parametrize("name", ALL)
def test_the_edges_are_those_that_a_tester_would_list_and_no_others(name: str) -> None:
    document, expected = ALL[name]
    made = walked(document)
    assert exactly(made) == exactly(expected)
    assert len(made) == len(expected)


HOST_253 = ".".join(["a" * 63, "a" * 63, "a" * 63, "a" * 61])

SOME: dict[str, tuple[Json, list[Json]]] = {
    "any integer": ({"type": "integer"}, [0, 1, -1, 2**31 - 1, 2**31, -(2**31), 2**53 - 1, 2**53 + 1, 2**63, -(2**63), 2.0]),
    "any number": ({"type": "number"}, [-0.0, 1, -1, 0.5, 5e-324, 1e300, -1e300, 2**53 + 1]),
    "number from zero": ({"type": "number", "minimum": 0}, [0, 5e-324, 1, 1e300]),
    "any string": ({"type": "string"}, ["", "x", "x" * 1000, "e\u0301", "line\u2028separator", "nul\x00byte", "שלום עליכם"]),
    "string bounds": ({"type": "string", "minLength": 2, "maxLength": 5}, ["xx", "xxx", "xxxx", "xxxxx", "e\u0301", "😀" * 5]),
    "one character": ({"type": "string", "minLength": 1, "maxLength": 1}, ["x", "\u2028", "\x00", "😀", "\u0301", "ש"]),
    "pattern that takes anything": ({"type": "string", "pattern": "^[^/]+$"}, ["e\u0301", "line\u2028separator", "नमस्ते"]),
    "open pattern": ({"type": "string", "pattern": "^ab", "minLength": 4, "maxLength": 6}, ["abxx", "abxxx", "abxxxx"]),
    "date-time": ({"type": "string", "format": "date-time"}, [
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2016-12-31T23:59:60Z", "2024-02-29T00:00:00Z",
        "2026-01-01T00:00:00+05:30", "2026-01-01T00:00:00-23:59"]),
    "email": ({"type": "string", "format": "email"}, ["a@b", f"{'a' * 64}@b.example"]),
    "email of at most 30": ({"type": "string", "format": "email", "maxLength": 30}, ["a@b", f"{'a' * 28}@b"]),
    "hostname": ({"type": "string", "format": "hostname"}, ["a", HOST_253]),
    "hostname of 65": ({"type": "string", "format": "hostname", "minLength": 65, "maxLength": 65}, ["a" * 63 + ".a"]),
    "uri of 100": ({"type": "string", "format": "uri", "minLength": 100, "maxLength": 100}, ["https://a.example/" + "a" * 82]),
    "time of 20": ({"type": "string", "format": "time", "minLength": 20}, ["00:00:00.1111111111Z"]),
    "unknown format": ({"type": "string", "format": "colour", "maxLength": 3}, ["", "xxx", "😀😀😀"]),
    "map": ({"type": "object", "additionalProperties": {"const": 0}, "propertyNames": {"pattern": "^[a-z]{1,3}$"}},
            [{}, {"a": 0}, {"aa": 0}, {"aaa": 0}, {"z": 0}]),
    "rules beside properties": (
        {"type": "object", "properties": {"a": {"const": 1}}, "patternProperties": {"^x-$": {"type": "boolean"}},
         "additionalProperties": False}, [{}, {"a": 1}, {"x-": True}, {"x-": False}]),
    "unevaluatedProperties beside properties": (
        {"type": "object", "allOf": [{"properties": {"a": {"const": 1}}}], "propertyNames": {"enum": ["a", "b"]},
         "unevaluatedProperties": {"type": "integer", "minimum": 8}}, [{}, {"a": 1}, {"b": 8}, {"b": 9}]),
    "required keys and a maximum": (
        {"type": "object", "properties": {k: {"const": 0} for k in "abc"}, "required": ["c"], "maxProperties": 2},
        [{"c": 0}, {"a": 0, "c": 0}, {"b": 0, "c": 0}]),
    "objects in an array": (
        {"type": "array", "minItems": 2, "items": {"type": "object", "properties": {"a": {"enum": [1, 2]}}}},
        [[{}, {}], [{}, {}, {}], [{"a": 1}, {}], [{"a": 2}, {}]]),
    "unique objects": (
        {"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": True,
         "items": {"type": "object", "properties": {"a": {"enum": [1, 2]}}, "required": ["a"]}}, [[{"a": 1}], [{"a": 2}]]),
    "items after a tuple": ({"type": "array", "prefixItems": [{"const": 1}], "items": {"enum": ["a", "b"]}},
                            [[], [1], [1, "a"], [1, "b"]]),
    "contains among others": ({"type": "array", "items": {"enum": [1, 2, 3]}, "contains": {"minimum": 3}}, [[3], [1, 3], [2, 3], [3, 3]]),
    "recursive": (
        {"$id": "https://test.example/list", "type": "object", "required": ["v"],
         "properties": {"v": {"enum": [1, 2]}, "next": {"$ref": "#"}}},
        [{"v": 1}, {"v": 2}]),
    "branches": ({"anyOf": [{"type": "string", "maxLength": 1}, {"type": "integer", "minimum": 4}, {"type": "null"}]},
                 ["", "x", 4, 5, None]),
    "no type": ({"minimum": 5}, [5, math.nextafter(5, 6), "", False, True, None, [], {}]),
    "JSON in Base64": ({"$schema": DRAFT_7, "type": "string", "contentMediaType": "application/json",
                        "contentEncoding": "base64"}, ["bnVsbA==", "W10="]),
}  # fmt: skip
"""Schemas with some of their edges, each of which is telling."""


@pytest.mark.parametrize("name", SOME)
def test_telling_edges_are_among_the_payloads(name: str) -> None:
    document, expected = SOME[name]
    assert exactly(expected) <= exactly(walked(document))


@pytest.mark.parametrize("document", [document for document, _ in (*ALL.values(), *SOME.values())])
def test_all_are_valid_and_none_comes_twice(document: Json) -> None:
    made = walked(document)
    assert all(map(schema_of(document).is_valid, made))
    assert len(set(map(identity, made))) == len(made)


def test_the_order_is_that_of_the_places_the_nearest_first() -> None:
    document = {"type": "object", "required": ["a"], "additionalProperties": False, "properties": {
        "a": {"const": 1}, "b": A_B, "c": {"enum": [5, 6]}}}  # fmt: skip
    made = walked(document)
    five = made[2]["c"]
    assert made == [
        {"a": 1}, {"a": 1, "b": {}}, {"a": 1, "c": five}, {"a": 1, "b": {}, "c": five},
        {"a": 1, "b": {"a": 1}}, {"a": 1, "b": {"b": 2}}, {"a": 1, "b": {"a": 1, "b": 2}},
        {"a": 1, "c": 11 - five},
    ]  # fmt: skip


def test_the_numbers_of_keys_and_items_are_those_at_the_bounds() -> None:
    keys = {
        "type": "object",
        "properties": {k: {"const": 0} for k in "abcdefgh"},
        "minProperties": 2,
        "maxProperties": 7,
    }
    map_of_numbers = {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 1_000}
    unique = {"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "minItems": 3, "maxItems": 1_000}
    assert set(map(len, walked(keys))) == {2, 3, 6, 7}
    assert set(map(len, walked(map_of_numbers))) == {0, 1, 999, 1_000}
    assert set(map(len, walked(unique))) == {3, 4, 999, 1_000}


def test_a_payload_is_the_base_with_one_change() -> None:
    document = {"type": "object", "required": ["a", "b"], "properties": {
        "a": {"type": "integer"}, "b": {"type": "object", "required": ["c", "d"], "properties": {
            "c": {"type": "string"}, "d": {"type": "integer"}}}}}  # fmt: skip
    base, *others = walked(document)
    known = [other for other in others if other.keys() == base.keys() and other["b"].keys() == base["b"].keys()]
    assert len(known) > 40
    for other in known:
        changes = [other["a"] != base["a"], other["b"]["c"] != base["b"]["c"], other["b"]["d"] != base["b"]["d"]]
        assert sum(changes) == 1


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("event", catalog.event_names())
def test_the_walk_is_stable(event: str) -> None:
    schema = catalog.load_event(event)
    first, second = (list(generate(schema, mode="boundary", seed=3)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", FORMATS)
def test_every_telling_value_has_its_format(name: str) -> None:
    assert [text for text in EXTREMES[name] if not has_format(name, text)] == []
    assert len(set(EXTREMES[name])) == len(EXTREMES[name])


def test_unicode_edges_are_what_they_are_called() -> None:
    made = "".join(walked({"type": "string"}))
    assert {"Mn", "Cc", "Zl", "Cf"} <= set(map(unicodedata.category, made))
    assert "R" in set(map(unicodedata.bidirectional, made))
    assert any(ord(char) > 0xFFFF for char in made)


def test_lengths_are_walked_behind_a_look_ahead_too() -> None:
    made = walked({"type": "string", "pattern": "^(?=.*[0-9])(?=.*[a-z])[a-z0-9]{4,6}$"})
    assert {4, 6} <= set(map(len, made))


def test_what_surrounds_an_edge_is_not_nested_deeper_than_need_be() -> None:
    rest = {
        "anyOf": [{"type": "null"}, {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}, "required": ["n"]}]
    }
    made = walked({"$ref": "#/$defs/n", "$defs": {"n": rest}})
    assert max(map(len, map(repr, (payload for payload in made if payload and "n" in payload)))) < 1_100
    assert {"n": None} in made


def test_a_key_that_the_schema_does_not_name_is_tried_once() -> None:
    made = walked({"type": "object", "properties": {"a": {"const": 1}}})
    assert [payload for payload in made if payload.keys() - {"a"}] == made[-1:]


def test_what_no_walk_finds_is_what_is_sampled() -> None:
    with pytest.raises(Unsatisfiable):
        walked({"type": "string", "pattern": "^[^\\s\\S]$"})


def test_a_large_enum_is_walked_whole() -> None:
    assert walked({"enum": list(range(5_000))}) == list(range(5_000))


@pytest.mark.usefixtures("uncovered")
def test_many_optional_keys_are_walked_without_a_payload_for_each_pair() -> None:
    made = walked({"type": "object", "properties": {f"k{at}": {"const": 0} for at in range(2_000)}})
    assert {key for payload in made if len(payload) == 1 for key in payload} >= {f"k{at}" for at in range(2_000)}
    assert sum(len(payload) > 1_000 for payload in made) < 200


def test_a_walk_ends_when_its_bytes_are_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_BYTES", 3_000)
    assert 2_000 < sum(map(len, walked({"type": "string"}))) < 5_000


MANY = {f"k{at}": {"type": "integer", "minimum": at} for at in range(200)}


@pytest.mark.parametrize(("schema", "bound", "cut"), [
    ({"type": "object", "properties": MANY}, "MOST_WORK", "it has more edges than one walk takes"),
    ({"type": "object", "properties": MANY}, "MOST_BYTES", "it has more edges than one walk takes"),
    ({"enum": [*range(2_000)]}, "MOST_EDGES", "a place has over 1,000 edges"),
])  # fmt: skip
def test_a_walk_says_what_a_bound_left_out(schema: Json, bound: str, cut: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, bound, 1_000)
    samples = generate(schema_of(schema), mode="boundary", seed=1)
    assert samples.cut == ""
    assert list(samples)
    assert samples.cut.startswith(cut)


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize(("values", "kept"), [([[at] for at in range(5_100)], 5_000), ([*range(5_100)], 5_100)])
def test_of_an_enum_of_very_many_lists_the_first_are_walked(values: Json, kept: int) -> None:
    samples = generate(schema_of({"enum": values}), mode="boundary", seed=1)
    assert [sample.payload for sample in samples] == values[:kept]
    assert ("the first 50,000 values are walked, or 5,000 objects" in samples.cut) == (kept < len(values))


def test_places_that_lie_too_deep_are_said_to_be_left_out() -> None:
    inner: Json = {"type": "string"}
    for _ in range(70):
        inner = {"type": "object", "required": ["a"], "properties": {"a": inner}}
    samples = generate(schema_of(inner), mode="boundary", seed=1)
    assert list(samples)
    assert samples.cut == "places more than 60 levels deep are left out"


def test_a_repeat_of_repeats_ends() -> None:
    payloads = walked({"type": "string", "pattern": "^((a{1,50}){1,50}){1,50}$"})
    assert "a" in payloads


def test_recursive_places_that_hold_each_other_are_walked_once() -> None:
    names = [f"d{at}" for at in range(5)]
    made = walked({"$ref": "#/$defs/d0", "$defs": {
        name: {"type": "object", "additionalProperties": False,
               "properties": {other: {"$ref": f"#/$defs/{other}"} for other in names}} for name in names}})  # fmt: skip
    assert 100 < len(made) < 400


def objects_in(value: Json, path: str = "") -> Iterator[tuple[str, dict[str, Json]]]:
    """The objects within a value, each with its path; items of an array share one."""
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from objects_in(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for item in value:
            yield from objects_in(item, f"{path}/*")


def optional_keys(schema: Schema) -> set[tuple[str, str]]:
    """Path and key of what is in a full payload, and can be taken away."""
    full = next(generate(schema, mode="maximal", seed=1)).payload
    found = set()
    for at, (path, value) in enumerate(objects_in(full)):
        for key in value:
            changed = copy.deepcopy(full)
            del next(islice(objects_in(changed), at, None))[1][key]
            if schema.is_valid(changed):
                found.add((path, key))
    return found


@pytest.mark.parametrize("event", catalog.event_names())
def test_every_optional_key_is_absent_once_and_present_once(event: str) -> None:
    schema = catalog.load_event(event)
    objects = [each for sample in generate(schema, mode="boundary", seed=1) for each in objects_in(sample.payload)]
    present = {(path, key) for path, value in objects for key in value}
    keys = optional_keys(schema)
    absent = {(path, key) for path, key in keys for at, value in objects if at == path and key not in value}
    assert len(keys) >= 4
    assert keys - present == set()
    assert keys - absent == set()


def places(plan: Plan, seen: set[int]) -> Iterator[Plan]:
    if id(plan) in seen or not plan.alternatives:
        return
    seen.add(id(plan))
    yield plan
    for shape in plan.alternatives:
        inner: list[Plan] = []
        if isinstance(shape, Objects):
            inner = [*shape.properties.values(), *(value for _, value in shape.others)]
        elif isinstance(shape, Arrays):
            inner = [*shape.prefix, *([shape.items] if shape.items else [])]
        for one in inner:
            yield from places(one, seen)


def scalars_in(value: Json) -> Iterator[Json]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from scalars_in(inner)


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("event", catalog.event_names())
def test_every_enum_member_comes(event: str) -> None:
    schema = catalog.load_event(event)
    plan = make_plan(schema.canonicalize(), make_hints(schema.resources, [schema.root]))
    shapes = [shape for place in places(plan, set()) for shape in place.alternatives]
    members = {identity(value) for shape in shapes if isinstance(shape, Values) for value in shape.values}
    made = generate(schema, mode="boundary", seed=1)
    assert len(members) >= 5
    assert members <= {identity(value) for sample in made for value in scalars_in(sample.payload)}
