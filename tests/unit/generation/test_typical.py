"""What a sender really sends, and the cases that it falls into."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from hookcli.errors import ReferenceNotFound, Unsatisfiable
from hookcli.generation.generator import Source, generate
from hookcli.generation.typical import cases_of, narrow
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema

SHOPS = [
    {"properties": {"shop": {"const": "Acme"}, "id": {"const": 1}}},
    {"properties": {"shop": {"const": "Kart"}, "id": {"const": 2}}},
]
SHOP = {
    "type": "object",
    "required": ["shop", "id"],
    "properties": {"shop": {"type": "string"}, "id": {"type": "integer"}},
}


def fetch(uri: str) -> Any:
    raise ReferenceNotFound("it is not here.")


def schema_of(document: Json) -> Schema:
    return make_schema(document, "s.json", "https://x.example/s.json", fetch)


def typical(choice: Json, **more: Json) -> Schema:
    return schema_of({**SHOP, "x-hookcli": {"typical": {"anyOf": choice}}, **more})


def made(schema: Schema, count: int = 40, mode: str = "typical") -> list[Json]:
    return [sample.payload for sample in islice(generate(schema, mode=mode, seed=1), count)]


def test_every_payload_is_of_one_case_and_every_case_comes() -> None:
    payloads = made(typical(SHOPS))
    assert {(each["shop"], each["id"]) for each in payloads} == {("Acme", 1), ("Kart", 2)}


def test_a_case_is_planned_when_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    from hookcli.schema.dialect import Dialect

    planned = []
    canonicalize = Dialect.canonicalize
    monkeypatch.setattr(Dialect, "canonicalize", lambda self: planned.append(self) or canonicalize(self))
    source = Source(typical([{"properties": {"id": {"const": number}}} for number in range(50)]), "typical", 1)
    assert planned == []
    source.next()
    assert len(planned) == 1
    seen = {source.next()["id"] for _ in range(20)}
    assert 1 < len(seen) <= len(planned) <= 21


def test_the_choice_may_stand_behind_references() -> None:
    document = {
        "allOf": [{"$ref": "#/$defs/envelope"}],
        "$defs": {
            "envelope": {**SHOP, "x-hookcli": {"typical": {"allOf": [{"$ref": "#/$defs/shops"}]}}},
            "shops": {"anyOf": [{"$ref": "#/$defs/acme"}, {"$ref": "#/$defs/kart"}]},
            "acme": SHOPS[0],
            "kart": SHOPS[1],
        },
    }
    narrower = narrow(schema_of(document), scalars_only=False)
    assert len(cases_of(narrower)) == 2
    assert {(each["shop"], each["id"]) for each in made(schema_of(document))} == {("Acme", 1), ("Kart", 2)}


def test_a_case_that_contradicts_the_schema_is_not_drawn() -> None:
    payloads = made(typical([SHOPS[0], {"properties": {"id": {"const": "two"}}}]))
    assert {each["id"] for each in payloads} == {1}


def test_where_all_cases_contradict_the_schema_anything_goes_that_it_allows() -> None:
    schema = typical([{"properties": {"id": {"const": word}}} for word in ("one", "two")])
    payloads = made(schema)
    assert len(payloads) == 40
    assert all(map(schema.is_valid, payloads))


def test_a_schema_that_contradicts_itself_is_said_whatever_is_typical() -> None:
    schema = typical(SHOPS, allOf=[{"properties": {"id": False}}])
    with pytest.raises(Unsatisfiable, match="no payload can satisfy this schema"):
        made(schema)


@pytest.mark.parametrize(
    "choice",
    [
        [SHOPS[0]],
        [SHOPS[0], {"type": "null"}],
        [SHOPS[0], True],
        [{"required": ["id"]}, {"required": ["shop"]}],
    ],
)
def test_a_choice_that_is_not_among_kinds_of_objects_is_planned_as_a_whole(choice: Json) -> None:
    assert cases_of(narrow(typical(choice), scalars_only=False)) == []


def test_a_choice_that_every_payload_may_go_by_is_no_case() -> None:
    schema = schema_of({**SHOP, "anyOf": SHOPS})
    assert cases_of(narrow(schema, scalars_only=False)) == []


@pytest.mark.parametrize("mode", ["minimal", "maximal"])
def test_other_modes_know_no_cases(mode: str) -> None:
    assert len({each["shop"] for each in made(typical(SHOPS), mode=mode)} - {"Acme", "Kart"}) > 0
