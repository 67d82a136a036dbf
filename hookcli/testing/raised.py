"""What the application under test raises, with its traceback: a server would have it in its log."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterable
from typing import Any

from hookcli.delivery.applications import ASGI, App, Interface

_MOST = 3
"""Tracebacks of a test that are kept, each of another place."""


class Raised:
    """Keeps tracebacks of exceptions that leave an application."""

    def __init__(self) -> None:
        self._texts: dict[tuple[tuple[str, int | None], ...], str] = {}

    def take(self) -> list[str]:
        """What was kept since it was last taken, a text each."""
        texts, self._texts = self._texts, {}
        return [*texts.values()]

    def listening(self, app: Any, interface: Interface) -> App:
        """The same application, whose exceptions are kept on their way."""

        async def asgi(scope: Any, receive: Any, send: Any) -> None:
            said: list[Any] = []

            async def say(event: Any) -> None:
                said.append(event["type"])
                await send(event)

            try:
                await app(scope, receive, say)
            except asyncio.CancelledError:
                raise
            except BaseException as error:
                if said or scope["type"] != "lifespan":  # one that raises at once does not take part
                    self._keep(error)
                raise

        def wsgi(environ: Any, start_response: Any) -> Iterable[bytes]:
            try:
                parts: Iterable[bytes] = app(environ, start_response)
            except BaseException as error:
                self._keep(error)
                raise
            return parts

        return asgi if interface is ASGI else wsgi

    def _keep(self, error: BaseException) -> None:
        trace = error.__traceback__.tb_next if error.__traceback__ else None  # without the line above
        place = tuple((frame.filename, frame.lineno) for frame in traceback.extract_tb(trace))
        if trace is not None and (place in self._texts or len(self._texts) < _MOST):
            self._texts[place] = "".join(traceback.format_exception(type(error), error, trace))
