from __future__ import annotations

import socket
import ssl
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from endpoints import (
    OK,
    Endpoint,
    answers,
    answers_once,
    drips,
    hangs_up,
    hangs_up_after_the_request,
    hangs_up_on_the_second_request,
    is_silent,
    not_accepting,
    pours,
    reads_slowly,
    refusing,
    resets,
    server_tls,
)

from hookcli import __version__, errors
from hookcli.delivery.address import parse_address
from hookcli.delivery.client import Client, Connection
from hookcli.models import Attempt, Message

MESSAGE = Message("message", b'{"a": "\xc3\xa9\\n"}', (("Content-Type", "application/json"), ("X-Empty", "")))
SOON = 0.3
HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

pytestmark = pytest.mark.usefixtures("endpoint_proxy")


def attempt(url: str, message: Message = MESSAGE, deadline: float = 5.0, **options: object) -> Attempt:
    with Client(Connection(deadline=deadline, **options)) as client:
        return client.attempt(message, url)


def attempt_at(behaviour, message: Message = MESSAGE, deadline: float = 5.0) -> Attempt:
    with Endpoint(behaviour) as endpoint:
        return attempt(endpoint.url, message, deadline)


def headers_sent(message: Message) -> list[bytes]:
    with Endpoint(answers()) as endpoint:
        attempt(endpoint.url, message)
    return endpoint.requests[0].partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]


# What goes out and what comes back


def test_exactly_the_message_is_sent():
    with Endpoint(answers()) as endpoint:
        made = attempt(endpoint.url + "?a=b")
    assert endpoint.requests == [
        b"POST /hook?a=b HTTP/1.1\r\n"
        b"Host: 127.0.0.1:%d\r\nUser-Agent: hookcli/%s\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
        b"Content-Length: %d\r\nContent-Type: application/json\r\nX-Empty: \r\n\r\n%s"
        % (endpoint.port, __version__.encode(), len(MESSAGE.body), MESSAGE.body)
    ]
    assert (made.number, made.status, made.failure, made.answer) == (1, 200, None, b"OK")
    assert 0 < made.elapsed < 5


def test_a_header_of_the_message_replaces_our_own():
    sent = headers_sent(Message("e", b"", (("user-agent", "mine"), ("HOST", "shop.example"))))
    assert {line for line in sent if line.lower().startswith((b"user-agent", b"host"))} == {
        b"user-agent: mine",
        b"HOST: shop.example",
    }


def test_header_bytes_beyond_ascii_go_out_as_they_came_in():
    assert b"X: \xc3\xa9\xff" in headers_sent(Message("e", b"", (("X", "é\udcff"),)))


def test_an_empty_body_has_a_length():
    assert b"Content-Length: 0" in headers_sent(Message("e", b""))


def test_a_message_may_ask_for_chunks():
    with Endpoint(answers()) as endpoint:
        made = attempt(endpoint.url, Message("e", b"body", (("Transfer-Encoding", "chunked"),)))
    assert made.status == 200
    assert b"Content-Length" not in endpoint.requests[0]


def test_credentials_in_the_url_become_a_header():
    with Endpoint(answers()) as endpoint:
        attempt(endpoint.url.replace("://", "://me:p%40ss@"))
    assert b"\r\nAuthorization: Basic bWU6cEBzcw==\r\n" in endpoint.requests[0]


def test_a_body_of_many_pieces_arrives_whole():
    body = bytes(range(256)) * 4000
    with Endpoint(answers()) as endpoint:
        assert attempt(endpoint.url, Message("e", body)).status == 200
    assert endpoint.requests[0].endswith(b"\r\n\r\n" + body)


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_every_status_is_an_answer(status):
    head = b"HTTP/1.1 %d X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n" % status
    made = attempt_at(answers(head))
    assert (made.status, made.failure) == (status, None)


def test_an_early_answer_to_a_body_that_is_not_read_counts():
    def refuses(visit):
        visit.connection.recv(10)
        visit.say(b"HTTP/1.1 413 Too Long\r\nContent-Length: 0\r\n\r\n")
        visit.connection.shutdown(socket.SHUT_RD)

    assert attempt_at(refuses, Message("e", b"x" * 100_000)).status == 413


def test_only_the_beginning_of_a_long_answer_is_kept():
    made = attempt_at(answers_once(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000))
    assert made.failure is None
    assert made.answer == b"x" * 65_536


# Connections


