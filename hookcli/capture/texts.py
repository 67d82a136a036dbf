"""One JSON text -> one capture."""

from __future__ import annotations

from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import parse
from hookcli.models import Capture, Violation


def capture_at(path: str, index: int, line: int, column: int, text: bytes, number: int | None = None) -> Capture:
    """The capture of a text that starts at a line and column (1-based) of its source; one that is no JSON says why."""
    try:
        payload = parse(text, line=line, column=column)
    except PayloadUnreadable as error:
        fault = Violation(None, None, error.reason, error.line, error.column)
        return Capture(path, index, line, text, unreadable=fault, column=column, number=number)
    return Capture(path, index, line, text, payload, column=column, number=number)


def capture_of(text: bytes, source: str) -> Capture:
    """The capture of one payload that came in by itself.

    Args:
        text: the exact bytes.
        source: the name of what received it.
    """
    return capture_at(source, 0, 1, 1, text)
