"""`tests/cases/<event>/{valid,invalid}/*.json`: the folder is the verdict, an invalid file's name the keyword."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from hookcli.capture.texts import capture_of
from hookcli.models import Verdict
from hookcli.schema import catalog
from hookcli.schema.document import Schema, make_schema
from hookcli.validation import validate

CASES = Path(__file__).parents[2] / "cases"
FOLDERS = sorted(folder.parent.relative_to(CASES).as_posix() for folder in CASES.glob("**/valid"))


@functools.cache
def schema_of(folder: str) -> Schema:
    uri = f"{catalog.BASE}{catalog.SENDERS[0]}/{folder}.json"
    return make_schema(catalog.fetch(uri), folder, uri, catalog.fetch)


@pytest.mark.parametrize("folder", FOLDERS)
def test_valid_cases_are_valid(folder: str) -> None:
    schema = schema_of(folder)
    found = {
        file.name: validate(capture_of(file.read_bytes(), str(file)), catalog.find_event, schema=schema)
        for file in sorted((CASES / folder / "valid").iterdir())
    }
    assert found
    assert {name: one.violations for name, one in found.items() if one.verdict is not Verdict.VALID} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_invalid_cases_break_the_keyword_in_their_name_first(folder: str) -> None:
    schema = schema_of(folder)
    found = {
        file.name: validate(capture_of(file.read_bytes(), str(file)), catalog.find_event, schema=schema)
        for file in sorted((CASES / folder / "invalid").iterdir())
    }
    assert found
    keywords = {name: [each.keyword for each in one.violations[:1]] for name, one in found.items()}
    assert keywords == {name: [name.partition("-")[0]] for name in found}


@pytest.mark.parametrize("folder", FOLDERS)
def test_jsonschema_and_jsonschema_rs_agree_on_every_case(folder: str) -> None:
    schema = schema_of(folder)
    payloads = {
        file: capture_of(file.read_bytes(), str(file)).payload for file in sorted((CASES / folder).glob("*/*.json"))
    }
    disagreed = [
        str(file) for file, payload in payloads.items() if schema.is_valid(payload) == bool(schema.explain(payload))
    ]
    assert disagreed == []
