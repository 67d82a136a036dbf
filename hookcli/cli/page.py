"""The page of `listen --ui`, with what it needs of the command: where it is served, replays, curl lines."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hookcli.cli.console import Console
from hookcli.dataclass import dataclass
from hookcli.delivery.client import Client
from hookcli.delivery.curl import curl_line
from hookcli.delivery.replays import Terms, message_of
from hookcli.listening.listener import Bounds, Listener
from hookcli.models import Arrival, Attempt, Received
from hookcli.page.application import Page
from hookcli.page.feed import Feed
from hookcli.reporting.capture_records import capture_summary
from hookcli.signing import SignatureScheme

_BOUNDS = Bounds(body=65_536, room=4_000_000, connections=256)

_AT_ONCE = 4
"""Replays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Where the page is, and what it offers."""

    host: str
    port: int
    is_public: bool
    """Whether others than this machine can reach it: then a browser needs a token."""
    replay_to: str
    """The URL that is offered for replays."""


class Looker:
    """Serves the page. To be made in a running loop.

    Args:
        looking: where, and what it offers.
        store: what is shown.
        receiver: where messages are received.
        client: replays them.
        scheme: how they are signed anew.
        key: the secret for that.

    Raises:
        AddressInUse: the address cannot be listened on.
    """

    def __init__(
        self,
        looking: Looking,
        *,
        store: Path,
        receiver: str,
        client: Client,
        scheme: SignatureScheme,
        key: bytes | None,
    ) -> None:
        self._client = client
        self._scheme = scheme
        self._key = key
        self._threads = ThreadPoolExecutor(_AT_ONCE, "replays")
        self._feed = Feed()
        self._token = secrets.token_urlsafe(24) if looking.is_public else None
        self.listener = Listener(
            lambda *connection: self.page(*connection),
            host=looking.host, port=looking.port, bounds=_BOUNDS, port_option="--ui-port", on_stop=self._close,
        )  # fmt: skip
        self.page = Page(
            str(store), self._feed, host=looking.host, port=self.listener.port, replay=self._replay, curl=self._curl,
            receiver=receiver, replay_to=looking.replay_to, can_resign=key is not None, token=self._token,
        )  # fmt: skip

    def say_where(self, console: Console) -> None:
        """Say what to open; the token is in the part of the URL that a browser keeps to itself."""
        console.announce(f"page {self.listener.url}" + (f"#token={self._token}" if self._token else ""))

    def show(self, received: Received) -> None:
        """Show a message to whoever looks; to be called in the loop."""
        if received.kept and self._feed.is_watched:
            self._feed.publish(capture_summary(received.arrival))

    def _close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.page.close()

    async def _replay(self, arrival: Arrival, url: str, is_resigned: bool) -> Attempt:  # noqa: FBT001
        message = message_of(arrival, self._terms(is_resigned=is_resigned))
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._client.attempt, message, url)

    def _curl(self, arrival: Arrival, url: str) -> str:
        return curl_line(message_of(arrival, self._terms(is_resigned=False)), url, arrival.method)

    def _terms(self, *, is_resigned: bool) -> Terms:
        return Terms(scheme=self._scheme, key=self._key if is_resigned else None)
