"""`hookcli validate`: files, folders, globs and standard input; what is wrong with them, and the exit codes."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from arrivals import keep, received
from official import junit, sarif

ROOT = Path(__file__).resolve().parents[2]
CAPTURED = ROOT / "examples" / "haptik" / "captured"
BROKEN = ROOT / "examples" / "haptik" / "broken.json"


def message(**changes: object) -> bytes:
    payload = json.loads((CAPTURED / "message.json").read_text("utf-8"))
    return json.dumps({**payload, **changes}).encode()


def test_every_captured_example_is_valid(hookcli) -> None:
    ended = hookcli("validate", CAPTURED)
    assert (ended.code, ended.out) == (0, "7 payloads: 7 valid\n")


def test_json_report_has_the_documented_shape(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{\n "event_name": "message",\n "user": {"auth_id": 12}}')
    report = json.loads(hookcli("validate", "a.json", "--format", "json").out)
    result = report["results"][0]
    violation = next(each for each in result["violations"] if each["pointer"] == "/user/auth_id")
    assert list(report) == ["tool", "summary", "results"]
    assert report["summary"] == {"payloads": 1, "valid": 0, "invalid": 1, "unreadable": 0, "unknown_event": 0}
    assert (result["source"], result["index"], result["line"], result["event"]) == ("a.json", 0, 1, "message")
    assert (violation["keyword"], violation["line"], violation["column"]) == ("type", 3, 22)


def test_one_broken_line_does_not_hide_the_others(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([message(), b'{"event_name": "mess', message(version=1), message()]))
    ended = hookcli("validate", "a.jsonl", "--format", "json")
    report = json.loads(ended.out)
    assert ended.code == 3
    assert report["summary"] == {"payloads": 4, "valid": 2, "invalid": 1, "unreadable": 1, "unknown_event": 0}
    assert [(each["line"], each["verdict"]) for each in report["results"]] == [(2, "unreadable"), (3, "invalid")]


def test_a_list_of_payloads_in_one_file(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"[" + message() + b",\n" + message(version=1) + b"]")
    report = json.loads(hookcli("validate", "a.json", "--format", "json").out)
    assert report["summary"]["payloads"] == 2
    assert (report["results"][0]["index"], report["results"][0]["line"]) == (1, 2)


@pytest.mark.parametrize("stdin", [message(), b"[" + message() + b"]", message() + b"\n" + message()])
def test_standard_input(hookcli, stdin: bytes) -> None:
    assert hookcli("validate", "-", stdin=stdin).code == 0


def test_an_unknown_event_is_said_and_no_violation(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(message(event_name="message_v2"))
    ended = hookcli("validate", "a.json")
    assert ended.code == 0
    assert "1 unknown event" in ended.out


def test_an_unknown_event_is_refused_when_strict(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(message(event_name="mesage"))
    ended = hookcli("validate", "a.json", "--strict")
    assert ended.code == 1
    assert "did you mean 'message'" in ended.out


def test_unknown_keys_pass_unless_strict(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(message(new_key={"a": 1}))
    assert hookcli("validate", "a.json").code == 0
    assert "/new_key" in hookcli("validate", "a.json", "--strict").out


def test_keys_that_come_twice_pass_unless_strict(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(message()[:-1] + b', "version": "1.0"}')
    assert hookcli("validate", "a.json").code == 0
    assert hookcli("validate", "a.json", "--strict").code == 1


@pytest.mark.parametrize("payload", [b"12", b'"text"', b"null", b"true"])
def test_what_is_no_object_is_invalid(hookcli, tmp_path: Path, payload: bytes) -> None:
    (tmp_path / "a.json").write_bytes(payload)
    result = json.loads(hookcli("validate", "a.json", "--format", "json").out)["results"][0]
    assert (result["verdict"], result["violations"][0]["keyword"], result["violations"][0]["pointer"]) == (
        "invalid",
        "type",
        "",
    )


RFC_8259 = {
    "a lone surrogate": b'{"event_name": "x", "text": "half \\ud83d"}',
    "a huge integer": b'{"event_name": "x", "n": ' + b"9" * 6000 + b"}",
    "a huge number": b'{"event_name": "x", "n": 1e400, "m": -1E99999999999}',
    "keys twice": b'{"event_name": "x", "event_name": "y"}',
    "deep": b'{"event_name": "x", "a": ' + b"[" * 900 + b"]" * 900 + b"}",
}


@pytest.mark.parametrize("name", RFC_8259)
def test_what_the_rfc_allows_is_never_unreadable(hookcli, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.json").write_bytes(RFC_8259[name])
    ended = hookcli("validate", "a.json")
    assert (ended.code, "unknown event" in ended.out) == (0, True)


@pytest.mark.parametrize("name", RFC_8259)
def test_what_the_rfc_allows_is_judged_by_a_schema_too(hookcli, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.json").write_bytes(RFC_8259[name])
    (tmp_path / "s.json").write_text(
        '{"type": "object", "properties": {"n": {"type": "integer"}, "a": {"type": "array"}}}'
    )
    assert hookcli("validate", "a.json", "--schema", "s.json").code == 0
    assert hookcli("validate", "a.json", "--event", "message").code == 1


UNREADABLE = {
    "empty": b"",
    "blank": b" \n ",
    "not a number": b'{"a": NaN}',
    "byte-order mark": b"\xef\xbb\xbf{}",
    "latin-1": b'{"a": "caf\xe9"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "nested": b"[" * 100_000 + b"]" * 100_000,
    "truncated": b'{"a": [1, 2',
    "two values": b'{"a": 1}\n{"a": 2}',
    "trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "control character": b'{"a": "\t"}',
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_json_is_unreadable_with_its_place(hookcli, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.json").write_bytes(UNREADABLE[name])
    ended = hookcli("validate", "a.json", CAPTURED / "message.json", "--format", "json")
    report = json.loads(ended.out)
    violation = report["results"][0]["violations"][0]
    assert ended.code == 3
    assert (report["summary"]["unreadable"], report["summary"]["valid"]) == (1, 1)
    assert (violation["pointer"], violation["keyword"]) == (None, None)
    assert violation["line"] >= 1
    assert violation["column"] >= 1
    assert "Traceback" not in ended.err


def test_two_values_in_a_json_file_name_the_way_out(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(UNREADABLE["two values"])
    assert ".jsonl" in hookcli("validate", "a.json").out


def test_a_folder_a_glob_and_a_missing_file_together(hookcli, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.json").write_bytes(message())
    (tmp_path / "d" / "b.jsonl").write_bytes(message() + b"\n" + message())
    (tmp_path / "d" / "c.txt").write_bytes(b"not looked at")
    ended = hookcli("validate", "d", "d/*.json", "none.json")
    assert ended.code == 3
    assert ended.out.splitlines()[-1] == "5 payloads: 4 valid, 1 unreadable"


@pytest.mark.parametrize("words", [["empty"], ["empty/*.json"]])
def test_a_path_without_payloads_does_not_look_fine(hookcli, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert hookcli("validate", *words).code == 3


def test_a_file_without_payloads_does_not_look_fine(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    ended = hookcli("validate", "a.json")
    assert ended.code == 3
    assert "nothing was judged" in ended.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_rights_is_a_finding(hookcli, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir(mode=0)
    assert hookcli("validate", "d").code == 3


def test_several_reports_at_once(hookcli, tmp_path: Path) -> None:
    hookcli("validate", BROKEN, "--report", "junit=r.xml", "--report", "jsonl=r.jsonl", "-o", "r.txt")
    suite = ET.parse(tmp_path / "r.xml").getroot().find("testsuite")
    assert suite is not None
    assert suite.get("failures") == "1"
    assert json.loads((tmp_path / "r.jsonl").read_text().splitlines()[0])["verdict"] == "invalid"
    assert "1 invalid" in (tmp_path / "r.txt").read_text()


def test_the_first_violations_are_shown_and_the_rest_counted(hookcli) -> None:
    ended = hookcli("validate", BROKEN, "--max-violations", "1")
    assert "and 2 more; --max-violations shows them" in ended.out


def test_an_event_can_be_forced(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(message(event_name="chat_pinned"))
    assert "const" in hookcli("validate", "a.json", "--event", "message").out


@pytest.mark.parametrize("words", [["a.json", "--event", "message", "--schema", "s.json"], []])
def test_usage_errors(hookcli, words: list[str]) -> None:
    assert hookcli("validate", *words).code == 2


def test_an_unknown_event_to_judge_by_is_an_error(hookcli) -> None:
    assert hookcli("validate", BROKEN, "--event", "nope").code == 3


BROKEN_LINES = {
    7: b'{"event_name": "message"}',
    500: b'{"event_name": ',
    998: b'{"headers": [], "body_base64": "ew=="}',
    999: b"",
    1_000: b'{"event_name": "nobody_knows_it"}',
}
"""Lines of a file that is judged in several pieces; the others are valid."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 long lines, 9 MB, and 600 files beside them."""
    folder = tmp_path_factory.mktemp("archive")
    valid = json.dumps(json.loads((CAPTURED / "webhook_agent_chat_close.json").read_text("utf-8"))).encode()
    lines = [BROKEN_LINES.get(number, valid + b" " * 9_000) for number in range(1, 1_001)]
    (folder / "a.jsonl").write_bytes(b"\n".join(lines))
    (folder / "each").mkdir()
    for number in range(600):
        (folder / "each" / f"{number:03}.json").write_bytes(b"{}" if number == 300 else valid)
    return folder


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("more", [["--format", "json"], ["--format", "junit"], ["--all"], ["--strict"]], ids=" ".join)
def test_several_processes_say_the_same_as_one(hookcli, archive: Path, more: list[str]) -> None:
    words = ["validate", archive, *more]
    assert hookcli(*words, "--jobs", "2") == hookcli(*words, "--jobs", "1")


