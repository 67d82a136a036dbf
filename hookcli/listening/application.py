"""The receiver as an ASGI application: a request is examined, kept, and only then answered."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from hookcli.capture.rows import row_of
from hookcli.dataclass import dataclass
from hookcli.errors import StoreUnusable
from hookcli.listening.examiner import Examiner, Found, Request
from hookcli.listening.faults import Faults
from hookcli.listening.keeper import Keeper
from hookcli.listening.listener import Receive, Scope, Send
from hookcli.models import Arrival, Headers, Received

LARGE = 65_536
"""Bytes of a body that is examined in a thread, so that the others need not wait for it."""

_TEXT: Headers = (("Content-Type", "text/plain; charset=utf-8"),)
_WAIT: Headers = (*_TEXT, ("Retry-After", "5"))
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

BODYLESS = frozenset({204, 304})
"""Statuses whose answers have no body (RFC 9110, sections 15.3.5 and 15.4.5)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered."""

    status: int
    body: bytes = b""
    headers: Headers = _TEXT


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What the endpoint behind answered, or why there is no answer."""

    answer: Answer
    elapsed: float
    """Seconds."""
    note: str = ""
    """Why there is no answer, in a sentence; `answer` is what the sender is told then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the receiver does with requests."""

    path: str = "/"
    """Where it receives: there and below."""
    faults: Faults = Faults()
    only_genuine: bool = False
    """Whether what is not genuine is refused (401) and not kept: strangers can reach us."""
    endpoint: str = ""
    """Where requests are passed on to, without credentials."""
    until: int | None = None
    """How many are kept before it ends."""


