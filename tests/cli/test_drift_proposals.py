"""`hookcli drift --propose`: the diff that makes payloads fit is applied by git, and then they do."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "drift"

SCHEMA = """{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id", "event_name",
               "when"],
  "properties": {
    "id": {"type": "integer"},
    "event_name": {"const": "paid"},
    "when": {"type": "string"},
    "status": {"description": "Closed.", "enum": ["open", "closed"]},
    "who": {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"name": {"type": "string"}}}]},
    "lines": {"type": "array", "items": {"$ref": "parts/line%20item.json"}},
    "sizes": {"type": "object", "additionalProperties": {"$ref": "#/$defs/size"}},
    "tags": {"type": "object", "properties": {"a/b": true}, "additionalProperties": false}
  },
  "$defs": {"size": {"type": "object", "required": ["cm"], "properties": {"cm": {"type": "number"}}}}
}"""
ITEM = """{
\t"type": "object",
\t"properties": {
\t\t"sku": {"type": "string"}
\t}
}
"""
FITTING = {"id": 1, "event_name": "paid", "when": "now", "status": "open"}
CHANGED: dict[str, dict[str, Any]] = {
    "key": {"vat": 5},
    "key of several types": {"vat": None},
    "key in a list": {"lines": [{"sku": "a", "qty": 1, "big": {"deep": [1]}}]},
    "key below a free one": {"sizes": {"a": {"cm": 1, "in": 2}}},
    "key of a closed object": {"tags": {"a/b": 1, "c/d~": 2}},
    "type": {"id": "1"},
    "type for a wider one": {"id": 1.5},
    "null": {"when": None},
    "value": {"status": "lost"},
    "value of another type": {"status": None},
    "constant": {"event_name": "refunded"},
    "choice": {"who": 5},
    "in a choice": {"who": {"name": None, "age": 3}},
    "in a list": {"lines": ["a", {"sku": None}]},
    "required below a free key": {"sizes": {"b": {}}},
}


def written(folder: Path, payloads: list[Any]) -> None:
    (folder / "parts").mkdir()
    (folder / "schema.json").write_text(SCHEMA)
    (folder / "parts" / "line item.json").write_text(ITEM)
    (folder / "a.jsonl").write_text("".join(json.dumps(each) + "\n" for each in payloads))


def apply(folder: Path, diff: str) -> None:
    subprocess.run(["git", "apply", diff], cwd=folder, check=True, env={"GIT_CEILING_DIRECTORIES": str(folder.parent)})


JUDGE = ("validate", "a.jsonl", "--schema", "schema.json", "--strict")


def test_payloads_fit_the_schema_that_was_proposed(hookcli, tmp_path: Path) -> None:
    without = {key: value for key, value in FITTING.items() if key != "id"}
    written(tmp_path, [FITTING, without, *({**FITTING, **each} for each in CHANGED.values())])
    assert hookcli(*JUDGE).code == 1
    ended = hookcli("drift", "a.jsonl", "--schema", "schema.json", "--propose", "change.diff")
    assert ended.err == "proposed in change.diff: git apply change.diff\n"
    apply(tmp_path, "change.diff")
    assert hookcli(*JUDGE).out == f"{len(CHANGED) + 2} payloads: {len(CHANGED) + 2} valid\n"
    again = hookcli("drift", "a.jsonl", "--schema", "schema.json", "--propose", "-", "-o", "report")
    assert (again.code, again.out) == (0, "")


@pytest.mark.parametrize("name", CHANGED)
def test_one_change_is_proposed_in_the_lines_that_it_is_about(hookcli, tmp_path: Path, name: str) -> None:
    written(tmp_path, [FITTING, {**FITTING, **CHANGED[name]}])
    hookcli("drift", "a.jsonl", "--schema", "schema.json", "--propose", "change.diff")
    lines = (tmp_path / "change.diff").read_text().splitlines()
    taken = [line for line in lines if line.startswith("-") and not line.startswith("---")]
    assert len(taken) <= 2
    apply(tmp_path, "change.diff")
    assert hookcli(*JUDGE).out == "2 payloads: 2 valid\n"


def test_keys_that_are_ids_open_their_object(hookcli, tmp_path: Path) -> None:
    written(tmp_path, [{**FITTING, **{f"id-{at}": at for at in range(101)}}])
    hookcli("drift", "a.jsonl", "--schema", "schema.json", "--propose", "change.diff")
    apply(tmp_path, "change.diff")
    assert json.loads((tmp_path / "schema.json").read_text())["additionalProperties"] is True
    assert hookcli(*JUDGE).code == 0


def test_the_bundled_schemas_are_changed_as_a_checkout_has_them(hookcli, tmp_path: Path) -> None:
    ended = hookcli("drift", EXAMPLE, "--propose", "change.diff")
    assert "not proposed: webhook_chat_rated: an event that has no schema\n" in ended.err
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    apply(tmp_path, "change.diff")
    for file in (tmp_path / "schemas").rglob("*.json"):  # or hookcli's own would be taken for what they refer to
        file.write_text(file.read_text("utf-8").replace("hookcli.example", "copies.example"), "utf-8")
    schema = tmp_path / "schemas" / "haptik" / "webhook_agent_chat_close.json"
    lines = (EXAMPLE / "november.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "a.jsonl").write_text("".join(lines[:-1]), "utf-8")
    assert hookcli("validate", "a.jsonl", "--schema", schema, "--strict").out == "16 payloads: 16 valid\n"


def test_what_is_not_proposed_is_said(hookcli, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"properties": {"id": {"maximum": 5}}}')
    (tmp_path / "a.json").write_text('{"id": 7}')
    ended = hookcli("drift", "a.json", "--schema", "schema.json", "--propose", "change.diff")
    assert "not proposed: /id: broken-rule maximum\n" in ended.err
    assert ended.err.endswith("proposed in change.diff: nothing to change\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--propose", "-"], 2, "report and proposal both go to -"),
        (["--propose", "x.diff", "-o", "x.diff"], 2, "report and proposal both go to x.diff"),
        (["--propose", "x.diff", "--schema", "-"], 2, "name it with --schema, rather than -"),
        (["--propose", "none/x.diff"], 3, "none/x.diff: cannot write there"),
    ],
)
def test_a_proposal_that_has_no_place_is_said_first(hookcli, words: list[str], code: int, said: str) -> None:
    ended = hookcli("drift", EXAMPLE, *words)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
