from __future__ import annotations

import asyncio
import sys
import threading
import time
from threading import Barrier, Event, Thread

import pytest

from hookcli.delivery.in_process import AsgiApplication, WsgiApplication
from hookcli.errors import ApplicationUnusable
from hookcli.models import Message

URL = "http://localhost/hook?of=shop"
MESSAGE = Message("message", b'{"a": 1}', (("Content-Type", "application/json"), ("X-Hub-Signature", "sha1=é")))
SIGNED = "sha1=é".encode()


def asgi(app, deadline: float = 5.0, **more: float) -> AsgiApplication:
    return AsgiApplication(app, "main:app", deadline, **more)


def wsgi(app, deadline: float = 5.0) -> WsgiApplication:
    return WsgiApplication(app, "main:app", deadline)


def http(respond):
    """An ASGI application of requests alone, as most that are written by hand."""

    async def app(scope, receive, send):
        assert scope["type"] == "http"
        await respond(scope, receive, send)

    return app


async def say(send, body: bytes = b"", status: int = 200, more: bool = False) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": body, "more_body": more})


def at_once(application, count: int) -> list:
    attempts = []
    threads = [Thread(target=lambda: attempts.append(application.attempt(MESSAGE, URL))) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return attempts


# What an ASGI application sees


def test_asgi_application_sees_the_exact_message():
    seen = []

    @http
    async def app(scope, receive, send):
        seen.extend([scope, await receive()])
        await say(send, b"thanks", 202)

    with asgi(app) as application:
        attempt = application.attempt(MESSAGE, URL, 3)
    scope, request = seen
    assert (scope["method"], scope["path"], scope["query_string"]) == ("POST", "/hook", b"of=shop")
    assert request == {"type": "http.request", "body": MESSAGE.body, "more_body": False}
    headers = dict(scope["headers"])
    assert (headers[b"x-hub-signature"], headers[b"content-length"], headers[b"host"]) == (SIGNED, b"8", b"localhost")
    assert (attempt.number, attempt.status, attempt.answer, attempt.failure) == (3, 202, b"thanks", None)


def test_asgi_application_is_asked_for_what_it_counts():
    @http
    async def app(scope, receive, send):
        await say(send, f"{scope['method']} {dict(scope['headers']).get(b'content-length')}".encode())

    with asgi(app) as application:
        assert application.get("http://localhost/count").answer == b"GET None"


def test_asgi_application_learns_that_the_sender_has_gone():
    events = []
    gone = Event()

    @http
    async def app(scope, receive, send):
        events.extend([await receive(), await receive()])
        with pytest.raises(OSError, match="hung up"):
            await say(send)
        gone.set()

    with asgi(app, deadline=0.05) as application:
        assert application.attempt(MESSAGE, URL).failure.kind == "Late"
        assert gone.wait(5)
    assert events[1] == {"type": "http.disconnect"}


# The deadline, and many at once


async def hangs_for_long(scope, receive, send):
    await asyncio.sleep(60)


def hangs():
    return asgi(http(hangs_for_long), deadline=0.1)


def drips():
    @http
    async def app(scope, receive, send):
        await say(send, b"x", more=True)
        while True:
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            await asyncio.sleep(0.01)

    return asgi(app, deadline=0.1)


def hangs_in_a_thread():
    return wsgi(lambda environ, start: time.sleep(0.5), deadline=0.1)


def drips_in_a_thread():
    def app(environ, start):
        start("200 OK", [])
        while True:
            yield b"x"
            time.sleep(0.01)

    return wsgi(app, deadline=0.1)


@pytest.mark.parametrize("make", [hangs, drips, hangs_in_a_thread, drips_in_a_thread])
def test_an_answer_that_is_not_complete_within_the_deadline_is_late(make):
    with make() as application:
        attempt = application.attempt(MESSAGE, URL)
    assert (attempt.failure.kind, attempt.failure.unreachable) == ("Late", False)
    assert attempt.failure.reason.startswith("no complete answer from main:app within 0.1 s")
    assert 0.1 <= attempt.elapsed < 0.4


def test_an_application_that_blocks_its_loop_is_late_too_and_nobody_waits_for_it():
    over = Event()

    @http
    async def app(scope, receive, send):
        over.wait()

    began = time.monotonic()
    with asgi(app, deadline=0.1) as application:
        kinds = [each.failure.kind for each in at_once(application, 2)]
    assert kinds == ["Late", "Late"]
    took = time.monotonic() - began
    over.set()
    assert took < 4
    assert application.trouble == "its event loop is blocked"


def test_fifty_messages_are_with_an_asgi_application_at_once():
    here = []
    all_here = asyncio.Event()

    @http
    async def app(scope, receive, send):
        here.append(1)
        if len(here) == 50:
            all_here.set()
        await all_here.wait()
        await say(send)

    with asgi(app) as application:
        attempts = at_once(application, 50)
    assert [each.status for each in attempts] == [200] * 50


def test_fifty_messages_are_with_a_wsgi_application_at_once():
    all_here = Barrier(50)

    def app(environ, start):
        all_here.wait(5)
        start("200 OK", [])
        return [b""]

    with wsgi(app) as application:
        attempts = at_once(application, 50)
    assert [each.status for each in attempts] == [200] * 50


def test_an_asgi_answer_comes_in_pieces():
    @http
    async def app(scope, receive, send):
        await say(send, b"one ", more=True)
        await send({"type": "http.response.body", "body": b"two ", "more_body": True})
        await send({"type": "http.response.body"})

    with asgi(app) as application:
        assert application.attempt(MESSAGE, URL).answer == b"one two "


def test_an_asgi_application_that_works_on_has_answered():
    worked = []

    @http
    async def app(scope, receive, send):
        await say(send)
        await asyncio.sleep(0.3)
        worked.append(1)
        raise ValueError("nobody is told")

    with asgi(app, deadline=0.2) as application:
        attempt = application.attempt(MESSAGE, URL)
        assert (attempt.status, attempt.failure, worked) == (200, None, [])
    assert worked == [1]


def test_a_wsgi_application_that_works_on_has_answered():
    class Answer:
        def __iter__(self):
            return iter([b"one ", b"two"])

        def close(self):
            time.sleep(0.3)
            raise ValueError("nobody is told")

    def app(environ, start):
        start("200 OK", [])
        return Answer()

    with wsgi(app, deadline=0.2) as application:
        attempt = application.attempt(MESSAGE, URL)
    assert (attempt.status, attempt.failure, attempt.answer) == (200, None, b"one two")


# What goes wrong with an ASGI application


async def raises(scope, receive, send):
    raise KeyError("user")


async def raises_after_it_has_said_so(scope, receive, send):
    await say(send, b"Internal Server Error", 500)
    raise KeyError("user")


async def exits(scope, receive, send):
    sys.exit(3)


async def raises_in_a_group(scope, receive, send):
    error = ValueError("no such chat")
    error.exceptions = (KeyError("user"),)
    raise error


@pytest.mark.parametrize(
    ("app", "what"),
    [
        (raises, "KeyError: 'user'"),
        (raises_after_it_has_said_so, "KeyError: 'user'"),
        (exits, "SystemExit: 3"),
        (raises_in_a_group, "KeyError: 'user'"),
    ],
)
def test_an_exception_is_a_failed_attempt_that_names_it(app, what):
    with asgi(http(app)) as application:
        attempt = application.attempt(MESSAGE, URL)
    assert (attempt.status, attempt.failure.kind) == (500, "ApplicationFailed")
    assert attempt.failure.reason.startswith(f"main:app raised {what}")


def test_the_place_of_an_exception_is_in_the_applications_own_code():
    @http
    async def app(scope, receive, send):
        asyncio.run(None)

    with asgi(app) as application:
        reason = application.attempt(MESSAGE, URL).failure.reason
    assert reason.endswith(", in app)")
    assert "test_in_process.py:" in reason


async def ends(scope, receive, send):
    return


async def breaks_off(scope, receive, send):
    await say(send, b"half", more=True)


@pytest.mark.parametrize(("app", "status"), [(ends, 500), (breaks_off, 200)])
def test_an_application_that_ends_without_a_complete_answer_has_failed(app, status):
    with asgi(http(app)) as application:
        attempt = application.attempt(MESSAGE, URL)
    assert (attempt.status, attempt.failure.reason) == (status, "main:app ended without a complete answer")


async def answers_twice(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.start", "status": 200})


async def starts_with_the_body(scope, receive, send):
    await send({"type": "http.response.body"})


async def has_no_number_for_a_status(scope, receive, send):
    await send({"type": "http.response.start", "status": "fine"})


@pytest.mark.parametrize("app", [answers_twice, starts_with_the_body, has_no_number_for_a_status])
def test_an_application_that_breaks_the_protocol_has_failed(app):
    with asgi(http(app)) as application:
        assert application.attempt(MESSAGE, URL).failure.kind == "ApplicationFailed"


def test_an_answer_without_end_is_too_long():
    @http
    async def app(scope, receive, send):
        await say(send, more=True)
        while True:
            await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})

    with asgi(app) as application:
        assert application.attempt(MESSAGE, URL).failure.kind == "AnswerTooLong"


