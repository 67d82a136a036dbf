"""`hookcli generate`, `events`, `sign` and `verify`."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookcli.generation.samples import Sample

BODY = b'{"event_name":"message"}\n'


def test_payloads_come_one_a_line_and_can_be_piped(hookcli) -> None:
    lines = hookcli("generate", "--seed", "1", "-n", "3").out.splitlines()
    assert len(lines) == 9
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_everything_but_payloads_goes_to_stderr(hookcli) -> None:
    ended = hookcli("generate", "--event", "message")
    assert json.loads(ended.out)["event_name"] == "message"
    assert ended.err.startswith("seed ")


def test_quiet_says_nothing_else(hookcli) -> None:
    assert hookcli("-q", "generate", "--event", "message").err == ""


def test_what_is_generated_is_valid(hookcli, tmp_path: Path) -> None:
    for mode in ("typical", "minimal", "maximal", "boundary"):
        hookcli("generate", "--mode", mode, "--seed", "1", "-n", "40", "-o", f"{mode}.jsonl")
    assert hookcli("validate", tmp_path).code == 0


@pytest.mark.usefixtures("uncovered")
def test_every_invalid_payload_is_refused_for_its_label(hookcli, tmp_path: Path) -> None:
    lines = hookcli("generate", "--mode", "invalid", "--seed", "1", "--labels").out.splitlines()
    labelled = [json.loads(line) for line in lines]
    (tmp_path / "bad.jsonl").write_text("\n".join(json.dumps(each["payload"]) for each in labelled))
    report = json.loads(hookcli("validate", "bad.jsonl", "--format", "json", "--event", "webhook_agent_chat_close").out)
    assert report["summary"]["valid"] == 0
    assert len(labelled) > 150


def test_invalid_payloads_have_their_labels_on_stderr(hookcli) -> None:
    ended = hookcli("generate", "--event", "message", "--mode", "invalid", "--seed", "1", "-n", "3")
    assert len(ended.out.splitlines()) == len(ended.err.splitlines()) == 3
    assert ended.err.startswith("violates ")


def test_labels_go_with_invalid_alone(hookcli) -> None:
    assert hookcli("generate", "--labels").code == 2


PERSON = {
    "type": "object", "required": ["name", "age"],
    "properties": {"name": {"type": "string", "maxLength": 5}, "age": {"type": "integer", "minimum": 0}},
}  # fmt: skip


@pytest.fixture
def person(tmp_path: Path) -> Path:
    (tmp_path / "person.json").write_text(json.dumps(PERSON))
    return tmp_path / "person.json"


@pytest.mark.parametrize("mode", ["boundary", "invalid"])
def test_a_list_counts_what_would_be_printed(hookcli, person: Path, mode: str) -> None:
    words = ["--schema", person, "--seed", "1", "--mode", mode]
    number = hookcli("generate", *words).out.count("\n")  # not splitlines: a payload may hold U+2028
    assert hookcli("generate", *words, "--list").out.splitlines()[0] == f"{person}  {mode} {number}"


@pytest.mark.usefixtures("uncovered")
def test_a_list_has_a_line_for_each_schema_and_one_for_the_keywords(hookcli) -> None:
    words = ["--event", "message", "--event", "chat_pinned", "--seed", "1", "--list"]
    ended = hookcli("generate", *words)
    assert re.sub("[0-9]+", "N", "\n".join(ended.out.splitlines()[::2])) == (
        "message      boundary N  invalid N\nchat_pinned  boundary N  invalid N"
    )
    assert (ended.code, ended.err, ended.out) == (0, "", hookcli("generate", *words).out)


def test_a_list_counts_the_invalid_ones_by_keyword(hookcli, person: Path) -> None:
    line = hookcli("generate", "--schema", person, "--seed", "1", "--list").out.splitlines()[1]
    lines = hookcli("generate", "--schema", person, "--seed", "1", "--mode", "invalid", "--labels").out.splitlines()
    counted = Counter(json.loads(each)["violates"]["keyword"] for each in lines)
    pairs = [pair.split() for pair in line.strip().split(", ")]
    assert line.startswith("  ")
    assert {keyword: int(number) for keyword, number in pairs} == counted
    assert [int(number) for _, number in pairs] == sorted(counted.values(), reverse=True)


def test_a_list_goes_into_a_file(hookcli, person: Path, tmp_path: Path) -> None:
    assert hookcli("generate", "--schema", person, "--seed", "1", "--list", "-o", "list.txt").out == ""
    assert "boundary" in (tmp_path / "list.txt").read_text()


def test_a_list_into_nowhere_is_an_error_before_anything_is_counted(hookcli) -> None:
    assert hookcli("generate", "--list", "-o", "none/list.txt").code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--labels", "--mode", "invalid"], "leave out --labels,"),
        (["-n", "3", "--pretty"], "leave out -n, --pretty,"),
        (["--set", "a=1", "--unset", "b"], "leave out --set, --unset,"),
        (["--mode", "typical"], "leave out --mode"),
        (["--mode", "maximal"], "leave out --mode"),
        (["-o", "folder/"], "-o takes a file"),
    ],
)
def test_what_makes_no_sense_with_a_list_says_what_to_do(hookcli, words: list[str], said: str) -> None:
    ended = hookcli("generate", "--list", *words)
    assert ended.code == 2
    assert said in ended.err


def test_settings_for_other_runs_do_not_hinder_a_list(hookcli, person: Path, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "hookcli.toml").write_text('[generate]\ncount = 3\nmode = "minimal"\nseed = 1\n')
    monkeypatch.setenv("HOOKCLI_GENERATE_PRETTY", "1")
    assert hookcli("generate", "--list", "--schema", person).out.count("invalid") == 1


def test_a_schema_that_refuses_nothing_has_no_invalid_payloads(hookcli, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("true")
    assert hookcli("generate", "--list", "--schema", "s.json", "--mode", "invalid").out == "s.json  invalid 0\n"
    ended = hookcli("generate", "--schema", "s.json", "--mode", "invalid", "--seed", "1")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "warning: s.json: there is no such payload: no constraint of it can be broken alone.\n"


def test_nothing_is_said_when_none_was_asked_for(hookcli, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("true")
    assert hookcli("generate", "--schema", "s.json", "--mode", "invalid", "--seed", "1", "-n", "0").err == ""


def test_what_a_bound_cuts_off_is_said(hookcli, person: Path, monkeypatch) -> None:
    monkeypatch.setattr("hookcli.generation.boundary.walk.MOST_WORK", 200)
    monkeypatch.setattr("hookcli.generation.invalid.hunt.MOST_WORK", 2_000)
    ended = hookcli("generate", "--list", "--schema", person, "--seed", "1")
    assert re.match(f"{re.escape(str(person))}  boundary [0-9]+[+]  invalid [0-9]+[+]$", ended.out.splitlines()[0])
    assert [line.partition(f"{person}: ")[2].partition(" payloads")[0] for line in ended.err.splitlines()] == [
        "there may be more boundary", "there may be more invalid"]  # fmt: skip
    assert ended.code == 0


@pytest.mark.parametrize("mode", ["boundary", "invalid"])
def test_what_a_bound_cuts_off_is_said_after_the_last_payload(hookcli, person: Path, monkeypatch, mode: str) -> None:
    monkeypatch.setattr("hookcli.generation.boundary.walk.MOST_WORK", 200)
    monkeypatch.setattr("hookcli.generation.invalid.hunt.MOST_WORK", 2_000)
    words = ["generate", "--schema", person, "--seed", "1", "--mode", mode]
    assert f"there may be more {mode} payloads than these: " in hookcli(*words).err
    assert "there may be more" not in hookcli(*words, "-n", "1").err


def test_an_interrupted_count_is_no_total(tmp_path: Path) -> None:
    wide = {f"key{at}": {"type": "integer", "minimum": at} for at in range(3_000)}
    (tmp_path / "s.json").write_text(json.dumps({"type": "object", "properties": wide}))
    words = [sys.executable, "-m", "hookcli", "generate", "--list", "--schema", "s.json"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert process.stderr is not None
    said = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert said.startswith("seed ")
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_an_interrupted_count_says_how_far_it_came(hookcli, person: Path, monkeypatch) -> None:
    def endless(*_: object, **__: object) -> Iterator[Sample]:
        yield from [Sample({}), Sample({})]
        raise KeyboardInterrupt

    monkeypatch.setattr("hookcli.cli.counts.generate", endless)
    ended = hookcli("generate", "--list", "--schema", person, "--seed", "1")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.splitlines()[0] == f"{person}: at least boundary 2; there may be more"


@pytest.mark.parametrize("command", [["generate"], ["generate", "--list"], ["send"], ["validate", "body.json"]])
def test_a_file_that_is_hardly_a_schema_is_said(hookcli, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "body.json").write_text("{}")
    profile = Path(__file__).resolve().parents[2] / "schemas" / "haptik" / "profile.json"
    ended = hookcli(*command, "--schema", profile)
    said = f"warning: {profile} has no JSON Schema keyword that refuses anything: everything is valid under it."
    assert ended.code == 0
    assert ended.err.splitlines().count(said) == 1


def test_a_schema_that_names_a_metaschema_of_its_own_is_read_and_told_of(hookcli, tmp_path) -> None:
    own = "https://acme.example/self-desc/1-0-0#"
    file = tmp_path / "s.json"
    file.write_text(
        json.dumps({"$schema": own, "type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]})
    )
    ended = hookcli("generate", "--schema", str(file), "--seed", "1")
    assert (ended.code, ended.out) == (0, '{"a":1}\n')
    assert ended.err == f"warning: {file} is read as draft 2020-12: its $schema, {own!r}, names no draft.\n"


@pytest.mark.parametrize("folder", ["out/", "there"])
def test_a_folder_gets_a_file_each(hookcli, tmp_path: Path, folder: str) -> None:
    (tmp_path / "there").mkdir()
    hookcli("generate", "--event", "message", "-n", "2", "--seed", "1", "-o", folder)
    assert sorted(path.name for path in (tmp_path / folder).iterdir()) == ["message-0001.json", "message-0002.json"]
    assert hookcli("validate", folder).code == 0


def test_a_folder_that_cannot_be_made_is_an_error(hookcli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert hookcli("generate", "--seed", "1", "-o", "file/x/").code == 3


@pytest.mark.parametrize("name", ["en_IN", "en-in"])
def test_the_default_locale_has_a_name(hookcli, name: str) -> None:
    words = ["generate", "--event", "message", "--seed", "1"]
    assert hookcli(*words, "--locale", name).out == hookcli(*words).out


@pytest.mark.parametrize("command", ["generate", "send"])
def test_a_locale_that_there_is_no_data_for_is_a_usage_error_that_lists_the_others(hookcli, command: str) -> None:
    ended = hookcli(command, "--locale", "xx_XX")
    assert (ended.code, ended.out) == (2, "")
    assert "'xx_XX' is no locale that there are data for: use one of en_IN, " in ended.err


def test_nothing_is_made_of_zero(hookcli) -> None:
    ended = hookcli("generate", "--seed", "1", "-n", "0")
    assert (ended.code, ended.out) == (0, "")


def test_pretty_payloads_can_be_read_by_people(hookcli) -> None:
    out = hookcli("generate", "--event", "message", "--seed", "1", "--pretty").out
    assert '\n  "version": "1.0",\n' in out


EDITS = [
    (["--set", "user.auth_id=u-1"], lambda payload: payload["user"]["auth_id"] == "u-1"),
    (["--set", "/user/auth_id=12"], lambda payload: payload["user"]["auth_id"] == 12),
    (["--set", "business_id=[1, {}]"], lambda payload: payload["business_id"] == [1, {}]),
    (["--set", 'version="2"'], lambda payload: payload["version"] == "2"),
    (["--set", "a.b.c=1"], lambda payload: payload["a"] == {"b": {"c": 1}}),
    (["--set", "list=[1,2]", "--set", "list.0=3", "--set", "list.-=4"], lambda payload: payload["list"] == [3, 2, 4]),
    (["--set", "x=null", "--set", "x.y=1"], lambda payload: payload["x"] == {"y": 1}),
    (["--set", "n=99999999999999999999"], lambda payload: payload["n"] == 99999999999999999999),
    (["--set", 's="\\ud800"'], lambda payload: payload["s"] == "\ud800"),
    (["--set", "/a~1b/c~0d=1"], lambda payload: payload["a/b"] == {"c~d": 1}),
    (["--unset", "user.auth_id"], lambda payload: "auth_id" not in payload["user"]),
    (["--unset", "nowhere.at.all"], lambda payload: "nowhere" not in payload),
    (["--unset", "message.body"], lambda payload: "body" not in payload["message"]),
]


@pytest.mark.parametrize(("words", "holds"), EDITS, ids=[" ".join(words) for words, _ in EDITS])
def test_edits(hookcli, words: list[str], holds) -> None:
    payload = json.loads(hookcli("generate", "--event", "message", "--seed", "1", *words).out)
    assert holds(payload)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "list=[1]", "--set", "list.5=1"], "has 1 items"),
        (["--set", "list=[1]", "--set", "list.x=1"], "has 1 items"),
        (["--set", "n=5", "--set", "n.a=1"], "a number has no keys"),
        (["--set", "b=true", "--set", "b.a=1"], "a boolean has no keys"),
    ],
)
def test_an_edit_without_a_place_says_why(hookcli, words: list[str], said: str) -> None:
    ended = hookcli("generate", "--event", "message", "--seed", "1", *words)
    assert ended.code == 3
    assert said in ended.err


def test_an_item_of_a_list_can_be_taken_out(hookcli, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"const": {"list": [1, 2, 3]}}')
    assert hookcli("generate", "--schema", "s.json", "--seed", "1", "--unset", "list.1").out == '{"list":[1,3]}\n'


def test_a_contradiction_in_a_schema_is_bad_input(hookcli, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(
        '{"type": "object", "required": ["a"], "properties": {"a": {"minimum": 3, "maximum": 1, "type": "number"}}}'
    )
    ended = hookcli("generate", "--schema", "s.json")
    assert ended.code == 3
    assert "/properties/a" in ended.err


def test_the_same_schema_elsewhere_gives_the_same_bytes(hookcli, tmp_path: Path) -> None:
    for name in ("a.json", "below/b.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}')
    words = ["--seed", "1", "-n", "5"]
    assert (
        hookcli("generate", "--schema", "a.json", *words).out
        == hookcli("generate", "--schema", "below/b.json", *words).out
    )


def test_an_output_that_cannot_be_written_is_an_error(hookcli) -> None:
    ended = hookcli("generate", "--seed", "1", "-o", "none/x.jsonl")
    assert ended.code == 3
    assert "cannot write there" in ended.err


def test_sign_and_verify_agree(hookcli, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-value")
    (tmp_path / "body").write_bytes(BODY)
    header = hookcli("sign", "body").out.strip()
    assert hookcli("verify", "body", header).code == 0
    assert hookcli("verify", "body", header.partition(": ")[2].upper().replace("SHA1", "sha1")).code == 0
    assert hookcli("verify", "-", header, stdin=BODY).code == 0
    assert hookcli("verify", "-", header, stdin=BODY.strip()).code == 1


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("sha1=" + "0" * 40, "changed after it was signed"),
        ("sha1=" + "0" * 39, "40 hexadecimal digits"),
        ("sha1=" + "x" * 40, "40 hexadecimal digits"),
        ("sha256=" + "0" * 64, "does not start with 'sha1='"),
    ],
)
def test_a_signature_that_is_not_genuine_says_why(hookcli, monkeypatch, signature: str, said: str) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-value")
    ended = hookcli("verify", "-", signature, stdin=BODY)
    assert ended.code == 1
    assert said in ended.out


@pytest.mark.parametrize("made", [["-"], ["-", "--signature-algorithm", "sha256"]])
def test_explain_finds_what_was_signed_instead(hookcli, monkeypatch, made: list[str]) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-value")
    header = hookcli("sign", *made, stdin=BODY + b"\n").out.strip()
    ended = hookcli("verify", "-", header, "--explain", stdin=BODY)
    assert ended.code == 1
    assert ended.out.startswith(f"not genuine: - ({len(BODY)} bytes)\n  why     It would be genuine but for ")
    assert "the body with a line end (LF) after it" in ended.out
    assert ("SHA256, not SHA1" in ended.out) is (len(made) > 1)
    assert "\n  remedy  " in ended.out


def test_a_genuine_signature_needs_no_explanation(hookcli, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-value")
    header = hookcli("sign", "-", stdin=BODY).out.strip()
    ended = hookcli("verify", "-", header, "--explain", stdin=BODY)
    assert (ended.code, ended.out) == (0, f"genuine: - ({len(BODY)} bytes)\n")


@pytest.mark.parametrize(
    "value", ["", "s3cr3t-value", "s3cr3t-value=00", "\x1b[31m=" + "0" * 40, "s3cr3t-value " + "0" * 40]
)
def test_an_explanation_shows_neither_the_secret_nor_what_commands_a_terminal(hookcli, monkeypatch, value: str) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-value")
    ended = hookcli("verify", "-", value, "--explain", stdin=BODY)
    assert ended.code == 1
    assert len(ended.out.splitlines()) == 3
    assert "s3cr3t-value" not in ended.out + ended.err
    assert "\x1b" not in ended.out


def test_another_header_is_a_usage_error(hookcli, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-value")
    assert hookcli("verify", "-", "X-Other: sha1=00", stdin=BODY).code == 2


@pytest.mark.parametrize("command", [["sign", "-"], ["verify", "-", "sha1=00"]])
def test_without_a_secret_there_is_nothing_to_do(hookcli, command: list[str]) -> None:
    ended = hookcli(*command, stdin=BODY)
    assert ended.code == 3
    assert "HOOKCLI_SECRET" in ended.err


def test_a_body_that_is_not_there_is_an_error(hookcli, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-value")
    assert hookcli("sign", "none").code == 3


def test_an_event_is_shown_with_a_sample_that_is_valid(hookcli) -> None:
    out = hookcli("events", "show", "message").out
    sample = out.partition("A sample:\n")[2].partition("\n\nIts schema")[0]
    assert hookcli("validate", "-", stdin=sample.encode()).code == 0
