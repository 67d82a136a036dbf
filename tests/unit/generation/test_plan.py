"""Plans of schemas that are too much for one canonical form: real ones with many choices, and hostile ones."""

from __future__ import annotations

from itertools import islice

import pytest

from hookcli.errors import ReferenceNotFound, Unsatisfiable
from hookcli.generation.generator import generate
from hookcli.generation.hints import make_hints
from hookcli.generation.plan import make_plan, plan_of
from hookcli.generation.shapes import Objects, Plan, height_of, parts_of
from hookcli.models import Json
from hookcli.schema.cases import has_many_cases
from hookcli.schema.document import Schema, make_schema

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"


def nowhere(uri: str) -> Json:
    raise ReferenceNotFound(uri)


def schema_of(document: Json) -> Schema:
    return make_schema(document, "test", "https://test.example/schema.json", nowhere)


def some(document: Json, count: int = 20, mode: str = "typical") -> list[Json]:
    """Payloads of a schema, proven once more."""
    schema = schema_of(document)
    found = [sample.payload for sample in islice(generate(schema, mode=mode, seed=1), count)]
    assert all(schema.is_valid(payload) for payload in found)
    return found


def either(count: int) -> Json:
    """For each of many numbers one of two keys, and not both."""
    return {"type": "object", "allOf": [
        {"oneOf": [{"required": [f"k{at}"]}, {"required": [f"l{at}"]}]} for at in range(count)
    ]}  # fmt: skip


def conditions(count: int) -> Json:
    """Many independent conditions."""
    return {
        "type": "object",
        "properties": {f"f{at}": {"enum": ["a", "b"]} for at in range(count)},
        "required": [f"f{at}" for at in range(count)],
        "allOf": [
            {"if": {"properties": {f"f{at}": {"const": "a"}}}, "then": {"required": [f"x{at}"]},
             "else": {"required": [f"y{at}"]}}
            for at in range(count)
        ],
    }  # fmt: skip


def kinds(count: int) -> Json:
    """A discriminator by conditions, of which one can hold."""
    return {
        "type": "object",
        "properties": {"kind": {"enum": [f"k{at}" for at in range(count)]}},
        "required": ["kind"],
        "allOf": [
            {"if": {"properties": {"kind": {"const": f"k{at}"}}},
             "then": {"required": [f"x{at}"], "properties": {f"x{at}": {"type": "integer"}}}}
            for at in range(count)
        ],
    }  # fmt: skip


def referred(count: int) -> Json:
    """Choices between references, of which each excludes the other."""
    halves = [(f"k{at}", "integer") for at in range(count)] + [(f"l{at}", "string") for at in range(count)]
    return {
        "$schema": DRAFT_7,
        "type": "object",
        "allOf": [
            {"oneOf": [{"$ref": f"#/definitions/k{at}"}, {"$ref": f"#/definitions/l{at}"}]} for at in range(count)
        ],
        "definitions": {name: {"required": [name], "properties": {name: {"type": kind}}} for name, kind in halves},
    }


def nested(depth: int) -> Json:
    """Choices within choices."""
    inner: Json = {"type": "object", "required": ["end"]}
    for at in range(depth):
        inner = {"allOf": [{"anyOf": [{"required": [f"a{at}"]}, {"required": [f"b{at}"]}]}, inner]}
    return inner


MANY: dict[str, Json] = {
    "14 times one of two": either(14),
    "40 conditions": conditions(40),
    "100 kinds": kinds(100),
    "30 choices of references": referred(30),
    "choices within choices": nested(20),
    "a chain of dependent keys": {
        "type": "object", "required": ["k0"], "dependentRequired": {f"k{at}": [f"k{at + 1}"] for at in range(60)}},
    "dependent keys of draft 4": {
        "$schema": DRAFT_4, "type": "object", "properties": {f"k{at}": {"type": "string"} for at in range(15)},
        "dependencies": {f"k{at}": {"required": [f"z{at}"]} for at in range(15)}},
    "a long oneOf": {"oneOf": [
        {"type": "object", "properties": {"k": {"const": at}, "v": {"type": "string"}}, "required": ["k", "v"]}
        for at in range(2_000)]},
    "a long anyOf": {"anyOf": [{"type": "object", "required": [f"k{at}"]} for at in range(600)]},
    "nothing unevaluated": {
        "type": "object", "unevaluatedProperties": False,
        "allOf": [{"anyOf": [{"properties": {f"a{at}{to}": {"type": "string"}}, "required": [f"a{at}{to}"]}
                             for to in range(4)]} for at in range(6)]},
}  # fmt: skip


@pytest.mark.parametrize("name", MANY)
def test_choices_that_multiply_are_drawn_one_combination_at_a_time(name: str) -> None:
    found = some(MANY[name])
    assert len({str(payload) for payload in found}) > 1


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("mode", ["minimal", "maximal"])
def test_the_other_modes_draw_them_too(name: str, mode: str) -> None:
    some(MANY[name], 3, mode)


@pytest.mark.parametrize("name", MANY)
def test_their_cases_are_counted_beforehand(name: str) -> None:
    assert has_many_cases(schema_of(MANY[name]))


def test_every_kind_of_a_discriminator_comes_up_in_the_end() -> None:
    found = some(kinds(60), 200)
    assert len({payload["kind"] for payload in found}) > 10
    assert any(f"x{payload['kind'][1:]}" in payload for payload in found)


