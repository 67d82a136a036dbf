"""Schemas that nobody wrote: whatever they combine, generation ends with valid payloads or an honest error."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookcli.errors import Unsatisfiable
from hookcli.generation.generator import generate
from hookcli.generation.identity import identity
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.references import Fetch

pytestmark = pytest.mark.usefixtures("uncovered")

KEYS = st.sampled_from(["a", "b", "id", "email", "x-1"])
SMALL = st.integers(0, 4)
NUMBERS = st.one_of(st.integers(-9, 9), st.sampled_from([0.5, -2.25, 1e3, 0.01]))
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, st.sampled_from(["", "a", "é", "2026-01-01"]))
PATTERNS = st.sampled_from(["^a", "b$", "^[0-9]{2,4}$", "^(?=.*[A-Z])[A-Za-z]{3,}$", r"^\p{Lu}", "x|y", "^(?!a)"])
FORMATS = st.sampled_from(["date", "date-time", "email", "ipv4", "uuid", "uri", "regex"])
TYPES = st.sampled_from(["object", "array", "string", "number", "integer", "boolean", "null"])


def _optional(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional=keywords)


def _deeper(schemas: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(schemas, min_size=1, max_size=3)
    return st.one_of(
        _optional(
            type=st.just("object"), properties=st.dictionaries(KEYS, schemas, max_size=3),
            required=st.lists(KEYS, unique=True, max_size=2), additionalProperties=schemas,
            patternProperties=st.dictionaries(PATTERNS, schemas, max_size=2), propertyNames=schemas,
            minProperties=SMALL, maxProperties=SMALL, unevaluatedProperties=schemas,
            dependentRequired=st.dictionaries(KEYS, st.lists(KEYS, unique=True, max_size=2), max_size=2),
            dependentSchemas=st.dictionaries(KEYS, schemas, max_size=1),
        ),
        _optional(
            type=st.just("array"), items=schemas, prefixItems=some, contains=schemas, minItems=SMALL, maxItems=SMALL,
            uniqueItems=st.booleans(), minContains=SMALL, maxContains=SMALL, unevaluatedItems=schemas,
        ),
        _optional(allOf=some, anyOf=some, oneOf=some, type=TYPES),
        st.fixed_dictionaries({"not": schemas}),
        st.fixed_dictionaries({"if": schemas}, optional={"then": schemas, "else": schemas}),
        st.just({"$ref": "#"}),
    )  # fmt: skip


SCHEMAS = st.recursive(
    st.one_of(
        st.booleans(),
        _optional(type=st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True))),
        _optional(
            type=st.just("string"), minLength=SMALL, maxLength=st.integers(0, 30), pattern=PATTERNS, format=FORMATS
        ),
        _optional(
            type=st.sampled_from(["number", "integer"]), minimum=NUMBERS, maximum=NUMBERS, exclusiveMinimum=NUMBERS,
            exclusiveMaximum=NUMBERS, multipleOf=st.sampled_from([1, 2, 0.5, 0.01, 3]),
        ),
        _optional(enum=st.lists(SCALARS, min_size=1, max_size=4), const=SCALARS),
        _optional(examples=st.lists(SCALARS, max_size=2), default=SCALARS),
    ),
    _deeper,
    max_leaves=8,
)  # fmt: skip


def nowhere(uri: str) -> Json:
    raise AssertionError(f"nothing is to be fetched, but {uri} was")


FETCH: Fetch = nowhere


def made(document: Json, mode: str, count: int) -> tuple[Schema, list[Any]]:
    schema = make_schema(document, "random", "file:///random.json", FETCH)
    try:
        return schema, list(islice(generate(schema, mode=mode, seed=1), count))
    except Unsatisfiable:
        return schema, []


THOROUGH = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@pytest.mark.parametrize("mode", ["typical", "minimal", "maximal", "boundary"])
@given(document=SCHEMAS)
@THOROUGH
def test_every_payload_is_valid(mode: str, document: Json) -> None:
    schema, samples = made(document, mode, 40)
    assert all(schema.is_valid(sample.payload) for sample in samples)


@given(document=SCHEMAS)
@THOROUGH
def test_boundary_payloads_differ(document: Json) -> None:
    _, samples = made(document, "boundary", 200)
    assert len({identity(sample.payload) for sample in samples}) == len(samples)


@given(document=SCHEMAS)
@THOROUGH
def test_invalid_payloads_are_invalid_as_said(document: Json) -> None:
    schema, samples = made(document, "invalid", 40)
    for sample in samples:
        found = {(each.pointer, each.keyword) for each in schema.refusals(sample.payload)}
        label = (sample.pointer, sample.keyword)
        assert label in found
        assert all(may_follow(other, label) for other in found - {label})


def may_follow(other: tuple[str, str], label: tuple[str, str]) -> bool:
    """Whether what is said of a place may only follow from what is broken there or below."""
    is_above = f"{label[0]}/".startswith(f"{other[0]}/")
    return is_above and other[1] in ("anyOf", "oneOf", "unevaluatedProperties", "unevaluatedItems")
