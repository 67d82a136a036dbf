"""`hookcli schema report`, and that all of it is met by what the commands write; the other tests hold theirs against it."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import click
import jsonschema
import pytest
import report_schema
from arrivals import keep, received
from endpoints import refusing
from faulty import SECRET, shop
from listening import listening, signed

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.cli.main import cli
from hookcli.delivery.client import Client, Connection
from hookcli.delivery.failures import REASONS
from hookcli.differences import DriftKind, Promise
from hookcli.models import Change, CheckVerdict, Happening, Message, Signature, State, Verdict
from hookcli.reporting.report_schema import report_schema as published
from hookcli.reporting.statuses import KIND

ROOT = Path(__file__).resolve().parents[2]
HAPTIK = ROOT / "examples" / "haptik"
DEFS = published()["$defs"]


def commands(group: click.Group = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that is no group, under its whole name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        elif command is not None:
            yield f"{path}{name}", command


def formats(command: click.Command) -> set[str]:
    """Which of the JSON formats a command writes."""
    choices = [each.type for each in command.params if each.name == "format_name"]
    return {name for each in choices if isinstance(each, click.Choice) for name in each.choices} & {"json", "jsonl"}


# What is printed


@pytest.mark.parametrize("line", [False, True])
def test_it_is_a_schema_of_2020_12_by_a_name_of_its_own(hookcli, line: bool) -> None:
    ended = hookcli("schema", "report", *["--line"] * line)
    schema = json.loads(ended.out)
    assert (ended.code, ended.err, schema["$schema"]) == (0, "", "https://json-schema.org/draft/2020-12/schema")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith("report-line.json" if line else "report.json")
    assert schema["$ref"] == ("#/$defs/line" if line else "#/$defs/document")
    assert schema["$defs"] == DEFS


def test_hookcli_itself_judges_reports_by_it(hookcli, tmp_path: Path) -> None:
    hookcli("schema", "report", "-o", "report.schema.json")
    hookcli("schema", "report", "--line", "-o", "line.schema.json")
    hookcli("validate", HAPTIK, "--report", "json=report.json", "--report", "jsonl=report.jsonl")
    assert hookcli("validate", "report.json", "--schema", "report.schema.json").out == "1 payload: 1 valid\n"
    assert hookcli("validate", "report.jsonl", "--schema", "line.schema.json").out == "2 payloads: 2 valid\n"
    assert hookcli("validate", "report.jsonl", "--schema", "report.schema.json").code == 1
    (tmp_path / "bad.json").write_text((tmp_path / "report.json").read_text().replace('"invalid"', '"inwalid"'))
    assert hookcli("validate", "bad.json", "--schema", "report.schema.json").code == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["schema"], 2, "report  Print"),
        (["schema", "nonsense"], 2, "No such command 'nonsense'. Commands: report."),
        (["schema", "reports"], 2, "Did you mean 'report'?"),
        (["schema", "report", "validate"], 2, "unexpected extra argument"),
        (["schema", "report", "-o", "none/report.json"], 3, "none/report.json: cannot write there"),
        (["schema", "report", "-o", "."], 3, ".: cannot write there"),
        (["schema", "report", "-o", "/dev/full"], 3, "/dev/full: cannot write there"),
    ],
)
def test_what_is_no_schema_or_has_no_place_is_said(hookcli, words: list[str], code: int, said: str) -> None:
    ended = hookcli(*words)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


def test_whoever_stops_reading_is_no_error() -> None:
    words = [sys.executable, "-m", "hookcli", "schema", "report"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert (process.stderr.read(), process.wait(30)) == (b"", 141)
    process.stderr.close()


# What it says


PARTS = {f"{name}.{key}": part for name, each in DEFS.items() for key, part in each.get("properties", {}).items()}
"""Each key that an object has, with its schema."""


def target(schema: Any) -> Any:
    """The definition that a schema refers to, or itself."""
    return DEFS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def described(schema: Any) -> str:
    return str(schema.get("description") or target(schema).get("description", ""))


def is_nullable(schema: Any) -> bool:
    return '"null"' in json.dumps([target(schema).get("type"), target(schema).get("anyOf")])


def is_optional(place: str) -> bool:
    owner, _, key = place.partition(".")
    return key not in DEFS[owner]["required"]


def test_every_key_is_described() -> None:
    assert [place for place, schema in PARTS.items() if not described(schema).endswith(".")] == []
    amounts = {"count", "amount", "amount_or_null"}
    assert {name for name, schema in DEFS.items() if not described(schema).endswith(".")} == amounts


def test_units_are_said_where_a_key_has_one() -> None:
    said = {place: described(schema) for place, schema in PARTS.items()}
    assert [place for place, text in said.items() if place.endswith("_ms") and "illiseconds" not in text] == []
    assert [place for place, text in said.items() if place.endswith("_seconds") and "seconds" not in text.lower()] == []


def test_what_may_be_null_or_absent_says_when() -> None:
    said = {place: described(schema).lower() for place, schema in PARTS.items()}
    assert [place for place, part in PARTS.items() if is_nullable(part) and "null" not in said[place]] == []
    assert [place for place in PARTS if is_optional(place) and "absent" not in said[place]] == []


def test_every_object_says_which_keys_it_always_has() -> None:
    objects = [schema for schema in DEFS.values() if "properties" in schema]
    assert [schema for schema in objects if not set(schema["required"]) <= schema["properties"].keys()] == []
    assert len(objects) >= 20


def test_a_key_that_is_added_later_is_valid_and_one_that_is_missing_is_not() -> None:
    validator = jsonschema.Draft202012Validator(published())
    report = {"tool": {"name": "hookcli", "version": "0.1.0"}, "summary": {"captures": 0, "shown": 0}, "captures": []}
    report_schema.met("document", report)
    later = {**report, "added": 1, "tool": {**report["tool"], "added": 1}}
    assert validator.is_valid(later)
    with pytest.raises(AssertionError):
        report_schema.met("document", later)
    for key in report:
        assert not validator.is_valid({name: value for name, value in report.items() if name != key})
    with pytest.raises(AssertionError, match="another order"):
        report_schema.met("document", dict(reversed(report.items())))


def test_words_are_those_of_the_program() -> None:
    def words(place: str) -> set[str]:
        return set((PARTS.get(place) or DEFS[place])["enum"])

    assert words("verdict") == {each.value for each in Verdict}
    assert words("signature") == {each.value for each in Signature}
    assert words("check.verdict") == {each.value for each in CheckVerdict}
    assert words("delivery.change") == {each.value for each in Change}
    assert words("difference.kind") == {each.value for each in DriftKind}
    assert words("difference.promise") == {None, *(each.value for each in Promise)}
    assert words("moment.state") == {each.value for each in State}
    assert words("moment.what") == {each.value for each in Happening} - {Happening.SENT.value}
    assert {*DEFS["error_kind"]["examples"]} == {KIND, None, *(each.__name__ for each in REASONS)}


# What the commands write

FORMATS = {name: formats(command) for name, command in commands() if formats(command)}
BOTH = ("--report", "json=r.json", "--report", "jsonl=r.jsonl")
FAST = ("--time-scale", "36000", "--event", "message", "--seed", "1")
TOKEN = "t0ken-of-the-test"


class Runs:
    """Runs commands, and keeps what of the schema their reports meet, and which commands wrote them."""

    def __init__(self, hookcli: Any, folder: Path) -> None:
        self._hookcli = hookcli
        self.folder = folder
        self.met: set[str] = set()
        self.written: set[tuple[str, str]] = set()

    def __call__(self, name: str, *words: str | Path) -> None:
        """Run a command that has `--report`; its text goes to standard output."""
        self._hookcli(name, *words, *BOTH)
        self.take(name)

    def captures(self, name: str, *words: str) -> None:
        """Run a command on captures, in each format that it has."""
        for form in FORMATS[f"captures {name}"]:
            ended = self._hookcli("captures", name, *words, "--store", "kept.db", "--format", form)
            self.meet(f"captures {name}", form, ended.out)

    def take(self, name: str) -> None:
        """The reports in the files of `BOTH`."""
        for form in FORMATS[name]:
            self.meet(name, form, (self.folder / f"r.{form}").read_text("utf-8"))

    def meet(self, name: str, form: str, text: str) -> None:
        assert text.endswith("\n")
        self.written.add((name, form))
        for kind, value in report_schema.values(form, text):
            self.met |= {kind} | report_schema.met(kind, value)


@contextmanager
def answering() -> Iterator[str]:
    """The URL of an endpoint that answers with the status that a path names, and at /shop with some faults."""

    def answer(request: Request) -> Answer:
        return shop(request) if request.path == "/shop" else Answer(int(request.path.strip("/") or 200), b"")

    with Receiver(answer) as receiver:
        yield receiver.url


def judge(run: Runs) -> None:
    (run.folder / "odd.jsonl").write_bytes(b'{"event_name": "new"}\n{"event_name": "message"}\n{\n{}\n')
    run("validate", HAPTIK, "odd.jsonl", "kept.db", "--all", "--max-violations", "1")
    run("validate", "odd.jsonl", "--sample", "2", "--seed", "1")
    (run.folder / "many.jsonl").write_bytes(b'{"event_name": "message"}\n' * 99)
    run("validate", "many.jsonl", "-o", "/dev/full")


def drift(run: Runs) -> None:
    """Payloads of the same sender, before and after something of each kind has changed."""
    kept = [changed(at) for at in range(60)]
    (run.folder / "drifted.jsonl").write_text("".join(json.dumps(each) + "\n" for each in kept) + "{\n5\n", "utf-8")
    run("drift", "drifted.jsonl", "kept.db")
    (run.folder / "r.json").rename(run.folder / "baseline.json")
    run("drift", "drifted.jsonl", HAPTIK, "--baseline", "baseline.json")
    (run.folder / "many.json").write_text(json.dumps({**changed(0), **{f"key {at}": at for at in range(99)}}), "utf-8")
    run("drift", HAPTIK, "--sample", "2", "--seed", "1")
    run("drift", "many.json", "-o", "/dev/full")


def changed(at: int) -> dict[str, Any]:
    payload = json.loads((HAPTIK / "captured" / "webhook_conversation_complete.json").read_text("utf-8"))
    payload["timestamp"] = f"2026-11-01T10:00:{at:02d}.000Z"
    if at == 59:
        return {**payload, "event_name": "rated", "timestamp": None}
    if at > 30:
        del payload["data"]["chat_link"], payload["follow_up_details"]["send_to"]
        payload["business_id"], payload["user"]["new"], payload["user"]["auth_id"] = None, at, at
        payload["data"]["completion_type"], payload["agent"]["email"] = "timeout", "nobody"
    return payload


def send(run: Runs, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (run.folder / "plain.json").write_bytes(b"{}")
    run("send", "--set", "business_id=x", "--seed", "1")
    run("send", f"{url}500")
    run("send", url, "--file", "plain.json")
    run("send", f"{url}500", "-n", "99", "-o", "/dev/full")
    with refusing() as nowhere:
        run("send", nowhere)
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET)
    run("send")


def live(run: Runs, url: str) -> None:
    """A queue that expires; one that is released; a run that is over before a message is; one that cannot go on."""
    run("send", f"{url}503", "--lifecycle", *FAST, "-n", "3", "--every", "3000")
    with rescued() as (port, endpoint):
        run("sender", endpoint, *FAST, "-n", "9", "--every", "600", "--port", str(port))
    words = [sys.executable, "-m", "hookcli", "send", f"{url}503", "--lifecycle", "--event", "message", *BOTH]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    run.take("send")
    run("sender", f"{url}503", *FAST, "-n", "1", "--port", "0", "-o", "/dev/full")


@contextmanager
def rescued() -> Iterator[tuple[int, str]]:
    """The port for the sender's API, and an endpoint that calls it at the seventh attempt, and works from then on."""
    seen: list[bytes] = []
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]

    def enable() -> None:
        headers = (("Authorization", f"Bearer {TOKEN}"), ("client-id", "hookcli"), ("Content-Type", "application/json"))
        right = b'{"enabled": true, "business_id": 2876, "device_platform": 13}'
        with Client(Connection(deadline=5)) as client:
            while client.attempt(Message("", right, headers), f"http://127.0.0.1:{port}/v1.0/webhook/").status == 200:
                time.sleep(0.01)

    def answer(request: Request) -> Answer:
        seen.append(request.body)
        if seen.count(seen[0]) == 7 and request.body == seen[0]:
            Thread(target=enable, daemon=True).start()
            return Answer(503)
        return Answer(200 if seen.count(seen[0]) >= 7 else 503)

    with Receiver(answer) as receiver:
        yield port, receiver.url


