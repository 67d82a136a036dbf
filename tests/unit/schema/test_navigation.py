"""Which parts of a schema speak of which part of a payload."""

from __future__ import annotations

from typing import Any

import pytest

from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.drafts import DRAFTS
from hookcli.schema.navigation import in_place, of_item, of_property

BY_NAME = {draft.name: draft for draft in DRAFTS.values()}


def fetch(uri: str) -> Any:
    raise AssertionError(uri)


def schema_of(document: Json, draft: str = "2020-12") -> Schema:
    return make_schema({"$schema": BY_NAME[draft].uri, **document}, "test", "https://x.example/s.json", fetch)


def titles(document: Json, *path: str | int, draft: str = "2020-12", surely: bool = False) -> list[str]:
    """The titles of all that speaks of a place, in order."""
    schema = schema_of(document, draft)
    here = in_place(schema.resources, [schema.root], surely=surely)
    for step in path:
        below = of_property(here, step) if isinstance(step, str) else of_item(here, step)
        here = in_place(schema.resources, below, surely=surely)
    return [one.schema["title"] for one in here if "title" in one.schema]


def t(title: str, **keywords: Json) -> dict[str, Json]:
    return {"title": title, **keywords}


DEFINITIONS = {"definitions": {"d": t("d")}}


@pytest.mark.parametrize("draft", ["4", "6", "7"])
def test_until_draft_7_keywords_beside_a_reference_do_not_speak(draft: str) -> None:
    document = {"properties": {"a": {**t("a"), "$ref": "#/definitions/d", "allOf": [t("b")]}}, **DEFINITIONS}
    assert titles(document, "a", draft=draft) == ["d"]


@pytest.mark.parametrize("draft", ["2019-09", "2020-12"])
def test_from_2019_on_keywords_beside_a_reference_speak(draft: str) -> None:
    document = {"properties": {"a": {**t("a"), "$ref": "#/definitions/d", "allOf": [t("b")]}}, **DEFINITIONS}
    assert titles(document, "a", draft=draft) == ["a", "b", "d"]


def test_an_embedded_schema_is_read_by_its_own_draft() -> None:
    inner = {"$id": "e", "$schema": BY_NAME["7"].uri, "properties": {"a": {**t("a"), "$ref": "#/definitions/d"}}}
    document = {
        "$ref": "e",
        "$defs": {"e": {**inner, **DEFINITIONS}},
        "properties": {"a": {**t("x"), "$ref": "#/$defs/y"}},
    }
    document["$defs"]["y"] = t("y")
    assert titles(document, "a") == ["x", "y", "d"]


def test_references_are_read_against_the_embedded_schema_that_has_them() -> None:
    inner = {"$id": "e/", "$ref": "#/$defs/i", "$defs": {"i": t("inner")}}
    document = {"properties": {"a": inner}, "$defs": {"i": t("outer")}}
    assert titles(document, "a") == ["inner"]


BRANCHES = {
    "allOf": [t("allOf")], "anyOf": [t("anyOf")], "oneOf": [t("oneOf")],
    "if": t("if"), "then": t("then"), "else": t("else"),
    "dependentSchemas": {"a": t("dependentSchemas")}, "dependencies": {"a": t("dependencies"), "b": ["c"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("4", ["allOf", "anyOf", "oneOf", "dependencies"]),
        ("6", ["allOf", "anyOf", "oneOf", "dependencies"]),
        ("7", ["allOf", "anyOf", "oneOf", "then", "else", "if", "dependencies"]),
        ("2019-09", ["allOf", "anyOf", "oneOf", "then", "else", "if", "dependentSchemas", "dependencies"]),
        ("2020-12", ["allOf", "anyOf", "oneOf", "then", "else", "if", "dependentSchemas", "dependencies"]),
    ],
)
def test_branches_speak_where_the_draft_has_them(draft: str, expected: list[str]) -> None:
    assert titles(BRANCHES, draft=draft) == expected
    assert titles(BRANCHES, draft=draft, surely=True) == ["allOf"]


def test_then_and_else_without_if_do_not_speak() -> None:
    assert titles({"then": t("then"), "else": t("else"), "if": False}) == ["then", "else"]
    assert titles({"then": t("then"), "else": t("else")}) == []


ITEMS = {"items": t("items"), "prefixItems": [t("prefix")], "contains": t("contains"), "additionalItems": t("more")}
TUPLE = {"items": [t("first")], "additionalItems": t("more"), "unevaluatedItems": t("rest")}


@pytest.mark.parametrize(
    ("document", "draft", "first", "second"),
    [
        (ITEMS, "4", ["items"], ["items"]),
        (ITEMS, "7", ["items", "contains"], ["items", "contains"]),
        (ITEMS, "2019-09", ["items", "contains"], ["items", "contains"]),
        (ITEMS, "2020-12", ["prefix", "contains"], ["items", "contains"]),
        (TUPLE, "4", ["first"], ["more"]),
        (TUPLE, "2019-09", ["first"], ["more"]),
        ({"items": [t("first")], "unevaluatedItems": t("rest")}, "7", ["first"], []),
        ({"items": [t("first")], "unevaluatedItems": t("rest")}, "2019-09", ["first"], ["rest"]),
        ({"prefixItems": [t("first")], "unevaluatedItems": t("rest")}, "2020-12", ["first"], ["rest"]),
        ({"prefixItems": [t("first")], "additionalItems": t("more")}, "2020-12", ["first"], []),
    ],
)
def test_items_are_spoken_of_as_the_draft_says(document: Json, draft: str, first: list[str], second: list[str]) -> None:
    assert titles(document, 0, draft=draft) == first
    assert titles(document, 1, draft=draft) == second


@pytest.mark.parametrize(
    ("draft", "expected"), [("7", ["more"]), ("2019-09", ["more", "rest"]), ("2020-12", ["more", "rest"])]
)
def test_what_is_said_of_other_keys_speaks_of_those_without_a_name(draft: str, expected: list[str]) -> None:
    document = {
        "properties": {"a": t("a")}, "patternProperties": {"^[ab]": t("pattern")},
        "additionalProperties": t("more"), "unevaluatedProperties": t("rest"),
    }  # fmt: skip
    assert titles(document, "a", draft=draft) == ["a", "pattern"]
    assert titles(document, "b", draft=draft) == ["pattern"]
    assert titles(document, "c", draft=draft) == expected


def test_a_schema_that_extends_a_tree_speaks_of_its_branches() -> None:
    tree = {**t("tree"), "$id": "tree", "$dynamicAnchor": "node",
            "properties": {"children": {"items": {"$dynamicRef": "#node"}}}}  # fmt: skip
    document = {
        **t("strict"),
        "$id": "https://x.example/strict",
        "$dynamicAnchor": "node",
        "$ref": "tree",
        "$defs": {"t": tree},
    }
    assert titles(document, "children", 0) == ["strict", "tree"]
    assert titles(document, "children", 0, "children", 0, surely=True) == ["strict", "tree"]
    either = {"anyOf": [{**document, "$defs": {}}, {"$ref": "tree"}], "$defs": {"t": tree}}
    assert titles(either, "children", 0) == ["tree", "strict"]


def test_the_same_place_is_not_walked_twice() -> None:
    schema = schema_of({"allOf": [{"title": "a"}]})
    first, second = (in_place(schema.resources, [schema.root]) for _ in range(2))
    assert first == second
    first.clear()
    assert in_place(schema.resources, [schema.root]) == second
    assert len(schema.resources.known) == 1
