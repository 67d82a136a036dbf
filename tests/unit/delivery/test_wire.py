from __future__ import annotations

import socket

import httpcore
import httpx
import pytest
from endpoints import Endpoint, hangs_up, refusing

from hookcli.delivery.address import parse_address
from hookcli.delivery.exchange import Exchange
from hookcli.delivery.wire import CAUSES, Sockets


def sockets(*addresses: str) -> Sockets:
    """Sockets for an exchange of 5 s, with a resolver that knows these addresses."""
    made = Sockets(resolve=lambda host, port, seconds: list(addresses))
    made.exchange = Exchange(5)
    return made


def test_the_next_address_of_a_name_is_tried():
    dialled = sockets("127.0.0.2", "127.0.0.1")
    with Endpoint(hangs_up) as endpoint:
        stream = dialled.connect_tcp("shop.example", endpoint.port)
        assert stream.read(1) == b""
        stream.close()
    assert (dialled.exchange.is_connected, dialled.exchange.has_ended, endpoint.connections) == (True, True, 1)


def test_the_first_address_says_why_none_can_be_reached():
    with refusing() as url, pytest.raises(httpcore.ConnectError, match="refused"):
        sockets("127.0.0.2", "127.0.0.1").connect_tcp("shop.example", parse_address(url).port)


def test_a_name_without_addresses_cannot_be_reached():
    with pytest.raises(httpcore.ConnectError, match="no address"):
        sockets().connect_tcp("shop.example", 80)


def test_every_exception_of_httpcore_has_a_cause():
    public = [getattr(httpcore, name) for name in httpcore.__all__]
    raised = {kind for kind in public if isinstance(kind, type) and issubclass(kind, Exception)}
    assert len(raised) >= 15
    assert {kind for kind in raised if not issubclass(kind, tuple(CAUSES))} == set()


def test_every_exception_of_the_resolver_has_a_cause():
    assert {OSError, TimeoutError, socket.gaierror, UnicodeError} < set(CAUSES)


def test_every_transport_error_that_httpx_names_has_a_cause():
    ours = {kind.__name__ for kind in CAUSES}
    theirs = _descendants(httpx.TransportError)
    assert {kind.__name__ for kind in theirs if not ours & {base.__name__ for base in kind.__mro__}} == set()


def _descendants(kind: type) -> set[type]:
    children = set(kind.__subclasses__())
    return children.union(*(_descendants(child) for child in children))