def test_a_connection_is_kept_for_the_next_attempt():
    with Endpoint(answers()) as endpoint, Client(Connection(deadline=5)) as client:
        made = [client.attempt(MESSAGE, endpoint.url, number) for number in (1, 2, 3)]
    assert [(one.number, one.status) for one in made] == [(1, 200), (2, 200), (3, 200)]
    assert endpoint.connections == 1


def test_a_kept_connection_that_was_closed_is_no_failure():
    with Endpoint(hangs_up_on_the_second_request) as endpoint, Client(Connection(deadline=5)) as client:
        made = [client.attempt(MESSAGE, endpoint.url) for _ in range(3)]
    assert [one.failure for one in made] == [None, None, None]
    assert (endpoint.connections, len(endpoint.requests)) == (3, 5)


def test_a_connection_that_the_endpoint_ends_is_not_used_again():
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    with Endpoint(answers_once(closing)) as endpoint, Client(Connection(deadline=5)) as client:
        assert [client.attempt(MESSAGE, endpoint.url).status for _ in range(2)] == [200, 200]
    assert endpoint.connections == 2


def test_what_comes_after_an_answer_is_not_taken_for_the_next_one():
    with Endpoint(answers(OK + b"HTTP/1.1 500 Late\r\n\r\n")) as endpoint, Client(Connection(deadline=5)) as client:
        assert [client.attempt(MESSAGE, endpoint.url).status for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(OK + b"junk", id="junk"),
        pytest.param(OK + b"\r\n", id="an empty line"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\nOK", id="body after 204"),
        pytest.param(HEAD + b"0\r\n\r\nHTTP/1.1", id="half an answer"),
    ],
)
def test_what_is_left_over_does_not_fail_the_next_message(answer):
    with Endpoint(answers(answer)) as endpoint, Client(Connection(deadline=5)) as client:
        made = [client.attempt(MESSAGE, endpoint.url).failure for _ in range(3)]
    assert (made, endpoint.connections, len(endpoint.requests)) == ([None] * 3, 3, 3)


def test_what_a_proxy_leaves_over_does_not_fail_the_next_message(endpoint_proxy):
    with Endpoint(answers(OK + b"junk")) as proxy, Client(Connection(deadline=5)) as client:
        endpoint_proxy.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        made = [client.attempt(MESSAGE, "http://shop.example/").status for _ in range(2)]
    assert (made, proxy.connections) == ([200, 200], 2)


def test_an_attempt_after_a_failed_one_gets_a_new_connection():
    def is_silent_at_first(visit):
        visit.read_request()
        visit.endpoint.connections > 1 or visit.wait()
        visit.say(OK)

    with Endpoint(is_silent_at_first) as endpoint, Client(Connection(deadline=SOON)) as client:
        made = [client.attempt(MESSAGE, endpoint.url) for _ in range(2)]
    assert [(one.status, one.failure and one.failure.kind) for one in made] == [(None, "Late"), (200, None)]
    assert endpoint.connections == 2


def test_a_stale_connection_is_replaced_only_once():
    def answers_the_first_connection(visit):
        hangs_up_on_the_second_request(visit) if visit.endpoint.connections == 1 else visit.read_request()

    with Endpoint(answers_the_first_connection) as endpoint, Client(Connection(deadline=5)) as client:
        made = [client.attempt(MESSAGE, endpoint.url) for _ in range(2)]
    assert [one.failure and one.failure.kind for one in made] == [None, "ConnectionDropped"]
    assert (endpoint.connections, len(endpoint.requests)) == (2, 3)


def test_an_answer_in_two_writes_waits_for_no_acknowledgement():
    def behave(visit):
        visit.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        while visit.read_request():
            visit.say(OK[:-2])
            visit.say(OK[-2:])

    with Endpoint(behave) as endpoint, Client(Connection(deadline=5)) as client:
        elapsed = sorted(client.attempt(MESSAGE, endpoint.url).elapsed for _ in range(30))
    assert elapsed[15] < 0.02  # Linux delays an acknowledgement by 40 ms


def test_an_attempt_apart_has_a_connection_of_its_own_and_closes_the_idle_one():
    with Endpoint(answers()) as endpoint, Client(Connection(deadline=5)) as client:
        client.attempt(MESSAGE, endpoint.url)
        made = [client.attempt_apart(MESSAGE, endpoint.url) for _ in range(2)]
        client.attempt(MESSAGE, endpoint.url)
    assert [each.status for each in made] == [200, 200]
    assert endpoint.connections == 4


