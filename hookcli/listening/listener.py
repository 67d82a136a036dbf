"""An ASGI server that a stranger may talk to. The only door to uvicorn.

Why uvicorn: it is one process with one event loop, so that a kill leaves nothing behind, and its protocol is a class
that can be told to keep header names as they came (ASGI has them in lower case) and to hang up on whoever takes too
long; a connection that never sends anything is not bounded by uvicorn itself. tests/benchmarks/bench_listen.py has the
rates and the start-up of both uvicorn and granian.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeAlias

import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from hookcli.capture.addresses import refused, url_of
from hookcli.dataclass import dataclass

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
"""ASGI 3. In the scope there are also `hookcli.target` and `hookcli.lines`, the request's target and header lines as
they came, and `hookcli.hang_up`, which breaks the connection off."""

LINGER = 1.0
"""Seconds that a refused sender has to read why: closing on unread bytes would reset the connection."""

_SWEEP = 0.25
"""Seconds between two looks at who is late."""

_BLANK = (b" ", b"\t")

_GRACE = 2
"""Seconds that requests in hand have to end when the listener ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a stranger may ask for."""

    body: int = 10_000_000
    """Bytes of a request's body."""
    head: int = 65_536
    """Bytes of a request's line and headers."""
    seconds: float = 30.0
    """For one whole request, from its first byte, and for a connection to begin one."""
    room: int = 256_000_000
    """Bytes of the bodies that are held at once."""
    connections: int = 10_000


class Usage:
    """What is in use of the bounds, by all connections together."""

    def __init__(self) -> None:
        self.room = 0
        """Bytes of bodies."""


