"""The endpoint under test: how it is told apart, started and ended."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hookcli.delivery.applications import interface_of
from hookcli.errors import ApplicationUnusable, UrlInvalid
from hookcli.models import Message
from hookcli.testing.endpoint import Endpoint
from hookcli.testing.outcomes import EndpointWarning

MESSAGE = Message("message", b"{}")


class Asgi:
    """An application with a start and an end."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.failure = ""

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            for phase in ("startup", "shutdown"):
                await receive()
                self.said.append(phase)
                outcome = "failed" if self.failure == phase else "complete"
                await send({"type": f"lifespan.{phase}.{outcome}", "message": "no database"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def wsgi(environ, start_response):
    start_response("200 OK", [])
    return []


def test_an_application_starts_when_it_is_first_asked_and_ends_when_it_is_closed() -> None:
    app = Asgi()
    endpoint = Endpoint(app, 5.0)
    assert app.said == []
    assert [endpoint.attempt(MESSAGE, endpoint.url("/hook")).status for _ in range(2)] == [200, 200]
    assert app.said == ["startup"]
    endpoint.close()
    assert app.said == ["startup", "shutdown"]


def test_one_that_does_not_start_says_why() -> None:
    app = Asgi()
    app.failure = "startup"
    endpoint = Endpoint(app, 5.0)
    with pytest.raises(ApplicationUnusable, match="the Asgi application: it did not start: no database"):
        endpoint.attempt(MESSAGE, endpoint.url(None))


def test_one_that_does_not_end_well_is_warned_of() -> None:
    app = Asgi()
    app.failure = "shutdown"
    endpoint = Endpoint(app, 5.0)
    endpoint.attempt(MESSAGE, endpoint.url(None))
    with pytest.warns(EndpointWarning, match="the Asgi application did not end well: no database"):
        endpoint.close()


@pytest.mark.parametrize(
    ("target", "path", "url"),
    [
        (wsgi, None, "http://testserver"),
        (wsgi, "/hook", "http://testserver/hook"),
        (wsgi, "https://shop.example/hook", "https://shop.example/hook"),
        ("shop.main:app", "/hook", "http://testserver/hook"),
        ("8000/hook", None, "http://127.0.0.1:8000/hook"),
        ("localhost:8000", "/hook", "http://localhost:8000/hook"),
        ("https://shop.example/hook?a=1", None, "https://shop.example/hook?a=1"),
        ("https://shop.example", "/hook", "https://shop.example/hook"),
    ],
)
def test_where_messages_go(target: object, path: str | None, url: str) -> None:
    assert Endpoint(target, 5.0).url(path) == url


@pytest.mark.parametrize("target", ["shop.main", "ftp://shop.example/", "http://", "http://h:99999/"])
def test_what_is_no_endpoint(target: str) -> None:
    with pytest.raises(UrlInvalid, match="Give an application, module:app, or a URL"):
        Endpoint(target, 5.0).url(None)


def test_an_application_is_found_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "found_here.py").write_text(
        "def create():\n    def app(environ, start):\n        start('204 No Content', [])\n        return []\n"
        "    return app\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    endpoint = Endpoint("found_here:create()", 5.0)
    assert endpoint.attempt(MESSAGE, endpoint.url(None)).status == 204
    assert str(tmp_path) in sys.path
    endpoint.close()
    assert str(tmp_path) not in sys.path


class Anything:
    """Takes whatever it is given; the decorators of some libraries make such ones."""

    def __call__(self, *given: object) -> None:
        raise NotImplementedError


class AsyncAnything(Anything):
    async def __call__(self, *given: object) -> None:  # type: ignore[override]
        raise NotImplementedError


@pytest.mark.parametrize("app", [Asgi(), AsyncAnything(), Asgi().__call__])
def test_an_asgi_application_is_told_apart(app: object) -> None:
    assert interface_of(app, "app").option == "--asgi"


def test_a_wsgi_application_is_told_apart() -> None:
    assert interface_of(wsgi, "app").option == "--wsgi"


@pytest.mark.parametrize(
    ("app", "why"),
    [
        (Anything(), "does not tell how it is called"),
        (lambda: wsgi, "Does it make one"),
        (7, "is of type int"),
    ],
)
def test_what_is_no_application(app: object, why: str) -> None:
    with pytest.raises(ApplicationUnusable, match=why):
        interface_of(app, "app")


def test_wsgi_is_called_in_the_thread_of_the_test_and_other_exceptions_go_through() -> None:
    def app(environ, start_response):
        raise KeyboardInterrupt

    endpoint = Endpoint(app, 5.0)
    with pytest.raises(KeyboardInterrupt):
        endpoint.attempt(MESSAGE, endpoint.url(None))
