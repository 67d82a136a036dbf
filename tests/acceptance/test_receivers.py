"""The receivers to start from: each is started as its README says, and passes every check with a probe."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from acceptance.console_blocks import ROOT, Step, at_port, environment, run, steps
from report_schema import hold_text

from hookcli.signing import SignatureScheme, sign

RECEIVERS = ROOT / "examples" / "receivers"
README = (RECEIVERS / "README.md").read_text("utf-8")
SECRET = "bark-twice"
SIGNATURE = SignatureScheme("X-Hub-Signature", "sha1=", "sha1")

OVER_HTTP, *IN_PROCESS = steps(RECEIVERS / "README.md")
STARTS = re.findall(r"^    ((?:uvicorn|waitress-serve|node) .*)$", README, re.MULTILINE)
NAMES = [re.search(r"\w+_receiver", command)[0] for command in STARTS]


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


@pytest.fixture(scope="session")
def express(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the receiver for Node, and Express beside it, as the README installs it."""
    folder = tmp_path_factory.mktemp("express")
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs node and npm")
    install = re.search(r"^    (npm install .*)$", README, re.MULTILINE)[1]
    quiet = [*shlex.split(install), "--no-audit", "--no-fund", "--fetch-retries=0"]
    try:
        ended = subprocess.run(quiet, cwd=folder, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        pytest.skip("npm cannot install Express within 120 s")
    if ended.returncode:
        pytest.skip(f"npm cannot install Express: {ended.stderr.strip()[:200]}")
    shutil.copy(RECEIVERS / "express_receiver.mjs", folder)
    return folder


@pytest.fixture(params=STARTS, ids=NAMES)
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """The port of a receiver that runs."""
    command: str = request.param
    folder = request.getfixturevalue("express") if command.startswith("node") else RECEIVERS
    with start(command, folder, tmp_path) as port:
        yield port


@contextmanager
def start(command: str, folder: Path, scratch: Path) -> Iterator[int]:
    port = free_port()
    env = environment(HAPTIK_SECRET=SECRET, HAPTIK_DB=str(scratch / "inbox.db"), PORT=str(port))
    words = shlex.split(at_port(command, port))
    with (scratch / "log").open("wb") as log:
        process = subprocess.Popen(words, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        await_port(port, process, scratch / "log")
        yield port
    finally:
        process.kill()
        process.wait()


def await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while not listens(port):
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < until, "nothing listens"
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(command: str, folder: Path = RECEIVERS, **extra: str) -> dict:
    """A line of the README, with a report for us in place of its last line."""
    line = command.replace(" | tail -n 1", " --format json")
    printed = run(line, folder, HAPTIK_SECRET=SECRET, **extra)
    hold_text("json", printed)
    return json.loads(printed)


def findings(report: dict) -> dict[str, str]:
    return {each["id"]: each["message"] for each in report["checks"] if each["verdict"] not in ("pass", "skip")}


def skipped(report: dict) -> set[str]:
    return {each["id"] for each in report["checks"] if each["verdict"] == "skip"}


def test_readme_starts_every_receiver() -> None:
    assert sorted(NAMES) == sorted(file.stem for file in RECEIVERS.glob("*_receiver.*"))
    assert f"HAPTIK_SECRET={SECRET}" in README


def test_receiver_passes_every_check_with_a_probe(receiver: int) -> None:
    report = ask(at_port(OVER_HTTP.command, receiver))
    assert findings(report) == {}
    assert skipped(report) == {"https"}
    assert summary(report) == OVER_HTTP.output.strip()


@pytest.mark.parametrize("step", IN_PROCESS, ids=str)
def test_receiver_passes_every_check_in_process(step: Step, tmp_path: Path) -> None:
    report = ask(step.command, HAPTIK_DB=str(tmp_path / "inbox.db"))
    assert findings(report) == {}
    assert skipped(report) == {"https", "duplicate.retried-after-timeout", "connection.reuse", "connection.close"}
    assert summary(report) == step.output.strip()


def summary(report: dict) -> str:
    counts = report["summary"]
    return f"{counts['checks']} checks: {counts['pass']} pass, {counts['skip']} skip"


def test_readme_shows_the_last_line_of_each_run(tmp_path: Path) -> None:
    step = IN_PROCESS[1]
    assert run(step.command, RECEIVERS, HAPTIK_SECRET=SECRET, HAPTIK_DB=str(tmp_path / "inbox.db")) == step.output


def post(port: int, body: bytes, signature: str | None = None) -> str:
    """The status of an answer, by curl's eyes."""
    signature = sign(body, SECRET.encode(), SIGNATURE) if signature is None else signature
    header = f"X-Hub-Signature: {signature}" if signature else "X-Nothing: 1"
    words = ["curl", "-sS", "-o", os.devnull, "-w", "%{http_code}", "--noproxy", "*", "-H", header]
    words += ["-H", "Content-Type: application/json", "--data-binary", "@-", f"http://127.0.0.1:{port}/"]
    return subprocess.run(words, input=body, capture_output=True, check=True).stdout.decode()


def counted(port: int) -> object:
    words = ["curl", "-sS", "--noproxy", "*", f"http://127.0.0.1:{port}/count"]
    count = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    return count["count"] if isinstance(count, dict) else count


def test_receiver_tells_forged_from_unreadable_from_known_messages(receiver: int) -> None:
    body = json.dumps({"event_name": "new", "text": "x" * 1_500_000}).encode()
    genuine = sign(body, SECRET.encode(), SIGNATURE)
    forged = ["", "sha1=", "sha1=é", genuine[:-1], genuine + "0", genuine.upper(), f"sha256={'0' * 64}"]
    assert {post(receiver, body, signature) for signature in forged} == {"401"}
    unreadable = [b"", b"[]", b"null", b"5", b'"text"', b"{", b"\xff{}", b'{"a":' * 5000 + b"1" + b"}" * 5000]
    assert {post(receiver, each) for each in unreadable[:-1]} == {"400"}
    assert post(receiver, unreadable[-1]) in ("200", "400")
    before = counted(receiver)
    assert [post(receiver, body), post(receiver, body)] == ["200", "200"]
    assert counted(receiver) == before + 1


@pytest.mark.parametrize("step", IN_PROCESS, ids=str)
def test_receiver_does_not_start_without_a_secret(step: Step) -> None:
    command = step.command.replace("--secret-env HAPTIK_SECRET | tail -n 1", "")
    assert "raised KeyError: 'HAPTIK_SECRET'" in run(f"env -u HAPTIK_SECRET {command}", RECEIVERS)


def test_receiver_for_node_does_not_start_without_a_secret(express: Path) -> None:
    assert "set HAPTIK_SECRET" in run("env -u HAPTIK_SECRET node express_receiver.mjs", express)
