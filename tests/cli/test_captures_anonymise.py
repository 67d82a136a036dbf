"""`hookcli captures anonymise`: real traffic as test data that may be committed, on real stores."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from arrivals import arrival, keep, received

from hookcli.anonymising import TEST_SECRET
from hookcli.jsontext import dump
from hookcli.models import Json, Signature, Verdict
from hookcli.signing import SignatureScheme, is_genuine

KEY = "a key for pseudonyms in tests"


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HOOKCLI_SECRET", raising=False)
    monkeypatch.delenv("HOOKCLI_STORE", raising=False)
    monkeypatch.setenv("PSEUDONYM_KEY", KEY)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return keep(tmp_path / "captures.db", received())


def records(text: str) -> list[dict[str, Json]]:
    return [json.loads(line) for line in text.splitlines()]


def body(record: dict[str, Json]) -> bytes:
    return base64.b64decode(record["body_base64"])


def signature(record: dict[str, Json]) -> str | None:
    return dict(record["headers"]).get("X-Hub-Signature")


def test_captures_are_written_with_pseudonyms(hookcli, store: Path) -> None:
    ended = hookcli("captures", "anonymise", "--store", store)
    made = records(ended.out)
    assert (ended.code, [each["id"] for each in made]) == (3, [1, 2, 3, 4, 6])
    assert not any(
        word in ended.out or word.encode() in body(each) for each in made for word in ("PetPals", "29703365", "Host")
    )
    assert body(made[0]) == body(made[1])
    assert [each["verdict"] for each in made] == ["valid", "valid", "invalid", "valid", "unknown_event"]
    assert made[0]["received_at"] == "2025-11-27T00:00:01.500000Z"
    assert "warning: #5 is left out: not JSON" in ended.err
    assert "kept as it was: /version, /timestamp, /event_name" in ended.err
    assert "\n5 captures anonymised, 1 left out\n" in ended.err


def test_signatures_keep_their_verdict_under_the_test_secret(hookcli, store: Path) -> None:
    ended = hookcli("captures", "anonymise", "--store", store, "1", "3", "4", "6")
    made = records(ended.out)
    scheme = SignatureScheme()
    genuine = [signature(each) and is_genuine(body(each), signature(each), TEST_SECRET, scheme) for each in made]
    assert genuine == [True, True, False, None]
    assert [each["signature"] for each in made] == ["genuine", "genuine", "forged", "unchecked"]
    assert ended.code == 0
    assert "signed with hookcli-test-secret, a published secret for tests" in ended.err


def test_a_secret_of_ones_own_signs_and_its_risk_is_said(hookcli, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-of-ours")
    options = ("--signature-algorithm", "sha256", "--signature-prefix", "v=", "--secret-env", "HOOKCLI_SECRET")
    ended = hookcli("captures", "anonymise", "--store", store, "1", *options)
    made = records(ended.out)[0]
    assert is_genuine(
        body(made), signature(made) or "", b"s3cr3t-of-ours", SignatureScheme("X-Hub-Signature", "v=", "sha256")
    )
    assert "count as genuine" in ended.err
    assert "s3cr3t" not in ended.out + ended.err


def test_a_secret_that_happens_to_be_set_signs_nothing_that_is_to_be_shared(
    hookcli, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-of-ours")
    ended = hookcli("captures", "anonymise", "--store", store, "1")
    made = records(ended.out)[0]
    assert is_genuine(body(made), signature(made) or "", TEST_SECRET, SignatureScheme())
    assert "signed with hookcli-test-secret" in ended.err


def test_headers_and_path_tell_nothing(hookcli, tmp_path: Path) -> None:
    headers = (
        ("Host", "priya-laptop.local"), ("content-type", "application/json; charset=utf-8"), ("User-Agent", "Priya/1"),
        ("X-Forwarded-For", "49.36.1.2"), ("Cookie", "a=b"), ("X-Hub-Signature", "sha1=aa"),
    )  # fmt: skip
    path = keep(
        tmp_path / "one.db",
        [arrival(path="/hook/priya-77?token=s3cr3t&user=priya", headers=headers, endpoint="http://priya.local/")],
    )
    ended = hookcli("captures", "anonymise", "--store", path)
    made = records(ended.out)[0]
    assert [name for name, _ in made["headers"]] == ["Content-Type", "X-Hub-Signature"]
    assert made["path"].startswith("/hook/")
    assert made["path"].endswith("?token=&user=")
    assert "priya" not in json.dumps(made).lower()
    odd = arrival(headers=(("Content-Type", "text/priya sharma"),), method="PRIYA-77", signature=Signature.MISSING)
    made = records(hookcli("captures", "anonymise", "--store", keep(tmp_path / "two.db", [odd])).out)[0]
    assert (made["headers"], made["method"]) == ([], "POST")


def test_the_same_key_gives_the_same_and_another_or_none_another(hookcli, store: Path, tmp_path: Path) -> None:
    words = ("captures", "anonymise", "--store", store, "1-4")
    (tmp_path / "key").write_text(KEY + "\n")
    by_variable = hookcli(*words, "--key-env", "PSEUDONYM_KEY").out
    assert hookcli(*words, "--key-file", "key").out == by_variable
    assert hookcli(*words).out != hookcli(*words).out


def test_a_name_that_comes_later_is_known_in_an_earlier_text(hookcli, tmp_path: Path) -> None:
    bodies = [dump({"comment": "Ask Budi Santoso"}), dump({"user_name": "Budi Santoso"})]
    path = keep(tmp_path / "two.db", (arrival(number, body=each) for number, each in enumerate(bodies, 1)))
    first, second = (json.loads(body(each)) for each in records(hookcli("captures", "anonymise", "--store", path).out))
    assert first["comment"].endswith(f" {second['user_name']}")


def test_files_hold_a_payload_each(hookcli, store: Path, tmp_path: Path) -> None:
    ended = hookcli(
        "captures", "anonymise", "--store", store, "1-4", "--format", "files", "-o", "out", "--key-env", "PSEUDONYM_KEY"
    )
    names = ["000001-message.json", "000002-message.json"]
    assert (ended.code, ended.out) == (0, "")
    assert sorted(each.name for each in (tmp_path / "out").iterdir())[:2] == names
    lines = records(hookcli("captures", "anonymise", "--store", store, "1", "--key-env", "PSEUDONYM_KEY").out)
    assert (tmp_path / "out" / names[0]).read_bytes() == body(lines[0])


def test_validate_and_replay_read_the_result(hookcli, store: Path, tmp_path: Path) -> None:
    assert hookcli("captures", "anonymise", "--store", store, "1-3", "-o", "made.jsonl").code == 0
    made, before = (hookcli("validate", path, "--format", "jsonl", "--all").out for path in ("made.jsonl", store))
    verdicts, earlier = ([each.get("verdict") for each in records(text)] for text in (made, before))
    assert "invalid" in verdicts
    assert verdicts[:3] == earlier[:3]
    assert hookcli("replay", "--store", "made.jsonl", ":1/hook", "--dry-run").code == 0


def test_a_schema_of_ones_own_is_heeded(hookcli, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(json.dumps({"properties": {"code": {"pattern": "^(red|blue|green)$"}}}))
    path = keep(tmp_path / "one.db", [arrival(body=b'{"code":"red"}', event=None)])
    made = records(hookcli("captures", "anonymise", "--store", path, "--schema", "own.json").out)[0]
    assert json.loads(body(made))["code"] in ("blue", "green")


def test_what_cannot_stay_valid_or_broken_is_said(hookcli, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(
        json.dumps(
            {
                "propertyNames": {"not": {"pattern": "^[a-z.]+@example"}, "pattern": "^(priya@x.in|name)$"},
                "properties": {"name": {"not": {"const": "Priya"}}},
            }
        )
    )
    arrivals = [
        arrival(1, body=b'{"priya@x.in":"1"}', event=None),
        arrival(2, body=b'{"name":"Priya"}', verdict=Verdict.INVALID),
    ]
    ended = hookcli("captures", "anonymise", "--store", keep(tmp_path / "two.db", arrivals), "--schema", "own.json")
    assert ended.code == 3
    assert "warning: #1 is left out" in ended.err
    assert "warning: #2 is not broken as it was at /name" in ended.err
    assert "riya" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--key-env", "NONE_SUCH"], 3, "has no variable NONE_SUCH"),
        (["--key-env", "PSEUDONYM_KEY", "--key-file", "x"], 2, "give one of --key-env and --key-file"),
        (["--key-file", "none"], 3, "none"),
        (["--key-file", "short"], 3, "at least 16"),
        (["--format", "files"], 2, "wants a folder"),
        (["99"], 3, "has no capture 99"),
        (["-o", "none/such.jsonl"], 3, "cannot write there"),
    ],
)
def test_what_is_wrong_is_said(hookcli, store: Path, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    (tmp_path / "short").write_text("15 bytes of key")
    ended = hookcli("captures", "anonymise", "--store", store, *words)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
