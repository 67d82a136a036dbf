"""`hookcli sender` and `hookcli send --lifecycle`, against real endpoints on loopback; an hour is a tenth of a second."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from report_schema import hold_text

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.delivery.client import Client, Connection
from hookcli.models import Message

ATTEMPTS = [0, 5, 30, 155, 780, 2190, 3600]
TOKEN = "t0ken-of-the-test"
RIGHT = b'{"enabled": true, "business_id": 2876, "device_platform": 13}'
FAST = ("--time-scale", "36000", "--seed", "1", "--event", "message")


class Endpoint:
    """Answers 503 until it is up; keeps what arrives."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.is_up = False
        self.next_is_up = False
        self.on_request: Callable[[Endpoint], None] = lambda _: None

    def respond(self, request: Request) -> Answer:
        is_up = self.is_up or self.next_is_up
        self.requests.append(request)
        self.on_request(self)
        return Answer(200 if self.is_up or is_up else 503)


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
def url(endpoint: Endpoint) -> Iterator[str]:
    with Receiver(endpoint.respond) as receiver:
        yield receiver.url


@pytest.fixture
def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def enable(port: int, token: str = TOKEN, client_id: str = "hookcli") -> int | None:
    """Calls the sender's API, as a receiver's code would."""
    headers = (("Authorization", f"Bearer {token}"), ("client-id", client_id), ("Content-Type", "application/json"))
    with Client(Connection(deadline=5)) as client:
        return client.attempt(Message("", RIGHT, headers), f"http://127.0.0.1:{port}/v1.0/webhook/").status


def moments(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()[:-1]]


def summary(out: str) -> dict:
    return json.loads(out.splitlines()[-1])["summary"]


# send --retry


def test_retry_tells_number_time_and_outcome_of_each_attempt(hookcli, url) -> None:
    ended = hookcli("send", url, "--retry", *FAST, "--format", "json")
    (delivery,) = json.loads(ended.out)["deliveries"]
    assert [(each["number"], each["at_seconds"], each["status"]) for each in delivery["attempts"]] == [
        (number, at, 503) for number, at in enumerate(ATTEMPTS, start=1)
    ]
    assert "attempt 3 of 7, 30 s after the first: [503]; the next attempt is in 0.0035 s (125 s of" in ended.err
    assert ended.code == 1


def test_retry_says_the_same_to_a_person(hookcli, url) -> None:
    out = hookcli("send", url, "--retry", *FAST).out
    for number, at in list(enumerate(ATTEMPTS, start=1))[1:]:
        assert re.search(rf"<-- #{number} of 7 \[503\] POST {url}  {at:,} s after the first  [\d.]+ ms\n", out)


def test_a_slow_endpoint_does_not_disturb_the_schedule(hookcli, endpoint, url) -> None:
    """An answer after 20 ms would be 720 s of the sender's time, were it scaled as the waits are."""
    endpoint.on_request = lambda _: time.sleep(0.02)
    ended = hookcli("send", url, "--retry", *FAST, "--format", "json")
    assert [each["at_seconds"] for each in json.loads(ended.out)["deliveries"][0]["attempts"]] == ATTEMPTS


# The whole life


def test_the_whole_life_without_a_rescue(hookcli, endpoint, url) -> None:
    began = time.perf_counter()
    ended = hookcli("send", url, "--lifecycle", *FAST, "-n", "8", "--every", "600", "--format", "jsonl")
    told = moments(ended.out)
    first = [each for each in told if each["message"] == 1]
    assert [(each["attempt"], each["since_first_seconds"], each["status"]) for each in first] == [
        (number, at, 503) for number, at in enumerate(ATTEMPTS, start=1)
    ]
    assert [each["what"] for each in first] == ["failed"] * 6 + ["given_up"]
    (disabled,) = [each for each in told if each["what"] == "disabled"]
    assert disabled["state"] == "disabled"
    assert 3600 <= disabled["at_seconds"] < 3660
    # the last new event is due at 4,200 s, and queues until 7,800 s
    (last,) = [each for each in told if each["what"] == "expired" and each["message"] == 8]
    assert last["at_seconds"] == 7800
    assert (last["status"], last["attempt"], last["waiting"]) == (None, None, 0)
    assert summary(ended.out) == {"messages": 8, "delivered": 0, "given_up": 1, "expired": 7, "left": 0}
    assert ended.code == 1
    assert time.perf_counter() - began < 15


