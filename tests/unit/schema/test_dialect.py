"""What jsonschema-rs says of a payload, each thing once."""

from __future__ import annotations

import pytest

from hookcli.errors import ReferenceNotFound
from hookcli.models import Json
from hookcli.schema.document import make_schema


def refused(document: Json, payload: Json) -> list[tuple[str | None, str | None]]:
    def nowhere(uri: str) -> Json:
        raise ReferenceNotFound(uri)

    schema = make_schema(document, "test", "https://test.example/schema.json", nowhere)
    return [(each.pointer, each.keyword) for each in schema.refusals(payload)]


OBJECT = {"type": "object", "required": ["a"]}
LONG, OTHER = {"enum": [1, 2, 3, 4, 5]}, {"enum": [1, 2, 3, 4, 6]}
CHOICE, STRICTER = {"anyOf": [{"type": "string"}, {"minimum": 3}]}, {"anyOf": [{"type": "string"}, {"minimum": 4}]}
ONE = {"oneOf": [{"type": "integer"}, {"minimum": 3}]}

SAID: dict[str, tuple[list[Json], Json, list[tuple[str, str]]]] = {
    "a type": ([OBJECT, OBJECT], [], [("", "type")]),
    "another type": ([{"type": "string"}, {"type": ["string", "null"]}], 1, [("", "type"), ("", "type")]),
    "a key": ([OBJECT, {"required": ["a", "b"]}], {"b": 1}, [("", "required")]),
    "another key": ([OBJECT, {"required": ["b"]}], {}, [("", "required"), ("", "required")]),
    "a bound": ([{"minimum": 3}, {"minimum": 3}], 2, [("", "minimum")]),
    "another bound": ([{"minimum": 3}, {"minimum": 4}], 2, [("", "minimum"), ("", "minimum")]),
    "long lists": ([LONG, LONG], 9, [("", "enum")]),
    "long lists that differ at their ends": ([LONG, OTHER], 9, [("", "enum"), ("", "enum")]),
    "names": ([{"propertyNames": LONG}, {"propertyNames": OTHER}, {"propertyNames": LONG}], {"x": 1},
              [("", "propertyNames"), ("", "propertyNames")]),
    "choices": ([CHOICE, CHOICE, STRICTER], 1, [("", "anyOf"), ("", "anyOf")]),
    "a choice of which too many hold": ([ONE, {"oneOf": [True, {"maximum": 9}]}], 5, [("", "oneOf"), ("", "oneOf")]),
    "what an item must be, by two rules": ([{"contains": LONG}, {"contains": OTHER}], [9],
                                           [("", "contains"), ("", "contains")]),
}  # fmt: skip
"""Subschemas of one place, a payload that all of them refuse, and what is said."""


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_twice_of_a_place_counts_once(name: str) -> None:
    branches, payload, expected = SAID[name]
    assert refused({"allOf": branches}, payload) == expected


@pytest.mark.parametrize("one", [ONE, CHOICE, {"contains": LONG}, {"not": True}, {"type": "string"}])
def test_so_does_what_is_referred_to_twice(one: Json) -> None:
    document = {"$defs": {"a": one}, "allOf": [{"$ref": "#/$defs/a"}, {"properties": {}, "$ref": "#/$defs/a"}]}
    payloads = [5, 1, [9], 9.5]
    refusing = [found for found in (refused(document, payload) for payload in payloads) if found]
    assert [len(found) for found in refusing] == [1] * len(refusing)
    assert refusing
