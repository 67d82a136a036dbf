"""Pseudonyms under schemas of one's own: valid stays valid, or it is said that it cannot."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from anonymised import KEY, anonymised, anonymiser, leaked, schema_of

from hookcli.anonymising import Anonymised, Anonymiser, Withheld
from hookcli.generation.generator import generate
from hookcli.jsontext import dump, parse
from hookcli.models import Json

PET_STORE = Path(__file__).resolve().parents[3] / "examples" / "pet_store"


def place(**says: Json) -> Json:
    return {"type": "object", "required": ["it"], "properties": {"it": says}}


@pytest.mark.parametrize(
    ("says", "value"),
    [
        ({"enum": ["gold", "silver"]}, "gold"),
        ({"const": 7}, 7),
        ({"const": {"name": "Priya"}}, {"name": "Priya"}),
        ({"anyOf": [{"const": "gold"}, {"type": "integer"}]}, "gold"),
        ({"pattern": "^1\\.0$"}, "1.0"),
    ],
)
def test_what_the_schema_spells_out_stays(says: dict[str, Json], value: Json) -> None:
    assert anonymised({"it": value}, place(**says)) == {"it": value}


@pytest.mark.parametrize(
    ("says", "value"),
    [
        ({"pattern": "^customer_[0-9]{8}$"}, "customer_48213377"),
        ({"pattern": "^(alpha|beta|gamma)$"}, "alpha"),
        ({"pattern": "^[1-9][0-9]{5}$"}, "600004"),
        ({"pattern": "^[6-9][0-9]{9}$"}, "9876543210"),
        ({"type": "string", "minLength": 3, "maxLength": 4}, "Anna"),
        ({"type": "string", "format": "email", "maxLength": 9}, "ab@acm.in"),
        ({"type": "string", "format": "email", "pattern": "@acme\\.in$"}, "priya@acme.in"),
        ({"type": "string", "format": "uri", "pattern": "^https://acme\\.in/"}, "https://acme.in/a/7"),
        ({"type": "string", "format": "uri", "maxLength": 12}, "https://a.in"),
        ({"type": "string", "format": "date", "pattern": "^2026-01"}, "2026-01-05"),
        ({"type": "string", "format": "ipv4"}, "10.1.2.3"),
        ({"type": "string", "format": "hostname"}, "db1.acme.in"),
        ({"type": "string", "format": "time"}, "10:20:30Z"),
        ({"type": "string", "format": "duration"}, "P3DT4H"),
        ({"type": "string", "format": "uuid"}, "550e8400-e29b-41d4-a716-446655440000"),
        ({"type": "integer", "minimum": 100, "maximum": 120}, 110),
        ({"type": "number", "multipleOf": 0.25, "maximum": 1}, 0.75),
        ({"type": "integer", "multipleOf": 7}, 49),
        ({"type": "array", "uniqueItems": True, "items": {"type": "integer", "maximum": 30}}, [11, 12, 13]),
        ({"type": "array", "contains": {"type": "string", "pattern": "^x1"}}, ["x1", "y1"]),
        ({"oneOf": [{"pattern": "^a.*1$"}, {"pattern": "^b"}]}, "anna1"),
    ],
)
def test_what_the_schema_demands_still_holds(says: dict[str, Json], value: Json) -> None:
    made = anonymised({"it": value}, place(**says))
    assert schema_of(place(**says)).is_valid(made)
    assert made != {"it": value}


@pytest.mark.parametrize(
    ("says", "value"),
    [
        ({"type": "object", "propertyNames": {"pattern": "^[a-z.]+@acme\\.in$"}}, {"priya@acme.in": 1}),
        ({"type": "object", "propertyNames": {"maxLength": 5}}, {"12345": 1}),
        (
            {"type": "object", "patternProperties": {"@": {"type": "integer"}}, "additionalProperties": False},
            {"p@x.in": 1},
        ),
    ],
)
def test_keys_keep_to_the_schema_or_nothing_is_given(says: dict[str, Json], value: Json) -> None:
    result = anonymiser(place(**says)).anonymise(dump({"it": value}))
    assert isinstance(result, Withheld) or schema_of(place(**says)).is_valid(parse(result.body))
    assert isinstance(result, Withheld) or not {*value} & {*parse(result.body)["it"]}


def test_where_nothing_fits_the_place_is_named_and_nothing_is_given() -> None:
    says = {"type": "object", "propertyNames": {"pattern": "^priya@x\\.in$"}}
    result = anonymiser(place(**says)).anonymise(b'{"it": {"priya@x.in": 1}}')
    assert isinstance(result, Withheld)
    assert result.pointer is not None
    assert result.pointer.startswith("/it")
    assert "priya" not in f"{result.pointer}{result.reason}"


@pytest.mark.parametrize(
    ("says", "value"),
    [
        ({"type": "integer", "maximum": 5}, 48213377),
        ({"enum": [1, 2, 3]}, 9),
        ({"type": "string", "pattern": "^[a-z]+$"}, "PRIYA 1"),
        ({"type": "string", "format": "date"}, "2026-13-45"),
        ({"type": "string", "maxLength": 3}, "Priya"),
        ({"type": "integer"}, "Priya"),
    ],
)
def test_what_is_broken_stays_broken(says: dict[str, Json], value: Json) -> None:
    document = place(**says)
    made = anonymised({"it": value}, document)
    before, after = (
        {(each.pointer, each.keyword) for each in schema_of(document).refusals(one)} for one in ({"it": value}, made)
    )
    assert after == before
    assert made["it"] != value


def test_where_a_broken_payload_cannot_stay_as_it_was_it_is_said() -> None:
    document = place(type="string", **{"not": {"pattern": "^Priya$"}})
    result = anonymiser(document).anonymise(b'{"it": "Priya"}')
    assert isinstance(result, Anonymised)
    assert result.strayed == ("/it",)
    assert b"Priya" not in result.body


def test_the_pet_stores_events_stay_valid() -> None:
    schema = schema_of(parse((PET_STORE / "schema.json").read_bytes()))
    made = Anonymiser(KEY, lambda _: None, schema=schema)
    for mode in ("typical", "boundary"):
        for sample in islice(generate(schema, mode=mode, seed=1), 80):
            result = made.anonymise(dump(sample.payload))
            assert isinstance(result, Anonymised), result
            assert schema.is_valid(parse(result.body))
            assert leaked(sample.payload, result) == []


def test_a_place_is_found_behind_references() -> None:
    code = {"type": "string", "pattern": "^(alpha|beta|gamma)$"}
    document: Json = {"properties": {"it": {"$ref": "#/$defs/code"}, "inner": {"$ref": "#"}}, "$defs": {"code": code}}
    made = anonymised({"it": "alpha", "inner": {"it": "beta"}}, document)
    assert schema_of(document).is_valid(made)
    assert (made["it"], made["inner"]["it"]) != ("alpha", "beta")


def test_an_event_of_another_schema_than_its_own_is_judged_by_that() -> None:
    result = anonymiser(place(type="integer", minimum=10, maximum=19)).anonymise(b'{"event_name": "message", "it": 14}')
    assert isinstance(result, Anonymised)
    assert 10 <= parse(result.body)["it"] <= 19
