"""One POST of exact bytes, held to one deadline. The only door to httpcore, the engine under httpx.

httpx itself is left out: its request and response objects cost as much as the exchange (20 threads: 1,400
requests a second with `httpx.HTTPTransport`, 2,900 with `httpcore.HTTPConnection`) and its import another
75 ms, and its time-outs are per operation, so that a dripping answer never ends.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import time
from base64 import b64encode
from collections import defaultdict, deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

import httpcore

from hookcli import __version__, errors
from hookcli.models import Attempt, Failure, Message
from hookcli.redaction import MASK

LONGEST_ANSWER = 10 * 1024 * 1024
"""Bytes of an answer's body that are read."""

KEPT_ANSWER = 64 * 1024
"""Bytes of an answer's body that are kept as evidence."""

CAUSES: dict[type[Exception], type[errors.DeliveryError]] = {
    httpcore.ConnectionNotAvailable: errors.ConnectionDropped,
    httpcore.ProxyError: errors.ProxyFailed,
    httpcore.UnsupportedProtocol: errors.Unreachable,
    httpcore.ProtocolError: errors.AnswerMalformed,
    httpcore.RemoteProtocolError: errors.AnswerMalformed,
    httpcore.LocalProtocolError: errors.Unreachable,
    httpcore.TimeoutException: errors.Late,
    httpcore.PoolTimeout: errors.Late,
    httpcore.ReadTimeout: errors.Late,
    httpcore.WriteTimeout: errors.Late,
    httpcore.ConnectTimeout: errors.ConnectTimedOut,
    httpcore.NetworkError: errors.ConnectionDropped,
    httpcore.ReadError: errors.ConnectionDropped,
    httpcore.WriteError: errors.ConnectionDropped,
    httpcore.ConnectError: errors.ConnectionFailed,
}
"""What each exception of httpcore means to the user; `_refine` tells some apart by what lies beneath."""

REASONS: dict[type[errors.DeliveryError], str] = {
    errors.Unreachable: "nothing can be sent to {where}: {detail}",
    errors.NameUnknown: "the name of {where} is unknown ({detail}): is it spelled right, is there a network?",
    errors.ConnectionFailed: "nothing accepts connections at {where} ({detail}): is the receiver running?",
    errors.TlsFailed: "no secure connection with {where} ({detail}): does it speak https, and is its"
    " certificate trusted (--ca-bundle, --insecure)?",
    errors.ConnectTimedOut: "no connection with {where} within {deadline:g} s: is the address right, and does"
    " a firewall let it through?",
    errors.ProxyFailed: "the proxy {proxy} did not let the message through to {where} ({detail}): is it"
    " running, or should NO_PROXY name the host?",
    errors.Late: "no complete answer from {where} within {deadline:g} s, the sender's deadline: answer first,"
    " work afterwards",
    errors.ConnectionDropped: "{where} closed the connection before its answer was complete: does the log of"
    " the receiver show a crash?",
    errors.AnswerMalformed: "what {where} answered is not HTTP ({detail}): are scheme and port right?",
    errors.AnswerTooLong: "{where} answered with more than 10 MiB: answer with a status and a short body",
}
"""What, where and how to fix it, per cause."""

_ENCODED = "!#$%&'()*+,/:;=?@[]~"
"""What stays as it is in a path and a query: RFC 3986's reserved characters, and what is encoded already."""

_NO_URL = "it is not an http:// or https:// URL with a host"

_PORTS = {"http": 80, "https": 443}

_STANDARD_HEADERS = (
    (b"User-Agent", f"hookcli/{__version__}".encode()),
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"identity"),
)

