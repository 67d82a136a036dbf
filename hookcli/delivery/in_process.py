"""Attempts at an application in this process: no port, no server. The only door to httpx, for its transports.

They are made for a test's own application: they wait without end, raise what it raises, and wait for what it does after
its answer. Each attempt puts a visit between transport and application, which sees what a sender would see.
"""

from __future__ import annotations

import asyncio
import queue
from abc import ABC, abstractmethod
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from types import TracebackType

import httpx

from hookcli.delivery import asgi, wsgi
from hookcli.delivery.address import Address, parse_address
from hookcli.delivery.exchange import Exchange
from hookcli.delivery.failures import failure_of
from hookcli.delivery.headers import Lines, header_lines
from hookcli.delivery.loops import LoopThread
from hookcli.delivery.raised import described
from hookcli.errors import ApplicationFailed, ApplicationUnusable, DeliveryError, Late
from hookcli.models import Attempt, Message

_ENDING = 5.0
"""Seconds that an application may take to end."""

_ENDING_AT_ONCE = 0.5
"""The same, after Ctrl-C."""

_WORKING_ON = 1.0
"""Seconds that are left to what it does after its answers."""


class Application(ABC):
    """An application in this process; many threads may make attempts at it, while it is entered.

    Args:
        name: how to call it, as `module:app`.
        deadline: seconds for a whole exchange.
    """

    def __init__(self, name: str, deadline: float) -> None:
        self.name = name
        self._deadline = deadline
        self.trouble = ""
        """Why it did not end well; known when it is left."""

    def __enter__(self) -> Application:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def attempt(self, message: Message, url: str, number: int = 1) -> Attempt:
        """POST the exact body with the message's headers, once, within the deadline; as `Client.attempt`.

        An exception that the application raises is a `Failure` of the attempt, and its status 500.
        """
        return self._attempt("POST", message, url, number)

    def get(self, url: str) -> Attempt:
        """GET what is at a URL, once, within the deadline."""
        return self._attempt("GET", Message("", b""), url, 1)

    def _attempt(self, method: str, message: Message, url: str, number: int) -> Attempt:
        exchange, failure = Exchange(self._deadline), None
        try:
            address = parse_address(url)
            self._carry(method, address, _lines(method, message, address), message.body, exchange)
            elapsed = exchange.elapsed
            exchange.left(Late)
        except DeliveryError as error:
            elapsed = exchange.elapsed
            failure = failure_of(error, where=self.name, deadline=self._deadline)
        return Attempt(number, exchange.status, elapsed, failure, bytes(exchange.answer))

    @abstractmethod
    def _carry(self, method: str, address: Address, lines: Lines, body: bytes, exchange: Exchange) -> None:
        """Take a request to the application, and its answer in.

        Raises:
            DeliveryError: there is no good answer.
        """


def _lines(method: str, message: Message, address: Address) -> Lines:
    lines = header_lines(message, address)
    return [line for line in lines if line[0] != b"Content-Length"] if method == "GET" else lines


