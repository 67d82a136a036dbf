"""Schemas of one's own: read, checked, and their references followed."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path

import pytest
from jsonschema.validators import validator_for

from hookcli.errors import FileUnreadable, ReferenceNotFound, SchemaInvalid
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.dialect import FORMATS, has_format
from hookcli.schema.drafts import DRAFTS as KNOWN_DRAFTS
from hookcli.schema.loader import REFUSING, can_refuse, is_draft_named, load_schema


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
        ("https://elsewhere.example/x.json", "never fetches from the network without --allow-remote-refs"),
        ("file:/x", "'file:/x': there is no such document"),
        ("file:x", "'file:x': there is no such document"),
        ("file:", "Resource 'file:' .* Name a file by its way from the schema's folder"),
        ("file:///etc/hostname", "no such document"),
        ("file://host/x", "no such document"),
        ("urn:example:x", "no such document"),
        ("x" * 300 + ".json", "no such document"),
        ("nul\0.json", "no such document"),
        ("half\ud800.json", "no such document"),
        ("loop.json", "no such document"),
        (f"{catalog.BASE}nul\0", "no such document"),
        ("../../../etc/hostname", "no such document"),
        ("#/$defs/none", "/\\$defs/none"),
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error(tmp_path: Path, reference: str, words: str) -> None:
    (tmp_path / "loop.json").symlink_to("loop.json")
    path = written(tmp_path, "s.json", {"properties": {"a": {"$ref": reference}}})
    with pytest.raises((ReferenceNotFound, SchemaInvalid), match=words):
        load_schema(path)


def test_a_file_url_in_short_says_how_to_write_it(tmp_path: Path) -> None:
    there = written(tmp_path, "there.json", {"type": "integer"})
    with pytest.raises(ReferenceNotFound, match="such as parts/dog"):
        load_schema(written(tmp_path, "s.json", {"$ref": f"file:{there}"}))


def test_what_is_on_the_network_is_asked_for_by_its_url_alone(tmp_path: Path) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return pages[url.removeprefix("https://a.example/")]

    pages = {"x/y.json": b'{"$defs": {"dog": {"$ref": "b/c.json"}}}', "x/b/c.json": b'{"type": "integer"}'}

    path = written(tmp_path, "s.json", {"allOf": [{"$ref": "HTTPS://a.example/x/y.json#/$defs/dog"}], "$ref": "z.json"})
    written(tmp_path, "z.json", {"maximum": 5})
    schema = load_schema(path, fetch)
    assert asked == ["https://a.example/x/y.json", "https://a.example/x/b/c.json"]
    assert [schema.is_valid(payload) for payload in (5, 6, "x")] == [True, False, False]


@pytest.mark.parametrize(
    ("document", "can"),
    [
        (True, True),
        ({"type": "object"}, True),
        ({"$ref": "#"}, True),
        ({"format": "date"}, True),
        ({}, False),
        ({"name": "Haptik", "description": "A profile.", "events": []}, False),
        ({"definitions": {"dog": {"type": "object"}}, "title": "No root"}, False),
    ],
)
def test_a_schema_without_a_keyword_at_its_root_cannot_refuse_anything(
    tmp_path: Path, document: Json, can: bool
) -> None:
    assert can_refuse(load_schema(written(tmp_path, "s.json", document))) is can


def test_the_refusing_keywords_are_those_of_all_drafts() -> None:
    known = [set(validator_for({"$schema": draft.uri}).VALIDATORS) for draft in KNOWN_DRAFTS.values()]
    assert set.union(*known) == REFUSING


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
        ("[]", "an object, true or false, but this is a list"),
        ("null", "but this is null"),
        ('"x"', "but this is a string"),
        ("1.5", "but this is a number"),
        ('{"$schema": "http://json-schema.org/draft-03/schema#"}', "no draft that hookcli knows"),
    ],
)
def test_what_is_no_schema_is_an_error_that_says_where(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(SchemaInvalid, match=words):
        load_schema(written(tmp_path, "s.json", content))


@pytest.mark.parametrize(
    ("named", "draft"),
    [
        ("http://json-schema.org/draft/2020-12/schema", "2020-12"),
        ("https://json-schema.org/draft-07/schema", "7"),
        ("http://json-schema.org/draft-04/hyper-schema#", "4"),
    ],
)
def test_a_draft_goes_by_more_than_one_name(tmp_path: Path, named: str, draft: str) -> None:
    schema = load_schema(written(tmp_path, "s.json", {"$schema": named, "type": "string", "maxLength": 1}))
    assert (schema.draft.name, is_draft_named(schema)) == (draft, True)
    assert [schema.is_valid("a"), schema.is_valid("ab")] == [True, False]


@pytest.mark.parametrize("named", ["http://json-schema.org/schema#", "https://acme.example/our-own/1-0-0#"])
@pytest.mark.parametrize(
    ("rules", "draft"),
    [
        ({"type": "object"}, "2020-12"),
        ({"properties": {"id": {"type": "string"}, "items": {"enum": [[1]]}}}, "2020-12"),
        ({"properties": {"a": {"minimum": 1, "exclusiveMinimum": True}}}, "4"),
        ({"id": "https://acme.example/a", "type": "object"}, "4"),
        ({"properties": {"a": {"items": [{"type": "string"}]}}}, "7"),
        ({"$recursiveAnchor": True}, "2019-09"),
    ],
)
def test_a_document_that_names_no_draft_is_read_as_what_it_looks_like(
    tmp_path: Path, named: str, rules: Json, draft: str
) -> None:
    schema = load_schema(written(tmp_path, "s.json", {"$schema": named, **rules}))
    assert (schema.draft.name, is_draft_named(schema)) == (draft, False)
    assert schema.is_valid({}) is True
    assert schema.canonicalize().kind != "false"


def test_a_part_in_another_file_may_name_a_metaschema_of_its_own(tmp_path: Path) -> None:
    written(tmp_path, "part.json", {"$schema": "https://acme.example/our-own/1-0-0#", "maxLength": 1})
    schema = load_schema(written(tmp_path, "s.json", {"$ref": "part.json"}))
    assert [schema.is_valid("a"), schema.is_valid("ab")] == [True, False]


@pytest.mark.parametrize("reference", ["#/definitions/name", "#name", "parts.json#/a~1b", "#/$defs/a%20b"])
def test_a_reference_to_a_part_that_is_not_there_is_an_error_that_says_where(tmp_path: Path, reference: str) -> None:
    written(tmp_path, "parts.json", {})
    path = written(tmp_path, "s.json", {"properties": {"a": {"items": {"$ref": reference}}}})
    with pytest.raises(ReferenceNotFound, match=r"s\.json#/properties/a/items/\$ref: .* names nothing that is there"):
        load_schema(path)


def test_an_error_does_not_quote_all_of_a_large_part(tmp_path: Path) -> None:
    path = written(
        tmp_path, "s.json", {"properties": {"a": {"type": "strin", "enum": ["b" * 5000]}}, "items": ["c" * 5000]}
    )
    with pytest.raises(SchemaInvalid, match=r"s\.json#/\S+: not a valid JSON Schema") as caught:
        load_schema(path)
    assert len(str(caught.value)) < 600 + len(path)


@pytest.mark.parametrize("name", ["none.json", "nul\0.json", "."])
def test_a_schema_that_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileUnreadable, match="Check the path"):
        load_schema(str(tmp_path / name))


def test_a_schema_from_standard_input_in_a_folder_that_is_gone_is_an_error(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    with pytest.raises(FileUnreadable, match="the working directory cannot be read"):
        load_schema("-")


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


def test_a_schema_travels_with_all_that_it_refers_to(tmp_path: Path) -> None:
    written(tmp_path, "parts/dog.json", {"$id": "https://store.example/dog.json", "$ref": "https://store.example/id"})
    path = written(tmp_path, "order.json", {"$id": "https://store.example/a/", "$ref": "parts/dog.json"})
    schema = load_schema(path, lambda _: b'{"type": "integer", "$comment": "from the network"}')
    travelled = pickle.dumps(schema)
    for file in (tmp_path / "order.json", tmp_path / "parts" / "dog.json"):
        file.unlink()
    made = pickle.loads(travelled)
    assert (made.name, made.uri, made.document) == (schema.name, schema.uri, schema.document)
    assert (made.is_valid(1), made.is_valid("1")) == (True, False)
    assert [str(each) for each in made.refusals("1")] == [str(each) for each in schema.refusals("1")]