def test_enabled_again_the_queue_goes_out_in_a_burst(hookcli, endpoint, url, free_port, monkeypatch) -> None:
    """The endpoint is down for an hour; then it comes up and calls the sender's API, as its operator's code would."""
    statuses: list[int | None] = []
    over = Event()

    def call_until_it_is_over() -> None:
        while not over.wait(0.01):
            statuses.append(enable(free_port))

    def rescue(self: Endpoint) -> None:
        bodies = [request.body for request in self.requests]
        if bodies.count(bodies[0]) == 7 and not statuses:
            self.next_is_up = True  # the seventh attempt still fails
            Thread(target=call_until_it_is_over, daemon=True).start()

    endpoint.on_request = rescue
    monkeypatch.setenv("HOOKCLI_TOKEN", TOKEN)
    words = ["--time-scale", "7200", "-n", "20", "--every", "300", "--port", str(free_port), "--format", "jsonl"]
    ended = hookcli("sender", url, *FAST, *words)
    over.set()
    told = moments(ended.out)
    (enabled,) = [each for each in told if each["what"] == "enabled"]
    queued = {each["message"] for each in told if each["what"] == "queued"}
    assert set(statuses) <= {200, None}  # None: it had ended by then
    assert enabled["released"] == len(queued) >= 10
    assert [each["message"] for each in told if each["what"] == "given_up"] == [1]
    assert summary(ended.out) == {"messages": 20, "delivered": 19, "given_up": 1, "expired": 0, "left": 0}
    soon = [each for each in told if each["what"] == "delivered" and each["at_seconds"] < enabled["at_seconds"] + 60]
    assert queued <= {each["message"] for each in soon}
    assert "POST /v1.0/webhook/  [200] enabled" in ended.err
    assert ended.code == 1


def test_all_delivered_is_0(hookcli, endpoint, url) -> None:
    endpoint.is_up = True
    ended = hookcli("sender", url, *FAST, "-n", "3", "--every", "60", "--port", "0")
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "3 messages: 3 delivered"
    assert re.search(
        r"^     120 s  #3 message  attempt 1 of 7  \[200\]  [\d.]+ ms  delivered$", ended.out, re.MULTILINE
    )


def test_nobody_there_at_the_end_is_4(hookcli) -> None:
    ended = hookcli("sender", "1", *FAST, "-n", "1", "--port", "0")
    assert ended.code == 4
    assert "nothing accepts connections at 127.0.0.1:1" in ended.out
    assert re.search(r"3,600(\.\d)? s  the webhook is disabled", ended.out)


def test_the_reason_is_said_when_it_is_new(hookcli, url) -> None:
    out = hookcli("send", url, "--lifecycle", *FAST).out
    assert out.count("the endpoint failed: see its log") == 1
    assert "attempt 7 of 7, 3,600 s after the first  [503]" in out


def test_the_events_take_turns(hookcli, endpoint, url) -> None:
    endpoint.is_up = True
    words = ["--event", "message", "--event", "chat_pinned", "-n", "2", "--every", "60", "--time-scale", "36000"]
    hookcli("sender", url, *words, "--port", "0", "--concurrency", "1")
    names = [json.loads(request.body)["event_name"] for request in endpoint.requests]
    assert names == ["message", "chat_pinned", "message", "chat_pinned"]


def test_what_is_generated_is_what_is_sent(hookcli, endpoint, url) -> None:
    endpoint.is_up = True
    hookcli("sender", url, *FAST, "-n", "2", "--every", "60", "--port", "0", "--set", "user.auth_id=u1")
    printed = hookcli("generate", "--event", "message", "--seed", "1", "-n", "2", "--set", "user.auth_id=u1").out
    assert b"\n".join(request.body for request in endpoint.requests) + b"\n" == printed.encode()


def test_files_live_too(hookcli, endpoint, url, tmp_path: Path) -> None:
    endpoint.is_up = True
    (tmp_path / "a.json").write_bytes(b'{ "event_name": "paid" }')
    ended = hookcli("send", url, "--file", "a.json", "--lifecycle", "--time-scale", "7200")
    assert "#1 paid" in ended.out
    assert endpoint.requests[0].body == b'{ "event_name": "paid" }'


