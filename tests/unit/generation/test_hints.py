"""Which places hints tell apart."""

from __future__ import annotations

from typing import Any

import pytest

from hookcli.generation.hints import Hints, make_hints
from hookcli.generation.typical import narrow
from hookcli.models import Json
from hookcli.schema.document import make_schema


def fetch(uri: str) -> Any:
    raise AssertionError(uri)


def hints_of(document: Json) -> Hints:
    schema = make_schema(document, "test", "https://x.example/s.json", fetch)
    return make_hints(schema.resources, [schema.root])


def test_places_of_which_there_is_nothing_to_tell_share_their_hints() -> None:
    hints = hints_of({
        "properties": {
            "a": {"type": "string", "title": "a"}, "b": {"$ref": "#/$defs/b"}, "c": {"items": [{}, {"minimum": 1}]},
            "d": {"$ref": "#/$defs/d"}, "e": True,
        },
        "$defs": {"b": {"anyOf": [{"minLength": 1}, {}]}, "d": {"type": "array", "items": {"$ref": "#/$defs/d"}}},
        "$schema": "https://json-schema.org/draft/2019-09/schema",
    })  # fmt: skip
    below = {hints.key_hints(key) for key in (*"abcde", "other")}
    assert [one.identity for one in below] == [()]
    assert hints.identity != ()


TOLD: dict[str, Json] = {"properties": {"x": {}}}


@pytest.mark.parametrize(
    "telling",
    [
        TOLD,
        {"examples": [1]},
        {"default": None},
        {"x-hookcli": {}},
        {"items": {"default": 1}},
        {"items": {"items": {"anyOf": [{}, {"default": 1}]}}},
        {"prefixItems": [{}, TOLD]},
        {"contains": TOLD},
        {"additionalProperties": TOLD},
        {"patternProperties": {"x": TOLD}},
        {"unevaluatedItems": TOLD},
        {"$ref": "#/$defs/told"},
        {"not": {}, "if": {"oneOf": [{"$ref": "#/$defs/list"}]}},
    ],
)
def test_a_place_keeps_its_hints_where_it_or_one_below_has_something_to_tell(telling: Json) -> None:
    definitions = {"told": {"default": 1}, "list": {"items": {"allOf": [{"$ref": "#/$defs/list"}, TOLD]}}}
    hints = hints_of({"properties": {"a": telling, "b": {"items": {"$ref": "#/$defs/list"}}}, "$defs": definitions})
    assert hints.key_hints("a").subschemas != ()
    assert hints.key_hints("b").item_hints(3).key_hints("x").identity == ()


def test_places_that_are_told_of_alike_but_not_as_surely_differ() -> None:
    definitions = {"o": {"properties": {"x": {}}}}
    sure = {"$ref": "#/$defs/o"}
    hints = hints_of({"properties": {"a": {"allOf": [sure]}, "b": {"anyOf": [sure]}}, "$defs": definitions})
    assert hints.key_hints("a").keys == {"x"}
    assert hints.key_hints("b").keys == set()


def test_until_draft_7_hints_beside_a_reference_do_not_count() -> None:
    document = {"$ref": "#/definitions/a", "examples": ["x"], "definitions": {"a": {"examples": ["y"]}}}
    assert hints_of({**document, "$schema": "http://json-schema.org/draft-07/schema#"}).values == ["y"]
    assert hints_of(document).values == ["x", "y"]


def test_a_tree_that_is_extended_has_the_examples_of_both() -> None:
    tree = {
        "$id": "tree",
        "$dynamicAnchor": "n",
        "properties": {"kids": {"items": {"$dynamicRef": "#n"}}},
        "examples": [1],
    }
    hints = hints_of({"$dynamicAnchor": "n", "$ref": "tree", "examples": [2], "$defs": {"tree": tree}})
    assert hints.key_hints("kids").item_hints(0).values == [2, 1]


def test_a_schema_without_a_typical_needs_no_narrowing() -> None:
    schema = make_schema({"examples": [{"x-hookcli": {"typical": {}}}]}, "test", "https://x.example/s.json", fetch)
    assert narrow(schema, scalars_only=False) is schema