def test_few_broken_lines_among_many_are_found_by_their_numbers(hookcli, archive: Path) -> None:
    ended = hookcli("validate", archive / "a.jsonl", "--format", "json")
    report = json.loads(ended.out)
    told = [(each["line"], each["index"], each["verdict"]) for each in report["results"]]
    assert told == [
        (7, 6, "invalid"),
        (500, 499, "unreadable"),
        (1, 997, "unreadable"),
        (1_000, 998, "unknown_event"),
    ]
    assert report["results"][2]["capture"] == 998
    assert report["summary"] == {"payloads": 999, "valid": 995, "invalid": 1, "unreadable": 2, "unknown_event": 1}
    assert ended.code == 3


def test_a_store_and_what_was_exported_from_it_are_judged_alike(hookcli, tmp_path: Path) -> None:
    keep(tmp_path / "captures.db", received())
    hookcli("captures", "export", "--store", "captures.db", "-o", "a.jsonl")
    hookcli("captures", "export", "--store", "captures.db", "--format", "har", "-o", "a.har")
    ended = hookcli("validate", "captures.db")
    assert ended.code == 3
    assert "captures.db#3:1:1  invalid  webhook_agent_chat_close" in ended.out
    assert "/business_id  is '2876', but must be an integer  (type)  captures.db#3:4:18" in ended.out
    for name in ("a.jsonl", "a.har"):
        assert hookcli("validate", name).out == ended.out.replace("captures.db", name)


