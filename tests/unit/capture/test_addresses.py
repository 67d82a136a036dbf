"""Where a receiver listens."""

from __future__ import annotations

import pytest

from hookcli.capture.addresses import is_loopback, refused, url_of


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"), ("", "http://127.0.0.1:80/"), ("0.0.0.0", "http://127.0.0.1:80/"),
        ("::", "http://[::1]:80/"), ("fe80::1", "http://[fe80::1]:80/"), ("shop.example", "http://shop.example:80/"),
    ],
)  # fmt: skip
def test_a_receiver_has_a_url_to_send_to(host: str, url: str) -> None:
    assert url_of(host, 80) == url


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("LOCALHOST", True), ("", False), ("0.0.0.0", False),
        ("192.0.2.1", False), ("shop.example", False), ("127.0.0.1.example", False),
    ],
)  # fmt: skip
def test_loopback_is_what_this_machine_alone_can_reach(host: str, is_own: bool) -> None:
    assert is_loopback(host) is is_own


@pytest.mark.parametrize(
    ("error", "why"),
    [(OSError(98, "Address already in use"), "Address already in use"), (OverflowError(), "not a port"),
     (UnicodeError(), "not an address")],
)  # fmt: skip
def test_what_cannot_be_listened_on_says_why_and_what_chooses_another(error: Exception, why: str) -> None:
    assert str(refused("h", 1, error, "--ui-port")) == f"cannot listen on h:1 ({why}): choose another with --ui-port."
