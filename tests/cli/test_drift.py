"""`hookcli drift`: exit codes, baselines, and the reports; what is counted is told in tests/unit/drift."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from hookcli.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "drift"
OCTOBER = EXAMPLE / "october.jsonl"
NOVEMBER = EXAMPLE / "november.jsonl"


def ids(text: str) -> list[str]:
    return [each["id"] for each in json.loads(text)["differences"]]


def lines(*changed: dict[str, Any]) -> str:
    """Payloads of October, each with something changed at its top."""
    first = OCTOBER.read_text("utf-8").splitlines()[0]
    return "".join(json.dumps({**json.loads(first), **each}) + "\n" for each in changed)


def test_payloads_as_the_schema_has_them_differ_in_nothing(hookcli) -> None:
    ended = hookcli("drift", OCTOBER)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("\n20 payloads: nothing differs\n")


def test_what_is_added_is_told_and_no_finding(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines({}, {"new": 1}, {"event_name": "other"}))
    ended = hookcli("drift", "a.jsonl")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "3 payloads: 2 additive")


def test_what_breaks_the_promise_is_a_finding(hookcli) -> None:
    ended = hookcli("drift", EXAMPLE)
    assert (ended.code, ended.out.splitlines()[-1]) == (1, "37 payloads: 3 breaking, 2 additive")


def test_with_a_baseline_only_what_it_does_not_have_is_a_finding(hookcli, tmp_path: Path) -> None:
    hookcli("drift", EXAMPLE, "--format", "json", "-o", "baseline.json")
    again = hookcli("drift", EXAMPLE, "--baseline", "baseline.json")
    assert (again.code, again.out.splitlines()[-1]) == (0, "37 payloads: nothing differs, 5 known (--all)")
    (tmp_path / "more.jsonl").write_text(lines({"new": 1}))
    more = hookcli("drift", EXAMPLE, "more.jsonl", "--baseline", "baseline.json", "--format", "json")
    assert more.code == 1
    found = {each["id"]: each["known"] for each in json.loads(more.out)["differences"]}
    assert [name for name, is_known in found.items() if not is_known] == ["new-key webhook_agent_chat_close /new"]
    assert len(found) == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "baseline.json: the baseline cannot be read: No such file or directory. Write one with"),
        ("{", "baseline.json:1:2: the baseline is not JSON: "),
        ("[]", "baseline.json: this is no JSON report of hookcli drift: it has no differences."),
        ('{"results": []}', "it has no differences"),
        ('{"differences": [5]}', "baseline.json: /differences/0 has no id"),
        ('{"differences": [], "interrupted": true}', "the baseline is of a run that was cut short"),
    ],
)
def test_a_baseline_that_is_none_is_bad_input(hookcli, tmp_path: Path, text: str | None, said: str) -> None:
    for content in [text] if text is not None else []:
        (tmp_path / "baseline.json").write_text(content)
    ended = hookcli("drift", OCTOBER, "--baseline", "baseline.json")
    assert (ended.code, ended.out) == (3, "")
    assert said in ended.err


def test_what_is_unreadable_is_counted_and_the_rest_is_compared(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({}, {"new": 1}).encode() + b"{\n\xff\xfe\n[1, 2\n")
    ended = hookcli("drift", "a.jsonl", "none.jsonl", "--format", "json")
    assert ended.code == 3
    report = json.loads(ended.out)
    assert (report["summary"]["payloads"], report["summary"]["unreadable"]) == (6, 4)
    assert ids(ended.out)[:3] == [
        "unreadable a.jsonl",
        "unreadable none.jsonl",
        "new-key webhook_agent_chat_close /new",
    ]
    assert (report["differences"][0]["count"], report["differences"][0]["line"]) == (3, 3)


def test_the_same_is_told_by_one_process_and_by_several(hookcli, tmp_path: Path) -> None:
    text = (NOVEMBER.read_text("utf-8") + OCTOBER.read_text("utf-8") + "{\n") * 140
    (tmp_path / "large.jsonl").write_text(text, "utf-8")
    assert len(text) > 4_100_000
    one, two = (hookcli("drift", "large.jsonl", EXAMPLE, "--jobs", jobs, "--format", "json") for jobs in "12")
    assert one == two
    assert json.loads(one.out)["summary"]["payloads"] == 38 * 140 + 37


def test_what_is_known_and_what_never_came_is_shown_when_all_is_asked_for(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines({"data": {"new": 1}}))
    hookcli("drift", "a.jsonl", "--format", "json", "-o", "baseline.json")
    ended = hookcli("drift", "a.jsonl", "--baseline", "baseline.json", "--all")
    assert "\nknown  additive  new-key  webhook_agent_chat_close\n  /data/new  is a key that" in ended.out
    assert "\nnever seen  webhook_agent_chat_close\n  /data/closing_categories  is known to" in ended.out
    assert "(--all)" not in ended.out


def test_values_can_be_left_out(hookcli) -> None:
    shown, hidden = (hookcli("drift", EXAMPLE, *more, "--format", "json").out for more in ([], ["--no-examples"]))
    assert ids(shown) == ids(hidden)
    assert {each["example"] for each in json.loads(hidden)["differences"]} == {None}


def test_a_schema_of_ones_own_takes_every_payload(hookcli, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"properties": {"id": {"type": "integer"}}}')
    (tmp_path / "a.json").write_text('[{"id": 1}, {"id": "1"}, {"id": 2, "vat": 3}, 5]')
    ended = hookcli("drift", "a.json", "--schema", "schema.json", "--format", "json")
    assert (ended.code, ids(ended.out)) == (1, ["new-type /id string", "new-key /vat"])
    ended = hookcli("drift", "a.json", "--event", "message", "--format", "json")
    assert ids(ended.out)[0] == "new-type message integer"


def test_event_and_schema_exclude_each_other(hookcli) -> None:
    ended = hookcli("drift", OCTOBER, "--event", "message", "--schema", "x.json")
    assert ended.code == 2
    assert "--event and --schema exclude each other" in ended.err


def test_nothing_at_all_is_no_success(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n")
    ended = hookcli("drift", "a.jsonl")
    assert ended.code == 3
    assert "there is no payload in it, so nothing was compared" in ended.err


def test_every_format_tells_each_finding(hookcli) -> None:
    for form in ("text", "json", "jsonl", "junit", "sarif", "github", "markdown"):
        ended = hookcli("drift", EXAMPLE, "--format", form)
        assert ended.code == 1
        assert all(kind in ended.out for kind in ("new-null", "missing-required", "stopped-key")), form


class Interrupted(io.RawIOBase):
    """Standard input on which some lines come, and then Ctrl-C."""

    def __init__(self, text: str) -> None:
        self._text = [text.encode()]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        if not self._text:
            raise KeyboardInterrupt
        text = self._text.pop()
        buffer[: len(text)] = text
        return len(text)


@pytest.mark.parametrize("form", ["auto", "jsonl"])
def test_what_was_counted_until_ctrl_c_is_told(
    form: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Interrupted(lines({"new": 1}, {}) + "{}"))))
    assert run(["drift", "-", "--input-format", form, "--format", "json"]) == 130
    report = json.loads(capsysbinary.readouterr().out)
    assert (report["interrupted"], report["summary"]["payloads"], report["summary"]["additive"]) == (True, 2, 1)
