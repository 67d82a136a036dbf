"""Schemas of one's own: read, checked, and their references followed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hookcli.errors import FileUnreadable, ReferenceNotFound, SchemaInvalid
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.dialect import FORMATS, has_format
from hookcli.schema.loader import load_schema


def written(folder: Path, name: str, document: Json) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(file)


def test_a_reference_to_a_file_beside_is_followed(tmp_path: Path) -> None:
    written(tmp_path, "parts/dog.json", {"type": "object", "required": ["name"]})
    path = written(tmp_path, "order.json", {"properties": {"dog": {"$ref": "parts/dog.json"}}})
    schema = load_schema(path)
    assert schema.is_valid({"dog": {"name": "Rex"}})
    assert not schema.is_valid({"dog": {}})


def test_a_reference_under_an_id_is_looked_for_beside_the_file(tmp_path: Path) -> None:
    written(tmp_path, "dog.json", {"$id": "https://store.example/schemas/dog.json", "type": "integer"})
    path = written(tmp_path, "order.json", {"$id": "https://store.example/schemas/order.json", "$ref": "dog.json"})
    assert not load_schema(path).is_valid("x")


def test_a_reference_to_a_bundled_part_is_followed(tmp_path: Path) -> None:
    path = written(tmp_path, "mine.json", {"$ref": f"{catalog.BASE}haptik/parts/agent.json"})
    assert not load_schema(path).is_valid({"id": "x"})


def test_references_in_a_circle_end(tmp_path: Path) -> None:
    written(tmp_path, "b.json", {"properties": {"a": {"$ref": "a.json"}}})
    path = written(tmp_path, "a.json", {"type": "object", "properties": {"b": {"$ref": "b.json"}}})
    assert not load_schema(path).is_valid({"b": {"a": {"b": {"a": 1}}}})


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("none.json", "/properties/a/.ref: .*no such document"),
        ("https://elsewhere.example/x.json", "never fetches from the network"),
        ("../../../etc/hostname", "no such document"),
        ("#/$defs/none", "/\\$defs/none"),
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error(tmp_path: Path, reference: str, words: str) -> None:
    path = written(tmp_path, "s.json", {"properties": {"a": {"$ref": reference}}})
    with pytest.raises((ReferenceNotFound, SchemaInvalid), match=words):
        load_schema(path)


def test_a_reference_key_in_an_example_is_no_reference(tmp_path: Path) -> None:
    path = written(tmp_path, "s.json", {"examples": [{"$ref": "none.json"}], "const": {"$ref": "none.json"}})
    assert load_schema(path).is_valid({"$ref": "none.json"})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "not JSON"),
        ('{"type":\n  "strin"}', "#/type: not a valid JSON Schema"),
        ('{"pattern": "(["}', "#/pattern"),
        ('{"a": 1,}', "s.json:1:8: not JSON"),
        ("[]", "an object, true or false"),
        ('{"$schema": "http://json-schema.org/draft-03/schema#"}', "no draft that hookcli knows"),
    ],
)
def test_what_is_no_schema_is_an_error_that_says_where(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(SchemaInvalid, match=words):
        load_schema(written(tmp_path, "s.json", content))


def test_a_schema_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="Check the path"):
        load_schema(str(tmp_path / "none.json"))


DRAFTS = [
    ("http://json-schema.org/draft-04/schema#", {"minimum": 3, "exclusiveMinimum": True}),
    ("http://json-schema.org/draft-06/schema", {"exclusiveMinimum": 3}),
    ("http://json-schema.org/draft-07/schema#", {"if": {"maximum": 3}, "then": False}),
    ("https://json-schema.org/draft/2019-09/schema", {"exclusiveMinimum": 3}),
    ("https://json-schema.org/draft/2020-12/schema#", {"exclusiveMinimum": 3}),
]


@pytest.mark.parametrize(("uri", "rule"), DRAFTS, ids=[uri for uri, _ in DRAFTS])
def test_each_draft_is_judged_by_its_own_rules(tmp_path: Path, uri: str, rule: Json) -> None:
    schema = load_schema(written(tmp_path, "s.json", {"$schema": uri, **rule}))
    assert schema.is_valid(4)
    assert not schema.is_valid(3)
    assert schema.explain(3)


WRONG = {
    "date": "2026-02-30", "date-time": "2026-02-03 10:00", "duration": "1 day", "email": "Priya <p@x.example>",
    "hostname": "a b", "idn-email": "x", "idn-hostname": "a b", "ipv4": "1.2.3.456", "ipv6": "1.2.3.4",
    "iri": "no scheme", "iri-reference": "\\\\x", "json-pointer": "a", "regex": "([", "relative-json-pointer": "/a",
    "time": "25:00:00Z", "uri": "no scheme", "uri-reference": "\\\\x", "uri-template": "{", "uuid": "1234",
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_asserted_and_both_validators_agree(tmp_path: Path, name: str) -> None:
    schema = load_schema(written(tmp_path, "s.json", {"format": name}))
    assert not has_format(name, WRONG[name])
    assert not schema.is_valid(WRONG[name])
    assert [error.validator for error in schema.explain(WRONG[name])] == ["format"]


@pytest.mark.parametrize("name", FORMATS)
def test_generated_formats_hold(tmp_path: Path, name: str) -> None:
    from itertools import islice

    from hookcli.generation.generator import generate

    schema = load_schema(written(tmp_path, "s.json", {"type": "string", "format": name}))
    made = [sample.payload for sample in islice(generate(schema, seed=1), 50)]
    assert all(has_format(name, text) for text in made)
    assert len(set(made)) > 1


def test_ecma_patterns_are_explained_as_they_are_judged(tmp_path: Path) -> None:
    schema = load_schema(written(tmp_path, "s.json", {
        "pattern": "^\\p{Lu}", "patternProperties": {"^\\p{Ll}": {"type": "integer"}}}))  # fmt: skip
    assert [error.validator for error in schema.explain("x")] == ["pattern"]
    assert [error.validator for error in schema.explain({"é": "1", "É": "1"})] == ["type"]


def test_a_contradiction_in_a_schema_is_named(tmp_path: Path) -> None:
    document = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "enum": ["x"]}}}
    found = load_schema(written(tmp_path, "s.json", document)).contradictions()
    assert "/properties/a" in found
