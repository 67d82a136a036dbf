"""Where schemas stand within a schema, and what becomes of a document when some of them change."""

from __future__ import annotations

from hookcli.models import Json
from hookcli.schema.keywords import rewritten

DOCUMENT: Json = {
    "properties": {"a": {"type": "string"}, "examples": {"type": "string"}, "b": {"items": [{"type": "null"}, True]}},
    "examples": [{"a": {"type": "string"}}],
    "x-hookcli": {"typical": {"type": "string"}},
}


def named(node: dict[str, Json]) -> Json:
    return {"const": "x"} if node == {"type": "string"} else node


def test_each_object_is_rewritten_but_in_examples_and_in_our_own_keyword() -> None:
    new = rewritten(DOCUMENT, named)
    assert new["properties"] == {**DOCUMENT["properties"], "a": {"const": "x"}, "examples": {"const": "x"}}
    assert new["examples"] is DOCUMENT["examples"]
    assert new["x-hookcli"] is DOCUMENT["x-hookcli"]


def test_what_is_the_same_is_shared() -> None:
    assert rewritten(DOCUMENT, named)["properties"]["b"] is DOCUMENT["properties"]["b"]
    assert rewritten(DOCUMENT, lambda node: node) is DOCUMENT


def test_inner_objects_are_rewritten_first() -> None:
    seen: list[int] = []
    rewritten({"not": {"not": {"minimum": 1}}, "minimum": 3}, lambda node: seen.append(node.get("minimum", 2)) or node)
    assert seen == [1, 2, 3]
