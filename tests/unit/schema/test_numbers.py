"""What a fast reader rounds is looked at again where the schema could tell the difference, and nowhere else."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookcli.schema import catalog
from hookcli.schema.document import Schema, make_schema

TELLING = [
    {"multipleOf": 3},
    {"uniqueItems": True},
    {"const": 2**64 + 1},
    {"enum": ["a", -(2**70)]},
    {"properties": {"a": {"maximum": 1e20}}},
    {"$schema": "http://json-schema.org/draft-04/schema#", "not": {"type": ["integer", "null"]}},
    {"format": "int64"},
    {"$ref": "https://json-schema.org/draft/2020-12/schema"},
]
PLAIN = [
    {},
    {"type": "integer", "minimum": -5, "exclusiveMaximum": 5000},
    {"enum": [1, 2, "a"], "const": 7},
    {"not": {"type": "integer"}},
    {"oneOf": [{"type": "integer"}, {"minimum": 0}, {"type": "string"}]},
    {"if": {"minimum": 10}, "then": {"type": "number"}, "else": {"maximum": -10}},
    {"items": {"type": "integer", "maximum": 2**52}},
]


def schema_of(document: object) -> Schema:
    return make_schema(document, "a schema", "https://example.com/a.json", catalog.fetch)


@pytest.mark.parametrize("document", TELLING, ids=json.dumps)
def test_a_schema_that_compares_wide_integers_says_so(document) -> None:
    assert schema_of(document).tells_wide_integers


def test_no_bundled_schema_does() -> None:
    assert [name for name in catalog.event_names() if catalog.load_event(name).tells_wide_integers] == []


WIDE = st.integers(2**64, 2**80) | st.integers(-(2**80), -(2**64))


@pytest.mark.parametrize("document", PLAIN, ids=json.dumps)
@given(number=WIDE, is_listed=st.booleans())
def test_to_all_others_an_integer_and_the_float_beside_it_are_the_same(document, number, is_listed) -> None:
    schema = schema_of(document)
    payload = [number] if is_listed else number
    assert not schema.tells_wide_integers
    assert schema.is_valid(orjson.loads(json.dumps(payload))) is schema.is_valid(payload)
