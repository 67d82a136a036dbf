"""`hookcli check`, against real receivers on loopback."""

from __future__ import annotations

import base64
import json
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from endpoints import refusing
from receivers import faulty
from receivers.server import Reply, Request, Server, serving
from receivers.sound import SECRET, Sound
from report_schema import hold

from hookcli.conformance import checks  # noqa: F401 (fills the table)
from hookcli.conformance.registry import CHECKS
from hookcli.redaction import MASK

pytestmark = pytest.mark.usefixtures("endpoint_proxy")


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET.decode())
    return SECRET.decode()


@pytest.fixture
def server(hookcli, secret: str) -> Iterator[Server]:
    """A sound receiver; the secret is in the environment."""
    with serving(Sound()) as server:
        yield server


def verdicts(ended) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in json.loads(ended.out)["checks"]}


FORMATS = ("text", "json", "jsonl", "junit", "sarif", "github", "markdown")


# What comes of it


def test_a_sound_endpoint_passes_everything(hookcli, server) -> None:
    ended = hookcli("check", server.url, "--probe-url", server.count_url)
    assert ended.code == 0
    assert ended.out.endswith(f"{len(CHECKS)} checks: {len(CHECKS) - 1} pass, 1 skip\n")


def test_a_fault_is_a_finding_with_evidence_remedy_and_a_line_that_reproduces_it(hookcli, secret) -> None:
    with serving(faulty.UnknownEvent(404)) as server:
        ended = hookcli("check", server.url, "--seed", "1", "--format", "json", "--only", "unknown-event")
    (found,) = json.loads(ended.out)["checks"]
    assert (ended.code, found["verdict"]) == (1, "fail")
    assert found["evidence"][0].startswith("hookcli_test_event with the keys of webhook_agent_chat_close: 404 after")
    assert "Answer an event_name that you do not know with 200" in found["remedy"]
    assert found["reproduce"].startswith(f"hookcli check {server.url} --only unknown-event --seed 1")


@pytest.mark.parametrize("only", ["signature.missing", "robust.*", "duplicate.same-bytes"])
def test_an_endpoint_that_accepts_nothing_is_never_fine(hookcli, secret, only: str) -> None:
    with serving(faulty.Answers(404)) as server:
        ended = hookcli("check", server.url, "--only", only, "--format", "json")
    assert ended.code == 3
    assert "no valid message is accepted, so that this says nothing" in ended.err
    assert "no valid message is accepted" in json.loads(ended.out)["reason"]


def test_the_line_that_reproduces_a_finding_finds_it_again(hookcli, secret) -> None:
    with serving(faulty.Answers(204)) as server:
        words = ["check", server.url, "--strict-200", "--event", "message", "--format", "json", "--only", "status.200"]
        again = json.loads(hookcli(*words).out)["checks"][0]["reproduce"]
        ended = hookcli(*shlex.split(again)[1:], "--format", "json")
    assert verdicts(ended) == {"status.200": "fail"}


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_an_endpoint_on_ipv6_alone_passes(hookcli, secret) -> None:
    with serving(Sound(), host="::1") as server:
        ended = hookcli("check", server.url, "--format", "json")
    assert (ended.code, json.loads(ended.out)["summary"]["fail"]) == (0, 0)
    assert server.url in json.loads(ended.out)["endpoint"]


def test_warnings_alone_are_no_finding(hookcli, secret) -> None:
    with serving(faulty.Answers(204)) as server:
        ended = hookcli("check", server.url, "--format", "json")
    assert ended.code == 0
    assert json.loads(ended.out)["summary"]["warn"] == 1


def test_results_come_in_the_order_of_the_table(hookcli, server) -> None:
    assert [*verdicts(hookcli("check", server.url, "--format", "json"))] == [*CHECKS]


def test_a_dead_endpoint_is_no_answer_and_one_line(hookcli, secret) -> None:
    with refusing() as url:
        ended = hookcli("-q", "check", url)
    assert ended.code == 4
    assert ended.err.startswith("error: nothing accepts connections at 127.0.0.1:")
    assert ended.err.count("\n") == 1
    assert "fail" not in ended.out


def test_an_endpoint_that_is_late_every_time_ends_soon(hookcli, secret) -> None:
    began = time.monotonic()
    with serving(faulty.Late(60)) as server:
        ended = hookcli("check", server.url, "--timeout", "0.3", "--format", "json")
    assert ended.code == 1
    assert time.monotonic() - began < 10
    assert verdicts(ended)["deadline"] == "fail"


