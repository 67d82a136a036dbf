"""Errors of generation say which place is to blame, and which of its keywords."""

from __future__ import annotations

import pytest

from hookcli.errors import ReferenceNotFound, SchemaInvalid, Unsatisfiable
from hookcli.generation.generator import generate
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema


def nowhere(uri: str) -> Json:
    raise ReferenceNotFound(uri)


def schema_of(document: Json) -> Schema:
    return make_schema(document, "test", "https://test.example/schema.json", nowhere)


def holding(inner: Json, **others: Json) -> Json:
    return {"type": "object", "required": ["a"], "properties": {"a": inner, "b": {"type": "string"}}, **others}


CONTRADICTIONS: dict[str, tuple[Json, str]] = {
    "two keywords": (holding({"type": "integer", "minimum": 3, "maximum": 1}),
                     "At /properties/a: minimum and maximum contradict each other."),
    "one keyword": (holding({"enum": []}), "At /properties/a: enum admits nothing."),
    "two places": (holding({"allOf": [{"type": "string"}, {"type": "integer"}]}),
                   "At /properties/a: type at /properties/a/allOf/0 and type at /properties/a/allOf/1"),
    "false": (holding(False), "At /properties/a: it is written as false."),
    "behind a reference": (holding({"$ref": "#/$defs/x"}, **{"$defs": {"x": {"type": "string", "enum": [1]}}}),
                           "At /$defs/x: type and enum contradict each other."),
    "further down": (holding(holding({"type": "number", "minimum": 5, "maximum": 4})),
                     "At /properties/a/properties/a: type, minimum and maximum contradict each other."),
    "an optional key that cannot be is not to blame": (
        {"type": "object", "required": ["b"], "additionalProperties": False,
         "properties": {"a": {"properties": {"deep": {"type": "string", "enum": [1]}}}}},
        "At its root: type, properties, additionalProperties and required contradict each other."),
    "no end": (holding({"$ref": "#"}), "At its root: each value would have to hold another of its kind"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_named_where_every_value_comes_to_it(name: str) -> None:
    document, words = CONTRADICTIONS[name]
    with pytest.raises(Unsatisfiable) as caught:
        next(generate(schema_of(document), seed=1))
    assert str(caught.value).startswith("test: no payload can satisfy this schema. ")
    assert words in str(caught.value)


NOT_FOUND: dict[str, tuple[Json, str]] = {
    "in a place": (holding({"type": "string", "format": "hostname", "pattern": "_"}),
                   "At /properties/a nothing was found that holds format, pattern and type together."),
    "below an array": ({"type": "array", "minItems": 1, "items": holding(
        {"type": "string", "format": "ipv4", "allOf": [{"pattern": "^[x-z]"}]})},
        "At /items/properties/a nothing was found that holds allOf, format, pattern and type together."),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_FOUND)
def test_where_nothing_is_found_the_place_that_refused_all_is_named(name: str) -> None:
    document, words = NOT_FOUND[name]
    with pytest.raises(Unsatisfiable) as caught:
        next(generate(schema_of(document), seed=1))
    assert str(caught.value).startswith("test: no valid payload was found in 200 tries. ")
    assert words in str(caught.value)


def test_what_cannot_be_built_is_said_with_its_place() -> None:
    document = {"type": "array", "minItems": 1, "items": holding({"type": "string", "pattern": "^[^\\s\\S]$"})}
    with pytest.raises(Unsatisfiable, match=r"no payload can be generated: at /0/a: .*pattern"):
        next(generate(schema_of(document), seed=1))


def test_a_schema_nested_too_deeply_is_not_called_invalid() -> None:
    document: Json = {"type": "string"}
    for _ in range(150):
        document = holding(document)
    with pytest.raises(SchemaInvalid, match="nested deeper than 255 levels"):
        next(generate(schema_of(document), seed=1))