_Lines = list[tuple[bytes, bytes]]


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


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a URL, taken apart."""

    scheme: str
    host: str
    port: int
    target: str
    credentials: tuple[bytes, bytes] | None

    @property
    def where(self) -> str:
        """Host and port, as a person writes them."""
        return f"{self._literal}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What connections are shared by (RFC 9110, 4.3.1)."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The whole, in ASCII; with the credentials."""
        user = ":".join(quote(part, "") for part in self.credentials) + "@" if self.credentials else ""
        return f"{self.scheme}://{user}{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """The Host header (RFC 9110, 7.2)."""
        return self._literal if self.port == _PORTS[self.scheme] else self.where

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, to which no proxy leads."""
        with suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def _literal(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


@lru_cache(maxsize=64)
def parse_address(url: str) -> Address:
    """Take an http or https URL apart; what isn't ASCII is encoded (RFC 3986, IDNA).

    Raises:
        ValueError: it is not an absolute http or https URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        host = host if host is None or host.isascii() else host.encode("idna").decode()
    except ValueError:  # not `from error`: it may quote a password that was taken for a port
        raise ValueError(_NO_URL) from None
    if parts.scheme not in _PORTS or not host:
        raise ValueError(_NO_URL)
    target = quote(parts.path or "/", _ENCODED) + ("?" + quote(parts.query, _ENCODED) if parts.query else "")
    user, password = unquote_to_bytes(parts.username or ""), unquote_to_bytes(parts.password or "")
    return Address(
        scheme=parts.scheme,
        host=host,
        port=_PORTS[parts.scheme] if port is None else port,
        target=target,
        credentials=(user, password) if user or password else None,
    )


class Client:
    """Makes attempts. Many threads may share one; it keeps connections open and closes them at its end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._idle: defaultdict[tuple[str, str, int], deque[_Lane]] = defaultdict(deque)
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
        for lanes in list(self._idle.values()):
            while lanes:
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
        exchange = _Exchange(self._connection.deadline)
        failure = self._exchange(message, url, exchange)
        elapsed = exchange.elapsed
        if failure is None and elapsed > self._connection.deadline:
            failure = self._failure(errors.Late, parse_address(url).where)
        return Attempt(number, exchange.status, elapsed, failure, bytes(exchange.answer))

    def _exchange(self, message: Message, url: str, exchange: _Exchange) -> Failure | None:
        try:
            address = parse_address(url)
        except ValueError as error:
            return self._failure(errors.Unreachable, _shown(url), str(error))
        lane = self._borrow(address)
        exchange.started = time.perf_counter()  # now: the TLS context of the first one is not the endpoint's
        try:
            request = _request(message, address)
            try:
                lane.exchange(request, exchange)
            except _STALE:
                if not exchange.met_stale_connection:
                    raise
                lane.close()
                lane = self._open(address)
                lane.exchange(request, exchange)
        except tuple(CAUSES) as error:
            return self._failure(_refine(error, exchange, lane.proxy), address.where, _detail(error), lane.proxy)
        finally:
            self._give_back(lane, exchange)
        return self._failure(errors.AnswerTooLong, address.where) if exchange.is_too_long else None

    def _borrow(self, address: Address) -> _Lane:
        lanes = self._idle[address.origin]
        while True:
            try:
                lane = lanes.pop()
            except IndexError:  # not "while lanes": another thread may take the last one in between
                return self._open(address)
            if lane.is_usable:
                return lane
            lane.close()

    def _open(self, address: Address) -> _Lane:
        return _Lane(address, self._tls_context() if address.scheme == "https" else None)

    def _give_back(self, lane: _Lane, exchange: _Exchange) -> None:
        lanes = self._idle[lane.origin]
        if exchange.is_complete and not self._is_closed and len(lanes) < self._connection.concurrency:
            lanes.append(lane)
        else:
            lane.close()

    def _tls_context(self) -> ssl.SSLContext:
        """Made for the first https URL only: it takes tens of milliseconds."""
        with self._tls_lock:
            if self._tls is None:
                self._tls = _tls_context(self._connection)
            return self._tls

    def _failure(
        self, cause: type[errors.DeliveryError], where: str, detail: str = "", proxy: str | None = None
    ) -> Failure:
        reason = REASONS[cause].format(
            where=where, detail=detail, deadline=self._connection.deadline, proxy=_shown(proxy or "")
        )
        return Failure(cause.__name__, reason, unreachable=issubclass(cause, errors.Unreachable))


@dataclass(slots=True)
class _Exchange:
    """One attempt: its clock, and what has happened so far."""

    deadline: float
    """Seconds in all."""
    started: float = field(default_factory=time.perf_counter)
    has_dialled: bool = False
    is_connected: bool = False
    received: int = 0
    has_ended: bool = False
    status: int | None = None
    answer: bytearray = field(default_factory=bytearray)
    is_too_long: bool = False
    is_complete: bool = False

    @property
    def elapsed(self) -> float:
        """Seconds since it started; perf_counter, as Windows' monotonic clock ticks every 16 ms."""
        return time.perf_counter() - self.started

    def left(self, expired: type[httpcore.TimeoutException]) -> float:
        """Seconds until the deadline; raises `expired` when there are none."""
        left = self.deadline - self.elapsed
        if left <= 0:
            raise expired("the deadline has passed")
        return left

    @property
    def met_stale_connection(self) -> bool:
        """A kept connection gave nothing for this message: it was closed, or already held some answer."""
        return not self.has_dialled and not self.received

    def read(self, response: httpcore.Response) -> None:
        """Take the answer in: keep its beginning, throw the rest away."""
        if not self.received:  # h11 had it left over from the last exchange; the message isn't even sent
            raise httpcore.RemoteProtocolError("an answer came before its request")
        self.status = response.status
        size = 0
        for chunk in response.iter_stream():
            size += len(chunk)
            self.answer += chunk[: KEPT_ANSWER - len(self.answer)]
            if size > LONGEST_ANSWER:
                self.is_too_long = True
                return
        self.is_complete = True


class _Lane:
    """A connection to one endpoint, for one exchange after the other."""

    def __init__(self, address: Address, tls: ssl.SSLContext | None) -> None:
        self.origin = address.origin
        self.proxy = _proxy_of(address)
        self._tls = tls
        self._wire = _Wire()
        self._http: httpcore.HTTPConnection | httpcore.HTTPProxy | None = None

    @property
    def is_usable(self) -> bool:
        """Whether it can carry one more exchange; a proxy's pool sees to that by itself."""
        http = self._http
        return not isinstance(http, httpcore.HTTPConnection) or (http.is_idle() and not http.has_expired())

    def exchange(self, request: httpcore.Request, exchange: _Exchange) -> None:
        self._wire.exchange = exchange
        if self._http is None:
            self._http = self._dial(request.url.origin)
        response = self._http.handle_request(request)
        try:
            exchange.read(response)
        finally:
            response.close()

    def close(self) -> None:
        if self._http is not None:
            self._http.close()

    def _dial(self, origin: httpcore.Origin) -> httpcore.HTTPConnection | httpcore.HTTPProxy:
        if self.proxy is None:
            return httpcore.HTTPConnection(origin, ssl_context=self._tls, network_backend=self._wire)
        try:
            proxy = parse_address(self.proxy)
        except ValueError as error:
            raise httpcore.ProxyError(str(error)) from error
        return httpcore.HTTPProxy(
            _url(proxy),
            proxy_auth=proxy.credentials,
            ssl_context=self._tls,
            max_connections=1,
            network_backend=self._wire,
        )


class _Wire(httpcore.NetworkBackend):
    """Sockets whose every operation gets what is left of the exchange's deadline.

    The time-outs that httpcore passes are per operation and unset here: an answer that drips a byte
    within each of them would never time out.
    """

    def __init__(self) -> None:
        self.exchange = _Exchange(0)
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the addresses of a name one by one; each gets its share of the time that is left."""
        self.exchange.has_dialled = True
        addresses = self._resolve(host, port)
        first: Exception | None = None
        for untried in range(len(addresses), 0, -1):
            share = self.exchange.left(httpcore.ConnectTimeout) / untried
            try:
                stream = self._sockets.connect_tcp(addresses[-untried], port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                first = first or error
            else:
                self.exchange.is_connected = True
                return _Stream(stream, self)
        raise first or httpcore.ConnectError(f"{host} has no address")

    def _resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a name, looked up in a thread: the system's resolver knows no time-out."""
        with suppress(ValueError):
            return [str(ipaddress.ip_address(host))]
        answers: SimpleQueue[list[str] | Exception] = SimpleQueue()
        Thread(target=_look_up, args=(host, port, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=self.exchange.left(httpcore.ConnectTimeout))
        except Empty:
            raise httpcore.ConnectTimeout("the name was not resolved in time") from None
        if isinstance(answer, Exception):
            raise httpcore.ConnectError(str(answer)) from answer
        return answer


def _look_up(host: str, port: int, answers: SimpleQueue[list[str] | Exception]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or longer than 63
        answers.put(error)
    else:
        answers.put([str(address[0]) for *_, address in found])


class _Stream(httpcore.NetworkStream):
    """A socket that collects what is written and sends it, head and body in one piece, before it reads.

    One system call instead of two: with 20 threads that is a quarter more requests a second.
    """

    _PIECE = 16 * 1024
    """What one call sends at most: a receiver that takes a little at a time must not outlast the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, wire: _Wire) -> None:
        self._stream = stream
        self._wire = wire
        self._unsent = bytearray()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        if self._unsent:
            self._flush()
        exchange = self._wire.exchange
        data = self._stream.read(max_bytes, exchange.left(httpcore.ReadTimeout))
        exchange.received += len(data)
        exchange.has_ended = not data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._unsent += buffer

    def _flush(self) -> None:
        unsent, self._unsent = bytes(self._unsent), bytearray()
        with suppress(httpcore.WriteError):  # it may have answered before it hung up; read shows
            for start in range(0, len(unsent), self._PIECE):
                self._stream.write(unsent[start : start + self._PIECE], self._wire.exchange.left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._wire.exchange.left(httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._wire)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


_STALE = (httpcore.ReadError, httpcore.RemoteProtocolError)
"""What a request meets on a kept connection that the endpoint has closed meanwhile."""


def _url(address: Address) -> httpcore.URL:
    port = None if address.port == _PORTS[address.scheme] else address.port
    return httpcore.URL(scheme=address.scheme, host=address.host, port=port, target=address.target)


def _request(message: Message, address: Address) -> httpcore.Request:
    """The request as it goes out.

    Raises:
        httpcore.LocalProtocolError: the message has a Content-Length that isn't that of its body.
    """
    given = [(_encode(name), _encode(value)) for name, value in message.headers]
    names = {name.lower() for name, _ in given}
    length = str(len(message.body)).encode()
    if any(name.lower() == b"content-length" and value != length for name, value in given):
        raise httpcore.LocalProtocolError(f"its Content-Length is not {len(message.body)}, the length of its body")
    ours = [line for line in _own_headers(address, length) if line[0].lower() not in names]
    if b"transfer-encoding" in names:
        ours = [line for line in ours if line[0] != b"Content-Length"]
    return httpcore.Request(b"POST", _url(address), headers=[*ours, *given], content=message.body)


def _own_headers(address: Address, length: bytes) -> _Lines:
    lines = [(b"Host", address.authority.encode()), *_STANDARD_HEADERS, (b"Content-Length", length)]
    if address.credentials:
        lines.append((b"Authorization", b"Basic " + b64encode(b":".join(address.credentials))))
    return lines


def _encode(text: str) -> bytes:
    """UTF-8, as curl sends it; bytes that a capture could not decode go out as they came in."""
    return text.encode("utf-8", "surrogateescape")


def _proxy_of(address: Address) -> str | None:
    """The URL of the proxy that the environment names for this address, as curl and httpx read it."""
    if address.is_loopback or not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    import urllib.request  # late: it costs 40 ms

    proxies = urllib.request.getproxies_environment()
    if urllib.request.proxy_bypass_environment(address.where, proxies):  # type: ignore[attr-defined]
        return None
    proxy = proxies.get(address.scheme) or proxies.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"


def _tls_context(connection: Connection) -> ssl.SSLContext:
    """Trust the system's authorities and Mozilla's, or those of the bundle alone.

    Raises:
        FileUnreadable: the CA bundle cannot be read.
    """
    if not connection.verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if connection.ca_bundle is None:
        context = httpcore.default_ssl_context()
        context.load_default_certs()
        return context
    try:
        return ssl.create_default_context(cafile=connection.ca_bundle)
    except OSError as error:
        why = f"no CA certificates can be read ({error.strerror or error}); it must be a PEM file."
        raise errors.FileUnreadable(f"{connection.ca_bundle}: {why}") from error


def _refine(error: Exception, exchange: _Exchange, proxy: str | None) -> type[errors.DeliveryError]:
    """The cause of an exception, told apart by the error beneath it and how far the exchange had come."""
    cause = next(CAUSES[kind] for kind in type(error).__mro__ if kind in CAUSES)
    beneath = _beneath(error)
    if isinstance(error, httpcore.NetworkError) and isinstance(beneath, ssl.SSLError):
        return errors.TlsFailed
    if cause is errors.AnswerMalformed and exchange.has_ended:
        return errors.ConnectionDropped
    if cause not in {errors.ConnectionFailed, errors.ConnectTimedOut}:
        return cause
    if proxy and not exchange.is_connected:
        return errors.ProxyFailed
    if isinstance(beneath, (socket.gaierror, UnicodeError)):
        return errors.NameUnknown
    return errors.TlsFailed if exchange.is_connected and cause is errors.ConnectionFailed else cause


def _beneath(error: BaseException) -> BaseException:
    """The first cause; httpcore's pool hides it (`raise ... from None`) in the context."""
    while (deeper := error.__cause__ or error.__context__) is not None:
        error = deeper
    return error


def _shown(url: str) -> str:
    """A URL that may be broken, without anything that could be a password in it."""
    before, at, after = url.rpartition("@")
    return f"{before.partition('://')[0]}://{MASK}@{after}" if at else url


def _detail(error: Exception) -> str:
    beneath = _beneath(error)
    if isinstance(beneath, ssl.SSLCertVerificationError):
        return str(beneath.verify_message)
    return (beneath.strerror if isinstance(beneath, OSError) else None) or str(beneath) or type(beneath).__name__
