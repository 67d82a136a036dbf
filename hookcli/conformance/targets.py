"""What is asked: an endpoint behind a URL, or an application in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, TypeAlias

from hookcli.dataclass import dataclass
from hookcli.delivery.address import parse_address
from hookcli.delivery.client import Client
from hookcli.delivery.failures import shown
from hookcli.models import Attempt, Message

if TYPE_CHECKING:
    from hookcli.delivery.in_process import Application

Send: TypeAlias = Callable[[Message], Attempt]
"""Makes one attempt; whatever the endpoint does is a failure of the attempt, never an exception."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How to reach what is asked. Many threads may use it."""

    url: str
    name: str
    """How to call it in reports: the URL without credentials, or `module:app`."""
    send: Send
    alone: Callable[[], AbstractContextManager[Send]]
    """Something to send by that has a connection of its own, keeps it, and holds the endpoint to its word about it."""
    apart: Send | None = None
    """As `send`, each over a connection of its own, so that what goes wrong with it spoils nothing; None in process."""
    abandon: Send | None = None
    """Sends and hangs up before the answer; None in process, where nobody hangs up."""
    is_loopback: bool = True

    @property
    def is_in_process(self) -> bool:
        """Whether there is no network between us."""
        return self.abandon is None


def over_http(client: Client, client_of: Callable[[int], Client], url: str) -> Target:
    """An endpoint behind a URL.

    Args:
        client: sends; it is the caller's to close.
        client_of: how many connections it should keep -> a client like it.
        url: an http or https URL.
    """
    address = parse_address(url)

    @contextmanager
    def alone() -> Iterator[Send]:
        client.close_idle()
        with client_of(1) as own:
            yield lambda message: own.attempt_strictly(message, url)

    return Target(
        url=url,
        name=shown(url),
        send=lambda message: client.attempt(message, url),
        alone=alone,
        apart=lambda message: client.attempt_apart(message, url),
        abandon=lambda message: client.abandon(message, url),
        is_loopback=address.is_loopback,
    )


def in_process(application: Application, url: str) -> Target:
    """An application in this process.

    Args:
        application: makes the attempts; it is the caller's to enter.
        url: as the application sees it.
    """

    def send(message: Message) -> Attempt:
        return application.attempt(message, url)

    return Target(url=url, name=application.name, send=send, alone=lambda: nullcontext(send))
