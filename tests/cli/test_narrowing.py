"""`validate` of less than all: a sample, what came lately, and up to the first finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VALID = json.loads((ROOT / "examples" / "haptik" / "captured" / "message.json").read_text("utf-8"))


def on(day: int, **changes: object) -> str:
    return json.dumps({**VALID, "timestamp": f"2026-11-{day:02}T10:00:00.000Z", **changes})


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """A payload a day, of which the third and the twentieth are broken, and one that tells no time."""
    lines = [on(day, **({"business_id": "7"} if day in (3, 20) else {})) for day in range(1, 31)]
    (tmp_path / "days.jsonl").write_text("\n".join([*lines, json.dumps({**VALID, "timestamp": None})]))
    return tmp_path / "days.jsonl"


@pytest.mark.parametrize(
    "more", [[], ["--strict"], ["--input-format", "jsonl"], ["--input-format", "json"]], ids=" ".join
)
def test_what_came_before_is_left_out(hookcli, days: Path, more: list[str]) -> None:
    if "json" in more:
        days.write_text("[" + ",".join(days.read_text().splitlines()) + "]")
    ended = hookcli("validate", days, "--since", "2026-11-15T10:00:00Z", "--format", "json", *more)
    report = json.loads(ended.out)
    assert report["summary"] == {"payloads": 17, "valid": 15, "invalid": 2, "unreadable": 0, "unknown_event": 0}
    assert [each["index"] for each in report["results"]] == [19, 30]
    assert ended.err == "14 payloads came before --since, and did not count.\n"


def test_when_a_record_says_when_it_came_that_counts(hookcli, tmp_path: Path) -> None:
    entries = [
        {"startedDateTime": f"2026-11-{day}T10:00:00Z", "request": {"postData": {"text": on(1)}}} for day in (10, 20)
    ]
    (tmp_path / "a.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"log": {"version": "1.2", "entries": entries}}) + "\n"))
    for name in ("a.har", "a.jsonl"):
        assert hookcli("validate", name, "--since", "2026-11-15").out == "1 payload: 1 valid\n"


def test_where_all_came_before_nothing_was_judged(hookcli, days: Path) -> None:
    days.write_text(on(1))
    ended = hookcli("validate", days, "--since", "2026-11-15")
    assert ended.code == 3
    assert "there is no payload in it since then, so nothing was judged" in ended.err


def test_a_sample_says_what_it_is_and_can_be_drawn_again(hookcli, days: Path) -> None:
    words = ["validate", days, "--sample", "5", "--all", "--format", "json"]
    first = hookcli(*words)
    report = json.loads(first.out)
    assert report["summary"]["payloads"] == report["sample"] == 5
    assert f"a sample: 5 of 31 payloads  (--sample 5 --seed {report['seed']} draws the same again)" in first.err
    assert hookcli(*words, "--seed", str(report["seed"])) == first


@pytest.mark.parametrize("form", ["text", "jsonl", "junit", "sarif", "github"])
def test_a_sample_in_every_form(hookcli, days: Path, form: str) -> None:
    ended = hookcli("validate", days, "--sample", "30", "--seed", "1", "--format", form)
    assert (ended.code, "#/business_id" in ended.out or "/business_id" in ended.out) == (1, True)


def test_a_sample_of_what_came_lately(hookcli, days: Path) -> None:
    ended = hookcli("validate", days, "--since", "2026-11-15T10:00:00Z", "--sample", "10", "--seed", "4")
    assert "10 payloads: " in ended.out
    assert "a sample: 10 of 17 payloads" in ended.err


def test_the_first_finding_ends_it(hookcli, days: Path) -> None:
    ended = hookcli("validate", days, "--fail-fast", "--format", "json")
    report = json.loads(ended.out)
    assert ended.code == 1
    assert [each["line"] for each in report["results"]] == [3]
    assert (report["interrupted"], report["reason"]) == (True, "stopped at the first finding (--fail-fast)")
    assert report["summary"]["payloads"] == 3
    assert ended.err == "stopped at the first finding (--fail-fast).\n"
    assert "3 payloads: 2 valid, 1 invalid, interrupted before the end" in hookcli("validate", days, "--fail-fast").out


@pytest.mark.parametrize("more", [[], ["--all"], ["--strict"]], ids=" ".join)
def test_what_is_valid_before_the_first_finding_counts(hookcli, days: Path, more: list[str], tmp_path: Path) -> None:
    (tmp_path / "days.json").write_text("[" + ",".join(days.read_text().splitlines()) + "]")
    for name in ("days.jsonl", "days.json"):
        report = json.loads(hookcli("validate", name, "--fail-fast", "--format", "json", *more).out)
        assert (report["summary"]["valid"], report["summary"]["invalid"]) == (2, 1)


def test_without_a_finding_all_is_judged(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f"{on(1)}\n{on(2, event_name='nobody_knows_it')}\n{on(3)}\n")
    ended = hookcli("validate", "a.jsonl", "--fail-fast")
    assert (ended.code, "interrupted" in ended.out) == (0, False)


@pytest.mark.parametrize("told", ["2026-11-20t10:00:00.000Z", "2026-W01-1T10:00:00.000Z", "20261120T100000.0000000Z"])
def test_times_of_another_form_are_compared_as_times(hookcli, told: str, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"type": "object"}')
    (tmp_path / "a.jsonl").write_text(json.dumps({"timestamp": told}))
    (tmp_path / "a.json").write_text(json.dumps([{"timestamp": told}]))
    words = ["--since", "2026-11-20T20:00Z", "--schema", "schema.json"]
    lines, items = (hookcli("validate", name, *words) for name in ("a.jsonl", "a.json"))
    assert (lines.code, lines.out) == (items.code, items.out)


@pytest.mark.parametrize("at", ["items.-1", "items.+0", "items.00", "items.0_0"])
def test_a_position_is_a_number_as_json_pointer_has_it(hookcli, at: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"items": [VALID]}))
    assert hookcli("validate", "a.jsonl", "--at", at).code == 3


def test_a_name_that_is_no_text_may_be_sampled(hookcli, tmp_path: Path) -> None:
    (tmp_path / "\udcff.json").write_text(json.dumps(VALID))
    assert hookcli("validate", tmp_path, "--sample", "3", "--seed", "1").code == 0
