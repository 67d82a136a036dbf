"""The built-in receiver: HTTP/1.1 on loopback, one thread a connection.

On `socketserver` rather than `http.server`, which costs 40 ms more to import, looks up the machine's name
when it binds, cuts a header value at a byte 0x85 (half of a UTF-8 letter) and has a time-out per read.
"""

from __future__ import annotations

import os
import re
import socket
import socketserver
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from threading import Thread
from types import TracebackType

from hookcli.capture.addresses import refused, url_of
from hookcli.dataclass import dataclass
from hookcli.models import Headers

PATIENCE = 30.0
"""Seconds that a kept connection may be silent, and that a sender has for one whole request."""

_LONGEST_HEAD = 64 * 1024
_LONGEST_LINE = 1024
_LONGEST_NUMBER = 15
_PIECE = 64 * 1024
_LINGER = 1.0
_NEED_BODY = {"POST", "PUT", "PATCH"}
_BODYLESS = {204, 304}
_MOST_CONNECTIONS = 512

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^\x00-\x20\x7f]+) HTTP/1\.([01])")
_HEADER_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\x00\r\n]*)?")
_BARE_LF = re.compile(rb"(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class Request:
    """What a sender sent; a chunked body is put together."""

    method: str
    path: str
    """The request's target as it was sent, with the query."""
    headers: Headers
    """UTF-8; other bytes are kept as lone surrogates (`surrogateescape`)."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver says to it."""

    status: int = 200
    body: bytes = b""
    headers: Headers = ()


class Receiver:
    """Accepts requests while it is entered, and answers each with what `respond` says.

    Args:
        respond: called with every complete request, in the thread of its connection, so possibly by many
            at once. If it raises, the sender gets a 500 and `problem` keeps the first such exception.
        host: the address to listen on.
        port: the port; 0 picks a free one.
        max_body: bytes; a longer body is refused with 413 and never held in memory.
        patience: seconds that a connection may be silent, and that one whole request may take.

    Raises:
        AddressInUse: on entering, if the address cannot be listened on.
    """

    def __init__(
        self,
        respond: Callable[[Request], Answer],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        max_body: int = 10_000_000,
        patience: float = PATIENCE,
    ) -> None:
        self.problem: Exception | None = None
        self._respond = respond
        self._address = (host, port)
        self.max_body = max_body
        self.patience = patience

    def __enter__(self) -> Receiver:
        self._server = _Server(self, self._address)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.hang_up()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        """Where to send to; for a receiver on every address, this machine's own."""
        return url_of(self._address[0], self.port)

    def respond(self, request: Request) -> Answer:
        """Ask for the answer; an exception becomes a 500."""
        try:
            return self._respond(request)
        except Exception as problem:  # noqa: BLE001 - kept for whoever started the receiver
            self.problem = self.problem or problem
            return Answer(500, b"the receiver could not answer\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = os.name == "posix"
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, receiver: Receiver, address: tuple[str, int]) -> None:
        self.receiver = receiver
        self._open: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        try:
            super().__init__(address, _Conversation)
        except (OSError, OverflowError) as error:
            raise refused(*address, error) from error

    def get_request(self) -> tuple[socket.socket, object]:
        connection, sender = super().get_request()
        self._open.add(connection)
        return connection, sender

    def verify_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> bool:  # noqa: ARG002
        """Refuse a connection that would be one thread too many."""
        is_welcome = len(self._open) <= _MOST_CONNECTIONS
        if not is_welcome and isinstance(request, socket.socket):
            busy = Answer(503, f"more than {_MOST_CONNECTIONS} connections at once\n".encode())
            with suppress(OSError):  # gone already
                request.sendall(_head(busy, is_last=True) + busy.body)
        return is_welcome

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        self._open -= {request}
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the conversations that are still going on."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Refused(Exception):
    """The request cannot be taken; the connection ends with this answer."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.answer = Answer(int(status), f"{why}\n".encode())


class _Conversation(socketserver.BaseRequestHandler):
    """One connection: requests and answers in turn, until either side has had enough."""

    server: _Server
    request: socket.socket

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):  # the sender is gone or silent; nobody is left to tell
            try:
                self._converse(_Reader(self.request, self.server.receiver.patience))
            except _Refused as refused:
                self._say("", refused.answer, is_last=True)
                self._linger()

    def _converse(self, reader: _Reader) -> None:
        is_last = False
        while not is_last and reader.begin():
            method, path, version, headers = _parse_head(reader.head())
            body = _read_body(reader, method, headers, self.server.receiver.max_body)
            is_last = version == "0" or "close" in _values(headers, "connection")
            answer = self.server.receiver.respond(Request(method, path, headers, body))
            self._say(method, answer, is_last=is_last)

    def _say(self, method: str, answer: Answer, *, is_last: bool) -> None:
        """Head and body in one write: apart they would cost a sender 40 ms (Nagle and delayed ACK)."""
        self.request.settimeout(self.server.receiver.patience)
        has_body = method != "HEAD" and answer.status not in _BODYLESS
        self.request.sendall(_head(answer, is_last=is_last) + (answer.body if has_body else b""))

    def _linger(self) -> None:
        """Throw away what still comes for a moment: closing on unread bytes resets the connection."""
        self.request.shutdown(socket.SHUT_WR)
        reader = _Reader(self.request, _LINGER)
        while reader.receive():
            reader.buffer.clear()


class _Reader:
    """Reads one request after the other from a socket; each has `patience` seconds in all."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        self.buffer = bytearray()
        self._connection = connection
        self._patience = patience
        self._deadline = time.monotonic() + patience

    def begin(self) -> bool:
        """Wait for a request; False when there comes none."""
        self._deadline = time.monotonic() + self._patience
        while not self.buffer.lstrip(b"\r\n"):
            if not self.receive():
                return False
        self._deadline = time.monotonic() + self._patience
        return True

    def head(self) -> bytes:
        """The request line and the header lines, without the empty line."""
        del self.buffer[: len(self.buffer) - len(self.buffer.lstrip(b"\r\n"))]
        return self.until(b"\r\n\r\n", _LONGEST_HEAD)

    def until(self, end: bytes, longest: int) -> bytes:
        """The bytes before `end`, which is taken too; a sender that ends its lines in LF alone never sends it."""
        searched = 0
        while (found := self.buffer.find(end, searched, longest + len(end))) < 0:
            if len(self.buffer) >= longest + len(end):
                raise _Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"more than {longest} bytes of header")
            if _BARE_LF.search(self.buffer, searched):
                raise _Refused(HTTPStatus.BAD_REQUEST, "a line ends in LF without CR")
            searched = max(0, len(self.buffer) - len(end))
            self._need()
        taken = bytes(self.buffer[:found])
        del self.buffer[: found + len(end)]
        return taken

    def exactly(self, length: int) -> bytes:
        """That many bytes."""
        while len(self.buffer) < length:
            self._need()
        taken = bytes(self.buffer[:length])
        del self.buffer[:length]
        return taken

    def invite(self, headers: Headers) -> None:
        """Ask for the body if its sender waits for that (RFC 9110, 10.1.1)."""
        if "100-continue" in _values(headers, "expect"):
            self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def receive(self) -> int:
        """Take in what comes; 0 at the end. Raises TimeoutError when the time is over."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        piece = self._connection.recv(_PIECE)
        self.buffer += piece
        return len(piece)

    def _need(self) -> None:
        try:
            if not self.receive():
                raise _Refused(HTTPStatus.BAD_REQUEST, "the request ends too early")
        except TimeoutError:
            raise _Refused(HTTPStatus.REQUEST_TIMEOUT, f"no whole request in {self._patience:g} s") from None


def _parse_head(head: bytes) -> tuple[str, str, str, Headers]:
    """Method, target, minor version and headers (RFC 9112, 3 and 5; RFC 9110, 5.5)."""
    first, *lines = head.split(b"\r\n")
    start = _REQUEST_LINE.fullmatch(first)
    fields = [_HEADER_LINE.fullmatch(line) for line in lines]
    if not start or None in fields:
        raise _Refused(HTTPStatus.BAD_REQUEST, "not an HTTP/1.1 request")
    method, target, version = map(_decode, start.groups())
    headers = tuple((_decode(field[1]), _decode(field[2])) for field in fields if field)
    hosts = sum(name.lower() == "host" for name, _ in headers)
    if hosts > 1 or (hosts == 0 and version == "1"):
        raise _Refused(HTTPStatus.BAD_REQUEST, f"one Host header is needed, not {hosts}")
    return method, target, version, headers


def _read_body(reader: _Reader, method: str, headers: Headers, longest: int) -> bytes:
    """The body, whichever way its length is given (RFC 9112, 6.3)."""
    codings, lengths = _values(headers, "transfer-encoding"), set(_values(headers, "content-length"))
    if (codings and lengths) or len(lengths) > 1:
        raise _Refused(HTTPStatus.BAD_REQUEST, "the length of the body is given twice")
    if codings and codings != ["chunked"]:
        raise _Refused(HTTPStatus.NOT_IMPLEMENTED, "the only transfer coding that is understood is chunked")
    if codings:
        return _read_chunks(reader, headers, longest)
    if not lengths and method in _NEED_BODY:
        raise _Refused(HTTPStatus.LENGTH_REQUIRED, "a Content-Length is needed")
    length = lengths.pop() if lengths else "0"
    if not (length.isascii() and length.isdigit()):
        raise _Refused(HTTPStatus.BAD_REQUEST, "the Content-Length is not a number")
    _check_length(len(length) > _LONGEST_NUMBER or int(length) > longest, longest)
    reader.invite(headers)
    return reader.exactly(int(length))


def _read_chunks(reader: _Reader, headers: Headers, longest: int) -> bytes:
    """A body in chunks (RFC 9112, 7.1); what stands in extensions and trailers is dropped."""
    reader.invite(headers)
    body = bytearray()
    while size := _chunk_size(reader):
        _check_length(len(body) + size > longest, longest)
        body += reader.exactly(size)
        if reader.exactly(2) != b"\r\n":
            raise _Refused(HTTPStatus.BAD_REQUEST, "a chunk is longer than it says")
    while reader.until(b"\r\n", _LONGEST_HEAD):
        pass
    return bytes(body)


def _chunk_size(reader: _Reader) -> int:
    line = _CHUNK_LINE.fullmatch(reader.until(b"\r\n", _LONGEST_LINE))
    if not line:
        raise _Refused(HTTPStatus.BAD_REQUEST, "a chunk has no length")
    return int(line[1], 16)


def _check_length(is_too_long: bool, longest: int) -> None:  # noqa: FBT001
    if is_too_long:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is longer than {longest} bytes")


def _values(headers: Headers, name: str) -> list[str]:
    """The values of a header, in lower case; one per element of a list."""
    lines = [value for key, value in headers if key.lower() == name]
    return [element.strip().lower() for line in lines for element in line.split(",")]


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _head(answer: Answer, *, is_last: bool) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if answer.status not in _BODYLESS:
        lines.append(f"Content-Length: {len(answer.body)}")
    if is_last:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def _phrase(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return ""
