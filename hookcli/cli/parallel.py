"""The same function on many sources, in several processes, results in the order of the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

S = TypeVar("S")
R = TypeVar("R")

_CHUNK = 8
"""Sources that a process takes at a time: fewer and the way between processes costs more than the work."""


def judge_in_parallel(judge: Callable[[S], list[R]], sources: Iterable[S], jobs: int) -> Iterator[R]:
    """What `judge` gives for each source. Results travel between processes, so keep them small."""
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs, initializer=_leave_interrupts_to_the_parent) as pool:
        try:
            for results in pool.map(judge, sources, chunksize=_CHUNK):
                yield from results
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
