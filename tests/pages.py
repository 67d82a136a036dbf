"""A page of captures that is really served: by `listen`'s own server on loopback, over a store of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

from hookcli.capture.store import Store
from hookcli.errors import UrlInvalid
from hookcli.listening.listener import Listener
from hookcli.models import Arrival, Attempt
from hookcli.page.application import Page
from hookcli.page.feed import Feed
from hookcli.reporting.capture_records import capture_summary


class Served:
    """The page, from outside and from behind."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.path = folder / "captures.db"
        self.store = Store(self.path, writable=True)
        self.listener = Listener(lambda *connection: self.page(*connection), port=options.pop("port", 0))
        self.port, self.url = self.listener.port, self.listener.url
        self.feed = Feed()
        self.replays: list[tuple[int, str, bool]] = []
        given = {
            "host": "127.0.0.1", "port": self.port, "replay": self._replay, "curl": self._curl,
            "receiver": "http://127.0.0.1:8787/", **options,
        }  # fmt: skip
        self.page = Page(str(self.path), self.feed, **given)

    def keep(self, *arrivals: Arrival) -> None:
        """Keep messages and tell of them, as whoever receives does."""
        self.store.add(arrivals)
        for arrival in arrivals:
            self.tell(arrival)

    def tell(self, arrival: Arrival) -> None:
        self.loop.call_soon_threadsafe(self.feed.publish, capture_summary(arrival))

    async def _replay(self, arrival: Arrival, url: str, resign: bool) -> Attempt:
        if "refused" in url:
            raise UrlInvalid(f"{url}: nobody is there")
        self.replays.append((arrival.id, url, resign))
        return Attempt(1, 202, 0.0123, answer=b"<b>thanks</b>")

    def _curl(self, arrival: Arrival, url: str) -> str:
        return f"curl --data-raw '#{arrival.id}' {url}"

    def run(self, ready: Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: Event) -> None:
        self.loop = asyncio.get_running_loop()
        ready.set()
        await self.listener.run()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.feed.close)
        self.loop.call_soon_threadsafe(self.listener.stop)


@contextmanager
def served(folder: Path, *arrivals: Arrival, **options: Any) -> Iterator[Served]:
    """A page over these messages."""
    page = Served(folder, **options)
    page.store.add(arrivals)
    ready = Event()
    thread = Thread(target=page.run, args=(ready,), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield page
    finally:
        page.stop()
        thread.join(10)
        page.page.close()
        page.store.close()


def numbered(arrival: Arrival, count: int, **others: Any) -> list[Arrival]:
    """The same message many times, a second apart."""
    first = arrival.id
    return [
        replace(arrival, id=first + each, received_at=arrival.received_at + each, gap=1.0, **others)
        for each in range(count)
    ]