def strictly(behaviour, times: int, pause: float = 0.0) -> list[Attempt]:
    with Endpoint(behaviour) as endpoint, Client(Connection(deadline=5)) as client:
        made = []
        for _ in range(times):
            made.append(client.attempt_strictly(MESSAGE, endpoint.url))
            endpoint.over.wait(pause)
        return made


def test_a_strict_attempt_fails_on_a_kept_connection_that_is_closed_under_it():
    first, second = strictly(hangs_up_on_the_second_request, 2)
    assert first.status == 200
    assert second.failure.kind == "ConnectionDropped"


def test_a_strict_attempt_may_need_a_new_connection():
    assert [made.failure for made in strictly(answers_once(OK), 3, pause=0.05)] == [None] * 3


def test_a_strict_attempt_fails_on_more_than_an_answer():
    (made,) = strictly(answers(OK + b"more"), 1)
    assert made.failure.kind == "AnswerMalformed"
    assert "more bytes than the answer has" in made.failure.reason


def test_a_strict_attempt_fails_on_what_nobody_asked_for():
    def behave(visit):
        while visit.read_request():
            visit.say(OK)
            visit.wait(0.02)
            visit.say(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    first, second = strictly(behave, 2, pause=0.06)
    assert first.status == 200
    assert second.failure.kind == "AnswerMalformed"
    assert "nobody asked for" in second.failure.reason


def test_many_threads_share_one_client():
    with (
        Endpoint(answers()) as endpoint,
        Client(Connection(deadline=5, concurrency=8)) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        made = list(threads.map(lambda number: client.attempt(MESSAGE, endpoint.url, number), range(200)))
    assert [(one.number, one.failure) for one in made] == [(number, None) for number in range(200)]
    assert endpoint.connections <= 8


def test_a_closed_client_keeps_no_connection():
    with Endpoint(answers()) as endpoint, Client(Connection(deadline=5)) as client:
        client.close()
        assert [client.attempt(MESSAGE, endpoint.url).status for _ in range(2)] == [200, 200]
    assert endpoint.connections == 2


# The deadline


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(is_silent, id="silent"),
        pytest.param(drips(b"HTTP/1.1 200 OK\r\nX: "), id="dripping head"),
        pytest.param(drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"), id="dripping body"),
        pytest.param(drips(HEAD, b"1\r\nx\r\n"), id="dripping chunks"),
        pytest.param(pours(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="endless interim answers"),
    ],
)
def test_the_deadline_holds_for_the_whole_exchange(behaviour):
    made = attempt_at(behaviour, deadline=SOON)
    assert made.failure.kind == "Late"
    assert not made.failure.unreachable
    assert "within 0.3 s" in made.failure.reason
    assert SOON <= made.elapsed < SOON + 1


def test_the_deadline_holds_while_the_message_is_sent():
    made = attempt_at(reads_slowly, Message("e", b"x" * 20_000_000), deadline=SOON)
    assert made.failure.kind == "Late"
    assert made.elapsed < SOON + 1


def test_a_late_body_keeps_the_status_and_what_came():
    made = attempt_at(drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b""), deadline=SOON)
    assert (made.status, made.answer, made.failure.kind) == (200, b"abc", "Late")


def test_an_answer_that_is_complete_after_the_deadline_is_late():
    with Endpoint(answers()) as endpoint, _SlowClient(Connection(deadline=SOON)) as client:
        made = client.attempt(MESSAGE, endpoint.url)
    assert (made.status, made.answer, made.failure.kind) == (200, b"OK", "Late")


class _SlowClient(Client):
    def _give_back(self, *lane: object) -> None:
        time.sleep(SOON)
        super()._give_back(*lane)


def test_no_time_is_not_enough_for_a_connection():
    assert attempt_at(answers(), deadline=0).failure.kind == "ConnectTimedOut"


def test_a_connection_that_is_not_accepted_ends_at_the_deadline():
    with not_accepting() as url:
        made = attempt(url, deadline=SOON)
    assert (made.failure.kind, made.failure.unreachable) == ("ConnectTimedOut", True)
    assert made.elapsed < SOON + 0.3


def test_a_tls_handshake_ends_at_the_deadline():
    with Endpoint(is_silent) as endpoint:
        made = attempt(endpoint.url.replace("http:", "https:"), deadline=SOON)
    assert (made.failure.kind, made.failure.unreachable) == ("TlsFailed", True)
    assert "(no answer within 0.3 s)" in made.failure.reason
    assert made.elapsed < SOON + 0.5


def test_a_name_that_is_not_resolved_in_time_ends_at_the_deadline(monkeypatch):
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(10) and [])
    made = attempt("http://shop.example/", deadline=SOON)
    over.set()
    assert made.failure.kind == "ConnectTimedOut"
    assert made.elapsed < SOON + 0.3


