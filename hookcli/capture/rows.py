"""Arrivals as rows of a store's table, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hookcli.errors import PayloadUnreadable, StoreUnusable
from hookcli.jsontext import dump, parse
from hookcli.models import Arrival, Headers, Signature, Verdict, Violation

_SUMMARY = (
    "id", "received_at", "method", "path", "event", "signature", "reason", "verdict", "violations", "omitted",
    "duplicate_of", "overtaken_by", "gap", "status", "elapsed", "endpoint", "size", "headers",
)  # fmt: skip
COLUMNS = ", ".join((*_SUMMARY, "body"))
SUMMARY_COLUMNS = ", ".join((*_SUMMARY, "x''"))
_PLACES = f"({', '.join('?' * (len(_SUMMARY) + 1))})"

_MICRO = 1_000_000


def _insert(rows: int) -> str:
    """The statement that inserts that many rows."""
    return f"INSERT INTO captures ({COLUMNS}) VALUES {', '.join([_PLACES] * rows)}"  # noqa: S608 (names of columns)


_MOST_ROWS = 64
_INSERTS = {1 << power: _insert(1 << power) for power in range(_MOST_ROWS.bit_length())}


def inserts(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
    """Statements of many rows each: the interpreter is let go and taken again at each statement, not at each row."""
    start = 0
    while left := len(rows) - start:
        count = min(1 << (left.bit_length() - 1), _MOST_ROWS)
        yield _INSERTS[count], [value for row in rows[start : start + count] for value in row]
        start += count


def row_of(arrival: Arrival, lines: bytes | None = None) -> tuple[Any, ...]:
    """The values of an arrival, in the order of `COLUMNS`.

    Args:
        arrival: what came.
        lines: its header lines as bytes, where they are at hand.
    """
    return (
        arrival.id, round(arrival.received_at * _MICRO), arrival.method, text_of(arrival.path),
        arrival.event and text_of(arrival.event),
        arrival.signature.value, arrival.reason, arrival.verdict.value, violations_text(arrival.violations),
        arrival.omitted, arrival.duplicate_of, arrival.overtaken_by, _micro(arrival.gap), arrival.status,
        _micro(arrival.elapsed), arrival.endpoint, arrival.size,
        header_bytes(arrival.headers) if lines is None else lines, arrival.body,
    )  # fmt: skip


def arrival_of(row: tuple[Any, ...]) -> Arrival:
    """What `row_of` made a row of.

    Raises:
        StoreUnusable: it made no such row.
    """
    try:
        return _arrival_of(row)
    except (TypeError, ValueError, AttributeError, ArithmeticError, PayloadUnreadable) as error:
        raise StoreUnusable(
            f"capture {row[0]} of the store is not as hookcli writes them; the file was changed, or is damaged."
        ) from error


def _arrival_of(row: tuple[Any, ...]) -> Arrival:
    (number, received, method, path, event, signature, reason, verdict, violations, omitted,
     duplicate, overtaken, gap, status, elapsed, endpoint, size, headers, body) = row  # fmt: skip
    return Arrival(
        id=number, received_at=received / _MICRO, method=method, path=path, headers=header_lines(headers), body=body,
        size=size, event=event, signature=Signature(signature), verdict=Verdict(verdict), reason=reason,
        violations=_violations(violations), omitted=omitted, duplicate_of=duplicate, overtaken_by=overtaken,
        gap=_seconds(gap), status=status, elapsed=_seconds(elapsed), endpoint=endpoint,
    )  # fmt: skip


def header_bytes(headers: Headers) -> bytes:
    """Header lines as they stood in the request, in their order."""
    return "\r\n".join(f"{name}: {value}" for name, value in headers).encode("utf-8", "surrogateescape")


def header_lines(lines: bytes) -> Headers:
    """What `header_bytes` wrote."""
    text = lines.decode("utf-8", "surrogateescape")
    return tuple((name, value) for name, _, value in (line.partition(": ") for line in text.split("\r\n") if line))


def text_of(text: str) -> str:
    """Text that SQLite takes: lone surrogates become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def violations_text(violations: tuple[Violation, ...]) -> str | None:
    """Violations as JSON; nothing for none."""
    if not violations:
        return None
    rows = [[each.pointer, each.keyword, each.message, each.line, each.column] for each in violations]
    return dump(rows).decode()


def _violations(text: str | None) -> tuple[Violation, ...]:
    return tuple(_violation(*row) for row in parse(text.encode())) if text else ()


def _violation(
    pointer: str | None, keyword: str | None, message: str, line: int | None, column: int | None
) -> Violation:
    if not all(isinstance(each, str | None) for each in (pointer, keyword)) or not isinstance(message, str):
        raise TypeError
    if not all(isinstance(each, int | None) for each in (line, column)):
        raise TypeError
    return Violation(pointer, keyword, message, line, column)


def _micro(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * _MICRO)


def _seconds(micro: int | None) -> float | None:
    return None if micro is None else micro / _MICRO
