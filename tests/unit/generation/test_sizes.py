"""How large payloads get where a schema would let them grow: as in FHIR, where everything may hold everything."""

from __future__ import annotations

from itertools import islice

import pytest

from hookcli.errors import ReferenceNotFound
from hookcli.generation.generator import generate
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema


def schema_of(document: Json) -> Schema:
    def nowhere(uri: str) -> Json:
        raise ReferenceNotFound(uri)

    return make_schema(document, "test", "https://test.example/schema.json", nowhere)


def some(document: Json, count: int, mode: str = "typical") -> list[Json]:
    return [sample.payload for sample in islice(generate(schema_of(document), mode=mode, seed=1), count)]


def values_in(payload: Json) -> int:
    inner = payload.values() if isinstance(payload, dict) else payload if isinstance(payload, list) else ()
    return 1 + sum(map(values_in, inner))


def all_in_all(kinds: int) -> Json:
    """Kinds of objects, each of which may hold lists of all the others, and is told by a constant."""
    names = [f"Kind{at}" for at in range(kinds)]
    return {
        "$schema": "http://json-schema.org/draft-06/schema#",
        "oneOf": [{"$ref": f"#/definitions/{name}"} for name in names],
        "definitions": {
            name: {
                "properties": {
                    "kind": {"const": name},
                    "any": {"$ref": "#"},
                    "words": {"type": "array", "items": {"type": "string"}},
                    **{f"of{other}": {"type": "array", "items": {"$ref": f"#/definitions/{other}"}} for other in names},
                },
                "additionalProperties": False,
                "required": ["kind"],
            }
            for name in names
        },
    }


def test_a_typical_payload_of_a_schema_in_which_all_holds_all_is_of_a_size_that_one_sends() -> None:
    sizes = [values_in(payload) for payload in some(all_in_all(15), 40)]
    assert max(sizes[:20]) < 700
    assert max(sizes) > 30
    assert len(set(sizes)) > 5


def test_no_part_of_a_maximal_payload_takes_the_room_of_all_others() -> None:
    for payload in some(all_in_all(12), 3, "maximal"):
        assert values_in(payload) < 30_000
        assert all(payload[f"ofKind{at}"][0]["kind"] == f"Kind{at}" for at in range(12))


@pytest.mark.parametrize("mode", ["typical", "minimal", "maximal"])
def test_what_may_be_no_object_ends_as_an_object_all_the_same(mode: str) -> None:
    """A string is no `Kind0` and no `Kind1` either, so both take it, and `oneOf` does not."""
    document = all_in_all(2)
    schema = schema_of(document)
    for payload in some(document, 20, mode):
        assert schema.is_valid(payload)
        assert payload["kind"] in ("Kind0", "Kind1")


def test_a_list_of_what_holds_itself_ends_where_only_another_type_ends_it() -> None:
    document = {"properties": {"next": {"$ref": "#"}}, "required": ["next"]}
    assert all(isinstance(payload, dict) and "next" in payload for payload in some(document, 5))


def test_trees_keep_their_branches() -> None:
    tree = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
        "required": ["name"],
    }
    payloads = some(tree, 50)
    assert any(child.get("children") for payload in payloads for child in payload.get("children", ()))
