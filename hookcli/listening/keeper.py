"""Group commit: one writer, and whatever waits is written in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

from hookcli.capture.store import Store
from hookcli.errors import StoreUnusable

Row: TypeAlias = "tuple[Any, ...]"

_MOST_ROWS = 512
_MOST_BYTES = 32_000_000
"""Of one transaction; what waits beyond it is for the next."""

_TRIM_EVERY = 4_000_000
"""Bytes that are written between two looks at the size of the store."""


class Keeper:
    """Writes rows into a store, in a thread of its own.

    Args:
        store: an open store, which is the keeper's from now on.
        most: bytes that the store may have; the oldest captures make room.
    """

    def __init__(self, store: Store, *, most: int | None = None) -> None:
        self._store = store
        self._most = most
        self._written = 0
        self.deleted = 0
        """How many captures made room for others."""
        self._loop = asyncio.get_running_loop()
        self._waiting: SimpleQueue[tuple[Row, asyncio.Future[None] | None] | None] = SimpleQueue()
        self._thread = Thread(target=self._write, name="keeper", daemon=True)
        self._thread.start()

    def keep(self, row: Row) -> asyncio.Future[None]:
        """Done when the row (`rows.row_of`) is on the disk; a StoreUnusable where it cannot be kept."""
        kept: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((row, kept))
        return kept

    def note(self, number: int, status: int | None, seconds: float) -> None:
        """Note what a kept request was answered, when it comes to it."""
        self._waiting.put(((status, seconds, number), None))

    def close(self) -> None:
        """Write what waits, and let the store go."""
        self._waiting.put(None)
        self._thread.join()
        self._store.close()

    def _write(self) -> None:
        is_last = False
        while not is_last:
            batch, is_last = self._take()
            rows = [row for row, kept in batch if kept is not None]
            notes = [row for row, kept in batch if kept is None]
            fault = self._written_or_fault(rows, notes)
            done = [kept for _, kept in batch if kept is not None]
            if done:
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    self._loop.call_soon_threadsafe(_settle, done, fault)

    def _take(self) -> tuple[list[tuple[Row, asyncio.Future[None] | None]], bool]:
        """What waits, at least one thing; and whether it was the last."""
        batch: list[tuple[Row, asyncio.Future[None] | None]] = []
        size, item = 0, self._waiting.get()
        with suppress(Empty):
            while item is not None:
                batch.append(item)
                size += len(item[0][-1]) if item[1] is not None else 0
                if len(batch) >= _MOST_ROWS or size >= _MOST_BYTES:
                    return batch, False
                item = self._waiting.get_nowait()
            return batch, True
        return batch, False

    def _written_or_fault(self, rows: list[Row], notes: list[Row]) -> StoreUnusable | None:
        try:
            if rows:
                self._store.append(rows)
        except StoreUnusable as fault:
            return fault
        with suppress(StoreUnusable):  # what was acknowledged is kept; these can be done without
            if notes:
                self._store.answered(notes)
            self._trim(rows)
        return None

    def _trim(self, rows: list[Row]) -> None:
        if self._most is None:
            return
        self._written += sum(len(row[-1]) for row in rows)
        if self._written >= min(_TRIM_EVERY, self._most // 10):
            self._written = 0
            self.deleted += self._store.trim(self._most)


def _settle(waiting: Iterable[asyncio.Future[None]], fault: StoreUnusable | None) -> None:
    for each in waiting:
        if each.done():  # cancelled: whoever waited is gone
            continue
        if fault is None:
            each.set_result(None)
        else:
            each.set_exception(fault)
