"""Documents from the network: one GET each, within bounds that hold for all of them together.

Certificates are verified; no cookie, no netrc and no user name of a URL is ever sent; the environment's proxy is used
as `send` uses it, and never for loopback. Nothing is kept on disk.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import urldefrag, urljoin, urlsplit

from hookcli import errors
from hookcli.dataclass import dataclass
from hookcli.delivery.address import Address, parse_address
from hookcli.delivery.exchange import Exchange
from hookcli.delivery.failures import REASONS, shown
from hookcli.delivery.wire import Lane, tls_context
from hookcli.errors import AnswerTooLong, DeliveryError, Late, ReferenceNotFound

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that name another place for the same document (RFC 9110, section 15.4)."""

_REASONS = {
    **REASONS,
    errors.ConnectionFailed: "nothing accepts connections at {where} ({detail}): are name and port right?",
    errors.TlsFailed: "no secure connection with {where} ({detail}): does it speak https, and does this system trust"
    " its certificate?",
    errors.Late: "no complete answer from {where} within {deadline:.3g} s",
    errors.ConnectTimedOut: "no connection with {where} within {deadline:.3g} s: is there a network?",
    errors.ConnectionDropped: "{where} closed the connection before its answer was complete",
    errors.AnswerTooLong: "it is longer than {longest:,} bytes, and no more are read",
}
"""What, where and how to fix it, per cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is fetched at most."""

    documents: int = 50
    bytes: int = 10_000_000
    """Of one document."""
    bytes_together: int = 20_000_000
    seconds: float = 5.0
    """For one document, its redirects included."""
    seconds_together: float = 30.0
    redirects: int = 3
    """Of one document."""


class Fetcher:
    """Fetches documents over http and https.

    Args:
        say: is told of each request before it is made.
        bounds: how much is fetched at most, of all documents together.
    """

    def __init__(self, say: Callable[[str], None], bounds: Bounds | None = None) -> None:
        self._say = say
        self._bounds = bounds or Bounds()
        self._documents = 0
        self._received = 0
        self._spent = 0.0
        self._tls: ssl.SSLContext | None = None

    def fetch(self, url: str) -> bytes:
        """The document at a URL. A redirect is followed, from http to https too, and never the other way round.

        Raises:
            ReferenceNotFound: there is none, or it is beyond the bounds.
        """
        began = time.perf_counter()
        try:
            self._check_left()
            return self._follow(url, min(self._bounds.seconds, self._bounds.seconds_together - self._spent))
        except _Refused as error:
            end = "" if str(error).endswith("?") else "."
            raise ReferenceNotFound(f"{_shown(error.url or url)} cannot be fetched: {error}{end}") from error
        finally:
            self._spent += time.perf_counter() - began

    def _check_left(self) -> None:
        bounds = self._bounds
        if self._documents >= bounds.documents:
            raise _Refused(f"{bounds.documents} documents were fetched, and more are referred to than that")
        if self._spent >= bounds.seconds_together:
            raise _Refused(f"the {bounds.seconds_together:g} s for all documents together are over")
        if self._received >= bounds.bytes_together:
            raise _Refused(f"{bounds.bytes_together:,} bytes were fetched, the most for all documents together")
        self._documents += 1

    def _follow(self, url: str, seconds: float) -> bytes:
        until = time.perf_counter() + seconds
        for _ in range(self._bounds.redirects + 1):
            answer = self._get(url, until - time.perf_counter())
            if answer.status not in _REDIRECTS:
                break
            url = _target(url, answer.location)
        else:
            raise _Refused(f"it is one redirect after the other, more than {self._bounds.redirects}", url)
        if answer.status != 200:
            raise _Refused(f"the answer is {answer.status}, not 200: is the URL right?", url)
        return bytes(answer.answer)

    def _get(self, url: str, seconds: float) -> _Answer:
        address = _address(url)
        self._say(f"fetching {url}")
        answer = _Answer(max(seconds, 0), longest=min(self._bounds.bytes, self._bounds.bytes_together - self._received))
        lane = Lane(address, self._trusted() if address.scheme == "https" else None)
        try:
            lane.get(_HEADERS, address, answer)
            answer.left(Late)
        except DeliveryError as error:
            raise _Refused(_reason(error, address, answer, lane.proxy), url) from error
        finally:
            self._received += len(answer.answer)
            lane.close()
        return answer

    def _trusted(self) -> ssl.SSLContext:
        """Made for the first https URL only: it takes tens of milliseconds."""
        if self._tls is None:
            self._tls = tls_context(verify=True, ca_bundle=None)
        return self._tls


_HEADERS = (("Accept", "application/schema+json, application/json, */*;q=0.5"),)


class _Refused(Exception):
    """Why a document is not fetched."""

    def __init__(self, reason: str, url: str = "") -> None:
        super().__init__(reason)
        self.url = url


@dataclass(slots=True)
class _Answer(Exchange):
    """An exchange that keeps the whole answer, up to a bound."""

    longest: int = 0

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        found = [value for name, value in self.headers if name.lower() == b"location"]
        return found[-1].decode("utf-8", "replace") if found else ""

    def take(self, status: int, body: Iterable[bytes]) -> None:
        """Take the answer in; raises AnswerTooLong where it goes on after `longest` bytes."""
        self.status = status
        for piece in body:
            self.answer += piece
            if len(self.answer) > self.longest:
                raise AnswerTooLong


def _address(url: str) -> Address:
    try:
        address = parse_address(url)
    except ValueError as error:
        raise _Refused(str(error), url) from error
    if address.credentials:
        raise _Refused("it has a user name or password in it, which hookcli does not send", url)
    return address


def _target(url: str, location: str) -> str:
    """Where a redirect leads; never from https to http, nor to a file."""
    try:
        target = urldefrag(urljoin(url, location)).url
    except ValueError as error:
        raise _Refused(f"it redirects to {location!r}, which is no URL", url) from error
    if not location:
        raise _Refused("it redirects to nowhere", url)
    scheme = parse_address(url).scheme
    if urlsplit(target).scheme not in {"https", scheme}:
        raise _Refused(f"it redirects from {scheme} to {_shown(target)}, and hookcli does not follow there", url)
    return target


def _shown(url: str) -> str:
    """The URL without its user name and password; one without them may have an @ elsewhere."""
    with suppress(ValueError):
        if parse_address(url).credentials is None:
            return url
    return shown(url)


def _reason(error: DeliveryError, address: Address, answer: _Answer, proxy: str | None) -> str:
    return _REASONS[type(error)].format(
        where=address.where, detail=error, deadline=answer.deadline, proxy=shown(proxy or ""), longest=answer.longest
    )
