"""Who may see the page, and from where: other sites' pages run in the same browser, and other people share a network.

Against DNS rebinding the name in `Host` is checked; against requests that other sites' pages make, `Sec-Fetch-Site` and
`Origin` (Fetch Metadata, section 2; RFC 6454, section 7.3); and away from loopback there is a token.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Collection
from contextlib import suppress

from hookcli.page.exchanges import Answer, Refused, Request

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Guard:
    """Lets through what comes from the page itself.

    Args:
        host: the address that the page is served on; with `0.0.0.0` or `::` by any IP address, which no one can rebind.
        port: its port.
        names: other host names that lead to it.
        token: what a browser must show once; None on loopback, where none is needed.
    """

    def __init__(self, host: str, port: int, *, names: Collection[str] = (), token: str | None = None) -> None:
        self._is_everywhere = host in ("", "0.0.0.0", "::")  # noqa: S104 (it is asked, not bound)
        self._hosts = {f"{_literal(name)}:{port}".lower() for name in (*_LOOPBACK, host, *names)}
        if port == 80:
            self._hosts |= {host.rpartition(":")[0] for host in self._hosts}
        self._port = port
        self._token = token
        self._pass = secrets.token_urlsafe(32)
        self._cookie = f"hookcli_{port}"

    def check(self, request: Request) -> None:
        """Look at a request before anything else does.

        Raises:
            Refused: it did not come by a name of the page, or comes from another site's page.
        """
        host = request.headers.get("host", "").lower()
        if host not in self._hosts and not (self._is_everywhere and self._is_address(host)):
            raise Refused(421, f"the page is not served under this name; open it as {min(self._hosts)}")
        is_ours = request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")
        if request.path.startswith("/api/") and not is_ours:
            raise Refused(403, "another site's page may not ask this")
        if request.method in _UNSAFE and request.headers.get("origin", "").lower() != f"{request.scheme}://{host}":
            raise Refused(403, "only the page itself may change something (Origin)")

    def check_pass(self, request: Request) -> None:
        """Look whether the browser has shown the token.

        Raises:
            Refused: it has not.
        """
        if self._token is None:
            return
        shown = (each.strip().partition("=") for each in _cookies(request))
        if not any(name == self._cookie and _is_same(value, self._pass) for name, _, value in shown):
            raise Refused(401, "the page needs its token: open the whole address that `hookcli listen` printed")

    def admit(self, token: object) -> Answer:
        """The answer to a token: the pass that a browser shows from now on; scripts never see it.

        Raises:
            Refused: it is another token.
        """
        if self._token is not None and not (isinstance(token, str) and _is_same(token, self._token)):
            raise Refused(401, "this is not the token that `hookcli listen` printed")
        return Answer(204, headers=(("Set-Cookie", f"{self._cookie}={self._pass}; Path=/; HttpOnly; SameSite=Strict"),))

    def _is_address(self, host: str) -> bool:
        name, _, port = host.rpartition(":")
        with suppress(ValueError):
            ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
            return port == str(self._port)
        return False


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _cookies(request: Request) -> list[str]:
    return request.headers.get("cookie", "").replace(",", ";").split(";")


def _is_same(text: str, other: str) -> bool:
    return hmac.compare_digest(text.encode("utf-8", "replace"), other.encode())