def test_reports_name_the_capture_and_no_line_of_the_store(hookcli, tmp_path: Path) -> None:
    keep(tmp_path / "captures.db", received())
    hookcli(
        "validate", "captures.db", "--report", "json=r.json", "--report", "sarif=r.sarif", "--report", "junit=r.xml"
    )
    result = json.loads((tmp_path / "r.json").read_text())["results"][0]
    assert (result["source"], result["index"], result["capture"]) == ("captures.db", 2, 3)
    finding = sarif((tmp_path / "r.sarif").read_text())["results"][0]
    assert finding["message"]["text"].startswith("#3:25:11  /data has no key")
    place = finding["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]) == ("captures.db", {"startLine": 1})
    case = junit((tmp_path / "r.xml").read_text()).findall("testcase")[0]
    assert (case.get("classname"), case.get("name")) == ("captures.db", "#3 webhook_agent_chat_close")


def test_several_processes_judge_stores_too(hookcli, tmp_path: Path) -> None:
    keep(tmp_path / "a.db", received())
    (tmp_path / "each").mkdir()
    for number in range(500):  # more than go to a process at once
        (tmp_path / "each" / f"{number}.json").write_text("{}")
    words = ["validate", "each", "a.db", "--format", "json"]
    assert hookcli(*words, "--jobs", "2") == hookcli(*words, "--jobs", "1")