def test_an_answer_of_500_without_an_exception_is_an_answer():
    @http
    async def app(scope, receive, send):
        await say(send, b"no", 500)

    with asgi(app) as application:
        attempt = application.attempt(MESSAGE, URL)
    assert (attempt.status, attempt.failure, attempt.answer) == (500, None, b"no")


def test_a_task_that_ends_the_program_does_not_end_the_loop():
    async def ends_the_program():
        sys.exit(1)

    @http
    async def app(scope, receive, send):
        task = asyncio.ensure_future(ends_the_program())
        await asyncio.wait({task})
        task.exception()
        await say(send)

    with asgi(app) as application:
        assert [application.attempt(MESSAGE, URL).status for _ in range(2)] == [200, 200]


# An ASGI application's start and end


def test_the_application_starts_before_the_first_message_and_ends_after_the_last():
    seen = []

    async def app(scope, receive, send):
        if scope["type"] == "http":
            seen.append(scope["state"])
            await say(send)
            return
        for phase in ("startup", "shutdown"):
            assert await receive() == {"type": f"lifespan.{phase}"}
            seen.append(phase)
            scope["state"]["pool"] = 5
            await send({"type": f"lifespan.{phase}.complete"})

    with asgi(app) as application:
        assert application.attempt(MESSAGE, URL).status == 200
    assert seen == ["startup", {"pool": 5}, "shutdown"]
    assert application.trouble == ""


