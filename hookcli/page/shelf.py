"""Reads of a store while an event loop goes on: each in a thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from hookcli.capture.filters import Filter
from hookcli.capture.store import Store
from hookcli.errors import StoreUnusable
from hookcli.models import Arrival

T = TypeVar("T")

_AT_ONCE = 4
"""Reads."""

_STRIDE = 5_000
"""Numbers that are searched between two looks at the clock."""

_PATIENCE = 1.0
"""Seconds of searching for one answer; the next goes on from there."""


class Shelf:
    """A store that is read by several threads, each with a connection of its own."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._idle: list[Store] = []
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def read(self, work: Callable[[Store], T]) -> T:
        """Do `work` in a thread.

        Raises:
            StoreUnusable: the store cannot be read.
        """
        async with self._places:
            return await asyncio.to_thread(self._read, work)

    def _read(self, work: Callable[[Store], T]) -> T:
        try:
            store = self._idle.pop()
        except IndexError:
            store = Store(self._path)
        try:
            result = work(store)
        except StoreUnusable:
            store.close()
            raise
        except BaseException:
            self._idle.append(store)
            raise
        self._idle.append(store)
        return result

    def close(self) -> None:
        """Let the file go."""
        while self._idle:
            self._idle.pop().close()


def search(
    store: Store, wanted: Filter, limit: int, *, now: Callable[[], float] = time.monotonic
) -> tuple[list[Arrival], int | None]:
    """Some captures that a filter lets through, newest first and without bodies.

    A large store takes long to search for a rare text, so that one answer may end before there are `limit`.

    Args:
        store: what is searched.
        wanted: the filter; its `before` says where to go on.
        limit: how many at most.
        now: the clock, in seconds.

    Returns:
        the captures, and the number below which there may be more; None when there are no more.
    """
    deadline = now() + _PATIENCE
    found: list[Arrival] = []
    end = store.last_id() + 1
    upper, floor = end if wanted.before is None else min(wanted.before, end), wanted.after or 0
    while upper > floor + 1:
        lower = max(floor, upper - 1 - _STRIDE)
        found += store.find(replace(wanted, before=upper, after=lower), limit=limit - len(found))
        if len(found) >= limit:
            return found, found[-1].id
        upper = lower + 1
        if now() > deadline:
            return found, upper
    return found, None
