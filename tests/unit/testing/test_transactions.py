"""Django's connection of a test stays open during a request in the test's thread."""

from __future__ import annotations

from threading import Event, Thread

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from hookcli.testing.transactions import is_open, kept_open


def closes() -> tuple[bool, bool]:
    """Whether connections are closed at the start and at the end of a request."""
    return tuple(
        any(close_old_connections in each for each in moment._live_receivers(None))
        for moment in (request_started, request_finished)
    )


def test_connections_are_closed_but_not_during_a_request() -> None:
    assert closes() == (True, True)
    with kept_open():
        assert closes() == (False, False)
    assert closes() == (True, True)


def test_requests_may_overlap() -> None:
    inside, over = Event(), Event()

    def visit() -> None:
        with kept_open():
            inside.set()
            over.wait(10)

    other = Thread(target=visit)
    with kept_open():
        other.start()
        assert inside.wait(10)
    assert closes() == (False, False)
    over.set()
    other.join()
    assert closes() == (True, True)


def test_where_django_is_not_configured_there_is_no_transaction() -> None:
    assert not is_open()
