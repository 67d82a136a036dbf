"""`hookcli listen --ui`: the page beside the receiver."""

from __future__ import annotations

import http.client
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from listening import Listening, listening, signed

from hookcli.capture.server import Answer, Receiver, Request

BODY = b'{"event_name": "nobody_knows_it"}'


def page_of(receiver: Listening) -> str:
    """Where the page is."""
    deadline = time.monotonic() + 10
    while not (urls := [line.removeprefix("page ") for line in receiver.said if line.startswith("page ")]):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return urls[0]


def ask(page: str, path: str, given: dict[str, Any] | None = None, **headers: str) -> tuple[int, bytes]:
    parts = urlsplit(page)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    body = None if given is None else json.dumps(given)
    own = {} if given is None else {"Content-Type": "application/json", "Origin": f"http://{parts.netloc}"}
    connection.request("GET" if given is None else "POST", path, body, {**own, **headers})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


def test_what_comes_is_on_the_page_and_can_be_replayed(tmp_path: Path) -> None:
    seen: list[Request] = []

    def respond(request: Request) -> Answer:
        seen.append(request)
        return Answer(202)

    with Receiver(respond) as endpoint, listening(tmp_path, "--ui", "--ui-port", "0") as receiver:
        page = page_of(receiver)
        receiver.send(BODY, **signed(BODY, "wrong"))
        assert ask(page, "/")[0] == 200
        status, text = ask(page, "/api/captures")
        assert status == 200
        assert [each["event"] for each in json.loads(text)["captures"]] == ["nobody_knows_it"]
        for is_resigned in (False, True):
            wanted = {"url": endpoint.url, "resign": is_resigned}
            assert json.loads(ask(page, "/api/captures/1/replay", wanted)[1])["status"] == 202
        line = json.loads(ask(page, "/api/captures/1/curl?url=http://127.0.0.1:1/")[1])["curl"]
        assert line.startswith("curl ")
        assert receiver.end()[0] == 0
    signatures = [dict(request.headers)["X-Hub-Signature"] for request in seen]
    assert signatures == [signed(BODY, "wrong")["X-Hub-Signature"], signed(BODY)["X-Hub-Signature"]]
    assert [request.body for request in seen] == [BODY, BODY]


def test_a_browser_that_listens_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with listening(tmp_path, "--ui", "--ui-port", "0") as receiver:
        parts = urlsplit(page_of(receiver))
        assert parts.hostname
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        connection.request("GET", "/api/feed")
        feed = connection.getresponse()
        assert feed.status == 200
        receiver.send(BODY)
        found = b""
        while b"nobody_knows_it" not in found:
            found += feed.read1(65536)
        started = time.monotonic()
        assert receiver.end()[0] == 0
        assert time.monotonic() - started < 2
        connection.close()


def test_beyond_loopback_the_page_needs_its_token(tmp_path: Path) -> None:
    with listening(tmp_path, "--ui", "--ui-port", "0", "--ui-host", "0.0.0.0") as receiver:
        page, _, token = page_of(receiver).partition("#token=")
        assert len(token) >= 32
        assert ask(page, "/api/captures")[0] == 401
        assert ask(page, "/api/session", {"token": "no"})[0] == 401
        assert ask(page, "/api/session", {"token": token})[0] == 204


def test_another_name_or_site_is_refused(tmp_path: Path) -> None:
    with listening(tmp_path, "--ui", "--ui-port", "0") as receiver:
        page = page_of(receiver)
        receiver.send(BODY)
        assert ask(page, "/", Host="evil.example")[0] == 421
        assert ask(page, "/api/captures/1/replay", {"url": "http://x/"}, Origin="http://evil.example")[0] == 403


def test_the_port_of_the_page_may_be_in_use(tmp_path: Path, hookcli: Any) -> None:
    with listening(tmp_path) as receiver:
        ended = hookcli("listen", "--port", "0", "--store", tmp_path / "x.db", "--ui", "--ui-port", receiver.port)
    assert ended.code == 4
    assert "choose another with --ui-port" in ended.err


def test_options_of_a_page_that_is_not_there(hookcli: Any) -> None:
    ended = hookcli("listen", "--ui-port", "0")
    assert (ended.code, "go with --ui" in ended.err) == (2, True)
