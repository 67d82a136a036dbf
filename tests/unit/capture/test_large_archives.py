"""A large HTTP Archive is read entry by entry, and says what a small one says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from hookcli.capture.files import Limits
from hookcli.capture.formats import read
from hookcli.capture.paths import At
from hookcli.capture.sources import Source
from hookcli.models import Capture, Json

TEXTS = ['{"a": 1}', '{"n": 12345678901234567890123, "f": 1.5}', "{", '{"x":"\udcff"}', '"é 🙂"']
LARGE = Limits(whole=100)


def archive(*entries: Json) -> Json:
    return {"log": {"creator": {"name": "x"}, "version": "1.2", "entries": list(entries), "comment": "y"}, "more": 1}


def entry(text: str, **more: Json) -> Json:
    request = {"method": "POST", "postData": {"mimeType": "application/json", "text": text}}
    return {"startedDateTime": "2026-11-27T10:00:00Z", "request": request, "response": {"content": {}}, **more}


ENTRIES = [*map(entry, TEXTS), {"request": {"method": "GET"}}, entry("{}", _id=77), 5, {"request": {"postData": 1}}]


def captures(file: Path, limits: Limits) -> list[Capture]:
    return list(read(Source(str(file)), limits=limits))


@pytest.mark.parametrize("name", ["a.har", "a.har.gz"])
def test_a_large_archive_has_the_captures_of_a_small_one(name: str, tmp_path: Path) -> None:
    text = json.dumps(archive(*ENTRIES)).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    found = captures(tmp_path / name, LARGE)
    assert found == captures(tmp_path / name, Limits())
    assert [each.number for each in found] == [1, 2, 3, 4, 5, 77]
    assert [each.index for each in found] == list(range(6))


def test_what_came_before_the_end_of_one_that_is_cut_short_is_read(tmp_path: Path) -> None:
    text = json.dumps(archive(*map(entry, TEXTS * 2)))
    (tmp_path / "a.har").write_text(text[: text.rindex("startedDateTime")])
    *found, last = captures(tmp_path / "a.har", LARGE)
    assert len(found) == 9
    assert last.unreadable is not None
    assert "it is cut short at line 1, column 1" in last.unreadable.message


def test_one_that_is_compressed_and_cut_short(tmp_path: Path) -> None:
    (tmp_path / "a.har.gz").write_bytes(gzip.compress(json.dumps(archive(*map(entry, TEXTS * 99))).encode())[:-20])
    *_, last = captures(tmp_path / "a.har.gz", LARGE)
    assert last.unreadable is not None
    assert "it is cut short: the end of the compressed data is missing" in last.unreadable.message


def test_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_bytes(json.dumps({"a": ["x" * 200]}).encode())
    (capture,) = captures(tmp_path / "a.har", LARGE)
    assert "it has no list at log.entries" in str(capture.unreadable)


EXPORTS = {
    "webhook.site": {"data": [
        {"uuid": str(number), "token_id": "t", "method": "POST", "content": text} for number, text in enumerate(TEXTS)
    ], "total": 5},
    "CloudWatch": {"events": [
        {"timestamp": 1795773600000, "message": text, "ingestionTime": 1}
        for text in ("START", '{"event_name": "a"}', "x" * 50, 'INFO {"event_name": "b"}')
    ]},
}  # fmt: skip


@pytest.mark.parametrize("record", EXPORTS.values(), ids=EXPORTS)
def test_a_large_export_has_the_captures_of_a_small_one(record: Json, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(record))
    found = captures(tmp_path / "a.json", LARGE)
    assert found == captures(tmp_path / "a.json", Limits())
    assert len(found) >= 2


def test_records_in_a_large_list_are_looked_into_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"x": 1, "rows": [{"body": text} for text in TEXTS], "y": [2]}))
    at = At.of("rows.*.body")
    large, small = (list(read(Source(str(tmp_path / "a.json")), at=at, limits=limits)) for limits in (LARGE, Limits()))
    assert [(each.number, each.text, each.unreadable) for each in large] == [
        (each.number, each.text, each.unreadable) for each in small
    ]


@pytest.mark.parametrize(
    ("place", "record"),
    [
        ("rows.*.body", {"rows": {str(number): {"body": text} for number, text in enumerate(TEXTS)}}),
        ("*.body", {str(number): {"body": text} for number, text in enumerate(TEXTS)}),
        ("rows.0.*", {"rows": [TEXTS]}),
        ("rows.*", {"x": "y" * 200, "rows": []}),
        ("rows.*", {"x": "y" * 200}),
    ],
)
def test_what_lies_in_no_list_of_a_large_record_is_found_as_in_a_small_one(
    place: str, record: Json, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(record))
    source, at = Source(str(tmp_path / "a.json")), At.of(place)
    assert list(read(source, at=at, limits=LARGE)) == list(read(source, at=at))


@pytest.mark.parametrize("payload", [{"data": ["x" * 200]}, {"data": [], "x": "y" * 200}, {"a": "x" * 200, "data": 1}])
def test_a_large_payload_that_looks_a_little_like_an_export_is_one(payload: Json, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(payload))
    assert [each.payload for each in captures(tmp_path / "a.json", LARGE)] == [payload]
