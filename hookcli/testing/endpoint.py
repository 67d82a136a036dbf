"""The endpoint under test: an application in this process, started when it is first asked, or one behind a URL."""

from __future__ import annotations

import sys
import warnings
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from hookcli.errors import ApplicationUnusable, UrlInvalid
from hookcli.models import Attempt, Message
from hookcli.testing.outcomes import EndpointWarning
from hookcli.testing.raised import Raised
from hookcli.testing.transactions import kept_open
from hookcli.urls import APPLICATION, fault_of, whole_url

if TYPE_CHECKING:
    from hookcli.conformance.targets import Target
    from hookcli.delivery.client import Client
    from hookcli.delivery.in_process import Application

ORIGIN = "http://testserver"
"""What an application in this process is asked as, unless a URL says otherwise: the host that Django's tests allow."""

_CONNECTIONS = 50
"""That are kept: as many messages as a burst has."""


class Endpoint:
    """What is tested. It starts with its first message, and may be asked by many threads.

    Args:
        target: an ASGI or WSGI application, `module:app`, or a URL (`8000/hook` is one on loopback).
        deadline: seconds for a whole exchange.
    """

    def __init__(self, target: object, deadline: float) -> None:
        self.target = target
        self.deadline = deadline
        self._stack = ExitStack()
        self._lock = Lock()
        self.raised = Raised()
        """What it raises, where it is an application."""
        self.suites: dict[object, Any] = {}
        """What runs of checks have learned of it; they end with it."""

    @property
    def is_url(self) -> bool:
        """Whether it is behind a URL."""
        return isinstance(self.target, str) and not APPLICATION.fullmatch(self.target)

    @property
    def is_apart(self) -> bool:
        """Whether it is an application that has a thread of its own, whoever sends."""
        from hookcli.delivery.applications import ASGI

        with self._lock:
            return not self.is_url and self._found[1] is ASGI

    @property
    def name(self) -> str:
        """How to call it where it is an application: `main:app`, or by its type."""
        if isinstance(self.target, str):
            return self.target
        if hasattr(self.target, "__qualname__"):
            return f"{self.target.__module__}:{self.target.__qualname__}"
        return f"the {type(self.target).__qualname__} application"

    def url(self, path: str | None) -> str:
        """Where messages go.

        Args:
            path: of the webhook, or a whole URL by which an application is to believe that it is called.

        Raises:
            UrlInvalid: that is no URL.
        """
        base = whole_url(str(self.target)) if self.is_url else ORIGIN
        url = base if path is None else urljoin(base if "://" in base else ORIGIN, path)
        if fault := fault_of(url):
            raise UrlInvalid(f"{url!r} {fault}. Give an application, module:app, or a URL such as {ORIGIN}/hook.")
        return url

    def attempt(self, message: Message, url: str) -> Attempt:
        """One attempt; a WSGI application is called in this thread, so that it shares the test's transaction."""
        with self._lock:
            sender = self._client if self.is_url else self._inline
        with kept_open():
            return sender.attempt(message, url)

    def conformance_target(self, url: str) -> Target:
        """The same endpoint, for a run of checks, which uses many threads."""
        from hookcli.conformance.targets import in_process, over_http

        with self._lock:
            if not self.is_url:
                return in_process(self._threaded, url)
            return over_http(self._client, self._client_of, url)

    def close(self) -> None:
        """End the application, or close the connections."""
        self.suites.clear()
        self._stack.close()

    @cached_property
    def _client(self) -> Client:
        return self._stack.enter_context(self._client_of(_CONNECTIONS))

    def _client_of(self, concurrency: int) -> Client:
        from hookcli.delivery.client import Client, Connection

        return Client(Connection(deadline=self.deadline, concurrency=concurrency))

    @cached_property
    def _inline(self) -> Application:
        from hookcli.delivery.applications import WSGI
        from hookcli.delivery.in_process import WsgiApplication

        app, interface = self._found
        if interface is WSGI:
            return WsgiApplication(app, self.name, self.deadline, is_inline=True)
        return self._threaded

    @cached_property
    def _threaded(self) -> Application:
        from hookcli.delivery.applications import ASGI
        from hookcli.delivery.in_process import AsgiApplication, WsgiApplication

        app, interface = self._found
        application = (AsgiApplication if interface is ASGI else WsgiApplication)(app, self.name, self.deadline)
        self._stack.callback(self._tell, application)
        return self._stack.enter_context(application)

    @cached_property
    def _found(self) -> tuple[Any, Any]:
        """The application, and how it is called."""
        from hookcli.delivery.applications import find, interface_of

        app = self.target
        if isinstance(app, str):
            self._open_path(str(Path.cwd()))
            app = find(app)
        interface = interface_of(app, self.name)
        return self.raised.listening(app, interface), interface

    def _open_path(self, folder: str) -> None:
        """Let modules be found in the working directory, as servers do; as long as the application is up."""
        if folder not in sys.path:
            sys.path.insert(0, folder)
            self._stack.callback(lambda: sys.path.remove(folder) if folder in sys.path else None)

    def _tell(self, application: Application) -> None:
        if application.trouble:
            warnings.warn(f"{self.name} did not end well: {application.trouble}", EndpointWarning, stacklevel=1)


def checked(target: object) -> object:
    """A target that can be asked.

    Raises:
        ApplicationUnusable: there is none.
    """
    if target is None or target == "":
        raise ApplicationUnusable(
            "there is no endpoint to test: let a fixture hookcli_target return the application (or module:app, or a"
            " URL), or give --hookcli-target."
        )
    return target
