"""Pieces of an archive -> what was counted of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import orjson

from hookcli.archives.pieces import Piece
from hookcli.archives.reading import (
    Captures,
    Extent,
    Reading,
    Within,
    blocks_in,
    captures_on,
    fault_of,
    is_early,
    lines_in,
)
from hookcli.capture.moments import told_moment
from hookcli.capture.paths import Misses
from hookcli.capture.records import only_payload
from hookcli.dataclass import dataclass
from hookcli.drift.census import Census
from hookcli.drift.observer import Observer
from hookcli.errors import FileUnreadable
from hookcli.jsontext import holds_wide_integer

_MOST = 10_000
"""Payloads that are counted until something is told of them."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of some pieces."""

    extent: Extent
    """Of the last of them; if it goes on what was before it, it is the only one."""
    census: Census


def count_pieces(pieces: tuple[Piece, ...], reading: Reading, observer: Observer) -> Iterator[Counted]:
    """Count the payloads in pieces.

    Args:
        pieces: one after the other in their archive.
        reading: how they become captures.
        observer: counts them; what it still has of others is forgotten.

    Returns:
        as little as can be put together: of small files many at once.
    """
    observer.sealed()
    before = Extent()
    for at, piece in enumerate(pieces, 1):
        is_alone = piece.is_of_lines and (piece.is_continued or at == len(pieces))
        if is_alone and before != Extent():
            yield Counted(before, observer.sealed())
            before = Extent()
        if is_alone:
            yield Counted(_count_lines(piece, reading, observer), observer.sealed())
            continue
        if piece.is_of_lines:
            extent = _count_lines(piece, reading, observer)
        else:
            extent = yield from _count_whole(piece, reading, observer)
        before = _together(before, extent)
    if before != Extent():
        yield Counted(before, observer.sealed())


def _together(one: Extent, other: Extent) -> Extent:
    """What was seen of two pieces; neither goes on in another."""
    return Extent(
        size=one.size + other.size, early=one.early + other.early, missed=one.missed + other.missed,
        payloads=one.payloads + other.payloads,
    )  # fmt: skip


def _count_whole(piece: Piece, reading: Reading, observer: Observer) -> Generator[Counted, None, Extent]:
    """Count all of a source; where it is long, something is told of it now and then, and when it is cut short."""
    captures = Captures(piece, reading)
    try:
        for capture in captures:
            observer.take(capture)
            if observer.payloads >= _MOST:
                yield Counted(Extent(), observer.sealed())
    except KeyboardInterrupt:
        yield Counted(Extent(), observer.sealed())
        raise
    return captures.extent


def _count_lines(piece: Piece, reading: Reading, observer: Observer) -> Extent:
    """Count the payloads on lines: what is plain at once, the rest as captures."""
    path, misses = piece.source.path, Misses()
    lines = payloads = early = 0
    takes = _take_none if reading.at is not None or reading.input_format == "log" else _take_plain
    try:
        for block in blocks_in(piece, reading.limits.line):
            for line in lines_in(block):
                lines += 1
                if takes(line, path, lines, reading, observer):
                    payloads += 1
                    continue
                for capture in captures_on(path, payloads, lines, line, reading, misses):
                    payloads += 1
                    if is_early(capture, reading.since):
                        early += 1
                    else:
                        observer.take(capture)
    except (FileUnreadable, OSError) as error:
        observer.take(fault_of(piece, error))
    return Extent(lines, payloads, piece.size, piece.is_continued, early, misses.count)


def _take_none(_line: bytes, _path: str, _number: int, _reading: Reading, _observer: Observer) -> bool:
    return False


def _take_plain(line: bytes, path: str, number: int, reading: Reading, observer: Observer) -> bool:
    """Count a line if it is a payload that its schema takes, beyond doubt."""
    try:
        payload = orjson.loads(line)
        if reading.is_packed and "event_name" not in payload and only_payload(payload) is not payload:
            return False
        if observer.is_exact and holds_wide_integer(line):
            return False
        time = told_moment(payload.get("timestamp"))
        if reading.since is not None and (time is None or time < reading.since):
            return False
        return observer.takes(payload, time, path, Within(number))
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return False