def test_a_body_without_end_is_given_up():
    made = attempt_at(pours(HEAD, b"10000\r\n" + b"x" * 65_536 + b"\r\n"), deadline=20)
    assert (made.status, made.failure.kind, len(made.answer)) == (200, "AnswerTooLong", 65_536)


# Failures


def test_nothing_listens():
    with refusing() as url:
        made = attempt(url)
    where = parse_address(url).where
    assert (made.status, made.failure.kind, made.failure.unreachable) == (None, "ConnectionFailed", True)
    assert made.failure.reason == (
        f"nothing accepts connections at {where} (Connection refused): is the receiver running?"
    )


@pytest.mark.parametrize("behaviour", [hangs_up, hangs_up_after_the_request, resets])
def test_a_fresh_connection_that_is_closed_is_a_failure(behaviour):
    with Endpoint(behaviour) as endpoint:
        made = attempt(endpoint.url)
    assert (made.failure.kind, made.failure.unreachable) == ("ConnectionDropped", False)
    assert endpoint.connections == 1


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nConte", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"])
def test_an_answer_that_breaks_off_is_a_dropped_connection(start):
    assert attempt_at(answers_once(start)).failure.kind == "ConnectionDropped"


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000]
)
def test_what_is_not_http_is_malformed(answer):
    made = attempt_at(lambda visit: (visit.read_request(), visit.say(answer), visit.wait()))
    assert made.failure.kind == "AnswerMalformed"
    assert "scheme and port" in made.failure.reason


@pytest.mark.parametrize("behave", [lambda visit: visit.wait(), lambda visit: None], ids=["waits", "ends"])
def test_http_to_a_port_that_speaks_https_asks_for_it(behave):
    alert = b"\x15\x03\x01\x00\x02\x02\x46"
    made = attempt_at(lambda visit: (visit.read_request(), visit.say(alert), behave(visit)))
    assert made.failure.kind == "AnswerMalformed"
    assert "(a TLS alert: is it https?)" in made.failure.reason


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 64 + ".example"])
def test_an_unknown_name_is_unreachable(host):
    made = attempt(f"http://me:hunter2@{host}/")
    assert (made.failure.kind, made.failure.unreachable) == ("NameUnknown", True)
    assert host in made.failure.reason
    assert "hunter2" not in made.failure.reason


@pytest.mark.parametrize(
    "url",
    [
        "ftp://me:hunter2@h/",
        "http://me:hunter2/@h/",
        "http:///path",
        "hook",
        "http://h:99999/",
        "http://[::1/",
        "http://é..é/",
    ],
)
def test_what_is_no_url_is_unreachable(url):
    made = attempt(url)
    assert (made.failure.kind, made.failure.unreachable) == ("UrlInvalid", True)
    assert "hunter2" not in made.failure.reason


@pytest.mark.parametrize("header", [("X", "a\r\nY: b"), ("X Y", "a"), ("Content-Length", "7"), ("X", "\ud800")])
def test_a_header_that_cannot_be_sent_is_no_crash(header):
    with Endpoint(answers()) as endpoint:
        made = attempt(endpoint.url, Message("e", b"", (header,)))
    assert (made.failure.kind, made.failure.unreachable) == ("MessageUnsendable", True)
    assert endpoint.requests == []


# TLS


def test_a_certificate_that_nobody_vouches_for_is_refused(endpoint_certificate):
    with Endpoint(answers(), server_tls(endpoint_certificate)) as endpoint:
        made = attempt(endpoint.url)
    assert (made.failure.kind, made.failure.unreachable) == ("TlsFailed", True)
    assert "self-signed certificate" in made.failure.reason
    assert endpoint.requests == []