class Listener:
    """Listens on an address from when it is made, and serves an application while it is run.

    Args:
        application: called for every request, with `hookcli.target` and `hookcli.lines` in its scope.
        host: the address to listen on.
        port: the port; 0 picks a free one.
        bounds: what a stranger may ask for.
        port_option: what chooses the port, for the message of an error.
        on_stop: called before requests in hand are waited for, to end those that last.

    Raises:
        AddressInUse: the address cannot be listened on.
    """

    def __init__(
        self,
        application: Application,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        bounds: Bounds | None = None,
        port_option: str = "--port",
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self._bounds = bounds or Bounds()
        self._on_stop = on_stop
        self._socket = _bound_socket(host, port, port_option)
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        usage = Usage()
        self._server = _Server(
            uvicorn.Config(
                application,
                http=partial(_Conversation, bounds=self._bounds, usage=usage),  # type: ignore[arg-type]
                ws="none",
                interface="asgi3",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=int(self._bounds.seconds),
                timeout_graceful_shutdown=_GRACE,
                backlog=2048,
            )
        )

    @property
    def url(self) -> str:
        """Where to send to; for a listener on every address, this machine's own."""
        return url_of(self.host, self.port)

    async def run(self) -> None:
        """Serve until `stop`; requests in hand are answered first."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)
        sweeping = asyncio.ensure_future(self._sweep())
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            sweeping.cancel()

    def stop(self) -> None:
        """Serve no more. From another thread: `loop.call_soon_threadsafe`."""
        self._on_stop()
        self._server.should_exit = True

    def close(self) -> None:
        """Listen no more, where it was never run."""
        self._socket.close()

    async def _sweep(self) -> None:
        """Hang up on whoever takes too long."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP)
            latest = loop.time() - self._bounds.seconds
            for each in list(self._server.server_state.connections):
                if isinstance(each, _Conversation) and each.waits_since is not None and each.waits_since < latest:
                    each.expire()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the command's to hear."""
        yield


class _Conversation(HttpToolsProtocol):
    """One connection, held to its bounds."""

    def __init__(self, *args: Any, bounds: Bounds, usage: Usage, **named: Any) -> None:
        super().__init__(*args, **named)
        self._bounds = bounds
        self._usage = usage
        self._head = 0
        """Bytes since the last request's end, while there is no whole head."""
        self._body = 0
        """Bytes of this request's body."""
        self._held = 0
        """Bytes of bodies that are not answered yet."""
        self._in_head = True
        self._is_refused = False
        self._running: RequestResponseCycle | None = None
        """The request that is being answered; `cycle` is the last that was read."""
        self._lines: list[tuple[bytes, bytes]] = []
        self.waits_since: float | None = self.loop.time()
        """When the request that is being read began, or the connection; None while nothing is waited for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._bounds.connections:
            self._refuse(503, f"more than {self._bounds.connections} connections at once")

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._leave()
        self._release()

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        was_in_head, body = self._in_head, self._body
        if was_in_head:
            self._head += len(data)
        super().data_received(data)
        is_beside = not was_in_head and not self._in_head and self._body == body
        if is_beside:  # a chunk's extension, or a trailer
            self._head += len(data)
        if (self._in_head or is_beside) and self._head > self._bounds.head and not self._is_refused:
            self._refuse(431, f"more than {self._bounds.head} bytes of header")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._lines = []
        self._body = 0
        self._in_head = True
        self.waits_since = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer is no header (RFC 9110, section 6.5.1)
        if value[-1:] in _BLANK:
            value = value.rstrip(b" \t")  # no part of it (RFC 9110, section 5.5), and left in by the parser
        self._lines.append((name, value))
        lower = name.lower()
        if lower == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((lower, value))

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._is_refused:
            return
        lengths = [value for name, value in self.headers if name == b"content-length"]
        if lengths and int(lengths[0][-20:]) > self._bounds.body:  # the parser takes no more than 64 bits of it
            self._refuse(413, f"the body is longer than {self._bounds.body} bytes")
            return
        scope: Scope = self.scope  # type: ignore[assignment]
        scope["hookcli.target"] = self.url
        scope["hookcli.lines"] = self._lines
        scope["hookcli.hang_up"] = self._hang_up
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._is_refused:
            return
        self._body += len(body)
        self._held += len(body)
        self._usage.room += len(body)
        if self._body > self._bounds.body:
            self._refuse(413, f"the body is longer than {self._bounds.body} bytes")
        elif self._usage.room > self._bounds.room:
            self._refuse(503, "too many requests at once")
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._head = 0
        self._in_head = True
        self.waits_since = None
        if not self._is_refused:
            super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        self._release()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        if not self._is_refused:
            self._refuse(400, msg)

    def expire(self) -> None:
        """Give up on a request that does not end."""
        if self._is_refused or not self._head:
            self.transport.close()
        else:
            self._refuse(408, f"no whole request in {self._bounds.seconds:g} s")

    def _release(self) -> None:
        self._usage.room -= self._held
        self._held = 0

    def _hang_up(self) -> None:
        """Break the connection off, without an answer."""
        self._is_refused = True
        self._leave()
        self.transport.abort()

    def _leave(self) -> None:
        """Let the application know that its answer reaches nobody."""
        for cycle in (self._running, self.cycle):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()

    def _refuse(self, status: int, why: str) -> None:
        """Answer without the application, and hear no more."""
        self._is_refused = True
        self.waits_since = None
        self.pipeline.clear()
        running = self._running
        if running is not None and not running.response_complete and not running.more_body:
            running.keep_alive = False  # its answer is due first; what is refused came after it, and is hung up on
            return
        self._leave()
        self._release()
        if self.transport.is_closing():
            return
        text = f"{why}\n".encode()
        retry = b"Retry-After: 5\r\n" if status == 503 else b""
        head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n" % len(text)
        self.transport.write(STATUS_LINE[status] + head + retry + b"\r\n" + text)
        with suppress(OSError, RuntimeError):
            self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.close)


def _bound_socket(host: str, port: int, option: str) -> socket.socket:
    """A socket that is bound and listens, so that a port in use is known before anything else is done."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(2048)
    except (OSError, OverflowError, TypeError, UnicodeError) as error:  # TypeError: a name that is none
        made.close()
        raise refused(host, port, error, option) from error
    return made
