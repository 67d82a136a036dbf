"""HTTP over sockets that count down to a deadline. The only door to httpcore, the engine under httpx.

httpx itself is left out: its request and response objects cost as much as the exchange (20 threads: 1,400
requests a second with `httpx.HTTPTransport`, 2,900 with `httpcore.HTTPConnection`) and its import another
75 ms, and its time-outs are per operation, so that a dripping answer never ends.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpcore

from hookcli import errors
from hookcli.delivery.address import Address, parse_address, proxy_of
from hookcli.delivery.exchange import Exchange
from hookcli.delivery.headers import header_lines
from hookcli.delivery.names import resolve
from hookcli.models import Headers, Message

CAUSES: dict[type[Exception], type[errors.DeliveryError]] = {
    httpcore.ConnectionNotAvailable: errors.ConnectionDropped,
    httpcore.ProxyError: errors.ProxyFailed,
    httpcore.UnsupportedProtocol: errors.UrlInvalid,
    httpcore.ProtocolError: errors.AnswerMalformed,
    httpcore.LocalProtocolError: errors.MessageUnsendable,
    httpcore.TimeoutException: errors.Late,
    httpcore.ConnectTimeout: errors.ConnectTimedOut,
    httpcore.NetworkError: errors.ConnectionDropped,
    httpcore.ConnectError: errors.ConnectionFailed,
    OSError: errors.ConnectionFailed,
    TimeoutError: errors.ConnectTimedOut,
    socket.gaierror: errors.NameUnknown,
    UnicodeError: errors.NameUnknown,
}
"""What the exceptions of httpcore and of the resolver mean; the nearest base class counts."""

_STALE = (httpcore.ReadError, httpcore.RemoteProtocolError)
"""What a request meets on a kept connection that the endpoint has closed meanwhile."""


_AT_ONCE = getattr(socket, "MSG_DONTWAIT", 0)
_QUICK = getattr(socket, "TCP_QUICKACK", None)
"""Linux alone: without it, an answer that is sent in two writes waits 40 ms for our acknowledgement of the first."""

_TLS_ALERT = b"\x15\x03"
"""How a server of https complains about what isn't TLS (RFC 8446, 5.1: content type and version)."""


