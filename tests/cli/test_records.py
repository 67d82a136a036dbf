"""`validate` of payloads that lie inside records: at a path, and in what other tools export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VALID = json.loads((ROOT / "examples" / "haptik" / "captured" / "message.json").read_text("utf-8"))
BROKEN = {**VALID, "business_id": "7"}


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_payloads_lie_at_a_path(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"requests": [{"body": VALID}, {"body": json.dumps(BROKEN)}]}))
    ended = hookcli("validate", "a.json", "--at", "requests.*.body")
    assert ended.code == 1
    assert "a.json#2:1:1  invalid  message" in ended.out
    assert "2 payloads: 1 valid, 1 invalid" in ended.out


def test_records_without_a_payload_there_are_counted(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines({"body": VALID}, {"boby": VALID}, {"body": None}))
    ended = hookcli("validate", "a.jsonl", "--at", "body")
    assert (ended.code, ended.out) == (0, "1 payload: 1 valid\n")
    assert ended.err == "warning: 2 records have nothing at body, and so no payload was judged there.\n"


def test_where_there_is_none_at_all_nothing_was_judged(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines({"boby": VALID}))
    ended = hookcli("validate", "a.jsonl", "--at", "body")
    assert ended.code == 3
    assert "there is no payload in it at body, so nothing was judged" in ended.err


@pytest.mark.parametrize("path", ["", "a..b", ".a", "$.a", "a[0]", "a/*/b"])
def test_a_path_that_is_none(hookcli, path: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{}")
    ended = hookcli("validate", "a.jsonl", "--at", path)
    assert ended.code == 2
    assert "Write it as requests.*.body, or as /requests/*/body" in ended.err


@pytest.mark.parametrize("more", [["--at", "body"], ["--at", "body", "--all"], ["--at", "body.*"]], ids=" ".join)
def test_several_processes_find_the_same_payloads_as_one(hookcli, more: list[str], tmp_path: Path) -> None:
    odd = [{"body": BROKEN}, {"body": "{"}, {}, {"body": [VALID, BROKEN]}]
    records = [*[{"body": json.dumps(VALID)}] * 40, *odd] * 6
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + " " * 40_000 + "\n" for record in records))
    words = ["validate", "a.jsonl", "--format", "json", *more]
    assert hookcli(*words, "--jobs", "2") == hookcli(*words, "--jobs", "1")


def test_a_log_of_a_function_is_looked_through(hookcli, tmp_path: Path) -> None:
    event = {"headers": {}, "body": json.dumps(BROKEN), "isBase64Encoded": False}
    messages = ["START", f"2026-11-27T10:00:00.000Z\t8f6b\tINFO\t{json.dumps(event)}", "END", json.dumps(VALID)]
    (tmp_path / "a.log").write_text("".join(f"2026-11-27T10:00:00.000Z {each}\n" for each in messages))
    for words in ([], ["--input-format", "log"]):
        ended = hookcli("validate", "a.log", *words)
        assert ended.code == 1
        assert "a.log#2:1:1  invalid  message" in ended.out
        assert "2 payloads: 1 valid, 1 invalid" in ended.out
