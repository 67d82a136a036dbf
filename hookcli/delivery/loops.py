"""An event loop in a thread of its own, to which other threads hand what is to run."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Coroutine
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """The loop runs until it is closed; the thread is a daemon, so that nobody waits for a loop that is blocked."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._is_closing = False
        self._thread = Thread(target=self._run, name="application", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T], seconds: float, expired: Exception) -> T:
        """What a coroutine comes to; after some seconds it is cancelled, and `expired` is raised.

        The wait is the calling thread's, which a blocked loop cannot make longer.
        """
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(seconds)
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise expired from None

    def close(self, patience: float) -> None:
        """Cancel what still runs, and end; a loop that is blocked is left behind after some seconds."""
        self._is_closing = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(patience)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        while not self._is_closing:
            with suppress(SystemExit, KeyboardInterrupt):  # raised in a task, it ends the loop for all others
                self._loop.run_forever()
        self._loop.run_until_complete(_cancel_others())
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
