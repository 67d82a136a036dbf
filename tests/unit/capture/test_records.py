"""What was received and kept, read as captures: stores, exported captures, HTTP Archives."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path

import pytest
from arrivals import arrival, keep, received

from hookcli.capture.formats import read
from hookcli.capture.sources import Source
from hookcli.models import Capture
from hookcli.reporting.capture_records import capture_record
from hookcli.reporting.har import har

BODIES = [each.body for each in received()]


def captures(path: Path | str, input_format: str = "auto", stdin: bytes | None = None) -> list[Capture]:
    source = Source(str(path))
    piped = None if stdin is None else io.BufferedReader(io.BytesIO(stdin))  # type: ignore[arg-type]
    return list(read(source, input_format, stdin=piped))  # type: ignore[arg-type]


def found(read_ones: list[Capture]) -> list[tuple[str, int, int, int, bytes]]:
    return [(one.name, one.index, one.line, one.column, one.text) for one in read_ones]


def why(read_ones: list[Capture]) -> list[str]:
    return [one.unreadable.message for one in read_ones if one.unreadable]


def lines() -> bytes:
    return b"".join(json.dumps(capture_record(each)).encode() + b"\n" for each in received())


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return keep(tmp_path / "captures.db", received())


@pytest.mark.parametrize("input_format", ["auto", "capture"])
def test_a_store_holds_the_bodies_of_its_captures(store: Path, input_format: str) -> None:
    assert found(captures(store, input_format)) == [
        (f"{store}#{number}", number - 1, 1, 1, body) for number, body in enumerate(BODIES, 1)
    ]


def test_the_numbers_are_those_of_the_store(tmp_path: Path) -> None:
    keep(tmp_path / "s", [arrival(7), arrival(9)])
    assert [(one.number, one.index) for one in captures(tmp_path / "s")] == [(7, 0), (9, 1)]


@pytest.mark.parametrize("input_format", ["auto", "capture"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson"])
def test_exported_captures_are_read_back(tmp_path: Path, name: str, input_format: str) -> None:
    (tmp_path / name).write_bytes(lines())
    assert [one.text for one in captures(tmp_path / name, input_format)] == BODIES
    assert captures(tmp_path / name, input_format)[2].name.endswith(f"{name}#3")


def test_exported_captures_are_read_back_from_a_pipe_and_from_json(tmp_path: Path) -> None:
    assert [one.text for one in captures("-", stdin=lines())] == BODIES
    (tmp_path / "a.json").write_bytes(b"[" + b",".join(lines().splitlines()) + b"]")
    assert [one.text for one in captures(tmp_path / "a.json")] == BODIES


def test_lines_of_captures_are_payloads_where_it_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines())
    assert [one.text for one in captures(tmp_path / "a.jsonl", "jsonl")] == lines().splitlines()


@pytest.mark.parametrize(
    ("name", "input_format"), [("a.har", "auto"), ("a.har", "har"), ("a", "auto"), ("a.txt", "har")]
)
def test_an_archive_holds_the_bodies_of_its_requests(tmp_path: Path, name: str, input_format: str) -> None:
    (tmp_path / name).write_text("".join(har(received())))
    assert [(one.number, one.text) for one in captures(tmp_path / name, input_format)] == list(enumerate(BODIES, 1))


def test_an_archive_of_a_browser_has_other_entries_too(tmp_path: Path) -> None:
    entries = [{"request": {"method": "GET"}}, {"request": {"postData": {"mimeType": "x", "text": "1"}}}, 5, {}]
    (tmp_path / "a.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    assert found(captures(tmp_path / "a.har")) == [(f"{tmp_path}/a.har#2", 0, 1, 1, b"1")]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"headers": [], "body_base64": "e30"}, "its body_base64 is not base64"),
        ({"headers": [], "body_base64": "é"}, "its body_base64 is not base64"),
        ({"headers": [], "body_base64": 5}, "its body_base64 is not base64"),
        ({"body_base64": "e30="}, "it is no exported capture"),
        ([], "it is no exported capture"),
    ],
)
def test_a_broken_record_is_unreadable_and_the_rest_is_read(tmp_path: Path, record: object, said: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines() + json.dumps(record).encode() + b"\n{\n" + lines())
    read_ones = captures(tmp_path / "a.jsonl", "capture")
    assert [one.text for one in read_ones if one.number] == BODIES * 2
    assert said in why(read_ones)[1]  # the first is the body that is no JSON
    assert (read_ones[6].name, read_ones[6].line) == (f"{tmp_path}/a.jsonl", 7)


@pytest.mark.parametrize("number", [None, "x", True, 1.5])
def test_a_record_without_a_number_has_that_of_its_line(tmp_path: Path, number: object) -> None:
    (tmp_path / "a.jsonl").write_text("\n" + json.dumps({"id": number, "headers": [], "body_base64": "MQ=="}))
    assert [one.number for one in captures(tmp_path / "a.jsonl")] == [2]


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"log": {"entries": []}}', '{"log": {"version": 1, "entries": {}}}', "{"]
)
def test_what_is_no_archive_is_unreadable(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.har").write_text(text)
    assert len(why(captures(tmp_path / "a.har"))) == 1 - (text == "[]")


def test_an_archive_with_a_body_that_is_no_base64(tmp_path: Path) -> None:
    data = {"text": "é", "encoding": "base64"}
    entries = [{"request": {"postData": data}}, {"request": {"postData": {"text": "\ud800"}}}]
    (tmp_path / "a.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    first, second = captures(tmp_path / "a.har")
    assert (first.number, second.number) == (1, 2)
    assert "not base64" in why([first])[0]
    assert "is not UTF-8" in why([second])[0]


def test_a_store_cannot_come_from_a_pipe(store: Path) -> None:
    assert "name its file" in why(captures("-", stdin=store.read_bytes()))[0]


def test_what_is_no_store_of_ours_is_unreadable(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other") as database:
        database.execute("CREATE TABLE t (a)")
    database.close()
    assert why(captures(tmp_path / "other")) == [
        "is a SQLite file, but not a store of captures; name another with --store."
    ]


def test_a_store_that_is_damaged_is_said_after_what_can_be_read(store: Path) -> None:
    with sqlite3.connect(store) as database:
        database.execute("UPDATE captures SET signature = 'odd' WHERE id = 3")
    database.close()
    read_ones = captures(store)
    assert len(read_ones) == 3
    assert "capture 3 of the store is not as hookcli writes them" in why(read_ones)[0]
