"""Attempts: one POST of exact bytes each, held to one deadline, over connections that are kept."""

from __future__ import annotations

import ssl
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TypeAlias

from hookcli.dataclass import dataclass
from hookcli.delivery.address import Address, parse_address
from hookcli.delivery.exchange import LONGEST_ANSWER, Exchange
from hookcli.delivery.failures import failure_of
from hookcli.delivery.wire import Lane, tls_context
from hookcli.errors import DeliveryError, Late, UrlInvalid
from hookcli.models import Attempt, Failure, Headers, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How to reach an endpoint."""

    deadline: float
    """Seconds for the whole exchange: name, connection, TLS, request and complete answer."""
    verify: bool = True
    """Whether a certificate must be trusted."""
    ca_bundle: Path | None = None
    """A PEM file of the authorities to trust instead of the system's and Mozilla's."""
    concurrency: int = 1
    """Connections that are kept open between attempts, of each endpoint."""


Carry: TypeAlias = Callable[[Lane, Address, Exchange], None]
"""What is done over a connection."""


class Client:
    """Makes attempts. Many threads may share one; it keeps connections open and closes them at its end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._idle: defaultdict[tuple[str, str, int], deque[Lane]] = defaultdict(deque)
        self._tls: ssl.SSLContext | None = None
        self._tls_lock = Lock()
        self._is_closed = False

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that nobody uses; those in use are closed when their attempt ends."""
        self._is_closed = True
        self.close_idle()

    def close_idle(self) -> None:
        """Close the connections that nobody uses, and make new ones when they are needed."""
        for lanes in list(self._idle.values()):
            with suppress(IndexError):  # not "while lanes": another thread may take the last one in between
                while True:
                    lanes.pop().close()

    def attempt(self, message: Message, url: str, number: int = 1) -> Attempt:
        """POST the exact body with the message's headers, once, within the deadline.

        Host, Content-Length, User-Agent, Accept, Accept-Encoding and, for a URL with a user name,
        Authorization are added unless the message has them. A redirect is an answer like any other.
        Whatever the network or the endpoint does is a `Failure` of the attempt, never an exception.

        Args:
            message: what goes out.
            url: an http or https URL.
            number: which attempt of the delivery this is, from 1.

        Raises:
            FileUnreadable: the CA bundle cannot be read.
        """
        return self._post(message, url, Exchange(self._connection.deadline), number)

    def attempt_strictly(self, message: Message, url: str) -> Attempt:
        """As `attempt`; but a kept connection that is closed under the message, or holds what nobody asked for, fails.

        One that was closed before is made anew all the same: that is the endpoint's right.
        """
        return self._post(message, url, Exchange(self._connection.deadline, is_strict=True))

    def attempt_apart(self, message: Message, url: str) -> Attempt:
        """As `attempt`, over a connection of its own, with no idle one beside it.

        What goes wrong with it spoils no other message, and an endpoint that serves one connection at a time is not
        kept busy by ours.
        """
        self.close_idle()
        return self._post(message, url, Exchange(self._connection.deadline, is_apart=True))

    def pass_on(self, message: Message, url: str) -> tuple[Attempt, Headers]:
        """As `attempt`, with no header added but Host and length; and with the header lines of the whole answer."""
        exchange = Exchange(self._connection.deadline, is_bare=True, keeps=LONGEST_ANSWER)
        attempt = self._post(message, url, exchange)
        return attempt, tuple((_decode(name), _decode(value)) for name, value in exchange.headers)

    def get(self, url: str) -> Attempt:
        """GET what is at a URL, once, within the deadline; as `attempt`."""
        exchange = Exchange(self._connection.deadline)
        return self._attempt(url, exchange, lambda lane, address, exchange: lane.get((), address, exchange))

    def abandon(self, message: Message, url: str) -> Attempt:
        """POST a message apart and hang up before it is answered, as a sender does whose deadline has passed.

        The attempt's failure is `Late` where the whole message was sent.
        """
        self.close_idle()
        return self._post(message, url, Exchange(self._connection.deadline, is_apart=True, is_abandoned=True))

    def _post(self, message: Message, url: str, exchange: Exchange, number: int = 1) -> Attempt:
        return self._attempt(
            url, exchange, lambda lane, address, exchange: lane.post(message, address, exchange), number
        )

    def _attempt(self, url: str, exchange: Exchange, carry: Carry, number: int = 1) -> Attempt:
        failure = self._carry(url, exchange, carry)
        elapsed = exchange.elapsed
        if failure is None and elapsed > exchange.deadline:
            failure = failure_of(Late(), where=parse_address(url).where, deadline=exchange.deadline)
        return Attempt(number, exchange.status, elapsed, failure, bytes(exchange.answer))

    def _carry(self, url: str, exchange: Exchange, carry: Carry) -> Failure | None:
        try:
            address = parse_address(url)
        except ValueError as error:
            return failure_of(UrlInvalid(str(error)), where=url, deadline=exchange.deadline)
        lane = self._make(address) if exchange.is_apart else self._borrow(address)
        exchange.started = time.perf_counter()  # now: the TLS context of the first one is not the endpoint's
        try:
            carry(lane, address, exchange)
        except DeliveryError as error:
            return failure_of(error, where=address.where, deadline=exchange.deadline, proxy=lane.proxy)
        finally:
            if exchange.is_apart:
                lane.close()
            else:
                self._give_back(lane)
        return None

    def _borrow(self, address: Address) -> Lane:
        try:
            return self._idle[address.origin].pop()
        except IndexError:  # not "if": another thread may take the last one in between
            return self._make(address)

    def _make(self, address: Address) -> Lane:
        return Lane(address, self._tls_context() if address.scheme == "https" else None)

    def _give_back(self, lane: Lane) -> None:
        lanes = self._idle[lane.origin]
        if self._is_closed or not lane.is_open or len(lanes) >= self._connection.concurrency:
            lane.close()
        else:
            lanes.append(lane)

    def _tls_context(self) -> ssl.SSLContext:
        """Made for the first https URL only: it takes tens of milliseconds."""
        with self._tls_lock:
            if self._tls is None:
                self._tls = tls_context(verify=self._connection.verify, ca_bundle=self._connection.ca_bundle)
            return self._tls


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
