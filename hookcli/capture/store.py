"""The store of captures: one SQLite file. The only door to sqlite3.

Written in WAL mode with `synchronous=FULL`: what `append` has written survives a kill and a power cut (SQLite,
"Write-Ahead Logging", 3.1), and others can read meanwhile. Bodies and header lines are kept as the bytes that came.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from hookcli.capture.filters import Filter, holds
from hookcli.capture.rows import COLUMNS, SUMMARY_COLUMNS, arrival_of, inserts, row_of
from hookcli.capture.store_faults import fault_of
from hookcli.capture.store_files import LOCK, check_path, hide, keep_entry, make_file
from hookcli.errors import CaptureUnknown, StoreBusy, StoreUnusable
from hookcli.models import Arrival

APPLICATION = 0x484B434C
"""`PRAGMA application_id` of a store: HKCL."""

VERSION = 1
"""`PRAGMA user_version` of the layout below."""

MAGIC = b"SQLite format 3\x00"
"""How every such file starts."""

_LAYOUT = """
CREATE TABLE captures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    event TEXT,
    signature TEXT NOT NULL,
    reason TEXT NOT NULL,
    verdict TEXT NOT NULL,
    violations TEXT,
    omitted INTEGER NOT NULL,
    duplicate_of INTEGER,
    overtaken_by INTEGER,
    gap INTEGER,
    status INTEGER,
    elapsed INTEGER,
    endpoint TEXT NOT NULL,
    size INTEGER NOT NULL,
    headers BLOB NOT NULL,
    body BLOB NOT NULL
);
"""
"""Times in microseconds; `received_at` since 1970. The body comes last, so that summaries never read it."""

_PAGE = 500
"""Rows that are read at a time: between two pages others may write, and no snapshot keeps the log from shrinking."""

_BUSY_SECONDS = 5.0

_GET = f"SELECT {COLUMNS} FROM captures WHERE id = ?"  # noqa: S608 (names of columns)

P = ParamSpec("P")
R = TypeVar("R")


def _told(method: Callable[Concatenate[Store, P], R]) -> Callable[Concatenate[Store, P], R]:
    """What SQLite complains about, as an error that says which store, and what to do."""

    @wraps(method)
    def call(self: Store, /, *args: P.args, **named: P.kwargs) -> R:
        try:
            return method(self, *args, **named)
        except sqlite3.Error as error:
            raise fault_of(self.path, error) from error

    return call


class Store:
    """A store that is open. One thread at a time may use it.

    Args:
        path: the file.
        writable: whether it is written to; then it is made if it isn't there, for its owner's eyes alone (0600).
        busy: seconds to wait while another process writes.

    Raises:
        StoreUnusable: there is no store, it is none, it is damaged, or it may not be read or written.
    """

    def __init__(self, path: str | Path, *, writable: bool = False, busy: float = _BUSY_SECONDS) -> None:
        self.path = str(path)
        self._open(writable=writable, busy=busy)

    @_told
    def _open(self, *, writable: bool, busy: float) -> None:
        check_path(self.path, exists=not writable)
        if writable:
            make_file(self.path, is_ours=False)
        mode = "rw" if writable else "ro"
        self._database = sqlite3.connect(
            f"{Path(self.path).absolute().as_uri()}?mode={mode}", uri=True, timeout=busy, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        self._database.create_function("holds", 4, holds, deterministic=True)
        try:
            self._prepare(writable=writable)
        except BaseException:
            self._database.close()
            raise

    def _prepare(self, *, writable: bool) -> None:
        is_new = writable and not self._value("SELECT count(*) FROM sqlite_master")
        if not is_new:  # before anything is changed: it may be somebody else's
            self._check_marks()
        if writable:
            for end in ("", "-wal", "-shm"):
                hide(Path(self.path + end))
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "checkpoint_fullfsync=ON"):
                self._database.execute(f"PRAGMA {pragma}")
        if is_new:
            self._database.executescript(
                f"BEGIN IMMEDIATE; PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION}; {_LAYOUT} COMMIT"
            )
            keep_entry(self.path)

    def _check_marks(self) -> None:
        if self._value("PRAGMA application_id") != APPLICATION:
            raise StoreUnusable(
                f"{self.path}: is a SQLite file, but not a store of captures; name another with --store."
            )
        if self._value("PRAGMA user_version") != VERSION:
            raise StoreUnusable(f"{self.path}: was written by another version of hookcli; name another with --store.")

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        with suppress(sqlite3.Error):  # a disk that is full by now; what was written is safe in the log
            self._database.close()

    @_told
    def append(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Keep rows (see `rows.row_of`), all or none; when this returns they are on the disk."""
        with self._transaction() as database:
            for statement, values in inserts(rows):
                database.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is done within, or nothing."""
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise

    def add(self, arrivals: Iterable[Arrival]) -> None:
        """Keep arrivals, as `append`."""
        self.append([row_of(arrival) for arrival in arrivals])

    @_told
    def answered(self, answers: Sequence[tuple[int | None, float | None, int]]) -> None:
        """Note (status, seconds, id) of requests that were answered after they were kept."""
        rows = [(status, seconds and round(seconds * 1e6), number) for status, seconds, number in answers]
        with self._transaction() as database:
            database.executemany("UPDATE captures SET status = ?, elapsed = ? WHERE id = ?", rows)

    @_told
    def get(self, number: int) -> Arrival:
        """One capture, whole.

        Raises:
            CaptureUnknown: there is none of that number.
        """
        row = None
        if abs(number) < 2**63:
            row = self._database.execute(_GET, (number,)).fetchone()
        if row is None:
            raise CaptureUnknown(f"{self.path}: has no capture {number}; `hookcli captures list` shows those it has.")
        return arrival_of(row)

    def find(
        self, wanted: Filter | None = None, *, newest_first: bool = True, limit: int | None = None, whole: bool = False
    ) -> Iterator[Arrival]:
        """The captures that a filter lets through, page by page.

        Args:
            wanted: all by default.
            newest_first: by the time of their arrival.
            limit: how many at most.
            whole: with bodies.
        """
        columns = COLUMNS if whole else SUMMARY_COLUMNS
        wanted, order, left = wanted or Filter(), "DESC" if newest_first else "ASC", limit
        while left is None or left > 0:
            count = _PAGE if left is None else min(_PAGE, left)
            condition, values = wanted.sql()
            rows = self._rows(
                f"SELECT {columns} FROM captures WHERE {condition} ORDER BY id {order} LIMIT ?",  # noqa: S608 (columns and condition are ours)
                (*values, 1 if whole else count),
            )
            yield from map(arrival_of, rows)
            if not rows or (not whole and len(rows) < count):
                return
            # in place of the filter's own bound: of two SQLite may take the other one, and walk from there each time
            wanted = replace(wanted, **{"before" if newest_first else "after": rows[-1][0]})
            left = None if left is None else left - len(rows)

    @_told
    def _rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._database.execute(statement, values).fetchall()

    @_told
    def count(self, wanted: Filter | None = None) -> int:
        """How many captures a filter lets through."""
        condition, values = (wanted or Filter()).sql()
        return int(self._value(f"SELECT count(*) FROM captures WHERE {condition}", values))  # noqa: S608 (ours)

    @_told
    def last_id(self) -> int:
        """The highest number that was ever given, 0 for none."""
        found = self._database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'captures'").fetchone()
        return int(found[0]) if found else 0

    @_told
    def delete(self, wanted: Filter) -> int:
        """Delete what a filter lets through so that nothing of it stays in the file; how many there were.

        The file does not shrink; what comes later takes the room.
        """
        condition, values = wanted.sql()
        self._database.execute("PRAGMA secure_delete=ON")
        deleted = self._database.execute(f"DELETE FROM captures WHERE {condition}", values).rowcount  # noqa: S608 (ours)
        if deleted:
            self._database.execute("PRAGMA wal_checkpoint(PASSIVE)")
        return deleted

    @_told
    def trim(self, most: int) -> int:
        """Delete some of the oldest captures if all need more than `most` bytes; how many, 0 when there is room."""
        excess = self._used() - most
        return self._delete_oldest(self._count_of(excess)) if excess > 0 else 0

    def _count_of(self, excess: int) -> int:
        """How many of the oldest captures need about so many bytes, at least one."""
        rows = self._database.execute("SELECT size + length(headers) FROM captures ORDER BY id LIMIT ?", (_PAGE,))
        for count, (size,) in enumerate(rows, 1):
            excess -= size
            if excess <= 0:
                return count
        return _PAGE

    def _delete_oldest(self, count: int) -> int:
        """The newest stays, however large it is: it was acknowledged only just now."""
        old = "SELECT id FROM captures WHERE id < (SELECT max(id) FROM captures) ORDER BY id LIMIT ?"
        statement = f"DELETE FROM captures WHERE id IN ({old})"  # noqa: S608 (ours)
        return self._database.execute(statement, (count,)).rowcount

    def _used(self) -> int:
        """Bytes of the pages that hold something."""
        pages, free = self._value("PRAGMA page_count"), self._value("PRAGMA freelist_count")
        return int((pages - free) * self._value("PRAGMA page_size"))

    def _value(self, statement: str, values: Sequence[Any] = ()) -> Any:
        return self._database.execute(statement, values).fetchone()[0]


class Claim:
    """Keeps a second `listen` from a store: both would give the same numbers. Ends with the process, however it ends.

    Raises:
        StoreUnusable: another process has it.
    """

    def __init__(self, path: str | Path) -> None:
        lock = f"{path}{LOCK}"
        make_file(lock)
        try:
            self._database = sqlite3.connect(lock, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise fault_of(lock, error) from error
        try:
            self._database.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._database.close()
            fault = fault_of(lock, error)
            if not isinstance(fault, StoreBusy):
                raise fault from error
            raise StoreUnusable(
                f"{path}: another `hookcli listen` keeps its messages there; end it, or name another with --store."
            ) from error

    def release(self) -> None:
        """Let others have it."""
        self._database.close()