async def sends_something_else(scope, receive, send):
    await say(send)


@pytest.mark.parametrize("app", [http(sends_something_else), sends_something_else])
def test_an_application_need_not_take_part_in_the_lifespan(app):
    with asgi(app) as application:
        assert application.attempt(MESSAGE, URL).status == 200
    assert application.trouble == ""


async def says_why_it_fails(scope, receive, send):
    await send({"type": "lifespan.startup.failed", "message": "Traceback:\n  no database\n"})


async def says_no_more_than_that_it_fails(scope, receive, send):
    await send({"type": "lifespan.startup.failed"})


async def raises_what_fails(scope, receive, send):
    await send({"type": "lifespan.startup.failed", "message": "Traceback ..."})
    raise OSError("disk full")


@pytest.mark.parametrize(
    ("app", "reason"),
    [
        (says_why_it_fails, "no database."),
        (says_no_more_than_that_it_fails, "it gave no reason."),
        (raises_what_fails, "OSError: disk full"),
    ],
)
def test_an_application_that_fails_to_start_cannot_be_asked(app, reason):
    with pytest.raises(ApplicationUnusable) as raised, asgi(app):
        pass
    assert str(raised.value).startswith(f"main:app: it did not start: {reason}")


def test_an_application_that_never_starts_cannot_be_asked():
    async def app(scope, receive, send):
        await asyncio.sleep(60)

    with (
        pytest.raises(ApplicationUnusable, match=r"main:app: it did not start within 0\.05 s\."),
        asgi(app, patience=0.05),
    ):
        pass


def ends_badly(how):
    async def app(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await how(send)

    return app


async def fails(send):
    await send({"type": "lifespan.shutdown.failed", "message": "pool is stuck"})


async def raises_at_the_end(send):
    raise OSError("disk full")


@pytest.mark.parametrize(("how", "trouble"), [(fails, "pool is stuck"), (raises_at_the_end, "OSError: disk full")])
def test_what_goes_wrong_at_the_end_is_told(how, trouble):
    with asgi(ends_badly(how)) as application:
        pass
    assert application.trouble.startswith(trouble)


def test_ctrl_c_does_not_wait_for_an_application_that_hangs():
    async def never(send):
        await asyncio.sleep(60)

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), asgi(ends_badly(never)) as application:
        raise KeyboardInterrupt
    assert application.trouble == "it did not end within 0.5 s"
    assert time.monotonic() - began < 3


