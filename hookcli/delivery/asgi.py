"""The server's side of ASGI: an application's start and end, and one request to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from hookcli.delivery.exchange import LONGEST_ANSWER, Exchange
from hookcli.delivery.raised import ENDED, described
from hookcli.errors import AnswerTooLong, ApplicationFailed, ApplicationUnusable, DeliveryError

Event: TypeAlias = MutableMapping[str, Any]
"""A scope or a message of ASGI."""

Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[Event, Receive, Send], Awaitable[None]]

_AFTERWARDS = 0.1
"""Seconds after an answer of 5xx in which the exception is waited for that frameworks raise once more."""


class Lifespan:
    """An application's start and end (ASGI, "Lifespan Protocol", 2.0).

    One that raises an exception, or ends, before it has answered does not take part, as servers see it.
    """

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._said: asyncio.Queue[Event] = asyncio.Queue()
        self._started = asyncio.Event()
        self._ended = asyncio.Event()
        self._failures: dict[str, str] = {}
        self._error: BaseException | None = None
        self.state: dict[str, Any] | None = {}
        """What every request gets a copy of; None where the application does not take part."""

    async def start(self) -> None:
        """Tell it to start, and wait until it has.

        Raises:
            ApplicationUnusable: it says that it cannot.
        """
        self._task = asyncio.create_task(self._run())
        self._said.put_nowait({"type": "lifespan.startup"})
        await self._started.wait()
        if "startup" in self._failures:
            await asyncio.wait({self._task}, timeout=_AFTERWARDS)
            raise ApplicationUnusable(f"it did not start: {self._reason('startup')}")

    async def end(self) -> str:
        """Tell it to end, and wait until it has; why it could not, or nothing."""
        if self.state is None or self._ended.is_set():
            return ""
        self._said.put_nowait({"type": "lifespan.shutdown"})
        await self._ended.wait()
        await asyncio.wait({self._task}, timeout=_AFTERWARDS)
        return self._reason("shutdown") if self._error or "shutdown" in self._failures else ""

    def _reason(self, phase: str) -> str:
        """The exception, or the last line of what the application says, which is a whole traceback in Starlette."""
        said = self._failures.get(phase, "").strip().splitlines()[-1:]
        return described(self._error) if self._error else said[0].strip() if said else "it gave no reason"

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._said.get, self._hear)
        except BaseException as error:  # noqa: BLE001 (whatever an application raises)
            self._error = error
        if not self._started.is_set():
            self.state = None
        self._started.set()
        self._ended.set()

    async def _hear(self, event: Event) -> None:
        phase, _, outcome = event["type"].removeprefix("lifespan.").partition(".")
        if phase not in ("startup", "shutdown"):
            raise RuntimeError(f"{event['type']!r} is out of turn")
        if outcome == "failed":
            self._failures[phase] = str(event.get("message", ""))
        (self._started if phase == "startup" else self._ended).set()


class Visit:
    """One request to an application, and what has come back so far; itself an application, for a transport to call.

    It ends when the answer is complete, though the application may work on: whoever sent the message has what it waits
    for. An exception that comes later is none of the sender's business.

    Args:
        app: the application.
        body: of the request.
        exchange: takes the status.
        state: the lifespan's, to copy.
        at_work: keeps the tasks that are not done.
    """

    def __init__(
        self,
        app: AsgiApp,
        body: bytes,
        exchange: Exchange,
        state: dict[str, Any] | None,
        at_work: set[asyncio.Task[None]],
    ) -> None:
        self._app = app
        self._body: bytes | None = body
        self._exchange = exchange
        self._state = state
        self._at_work = at_work
        self._size = 0
        self._is_complete = False
        self._over = asyncio.Event()
        self._error: BaseException | None = None

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:  # noqa: ARG002 (the body is known)
        """Call the application, until its answer is complete or it has ended.

        Raises:
            DeliveryError: the answer is too long, or there is no complete one.
        """
        if self._state is not None:
            scope["state"] = self._state.copy()
        task = asyncio.create_task(self._run(scope, send))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        await self._over.wait()
        if self._exchange.status is not None and self._exchange.status >= 500:
            await asyncio.wait({task}, timeout=_AFTERWARDS)
        elif self._is_complete:
            return
        if isinstance(self._error, DeliveryError):
            raise self._error
        if self._error is not None or not self._is_complete:
            self._exchange.status = self._exchange.status or 500
            raise ApplicationFailed(f"raised {described(self._error)}" if self._error else ENDED)

    def hang_up(self) -> None:
        """Say that nobody waits any more."""
        self._over.set()

    async def _run(self, scope: Event, send: Send) -> None:
        async def say(event: Event) -> None:
            await self._hear(event, send)

        try:
            await self._app(scope, self._receive, say)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 (whatever an application raises is a finding)
            self._error = self._error or error
        finally:
            self._over.set()

    async def _receive(self) -> Event:
        """The whole body, and then, when it has come to that, that the sender has gone."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _hear(self, event: Event, send: Send) -> None:
        """Take a part of the answer in, and pass it on.

        Raises:
            OSError: nobody waits any more (ASGI, "HTTP & WebSocket", 2.4, "Disconnected Client").
            RuntimeError: it is not its turn.
        """
        if self._over.is_set():
            raise OSError("the sender has hung up")
        if event["type"] == "http.response.start" and self._exchange.status is None:
            self._exchange.status = int(event["status"])
        elif event["type"] == "http.response.body" and self._exchange.status is not None:
            self._size += len(event.get("body", b""))
        else:
            raise RuntimeError(f"{event['type']!r} is out of turn")
        if self._size > LONGEST_ANSWER:
            self._error = AnswerTooLong()
            self._over.set()
            raise OSError("the sender has hung up")
        await send(event)
        if event["type"] == "http.response.body" and not event.get("more_body", False):
            self._is_complete = True
            self._over.set()
        await asyncio.sleep(0)  # others too: an answer without end would have the loop for itself
