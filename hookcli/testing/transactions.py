"""A test's transaction in Django: kept open where the application shares it, and told of where it cannot.

Django closes old connections when a request starts and when it ends. In a server that is right; a request in the test's
own thread has the test's connection. Django's own test client leaves that out, too (`django.test.client`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

APART = (
    "the test is in a transaction of Django's, which the application, in another thread, neither sees nor gets past:"
    " use @pytest.mark.django_db(transaction=True)"
)

_lock = Lock()
_depth = 0


@contextmanager
def kept_open() -> Iterator[None]:
    """Nothing where Django is not in use; requests may overlap."""
    signals, database = sys.modules.get("django.core.signals"), sys.modules.get("django.db")
    if signals is None or database is None:
        yield
        return
    moments = (signals.request_started, signals.request_finished)
    _change(1, moments, database.close_old_connections)
    try:
        yield
    finally:
        _change(-1, moments, database.close_old_connections)


def _change(by: int, moments: tuple[Any, ...], close: Any) -> None:
    """The first of the requests takes the closing out, and the last puts it back."""
    global _depth
    with _lock:
        before, _depth = _depth, _depth + by
        for moment in moments if 0 in (before, _depth) else ():
            (moment.disconnect if by > 0 else moment.connect)(close)


def is_open() -> bool:
    """Whether this thread is in a transaction; in a coroutine Django does not tell."""
    configuration, database = sys.modules.get("django.conf"), sys.modules.get("django.db")
    if configuration is None or database is None or not configuration.settings.configured:
        return False
    return any(connection.in_atomic_block for connection in database.connections.all())
