"""Hostile schemas end within seconds: with payloads that hold, or with an error that says what, where and what to do."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path

import pytest

from hookcli.errors import InputError, SchemaTooHeavy
from hookcli.generation.generator import generate
from hookcli.jsontext import dump
from hookcli.models import Json
from hookcli.schema.loader import load_schema

pytestmark = pytest.mark.usefixtures("uncovered")

_SECONDS = 15
"""Seconds of CPU that a schema may take for three payloads."""


def chain(length: int, step: Json, last: Json) -> Json:
    """Subschemas of which each refers to the next one, which is written as "next" in a step."""
    text = dump(step).decode()
    links = {str(at): text.replace('"next"', f'{{"$ref":"#/$defs/{at + 1}"}}') for at in range(length)}
    inner = ",".join(f'"{at}":{link}' for at, link in links.items())
    return f'{{"$ref":"#/$defs/0","$defs":{{{inner},"{length}":{dump(last).decode()}}}}}'


TEXT: Json = {"type": "string"}


def nested(depth: int, least: int) -> Json:
    """Lists within lists, each of so many items at least."""
    inner = TEXT
    for _ in range(depth):
        inner = {"type": "array", "items": inner, "minItems": least}
    return inner


MADE: dict[str, Json] = {
    "numbers beyond all floats": {"type": "number", "minimum": 10**400},
    "below all floats": {"type": "number", "maximum": -(10**400)},
    "between two of them": {"type": "number", "exclusiveMinimum": 10**400, "exclusiveMaximum": 10**400 + 2},
    "integers of 800 digits apart": {"type": "integer", "minimum": -(10**400), "maximum": 10**400},
    "numbers of 800 digits apart": {"type": "number", "minimum": -(10**400), "maximum": 10**400},
    "all floats": {"type": "number", "minimum": -1e308, "maximum": 1e308},
    "steps of nearly nothing": {"type": "number", "multipleOf": 1e-300},
    "lists in lists, of several items each": nested(100, 0),
    "lists in lists, of three items at least": nested(8, 3),
    "lists of maps of lists": chain(50, {"type": "array", "items": {"properties": {"a": "next", "b": "next"}}}, TEXT),
    "keys that double at each level": chain(40, {"type": "object", "properties": {"l": "next", "r": "next"}}, TEXT),
    "tuples of lists": chain(40, {"type": "array", "prefixItems": ["next", "next", "next"]}, TEXT),
    "free keys at each level": chain(60, {"type": "object", "additionalProperties": "next"}, TEXT),
    "9,000 objects of 5 keys": {
        "type": "array",
        "minItems": 9_000,
        "items": {"type": "object", "required": [f"k{at}" for at in range(5)]},
    },
    "a repeat of 10,000": {"type": "string", "pattern": "^[^ab]{0,10000}$"},
    "repeats in repeats": {"type": "string", "pattern": "^((a*)*)*$", "minLength": 300},
    "9,000 keys": {"type": "object", "minProperties": 9_000},
    "9,000 keys of 10,000": {
        "type": "object",
        "minProperties": 9_000,
        "additionalProperties": False,
        "patternProperties": {"^x[0-9]{4}$": {"type": "integer"}},
    },
    "every name of two letters": {"type": "object", "minProperties": 676, "propertyNames": {"pattern": "^[a-z]{2}$"}},
    "5,000 unique items": {"type": "array", "uniqueItems": True, "minItems": 5_000},
    "3,000 unique dates": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 3_000,
        "items": {"type": "string", "format": "date"},
    },
    "1,000 unique integers of 1,000": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 1_000,
        "items": {"type": "integer", "minimum": 1, "maximum": 1_000},
    },
    "10,000 properties": {"type": "object", "properties": {f"p{at}": {"maxLength": 9} for at in range(10_000)}},
    "200 objects that hold one another": {
        "$ref": "#/$defs/0",
        "$defs": {
            str(at): {
                "type": "object",
                "properties": {str(to): {"$ref": f"#/$defs/{(7 * at + to) % 200}"} for to in range(30)},
            }
            for at in range(200)
        },
    },
    "a chain of 900 optional objects": chain(900, {"type": "object", "properties": {"a": "next"}}, TEXT),
    "500 patterns of keys": {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {f"^k{at}_[a-z]+$": {"type": "integer", "minimum": at} for at in range(500)},
    },
    "1,000 keys, each asking for the next": {
        "type": "object",
        "required": ["k0"],
        "dependentRequired": {f"k{at}": [f"k{at + 1}"] for at in range(1_000)},
    },
    "one of 500 that overlap": {"oneOf": [{"type": "integer", "minimum": at} for at in range(500)]},
    "500 allOfs, one behind the other": chain(500, {"allOf": ["next"]}, {"type": "object", "properties": {"a": TEXT}}),
}
"""Schemas that have payloads, as JSON or as the text of a file."""

REFUSED: dict[str, tuple[Json, str]] = {
    "judged a billion times": (chain(30, {"allOf": ["next", "next"]}, {"type": "object"}),
                               "one value may be judged over 1,000,000 times at /$defs/12"),
    "judged a billion times, a level down each": (
        chain(30, {"required": ["a"], "allOf": [{"properties": {"a": "next"}}, {"properties": {"a": "next"}}]}, TEXT),
        "one value may be judged over 1,000,000 times at /$defs/11"),
    "judged a billion times by what is unevaluated": (
        chain(30, {"allOf": ["next"], "properties": {}, "unevaluatedProperties": False}, {"type": "object"}),
        "say once what is unevaluated"),
    "references without end": (chain(6_000, {"allOf": ["next"]}, TEXT), "references lead 12,002 subschemas deep"),
    "lists of a million items": ({"type": "array", "minItems": 10**9}, "minItems 1,000,000,000 is more than"),
    "as many contained": ({"type": "array", "contains": TEXT, "minContains": 10**9}, "minContains 1,000,000,000 is more"),
    "18 levels of two lists": (nested(18, 2), "the smallest payload has over 250,000 values, or lines of text"),
    "100 texts of a megabyte": ({"type": "array", "minItems": 100, "items": {"type": "string", "minLength": 10**6}},
                                "the smallest payload has over 250,000 values, or lines of text"),
    "a repeat of a million": ({"properties": {"a": {"pattern": "^a{1000000}$"}}}, "#/properties/a/pattern: not a valid"),
    "50 repeats of 300 letters": (
        {"properties": {str(at): {"pattern": f"^\\p{{L}}{{0,{at + 300}}}$"} for at in range(50)}},
        "its 50 patterns with long repeats, such as '^\\\\p{L}{0,"),
    "one key more than there are names": (
        {"type": "object", "minProperties": 677, "propertyNames": {"pattern": "^[a-z]{2}$"}},
        "There were 676 different keys, and minProperties asks for 677."),
    "300 levels": (chain(300, {"type": "object", "required": ["a"], "properties": {"a": "next"}}, TEXT),
                   "payloads have at least 300 levels, and hookcli makes 250"),
    "nothing but 20,000 integers": ({"type": "integer", "not": {"enum": [*range(20_000)]}, "minimum": 0,
                                     "maximum": 20_000}, "broke 'not' at their root"),
    "3,000 keys times 3,000 patterns": (
        {"properties": {str(at): TEXT for at in range(3_000)}, "patternProperties": {str(at): TEXT for at in range(3_000)}},
        "over 1,500,000 pairs of a property and a pattern"),
    "100,000 definitions": ({"$defs": {str(at): {} for at in range(100_000)}}, "has too much in it"),
    "half a surrogate pair": ('{"properties": {"a": {"enum": ["\\ud800"]}}}',
                              "#/properties/a/enum/0: half a surrogate pair, \\ud800"),
    "half a surrogate pair in a key": ('{"required": ["a"], "properties": {"a\\udfff": {}}}',
                                       "#/properties: half a surrogate pair, \\udfff"),
    "a number of a million digits": ('{"properties": {"a": {"minimum": 1e1000000}}}',
                                     "#/properties/a/minimum: a number of over 4,000 digits"),
}  # fmt: skip
"""Schemas of which nothing is made, each with what the error says."""


def written(schema: Json, folder: Path) -> str:
    """The path of a file with a schema."""
    path = folder / "schema.json"
    path.write_bytes(schema.encode() if isinstance(schema, str) else dump(schema))
    return str(path)


@pytest.mark.parametrize("mode", ["typical", "minimal", "maximal", "boundary", "invalid"])
@pytest.mark.parametrize("name", MADE)
def test_it_has_payloads(name: str, mode: str, tmp_path: Path) -> None:
    started = time.process_time()
    schema = load_schema(written(MADE[name], tmp_path))
    made = [sample.payload for sample in islice(generate(schema, mode=mode, seed=1), 3)]
    assert time.process_time() - started < _SECONDS
    assert made
    assert {schema.is_valid(payload) for payload in made} == {mode != "invalid"}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_clearly(name: str, tmp_path: Path) -> None:
    schema, words = REFUSED[name]
    started = time.process_time()
    with pytest.raises(InputError) as caught:
        next(generate(load_schema(written(schema, tmp_path)), seed=1))
    assert time.process_time() - started < _SECONDS
    assert words in str(caught.value)


def test_a_schema_that_refers_back_to_itself_is_not_too_heavy(tmp_path: Path) -> None:
    kinds = [{"properties": {"kind": {"const": at}, "in": {"$ref": "#"}}, "required": ["kind"]} for at in range(20)]
    assert load_schema(written({"$id": "https://test.example/", "oneOf": kinds}, tmp_path)).depth < 100


def test_what_is_too_heavy_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SchemaTooHeavy):
        load_schema(written(chain(30, {"if": "next", "then": "next", "else": "next"}, TEXT), tmp_path))


@pytest.mark.parametrize("mode", ["boundary", "invalid"])
def test_no_mode_makes_a_list_of_a_billion_items(mode: str, tmp_path: Path) -> None:
    schema = load_schema(written({"type": "array", "minItems": 10**9}, tmp_path))
    with pytest.raises(InputError, match="minItems 1,000,000,000 is more than"):
        next(generate(schema, mode=mode, seed=1))