class Application:
    """Calls `tell` for every request that it is done with, and `end` when there were enough, or when it has a bug.

    Args:
        examiner: finds out about requests.
        keeper: keeps them.
        terms: what is done with them.
        forward: passes a request on.
        tell: is told of each in the order in which they were answered; must not wait.
        end: ends the run.
        now: Unix time in seconds.
    """

    def __init__(
        self,
        examiner: Examiner,
        keeper: Keeper,
        terms: Terms,
        *,
        forward: Callable[[Request], Awaitable[Forwarded]] | None,
        tell: Callable[[Received], None],
        end: Callable[[], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.problem: Exception | None = None
        """The first bug."""
        self.kept = 0
        """Requests that were kept, and answered."""
        self._examiner = examiner
        self._keeper = keeper
        self._terms = terms
        self._forward = forward
        self._tell = tell
        self._end = end
        self._now = now
        self._count = 0
        faults = terms.faults
        self._is_plain = not (faults.delay or faults.drop or faults.slow_body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request (ASGI 3)."""
        try:
            body = await _whole_body(receive)
            if body is not None:
                request = Request(
                    scope["method"], scope["hookcli.target"], scope["hookcli.lines"], scope["headers"], body
                )
                await self._take(request, scope, send)
        except Exception as problem:  # noqa: BLE001 - kept for whoever runs this, who says that it is a bug
            self.problem = self.problem or problem
            self._end()

    async def _take(self, request: Request, scope: Scope, send: Send) -> None:
        started = time.perf_counter()
        if not _is_below(scope["path"], self._terms.path):
            await _say(send, Answer(404, f"nothing is received here, but at {self._terms.path}\n".encode()))
        elif request.method in _LOOKING and not request.body:
            await _say(send, Answer(405, b"webhooks are received here: POST one\n", (*_TEXT, ("Allow", "POST"))))
        else:
            refused = self._examiner.refused(request, self._now()) if self._terms.only_genuine else None
            if refused is not None:
                await _say(send, Answer(401, b"the signature is not genuine\n"))
                self._done(refused, started, refused.reason, kept=False)
                return
            self._count += 1
            found = await self._examine(request)
            await self._keep(request, found, send, scope["hookcli.hang_up"], started)

    async def _examine(self, request: Request) -> Found:
        status, endpoint = self._planned(request.method)
        at = self._now()
        if len(request.body) > LARGE:
            return await asyncio.to_thread(self._examiner.examine, request, at, status, endpoint)
        return self._examiner.examine(request, at, status, endpoint)

    async def _keep(
        self, request: Request, found: Found, send: Send, hang_up: Callable[[], None], started: float
    ) -> None:
        arrival = found.arrival
        try:
            await self._keeper.keep(row_of(arrival, found.lines))
        except StoreUnusable as fault:
            self._examiner.forget(found)
            await _say(send, Answer(503, b"the message could not be kept; send it again\n", _WAIT))
            self._done(replace(arrival, id=0, status=503), started, str(fault), kept=False)
            return
        try:
            arrival, note = await self._reply(request, arrival, send, hang_up)
        except asyncio.CancelledError:
            self._keeper.note(arrival.id, None, None)
            self._done(replace(arrival, status=None), started, "it was kept, but the run ended before it was answered")
            raise
        self._done(arrival, started, note)
        self.kept += 1
        if self.kept == self._terms.until:
            self._end()

    async def _reply(
        self, request: Request, arrival: Arrival, send: Send, hang_up: Callable[[], None]
    ) -> tuple[Arrival, str]:
        """Answer what was kept; the arrival with its answer, and what went wrong behind."""
        note = ""
        if self._forward is not None and arrival.endpoint:
            forwarded = await self._forward(request)
            arrival = replace(arrival, status=forwarded.answer.status, elapsed=forwarded.elapsed)
            self._keeper.note(arrival.id, arrival.status, forwarded.elapsed)
            note = forwarded.note
            await self._give(forwarded.answer, send, hang_up)
        elif self._is_plain:
            await _say_plainly(send, arrival.status or 200)
        else:
            await self._give(Answer(arrival.status or 200), send, hang_up)
        return arrival, note

    def _done(self, arrival: Arrival, started: float, note: str, *, kept: bool = True) -> None:
        self._tell(Received(arrival, kept, time.perf_counter() - started, note))

    def _planned(self, method: str) -> tuple[int | None, str]:
        """The status that the next request is to get, None for none; and the endpoint that answers instead."""
        faults = self._terms.faults
        if method != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED, ""
        if faults.drop:
            return None, ""
        status = faults.status_of(self._count)
        is_forwarded = self._forward is not None and self._count > faults.fail_first
        return (None, self._terms.endpoint) if is_forwarded else (status, "")

    async def _give(self, answer: Answer, send: Send, hang_up: Callable[[], None]) -> None:
        """Answer, with the faults that were asked for."""
        faults = self._terms.faults
        if faults.delay:
            await asyncio.sleep(faults.delay)
        if faults.drop:
            hang_up()
        elif faults.slow_body and answer.status not in BODYLESS:
            await _trickle(send, replace(answer, body=answer.body or b"received\n"), faults.slow_body)
        else:
            await _say(send, answer)


async def _whole_body(receive: Receive) -> bytes | None:
    """The body; None where the sender hung up before its end."""
    message = await receive()
    if not message.get("more_body") and message["type"] == "http.request":
        body: bytes = message["body"]
        return body
    pieces = bytearray()
    while message["type"] == "http.request":
        pieces += message["body"]
        if not message["more_body"]:
            return bytes(pieces)
        message = await receive()
    return None


def _is_below(path: str, top: str) -> bool:
    return top == "/" or path == top or path.startswith(top.rstrip("/") + "/")


async def _say_plainly(send: Send, status: int) -> None:
    """An answer without a body, which most are."""
    await send(_plain_start(status))
    await send(_PLAIN_END)


@functools.cache
def _plain_start(status: int) -> dict[str, Any]:
    headers = [] if status in BODYLESS else [(b"Content-Length", b"0")]
    return {"type": "http.response.start", "status": status, "headers": headers}


_PLAIN_END = {"type": "http.response.body", "body": b""}


async def _start(send: Send, answer: Answer) -> None:
    headers = [(name.encode("latin-1"), value.encode("utf-8", "surrogateescape")) for name, value in answer.headers]
    if answer.status not in BODYLESS:
        headers.append((b"Content-Length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def _say(send: Send, answer: Answer) -> None:
    await _start(send, answer)
    body = b"" if answer.status in BODYLESS else answer.body
    await send({"type": "http.response.body", "body": body})


async def _trickle(send: Send, answer: Answer, seconds: float) -> None:
    """The body byte by byte."""
    await _start(send, answer)
    for position in range(len(answer.body)):
        await asyncio.sleep(seconds / len(answer.body))
        piece: dict[str, Any] = {"body": answer.body[position : position + 1], "more_body": True}
        await send({"type": "http.response.body", **piece})
    await send({"type": "http.response.body", "body": b""})