def test_nothing_is_left_of_an_application():
    before = threading.active_count()
    with asgi(http(hangs_for_long), deadline=0.05) as application:
        application.attempt(MESSAGE, URL)
    assert threading.active_count() == before


# WSGI


def test_wsgi_application_sees_the_exact_message():
    seen = {}

    def app(environ, start):
        seen.update(environ, body=environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start("202 Accepted", [("X-Name", "é")])
        return [b"", b"thanks"]

    message = Message("message", MESSAGE.body, (*MESSAGE.headers, ("X-Team", "a"), ("X-Team", "b")))
    with wsgi(app) as application:
        attempt = application.attempt(message, "http://localhost/caf%C3%A9?of=shop", 3)
    assert (seen["REQUEST_METHOD"], seen["QUERY_STRING"], seen["CONTENT_TYPE"]) == (
        "POST",
        "of=shop",
        "application/json",
    )
    assert seen["body"] == MESSAGE.body
    assert (seen["HTTP_HOST"], seen["HTTP_X_TEAM"]) == ("localhost", "a,b")
    assert seen["HTTP_X_HUB_SIGNATURE"].encode("latin-1") == SIGNED
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/café"
    assert (attempt.number, attempt.status, attempt.answer, attempt.failure) == (3, 202, b"thanks", None)


def test_wsgi_application_is_asked_for_what_it_counts():
    def app(environ, start):
        start("200 OK", [])
        return [environ["REQUEST_METHOD"].encode(), environ.get("CONTENT_LENGTH", " nothing").encode()]

    with wsgi(app) as application:
        assert application.get("http://localhost/count").answer == b"GET nothing"


def raises_at_once(environ, start):
    raise KeyError("user")


def raises_before_the_body(environ, start):
    start("200 OK", [])
    raise KeyError("user")


def tells_what_it_caught(environ, start):
    try:
        raise KeyError("user")
    except KeyError:
        start("503 No", [], sys.exc_info())
    return [b"no"]


def raises_midway(environ, start):
    start("200 OK", [])
    yield b"half"
    raise KeyError("user")


@pytest.mark.parametrize(
    ("app", "status"),
    [(raises_at_once, 500), (raises_before_the_body, 500), (tells_what_it_caught, 500), (raises_midway, 200)],
)
def test_an_exception_of_a_wsgi_application_is_a_failed_attempt_that_names_it(app, status):
    with wsgi(app) as application:
        attempt = application.attempt(MESSAGE, URL)
    assert (attempt.status, attempt.failure.kind) == (status, "ApplicationFailed")
    assert attempt.failure.reason.startswith("main:app raised KeyError: 'user'")


def test_a_wsgi_application_is_told_that_its_answer_is_out_also_when_it_failed():
    closed = Event()

    class Answer:
        def __iter__(self):
            raise KeyError("user")

        def close(self):
            closed.set()

    with wsgi(lambda environ, start: Answer()) as application:
        assert application.attempt(MESSAGE, URL).failure.kind == "ApplicationFailed"
    assert closed.wait(5)


def test_a_wsgi_application_that_starts_no_answer_has_failed():
    with wsgi(lambda environ, start: []) as application:
        attempt = application.attempt(MESSAGE, URL)
    assert (attempt.status, attempt.failure.reason) == (500, "main:app ended without a complete answer")


def test_a_wsgi_answer_without_end_is_too_long():
    def app(environ, start):
        start("200 OK", [])
        while True:
            yield b"x" * 1_000_000

    with wsgi(app) as application:
        assert application.attempt(MESSAGE, URL).failure.kind == "AnswerTooLong"


def test_a_message_that_is_none_is_not_sent():
    with wsgi(raises_at_once) as application:
        attempt = application.attempt(Message("message", b"{}", (("Content-Length", "3"),)), URL)
    assert attempt.failure.kind == "MessageUnsendable"
