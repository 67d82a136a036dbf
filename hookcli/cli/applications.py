"""`--asgi` and `--wsgi`: the application that they name, loaded and started in this process."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hookcli.cli.console import Console
from hookcli.delivery.applications import ASGI, Interface, load

if TYPE_CHECKING:
    from hookcli.delivery.in_process import Application


class _Aside:
    """Standard output for the thread that makes it; for others, where an application runs, it is standard error.

    The result is for standard output, so that it can be piped on; what an application prints is none of it.
    """

    def __init__(self) -> None:
        self._owner = threading.current_thread()
        self._result = sys.stdout

    def __getattr__(self, name: str) -> Any:
        is_ours = threading.current_thread() is self._owner
        return getattr(self._result if is_ours else sys.stderr, name)


@contextmanager
def hosted(name: str, interface: Interface, deadline: float, console: Console) -> Iterator[Application]:
    """The application, started; what it prints goes to standard error, and the working directory is on the path.

    Args:
        name: `module:app`.
        interface: what kind of application it is.
        deadline: seconds for a whole exchange.
        console: is told if it does not end well.

    Raises:
        ApplicationUnusable: it cannot be loaded, or does not start.
    """
    from hookcli.delivery.in_process import AsgiApplication, WsgiApplication  # late: httpx and asyncio cost 150 ms

    kind = AsgiApplication if interface is ASGI else WsgiApplication
    folder = str(Path.cwd())
    sys.path.insert(0, folder)
    try:
        with redirect_stdout(sys.stderr):
            application = kind(load(name, interface), name, deadline)
        with redirect_stdout(_Aside()), application:
            yield application
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
    if application.trouble:
        console.warn(f"{name} did not end well: {application.trouble}")
