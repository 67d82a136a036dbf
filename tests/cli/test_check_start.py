"""`hookcli check --start` and `--wait`: an endpoint that runs while it is asked, and the wait until it answers."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from endpoints import OK, Endpoint, Visit, unused_port
from official import junit
from receivers.server import serving
from receivers.sound import SECRET, Sound

pytestmark = pytest.mark.skipif(os.name != "posix", reason="looks for processes by their group")

ENDPOINT = """
import os, signal, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Endpoint(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(405)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        print("what came was signed with", os.environ["HOOKCLI_SECRET"], flush=True)
        self.send_response(int(sys.argv[2]))
        self.end_headers()

    def log_message(self, *words):
        pass

print("it says this first", flush=True)
{before}
open("group", "w").write(str(os.getpgid(0)))
HTTPServer(("127.0.0.1", int(sys.argv[1])), Endpoint).serve_forever()
"""

ASKED = ("--event", "message", "--only", "event.message")


@pytest.fixture(autouse=True)
def secret(hookcli, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET.decode())
    return SECRET.decode()


@pytest.fixture
def port() -> int:
    return unused_port()


def command(port: int, status: int = 200, before: str = "") -> str:
    Path("endpoint.py").write_text(ENDPOINT.format(before=before), "utf-8")
    return shlex.join([sys.executable, "endpoint.py", str(port), str(status)])


def is_gone() -> bool:
    """Whether nothing runs in the group of the endpoint any more; who is dead is in it until somebody has looked."""
    group, end = int(Path("group").read_text("utf-8")), time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_what_is_started_is_asked_and_ended(hookcli, port) -> None:
    ended = hookcli("check", f"{port}/hook", *ASKED, "--start", command(port, before="time.sleep(0.3)"))
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "1 check: 1 pass")
    assert "it says this first" not in ended.err
    assert is_gone()


def test_a_finding_comes_with_what_the_endpoint_wrote_and_no_secret(hookcli, port, secret) -> None:
    ended = hookcli("check", f"{port}/hook", *ASKED, "--seed", "1", "--start", command(port, 500))
    assert ended.code == 1
    assert "wrote last:\n  it says this first\n  what came was signed with [hidden]\n" in ended.err
    assert secret not in ended.out + ended.err
    line = next(line for line in ended.out.splitlines() if line.split()[:1] == ["again"])
    assert shlex.join(["--start", command(port, 500)]) in line


def test_what_has_started_others_is_ended_with_them(hookcli, port) -> None:
    worker = "worker = os.fork()\nif worker: os.waitpid(worker, 0)"
    assert hookcli("check", str(port), *ASKED, "--start", command(port, before=worker)).code == 0
    assert is_gone()


def test_what_does_not_care_for_a_friendly_word_is_killed(hookcli, port, monkeypatch) -> None:
    monkeypatch.setattr("hookcli.cli.starting._FAREWELL", 0.1)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    assert hookcli("check", str(port), *ASKED, "--start", command(port, before=deaf)).code == 0
    assert is_gone()


def test_what_ends_before_it_answers_is_told_with_what_it_wrote(hookcli, port) -> None:
    words = ["--start", command(port, before="sys.exit('no such table')"), "--report", "junit=report.xml"]
    ended = hookcli("check", str(port), *ASKED, *words)
    assert (ended.code, ended.out) == (4, "")
    assert "had answered." in junit(Path("report.xml").read_text("utf-8")).find(".//error").attrib["message"]
    assert "wrote last:\n  it says this first\n  no such table\n" in ended.err
    assert ended.err.endswith(f" ended with 1, before http://127.0.0.1:{port} had answered.\n")


def test_what_never_answers_is_waited_for_no_longer_than_was_said(hookcli, port) -> None:
    words = ["--start", command(port, before="time.sleep(60)"), "--wait", "0.5"]
    before = time.monotonic()
    ended = hookcli("check", f"{port}/hook", *ASKED, *words)
    assert time.monotonic() - before < 10
    assert ended.code == 4
    assert f"error: http://127.0.0.1:{port}/hook: no answer within 0.5 s; the last time, " in ended.err


def test_what_crashes_while_it_is_asked_is_told_with_what_it_wrote(hookcli, port) -> None:
    crashes = command(port, before="Endpoint.do_POST = lambda self: os.kill(os.getpid(), signal.SIGKILL)")
    ended = hookcli("check", f"{port}/hook", *ASKED, "--start", crashes)
    assert ended.code in (1, 4)
    assert "wrote last:\n  it says this first\n" in ended.err
    assert f"--start: {crashes} was ended by SIGKILL while the endpoint was asked." in ended.err


def test_what_goes_on_in_the_background_is_warned_of(hookcli, port) -> None:
    listens = "ready = HTTPServer(('127.0.0.1', int(sys.argv[1])), Endpoint)\nif os.fork(): os._exit(0)"
    daemon = f"{listens}\nopen('group', 'w').write(str(os.getpgid(0)))\nready.serve_forever()"
    ended = hookcli("check", str(port), *ASKED, "--start", command(port, before=daemon))
    assert ended.code == 0
    assert "ended with 0 while the endpoint was asked. What it has put into the background may run on" in ended.err
    assert is_gone()


def test_of_what_is_written_no_part_of_a_secret_is_shown(hookcli, port, secret) -> None:
    long = f"print({secret!r} + 'y' * {10_000 - len(secret) // 2}, flush=True); sys.exit(1)"
    ended = hookcli("check", str(port), *ASKED, "--start", command(port, before=long))
    assert "yyyy" in ended.err
    assert secret[-4:] not in ended.err


def test_what_listens_at_the_other_loopback_address_is_named(hookcli) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listening:
        port = listening.getsockname()[1]
        ended = hookcli("check", str(port), *ASKED, "--wait", "0.1")
    assert ended.code == 4
    assert f"Something listens at [::1], port {port}: ask that." in ended.err


def test_what_is_named_for_all_runs_gives_way(hookcli, port, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_CHECK_START", command(port))
    Path("hookcli.toml").write_text("[check]\nwait = 5\nwsgi = 'shop:app'\n", "utf-8")
    Path("shop.py").write_text("def app(_, start):\n    start('200 OK', [])\n    return [b'']\n", "utf-8")
    for given in (["--wsgi", "shop:app"], ["/hook"], ["/hook", "--start", ""]):
        assert hookcli("check", *given, *ASKED).code == 0
        assert not Path("group").exists()
    with serving(Sound()) as server:
        assert hookcli("check", server.url, *ASKED, "--start", "").code == 0
    assert hookcli("check", f"{port}/hook", *ASKED).code == 0
    assert is_gone()


def test_what_listens_already_is_not_taken_for_what_is_started(hookcli, port) -> None:
    with serving(Sound()) as server:
        ended = hookcli("check", server.url, *ASKED, "--start", command(port))
    assert (ended.code, ended.out) == (3, "")
    assert f"--start: something answers at {server.url} already" in ended.err
    assert not Path("group").exists()


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["8000", "--start", ""], 2, "--start is empty"),
        (["8000", "--start", "'"], 2, "--start: No closing quotation"),
        (["8000", "--start", "no-such-program -p 8000"], 3, "no-such-program cannot be started: No such file"),
        (
            ["8000", "--start", "PORT=8000 flask run"],
            3,
            "It is run without a shell; for a variable, write env before it.",
        ),
        (["8000", "--start", "true"], 4, "has to stay in the foreground here."),
        (["8000", "--start", "false && true"], 4, "which '&&' would take: sh -c '...'."),
        (["8000", "--start", "a\0b"], 3, "cannot be started: embedded null byte"),
        (["--asgi", "shop:app", "--start", "true"], 2, "--start and --wait go with a URL"),
        (["--wsgi", "shop:app", "--wait", "1"], 2, "--start and --wait go with a URL"),
        (["8000", "--wait", "0"], 2, "is not a number above 0"),
    ],
)
def test_what_cannot_be_is_said(hookcli, port, given, code, said) -> None:
    ended = hookcli("check", *(word.replace("8000", str(port)) for word in given), *ASKED)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


def test_an_endpoint_that_comes_late_is_waited_for(hookcli, port) -> None:
    words = shlex.split(command(port, before="time.sleep(0.3)"))
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as endpoint:
        ended = hookcli("check", str(port), *ASKED, "--wait", "30")
        endpoint.terminate()
    assert ended.code == 0


def test_a_proxy_without_anybody_behind_it_is_no_answer(hookcli) -> None:
    gateway = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"

    def behave(visit: Visit) -> None:
        while visit.read_request():
            visit.say(OK if len(visit.endpoint.requests) > 3 else gateway)

    with Endpoint(behave) as endpoint:
        impatient = hookcli("check", endpoint.url, *ASKED, "--wait", "0.05")
        assert (impatient.code, impatient.out) == (4, "")
        assert "the last time, the answer is 502." in impatient.err
        assert hookcli("check", endpoint.url, *ASKED, "--wait", "30").code == 0


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_when_it_is_interrupted(port, kind) -> None:
    words = ["hookcli", "check", str(port), "--start", command(port, before="time.sleep(0.2)")]
    with subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while not Path("group").exists():
            time.sleep(0.02)
        run.send_signal(kind)
    assert run.returncode == 130
    assert is_gone()


def test_who_interrupts_twice_waits_for_no_farewell(port) -> None:
    deaf = command(port, before="signal.signal(signal.SIGTERM, lambda *_: open('asked', 'w'))")
    words = ["hookcli", "check", str(port), "--wait", "60", "--start", deaf]
    with subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        for sign in ("group", "asked"):
            while not Path(sign).exists():
                time.sleep(0.02)
            run.send_signal(signal.SIGINT)
    assert run.returncode == 130
    assert is_gone()
