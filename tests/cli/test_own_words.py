"""A secret that is also a word of the reports: what comes from outside is masked, hookcli's own words are not.

A mask in their place would break whoever goes by them, and tell the secret to whoever knows the reports.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from listening import listening, records, signed
from official import junit, sarif

from hookcli.capture.server import Answer, Receiver

ALL = tuple(word for name in ("json", "jsonl", "junit", "sarif") for word in ("--report", f"{name}=r.{name}"))
ASKED = ("status.200", "signature.missing", "https", "event.message")
CHECK = ("check", "{url}201", "--seed", "1", *(word for name in ASKED for word in ("--only", name)))
BUILT_IN = ("send", "--set", "business_id=x", "--seed", "1")
FAST = ("--time-scale", "36000", "--event", "message", "--seed", "1", "-n", "2", "--every", "3700")
KINDS = {"id", "verdict", "error_kind", "keyword", "signature", "what", "state", "ended", "name", "version"}


@pytest.fixture
def url() -> Iterator[str]:
    with Receiver(lambda request: Answer(int(request.path.strip("/")), b"")) as receiver:
        yield receiver.url


def own(value: Any) -> Any:
    """Of a report what programs go by: keys, numbers but for times, and the words of our own."""
    if isinstance(value, dict):
        return {
            key: each if key in KINDS else own(each)
            for key, each in value.items()
            if not key.endswith(("_ms", "_seconds"))
        }
    return [own(each) for each in value] if isinstance(value, list) else value if not isinstance(value, str) else ""


def told(folder: Path) -> tuple[Any, ...]:
    """What programs go by in each of the reports, which are whole and valid."""
    read = {file.suffix: file.read_text("utf-8") for file in folder.glob("r.*")}
    cases = [[(child.tag, child.get("type")) for child in case] for case in junit(read[".junit"])]
    rules = [result["ruleId"] for result in sarif(read[".sarif"])["results"]]
    return own(json.loads(read[".json"])), own(records(read[".jsonl"])), cases, rules


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize(
    ("command", "secrets"),
    [
        (BUILT_IN, ["genuine", "invalid", "delivered", "hookcli", "Status", "null"]),
        (CHECK, ["pass", "fail", "skip", "verdict", "signature.missing", "status"]),
        (("send", "{url}503", "--lifecycle", *FAST), ["given_up", "expired", "retrying", "state"]),
    ],
    ids=["send", "check", "lifecycle"],
)
def test_a_secret_that_is_a_word_of_ours_changes_none(hookcli, url, monkeypatch, tmp_path, command, secrets) -> None:
    def run(secret: str) -> tuple[Any, ...]:
        monkeypatch.setenv("HOOKCLI_SECRET", secret)
        hookcli(*[word.format(url=url) for word in command], *ALL)
        return told(tmp_path)

    plain = run("s3cr3t-value")
    assert [secret for secret in secrets if run(secret) != plain] == []


def test_what_comes_from_outside_is_masked_where_it_is_the_same_word(hookcli, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "invalid")
    (tmp_path / "a.json").write_bytes(b'{"event_name": "invalid"}')
    with Receiver(lambda request: Answer(500, b"it is invalid")) as receiver:
        hookcli("send", f"{receiver.url}invalid", "--file", "a.json", *ALL)
    (delivery,) = json.loads((tmp_path / "r.json").read_text())["deliveries"]
    assert (delivery["event"], delivery["url"].endswith("/[hidden]")) == ("[hidden]", True)
    assert [file.name for file in tmp_path.glob("r.*") if "invalid" in file.read_text()] == []


def test_a_receiver_masks_what_came_and_none_of_its_own_words(tmp_path: Path) -> None:
    year = str(datetime.now(timezone.utc).year)
    for secret in ("genuine", "POST", year):
        body = json.dumps({"event_name": secret}).encode()
        with listening(tmp_path, "--until", "1", "--format", "jsonl", secret=secret) as receiver:
            receiver.send(body, path=f"/{secret}", **signed(body, secret))
            message, end = records(receiver.wait()[1])
        assert (message["signature"], message["verdict"]) == ("genuine", "unknown_event")
        assert (message["event"], message["path"]) == ("[hidden]", "/[hidden]")
        assert message["received_at"].startswith(year)
        assert end["summary"]["fine"] == 1
