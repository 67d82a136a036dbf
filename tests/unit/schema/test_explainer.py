"""What jsonschema explains is what jsonschema-rs decides, wherever a `$schema` stands and however a pattern is written."""

from __future__ import annotations

import pytest

from hookcli.errors import ReferenceNotFound
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.drafts import DRAFTS

LETTERS, DIGIT = "^\\p{L}+$", "^\\d$"
"""The first is no pattern of Python's; the second means other digits there too."""

ARABIC_THREE = "٣"


def schema_of(document: Json) -> Schema:
    def nowhere(uri: str) -> Json:
        raise ReferenceNotFound(uri)

    return make_schema(document, "test", "https://test.example/schema.json", nowhere)


def explained(document: Json, payload: Json) -> list[tuple[str, ...]]:
    schema = schema_of(document)
    assert not schema.is_valid(payload)
    return sorted((*map(str, error.absolute_path), str(error.validator)) for error in schema.explain(payload))


@pytest.mark.parametrize("draft", DRAFTS.values(), ids=lambda draft: draft.name)
def test_patterns_are_ecma_262s_in_a_document_that_names_its_draft(draft) -> None:
    document = {"$schema": draft.uri, "properties": {"a": {"pattern": LETTERS}, "b": {"pattern": DIGIT}}}
    assert explained(document, {"a": "1", "b": ARABIC_THREE}) == [("a", "pattern"), ("b", "pattern")]


@pytest.mark.parametrize("inner", DRAFTS.values(), ids=lambda draft: draft.name)
def test_a_schema_of_another_draft_within_keeps_them(inner) -> None:
    identifier = "id" if inner.name == "4" else "$id"
    part = {"$schema": inner.uri, identifier: "https://test.example/part", "properties": {"a": {"pattern": DIGIT}}}
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [part]}
    assert explained(document, {"a": ARABIC_THREE}) == [("a", "pattern")]


@pytest.mark.parametrize("draft", DRAFTS.values(), ids=lambda draft: draft.name)
def test_formats_are_answered_there_too(draft) -> None:
    document = {"$schema": draft.uri, "items": {"format": "email"}}
    assert explained(document, ["a@b", "Priya <p@x.example>"]) == [("1", "format")]


def test_an_unknown_schema_within_is_read_as_what_is_around_it() -> None:
    document = {"properties": {"a": {"$schema": "https://test.example/own", "pattern": DIGIT}}}
    schema = schema_of(document)
    assert [error.validator for error in schema.explain({"a": ARABIC_THREE})] == ["pattern"]


def test_further_keys_are_those_that_no_ecma_262_pattern_takes() -> None:
    document = {"patternProperties": {DIGIT: {}}, "additionalProperties": {"type": "integer"}}
    assert explained(document, {"1": "x", ARABIC_THREE: "x"}) == [(ARABIC_THREE, "type")]
    document = {"patternProperties": {LETTERS: {}}, "properties": {"1": {}}, "additionalProperties": False}
    assert explained(document, {"a": 1, "1": 1, "2": 1}) == [("additionalProperties",)]


def test_further_keys_that_may_be_there_are_none_to_tell_of() -> None:
    assert explained({"additionalProperties": True, "required": ["b"]}, {"a": 1}) == [("required",)]


def test_where_it_cannot_follow_it_says_so() -> None:
    document = {"patternProperties": {LETTERS: {}}, "unevaluatedProperties": False}
    with pytest.raises(ValueError, match="ECMA-262"):
        schema_of(document).explain({"2": 1})
