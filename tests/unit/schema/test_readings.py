"""What is generated holds whether `format` is asserted or not."""

from __future__ import annotations

from itertools import islice

import jsonschema_rs
import pytest

from hookcli.errors import ReferenceNotFound, Unsatisfiable
from hookcli.generation.generator import generate
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.readings import Readings

DRAFT_7 = "http://json-schema.org/draft-07/schema#"

HOST = {"type": "string", "oneOf": [{"format": "ipv4"}, {"format": "ipv6"}]}
ALGORITHM = {"oneOf": [{"type": "string", "enum": ["RS256", "ES256"]}, {"type": "string", "format": "uri"}]}
SIGNATURE = {
    "type": "object",
    "properties": {"algorithm": {"$ref": "#/definitions/algorithm"}, "next": {"$ref": "#/definitions/signature"}},
    "required": ["algorithm"],
    "additionalProperties": False,
}

TORN = [
    {"properties": {"algorithm": ALGORITHM}, "required": ["algorithm"]},
    {"properties": {"host": HOST, "name": {"type": "string"}}, "required": ["name"]},
    {
        "properties": {"a": {"type": ["string", "integer"], "not": {"type": "string", "format": "date"}}},
        "required": ["a"],
    },
    {
        "properties": {"mail": {"type": "string"}},
        "required": ["mail"],
        "if": {"properties": {"mail": {"format": "email"}}},
        "then": {"required": ["verified"]},
        "else": {"required": ["reason"]},
    },
    {
        "definitions": {"algorithm": ALGORITHM, "signature": SIGNATURE},
        "properties": {
            "signature": {
                "oneOf": [
                    {"$ref": "#/definitions/signature"},
                    {
                        "properties": {"signers": {"type": "array", "items": {"$ref": "#/definitions/signature"}}},
                        "required": ["signers"],
                    },
                ]
            }
        },
        "required": ["signature"],
    },
    {
        "properties": {
            "all": {
                "type": "array",
                "items": {"type": "string"},
                "contains": {"format": "uuid"},
                "maxContains": 2,
                "minItems": 1,
                "maxItems": 2,
            }
        },
        "required": ["all"],
    },
    {"properties": {f"p{at}": {"oneOf": [{"enum": [at]}, {"format": "date"}]} for at in range(20)}},
]


def read(document: Json) -> Schema:
    def fetch(uri: str) -> Json:
        raise ReferenceNotFound(uri)

    return make_schema(document, "schema", "file:///schema.json", fetch)


@pytest.mark.parametrize("draft", [DRAFT_7, "https://json-schema.org/draft/2020-12/schema"])
@pytest.mark.parametrize("mode", ["typical", "minimal", "maximal", "boundary"])
@pytest.mark.parametrize("rules", TORN, ids=range(len(TORN)))
def test_payloads_hold_whether_formats_are_asserted_or_not(rules: Json, mode: str, draft: str) -> None:
    document = {"$schema": draft, "type": "object", **rules}
    judges = [jsonschema_rs.validator_for(document, validate_formats=asserted) for asserted in (False, True)]
    for sample in islice(generate(read(document), mode=mode, seed=1), 30):
        assert all(judge.is_valid(sample.payload) for judge in judges), sample.payload


def test_what_holds_under_one_reading_alone_is_an_error_that_says_so() -> None:
    document = {"type": "object", "properties": {"host": HOST}, "required": ["host"]}
    with pytest.raises(
        Unsatisfiable, match=r"both where `format` is asserted and where it is not.*At /properties/host"
    ):
        next(generate(read(document), mode="typical", seed=1))


@pytest.mark.parametrize(
    "document",
    [
        {"properties": {"a": {"format": "email"}}},
        {"oneOf": [{"type": "string"}, {"type": "integer"}], "properties": {"a": {"format": "email"}}},
        {"not": {"format": "of our own"}},
        {"properties": {"format": {"type": "string"}, "a": {"not": {"const": {"format": "email"}}}}},
    ],
)
def test_a_schema_in_which_formats_only_refuse_stays_as_it_is(document: Json) -> None:
    schema = read(document)
    assert Readings(schema).both() is schema
    assert Readings(schema).accepts == schema.is_valid


def test_values_that_look_like_schemas_are_kept() -> None:
    inner = {"enum": [{"format": "email", "$ref": "#/x"}], "format": "uri"}
    schema = read({"not": inner, "properties": {"id": {"type": "string"}}})
    assert Readings(schema).accepts({"format": "email"}) is True
    both = Readings(schema).both()
    assert both.is_valid({"format": "email", "$ref": "#/x"}) is False
    assert both.is_valid({"format": "email"}) is True
