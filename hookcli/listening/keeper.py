"""Group commit: whatever came in one turn of the loop is written in one transaction, and then answered.

In the loop's own thread. A writer thread was tried: the two wake each other for every transaction and wait for the
interpreter's lock, which costs a third of the requests a second; and while the disk is busy there is nothing to be
answered anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, TypeAlias

from hookcli.capture.store import Store
from hookcli.errors import StoreBusy, StoreUnusable

Row: TypeAlias = "tuple[Any, ...]"

PATIENCE = 3.0
"""Seconds that messages wait while another process writes to the store; a sender has five in all."""

_AGAIN = 0.02
_LATER = 1.0
"""Seconds until what failed is tried again."""

_MOST_ANSWERS = 10_000
"""Answers that wait to be noted while the store cannot be written."""

_MOST_ROWS = 512
_MOST_BYTES = 32_000_000
"""Of one transaction; what waits beyond it is for the next."""

_TRIM_EVERY = 4_000_000
"""Bytes that are written between two looks at the size of the store."""


class Keeper:
    """Writes rows into a store. To be made and used in a running loop.

    Args:
        store: an open store that waits for nobody (`busy=0`); the keeper's from now on.
        most: bytes that the store may have; the oldest captures make room.
        patience: seconds that rows wait while another process writes.
    """

    def __init__(self, store: Store, *, most: int | None = None, patience: float = PATIENCE) -> None:
        self._store = store
        self._most = most
        self._patience = patience
        self._written = _TRIM_EVERY
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Row, asyncio.Future[None]]] = []
        self._answers: list[tuple[int | None, float | None, int]] = []
        self._is_due = False
        self._busy_since: float | None = None

    def keep(self, row: Row) -> asyncio.Future[None]:
        """Done when the row (`rows.row_of`) is on the disk; a StoreUnusable where it cannot be kept."""
        kept = self._loop.create_future()
        self._waiting.append((row, kept))
        self._be_due()
        return kept

    def note(self, number: int, status: int | None, seconds: float | None) -> None:
        """Note what a kept request was answered."""
        self._answers.append((status, seconds, number))
        self._be_due()

    def close(self) -> None:
        """Write what waits, and let the store go."""
        self._busy_since = None
        self._patience = 0
        while self._waiting:
            self._write()
        self._tidy(())
        self._store.close()

    def _be_due(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon(self._write)

    def _write(self) -> None:
        """Write what waits, as much as one transaction may hold."""
        self._is_due = False
        batch = self._waiting[: self._count()]
        try:
            if batch:
                self._store.append([row for row, _ in batch])
        except StoreBusy as busy:
            if self._is_worth_waiting():
                self._is_due = True
                self._loop.call_later(_AGAIN, self._write)
                return
            self._settle(batch, busy)
        except Exception as fault:  # noqa: BLE001 - a StoreUnusable, or a bug: whoever waits must learn of it
            self._settle(batch, fault)
        else:
            self._busy_since = None
            self._settle(batch, None)
            self._tidy(row for row, _ in batch)
        if self._waiting:
            self._be_due()

    def _count(self) -> int:
        """How many rows go into the next transaction."""
        size = 0
        for count, (row, _) in enumerate(self._waiting[:_MOST_ROWS], 1):
            size += len(row[-1])
            if size > _MOST_BYTES:
                return count
        return _MOST_ROWS

    def _is_worth_waiting(self) -> bool:
        now = self._loop.time()
        if self._busy_since is None:
            self._busy_since = now
        return now - self._busy_since < self._patience

    def _settle(self, batch: list[tuple[Row, asyncio.Future[None]]], fault: Exception | None) -> None:
        del self._waiting[: len(batch)]
        for _, kept in batch:
            if kept.done():  # cancelled: whoever waited is gone
                continue
            if fault is None:
                kept.set_result(None)
            else:
                kept.set_exception(fault)

    def _tidy(self, rows: Iterable[Row]) -> None:
        """Note answers and make room: what was acknowledged is kept, and does not hang on these."""
        self._written += sum(len(row[-1]) for row in rows) if self._most is not None else 0
        try:
            if self._answers:
                self._store.answered(self._answers)
                self._answers = []
            if self._most is not None and self._written >= min(_TRIM_EVERY, self._most // 10):
                self._trim(self._most)
        except StoreUnusable:
            del self._answers[:-_MOST_ANSWERS]
            if not self._is_due:
                self._is_due = True
                self._loop.call_later(_LATER, self._write)

    def _trim(self, most: int) -> None:
        """Delete a few of the oldest, and go on when the others have had their turn."""
        if self._store.trim(most):
            self._loop.call_later(_AGAIN, self._be_due)
        else:
            self._written = 0