class AsgiApplication(Application):
    """An ASGI application, in an event loop of its own; started when it is entered, ended when it is left.

    Args:
        app: the application.
        name: how to call it, as `module:app`.
        deadline: seconds for a whole exchange.
        patience: seconds that it may take to start.

    Raises:
        ApplicationUnusable: on entering it, when it does not start.
    """

    def __init__(self, app: asgi.AsgiApp, name: str, deadline: float, patience: float = 30.0) -> None:
        super().__init__(name, deadline)
        self._app = app
        self._patience = patience
        self._at_work: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Application:
        self._thread = LoopThread()
        try:
            slow = ApplicationUnusable(f"it did not start within {self._patience:g} s")
            self._thread.run(self._start(), self._patience, slow)
        except ApplicationUnusable as error:
            self._thread.close(_ENDING_AT_ONCE)
            raise ApplicationUnusable(f"{self.name}: {error}.") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_hurried = kind is not None and not issubclass(kind, Exception)
        patience = _ENDING_AT_ONCE if is_hurried else _ENDING
        try:
            self._thread.run(asyncio.sleep(0), _ENDING_AT_ONCE, TimeoutError("its event loop is blocked"))
            slow = TimeoutError(f"it did not end within {patience:g} s")
            self.trouble = self._thread.run(self._end(0 if is_hurried else _WORKING_ON), patience, slow)
        except TimeoutError as expired:
            self.trouble = str(expired)
        if not is_hurried:  # else threads may still have attempts for the loop, and the process ends
            self._thread.close(_ENDING_AT_ONCE)

    async def _start(self) -> None:
        self._lifespan = asgi.Lifespan(self._app)
        await self._lifespan.start()

    async def _end(self, patience: float) -> str:
        if self._at_work:
            await asyncio.wait([*self._at_work], timeout=patience)
        return await self._lifespan.end()

    def _carry(self, method: str, address: Address, lines: Lines, body: bytes, exchange: Exchange) -> None:
        request = httpx.Request(method, address.url, headers=lines, content=body)
        self._thread.run(self._visit(request, body, exchange), exchange.left(Late), Late())

    async def _visit(self, request: httpx.Request, body: bytes, exchange: Exchange) -> None:
        visit = asgi.Visit(self._app, body, exchange, self._lifespan.state, self._at_work)
        try:
            response = await httpx.ASGITransport(app=visit).handle_async_request(request)
        finally:
            visit.hang_up()  # also when the deadline has passed, which cancels this
        assert isinstance(response.stream, httpx.AsyncByteStream)
        exchange.take(response.status_code, [part async for part in response.stream])


class WsgiApplication(Application):
    """A WSGI application; each attempt has a thread of its own, which is left behind when it is late.

    Args:
        app: the application.
        name: how to call it, as `module:app`.
        deadline: seconds for a whole exchange.
        is_inline: call it in the thread that makes the attempt, as what hangs on that thread, a database's transaction
            for one, is the application's then, too; one that is late is waited for, and late all the same.
    """

    def __init__(self, app: wsgi.WsgiApp, name: str, deadline: float, *, is_inline: bool = False) -> None:
        super().__init__(name, deadline)
        self._app = app
        self._is_inline = is_inline

    def _carry(self, method: str, address: Address, lines: Lines, body: bytes, exchange: Exchange) -> None:
        over: SimpleQueue[DeliveryError | None] = SimpleQueue()
        request = httpx.Request(method, address.url, content=body)
        visit = wsgi.Visit(self._app, lines, exchange)
        if self._is_inline:
            self._visit(visit, request, exchange, over)
        else:
            Thread(target=self._visit, args=(visit, request, exchange, over), daemon=True).start()
        try:
            error = over.get(timeout=exchange.left(Late))
        except queue.Empty:
            raise Late from None
        if error is not None:
            raise error

    def _visit(
        self, visit: wsgi.Visit, request: httpx.Request, exchange: Exchange, over: SimpleQueue[DeliveryError | None]
    ) -> None:
        over.put(self._fault(visit, request, exchange))
        with suppress(Exception):  # what is raised now is no part of the answer
            visit.close()

    def _fault(self, visit: wsgi.Visit, request: httpx.Request, exchange: Exchange) -> DeliveryError | None:
        """Take the answer in; why there is no good one."""
        try:
            response = httpx.WSGITransport(app=visit).handle_request(request)
            assert isinstance(response.stream, httpx.SyncByteStream)
            exchange.take(response.status_code, response.stream)
        except BaseException as error:
            if self._is_inline and not isinstance(error, (Exception, SystemExit)):
                raise  # Ctrl-C, or what ends a test: in a thread of its own neither can come up
            exchange.status = exchange.status if exchange.answer else 500
            return error if isinstance(error, DeliveryError) else ApplicationFailed(f"raised {described(error)}")
        return None