class Lane:
    """A connection to one endpoint, for one exchange after the other; made anew when it is used up."""

    def __init__(self, address: Address, tls: ssl.SSLContext | None) -> None:
        self.origin = address.origin
        self.proxy = proxy_of(address)
        self._tls = tls
        self._sockets = Sockets()
        self._http: httpcore.ConnectionInterface | None = None

    def post(self, message: Message, address: Address, exchange: Exchange) -> None:
        """Send the message and take its answer in; once more if a kept connection turns out to be closed.

        Raises:
            DeliveryError: there is no good answer; with the detail as its text.
        """
        lines = header_lines(message, address, is_bare=exchange.is_bare)
        self._ask(httpcore.Request(b"POST", _url(address), headers=lines, content=message.body), exchange)

    def get(self, headers: Headers, address: Address, exchange: Exchange) -> None:
        """Ask for what is there; as `post`, without a body or its length (RFC 9110, section 8.6)."""
        lines = [line for line in header_lines(Message("", b"", headers), address) if line[0] != b"Content-Length"]
        self._ask(httpcore.Request(b"GET", _url(address), headers=lines), exchange)

    def _ask(self, request: httpcore.Request, exchange: Exchange) -> None:
        self._sockets.exchange = exchange
        is_kept = self._http is not None and self._http.is_idle() and not self._http.has_expired()
        try:
            if exchange.is_strict and not is_kept and self._sockets.hold_data():
                raise httpcore.RemoteProtocolError("bytes that nobody asked for")
            try:
                self._carry(request, exchange, anew=not is_kept)
            except _STALE:
                if exchange.received or not is_kept or exchange.is_strict:
                    raise
                self._carry(request, exchange, anew=True)
        except tuple(CAUSES) as error:
            raise _cause(error, exchange, is_proxied=self.proxy is not None)(_detail(error, exchange)) from error

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that was not closed on our side."""
        return self._http is not None and not self._http.is_closed()

    def close(self) -> None:
        """Hang up."""
        if self._http is not None:
            self._http.close()

    def _carry(self, request: httpcore.Request, exchange: Exchange, *, anew: bool) -> None:
        if self._http is None or anew:
            self.close()
            self._http = self._dial(request.url.origin)
        response = self._http.handle_request(request)
        try:
            if not exchange.received:  # left over from the last exchange: the message isn't even sent
                raise httpcore.RemoteProtocolError("an answer came before its request")
            exchange.headers = response.headers
            exchange.take(response.status, response.iter_stream())
        finally:
            response.close()
        if _has_leftovers(self._http):
            self._http.close()
            self._http = None
            if exchange.is_strict:
                raise httpcore.RemoteProtocolError("more bytes than the answer has")

    def _dial(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        if self.proxy is None:
            return httpcore.HTTPConnection(origin, ssl_context=self._tls, network_backend=self._sockets)
        try:
            proxy = parse_address(self.proxy)
        except ValueError as error:
            raise httpcore.ProxyError(str(error)) from error
        self._sockets.exchange.tunnel_to = self.origin[1] if self.origin[0] == "https" else None
        return httpcore.HTTPProxy(
            _url(proxy), proxy_auth=proxy.credentials, ssl_context=self._tls, network_backend=self._sockets
        ).create_connection(origin)


class Sockets(httpcore.NetworkBackend):
    """Sockets whose every operation gets what is left of the exchange's deadline.

    The time-outs that httpcore passes are per operation and unset here: an answer that drips a byte
    within each of them would never time out.
    """

    def __init__(self, resolve: Callable[[str, int, float], list[str]] = resolve) -> None:
        self.exchange = Exchange(0)
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()
        self._stream: httpcore.NetworkStream | None = None

    def hold_data(self) -> bool:
        """Whether bytes wait in the last connection that was made; of one that was closed, or is TLS, never."""
        with suppress(OSError):
            return self._stream is not None and bool(
                self._stream.get_extra_info("socket").recv(1, socket.MSG_PEEK | _AT_ONCE)
            )
        return False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the addresses of a name one by one; each gets its share of the time that is left."""
        addresses = self._resolve(host, port, self.exchange.left(httpcore.ConnectTimeout))
        first: Exception | None = None
        for untried in range(len(addresses), 0, -1):
            share = self.exchange.left(httpcore.ConnectTimeout) / untried
            try:
                stream = self._sockets.connect_tcp(addresses[-untried], port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                first = first or error
            else:
                self.exchange.is_connected = True
                self._stream = stream
                return _Stream(stream, self)
        raise first or httpcore.ConnectError(f"{host} has no address")


class _Stream(httpcore.NetworkStream):
    """A socket that collects what is written and sends it, head and body in one piece, before it reads.

    One system call instead of two: with 20 threads that is a quarter more requests a second.
    """

    _PIECE = 16 * 1024
    """What one call sends at most: a receiver that takes a little at a time must not outlast the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, sockets: Sockets) -> None:
        self._stream = stream
        self._sockets = sockets
        self._unsent = bytearray()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        if self._unsent:
            self._flush()
        exchange = self._sockets.exchange
        if exchange.is_abandoned:
            raise httpcore.ReadTimeout("hung up")
        self._acknowledge_quickly()
        data = self._stream.read(max_bytes, exchange.left(httpcore.ReadTimeout))
        exchange.start = exchange.start or data[: len(_TLS_ALERT)]
        exchange.received += len(data)
        exchange.has_ended = not data
        return data

    def _acknowledge_quickly(self) -> None:
        """The option holds until the kernel thinks better of it, so it is set for each read."""
        if _QUICK is not None:
            with suppress(OSError, AttributeError):  # it is closed, or TLS within TLS: then read says more
                self._stream.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _QUICK, 1)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._unsent += buffer

    def _flush(self) -> None:
        unsent, self._unsent = bytes(self._unsent), bytearray()
        left = self._sockets.exchange.left
        with suppress(httpcore.WriteError):  # it may have answered before it hung up; read shows
            for start in range(0, len(unsent), self._PIECE):
                self._stream.write(unsent[start : start + self._PIECE], left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        exchange = self._sockets.exchange
        left = exchange.left(httpcore.ConnectTimeout)
        if exchange.tunnel_to == server_hostname:  # it stands; a proxy of https has had its own handshake before
            exchange.tunnel_to = None
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._sockets)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def tls_context(*, verify: bool, ca_bundle: Path | None) -> ssl.SSLContext:
    """Trust the system's authorities and Mozilla's, those of the bundle alone, or everybody.

    Raises:
        FileUnreadable: the CA bundle cannot be read.
    """
    if not verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if ca_bundle is None:
        return httpcore.default_ssl_context()
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError as error:
        why = f"no CA certificates can be read ({error.strerror or error}); it must be a PEM file."
        raise errors.FileUnreadable(f"{ca_bundle}: {why}") from error


def _url(address: Address) -> httpcore.URL:
    return httpcore.URL(scheme=address.scheme, host=address.host, port=address.own_port, target=address.target)


def _has_leftovers(http: Any) -> bool:
    """Whether bytes came that are no part of the answer; h11 would take them for the start of the next one.

    httpcore keeps h11 to itself, inside a connection for the proxy, one for the dialling and one for HTTP/1.1.
    """
    while hasattr(http, "_connection"):
        http = http._connection  # noqa: SLF001
    state = getattr(http, "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])


def _cause(error: Exception, exchange: Exchange, *, is_proxied: bool) -> type[errors.DeliveryError]:
    """What an exception means: the table, and what lies beneath it and how far the exchange had come."""
    cause = next(CAUSES[kind] for kind in type(error).__mro__ if kind in CAUSES)
    if exchange.tunnel_to is not None:
        return errors.ProxyFailed
    if cause in {errors.AnswerMalformed, errors.ConnectionDropped} and exchange.start == _TLS_ALERT:
        return errors.AnswerMalformed
    if isinstance(_beneath(error), ssl.SSLError):
        return errors.TlsFailed
    if cause is errors.AnswerMalformed and exchange.has_ended:
        return errors.ConnectionDropped
    if cause in {errors.ConnectionFailed, errors.ConnectTimedOut} and exchange.is_connected:
        return errors.TlsFailed
    is_dialling = cause in {errors.NameUnknown, errors.ConnectionFailed, errors.ConnectTimedOut}
    return errors.ProxyFailed if is_dialling and is_proxied and not exchange.is_connected else cause


def _detail(error: Exception, exchange: Exchange) -> str:
    beneath = _beneath(error)
    if exchange.start == _TLS_ALERT:
        return "a TLS alert: is it https?"
    if isinstance(error, (TimeoutError, httpcore.TimeoutException)):
        return f"no answer within {exchange.deadline:g} s"
    if isinstance(beneath, ssl.SSLCertVerificationError):
        return str(beneath.verify_message)
    return (beneath.strerror if isinstance(beneath, OSError) else None) or str(beneath) or type(beneath).__name__


def _beneath(error: BaseException) -> BaseException:
    return _beneath(error.__cause__) if error.__cause__ else error
