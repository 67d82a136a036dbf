"""`x-hookcli`: what is wrong with it is said, where, and how to put it right."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from hookcli.errors import ReferenceNotFound, SchemaInvalid
from hookcli.generation.generator import generate
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema

URI = "https://x.example/s.json"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def fetch(uri: str) -> Any:
    raise ReferenceNotFound("it is not here.")


def schema_of(document: Json) -> Schema:
    return make_schema(document, "s.json", URI, fetch)


def made(document: Json, mode: str = "typical") -> list[Json]:
    return [sample.payload for sample in islice(generate(schema_of(document), mode=mode, seed=1), 20)]


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        ("typical", ": is 'typical', but must be an object with typical or template."),
        (True, ": is True, but must be an object with typical or template."),
        ({"tempalte": "x"}, "/tempalte: there is no such key; did you mean 'template'?"),
        ({"zzz": 1}, "/zzz: there is no such key; use template or typical."),
        ({"template": 1}, "/template: is 1, but must be a string with sibling properties in braces, such as"),
        ({"typical": True}, "/typical: is True, but must be a schema, an object."),
        ({"typical": ["a"]}, "/typical: is ['a'], but must be a schema, an object."),
        ({"typical": {"type": "strin"}}, "/typical/type: not a valid JSON Schema (draft 2020-12): "),
        ({"typical": {"items": {"minimum": "1"}}}, "/typical/items/minimum: not a valid JSON Schema (draft 2020-12): "),
        ({"typical": {"pattern": "("}}, "/typical/pattern: not a valid JSON Schema (draft 2020-12): "),
    ],
)
@pytest.mark.parametrize("mode", ["typical", "minimal", "boundary", "invalid"])
def test_a_fault_is_said_with_its_place(annotation: Json, words: str, mode: str) -> None:
    with pytest.raises(SchemaInvalid) as caught:
        made({"properties": {"a/b": {"allOf": [{"x-hookcli": annotation}]}}}, mode)
    assert str(caught.value).startswith(f"{URI}#/properties/a~1b/allOf/0/x-hookcli{words}")


def test_a_typical_is_read_by_the_draft_that_it_stands_in() -> None:
    document = {"$schema": "http://json-schema.org/draft-04/schema#", "x-hookcli": {"typical": {"exclusiveMinimum": 1}}}
    with pytest.raises(SchemaInvalid, match=r"typical/exclusiveMinimum: not a valid JSON Schema \(draft 4\)"):
        made(document)


@pytest.mark.parametrize("reference", ["#/$defs/nowhere", "#nowhere"])
def test_a_reference_in_a_typical_that_leads_nowhere_is_said_with_its_place(reference: str) -> None:
    with pytest.raises(ReferenceNotFound) as caught:
        made({"x-hookcli": {"typical": {"allOf": [{"$ref": reference}]}}})
    assert str(caught.value).startswith(f"{URI}#/x-hookcli/typical/allOf/0/$ref: {reference!r} names nothing")


def test_what_a_draft_hides_beside_a_reference_is_said() -> None:
    document = {
        "$schema": DRAFT_7, "definitions": {"a": {"type": "string"}},
        "properties": {"a": {"$ref": "#/definitions/a", "x-hookcli": {"typical": {"minLength": 3}}}},
    }  # fmt: skip
    with pytest.raises(SchemaInvalid, match=r"x-hookcli: draft 7 ignores what stands beside a \$ref\. Put the \$ref"):
        made(document)
    document["properties"]["a"] = {"allOf": [{"$ref": "#/definitions/a"}], "x-hookcli": {"typical": {"minLength": 3}}}  # type: ignore[index]
    assert all(len(payload.get("a", "xxx")) >= 3 for payload in made({**document, "type": "object"}))


def linked(template: str, **more: Json) -> dict[str, Json]:
    properties = {"id": {"type": "string"}, "url": {"type": "string", "x-hookcli": {"template": template}}}
    return {"type": "object", "properties": properties, "required": ["id", "url"], **more}


def test_a_template_is_made_of_its_siblings() -> None:
    assert all(
        payload["url"] == f"https://x.example/{payload['id']}" for payload in made(linked("https://x.example/{id}"))
    )


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{idd}", "names 'idd', which is no property beside it; did you mean 'id'?"),
        ("{id}/{number}", "names 'number', which is no property beside it; use id."),
        ("{url}", "names 'url', which is no property beside it; use id."),
    ],
)
def test_a_template_that_names_a_missing_sibling_is_said_with_its_place(template: str, words: str) -> None:
    document = {"type": "object", "properties": {"link": {"$ref": "#/$defs/link"}}, "$defs": {"link": linked(template)}}
    with pytest.raises(SchemaInvalid) as caught:
        made(document)
    assert str(caught.value) == f"{URI}#/$defs/link/properties/url/x-hookcli/template: {words}"


@pytest.mark.parametrize(
    "sibling",
    [
        {"allOf": [{"properties": {"number": {"type": "integer"}}}]},
        {"anyOf": [{"properties": {"number": {"type": "integer"}}}, {"maxProperties": 2}]},
        {"required": ["id", "url", "number"]},
        {"x-hookcli": {"typical": {"properties": {"number": {"const": 7}}}}},
    ],
)
def test_a_sibling_may_be_named_anywhere_in_the_schema_of_the_object(sibling: dict[str, Json]) -> None:
    assert made(linked("{id}/{number}", **sibling))


def test_a_property_of_that_name_is_no_annotation() -> None:
    assert made({"type": "object", "properties": {"x-hookcli": {"const": "x"}}, "required": ["x-hookcli"]})[0] == {
        "x-hookcli": "x"
    }
