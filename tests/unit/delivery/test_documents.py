"""Documents from the network: one GET each, within bounds."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from endpoints import (
    Behaviour,
    Endpoint,
    Visit,
    answers_once,
    drips,
    hangs_up_after_the_request,
    is_silent,
    pours,
    refusing,
    server_tls,
)

from hookcli.cli.remote import RemoteDocuments
from hookcli.delivery.documents import Bounds, Fetcher
from hookcli.errors import ReferenceNotFound


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def serves(pages: dict[str, Callable[[Endpoint], bytes]]) -> Behaviour:
    """Answers with what stands under the path, made for the endpoint that it came to; 404 to all else."""

    def behave(visit: Visit) -> None:
        path = visit.read_request().split(b" ")[1].decode()
        visit.say(pages[path](visit.endpoint) if path in pages else answer(b"", "404 Not Found"))

    return behave


def redirects(location: str, status: str = "302 Found") -> Callable[[Endpoint], bytes]:
    return lambda _: answer(b"moved", status, f"Location: {location}")


def fetch(url: str, **bounds: float) -> bytes:
    return Fetcher(lambda _: None, Bounds(**bounds)).fetch(url)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def without_proxies(endpoint_proxy: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return endpoint_proxy


def test_a_document_is_fetched_by_one_plain_get_and_said() -> None:
    said: list[str] = []
    with Endpoint(answers_once(answer(b"{}"))) as endpoint:
        assert Fetcher(said.append).fetch(endpoint.url + "?a=1") == b"{}"
    head = endpoint.requests[0].lower()
    assert said == [f"fetching {endpoint.url}?a=1"]
    assert head.startswith(b"get /hook?a=1 http/1.1\r\n")
    assert not [name for name in (b"cookie", b"authorization", b"content-length", b"referer") if name in head]


def test_a_long_document_is_whole() -> None:
    body = b"[" + b"1," * 200_000 + b"1]"
    with Endpoint(answers_once(answer(body))) as endpoint:
        assert fetch(endpoint.url) == body


def test_a_chunked_document_is_whole() -> None:
    start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Endpoint(answers_once(start + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")) as endpoint:
        assert fetch(endpoint.url) == b"{}"


@pytest.mark.parametrize("location", ["/there", "there?a=1#part", "http://127.0.0.1:{port}/there"])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_followed(location: str, status: str) -> None:
    moved = lambda endpoint: redirects(location.format(port=endpoint.port), status)(endpoint)  # noqa: E731
    pages = {"/hook": moved, "/there": lambda _: answer(b"1"), "/there?a=1": lambda _: answer(b"1")}
    with Endpoint(serves(pages)) as endpoint:
        assert fetch(endpoint.url) == b"1"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/hook", "one redirect after the other, more than 3"),
        ("ftp://127.0.0.1/x", "redirects from http to ftp://127.0.0.1/x"),
        ("file:///etc/passwd", "redirects from http to file:///etc/passwd"),
        ("", "redirects to nowhere"),
        ("http://[::1", "which is no URL"),
        ("http://a:99999/", "not an http:// or https:// URL"),
        ("http://bob:hunter2@127.0.0.1/", r"http://\[hidden\]@127.0.0.1/ cannot be fetched: it has a user name"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_not_followed(location: str, words: str) -> None:
    with Endpoint(serves({"/hook": redirects(location)})) as endpoint, pytest.raises(ReferenceNotFound, match=words):
        fetch(endpoint.url)
    assert endpoint.connections <= 4


def test_a_redirect_from_https_to_http_is_not_followed(endpoint_certificate: Path, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(endpoint_certificate))
    with (
        Endpoint(answers_once(answer(b"1"))) as plain,
        Endpoint(serves({"/hook": redirects(plain.url)}), server_tls(endpoint_certificate)) as endpoint,
        pytest.raises(ReferenceNotFound, match=r"redirects from https to http://127.0.0.1"),
    ):
        fetch(endpoint.url)
    assert (len(endpoint.requests), plain.connections) == (1, 0)


def test_a_redirect_from_http_to_https_is_followed(endpoint_certificate: Path, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(endpoint_certificate))
    with (
        Endpoint(answers_once(answer(b"1")), server_tls(endpoint_certificate)) as secure,
        Endpoint(serves({"/hook": redirects(secure.url)})) as endpoint,
    ):
        assert fetch(endpoint.url) == b"1"


def test_a_certificate_that_nobody_vouches_for_is_refused(endpoint_certificate: Path) -> None:
    tls = server_tls(endpoint_certificate)
    with Endpoint(answers_once(answer(b"1")), tls) as endpoint, pytest.raises(ReferenceNotFound) as caught:
        fetch(endpoint.url)
    assert "self-signed certificate" in str(caught.value)
    assert endpoint.requests == []


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (answers_once(answer(b"", "404 Not Found")), "the answer is 404, not 200"),
        (answers_once(answer(b"", "204 No Content")), "the answer is 204, not 200"),
        (answers_once(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "is not HTTP"),
        (answers_once(answer(b"12345678901")), "it is longer than 10 bytes"),
        (pours(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536), "it is longer than 10 bytes"),
        (drips(b"HTTP/1.1 200 OK\r\n"), "no complete answer from 127.0.0.1:.* within 0.3 s"),
        (drips(b"HTTP/1.1 200 OK\r\n\r\n", b""), "no complete answer from 127.0.0.1:.* within 0.3 s"),
        (is_silent, "no complete answer from 127.0.0.1:.* within 0.3 s"),
        (hangs_up_after_the_request, "closed the connection before its answer was complete"),
    ],
)
def test_what_is_no_document_is_an_error_that_says_why(behave: Behaviour, words: str) -> None:
    with Endpoint(behave) as endpoint, pytest.raises(ReferenceNotFound, match=f"cannot be fetched: .*{words}"):
        fetch(endpoint.url, bytes=10, seconds=0.3)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://bob:hunter2@127.0.0.1/x", r"^http://\[hidden\]@127.0.0.1/x cannot be fetched: it has a user name"),
        ("http:///x", "not an http:// or https:// URL with a host"),
        ("http://no-such-host.invalid/x", "the name of no-such-host.invalid:80 is unknown"),
    ],
)
def test_a_url_that_leads_nowhere_is_an_error(url: str, words: str) -> None:
    with pytest.raises(ReferenceNotFound, match=words):
        fetch(url)


def test_an_at_sign_in_a_path_hides_nothing() -> None:
    with refusing() as url, pytest.raises(ReferenceNotFound, match=r"/npm/thing@1\.2/x cannot be fetched: nothing acc"):
        fetch(url.replace("/hook", "/npm/thing@1.2/x"))


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"documents": 2}, "2 documents were fetched, and more are referred to"),
        ({"bytes_together": 4}, "4 bytes were fetched"),
        ({"bytes_together": 5}, "longer than 1 bytes"),
    ],
)
def test_the_bounds_hold_for_all_documents_together(bounds: dict[str, float], words: str) -> None:
    with Endpoint(answers_once(answer(b"{}"))) as endpoint:
        fetcher = Fetcher(lambda _: None, Bounds(**bounds))  # type: ignore[arg-type]
        with pytest.raises(ReferenceNotFound, match=words):
            list(map(fetcher.fetch, [endpoint.url] * 3))


def test_the_time_holds_for_all_documents_together() -> None:
    with Endpoint(is_silent) as endpoint:
        fetcher = Fetcher(lambda _: None, Bounds(seconds_together=0.1))
        for words in ("no complete answer from .* within 0.1 s", "the 0.1 s for all documents together are over"):
            with pytest.raises(ReferenceNotFound, match=words):
                fetcher.fetch(endpoint.url)
    assert endpoint.connections == 1


def test_a_proxy_of_the_environment_is_used(without_proxies: pytest.MonkeyPatch) -> None:
    with Endpoint(answers_once(answer(b"1"))) as proxy:
        without_proxies.setenv("http_proxy", proxy.url)
        assert fetch("http://schemas.example/x.json") == b"1"
    assert proxy.requests[0].startswith(b"GET http://schemas.example/x.json HTTP/1.1\r\n")


def test_each_document_is_fetched_once_and_goes_along_to_other_processes() -> None:
    with Endpoint(answers_once(answer(b"1"))) as endpoint:
        remote = RemoteDocuments(print)
        assert remote(endpoint.url) == b"1"
    assert pickle.loads(pickle.dumps(remote))(endpoint.url) == b"1"
    assert endpoint.connections == 1
