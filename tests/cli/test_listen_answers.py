"""How `hookcli listen` answers: faults on request, endpoints behind, commands."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from listening import kept, listening, signed

from hookcli.capture.server import Answer, Receiver, Request


def made(event: str, hookcli: Callable[..., object], *options: str) -> bytes:
    return hookcli("generate", "--event", event, "--seed", "1", *options).out.rstrip("\n").encode()  # type: ignore[attr-defined]


@pytest.fixture
def body(hookcli: Callable[..., object]) -> bytes:
    """A valid message."""
    return made("message", hookcli)


def test_faults_on_request(tmp_path: Path) -> None:
    options = ("--respond", "201", "--fail-first", "2", "--delay", "0.2", "--slow-body", "0.2")
    with listening(tmp_path, *options) as receiver:
        assert [receiver.send(b"{}").status for _ in range(2)] == [503, 503]
        started = time.monotonic()
        assert receiver.send(b"{}").status == 201
        assert time.monotonic() - started >= 0.4
        assert [each.status for each in kept(receiver)] == [503, 503, 201]


def test_an_answer_without_a_body_is_one(tmp_path: Path) -> None:
    with listening(tmp_path, "--respond", "204", "--slow-body", "5") as receiver:
        answer = receiver.send(b"{}")
        assert (answer.status, answer.text) == (204, b"")  # type: ignore[attr-defined]


def test_drop_hangs_up_on_what_it_has_kept(tmp_path: Path) -> None:
    with listening(tmp_path, "--drop") as receiver:
        assert receiver.raw(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}") == b""
        assert kept(receiver)[0].status is None
        _, out = receiver.end()
    assert "<-- [no answer] POST /" in out


def test_other_paths_and_mere_looks_are_not_kept(tmp_path: Path) -> None:
    with listening(tmp_path, "--path", "/hook") as receiver:
        assert [receiver.send(b"{}", path=path).status for path in ("/", "/hooks", "/hook", "/hook/a?x=1")] == [
            404, 404, 200, 200,
        ]  # fmt: skip
        assert receiver.send(b"", path="/hook", method="GET", X="y").status == 405
        put = receiver.send(b"{}", path="/hook", method="PUT")
        assert put.status == 405
        assert [each.method for each in kept(receiver)] == ["POST", "POST", "PUT"]


def test_it_forwards_the_untouched_message_and_answers_with_the_real_answer(tmp_path: Path, body: bytes) -> None:
    seen: list[Request] = []

    def respond(request: Request) -> Answer:
        seen.append(request)
        return Answer(418, b"teapot", (("X-Real", "yes"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")))

    with Receiver(respond) as behind, listening(tmp_path, "--forward-to", f"{behind.url}deep?x=1") as receiver:
        answer = receiver.send(body, path="/hook", X_Hub_Signature=signed(body)["X-Hub-Signature"], X_Own="ü")
        receiver.end()
        arrival = kept(receiver)[0]
    assert (answer.status, answer.text, answer.getheader("X-Real")) == (418, b"teapot", "yes")  # type: ignore[attr-defined]
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert seen[0].body == body
    assert seen[0].path == "/deep?x=1"
    names = [name for name, _ in seen[0].headers]
    assert names.count("Host") == 1
    assert "User-Agent" not in names
    assert dict(seen[0].headers)["X-Hub-Signature"] == signed(body)["X-Hub-Signature"]
    assert (arrival.status, arrival.endpoint) == (418, f"{behind.url}deep?x=1")
    assert arrival.elapsed


def test_an_endpoint_behind_that_is_dead_is_a_502(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    with listening(tmp_path, "--forward-to", f"http://me:pass-word@127.0.0.1:{port}/x") as receiver:
        assert receiver.send(b"{}").status == 502
        _, out = receiver.end()
        arrival = kept(receiver)[0]
    assert arrival.status == 502
    assert "refused" in out
    assert "pass-word" not in out + arrival.endpoint + "".join(receiver.said)


def test_exec_runs_a_command_for_each_message(tmp_path: Path, body: bytes) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import json, os, sys\n"
        "print(json.dumps({'env': dict(os.environ), 'stdin': sys.stdin.buffer.read().decode()}), file=open('seen', 'a'))\n"
        "print('hello')\n"
        "sys.exit(int(os.environ['HOOKCLI_VERDICT'] == 'invalid'))\n"
    )
    hostile = body.replace(b'"message"', b'"$(touch pwned); message\\u0000"', 1)
    with listening(tmp_path, "--exec", f"{sys.executable} script.py '$HOME'", SOME_TOKEN="tok") as receiver:
        receiver.send(body)
        receiver.send(hostile)
        receiver.send(b'{"event_name": "message"}')
        receiver.end()
        said = "\n".join(receiver.said)
    seen = [json.loads(line) for line in (tmp_path / "seen").read_text().splitlines()]
    assert [each["stdin"].encode() for each in seen[:2]] == [body, hostile]
    assert seen[0]["env"]["HOOKCLI_EVENT"] == "message"
    assert seen[0]["env"]["HOOKCLI_SIGNATURE"] == "genuine"
    assert not {"HOOKCLI_SECRET", "SOME_TOKEN"} & seen[0]["env"].keys()
    assert "hello" in said
    assert "--exec: it ended with 1 for #3." in said
    assert not (tmp_path / "pwned").exists()


def test_a_command_that_is_not_there_is_said(tmp_path: Path) -> None:
    with listening(tmp_path, "--exec", "no-such-command-at-all") as receiver:
        assert receiver.send(b"{}").status == 200
        receiver.end()
        assert any("no-such-command-at-all cannot be started: No such file" in line for line in receiver.said)


@pytest.mark.parametrize("status", [600, 999])
def test_an_endpoint_behind_with_an_odd_status_is_a_502(tmp_path: Path, status: int) -> None:
    with (
        Receiver(lambda _: Answer(status, b"odd")) as behind,
        listening(tmp_path, "--forward-to", f"{behind.url}x?token=tok-1") as receiver,
    ):
        assert receiver.send(b"{}").status == 502
        arrival = kept(receiver)[0]
        code, out = receiver.end()
    assert code == 0
    assert f"it answered with {status}" in out
    assert "tok-1" not in out + arrival.endpoint
    assert arrival.endpoint.endswith("/x?token=[hidden]")


def test_what_is_kept_and_not_answered_at_the_end_is_said(tmp_path: Path) -> None:
    with listening(tmp_path, "--delay", "60") as receiver:
        with socket.create_connection(("127.0.0.1", receiver.port)) as sender:
            sender.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
            deadline = time.monotonic() + 10
            while not kept(receiver):
                assert time.monotonic() < deadline
            code, out = receiver.end()
        [arrival] = kept(receiver)
    assert code == 0
    assert arrival.status is None
    assert "it was kept, but the run ended before it was answered" in out
