"""Where a receiver listens: as a URL to send to, and what is said when it cannot."""

from __future__ import annotations

import ipaddress

from hookcli.errors import AddressInUse

_OWN = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (they are read, not bound)
"""An address that stands for every one of this machine -> one of them."""


def is_loopback(host: str) -> bool:
    """Whether this machine alone can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def url_of(host: str, port: int) -> str:
    """Where to send to; of what listens on every address, this machine's own."""
    own = _OWN.get(host, host)
    return f"http://[{own}]:{port}/" if ":" in own else f"http://{own}:{port}/"


def refused(host: str, port: int, error: Exception, option: str = "--port") -> AddressInUse:
    """Why an address cannot be listened on.

    Args:
        host: the address.
        port: its port.
        error: what binding it raised.
        option: what chooses the port.
    """
    why = "not a port" if isinstance(error, OverflowError) else "not an address"
    why = error.strerror or why if isinstance(error, OSError) else why
    return AddressInUse(f"cannot listen on {host}:{port} ({why}): choose another with {option}.")