def test_a_profile_has_a_schedule_a_queue_and_a_path_of_its_own(hookcli, url, free_port, tmp_path: Path) -> None:
    profile = json.loads((Path(__file__).resolve().parents[2] / "schemas/haptik/profile.json").read_text("utf-8"))
    profile |= {"retry": {"delays_seconds": [60]}, "queue_seconds": 90, "enable": {"path": "/hooks/enable"}}
    (tmp_path / "mine.json").write_text(json.dumps(profile))
    words = ["--profile", "mine.json", "-n", "2", "--every", "100", "--port", str(free_port), "--format", "jsonl"]
    ended = hookcli("sender", url, *FAST, *words)
    assert [(each["what"], each["message"]) for each in moments(ended.out)] == [
        ("failed", 1), ("given_up", 1), ("disabled", None), ("queued", 2), ("expired", 2),
    ]  # fmt: skip
    assert moments(ended.out)[-1]["at_seconds"] == 190
    assert f"http://127.0.0.1:{free_port}/hooks/enable" in ended.err


# Reports


def test_other_formats_report_each_message_as_send_does(hookcli, url, tmp_path: Path) -> None:
    words = ["-n", "2", "--every", "3700", "--report", "junit=j.xml", "--format", "json"]
    report = json.loads(hookcli("send", url, "--lifecycle", *FAST, *words).out)
    given_up, expired = report["deliveries"]
    assert (given_up["ended"], len(given_up["attempts"])) == ("given_up", 7)
    assert (expired["ended"], expired["attempts"], expired["delivered"]) == ("expired", [], False)
    assert report["summary"] == {"deliveries": 2, "delivered": 0, "failed": 2, "unreachable": 0}
    cases = ET.fromstring((tmp_path / "j.xml").read_text()).findall(".//testcase/failure")
    assert "attempt 7, 3,600 s after the first" in cases[0].text
    assert "expired: it waited for too long" in cases[1].get("message")


@pytest.mark.parametrize(
    ("words", "title"),
    [(["sender", "--port", "0", "-n", "1"], "hookcli sender"), (["send", "--lifecycle"], "hookcli send"),
     (["send", "--retry"], "hookcli send")],
)  # fmt: skip
def test_a_report_is_called_as_the_command_that_ran(hookcli, url, tmp_path: Path, words: list[str], title: str) -> None:
    reports = [word for name in ("junit", "markdown", "github") for word in ("--report", f"{name}={name}")]
    hookcli(words[0], url, *words[1:], *FAST, *reports)
    assert ET.fromstring((tmp_path / "junit").read_text()).find(".//testsuite").get("name") == title
    assert (tmp_path / "markdown").read_text().startswith(f"### {title}\n")
    assert (tmp_path / "github").read_text().startswith(f"::error title={title}%3A ")


def test_a_report_of_moments_grows_and_any_other_comes_whole(hookcli, endpoint, url, tmp_path: Path) -> None:
    life, report = tmp_path / "life.jsonl", tmp_path / "life.xml"
    seen = []
    endpoint.on_request = lambda _: seen.append((life.exists() and life.read_text(), report.exists()))
    hookcli("send", url, "--lifecycle", *FAST, "--format", "jsonl", "-o", str(life), "--report", f"junit={report}")
    assert [(text or "").count("\n") for text, _ in seen] == list(range(7))
    assert {there for _, there in seen} == {False}
    assert report.exists()


def test_every_moment_has_the_same_keys(hookcli, url) -> None:
    ended = hookcli("send", url, "--lifecycle", *FAST, "-n", "2", "--every", "3700", "--format", "jsonl")
    assert {tuple(each) for each in moments(ended.out)} == {(
        "at_seconds", "what", "state", "waiting", "message", "event", "attempt", "since_first_seconds", "status",
        "elapsed_ms", "error", "error_kind", "until_seconds", "released",
    )}  # fmt: skip


# Who may enable it


def test_a_token_of_ones_own_is_in_no_output(hookcli, endpoint, url, free_port, monkeypatch) -> None:
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    endpoint.is_up = True
    wrong, done = [], Event()

    def call(_: Endpoint) -> None:
        if not wrong:
            wrong.extend(
                [enable(free_port, "wrong"), enable(free_port, TOKEN, "wrong"), enable(free_port, TOKEN, "shop")]
            )
            done.set()
        done.wait(5)

    endpoint.on_request = call
    words = ["--token-env", "MY_TOKEN", "--client-id", "shop", "-n", "1", "--port", str(free_port)]
    ended = hookcli("sender", f"{url}?t={TOKEN}", *FAST, *words, "--header", f"X-Debug: {TOKEN}")
    assert wrong == [401, 401, 200]
    assert TOKEN not in ended.out + ended.err
    assert '-H "Authorization: Bearer $MY_TOKEN"' in ended.err
    assert "POST /v1.0/webhook/  [401] the token is not the right one" in ended.err


