"""What arrives, told to every browser that looks: server-sent events (HTML Standard, section 9.2)."""

from __future__ import annotations

import asyncio
from collections import deque

from hookcli.jsontext import dump
from hookcli.models import Json
from hookcli.page.records import shown_summary

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent: what breaks unseen is found so."""

_ROOM = 1_000
"""Events that wait for one subscriber."""

_PAUSE = 0.05
"""Seconds between two pieces: of many messages a second a browser gets some at a time."""

_BEHIND = b"event: behind\ndata: {}\n\n"
_SILENCE = b": \n\n"


class Feed:
    """Passes on summaries of captures. Belongs to one event loop; nothing here waits.

    Args:
        room: events that wait for one subscriber; who has more is told to fetch what it missed.
        most: subscribers at once.
    """

    def __init__(self, *, room: int = _ROOM, most: int = 32) -> None:
        self._room = room
        self._most = most
        self._subscriptions: set[Subscription] = set()
        self._is_closed = False

    @property
    def is_watched(self) -> bool:
        """Whether anybody looks: for nobody no summary need be made."""
        return bool(self._subscriptions)

    def publish(self, summary: dict[str, Json]) -> None:
        """Tell that a capture was kept, or that more is known of it, as its answer.

        Args:
            summary: with its `id`.
        """
        if self._subscriptions:
            event = event_of(summary)
            for subscription in self._subscriptions:
                subscription.put(event)

    def subscribe(self) -> Subscription | None:
        """A new subscription, to be entered; None when there are too many, or the feed is at its end."""
        if self._is_closed or len(self._subscriptions) >= self._most:
            return None
        return Subscription(self._subscriptions, self._room)

    def close(self) -> None:
        """End every subscription, so that the server can end."""
        self._is_closed = True
        for subscription in self._subscriptions:
            subscription.end()


class Subscription:
    """One browser's share; events count while it is entered."""

    def __init__(self, subscriptions: set[Subscription], room: int) -> None:
        self._subscriptions = subscriptions
        self._events: deque[bytes] = deque()
        self._room = room
        self._is_ended = False
        self._news = asyncio.Event()

    def __enter__(self) -> Subscription:
        self._subscriptions.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._subscriptions.discard(self)

    def put(self, event: bytes) -> None:
        """Add an event; what does not fit is replaced by the word that it was."""
        if len(self._events) >= self._room:
            self._events.clear()
            event = _BEHIND
        self._events.append(event)
        self._news.set()

    def end(self) -> None:
        """No more comes."""
        self._is_ended = True
        self._news.set()

    async def take(self, *, heartbeat: float = HEARTBEAT, pause: float = _PAUSE) -> bytes:
        """What to send next: events, a comment when none came for `heartbeat` seconds, nothing at the end."""
        timer = asyncio.get_running_loop().call_later(heartbeat, self._news.set)
        try:
            await self._news.wait()
        finally:
            timer.cancel()
        if self._events and not self._is_ended:
            await asyncio.sleep(pause)
        piece = b"".join(self._events)
        self._events.clear()
        if self._is_ended:
            return piece
        self._news.clear()
        return piece or _SILENCE


def event_of(summary: dict[str, Json]) -> bytes:
    """A summary as an event; by its id a browser says later where it left off."""
    return b"id: %d\ndata: %b\n\n" % (summary["id"], dump(shown_summary(summary)))


def missed(summaries: list[dict[str, Json]], most: int) -> bytes:
    """What a browser gets that comes back: each event, or the word to fetch where there are `most` or more."""
    return _BEHIND if len(summaries) >= most else b"".join(map(event_of, summaries))
