"""Ctrl-C and SIGTERM as a wish to end, rather than an exception wherever the program happens to be."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interruption:
    """Whether there was one."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self.happened = False
        self._stop = stop
        self._before = {number: signal.getsignal(number) for number in SIGNALS}

    def begin(self) -> None:
        """Take the signals over."""
        for number in SIGNALS:
            signal.signal(number, self._hear)

    def end(self) -> None:
        """Give the signals back; the next one acts as usual."""
        for number, before in self._before.items():
            signal.signal(number, before)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.happened = True
        self.end()
        # a thread of its own: here the main thread may hold the very lock that `stop` needs (threading.Event has one)
        _thread.start_new_thread(self._stop, ())


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[Interruption]:
    """Within the block the first Ctrl-C or SIGTERM calls `stop`; the second one acts as usual.

    Only the main thread gets signals; in another one nothing changes.
    """
    interruption = Interruption(stop)
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    interruption.begin()
    try:
        yield interruption
    finally:
        interruption.end()


@contextmanager
def terminable() -> Iterator[None]:
    """Within the block SIGTERM, and the end of the terminal, act as Ctrl-C does, so that what has to be ended is.

    Only in the main thread; who ignores a signal, as nohup does, goes on doing so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ENDINGS}
    taken = [number for number in ENDINGS if before[number] is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])
