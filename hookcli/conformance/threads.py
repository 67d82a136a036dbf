"""The same function on many values at the same time, results in the order of the values.

Not a ThreadPoolExecutor: its threads are waited for when the program ends, so that Ctrl-C would wait for every endpoint
that hangs. These are daemons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import SimpleQueue
from threading import Barrier, Thread
from typing import TypeVar

V = TypeVar("V")
R = TypeVar("R")


def run_at_once(function: Callable[[V], R], values: Sequence[V], size: int) -> list[R]:
    """What the function returns for each value, `size` at a time; the first exception is raised when all have ended.

    Where all run at the same time, none begins before each has its thread: else the first has often ended before the
    last one starts.
    """
    if not 1 < len(values) <= size:
        return list(run_in_order(function, values, size))
    start = Barrier(len(values))

    def begin(value: V) -> R:
        start.wait()
        return function(value)

    return list(run_in_order(begin, values, size))


def run_in_order(function: Callable[[V], R], values: Iterable[V], size: int) -> Iterator[R]:
    """The same, each result as soon as those before it are there."""
    jobs: SimpleQueue[tuple[int, V] | None] = SimpleQueue()
    done: SimpleQueue[tuple[int, R | BaseException]] = SimpleQueue()
    count = 0
    for count, value in enumerate(values, start=1):
        jobs.put((count, value))
    size = min(size, count)
    for _ in range(size):
        jobs.put(None)
        Thread(target=_work, args=(function, jobs, done), daemon=True).start()
    early: dict[int, R | BaseException] = {}
    for wanted in range(1, count + 1):
        while wanted not in early:
            number, result = done.get()
            early[number] = result
        yield _unwrapped(early.pop(wanted))


def _work(
    function: Callable[[V], R],
    jobs: SimpleQueue[tuple[int, V] | None],
    done: SimpleQueue[tuple[int, R | BaseException]],
) -> None:
    while (job := jobs.get()) is not None:
        number, value = job
        try:
            done.put((number, function(value)))
        except BaseException as problem:  # noqa: BLE001 - raised again in the caller's thread
            done.put((number, problem))


def _unwrapped(result: R | BaseException) -> R:
    if isinstance(result, BaseException):
        raise result
    return result