def replay(run: Runs, url: str) -> None:
    for words in ([], ["--compare"]):
        run("replay", "--store", "kept.db", url, *words)
    run("replay", "--store", "kept.db", f"{url}500", "--compare")


@contextmanager
def uncountable(count: Path) -> Iterator[str]:
    """An endpoint whose effects are counted in a file, which breaks after the three messages by which they are met."""
    seen: list[Request] = []
    count.write_text("0")

    def answer(request: Request) -> Answer:
        seen.append(request)
        count.write_text(str(len(seen)) if len(seen) <= 3 else "broken")
        return Answer(200)

    with Receiver(answer) as receiver:
        yield receiver.url


def check(run: Runs, url: str) -> None:
    few = ("status.200", "unknown-event", "https", "event.message")
    only = ("--seed", "1", *(word for name in few for word in ("--only", name)))
    run("check", f"{url}shop", *only)
    with uncountable(run.folder / "effects") as endpoint:
        words = ("--seed", "1", "--only", "duplicate.same-bytes", "--event", "message")
        run("check", endpoint, *words, "--probe-cmd", f"cat {run.folder / 'effects'}")
    with refusing() as nowhere:
        run("check", nowhere, *only)


def listen(run: Runs, url: str, body: bytes) -> None:
    with listening(run.folder, *BOTH[2:], "--forward-to", url) as receiver:
        receiver.send(body)
        receiver.send(body)
        receiver.send(body, **signed(body, "wrong"))
        receiver.send(b"{")
        other = sqlite3.connect(receiver.store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        receiver.send(b"{}")
        other.close()
        receiver.end()
    run.take("listen")
    with listening(run.folder, *BOTH[2:], "-o", "/dev/full", "--until", "1") as receiver:
        receiver.send(body)
        receiver.wait()
    run.take("listen")


def captures(run: Runs) -> None:
    for number in "135":
        run.captures("show", number)
    for name in ("list", "export", "anonymise"):
        run.captures(name)


@pytest.mark.usefixtures("uncovered")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_all_of_it_is_met_by_what_the_commands_write(hookcli, monkeypatch, tmp_path: Path) -> None:
    run = Runs(hookcli, tmp_path)
    body = hookcli("generate", "--event", "message", "--seed", "1").out.rstrip("\n").encode()
    monkeypatch.setenv("HOOKCLI_TOKEN", TOKEN)
    with answering() as url:
        listen(run, url, body)
        keep(tmp_path / "kept.db", received())
        judge(run)
        drift(run)
        send(run, url, monkeypatch)
        live(run, url)
        replay(run, url)
        check(run, url)
    captures(run)
    assert sorted(report_schema.all_of_it() - run.met) == []
    assert {name: {form for each, form in run.written if each == name} for name in FORMATS} == FORMATS
