"""`--at` finds payloads inside records."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from hookcli.capture.formats import read
from hookcli.capture.paths import At, Misses
from hookcli.capture.sources import Source
from hookcli.models import Json

A, B = {"a": 1}, {"b": [2]}


@pytest.mark.parametrize(
    ("place", "record", "found"),
    [
        ("body", {"body": A}, [A]),
        ("body", {"body": json.dumps(A)}, [A]),
        ("body", {"body": b64encode(json.dumps(B).encode()).decode()}, [B]),
        ("requests.*.body", {"requests": [{"body": json.dumps(A)}, {"uri": "/"}, {"body": B}]}, [A, B]),
        ("requests.1.body", {"requests": [{"body": A}, {"body": B}]}, [B]),
        ("*.body", {"x": {"body": A}, "y": {"body": B}}, [A, B]),
        ("*", {"*": A, "y": B}, [A]),
        ("/a.b/~1/0", {"a.b": {"/": [A]}}, [A]),
        ("/", {"": A}, [A]),
        ("body", {"body": None}, []),
        ("body", [A], []),
        ("0.body", {"body": A}, []),
        ("00", [A], []),
        ("body.x", {"body": "text"}, []),
    ],
)
def test_what_lies_at_a_place(place: str, record: Json, found: list[Json], tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text(json.dumps(record) + "\n")
    misses = Misses()
    captures = list(read(Source(str(tmp_path / "records.jsonl")), at=At.of(place), misses=misses))
    assert [each.payload for each in captures] == found
    assert [each.index for each in captures] == list(range(len(found)))
    assert misses.count == (not found or '"uri"' in json.dumps(record))


def test_a_value_in_a_record_has_its_place_in_the_file_and_a_text_has_its_own(tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text('{}\n  {"é": "é", "body": {"a": 1} }\n{"body": "{\\n\\"a\\": 1}"}\n')
    inner, text = read(Source(str(tmp_path / "records.jsonl")), at=At.of("body"))
    assert (inner.name, inner.line, inner.column, inner.text) == (inner.source, 2, 22, b'{"a": 1}')
    assert (text.name, text.line, text.column, text.text) == (f"{text.source}#3", 1, 1, b'{\n"a": 1}')


def test_the_records_of_a_json_file_are_counted(tmp_path: Path) -> None:
    (tmp_path / "records.json").write_text(json.dumps([{"body": "1"}, {"body": "{"}, {"body": "2"}]))
    captures = list(read(Source(str(tmp_path / "records.json")), at=At.of("body")))
    assert [(each.number, each.payload) for each in captures] == [(1, 1), (2, None), (3, 2)]
    assert captures[1].unreadable is not None


@pytest.mark.parametrize(
    ("record", "error"), [({}, LookupError), ({"a": None}, LookupError), ({"a": "x"}, ValueError), (1, TypeError)]
)
def test_where_it_is_not_plain_what_lies_there_that_is_an_error(record: Json, error: type[Exception]) -> None:
    with pytest.raises(error):
        At.of("a").only(record)
