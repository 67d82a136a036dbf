"""Threads that do jobs, as many at once as there are, up to a bound.

Not a ThreadPoolExecutor: its threads are waited for when the program ends, so that Ctrl-C would wait for every endpoint
that hangs. These are daemons.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import TypeAlias

Job: TypeAlias = Callable[[], None]


class Workers:
    """Does jobs in the order in which they are given; a job must not raise.

    Args:
        size: how many jobs are done at the same time.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = Lock()
        self._undone = 0
        self._threads = 0

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in range(self._threads):
            self._jobs.put(None)

    def do(self, job: Job) -> None:
        """Have a job done; to be called from one thread."""
        with self._lock:
            self._undone += 1
            needs_thread = self._threads < min(self._undone, self._size)
        self._jobs.put(job)
        if needs_thread:
            self._threads += 1
            Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            with self._lock:
                self._undone -= 1