def test_an_endpoint_that_dies_midway_is_an_error_of_what_comes_after(hookcli, secret) -> None:
    with serving(faulty.DiesOnGarbage()) as server:
        ended = hookcli("check", server.url, "--format", "json", "--only", "robust.*")
    assert ended.code == 4
    assert verdicts(ended) == {
        "robust.garbage": "fail", "robust.wrong-types": "error", "robust.not-json-type": "error", "robust.empty": "error",
    }  # fmt: skip


# Which are asked


def test_only_and_skip_take_ids_and_patterns(hookcli, server) -> None:
    ended = hookcli(
        "check", server.url, "--format", "json", "--only", "signature.*", "--only", "deadline", "--skip", "*.malformed"
    )
    signatures = [each for each in CHECKS if each.startswith("signature.") and each != "signature.malformed"]
    assert [*verdicts(ended)] == ["deadline", *signatures]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "signature.mising"], "Did you mean 'signature.missing'?"),
        (["--skip", "nothing-like-it"], "`hookcli check --list` shows them all"),
        (["--only", "burst", "--skip", "burst"], "no check is left"),
        (["--explain", "signature.*"], "there is no check 'signature.*'"),
        (["--event", "nothing"], "is no event of the contract"),
        (["--probe-url", "1/count", "--probe-cmd", "echo 1"], "exclude each other"),
        (["--bad-signature", "shrug"], "reject"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(hookcli, words: list[str], said: str) -> None:
    ended = hookcli("check", "1", *words)
    assert ended.code == 2
    assert said in ended.err


def test_the_url_is_needed(hookcli) -> None:
    assert hookcli("check").code == 2


def test_events_can_be_restricted(hookcli, server) -> None:
    ended = hookcli("check", server.url, "--event", "message", "--format", "json", "--only", "event.*")
    skipped = {each for each, verdict in verdicts(ended).items() if verdict == "skip"}
    assert ended.code == 0
    assert skipped == {each for each in CHECKS if each.startswith("event.")} - {"event.message"}


def test_the_list_has_every_check_with_its_question(hookcli) -> None:
    lines = hookcli("check", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == [*CHECKS]
    assert all(line.endswith(".") for line in lines)


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_is_explained(hookcli, check_id: str) -> None:
    ended = hookcli("check", "--explain", check_id)
    assert ended.code == 0
    assert ended.out.startswith(f"{check_id}\n\n")
    assert "The contract: " in ended.out


# Effects


def test_a_path_to_count_at_is_one_of_the_endpoint(hookcli, server) -> None:
    words = ["--probe-url", urlsplit(server.count_url).path, "--only", "duplicate.same-bytes"]
    ended = hookcli("check", server.url, *words)
    assert (ended.code, "1 pass" in ended.out) == (0, True)


def test_effects_are_counted_by_a_command(hookcli, secret, tmp_path: Path) -> None:
    class Writes(faulty.KnowsNothing):
        def effect(self, payload: object) -> None:
            with (tmp_path / "effects").open("a") as file:
                file.write("x")

    (tmp_path / "effects").touch()
    command = shlex.join([sys.executable, "-c", f"import os; print(os.path.getsize({str(tmp_path / 'effects')!r}))"])
    with serving(Writes()) as server:
        words = ["--probe-cmd", command, "--only", "duplicate.same-bytes", "--format", "json"]
        ended = hookcli("check", server.url, *words)
    (found,) = json.loads(ended.out)["checks"]
    assert (ended.code, found["verdict"]) == (1, "fail")
    assert "took effect 4 times" in found["message"]


@pytest.mark.parametrize(
    "words", [["--probe-cmd", "false"], ["--probe-cmd", ""], ["--probe-url", "1/count"], ["--probe-cmd", "echo many"]]
)
def test_a_probe_that_counts_nothing_is_bad_input_and_nothing_is_sent(hookcli, server, words: list[str]) -> None:
    ended = hookcli("check", server.url, *words)
    assert ended.code == 3
    assert "error: --probe-" in ended.err
    assert server.receiver.count == 0


def test_without_a_probe_what_needs_one_says_so(hookcli, server) -> None:
    results = json.loads(hookcli("check", server.url, "--format", "json", "--only", "duplicate.*").out)["checks"]
    assert [each["verdict"] for each in results] == ["skip"] * 3
    assert all("--probe-url or --probe-cmd" in each["message"] for each in results)


def test_a_probe_that_fails_midway_is_an_error_of_what_needs_it(hookcli, secret, tmp_path: Path) -> None:
    class Vanishes(Sound):
        def effect(self, payload: object) -> None:
            super().effect(payload)
            (tmp_path / "count").write_text(str(self.count) if self.count <= 5 else "broken")

    (tmp_path / "count").write_text("0")
    command = shlex.join([sys.executable, "-c", f"print(open({str(tmp_path / 'count')!r}).read())"])
    with serving(Vanishes()) as server:
        words = ["--probe-cmd", command, "--only", "signature.missing", "--only", "duplicate.same-bytes"]
        ended = hookcli("check", server.url, *words, "--format", "json")
    assert ended.code == 4
    assert verdicts(ended) == {"signature.missing": "pass", "duplicate.same-bytes": "error"}
    assert "'broken' is no whole number" in ended.out


# Edits, secrets, interruptions


def test_edits_and_headers_reach_the_endpoint(hookcli, secret) -> None:
    class Keeps(Sound):
        def reply(self, request: Request) -> Reply:
            payload = json.loads(request.body)
            kept.append((request.headers.get("X-Tenant"), payload["user"]["auth_id"], "business_name" in payload))
            return super().reply(request)

    kept: list[tuple[str | None, str, bool]] = []
    edits = ["--set", "user.auth_id=u1", "--unset", "business_name"]
    with serving(Keeps()) as server:
        hookcli("check", server.url, "--only", "new-keys", *edits, "--header", "X-Tenant: test")
    assert len(kept) > 20
    assert {*kept} == {("test", "u1", False)}


def test_an_edit_that_cannot_be_made_is_bad_input(hookcli, server) -> None:
    ended = hookcli("check", server.url, "--set", "version.major=1")
    assert ended.code == 3
    assert "--set version.major" in ended.err


NASTY = 'it\'s <so> "s3cr3t" & 100%\\n'
"""A secret that every format writes in another way."""

WORDS = ("--header", "Authorization: Bearer it's-tok-12345&<", "--header", 'X-Api-Key: "key-67890"')
PARTS = ("s3cr3t", "tok-12345", "key-67890", "letmein4", base64.b64encode(b"eve:letmein4").decode())
"""What is found of the secrets, however a shell, JSON, XML or a command of GitHub's quotes them."""


class Tells(Sound):
    """Refuses everything, and says all that it knows."""

    def __init__(self, *known: str) -> None:
        super().__init__()
        self._known = known

    def reply(self, request: Request) -> Reply:
        return Reply(500, " ".join([*self._known, *request.headers.values()]).encode("latin-1"))


@pytest.mark.parametrize(("password", "plain"), [("hunter2", "hunter2"), ("hun%27ter2", "hun'ter2")])
@pytest.mark.parametrize("format_name", FORMATS)
def test_no_secret_is_in_any_output(
    hookcli, monkeypatch, tmp_path: Path, format_name: str, password: str, plain: str
) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", NASTY)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    basic = base64.b64encode(f"bob:{plain}".encode()).decode()
    with serving(Tells(NASTY, plain, password, basic, *PARTS[-2:])) as server:
        url = server.url.replace("http://", f"http://bob:{password}@")
        probe = server.count_url.replace("http://", "http://eve:letmein4@")
        words = [*WORDS, "--probe-url", probe, "--seed", "1", "--report", f"{format_name}=report"]
        ended = hookcli("check", url, *words, "--format", format_name)
    written = {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()}
    everything = {"out": ended.out, "err": ended.err, **written}
    assert ended.code == 1
    assert written.keys() == {"report"} | ({"summary.md"} if format_name == "github" else set())
    assert MASK.strip("[]") in ended.out
    assert [(part, name) for part in (*PARTS, "ter2", basic) for name in everything if part in everything[name]] == []


@pytest.mark.parametrize("probe", ["http://bob:hunter2@127.0.0.1:1/count", "http://bob:hunter2@[::1/count"])
def test_the_password_of_a_probe_is_in_no_message(hookcli, server, probe: str) -> None:
    ended = hookcli("check", server.url, "--probe-url", probe)
    assert ended.code in (2, 3)
    assert "hunter2" not in ended.out + ended.err


def test_ctrl_c_ends_at_once_with_what_is_there(secret, tmp_path: Path) -> None:
    with serving(faulty.HangsOnGarbage(60)) as server:
        words = ["check", server.url, "--only", "event.*", "--only", "robust.*", "--seed", "1", "--timeout", "60"]
        process = subprocess.Popen(
            [sys.executable, "-m", "hookcli", *words, "--report", "json=report.json"],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert server.receiver.is_hanging.wait(20)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, err = process.communicate(timeout=30)
        elapsed = time.monotonic() - began
    hold(process.args, out, tmp_path)
    report = json.loads((tmp_path / "report.json").read_text())
    assert process.returncode == 130
    assert elapsed < 5
    assert (report["summary"]["checks"], report["summary"]["pass"], report["interrupted"]) == (7, 7, True)
    assert out.splitlines()[-1] == "7 checks: 7 pass, interrupted before the end"
    assert err.splitlines()[-1] == "error: interrupted."
    assert "Traceback" not in err
