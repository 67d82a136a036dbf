"""Captures as they are exported, one JSON object a line -> arrivals."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import BinaryIO

from hookcli.capture.filters import Filter, bytes_of, holds
from hookcli.capture.moments import moment
from hookcli.capture.rows import text_of
from hookcli.errors import FileUnreadable, PayloadUnreadable
from hookcli.jsontext import parse
from hookcli.models import Arrival, Json, Signature, Verdict

LONGEST_LINE = 200_000_000
"""Bytes: a body of 100 MB in base64, and what stands around it."""


def read_exported(file: BinaryIO, path: str) -> Iterator[Arrival]:
    """The captures in a file, in its order, in constant memory.

    Args:
        file: one object a line, with the keys of `hookcli captures export`; `status`, `elapsed_ms` and `endpoint`
            count where they are there. A capture without a number has that of its line.
        path: the file's name, for messages.

    Raises:
        FileUnreadable: a line is no capture.
    """
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if line.strip():
            yield _read_line(line, number, f"{path}:{number}")


def _read_line(line: bytes, number: int, place: str) -> Arrival:
    if len(line) > LONGEST_LINE:
        raise _fault(place, f"it is longer than {LONGEST_LINE:,} bytes")
    try:
        record = parse(line.strip())
    except PayloadUnreadable as error:
        raise _fault(place, error.reason) from error
    if not isinstance(record, dict):
        raise _fault(place, "it is not a JSON object")
    try:
        return _arrival(record, number)
    except KeyError as error:
        raise _fault(place, f"it has no {error.args[0]}") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise _fault(place, f"its values are not those of one ({error!s:.80})") from error


def _fault(place: str, why: str) -> FileUnreadable:
    return FileUnreadable(f"{place}: is not an exported capture: {why}; `hookcli captures export` writes them.")


def _arrival(record: Json, number: int) -> Arrival:
    """The arrival of a record; a value that is not of its kind raises what its conversion raises."""
    body = b64decode(_text(record["body_base64"]), validate=True)
    elapsed = record.get("elapsed_ms")
    return Arrival(
        id=_whole(record.get("id", number)),
        received_at=moment(_text(record["received_at"])),
        method=_text(record["method"]),
        path=_text(record["path"]),
        headers=tuple((_of_one_line(name), _of_one_line(value)) for name, value in record["headers"]),
        body=body,
        size=len(body),
        event=None if record.get("event") is None else _text(record["event"]),
        signature=Signature(record.get("signature", Signature.UNCHECKED.value)),
        verdict=Verdict(record.get("verdict", Verdict.UNKNOWN_EVENT.value)),
        status=None if record.get("status") is None else _whole(record["status"]),
        elapsed=None if elapsed is None else float(elapsed) / 1000,
        endpoint=_text(record.get("endpoint") or ""),
    )


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _of_one_line(value: Json) -> str:
    text = _text(value)
    if re.search("[\r\n\0]", text):
        raise ValueError("a header has a line end in it")
    return text


def _whole(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r:.40} is no whole number from 0")
    return value


def lets_through(wanted: Filter, arrival: Arrival) -> bool:
    """Whether a filter lets an arrival through, as a store would decide it."""
    return (
        _is_among(arrival.id, wanted.ids)
        and _is_among(arrival.event, wanted.events)
        and _is_among(arrival.verdict.value, wanted.verdicts)
        and _is_among(arrival.signature.value, wanted.signatures)
        and (wanted.since is None or arrival.received_at >= wanted.since)
        and (wanted.until is None or arrival.received_at < wanted.until)
        and (wanted.before is None or arrival.id < wanted.before)
        and (wanted.after is None or arrival.id > wanted.after)
        and _holds(wanted.text, arrival)
    )


def _is_among(value: object, values: tuple[object, ...]) -> bool:
    return not values or value in values


def _holds(text: str, arrival: Arrival) -> bool:
    if not text:
        return True
    headers = "\r\n".join(f"{name}: {value}" for name, value in arrival.headers)
    return bool(holds(bytes_of(text).lower(), text_of(arrival.path), bytes_of(headers), arrival.body))
