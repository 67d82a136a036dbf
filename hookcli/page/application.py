"""The page as an ASGI 3 application: it runs in the event loop of whoever receives, and never blocks it."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias

from hookcli.capture.filters import Filter
from hookcli.capture.store import Store
from hookcli.delivery.address import parse_address
from hookcli.delivery.asgi import Event, Receive, Send
from hookcli.errors import CaptureUnknown, HookcliError, StoreUnusable
from hookcli.models import Arrival, Attempt, Json, Signature, Verdict
from hookcli.page.documents import documents
from hookcli.page.exchanges import (
    Answer,
    Refused,
    Request,
    json_answer,
    number_of,
    read_object,
    request_of,
    say,
    start,
)
from hookcli.page.feed import Feed, Subscription, missed
from hookcli.page.guard import Guard
from hookcli.page.records import shown_attempt, shown_capture, shown_summary
from hookcli.page.shelf import Shelf, search
from hookcli.reporting.capture_records import capture_summary

Replay: TypeAlias = Callable[[Arrival, str, bool], Awaitable[Attempt]]
"""Sends a capture to a URL, signed anew or not; raises HookcliError where it cannot be sent."""

Curl: TypeAlias = Callable[[Arrival, str], str]
"""The curl line that sends a capture to a URL."""

MOST = 1_000
"""Captures in one answer."""

_USUAL = 200
_MOST_MISSED = 500
_LONGEST_LINE = 200_000
_LONGEST_URL = 4_096
_REPLAYS = 4
_CAPTURE = re.compile(r"/api/captures/([0-9]{1,18})(|/body|/curl|/replay)")
_CHOICES = {"verdict": [each.value for each in Verdict], "signature": [each.value for each in Signature]}


class Page:
    """Shows what is in a store, and what is added to it.

    Args:
        store_path: the store; it must be there by the first request.
        feed: where whoever receives publishes what it keeps.
        host: the address that the page is served on.
        port: its port.
        replay: called for each replay that is asked for.
        curl: called for each line that is asked for.
        receiver: the URL to send to, as it is shown.
        replay_to: a URL that is offered for replays.
        can_resign: whether there is a secret to sign anew with.
        names: other host names that lead to the page.
        token: what a browser must show; needed where the page is not on loopback.
    """

    def __init__(
        self,
        store_path: str,
        feed: Feed,
        *,
        host: str,
        port: int,
        replay: Replay,
        curl: Curl,
        receiver: str = "",
        replay_to: str = "",
        can_resign: bool = False,
        names: Collection[str] = (),
        token: str | None = None,
    ) -> None:
        self.problem: Exception | None = None
        """The first bug."""
        self._shelf = Shelf(store_path)
        self._feed = feed
        self._guard = Guard(host, port, names=names, token=token)
        self._replay = replay
        self._curl = curl
        self._about = {
            "receiver": receiver,
            "store": store_path,
            "replay_to": replay_to,
            "can_resign": can_resign,
            "run": secrets.token_hex(8),
        }
        self._replays = asyncio.Semaphore(_REPLAYS)

    def close(self) -> None:
        """End the feed, and let the store go."""
        self._feed.close()
        self._shelf.close()

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """One connection, as ASGI 3 has it; of its kinds HTTP alone."""
        if scope["type"] != "http":
            raise ValueError("the page speaks HTTP alone")
        try:
            request = request_of(scope)
            self._guard.check(request)
            if request.path == "/api/feed":
                await self._tell(request, receive, send)
                return
            answer = await self._answer(request, receive)
        except Refused as refused:
            answer = refused.answer
        except HookcliError as error:
            answer = Refused(_STATUSES.get(type(error), 400), str(error)).answer
        except Exception as problem:  # noqa: BLE001 - kept for whoever runs this, who says that it is a bug
            self.problem = self.problem or problem
            answer = Refused(500, "this is a bug in hookcli; it is told where `hookcli listen` runs").answer
        await say(send, answer, is_head=scope["method"] == "HEAD")

    async def _answer(self, request: Request, receive: Receive) -> Answer:
        if request.path in documents():
            _demand(request, "GET", "HEAD")
            return documents()[request.path]
        if request.path == "/api/session":
            _demand(request, "POST")
            return self._guard.admit((await read_object(request, receive)).get("token"))
        self._guard.check_pass(request)
        if request.path == "/api/about":
            _demand(request, "GET")
            return json_answer(self._about)
        if request.path == "/api/captures":
            _demand(request, "GET")
            return await self._list(request)
        match = _CAPTURE.fullmatch(request.path)
        if match is None:
            raise Refused(404, "there is nothing here")
        return await self._one(request, receive, number_of(match[1], "ID"), match[2])

    async def _list(self, request: Request) -> Answer:
        wanted = _filter_of(request)
        limit = request.whole("limit")
        limit = _USUAL if limit is None else max(1, min(limit, MOST))

        def work(store: Store) -> Answer:
            arrivals, before = search(store, wanted, limit)
            return json_answer(
                {"captures": [shown_summary(capture_summary(each)) for each in arrivals], "before": before}
            )

        return await self._shelf.read(work)

    async def _one(self, request: Request, receive: Receive, number: int, what: str) -> Answer:
        _demand(request, "POST" if what == "/replay" else "GET")
        asked = await read_object(request, receive) if what == "/replay" else {}
        arrival = await self._shelf.read(lambda store: store.get(number))
        if what == "/body":
            name = f'attachment; filename="capture-{number}"'
            return Answer(200, arrival.body, "application/octet-stream", (("Content-Disposition", name),))
        if what == "/curl":
            return await asyncio.to_thread(self._line, arrival, _checked(request.one("url")))
        if what == "/replay":
            return await self._replayed(arrival, asked)
        return await asyncio.to_thread(lambda: json_answer(shown_capture(arrival)))

    def _line(self, arrival: Arrival, url: str) -> Answer:
        line = self._curl(arrival, url) if arrival.size <= _LONGEST_LINE else ""
        if not line or len(line) > 5 * _LONGEST_LINE:
            raise Refused(413, "the payload is too long for a line; `hookcli captures export` writes a script")
        return json_answer({"curl": line})

    async def _replayed(self, arrival: Arrival, asked: dict[str, Json]) -> Answer:
        url, resign = asked.get("url"), asked.get("resign", False)
        if not isinstance(url, str) or not isinstance(resign, bool):
            raise Refused(400, "url must be a text, resign true or false")
        if self._replays.locked():
            raise Refused(503, f"{_REPLAYS} replays are under way; wait for one of them")
        async with self._replays:
            return json_answer(shown_attempt(await self._replay(arrival, _checked(url), resign)))

    async def _tell(self, request: Request, receive: Receive, send: Send) -> None:
        """Pass on what is published until the browser, or the feed, is at its end."""
        _demand(request, "GET")
        self._guard.check_pass(request)
        text = request.headers.get("last-event-id") or request.one("after")
        after = number_of(text, "after") if text else None
        subscription = self._feed.subscribe()
        if subscription is None:
            raise Refused(503, "too many browsers look at once", ("Retry-After", "5"))
        with subscription:
            since = b"retry: 1000\n\n" + await self._missed(after)
            await start(send, Answer(kind="text/event-stream"))
            await send({"type": "http.response.body", "body": since, "more_body": True})
            tasks = {asyncio.ensure_future(_pass_on(subscription, send)), asyncio.ensure_future(_gone(receive))}
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _missed(self, after: int | None) -> bytes:
        if after is None:
            return b""
        wanted = Filter(after=after)
        arrivals = await self._shelf.read(
            lambda store: list(store.find(wanted, newest_first=False, limit=_MOST_MISSED))
        )
        return missed([capture_summary(each) for each in arrivals], _MOST_MISSED)


async def _pass_on(subscription: Subscription, send: Send) -> None:
    while piece := await subscription.take():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _demand(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise Refused(405, f"{request.path} takes {' and '.join(methods)} alone", ("Allow", ", ".join(methods)))


def _filter_of(request: Request) -> Filter:
    for name, known in _CHOICES.items():
        for value in request.query.get(name, ()):
            if value not in known:
                raise Refused(400, f"{name} must be one of {', '.join(known)}")
    query = request.query
    return Filter(
        text=request.one("text"),
        events=tuple(query.get("event", ())),
        verdicts=tuple(query.get("verdict", ())),
        signatures=tuple(query.get("signature", ())),
        before=request.whole("before"),
        after=request.whole("after"),
    )


def _checked(url: str) -> str:
    """A URL that something is sent to.

    Raises:
        Refused: it is not an http or https URL, or too long.
    """
    if len(url) > _LONGEST_URL:
        raise Refused(400, f"the URL is longer than {_LONGEST_URL} characters")
    try:
        parse_address(url)
    except ValueError as error:
        raise Refused(400, f"not a URL to send to: {error}") from error
    return url


_STATUSES: dict[type[HookcliError], int] = {CaptureUnknown: 404, StoreUnusable: 503}
