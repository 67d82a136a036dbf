"""Endpoints on loopback that do what a test needs, byte by byte, and mostly the wrong thing."""

from __future__ import annotations

import re
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TypeAlias

Behaviour: TypeAlias = "Callable[[Visit], None]"

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
"""A complete answer that keeps the connection."""


class Visit:
    """One connection, seen from the endpoint."""

    def __init__(self, connection: socket.socket, endpoint: Endpoint) -> None:
        self.connection = connection
        self.endpoint = endpoint
        self.buffer = b""

    def read_request(self) -> bytes:
        """One whole request, b"" when there comes none; kept in the endpoint's `requests`."""
        head = self._until(b"\r\n\r\n")
        length = int((re.findall(rb"(?i)\ncontent-length: *(\d+)", head) or [0])[0])
        while len(self.buffer) < length:
            self._fill()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        self.endpoint.requests.append(head + body)
        return head + body

    def say(self, data: bytes) -> None:
        self.connection.sendall(data)

    def wait(self, seconds: float = 60.0) -> None:
        """Do nothing, until the test is over at the latest."""
        self.endpoint.over.wait(seconds)

    def _until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            self._fill()
        head, _, self.buffer = self.buffer.partition(end)
        return head + end

    def _fill(self) -> None:
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("the sender is gone")
        self.buffer += data


class Endpoint:
    """Listens on a free port while it is entered; each connection gets a thread and the behaviour."""

    def __init__(self, behave: Behaviour, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = Event()
        self._behave = behave
        self._tls = tls
        self._host = host
        self._open: list[socket.socket] = []
        self._threads: list[Thread] = []

    def __enter__(self) -> Endpoint:
        self._listener = socket.create_server((self._host, 0), backlog=200)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://{self._host}:{self.port}/hook"
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        _shut(self._listener)
        self._threads[0].join()  # first: what it accepts in the meantime must be shut too
        for connection in self._open:
            _shut(connection)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, task: Callable[..., None], *args: object) -> None:
        thread = Thread(target=task, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                self._open.append(connection)
                self._start(self._visit, connection)

    def _visit(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                self._behave(Visit(connection, self))


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def answers(answer: bytes = OK) -> Behaviour:
    """Answers every request of a connection with these bytes."""

    def behave(visit: Visit) -> None:
        while visit.read_request():
            visit.say(answer)

    return behave


def answers_once(answer: bytes) -> Behaviour:
    """Answers the first request of a connection and hangs up."""

    def behave(visit: Visit) -> None:
        visit.read_request()
        visit.say(answer)

    return behave


def drips(start: bytes, drop: bytes = b"x", pause: float = 0.02) -> Behaviour:
    """Starts an answer and goes on with a drop now and then, without end."""

    def behave(visit: Visit) -> None:
        visit.read_request()
        visit.say(start)
        while True:
            visit.wait(pause)
            visit.say(drop)

    return behave


def pours(start: bytes, bucket: bytes) -> Behaviour:
    """Starts an answer and goes on as fast as it is read, without end."""
    return drips(start, bucket, pause=0)


def hangs_up(visit: Visit) -> None:
    """Accepts the connection and closes it."""


def hangs_up_after_the_request(visit: Visit) -> None:
    """Reads the request and closes the connection without an answer."""
    visit.read_request()


def resets(visit: Visit) -> None:
    """Reads the request and resets the connection."""
    visit.read_request()
    visit.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up_on_the_second_request(visit: Visit) -> None:
    """Answers once, keeps the connection, and closes it when the next request comes."""
    visit.read_request()
    visit.say(OK)
    visit.read_request()


def is_silent(visit: Visit) -> None:
    """Accepts the connection and does nothing."""
    visit.wait()


def reads_slowly(visit: Visit) -> None:
    """Takes a little of the request now and then."""
    visit.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    while visit.connection.recv(1024):
        visit.wait(0.01)


@contextmanager
def refusing() -> Iterator[str]:
    """The URL of a port on which nothing listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/hook"


def unused_port() -> int:
    """A port of 127.0.0.1 on which nothing listens yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def not_accepting() -> Iterator[str]:
    """The URL of a listener whose queue is full: the connection is neither accepted nor refused."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"


def server_tls(certificate: Path) -> ssl.SSLContext:
    """For an endpoint that speaks TLS with this certificate and key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
