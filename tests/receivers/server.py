"""A small server around a receiver: HTTP/1.1 with kept connections and a thread each, unless the receiver wants otherwise."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, TCPServer, ThreadingMixIn
from threading import Event, Thread
from typing import Protocol


class Headers(dict[str, str]):
    """By their names, whatever the case."""

    def __missing__(self, name: str) -> str:
        return dict.get(self, name.lower(), "")

    def get(self, name: str, default: str | None = None) -> str | None:
        return dict.get(self, name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, str(name).lower())


@dataclass(frozen=True)
class Request:
    """What came in."""

    headers: Headers
    body: bytes
    connection: Connection


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    status: int
    body: bytes = b"OK"
    headers: Mapping[str, str] = field(default_factory=dict)


class HungUp(Exception):
    """There is no reply: the receiver closed the connection."""


class Receiving(Protocol):
    """What a server needs of a receiver."""

    count: int
    over: Event
    protocol: str
    is_threaded: bool

    def serve(self, connection: Connection) -> None:
        """Read a request's body, and answer."""

    def reply(self, request: Request) -> Reply:
        """The answer to a request."""


class Connection(StreamRequestHandler):
    """One connection; for each request the receiver is asked."""

    server: Server
    disable_nagle_algorithm = True
    is_used = False
    is_closing = False

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.connection)

    def handle(self) -> None:
        with suppress(OSError, HungUp):
            while not self.is_closing and self._read_head():
                if self.method == "POST":
                    self.server.receiver.serve(self)
                else:
                    self.write(Reply(200, b'{"count": %d}' % self.server.receiver.count))

    def _read_head(self) -> bool:
        """Whether there is another request; what is none is refused."""
        words = self.rfile.readline(65536).decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            if words:
                self.write(Reply(400))
            return False
        self.method, self.headers = words[0], Headers()
        while line := self.rfile.readline(65536).decode("latin-1").strip():
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        wish = self.headers.get("Connection") or ""
        self.is_closing = wish == "close" or self.server.receiver.protocol == "HTTP/1.0"
        return True

    def read(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def write(self, reply: Reply) -> None:
        headers = {"Content-Length": str(len(reply.body)), **reply.headers}
        lines = [f"{self.server.receiver.protocol} {reply.status} As it is", *map(": ".join, headers.items()), "", ""]
        self.wfile.write("\r\n".join(lines).encode() + reply.body)
        self.is_closing = self.is_closing or "Connection" in headers

    def reset(self) -> None:
        """Reset the connection when it is closed."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def is_deserted(self) -> bool:
        """Whether the sender has hung up."""
        self.connection.setblocking(False)
        try:
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self.connection.setblocking(True)


class Server(TCPServer):
    """Serves a receiver while it is entered."""

    request_queue_size = 128
    receiver: Receiving
    connections: list[socket.socket]

    def __enter__(self) -> Server:
        self.connections = []
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.receiver.over.set()
        self.die()
        for connection in self.connections:
            _shut(connection)
        self._thread.join()

    def die(self) -> None:
        """Accept no connection any more."""
        _shut(self.socket)
        self.server_close()
        self.shutdown()

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]}:{self.server_address[1]}/hook"

    @property
    def count_url(self) -> str:
        return f"http://{self.server_address[0]}:{self.server_address[1]}/count"


class ThreadedServer(ThreadingMixIn, Server):
    """The same, with a thread for each connection."""

    daemon_threads = True
    block_on_close = False


class OnIPv6(ThreadedServer):
    """The same, and IPv4 does not lead there."""

    address_family = socket.AF_INET6

    @property
    def url(self) -> str:
        return f"http://[{self.server_address[0]}]:{self.server_address[1]}/hook"


def serving(receiver: Receiving, port: int = 0, host: str = "127.0.0.1") -> Server:
    """A server for a receiver, on a free port if none is said."""
    kind = ThreadedServer if receiver.is_threaded else Server
    server = (OnIPv6 if ":" in host else kind)((host, port), Connection)
    server.receiver = receiver
    return server


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
