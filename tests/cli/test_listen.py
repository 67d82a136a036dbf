"""`hookcli listen`, as a process: what it keeps, what it says, how it ends."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from listening import SECRET, kept, listening, records, signed

from hookcli.capture.store import Store
from hookcli.models import Signature, Verdict


def made(event: str, hookcli: Callable[..., object], *options: str) -> bytes:
    return hookcli("generate", "--event", event, "--seed", "1", *options).out.rstrip("\n").encode()  # type: ignore[attr-defined]


@pytest.fixture
def body(hookcli: Callable[..., object]) -> bytes:
    """A valid message."""
    return made("message", hookcli)


def test_what_comes_is_kept_byte_for_byte_and_shown(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path) as receiver:
        answer = receiver.send(body)
        assert answer.status == 200
        invalid = body.replace(b'"business_id":', b'"business_id":"x","business":', 1)
        assert receiver.send(invalid, path="/hook?a=b").status == 200
        receiver.send(body)
        receiver.send(b"\x00\xff{", Content_Type="x/y")
        arrivals = kept(receiver)
        code, out = receiver.end()
    assert [each.body for each in arrivals] == [body, invalid, body, b"\x00\xff{"]
    assert [each.signature for each in arrivals] == [Signature.GENUINE] * 3 + [Signature.MISSING]
    assert [each.verdict for each in arrivals] == [Verdict.VALID, Verdict.INVALID, Verdict.VALID, Verdict.UNREADABLE]
    assert [each.duplicate_of for each in arrivals] == [None, None, 1, None]
    assert [each.path for each in arrivals] == ["/", "/hook?a=b", "/", "/"]
    assert [each.status for each in arrivals] == [200] * 4
    assert arrivals[1].violations[0].pointer == "/business_id"
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith(f"--> #1 message  ({len(body)} bytes)  genuine, valid")
    assert lines[1].startswith("<-- [200] POST /  ")
    assert "    /business_id is 'x', but must be an integer" in lines
    assert any("duplicate of #1" in line for line in lines)
    assert lines[-1] == "4 messages: 2 fine, 1 invalid, 1 not genuine"


def test_header_lines_are_kept_as_they_came(tmp_path: Path) -> None:
    head = b"POST /h HTTP/1.1\r\nhOsT: x\r\nX-Two:  b \r\nX-two: a\r\nX-Odd: \xff\xc3\xbc\r\nConnection: close\r\n"
    with listening(tmp_path) as receiver:
        assert receiver.raw(head + b"Content-Length: 2\r\n\r\n{}").startswith(b"HTTP/1.1 200 OK")
        arrival = kept(receiver)[0]
    assert arrival.headers == (
        ("hOsT", "x"), ("X-Two", "b"), ("X-two", "a"), ("X-Odd", "\udcffü"), ("Connection", "close"),
        ("Content-Length", "2"),
    )  # fmt: skip
    assert arrival.body == b"{}"


def test_credentials_are_masked_in_what_is_kept(tmp_path: Path, body: bytes) -> None:
    headers = {"Authorization": "Bearer abc.def", "Cookie": "sid=1", "X-Api-Key": "k", "X-Echo": f"<{SECRET}>"}
    with listening(tmp_path) as receiver:
        receiver.send(body, path=f"/h?token=tok-1&x={SECRET}&y=1", **headers)
        arrival = kept(receiver)[0]
        _, out = receiver.end()
        everything = b"".join(file.read_bytes() for file in tmp_path.glob("captures.db*"))
    shown = dict(arrival.headers)
    assert [shown[name] for name in headers] == ["[hidden]", "[hidden]", "[hidden]", "<[hidden]>"]
    assert arrival.path == "/h?token=[hidden]&x=[hidden]&y=1"
    for secret in (SECRET, "abc.def", "sid=1", "tok-1"):
        assert secret.encode() not in everything
        assert secret not in out


def test_keep_secrets_keeps_them(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path, "--keep-secrets") as receiver:
        receiver.send(body, path="/h?token=tok-1", Authorization="Bearer abc.def")
        arrival = kept(receiver)[0]
    assert dict(arrival.headers)["Authorization"] == "Bearer abc.def"
    assert arrival.path == "/h?token=tok-1"


def test_a_forged_message_is_told_why(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path) as receiver:
        receiver.send(body + b"\n", **signed(body))
        receiver.send(body, **signed(body, "another secret"))
        first, second = kept(receiver)
        _, out = receiver.end()
    assert first.signature is second.signature is Signature.FORGED
    assert "It would be genuine but for one thing" in first.reason
    assert first.reason in out
    assert second.reason
    assert SECRET not in first.reason + second.reason


def test_the_gap_to_the_message_before_is_said(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path) as receiver:
        receiver.send(body)
        receiver.send(body)
        _, out = receiver.end()
    first, second = (line for line in out.splitlines() if line.startswith("--> "))
    assert "after the one before" not in first
    assert second.endswith("s after the one before")


@pytest.mark.parametrize(("bodies", "code"), [(2, 0), (1, 1)])
def test_until_ends_with_a_verdict(tmp_path: Path, body: bytes, bodies: int, code: int) -> None:
    with listening(tmp_path, "--until", "2", "--format", "jsonl") as receiver:
        for number in range(2):
            receiver.send(body if number < bodies else b"{}")
        ended, out = receiver.wait()
    assert ended == code
    first, second, end = records(out)
    assert (first["id"], first["event"], first["signature"], first["verdict"], first["kept"]) == (
        1, "message", "genuine", "valid", True,
    )  # fmt: skip
    assert second["gap_ms"] >= 0
    assert end["summary"]["messages"] == 2


def test_a_forged_message_fails_a_run_that_waits_for_one(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path, "--until", "1") as receiver:
        receiver.send(body, **signed(body, "wrong"))
        assert receiver.wait()[0] == 1


def test_nothing_comes_in_time(tmp_path: Path) -> None:
    with listening(tmp_path, "--until", "1", "--wait", "0.3") as receiver:
        assert receiver.wait()[0] == 4
        time.sleep(0.1)
        assert "error: 0 of 1 messages came within 0.3 s; does the sender have the right URL?" in receiver.said


def test_interrupted_before_there_was_enough(tmp_path: Path) -> None:
    with listening(tmp_path, "--until", "1") as receiver:
        assert receiver.end()[0] == 130


def test_sigterm_is_a_normal_end(tmp_path: Path) -> None:
    with listening(tmp_path) as receiver:
        assert receiver.end(signal.SIGTERM) == (0, "0 messages: nothing came\n")


def test_without_a_secret_signatures_are_unchecked_and_that_is_said(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path, "--until", "1", secret=None) as receiver:
        receiver.send(body)
        code, out = receiver.wait()
        assert "signatures are not checked: there is no secret; set HOOKCLI_SECRET, or use --secret-file" in (
            receiver.said
        )
    assert code == 0
    assert "unchecked, valid" in out


def test_the_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    with listening(tmp_path) as receiver:
        receiver.send(b"{}")
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("captures.db*")}
    assert modes == {0o600}


def test_a_second_listen_at_the_same_store_is_refused(tmp_path: Path, hookcli: Callable[..., object]) -> None:
    with listening(tmp_path):
        ended = hookcli("listen", "--store", tmp_path / "captures.db", "--port", "0")
    assert ended.code == 3  # type: ignore[attr-defined]
    assert "another `hookcli listen` keeps its messages there" in ended.err  # type: ignore[attr-defined]


def test_a_port_in_use_is_said(tmp_path: Path, hookcli: Callable[..., object]) -> None:
    with listening(tmp_path) as receiver:
        ended = hookcli("listen", "--store", tmp_path / "other.db", "--port", receiver.port)
    assert ended.code == 4  # type: ignore[attr-defined]
    assert f"cannot listen on 127.0.0.1:{receiver.port}" in ended.err  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--wait", "3"), "--wait goes with --until"),
        (("--path", "hook"), "--path must start with /: /hook"),
        (("--forward-to", "8000/x", "--drop"), "answers with the real answer"),
        (("--exec", ""), "--exec is empty"),
        (("--exec", "'"), "--exec: No closing quotation"),
        (("--max-body", "ten"), "is not a size such as"),
        (("--respond", "99"), "--respond"),
    ],
)
def test_what_makes_no_sense_is_refused(hookcli: Callable[..., object], options: tuple[str, ...], words: str) -> None:
    ended = hookcli("listen", *options)
    assert ended.code == 2  # type: ignore[attr-defined]
    assert words in ended.err  # type: ignore[attr-defined]


def test_numbers_go_on_in_the_next_run(tmp_path: Path) -> None:
    for _ in range(2):
        with listening(tmp_path) as receiver:
            receiver.send(b"{}")
            receiver.end()
    with Store(tmp_path / "captures.db") as store:
        assert [each.id for each in store.find()] == [2, 1]


def test_the_oldest_make_room(tmp_path: Path) -> None:
    with listening(tmp_path, "--max-store", "1MB", "--max-body", "200kB") as receiver:
        for _ in range(30):
            receiver.send(b"[" + b" " * 100_000 + b"]")
        assert any("the oldest make room beyond 1,000,000 bytes" in line for line in receiver.said)
        numbers = [each.id for each in kept(receiver)]
    assert numbers[-1] == 30
    assert 5 <= len(numbers) <= 12


def test_a_store_that_another_process_writes_to_is_waited_for_or_said(tmp_path: Path) -> None:
    with listening(tmp_path) as receiver:
        other = sqlite3.connect(receiver.store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = receiver.send(b"{}")
        assert answer.status == 503
        assert answer.getheader("Retry-After") == "5"
        assert b"send it again" in answer.text  # type: ignore[attr-defined]
        other.execute("ROLLBACK")
        other.close()
        assert receiver.send(b"{}").status == 200
        assert [each.duplicate_of for each in kept(receiver)] == [None]
        _, out = receiver.end()
    assert "another process is writing to it" in out
    assert out.endswith("2 messages: 1 invalid, 1 refused\n")


def test_jsonl_is_what_it_says(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path, "--format", "jsonl", "-o", "out.jsonl") as receiver:
        receiver.send(body)
        receiver.end()
    lines = records((tmp_path / "out.jsonl").read_text())
    assert list(lines[0]) == [
        "id", "received_at", "method", "path", "event", "size", "signature", "reason", "verdict", "violations",
        "duplicate_of", "overtaken_by", "gap_ms", "status", "elapsed_ms", "endpoint", "kept", "note",
    ]  # fmt: skip


def test_with_an_own_schema(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"type": "object", "required": ["a"]}')
    with listening(tmp_path, "--schema", "s.json") as receiver:
        receiver.send(b'{"a": 1}')
        receiver.send(b'{"b": 1}')
        assert [each.verdict for each in kept(receiver)] == [Verdict.VALID, Verdict.INVALID]


def test_a_target_with_a_user_name_is_masked(tmp_path: Path) -> None:
    request = b"POST http://me:pass-word@x/h HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    with listening(tmp_path) as receiver:
        receiver.raw(request)
        assert kept(receiver)[0].path == "http://[hidden]@x/h"
        assert "pass-word" not in receiver.end()[1]


def test_until_counts_messages_that_come_at_once(tmp_path: Path) -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    with listening(tmp_path, "--until", "2", "--delay", "0.5") as receiver:
        senders = [socket.create_connection(("127.0.0.1", receiver.port)) for _ in range(4)]
        for sender in senders:
            sender.sendall(request)
        assert [sender.recv(12) for sender in senders] == [b"HTTP/1.1 200"] * 4
        code, out = receiver.wait()
        for sender in senders:
            sender.close()
    assert code == 1
    assert out.count("<-- [200]") == 4


def test_a_name_without_end_is_shown_in_part(tmp_path: Path) -> None:
    with listening(tmp_path) as receiver:
        receiver.send(b'{"event_name": "%s"}' % (b"e" * 1_000_000))
        _, out = receiver.end()
    assert f"--> #1 {'e' * 300}  (1,000,018 bytes)" in out
    assert len(out) < 10_000


def test_what_is_forged_says_nothing_about_the_order(tmp_path: Path) -> None:
    forged, genuine = (
        json.dumps({"user": {"auth_id": "a"}, "timestamp": f"{year}-01-01T00:00:00Z"}).encode() for year in (2099, 2026)
    )
    with listening(tmp_path) as receiver:
        receiver.send(forged, **signed(forged, "wrong"))
        receiver.send(genuine)
        assert kept(receiver)[1].overtaken_by is None


def test_large_messages_at_once_get_a_number_each(tmp_path: Path) -> None:
    def request(number: int) -> bytes:
        body = b'{"n": %d, "x": "%s"}' % (number, b"x" * 70_000)
        return b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body

    with listening(tmp_path) as receiver:
        senders = [socket.create_connection(("127.0.0.1", receiver.port)) for _ in range(20)]
        for number, sender in enumerate(senders):
            sender.sendall(request(number))
        assert [sender.recv(12) for sender in senders] == [b"HTTP/1.1 200"] * 20
        for sender in senders:
            sender.close()
        assert [each.id for each in kept(receiver)] == list(range(1, 21))


def test_the_newest_stays_however_large_it_is(tmp_path: Path) -> None:
    with listening(tmp_path, "--max-store", "50kB") as receiver:
        for _ in range(3):
            assert receiver.send(b"[" + b" " * 400_000 + b"]").status == 200
        receiver.end()
    with Store(tmp_path / "captures.db") as store:
        assert [each.id for each in store.find()] == [3]


@pytest.mark.usefixtures("uncovered")
def test_a_reader_that_pauses_stops_no_sender(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path) as receiver:  # nobody reads its standard output until its end
        connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
        for _ in range(8000):
            connection.request("POST", "/", body, signed(body))
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        connection.close()
        receiver.process.send_signal(signal.SIGINT)
        code, out = receiver.wait()
        time.sleep(0.2)
        said = "\n".join(receiver.said)
    assert code == 0
    with Store(receiver.store) as store:
        assert store.count() == 8000
    assert out.count("--> #") < 8000
    assert "messages were left out, as whoever reads them had paused" in said


def test_ready_is_said_even_in_quiet(tmp_path: Path) -> None:
    with listening(tmp_path, quiet=True) as receiver:
        receiver.send(b"{}")
        code, out = receiver.end()
        assert receiver.said == [f"ready {receiver.url}"]
    assert code == 0
    assert "#1" in out


def test_beyond_loopback_only_what_is_genuine_is_taken(tmp_path: Path, body: bytes) -> None:
    with listening(tmp_path, "--host", "0.0.0.0") as receiver:
        assert receiver.send(body, **signed(body, "wrong")).status == 401
        assert receiver.send(body).status == 200
        assert [each.id for each in kept(receiver)] == [1]
        _, out = receiver.end()
    assert f"--> no event  ({len(body)} bytes)  forged\n" in out
    assert out.endswith("2 messages: 1 fine, 1 refused\n")


def test_beyond_loopback_without_a_secret_is_warned_of(tmp_path: Path) -> None:
    with listening(tmp_path, "--host", "0.0.0.0", secret=None) as receiver:
        assert any(line.startswith("warning: whoever reaches 0.0.0.0 can write") for line in receiver.said)