def test_a_token_from_a_file(hookcli, endpoint, url, free_port, tmp_path: Path) -> None:
    (tmp_path / "my token").write_text(TOKEN + "\n")
    endpoint.is_up = True
    statuses: list[int | None] = []
    endpoint.on_request = lambda _: statuses.append(enable(free_port))
    ended = hookcli("sender", url, *FAST, "-n", "1", "--token-file", "my token", "--port", str(free_port))
    assert statuses == [200]
    assert TOKEN not in ended.out + ended.err
    assert "Bearer $(cat 'my token')" in ended.err


def test_the_line_that_is_shown_for_a_token_of_the_run_works(hookcli, endpoint, url, free_port, monkeypatch) -> None:
    endpoint.is_up = True
    said = []

    def call(_: Endpoint) -> None:
        line = re.search(r"enable with: (.*)", sys.stderr.buffer.getvalue().decode())[1]  # type: ignore[attr-defined]
        if not said:
            said.append(subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=10).stdout)

    endpoint.on_request = call
    ended = hookcli("sender", url, *FAST, "-n", "1", "--port", str(free_port))
    assert ended.code == 0
    assert json.loads(said[0]) == {"enabled": True, "business_id": 1, "device_platform": 13}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["sender"], 2, "Missing argument 'URL'"),
        (["sender", "1", "--token-env", "A", "--token-file", "b"], 2, "give one of"),
        (["sender", "1", "--token-env", "NOT_SET"], 3, "NOT_SET"),
        (["sender", "1", "--token-file", "none"], 3, "none"),
        (["sender", "1", "--token-file", "spaces"], 3, "white space"),
        (["sender", "1", "--token-file", "bytes"], 3, "cannot carry"),
        (["sender", "1", "--every", "0"], 2, "above 0"),
        (["sender", "1", "--event", "nope"], 3, "nope"),
        (["sender", "1", "--report", "json=none/x"], 3, "none/x"),
        (["send", "--lifecycle"], 2, "--lifecycle needs a URL"),
        (["send", "1", "--lifecycle", "--dry-run"], 2, "--lifecycle needs a URL"),
        (["send", "1", "--every", "5"], 2, "--every goes with --lifecycle"),
    ],
)
def test_what_makes_no_sense_is_said(hookcli, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    (tmp_path / "spaces").write_text("a b")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    ended = hookcli(*words)
    assert ended.code == code
    assert said in ended.err


def test_an_empty_token_is_an_error_and_not_a_new_one(hookcli, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_TOKEN", "")
    assert hookcli("sender", "1").code == 3


def test_a_port_that_is_taken_is_4(hookcli, url) -> None:
    ended = hookcli("sender", url, *FAST, "--port", url.rstrip("/").rpartition(":")[2])
    assert ended.code == 4
    assert "--port" in ended.err


# Its end


def ended_by(number: signal.Signals, *words: str) -> tuple[int, str, str]:
    """A command that gets a signal once it has said something on standard output, a pipe."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HOOKCLI_", "PYTHONUNBUFFERED"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "hookcli", *words, "--format", "jsonl"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean,
    )  # fmt: skip
    first = process.stdout.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    hold_text("jsonl", first + out)
    return process.returncode, first + out, err


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_sender_ends_with_a_signal_and_a_summary(url, number: signal.Signals) -> None:
    code, out, err = ended_by(number, "sender", url, "--event", "message", "--seed", "1", "--port", "0")
    assert code == 0
    assert summary(out) == {"messages": 1, "delivered": 0, "given_up": 0, "expired": 0, "left": 1}
    assert "Traceback" not in err


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_send_that_is_interrupted_is_130_and_has_a_summary(url, number: signal.Signals) -> None:
    code, out, err = ended_by(number, "send", url, "--lifecycle", "--event", "message", "--seed", "1")
    assert code == 130
    assert json.loads(out.splitlines()[-1])["interrupted"] is True
    assert summary(out)["left"] == 1
    assert "Traceback" not in err


def test_quiet_says_nothing_but_the_result(hookcli, endpoint, url) -> None:
    endpoint.is_up = True
    assert hookcli("-q", "sender", url, *FAST, "-n", "1", "--port", "0").err == ""


def test_the_curl_line_is_one_for_sh(hookcli, endpoint, url) -> None:
    endpoint.is_up = True
    err = hookcli("sender", url, *FAST, "-n", "1", "--port", "0", "--client-id", "a 'b'").err
    words = shlex.split(re.search(r"enable with: (.*)", err)[1])
    assert "client-id: a 'b'" in words
