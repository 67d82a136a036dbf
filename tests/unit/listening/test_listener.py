"""A stranger may send what he likes: he gets a clear answer, and the others are served meanwhile."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hookcli.errors import AddressInUse
from hookcli.listening.listener import Bounds, Listener

HEAD = b"POST /a%20b?c HTTP/1.1\r\nHost: x\r\n"


class Heard:
    """An application that keeps what it is given."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes, list[tuple[bytes, bytes]], bytes]] = []
        self.hung_up = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.hung_up += 1
                return
            body += message["body"]
            more = message["more_body"]
        self.requests.append((scope["method"], scope["hookcli.target"], scope["hookcli.lines"], body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@contextmanager
def served(**bounds: Any) -> Iterator[tuple[Heard, Listener]]:
    heard = Heard()
    listener = Listener(heard, bounds=Bounds(**bounds))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(listener.run(),))
    thread.start()
    try:
        yield heard, listener
    finally:
        loop.call_soon_threadsafe(listener.stop)
        thread.join(10)
        loop.close()


def talk(listener: Listener, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send pieces; all that comes back until the other side hangs up."""
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_a_request_comes_as_it_was_sent() -> None:
    with served() as (heard, listener):
        answer = talk(listener, HEAD + b"X-Odd:\t\xff \r\nContent-Length: 3\r\nConnection: close\r\n\r\n\x00ab")
    assert answer.endswith(b"\r\n\r\nok")
    [(method, target, lines, body)] = heard.requests
    assert (method, target, body) == ("POST", b"/a%20b?c", b"\x00ab")
    assert lines == [(b"Host", b"x"), (b"X-Odd", b"\xff"), (b"Content-Length", b"3"), (b"Connection", b"close")]


def test_chunks_are_put_together_and_requests_follow_each_other() -> None:
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    last = HEAD + b"Content-Length: 1\r\nConnection: close\r\n\r\nz"
    with served() as (heard, listener):
        assert talk(listener, chunked + last).count(b"200 OK") == 2
    assert [body for *_, body in heard.requests] == [b"abc", b"z"]


def test_a_body_that_is_announced_is_invited() -> None:
    head = HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with served() as (_, listener):
        assert talk(listener, head, b"{}", pause=0.05).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("pieces", "status", "words"),
    [
        ((HEAD + b"Content-Length: 11\r\n\r\n" + b"x" * 11,), b"413", b"longer than 10 bytes"),
        ((HEAD + b"Content-Length: 999999999999999\r\n\r\n",), b"413", b"longer than 10 bytes"),
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"8\r\n12345678\r\n", b"8\r\n123"), b"413", b"10 bytes"),
        ((HEAD + b"X: " + b"x" * 2000,), b"431", b"more than 1000 bytes of header"),
        ((b"POST /" + b"x" * 2000,), b"431", b"more than 1000 bytes of header"),
        ((HEAD + b"Y: z\r\n" * 300,), b"431", b"more than 1000 bytes of header"),
        ((b"hello\r\n\r\n",), b"400", b"Invalid HTTP request"),
        ((HEAD + b"Content-Length: -1\r\n\r\n",), b"400", b"Invalid HTTP request"),
        ((HEAD + b"Content-Length: 5\r\n\r\nabc",), b"408", b"no whole request in 0.4 s"),
        ((HEAD,), b"408", b"no whole request in 0.4 s"),
    ],
    ids=lambda value: None if isinstance(value, tuple) else value.decode(),
)  # fmt: skip
def test_what_cannot_be_taken_is_answered_clearly(pieces: tuple[bytes, ...], status: bytes, words: bytes) -> None:
    with served(body=10, head=1000, seconds=0.4) as (heard, listener):
        answer = talk(listener, *pieces, pause=0.02)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert words in answer
    assert heard.requests == []


def test_whoever_says_nothing_is_hung_up_on() -> None:
    with served(seconds=0.3) as (_, listener):
        assert talk(listener) == b""


def test_bytes_that_drip_do_not_keep_a_request_alive() -> None:
    with served(seconds=0.5) as (heard, listener):
        started = time.monotonic()
        answer = talk(listener, HEAD + b"Content-Length: 100\r\n\r\n", *[b"x"] * 12, pause=0.06)
        assert answer.startswith(b"HTTP/1.1 408")
        assert time.monotonic() - started < 3
    assert heard.hung_up == 1


def test_bodies_that_are_held_at_once_are_bounded() -> None:
    with served(room=1000, seconds=5) as (_, listener):
        half = HEAD + b"Content-Length: 900\r\n\r\n" + b"x" * 800
        with socket.create_connection(("127.0.0.1", listener.port)) as first:
            first.sendall(half)
            time.sleep(0.1)
            answer = talk(listener, half)
            assert answer.startswith(b"HTTP/1.1 503")
            assert b"Retry-After: 5" in answer
            first.sendall(b"x" * 100)
            assert first.recv(100).startswith(b"HTTP/1.1 200")
        last = HEAD + b"Content-Length: 900\r\nConnection: close\r\n\r\n" + b"x" * 900
        assert talk(listener, last).startswith(b"HTTP/1.1 200")  # what was held is free again


def test_connections_are_bounded() -> None:
    with served(connections=2) as (_, listener):
        held = [socket.create_connection(("127.0.0.1", listener.port)) for _ in range(2)]
        time.sleep(0.1)
        assert talk(listener).startswith(b"HTTP/1.1 503")
        for each in held:
            each.close()
        time.sleep(0.1)
        assert talk(listener, HEAD + b"Content-Length: 0\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_thousand_slow_connections_do_not_stop_the_next() -> None:
    with served() as (heard, listener):
        held = []
        for _ in range(1000):
            each = socket.create_connection(("127.0.0.1", listener.port))
            each.sendall(HEAD + b"Content-Length: 100\r\n\r\nx")
            held.append(each)
        started = time.monotonic()
        answer = talk(listener, HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")
        assert answer.startswith(b"HTTP/1.1 200")
        assert time.monotonic() - started < 10  # much less than the slow ones may take
        for each in held:
            each.close()
    assert [body for *_, body in heard.requests] == [b"{}"]


WHOLE = HEAD + b"Content-Length: 2\r\n\r\n{}"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "after", [CHUNKED + b"ZZ\r\n", b"\x00garbage\r\n\r\n", HEAD + b"Content-Length: 99999999\r\n\r\n"]
)
def test_what_follows_a_request_and_is_refused_does_not_touch_its_answer(after: bytes) -> None:
    with served() as (heard, listener):
        answer = talk(listener, WHOLE + after)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert [body for *_, body in heard.requests] == [b"{}"]


def test_trailers_are_no_headers() -> None:
    with served() as (heard, listener):
        head = HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        assert talk(listener, head + b"2\r\n{}\r\n0\r\nX-Hub-Signature: sha1=0\r\n\r\n").startswith(b"HTTP/1.1 200 OK")
    assert [name for name, _ in heard.requests[0][2]] == [b"Host", b"Transfer-Encoding", b"Connection"]


@pytest.mark.parametrize("start", [b"2\r\n{}\r\n0\r\nX: ", b"2;x="])
def test_a_trailer_or_an_extension_without_end_is_refused(start: bytes) -> None:
    with served(head=2000) as (heard, listener):
        assert talk(listener, CHUNKED + start, *[b"x" * 1000] * 4, pause=0.05).startswith(b"HTTP/1.1 431 ")
    assert not heard.requests


@pytest.mark.parametrize("length", [b"18446744073709551615", b"0" * 5000 + b"99999999"])
def test_a_length_of_many_digits_is_refused_at_once(length: bytes) -> None:
    with served() as (_, listener):
        assert talk(listener, HEAD + b"Content-Length: " + length + b"\r\n\r\n").startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("host", ["é..ü", "no such host", "256.1.1.1"])
def test_an_address_that_is_none_is_said(host: str) -> None:
    with pytest.raises(AddressInUse, match="cannot listen on"):
        Listener(Heard(), host=host)
