"""Serves a receiver until it is to end, and tells of what it received."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from queue import Full, Queue
from threading import Thread
from typing import TypeAlias

from hookcli.cli.interrupts import interruptible
from hookcli.dataclass import dataclass
from hookcli.listening.application import Application
from hookcli.listening.listener import Listener
from hookcli.models import Received

_WINK = 0.02
"""Seconds that results are gathered for."""

_MOST_UNTOLD = 100
"""Bunches whose lines wait for a reader that has paused; those of others are left out then, lest senders wait, too."""


class Teller:
    """Writes results in a thread of its own, so that a slow reader of ours slows no sender down.

    Made, told and closed in a running loop. Results go to the thread in bunches: waking it for each costs more than
    writing it.

    Args:
        report: takes results.
        give_up: is called when it cannot be told.
    """

    def __init__(self, report: Callable[[list[Received]], None], give_up: Callable[[], None]) -> None:
        self.fault: BaseException | None = None
        """Why nothing can be told any more."""
        self.left_out = 0
        """How many results were not written, as whoever reads them has paused."""
        self._report = report
        self._give_up = give_up
        self._loop = asyncio.get_running_loop()
        self._bunch: list[Received] = []
        self._waiting: Queue[list[Received] | None] = Queue(_MOST_UNTOLD)
        self._thread = Thread(target=self._work, name="teller", daemon=True)
        self._thread.start()

    def tell(self, received: Received) -> None:
        """Have a result written, within the wink of an eye."""
        self._bunch.append(received)
        if len(self._bunch) == 1:
            self._loop.call_later(_WINK, self._pass_on)

    def close(self) -> None:
        """Write what waits."""
        self._pass_on()
        self._waiting.put(None)
        self._thread.join()

    def _pass_on(self) -> None:
        try:
            if self._bunch:
                self._waiting.put_nowait(self._bunch)
        except Full:
            self.left_out += len(self._bunch)
        self._bunch = []

    def _work(self) -> None:
        while (bunch := self._waiting.get()) is not None:
            if self.fault is None:
                try:
                    self._report(bunch)
                except BaseException as fault:  # noqa: BLE001 - raised by whoever runs the receiver
                    self.fault = fault
                    self._give_up()


@dataclass(frozen=True, slots=True)
class Served:
    """What is served, and by what."""

    application: Application
    listeners: tuple[Listener, ...]


Make: TypeAlias = Callable[[Callable[[], None]], AbstractContextManager[Served]]
"""What ends the run -> what is served; entered in the running loop."""


def serve(make: Make, ready: Callable[[], None], *, seconds: float | None) -> tuple[Application, bool]:
    """Serve an application until it is to end, or until Ctrl-C.

    Args:
        make: what is served.
        ready: is called once connections are accepted.
        seconds: how long at most.

    Returns:
        the application, and whether the time was over.
    """
    with _loop() as loop:
        return loop.run_until_complete(_serve(make, ready, seconds))


async def _serve(make: Make, ready: Callable[[], None], seconds: float | None) -> tuple[Application, bool]:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def end() -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(ended.set)

    with make(end) as served, interruptible(end):
        serving = [asyncio.ensure_future(listener.run()) for listener in served.listeners]
        ready()
        waiting = asyncio.ensure_future(ended.wait())
        done, _ = await asyncio.wait({*serving, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        for listener in served.listeners:
            listener.stop()
        await asyncio.gather(*serving)
    return served.application, not done


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Uvloop's where there is one: twice as many requests a second."""
    try:
        import uvloop
    except ImportError:  # Windows, PyPy
        loop = asyncio.new_event_loop()
    else:
        loop = uvloop.new_event_loop()
    try:
        yield loop
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()
