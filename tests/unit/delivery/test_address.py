from __future__ import annotations

import pytest

from hookcli.delivery.address import parse_address, proxy_of


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://h", "http://h/"),
        ("HTTP://H:80/a%20b?c=d&e#f", "http://h/a%20b?c=d&e"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ("http://münchen.example/grüß gott?ä=1", "http://xn--mnchen-3ya.example/gr%C3%BC%C3%9F%20gott?%C3%A4=1"),
        ("https://me@h/", "https://me:@h/"),
        ("https://me:p%40ss@h:444/../a[1]", "https://me:p%40ss@h:444/../a[1]"),
    ],
)
def test_an_address_is_written_in_ascii(url, plain):
    assert parse_address(url).url == plain


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("localhost", True),
        ("api.localhost", True),
        ("127.0.0.1.example", False),
        ("10.0.0.1", False),
    ],
)
def test_loopback_is_known(host, is_loopback):
    assert parse_address(f"http://{host}/").is_loopback is is_loopback


@pytest.mark.parametrize("url", ["ftp://h/", "http:///path", "hook", "http://h:99999/", "http://[::1/", "http://é..é/"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(ValueError, match="not an http:// or https:// URL"):
        parse_address(url)


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"http_proxy": "http://p:1"}, "http://p:1"),
        ({"all_proxy": "p:1"}, "http://p:1"),
        ({"https_proxy": "http://p:1"}, None),
        ({"http_proxy": "http://p:1", "all_proxy": "http://q:1"}, "http://p:1"),
        ({"http_proxy": "http://p:1", "no_proxy": "shop.example"}, None),
        ({"http_proxy": "http://p:1", "no_proxy": "*"}, None),
    ],
)
def test_the_environment_names_the_proxy(endpoint_proxy, variables, proxy):
    for name, value in variables.items():
        endpoint_proxy.setenv(name, value)
    assert proxy_of(parse_address("http://shop.example/")) == proxy


def test_no_proxy_leads_to_this_machine(endpoint_proxy):
    endpoint_proxy.setenv("all_proxy", "http://p:1")
    assert proxy_of(parse_address("http://localhost:8000/")) is None
