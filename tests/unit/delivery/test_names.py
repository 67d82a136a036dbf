from __future__ import annotations

import socket
from threading import Event

import pytest

from hookcli.delivery.names import resolve


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_address_is_its_own(host, monkeypatch):
    monkeypatch.delattr(socket, "getaddrinfo")
    assert resolve(host, 80, 5) == [host]


def test_a_name_has_addresses():
    assert {"127.0.0.1", "::1"} & set(resolve("localhost", 80, 5))


@pytest.mark.parametrize(("host", "kind"), [("nowhere.invalid", socket.gaierror), ("a" * 64, UnicodeError)])
def test_an_unknown_name_is_an_error(host, kind):
    with pytest.raises(kind):
        resolve(host, 80, 5)


def test_a_resolver_that_is_too_slow_is_left_alone(monkeypatch):
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(10) and [])
    with pytest.raises(TimeoutError, match="not resolved in time"):
        resolve("shop.example", 80, 0.05)
    over.set()
