"""The documents on the network that a schema refers to, for a user who allows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hookcli.delivery.documents import Fetcher


class RemoteDocuments:
    """Gets each document once in a run.

    Args:
        say: is told of each request before it is made.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._known: dict[str, bytes] = {}
        self._fetcher: Fetcher | None = None

    def __call__(self, url: str) -> bytes:
        """The document at an http or https URL.

        Raises:
            ReferenceNotFound: there is none, or it is beyond the bounds.
        """
        if url not in self._known:
            self._known[url] = self._fetch(url)
        return self._known[url]

    def _fetch(self, url: str) -> bytes:
        if self._fetcher is None:
            from hookcli.delivery.documents import Fetcher  # late: httpcore takes 40 ms, and few schemas need it

            self._fetcher = Fetcher(self._say)
        return self._fetcher.fetch(url)
