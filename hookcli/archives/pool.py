"""The same function on many batches, in several processes, few of them at a time; results in their order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from hookcli.errors import WorkerLost

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

P = TypeVar("P")
R = TypeVar("R")

_WAITING = 4
"""Batches for each process, at work or waiting for it or for their turn."""

_THRESHOLD = 100_000
"""Objects that are made until the collector looks for cycles: payloads have none."""


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def found_in_parallel(
    judge: Callable[[P], Iterable[R]],
    batches: Iterable[P],
    jobs: int,
    is_apart: Callable[[P], bool],
    *,
    is_threaded: bool = False,
) -> Iterator[R]:
    """What a function finds in each batch, in their order.

    Args:
        judge: can be pickled, as batches and results can; each process gets it once.
        batches: are taken one by one, as processes become free.
        jobs: processes.
        is_apart: whether a batch is to be judged in this process, its results one by one.
        is_threaded: whether there are threads in this process, of which a fork would copy what they hold.

    Raises:
        WorkerLost: a process was ended from outside.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    context = get_context("spawn") if is_threaded else None
    pool = ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(judge,))
    pool.submit(int)  # starts them now, before there is a thread that draws a bar: a fork would copy what it holds
    return _in_order(pool, judge, batches, jobs * _WAITING, is_apart)


def _in_order(
    pool: ProcessPoolExecutor,
    judge: Callable[[P], Iterable[R]],
    batches: Iterable[P],
    most: int,
    is_apart: Callable[[P], bool],
) -> Iterator[R]:
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children

    waiting: deque[Future[list[R]] | P] = deque()
    try:
        for batch in batches:
            waiting.append(batch if is_apart(batch) else pool.submit(_listed, batch))
            if len(waiting) >= most:
                yield from _found(judge, waiting.popleft())
        while waiting:
            yield from _found(judge, waiting.popleft())
    except BrokenProcessPool as error:
        raise WorkerLost(
            "a process that judges was ended from outside, perhaps for want of memory: --jobs 1 takes the least."
        ) from error
    except BaseException:
        for process in active_children():
            process.kill()  # what it is at may take long, and nobody waits for it
        raise
    finally:
        pool.shutdown(cancel_futures=True)  # and wait: what is let go of is woken at the interpreter's end, and is gone


def _found(judge: Callable[[P], Iterable[R]], one: Future[list[R]] | P) -> Iterable[R]:
    from concurrent.futures import Future

    return one.result() if isinstance(one, Future) else judge(one)


_begun: list[Callable[[Any], Iterable[Any]]] = []
"""What this process does with a batch, where it is one of several: it came with the process rather than with each."""


def _listed(batch: P) -> list[R]:
    return list(_begun[-1](batch))


def _begin(judge: Callable[[P], Iterable[R]]) -> None:
    import gc
    import signal

    _begun.append(judge)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the parent's to end
    gc.set_threshold(_THRESHOLD)
