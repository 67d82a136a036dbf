from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.errors import AddressInUse

POST = b"POST /hook?a=1 HTTP/1.1\r\nHost: h\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Log:
    """Answers 200 and keeps what came."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        return Answer()


@contextmanager
def receiving(respond=None, **options) -> Iterator[tuple[socket.socket, Receiver]]:
    """A receiver, and a connection to it."""
    with (
        Receiver(respond or Log(), **options) as receiver,
        socket.create_connection(("127.0.0.1", receiver.port), timeout=5) as sender,
    ):
        yield sender, receiver


def everything(sender: socket.socket) -> bytes:
    """What comes until the receiver hangs up."""
    return b"".join(iter(lambda: sender.recv(65536), b""))


def answer_to(data: bytes, respond=None, **options) -> bytes:
    """All that a receiver says to these bytes and the end of the connection."""
    with receiving(respond, **options) as (sender, _):
        sender.sendall(data)
        sender.shutdown(socket.SHUT_WR)
        return everything(sender)


def body_of(data: bytes) -> bytes:
    """The body that a receiver takes from these bytes."""
    log = Log()
    assert answer_to(data, log) == OK
    return log.requests[0].body


# What arrives


def test_a_request_arrives_byte_for_byte():
    log = Log()
    head = b"X: 1\r\nx:  two \r\nY: \xc3\x85\r\nZ: \xff\r\nEmpty:\r\nContent-Length: 4\r\n\r\n"
    assert answer_to(POST + head + b"\x00\r\n\xff", log) == OK
    headers = (
        ("Host", "h"),
        ("X", "1"),
        ("x", "two"),
        ("Y", "Å"),
        ("Z", "\udcff"),
        ("Empty", ""),
        ("Content-Length", "4"),
    )
    assert log.requests == [Request("POST", "/hook?a=1", headers, b"\x00\r\n\xff")]


def test_a_body_may_come_in_drops():
    with receiving(respond := Log()) as (sender, _):
        for byte in POST + b"Content-Length: 2\r\n\r\nab":
            sender.sendall(bytes([byte]))
        assert sender.recv(1000) == OK
    assert respond.requests[0].body == b"ab"


def test_a_chunked_body_is_put_together():
    chunks = b"3\r\nabc\r\n0A;why=not\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
    assert body_of(POST + b"Transfer-Encoding: Chunked\r\n\r\n" + chunks) == b"abc0123456789"


def test_a_request_without_a_body_needs_no_length():
    log = Log()
    assert answer_to(b"\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", log) == OK
    assert (log.requests[0].method, log.requests[0].body) == ("GET", b"")


def test_one_connection_carries_many_requests():
    log = Log()
    one = POST + b"Content-Length: 1\r\n\r\n"
    with receiving(log) as (sender, _):
        sender.sendall(one + b"a" + one + b"b")
        received = sender.recv(len(OK), socket.MSG_WAITALL) + sender.recv(len(OK), socket.MSG_WAITALL)
        sender.sendall(one + b"c")
        received += sender.recv(len(OK), socket.MSG_WAITALL)
    assert received == OK * 3
    assert [request.body for request in log.requests] == [b"a", b"b", b"c"]


@pytest.mark.parametrize(
    "head",
    [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: h\r\nConnection: foo, Close\r\n\r\n"],
    ids=["1.0", "close"],
)
def test_a_sender_may_ask_for_the_end(head):
    with receiving() as (sender, _):
        sender.sendall(head)
        assert b"\r\nConnection: close\r\n" in everything(sender)


def test_a_sender_that_asks_first_is_told_to_continue():
    with receiving() as (sender, _):
        sender.sendall(POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert sender.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sender.sendall(b"ab")
        assert sender.recv(1000) == OK


def test_a_hundred_connections_at_once():
    log = Log()
    with Receiver(log) as receiver:
        senders = [socket.create_connection(("127.0.0.1", receiver.port), timeout=5) for _ in range(100)]
        for sender in senders:
            sender.sendall(POST + b"Content-Length: 0\r\n\r\n")
        assert [sender.recv(1000) for sender in senders] == [OK] * 100
        for sender in senders:
            sender.close()
    assert len(log.requests) == 100


# What goes back


def test_the_answer_is_what_was_asked_for():
    answer = Answer(418, b"tea", (("X", "é"), ("X", "2")))
    received = answer_to(POST + b"Content-Length: 0\r\n\r\n", lambda _: answer)
    assert received == "HTTP/1.1 418 I'm a Teapot\r\nX: é\r\nX: 2\r\nContent-Length: 3\r\n\r\ntea".encode()


def test_an_unknown_status_has_no_phrase():
    assert answer_to(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", lambda _: Answer(799)).startswith(b"HTTP/1.1 799 \r\n")


def test_head_and_no_content_have_no_body():
    assert answer_to(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", lambda _: Answer(200, b"abc")).endswith(
        b"Content-Length: 3\r\n\r\n"
    )
    assert answer_to(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", lambda _: Answer(204)) == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_a_response_that_raises_is_a_500_and_no_traceback(capfd):
    with receiving(lambda _: 1 / 0) as (sender, receiver):
        for _ in range(2):
            sender.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            assert sender.recv(1000).startswith(b"HTTP/1.1 500 ")
        assert isinstance(receiver.problem, ZeroDivisionError)
    assert capfd.readouterr() == ("", "")


# What is refused


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (400, b"nonsense\r\n\r\n"),
        (400, b"GET / HTTP/2.0\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: h\r\nX: 1\r\n folded\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: h\r\nX"),
        (400, b"GET /a\x00b HTTP/1.1\r\nHost: h\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: h\r\nX: a\nb\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: h\r\nX: a\x00b\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n"),
        (400, b"GET / HTTP/1.0\r\nHost: h\r\nHost: i\r\n\r\n"),
        (400, POST + b"Content-Length: -1\r\n\r\n"),
        (400, POST + b"Content-Length: 1x\r\n\r\n"),
        (400, POST + "Content-Length: ١\r\n\r\n".encode()),
        (400, POST + b"Content-Length: 5\r\n\r\nabc"),
        (400, POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        (400, POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (400, POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n"),
        (400, POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabcd"),
        (411, POST + b"\r\n"),
        (413, POST + b"Content-Length: 11\r\n\r\n"),
        (413, POST + b"Content-Length: 1" + b"0" * 5000 + b"\r\n\r\n"),
        (413, POST + b"Expect: 100-continue\r\nContent-Length: 11\r\n\r\n"),
        (413, POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\nabcde\r\n0\r\n\r\n"),
        (400, POST + b"Transfer-Encoding: chunked\r\n\r\n1;a\rb\r\na\r\n0\r\n\r\n"),
        (431, POST + b"X: " + b"x" * 100_000),
        (431, POST + b"Content-Length: 0\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"),
        (431, POST + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 5000),
        (501, POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
    ],
)
def test_what_cannot_be_taken_is_refused(status, data):
    log = Log()
    received = answer_to(data, log, max_body=10)
    assert received.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nConnection: close\r\n" in received
    assert log.requests == []


def test_a_sender_of_a_longer_body_gets_to_read_why():
    data = POST + b"Content-Length: 5000000\r\n\r\n" + b"x" * 5_000_000
    assert answer_to(data, max_body=10).startswith(b"HTTP/1.1 413 ")


def test_a_sender_that_goes_on_for_ever_is_left(monkeypatch):
    monkeypatch.setattr("hookcli.capture.server._LINGER", 0.2)
    with receiving(max_body=10) as (sender, _):
        sender.sendall(POST + b"Content-Length: 11\r\n\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            pour(sender)


def pour(sender: socket.socket) -> None:
    while True:
        sender.sendall(b"x" * 65_536)


@pytest.mark.parametrize(
    "data",
    [
        b"POST / HTTP/1.1\nHost: h\nContent-Length: 0\n\n",
        b"GET / HTTP/1.1\r\nHost: h\n\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\n",
    ],
)
def test_a_line_that_ends_in_a_bare_lf_is_refused_at_once(data):
    with receiving() as (sender, _):
        for byte in data:
            sender.send(bytes([byte]))
        assert sender.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_the_head_may_go_to_its_limit():
    start = b"GET / HTTP/1.1\r\nHost: h\r\nX: "
    assert answer_to(start + b"x" * (64 * 1024 - len(start)) + b"\r\n\r\n") == OK
    assert answer_to(start + b"x" * (64 * 1024 + 1 - len(start)) + b"\r\n\r\n").startswith(b"HTTP/1.1 431 ")


def test_one_connection_too_many_is_refused_and_the_next_one_is_not(monkeypatch):
    monkeypatch.setattr("hookcli.capture.server._MOST_CONNECTIONS", 1)
    with receiving() as (sender, receiver):
        with socket.create_connection(("127.0.0.1", receiver.port), timeout=5) as second:
            assert everything(second).startswith(b"HTTP/1.1 503 ")
        sender.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        assert everything(sender).startswith(b"HTTP/1.1 200 ")
        with socket.create_connection(("127.0.0.1", receiver.port), timeout=5) as third:
            third.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            assert third.recv(1000) == OK


def test_a_slow_sender_is_given_up():
    with receiving(patience=0.3) as (sender, _):
        sender.sendall(POST)
        started = time.perf_counter()
        received = everything(sender)
    assert received.startswith(b"HTTP/1.1 408 ")
    assert time.perf_counter() - started < 2


def test_a_dripping_sender_is_given_up():
    over = threading.Event()
    with receiving(patience=0.3) as (sender, _):
        drip = threading.Thread(target=lambda: [sender.send(b"x") for _ in iter(lambda: over.wait(0.05), True)])
        sender.sendall(POST + b"Content-Length: 1000\r\n\r\n")
        drip.start()
        received = sender.recv(1000)
        over.set()
        drip.join()
    assert received.startswith(b"HTTP/1.1 408 ")


def test_a_silent_connection_is_closed():
    with receiving(patience=0.2) as (sender, _):
        assert sender.recv(1) == b""


def test_a_sender_that_goes_away_leaves_no_trace(capfd):
    gone = threading.Event()
    with receiving(lambda _: gone.wait(5) and Answer(200, b"x" * 5_000_000)) as (sender, receiver):
        sender.sendall(POST + b"Content-Length: 0\r\n\r\n")
        sender.close()
        gone.set()
        with socket.create_connection(("127.0.0.1", receiver.port), timeout=5) as next_sender:
            next_sender.sendall(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            assert next_sender.recv(100).startswith(b"HTTP/1.1 200 OK")
    assert capfd.readouterr() == ("", "")


# Where it listens


def test_its_url_leads_to_it():
    with Receiver(Log()) as receiver:
        assert receiver.url == f"http://127.0.0.1:{receiver.port}/"
    with Receiver(Log(), host="0.0.0.0") as receiver:
        assert receiver.url == f"http://127.0.0.1:{receiver.port}/"


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
@pytest.mark.parametrize("host", ["::1", "::"])
def test_it_listens_on_ipv6(host):
    try:
        receiver = Receiver(Log(), host=host).__enter__()
    except AddressInUse:
        pytest.skip("needs IPv6")
    with socket.create_connection(("::1", receiver.port), timeout=5):
        assert receiver.url == f"http://[::1]:{receiver.port}/"
    receiver.__exit__(None, None, None)


def test_its_end_ends_the_conversations():
    with Receiver(Log()) as receiver:
        address = ("127.0.0.1", receiver.port)
        sender = socket.create_connection(address, timeout=5)
        sender.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert sender.recv(1000) == OK
    with sender:
        assert sender.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_an_address_in_use_is_said():
    with Receiver(Log()) as first, pytest.raises(AddressInUse, match=r"in use.*--port"):
        Receiver(Log(), port=first.port).__enter__()


def test_a_port_that_is_none_is_said():
    with pytest.raises(AddressInUse, match="99999"):
        Receiver(Log(), port=99_999).__enter__()
