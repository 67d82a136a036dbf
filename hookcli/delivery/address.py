"""Where a message goes: a URL, taken apart, and the proxy that the environment puts before it."""

from __future__ import annotations

import ipaddress
import os
from contextlib import suppress
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urlsplit

from hookcli.dataclass import dataclass

_PORTS = {"http": 80, "https": 443}

_ENCODED = "!#$%&'()*+,/:;=?@[]~"
"""What stays as it is in a path and a query: RFC 3986's reserved characters, and what is encoded already."""

_NO_URL = "it is not an http:// or https:// URL with a host"


@dataclass(frozen=True, slots=True)
class Address:
    """A URL's parts."""

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
    def own_port(self) -> int | None:
        """The port, where it isn't the one of the scheme."""
        return None if self.port == _PORTS[self.scheme] else self.port

    @property
    def authority(self) -> str:
        """The Host header (RFC 9110, 7.2)."""
        return self._literal if self.own_port is None else self.where

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


def proxy_of(address: Address) -> str | None:
    """The URL of the proxy that the environment names for this address, as curl and httpx read it."""
    if address.is_loopback or not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    import urllib.request  # late: it costs 40 ms

    proxies = urllib.request.getproxies_environment()
    if urllib.request.proxy_bypass_environment(address.where, proxies):  # type: ignore[attr-defined]
        return None
    proxy = proxies.get(address.scheme) or proxies.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"
