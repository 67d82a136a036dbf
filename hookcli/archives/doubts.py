"""What is valid beyond doubt, and is only counted; of what there is doubt a whole verdict is given."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone

import orjson

from hookcli.archives.pieces import RANGE, Piece
from hookcli.archives.reading import Reading
from hookcli.capture.paths import At
from hookcli.capture.records import only_payload
from hookcli.capture.sources import COMPRESSED, format_by_name
from hookcli.dataclass import dataclass
from hookcli.jsontext import holds_wide_integer, parse_quickly
from hookcli.models import Capture, Json, Judgement

JudgeOne = Callable[[Capture], Judgement]

IsValid = Callable[[Json], bool]
"""Whether a payload is valid beyond doubt; it may raise KeyError, TypeError or ValueError where there is doubt."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What gives the verdict on a payload."""

    judge: JudgeOne
    is_valid: IsValid | None = None
    """What is valid beyond doubt is only counted; None where each payload is to be judged."""
    is_exact: bool = True
    """Whether an integer beyond 64 bits is to be judged rather than the float beside it, by which `is_valid` may be
    misled."""


def is_plain(piece: Piece, reading: Reading, verdicts: Verdicts) -> bool:
    """Whether a piece is a small file that holds one payload, valid beyond doubt."""
    source = piece.source
    if (
        piece.is_of_lines
        or verdicts.is_valid is None
        or reading.at is not None
        or reading.since is not None
        or not 0 < piece.size <= RANGE
        or source.url is not None
        or source.path.lower().endswith(COMPRESSED)
        or (format_by_name(source.path) if reading.input_format == "auto" else reading.input_format) != "json"
    ):
        return False
    try:
        payload = parse_quickly(_content(source.path, piece.size))
        is_payload = not reading.is_packed or "event_name" in payload
        return is_payload and payload.__class__ is dict and verdicts.is_valid(payload)
    except (LookupError, OSError, TypeError, ValueError):
        return False


def _content(path: str, size: int) -> bytes:
    """What is in a file of so many bytes.

    Raises:
        ValueError: it has another size by now.
    """
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(file, size + 1)
    finally:
        os.close(file)
    if len(data) != size:
        raise ValueError(path)
    return data


def doubtful(lines: list[bytes], reading: Reading, verdicts: Verdicts) -> Iterable[int]:
    """The lines of which it is not beyond doubt that they hold a valid payload, by their places in the list."""
    is_valid = verdicts.is_valid
    if is_valid is None or reading.input_format == "log":
        return range(len(lines))
    if reading.since is not None:
        is_valid = _if_since(reading.since, is_valid)
    if reading.at is None:
        return _looked_through(lines, is_valid, reading, is_exact=verdicts.is_exact)
    return _looked_into(lines, reading.at, is_valid, is_exact=verdicts.is_exact)


def _if_since(since: float, is_valid: IsValid) -> IsValid:
    """The same of a payload that came later beyond doubt, by its own `timestamp` alone."""
    earliest = datetime.fromtimestamp(min(since, _LATEST) + 1, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.999Z")

    def is_valid_and_later(payload: Json) -> bool:
        told = payload["timestamp"]
        is_plain = len(told) == len(earliest) and told[4] + told[7] + told[10] + told[13] + told[-1] == "--T:Z"
        return is_plain and told > earliest and is_valid(payload)

    return is_valid_and_later


_LATEST = 253_402_300_000.0
"""Hardly before the year 10000, which dates don't reach."""


def _looked_through(lines: list[bytes], is_valid: IsValid, reading: Reading, *, is_exact: bool) -> Iterator[int]:
    loads, is_packed, is_dated = orjson.loads, reading.is_packed, reading.since is not None
    for at, line in enumerate(lines):
        try:
            payload = loads(line)
            if is_packed and "event_name" not in payload:
                if is_dated:  # the record may tell when it came
                    raise LookupError
                payload = only_payload(payload)
            if is_valid(payload) and not (is_exact and holds_wide_integer(line)):
                continue
        except (LookupError, TypeError, ValueError):
            pass
        yield at


def _looked_into(lines: list[bytes], place: At, is_valid: IsValid, *, is_exact: bool) -> Iterator[int]:
    """The same, where each line is a record that one payload lies in."""
    for at, line in enumerate(lines):
        try:
            if is_valid(place.only(orjson.loads(line))) and not (is_exact and holds_wide_integer(line)):
                continue
        except (LookupError, TypeError, ValueError):
            pass
        yield at
