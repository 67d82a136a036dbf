"""Payloads whose values are what their keys say: those that belong together agree, whatever else the schema says."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

import pytest

from hookcli.errors import ReferenceNotFound
from hookcli.generation.generator import generate
from hookcli.models import Json
from hookcli.schema.document import make_schema

STRING = {"type": "string"}
OR_NULL = {"type": ["string", "null"]}
URI = {**STRING, "format": "uri"}
NUMBER = {"type": "number"}
PEOPLE = ["owner", "author", "creator", "reviewer", "seller", "buyer", "payer", "payee"]


def fetch(uri: str) -> Any:
    raise ReferenceNotFound("it is not here.")


def made(document: Json, count: int = 60, **options: Any) -> list[Any]:
    schema = make_schema(document, "s.json", "https://x.example/s.json", fetch)
    return [sample.payload for sample in islice(generate(schema, seed=1, **options), count)]


def an_object(properties: dict[str, Json], **more: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties, "required": [*properties], **more}


@pytest.mark.parametrize("more", [{}, {"maxProperties": 3}, {"minProperties": 2, "required": ["full_name"]}])
def test_names_that_may_be_null_agree_with_those_that_may_not(more: dict[str, Json]) -> None:
    names = an_object({"first_name": OR_NULL, "last_name": OR_NULL, "full_name": STRING}, **more)
    payloads = made(names)
    assert all(payload["full_name"].startswith(payload.get("first_name") or "") for payload in payloads)
    assert all(payload["full_name"].endswith(payload.get("last_name") or "") for payload in payloads)
    assert {payload.get("first_name") is None for payload in payloads} == {True, False}


def test_names_agree_among_very_many_keys() -> None:
    many = {f"x{at}": {"const": at} for at in range(1_100)}
    payloads = made(an_object({"first_name": OR_NULL, "full_name": STRING, **many}), 10)
    assert all(payload["full_name"].startswith(payload["first_name"] or "") for payload in payloads)


def test_in_a_schema_with_very_many_places_a_value_is_what_all_the_keys_to_it_say() -> None:
    places = {key: {"$ref": "#/$defs/one"} for key in PEOPLE}
    person = an_object({"name": STRING, "more": {"properties": {f"x{at}": {"minLength": 1} for at in range(200)}}})
    payloads = made({"$defs": {"one": person}, **an_object(places)}, 3)
    assert all(" " in one["name"] for payload in payloads for one in payload.values())


def test_lists_of_what_was_changed_hold_no_moments_and_lists_of_who_came_hold_names() -> None:
    texts = {"type": "array", "items": STRING, "minItems": 1}
    for payload in made(an_object({"modified": texts, "attendees": texts, "modified_dates": texts}), 10):
        assert not any(text.startswith("20") for text in payload["modified"])
        assert all(re.fullmatch(r"\w+ \w+", name) for name in payload["attendees"])
        assert all(text.startswith("20") for text in payload["modified_dates"])


def test_the_addresses_of_a_payload_are_of_one_site_and_each_leads_to_what_its_key_says() -> None:
    keys = ("url", "labels_url", "avatar_url", "logo_url", "host")
    others = {"links": an_object({"next": URI, "self": URI}), "keys_url": {**STRING, "format": "uri-template"}}
    payload = made(an_object({**dict.fromkeys(keys, STRING), **others}), 1)[0]
    site = f"https://{payload['host']}/"
    addresses = [payload[key] for key in keys[:-1]] + [*payload["links"].values()]
    assert all(address.startswith(site) for address in addresses)
    assert len({*addresses}) == len(addresses)
    assert payload["labels_url"].startswith(f"{site}labels/")
    assert payload["keys_url"] == f"{site}keys/{{id}}"
    assert payload["avatar_url"].startswith(f"{site}images/avatar-")


@pytest.mark.parametrize(
    ("key", "limits", "expected"),
    [
        ("session_id", {"maxLength": 16}, r"[0-9a-f]{16}"),
        ("account_id", {"pattern": "^[0-9]{12}$"}, r"[1-9][0-9]{11}"),
        ("order_id", {"pattern": "^[A-Z0-9]+$"}, r"[A-Z0-9]{10}"),
        ("commit", {"minLength": 7, "maxLength": 7}, r"[0-9a-f]{7}"),
    ],
)
def test_an_identifier_of_another_form_is_still_none_of_words(key: str, limits: dict[str, Json], expected: str) -> None:
    assert all(re.fullmatch(expected, payload[key]) for payload in made(an_object({key: {**STRING, **limits}})))


def test_lists_of_different_keys_hold_what_each_key_says() -> None:
    one = {"type": "array", "items": STRING, "minItems": 1}
    lists = an_object({"emails": one, "cities": one, "notes": one})
    for payload in made(lists, 10):
        assert all("@" in email for email in payload["emails"])
        assert all(city.replace(" ", "").isalpha() for city in payload["cities"])


@pytest.mark.parametrize("items", [{"items": NUMBER}, {"prefixItems": [NUMBER, NUMBER], "items": False}])
def test_coordinates_are_a_longitude_and_a_latitude(items: dict[str, Json]) -> None:
    point = {"type": "array", "minItems": 2, "maxItems": 3, **items}
    line = {"type": "array", "minItems": 1, "items": point}
    for payload in made(an_object({"coordinates": point, "path": an_object({"coordinates": line})}), 10):
        for longitude, latitude in (payload["coordinates"], *payload["path"]["coordinates"]):
            assert 68 < longitude < 98
            assert 8 < latitude < 37


def test_a_box_has_its_south_west_first() -> None:
    (west, south, east, north) = made(an_object({"bbox": {"type": "array", "items": NUMBER}}), 1)[0]["bbox"]
    assert (0 < east - west < 1, 0 < north - south < 1) == (True, True)


def test_numbers_that_cannot_be_coordinates_are_left_alone() -> None:
    pixels = {"type": "array", "minItems": 2, "items": {**NUMBER, "minimum": 200}}
    assert all(min(payload["coordinates"]) >= 200 for payload in made(an_object({"coordinates": pixels}), 10))


def test_times_without_a_day_come_in_their_order() -> None:
    time = {**STRING, "format": "time"}
    clock = {**STRING, "description": "As HH:MM."}
    for payload in made(an_object({"end_time": time, "start_time": time, "closes_at": clock, "opens_at": clock})):
        assert payload["start_time"] <= payload["end_time"]
        assert payload["opens_at"] <= payload["closes_at"]
        assert re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", payload["opens_at"])


def test_what_starts_and_ends_on_a_day_does_so_on_that_day() -> None:
    day, moment = {**STRING, "format": "date"}, {**STRING, "format": "date-time"}
    for payload in made(an_object({"date": day, "start_time": moment, "end_time": moment})):
        assert payload["start_time"][:10] == payload["end_time"][:10] == payload["date"]


def test_days_are_written_as_a_description_asks() -> None:
    days = an_object({"start_date": {**STRING, "description": "DD/MM/YYYY"}, "end_date": {**STRING, "format": "date"}})
    for payload in made(days):
        day, month, year = payload["start_date"].split("/")
        assert f"{year}-{month}-{day}" <= payload["end_date"]


@pytest.mark.parametrize(
    ("low", "high"),
    [("min_price", "max_price"), ("lowWater", "highWater"), ("from", "to"), ("range_start", "range_end")],
)
def test_one_number_that_bounds_another_is_not_above_it(low: str, high: str) -> None:
    some = {"type": ["integer", "null"], "maximum": 500}
    payloads = made(an_object({high: {"type": "integer"}, low: some}))
    assert all(payload[low] is None or payload[low] <= payload[high] for payload in payloads)
    assert len({payload[low] for payload in payloads}) > 20


def test_what_lies_between_two_numbers_does_so() -> None:
    for payload in made(an_object({"max": NUMBER, "avg": NUMBER, "min": NUMBER, "avg_x": NUMBER})):
        assert payload["min"] <= payload["avg"] <= payload["max"]


def test_what_a_format_dates_is_in_its_order_too() -> None:
    day = {**STRING, "format": "date"}
    for payload in made(an_object({"to": day, "from": day, "until": day, "since": day})):
        assert payload["from"] <= payload["to"]
        assert payload["since"] <= payload["until"]


def test_salaries_are_those_of_a_year_and_come_in_their_order() -> None:
    salaries = {key: {"type": "integer"} for key in ("salary_max", "salary_min")}
    for payload in made(an_object({**salaries, "currency": STRING})):
        assert 10_000 < payload["salary_min"] <= payload["salary_max"]


def test_one_of_several_values_is_that_which_agrees() -> None:
    countries, currencies, genders = {"enum": ["US", "IN"]}, {"enum": ["EUR", "INR"]}, {"enum": ["male", "female", "x"]}
    properties = {"city": STRING, "country": countries, "price": NUMBER, "currency": currencies}
    people = an_object({"salutation": STRING, "first_name": STRING, "gender": genders, **properties})
    for payload in made(people):
        assert (payload["country"], payload["currency"]) == ("IN", "INR")
        assert payload["gender"] == {"Ms": "female", "Mr": "male"}[payload["salutation"]]
    abroad = an_object({**properties, "country": {"enum": ["US", "CA"]}})
    assert {payload["country"] for payload in made(abroad)} == {"US", "CA"}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"maxLength": 3}, r"[A-Z0-9]{3}"),
        ({"minLength": 8, "maxLength": 10}, r"[A-Z0-9]{10}"),
        ({"maxLength": 7}, r"[a-z]{5,7}(-\d)?"),
        ({"maxLength": 0}, ""),
    ],
)
def test_a_short_text_is_a_code_or_a_word_and_no_piece_of_one(limits: dict[str, Json], expected: str) -> None:
    assert all(re.fullmatch(expected, payload["x"]) for payload in made(an_object({"x": {**STRING, **limits}})))


def test_short_texts_are_various_where_they_must_be() -> None:
    texts = {"type": "array", "uniqueItems": True, "minItems": 60, "items": {**STRING, "maxLength": 4}}
    assert all(len({*payload["x"]}) >= 60 for payload in made(an_object({"x": texts}), 3))


@pytest.mark.parametrize("items", [STRING, {"enum": ["a", "b", "c", "d"]}])
def test_who_lists_texts_says_none_twice_where_there_are_enough(items: dict[str, Json]) -> None:
    for payload in made(an_object({"tags": {"type": "array", "items": items, "minItems": 3}})):
        assert len({*payload["tags"][:4]}) == len(payload["tags"][:4])


def test_a_list_of_more_texts_than_there_are_is_made_all_the_same() -> None:
    (payload,) = made(an_object({"x": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 30}}), 1)
    assert {*payload["x"]} == {"a", "b"}
