"""Which captures are meant."""

from __future__ import annotations

from typing import Any

from hookcli.capture.rows import text_of
from hookcli.dataclass import dataclass

BROKEN = ("invalid", "unreadable")
"""Verdicts on a payload that say that something is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What all must hold of a capture; what is left empty says nothing."""

    ids: tuple[int, ...] = ()
    events: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    """Of the payload: the values of `Verdict`."""
    signatures: tuple[str, ...] = ()
    """The values of `Signature`."""
    since: float | None = None
    """Unix time in seconds: received then or later."""
    until: float | None = None
    """Received before it."""
    text: str = ""
    """What its path, headers or body hold, in either case of ASCII letters."""
    before: int | None = None
    """Numbers below it."""
    after: int | None = None
    """Numbers above it."""

    def sql(self) -> tuple[str, list[Any]]:
        """A condition on the rows of `captures`, and the values of its placeholders."""
        parts = [
            *_among("id", self.ids),
            *_among("event", tuple(map(text_of, self.events))),
            *_among("verdict", self.verdicts),
            *_among("signature", self.signatures),
            *_bound("received_at >= ?", self.since, 1_000_000),
            *_bound("received_at < ?", self.until, 1_000_000),
            *_bound("id < ?", self.before),
            *_bound("id > ?", self.after),
            *_holding(self.text),
        ]
        return " AND ".join(part for part, _ in parts) or "1", [value for _, values in parts for value in values]


def _among(column: str, values: tuple[Any, ...]) -> list[tuple[str, list[Any]]]:
    if not values:
        return []
    return [(f"{column} IN ({', '.join('?' * len(values))})", list(values))]


def _bound(condition: str, value: float | None, factor: int = 1) -> list[tuple[str, list[Any]]]:
    return [] if value is None else [(condition, [round(value * factor)])]


def _holding(text: str) -> list[tuple[str, list[Any]]]:
    return [("holds(?, path, headers, body)", [bytes_of(text).lower()])] if text else []


def holds(wanted: bytes, path: str, headers: bytes, body: bytes) -> bool:
    """Whether one of them holds what is wanted, in lower case; for SQLite, whose own LIKE ends at a zero byte."""
    return wanted in body.lower() or wanted in headers.lower() or wanted in path.encode().lower()


def bytes_of(text: str) -> bytes:
    """Text as the bytes that it came from; lone surrogates that stand for none become escapes."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")