def test_a_ca_bundle_vouches_for_a_certificate(endpoint_certificate):
    connection = Connection(deadline=5, ca_bundle=endpoint_certificate)
    closes = answers_once(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    with Endpoint(closes, server_tls(endpoint_certificate)) as endpoint, Client(connection) as client:
        assert [client.attempt(MESSAGE, endpoint.url).status for _ in range(2)] == [200, 200]


def test_a_certificate_of_another_name_is_refused(endpoint_certificate):
    with Endpoint(answers(), server_tls(endpoint_certificate), host="127.0.0.2") as endpoint:
        made = attempt(endpoint.url, ca_bundle=endpoint_certificate)
    assert made.failure.kind == "TlsFailed"


def test_verification_can_be_turned_off(endpoint_certificate):
    connection = Connection(deadline=5, verify=False)
    with Endpoint(answers(), server_tls(endpoint_certificate)) as endpoint, Client(connection) as client:
        assert [client.attempt(MESSAGE, endpoint.url).status for _ in range(2)] == [200, 200]
    assert endpoint.connections == 1


@pytest.mark.parametrize("behaviour", [answers(), hangs_up, resets])
def test_https_to_what_does_not_speak_it_fails(behaviour):
    with Endpoint(
        lambda visit: (visit.connection.recv(1), visit.say(b"HTTP/1.1 400 No\r\n\r\n"), behaviour(visit))
    ) as endpoint:
        made = attempt(endpoint.url.replace("http:", "https:"))
    assert made.failure.kind == "TlsFailed"


def test_a_handshake_that_is_cut_off_fails():
    def cuts_off(visit):
        visit.connection.recv(1)
        visit.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with Endpoint(cuts_off) as endpoint:
        made = attempt(endpoint.url.replace("http:", "https:"))
    assert (made.failure.kind, "reset by peer" in made.failure.reason) == ("TlsFailed", True)


def test_one_client_sends_to_many_endpoints(endpoint_certificate):
    tls = server_tls(endpoint_certificate)
    with (
        Endpoint(answers(), tls) as first,
        Endpoint(answers(), tls) as second,
        Client(Connection(deadline=5, verify=False)) as client,
    ):
        made = [client.attempt(MESSAGE, url).status for url in (first.url, second.url) * 2]
    assert (made, first.connections, second.connections) == ([200] * 4, 1, 1)


def test_an_endpoint_that_wants_a_client_certificate_fails(endpoint_certificate):
    context = server_tls(endpoint_certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    with Endpoint(answers(), context) as endpoint:
        assert attempt(endpoint.url, verify=False).failure.kind in {"TlsFailed", "ConnectionDropped"}


@pytest.mark.parametrize("content", [None, b"", b"not a certificate"])
def test_an_unreadable_ca_bundle_is_an_error(tmp_path, content):
    bundle = tmp_path / "missing.pem" if content is None else _written(tmp_path / "ca.pem", content)
    with pytest.raises(errors.FileUnreadable, match=r"\.pem: no CA certificates"):
        attempt("https://127.0.0.1:1/", ca_bundle=bundle)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


# Proxies


def test_a_proxy_carries_http(endpoint_proxy):
    with Endpoint(answers()) as proxy:
        endpoint_proxy.setenv("http_proxy", f"http://me:hunter2@127.0.0.1:{proxy.port}")
        connection = Connection(deadline=5)
        with Client(connection) as client:
            made = [client.attempt(MESSAGE, "http://shop.example/hook").status for _ in range(2)]
    assert (made, proxy.connections) == ([200, 200], 1)
    assert proxy.requests[0].startswith(b"POST http://shop.example/hook HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bWU6aHVudGVyMg==" in proxy.requests[0]
    assert b"Host: shop.example\r\n" in proxy.requests[0]


def test_a_proxy_carries_https(endpoint_proxy, endpoint_certificate):
    def tunnels(visit):
        visit.read_request()
        visit.say(b"HTTP/1.1 200 Connected\r\n\r\n")
        visit.connection = server_tls(endpoint_certificate).wrap_socket(visit.connection, server_side=True)
        with visit.connection:
            answers()(visit)

    with Endpoint(tunnels) as proxy:
        endpoint_proxy.setenv("all_proxy", f"127.0.0.1:{proxy.port}")
        made = attempt("https://shop.example/hook", ca_bundle=endpoint_certificate)
    assert made.status == 200
    assert proxy.requests[0].startswith(b"CONNECT shop.example:443 ")
    assert proxy.requests[1].startswith(b"POST /hook ")


def test_a_kept_connection_that_a_proxy_closed_is_no_failure(endpoint_proxy):
    with Endpoint(hangs_up_on_the_second_request) as proxy, Client(Connection(deadline=5)) as client:
        endpoint_proxy.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        made = [client.attempt(MESSAGE, "http://shop.example/").status for _ in range(3)]
    assert made == [200, 200, 200]


def test_a_kept_tunnel_carries_the_next_attempt(endpoint_proxy, endpoint_certificate):
    def tunnels(visit):
        visit.read_request()
        visit.say(b"HTTP/1.1 200 Connected\r\n\r\n")
        visit.connection = server_tls(endpoint_certificate).wrap_socket(visit.connection, server_side=True)
        with visit.connection:
            hangs_up_on_the_second_request(visit)

    with Endpoint(tunnels) as proxy, Client(Connection(deadline=5, ca_bundle=endpoint_certificate)) as client:
        endpoint_proxy.setenv("all_proxy", f"127.0.0.1:{proxy.port}")
        made = [client.attempt(MESSAGE, "https://shop.example/hook").status for _ in range(3)]
    assert (made, proxy.connections) == ([200, 200, 200], 3)


def test_a_proxy_that_refuses_is_named(endpoint_proxy):
    with Endpoint(answers(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as proxy:
        endpoint_proxy.setenv("https_proxy", f"http://me:hunter2@127.0.0.1:{proxy.port}")
        made = attempt("https://shop.example/")
    assert (made.failure.kind, made.failure.unreachable) == ("ProxyFailed", True)
    assert f"127.0.0.1:{proxy.port}" in made.failure.reason
    assert "403 Forbidden" in made.failure.reason
    assert "hunter2" not in made.failure.reason


@pytest.mark.parametrize(
    "behaviour",
    [
        is_silent,
        hangs_up_after_the_request,
        resets,
        drips(b"HTTP/1.1 200 OK\r\nX: "),
        answers_once(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    ],
    ids=["silent", "hangs up", "resets", "drips", "is none"],
)
def test_a_proxy_that_never_makes_its_tunnel_is_named(endpoint_proxy, behaviour):
    with Endpoint(behaviour) as proxy:
        endpoint_proxy.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        made = attempt("https://shop.example/", deadline=SOON)
    assert (made.failure.kind, made.failure.unreachable) == ("ProxyFailed", True)
    assert f"the proxy http://127.0.0.1:{proxy.port} did not" in made.failure.reason


def test_a_handshake_that_never_ends_is_not_the_proxys_fault(endpoint_proxy):
    def tunnels(visit):
        visit.read_request()
        visit.say(b"HTTP/1.1 200 Connected\r\n\r\n")
        visit.wait()

    with Endpoint(tunnels) as proxy:
        endpoint_proxy.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        made = attempt("https://shop.example/", deadline=SOON)
    assert (made.failure.kind, "within 0.3 s" in made.failure.reason) == ("TlsFailed", True)


def test_an_answer_that_is_late_is_not_the_proxys_fault(endpoint_proxy, endpoint_certificate):
    def tunnels(visit):
        visit.read_request()
        visit.say(b"HTTP/1.1 200 Connected\r\n\r\n")
        visit.connection = server_tls(endpoint_certificate).wrap_socket(visit.connection, server_side=True)
        with visit.connection:
            is_silent(visit)

    with Endpoint(tunnels) as proxy:
        endpoint_proxy.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        made = attempt("https://shop.example/", deadline=SOON, ca_bundle=endpoint_certificate)
    assert made.failure.kind == "Late"


def test_a_proxy_that_is_not_there_is_named(endpoint_proxy):
    with refusing() as url:
        endpoint_proxy.setenv("http_proxy", url)
        made = attempt("http://shop.example/")
    assert made.failure.kind == "ProxyFailed"
    assert url in made.failure.reason


def test_a_proxy_of_another_kind_is_named(endpoint_proxy):
    endpoint_proxy.setenv("all_proxy", "socks5://127.0.0.1:1080")
    assert attempt("http://shop.example/").failure.kind == "ProxyFailed"


def test_no_proxy_is_asked_for_hosts_that_it_must_not_see(endpoint_proxy):
    endpoint_proxy.setenv("http_proxy", "http://127.0.0.1:1")
    endpoint_proxy.setenv("no_proxy", "invalid")
    assert attempt("http://shop.invalid/").failure.kind == "NameUnknown"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_is_asked_for_loopback(endpoint_proxy, host):
    endpoint_proxy.setenv("http_proxy", "http://127.0.0.1:1")
    with Endpoint(answers()) as endpoint:
        assert attempt(endpoint.url.replace("127.0.0.1", host)).status == 200