def test_a_recursive_schema_is_opened_part_by_part() -> None:
    node = {**either(12), "properties": {"inner": {"$ref": "#/definitions/node"}, "k0": {"type": "integer"}}}
    found = some({"$schema": DRAFT_7, "$ref": "#/definitions/node", "definitions": {"node": node}})
    assert any("inner" in payload for payload in found)


def test_parts_have_bases_of_their_own() -> None:
    document = {
        **either(12),
        "$id": "https://test.example/root",
        "required": ["a"],
        "properties": {"a": {"$ref": "other#/$defs/text"}},
        "$defs": {
            "other": {"$id": "https://test.example/other", "$defs": {"text": {"type": "string", "minLength": 30}}}
        },
    }
    assert all(len(payload["a"]) >= 30 for payload in some(document))


def test_an_example_that_a_part_refuses_is_not_used() -> None:
    document = {**referred(12), "properties": {"a": {"$ref": "#/definitions/a"}}, "required": ["a"]}
    document["definitions"]["a"] = {"allOf": [{"$ref": "#/definitions/b"}], "examples": ["short"]}
    document["definitions"]["b"] = {"type": "string", "minLength": 10}
    some(document)


UNMODELLED: dict[str, Json] = {
    "recursive, nothing unevaluated": {
        "$schema": DRAFT_2019, "$id": "https://test.example/tree", "$recursiveAnchor": True, "type": "object",
        "properties": {"name": {"type": "string"}, "child": {"$recursiveRef": "#"}}, "required": ["name"],
        "unevaluatedProperties": False},
    "items that a condition evaluates": {
        "type": "array", "if": {"contains": {"const": "a"}},
        "then": {"if": {"contains": {"const": "b"}}, "then": {"if": {"contains": {"const": "c"}}}},
        "unevaluatedItems": False},
}  # fmt: skip


@pytest.mark.parametrize("name", UNMODELLED)
def test_what_has_no_canonical_form_is_planned_all_the_same(name: str) -> None:
    assert len({str(payload) for payload in some(UNMODELLED[name])}) > 1


def test_an_object_of_which_nothing_is_said_is_not_always_empty() -> None:
    assert some({"type": "object"}, 1)[0] != {} or ({} in (found := some({"type": "object"})) and any(found))
    assert some({"type": "object"}, 1, "minimal") == [{}]


def plans_below(plan: Plan) -> list[Plan]:
    seen, waiting = {id(plan): plan}, [plan]
    while waiting:
        for shape in waiting.pop().shapes:
            below = [each for each in parts_of(shape) if id(each) not in seen]
            seen.update((id(each), each) for each in below)
            waiting += below
    return list(seen.values())


def test_places_that_differ_in_their_own_hints_alone_share_what_is_below() -> None:
    wide = {"type": "object", "properties": {f"p{at}": {"type": "string"} for at in range(50)}}
    document = {
        "$defs": {"wide": wide},
        "type": "object",
        "properties": {f"q{at}": {"$ref": "#/$defs/wide", "title": f"The {at}."} for at in range(50)},
    }
    plans = plans_below(plan_of(schema_of(document)))
    shapes = {id(shape) for plan in plans for shape in plan.shapes if isinstance(shape, Objects) and shape.properties}
    assert len(plans) < 160
    assert len(shapes) == 2


def test_a_plan_knows_how_many_values_a_payload_needs() -> None:
    schema = schema_of({"type": "array", "minItems": 3, "items": {
        "type": "object", "required": ["a", "b"], "properties": {"a": {"type": "string"}, "c": {"type": "string"}}}})  # fmt: skip
    plan = make_plan(schema.canonicalize(), make_hints(schema.resources, [schema.root]))
    assert plan.size == 1 + 3 * (1 + 2)
    assert plan.height == 2


def test_what_doubles_at_every_level_is_refused_before_it_is_made() -> None:
    definitions: Json = {f"d{at}": {"type": "array", "minItems": 2, "items": {"$ref": f"#/$defs/d{at - 1}"}}
                         for at in range(1, 26)}  # fmt: skip
    with pytest.raises(Unsatisfiable, match=r"test: .* over 250,000 values"):
        some({"$ref": "#/$defs/d25", "$defs": {"d0": {"type": "string"}, **definitions}})


@pytest.mark.parametrize("wanted", [{}, either(12)], ids=["at once", "part by part"])
def test_references_that_are_no_uris_are_followed(wanted: Json) -> None:
    document = {"$schema": DRAFT_7, "type": "object", "required": ["a"], "properties": {
        "a": {"$ref": "#/definitions/List<Text é>"}}, **wanted,
        "definitions": {"List<Text é>": {"type": "array", "items": {"type": "string"}, "minItems": 4}}}  # fmt: skip
    assert all(len(payload["a"]) >= 4 for payload in some(document))


@pytest.mark.parametrize(("has_more_ways", "height"), [(False, float("inf")), (True, 1)])
def test_a_need_without_a_way_is_impossible_only_where_all_ways_were_tried(has_more_ways: bool, height: float) -> None:
    place = plan_of(schema_of({"type": "string"}))
    assert height_of(Objects(needs=((place, place),), has_more_ways=has_more_ways)) == height


def test_one_of_very_many_keys_that_meets_a_need_is_found_or_nothing_is_claimed() -> None:
    keys = {f"k{at}": {"type": "integer"} for at in range(30)} | {"z": {}}
    wanted = {"not": {"patternProperties": {"": {"type": "integer"}}}}
    schema = schema_of({"type": "object", "properties": keys, "additionalProperties": False, **wanted})
    assert not isinstance(next(generate(schema, seed=1)).payload["z"], int)
