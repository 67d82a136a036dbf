"""The server's side of WSGI: one request to an application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from hookcli.delivery.exchange import Exchange
from hookcli.delivery.headers import Lines
from hookcli.delivery.raised import ENDED
from hookcli.errors import ApplicationFailed

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Callable[[bytes], object]]
WsgiApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]


class Visit:
    """One request to an application; itself an application, for httpx's transport to call.

    It puts right where the transport departs from PEP 3333: headers and paths are Latin-1, not ASCII, and lines of one
    name are joined.

    Args:
        app: the application.
        lines: the request's headers.
        exchange: takes the status.
    """

    def __init__(self, app: WsgiApp, lines: Lines, exchange: Exchange) -> None:
        self._app = app
        self._lines = lines
        self._exchange = exchange
        self._parts: Iterable[bytes] = ()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Call the application."""

        def start(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:  # noqa: ARG001
            self._exchange.status = int(status.split()[0])
            return start_response(status, [], exc_info)

        environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")
        environ.update(_variables(self._lines))
        self._parts = self._app(environ, start)
        return self._wanted()

    def close(self) -> None:
        """Tell the application that its answer is out, as a server does (PEP 3333)."""
        if hasattr(self._parts, "close"):
            self._parts.close()

    def _wanted(self) -> Iterator[bytes]:
        """The parts of the answer, as long as somebody waits for them."""
        for part in self._parts:
            yield part
            if self._exchange.elapsed > self._exchange.deadline:
                return
        if self._exchange.status is None:  # an application may start its answer as late as with its first part
            raise ApplicationFailed(ENDED)


def _variables(lines: Lines) -> dict[str, str]:
    variables: dict[str, str] = {}
    for name, value in lines:
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = value.decode("latin-1")
        variables[key] = f"{variables[key]},{text}" if key in variables else text
    return variables
