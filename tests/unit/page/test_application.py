"""The page's answers, asked for as an ASGI server does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from arrivals import INVALID, arrival
from pages import Served, numbered, served

from hookcli.capture.store import Store
from hookcli.errors import UrlInvalid
from hookcli.models import Signature, Verdict, Violation
from hookcli.page import exchanges
from hookcli.page.application import Page
from hookcli.page.exchanges import Refused, Request
from hookcli.page.feed import Feed
from hookcli.page.records import LONGEST_SHOWN

BROKEN = arrival(
    2, verdict=Verdict.INVALID, violations=(INVALID,), omitted=3, event="chat_pinned", duplicate_of=1, overtaken_by=1,
    gap=0.25, signature=Signature.FORGED, reason="the secret is another one", endpoint="http://127.0.0.1:9/",
    headers=(*arrival().headers, ("Authorization", "Bearer abc")),
)  # fmt: skip
ODD = arrival(3, body=b"\xff\x00", event=None, verdict=Verdict.UNREADABLE, status=None, elapsed=None)
ALL = [arrival(1), BROKEN, ODD]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, *ALL, replay_to="http://127.0.0.1:3000/", can_resign=True) as page:
        yield page


@pytest.fixture
def browser(page: Served) -> Iterator[httpx.Client]:
    origin = page.url.rstrip("/")
    with httpx.Client(base_url=page.url, headers={"Origin": origin}, trust_env=False) as client:
        yield client


# What is shown


def test_the_page_and_what_it_needs_are_our_own_and_nothing_else_is_served(browser: httpx.Client) -> None:
    page = browser.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    kinds = {path: browser.get(path).headers["content-type"] for path in ("/page.js", "/page.css", "/icon.svg")}
    assert list(kinds.values()) == ["text/javascript; charset=utf-8", "text/css; charset=utf-8", "image/svg+xml"]
    assert "//" not in page.text.replace("<!doctype", "")
    for path in ("/page.html", "/%2e%2e/guard.py", "/static/page.js", "/api/nothing", "/api/captures/x"):
        assert browser.get(path).status_code == 404
    assert browser.head("/page.js").content == b""


@pytest.mark.parametrize("path", ["/", "/page.js", "/api/captures", "/api/captures/9", "/nothing"])
def test_every_answer_tells_the_browser_to_be_strict(browser: httpx.Client, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "trusted-types 'none'"} <= set(policy)
    assert "unsafe" not in headers["content-security-policy"]
    names = ("x-content-type-options", "referrer-policy", "cross-origin-resource-policy", "cache-control")
    assert [headers[name] for name in names] == ["nosniff", "no-referrer", "same-origin", "no-store"]
    assert "access-control-allow-origin" not in headers


def test_it_says_what_it_shows(browser: httpx.Client, page: Served) -> None:
    about = browser.get("/api/about").json()
    assert len(about.pop("run")) == 16
    assert about == {
        "receiver": "http://127.0.0.1:8787/", "store": str(page.path), "replay_to": "http://127.0.0.1:3000/",
        "can_resign": True,
    }  # fmt: skip


def test_summaries_come_newest_first(browser: httpx.Client) -> None:
    found = browser.get("/api/captures").json()
    assert [each["id"] for each in found["captures"]] == [3, 2, 1]
    assert found["before"] is None
    assert found["captures"][1] == {
        "id": 2, "received_at": "2026-11-27T00:00:02.000000Z", "method": "POST", "path": "/hook?x=1",
        "event": "chat_pinned", "size": 53, "signature": "forged", "reason": "the secret is another one",
        "verdict": "invalid", "violations": 4, "duplicate_of": 1, "overtaken_by": 1, "gap_ms": 250.0, "status": 200,
        "elapsed_ms": 1.2, "endpoint": "http://127.0.0.1:9/",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "ids", "before"),
    [
        ("limit=2", [3, 2], 2),
        ("limit=0", [3], 3),
        ("before=3", [2, 1], None),
        ("after=1&before=3", [2], None),
        ("event=chat_pinned", [2], None),
        ("event=chat_pinned&event=message", [2, 1], None),
        ("verdict=valid&verdict=unreadable", [3, 1], None),
        ("signature=forged", [2], None),
        ("text=AUTH_ID", [2, 1], None),
        ("text=%FF", [3, 2, 1], None),
        ("text=nowhere", [], None),
    ],
)
def test_filters_cover_the_whole_store(browser: httpx.Client, query: str, ids: list[int], before: int | None) -> None:
    found = browser.get(f"/api/captures?{query}").json()
    assert ([each["id"] for each in found["captures"]], found["before"]) == (ids, before)


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=-1", "before=1.5", "before=" + "9" * 19, "limit=x", "verdict=good", "signature=x",
     "&".join(f"event={number}" for number in range(200))],
)  # fmt: skip
def test_a_query_that_means_nothing_is_refused(browser: httpx.Client, query: str) -> None:
    answer = browser.get(f"/api/captures?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_one_capture_comes_whole(browser: httpx.Client) -> None:
    found = browser.get("/api/captures/2").json()
    assert found["summary"]["id"] == 2
    assert found["headers"][-1] == ["Authorization", "[hidden]"]
    assert found["headers"][1:3] == [["X-Twice", "a"], ["X-Twice", ""]]
    assert found["headers"][3] == ["X-Odd", "\udcff: ü"]
    assert found["violations"] == [
        {"pointer": "/user/auth_id", "keyword": "type", "message": INVALID.message, "line": 1, "column": 45}
    ]
    assert found["omitted"] == 3
    assert found["body"] == {"text": BROKEN.body.decode(), "cut": False}


def test_bytes_that_are_no_text_come_in_base64_and_as_they_are(browser: httpx.Client) -> None:
    assert browser.get("/api/captures/3").json()["body"] == {"base64": "/wA=", "cut": False}
    whole = browser.get("/api/captures/3/body")
    assert whole.content == b"\xff\x00"
    assert whole.headers["content-type"] == "application/octet-stream"
    assert whole.headers["content-disposition"] == 'attachment; filename="capture-3"'


@pytest.mark.parametrize("body", [b"x" * (LONGEST_SHOWN + 1), b"x" * (LONGEST_SHOWN - 1) + "é".encode()])
def test_a_long_body_is_cut_between_letters(browser: httpx.Client, page: Served, body: bytes) -> None:
    page.keep(arrival(4, body=body))
    found = browser.get("/api/captures/4").json()["body"]
    assert found["cut"]
    assert body.decode().startswith(found["text"])
    assert browser.get("/api/captures/4/body").content == body


def test_a_long_body_of_bytes_is_cut_too(browser: httpx.Client, page: Served) -> None:
    page.keep(arrival(4, body=b"\xff" * (LONGEST_SHOWN + 3)))
    found = browser.get("/api/captures/4").json()["body"]
    assert (found["cut"], len(found["base64"])) == (True, -(-LONGEST_SHOWN // 3) * 4)


def test_texts_as_long_as_a_payload_are_cut(browser: httpx.Client, page: Served) -> None:
    long = "é" * 100_000
    broken = Violation(f"/{long}", "type", long, 1, 1)
    page.keep(arrival(4, event=long, path=f"/{long}", violations=(broken,), verdict=Verdict.INVALID))
    assert len(browser.get("/api/captures?after=3").content) < 10_000
    found = browser.get("/api/captures/4").json()
    assert found["summary"]["event"] == "é" * 1_000 + "…"
    assert [len(found["violations"][0][key]) for key in ("pointer", "message")] == [1_001, 1_001]


def test_a_capture_that_is_not_there_is_said(browser: httpx.Client) -> None:
    answer = browser.get("/api/captures/9")
    assert (answer.status_code, "no capture 9" in answer.json()["error"]) == (404, True)


def test_a_store_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with served(tmp_path) as page:
        page.path.rename(tmp_path / "away")
        page.page._shelf.close()
        answer = httpx.get(f"{page.url}api/captures", trust_env=False)
    assert (answer.status_code, "there is no store" in answer.json()["error"]) == (503, True)


# What is done


def test_a_capture_is_replayed_and_the_answer_told(browser: httpx.Client, page: Served) -> None:
    asked = {"url": "http://127.0.0.1:3000/hook", "resign": True}
    answer = browser.post("/api/captures/2/replay", json=asked)
    assert answer.json() == {
        "status": 202, "elapsed_ms": 12.3, "error": None, "error_kind": None, "answer": "<b>thanks</b>",
    }  # fmt: skip
    assert page.replays == [(2, "http://127.0.0.1:3000/hook", True)]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"url": "http://127.0.0.1:1/refused"}, 400),
        ({"url": "javascript:alert(1)"}, 400),
        ({"url": "file:///etc/passwd"}, 400),
        ({"url": "http://x/" + "a" * 5000}, 400),
        ({"url": 7}, 400),
        ({"url": "http://127.0.0.1/", "resign": "yes"}, 400),
        ({}, 400),
        ([], 400),
    ],
)
def test_a_replay_that_cannot_be_is_refused(browser: httpx.Client, page: Served, asked: Any, status: int) -> None:
    answer = browser.post("/api/captures/2/replay", json=asked)
    assert (answer.status_code, bool(answer.json()["error"]), page.replays) == (status, True, [])


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"url": "http://127.0.0.1/"}', "text/plain", 415),
        (b'{"url": "http://127.0.0.1/"}', "application/x-www-form-urlencoded", 415),
        (b"url", "application/json", 400),
        (b" " * 70_000, "application/json; charset=utf-8", 413),
    ],
)
def test_a_request_that_other_sites_could_send_is_refused(
    browser: httpx.Client, content: bytes, kind: str, status: int
) -> None:
    answer = browser.post("/api/captures/2/replay", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status


def test_a_replay_by_another_site_is_refused(browser: httpx.Client, page: Served) -> None:
    headers = {"Origin": "http://shop.example"}
    answer = browser.post("/api/captures/2/replay", json={"url": "http://127.0.0.1/"}, headers=headers)
    assert (answer.status_code, page.replays) == (403, [])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/api/captures/2/replay", "POST"), ("POST", "/api/captures", "GET"), ("DELETE", "/api/captures/2", "GET"),
     ("POST", "/", "GET, HEAD"), ("GET", "/api/session", "POST"), ("PUT", "/api/about", "GET"),
     ("POST", "/api/feed", "GET")],
)  # fmt: skip
def test_other_methods_are_refused(browser: httpx.Client, method: str, path: str, allowed: str) -> None:
    answer = browser.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_the_curl_line_is_told(browser: httpx.Client, page: Served) -> None:
    answer = browser.get("/api/captures/2/curl", params={"url": "http://127.0.0.1:3000/?a=1&b=2"})
    assert answer.json() == {"curl": "curl --data-raw '#2' http://127.0.0.1:3000/?a=1&b=2"}
    assert browser.get("/api/captures/2/curl?url=nowhere").status_code == 400
    page.keep(arrival(4, body=b"x" * 300_000))
    assert browser.get("/api/captures/4/curl?url=http://127.0.0.1/").status_code == 413


def test_replays_at_once_are_bounded(tmp_path: Path) -> None:
    with Store(tmp_path / "captures.db", writable=True) as store:
        store.add([arrival(1)])

    async def run() -> list[int]:
        go = asyncio.Event()

        async def replay(*_: Any) -> Any:
            await go.wait()
            raise UrlInvalid("nobody is there")

        page = Page(str(tmp_path / "captures.db"), Feed(), host="127.0.0.1", port=80, replay=replay, curl=str)
        transport = httpx.ASGITransport(page)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}
        ) as client:
            asked = {"url": "http://127.0.0.1/"}
            posts = [asyncio.ensure_future(client.post("/api/captures/1/replay", json=asked)) for _ in range(5)]
            first, _ = await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
            go.set()
            await asyncio.wait(posts)
        page.close()
        return [post.result().status_code for post in first]

    assert asyncio.run(run()) == [503]


# The feed


def lines(answer: httpx.Response) -> Iterator[str]:
    return (line for line in answer.iter_lines() if line and not line.startswith(":"))


def test_what_arrives_is_told_at_once(browser: httpx.Client, page: Served) -> None:
    with browser.stream("GET", "/api/feed") as answer:
        told = lines(answer)
        assert answer.headers["content-type"] == "text/event-stream"
        assert next(told) == "retry: 1000"
        page.keep(arrival(4))
        assert next(told) == "id: 4"
        assert json.loads(next(told).removeprefix("data: "))["id"] == 4
        page.tell(arrival(4, status=503))
        assert next(told) == "id: 4"
        assert json.loads(next(told).removeprefix("data: "))["status"] == 503


@pytest.mark.parametrize(("query", "headers"), [("?after=1", {}), ("?after=0", {"Last-Event-ID": "1"})])
def test_who_comes_back_is_told_what_was_missed(browser: httpx.Client, query: str, headers: dict[str, str]) -> None:
    with browser.stream("GET", f"/api/feed{query}", headers=headers) as answer:
        told = lines(answer)
        assert [next(told) for _ in range(5)][1::2] == ["id: 2", "id: 3"]


def test_who_missed_much_is_told_to_fetch(browser: httpx.Client, page: Served) -> None:
    page.store.add(numbered(arrival(4), 600))
    with browser.stream("GET", "/api/feed?after=1") as answer:
        told = lines(answer)
        assert [next(told), next(told)] == ["retry: 1000", "event: behind"]


def test_when_the_feed_ends_so_does_the_answer(browser: httpx.Client, page: Served) -> None:
    with browser.stream("GET", "/api/feed") as answer:
        told = lines(answer)
        next(told)
        page.loop.call_soon_threadsafe(page.feed.close)
        assert list(told) == []
    assert browser.get("/api/feed").status_code == 503


def test_who_goes_is_forgotten(browser: httpx.Client, page: Served) -> None:
    with browser.stream("GET", "/api/feed") as answer:
        told = lines(answer)
        next(told)
        assert page.feed.is_watched

    async def forgotten() -> None:
        while page.feed.is_watched:
            await asyncio.sleep(0.01)

    asyncio.run_coroutine_threadsafe(forgotten(), page.loop).result(5)


# The token


def test_a_page_with_a_token_tells_nothing_before_it_is_shown(tmp_path: Path) -> None:
    with (
        served(tmp_path, *ALL, token="correct horse") as page,
        httpx.Client(base_url=page.url, headers={"Origin": page.url.rstrip("/")}, trust_env=False) as browser,
    ):
        paths = ("/api/captures", "/api/captures/1", "/api/about", "/api/feed", "/api/captures/1/curl?url=http://x/")
        assert {browser.get(path).status_code for path in paths} == {401}
        assert browser.get("/").status_code == 200
        assert browser.post("/api/session", json={"token": "wrong"}).status_code == 401
        assert browser.post("/api/session", json={"token": "correct horse"}).status_code == 204
        assert {browser.get(path).status_code for path in paths[:3]} == {200}


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanges, "_PATIENCE", 0.01)
    request = Request("POST", "/", {}, {"content-type": "application/json"})
    with pytest.raises(Refused) as refused:
        asyncio.run(exchanges.read_object(request, lambda: asyncio.sleep(60, {})))
    assert refused.value.answer.status == 408


def test_a_bug_is_kept_for_whoever_runs_the_page(tmp_path: Path) -> None:
    bug = ValueError("a bug")

    def curl(*_: Any) -> str:
        raise bug

    with served(tmp_path, arrival(1), curl=curl) as page:
        answer = httpx.get(f"{page.url}api/captures/1/curl?url=http://127.0.0.1/", trust_env=False)
    assert (answer.status_code, page.page.problem) == (500, bug)
    assert "ValueError" not in answer.text


def test_other_protocols_are_none_of_it() -> None:
    page = Page("x", Feed(), host="127.0.0.1", port=80, replay=lambda *_: None, curl=str)
    with pytest.raises(ValueError, match="HTTP"):
        asyncio.run(page({"type": "websocket"}, None, None))


def test_a_request_that_breaks_off_is_answered_by_nothing_harmful(tmp_path: Path) -> None:
    page = Page("x", Feed(), host="127.0.0.1", port=80, replay=lambda *_: None, curl=str)
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(event: dict[str, Any]) -> None:
        said.append(event)

    headers = [(b"host", b"127.0.0.1"), (b"origin", b"http://127.0.0.1"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/api/session", "headers": headers, "query_string": b""}
    asyncio.run(page(scope, receive, send))
    assert said[0]["status"] == 400
