"""Pieces of an archive -> what was counted of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import field

import orjson

from hookcli.archives.pieces import Piece
from hookcli.archives.reading import (
    Captures,
    Extent,
    Place,
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
from hookcli.models import Capture

_MOST = 10_000
"""Payloads that are counted until something is told of them."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of some pieces."""

    extent: Extent
    """Of the last of them; if it goes on what was before it, it is the only one."""
    census: Census
    fault: Census = field(default_factory=Census)
    """What stands for the rest of the source, where it could not be read to its end: it is to be counted once."""

    def add_to(self, census: Census, place: Place) -> None:
        """Come to these pieces, and take what was counted of them into account."""
        place.move_to(self.extent)
        census.merge(self.census, place.lines)
        if not place.is_told:
            census.merge(self.fault, place.lines)


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
        is_alone = piece.is_of_lines and (piece.is_continued or at == len(pieces) or pieces[at].is_continued)
        if is_alone and before != Extent():
            yield Counted(before, observer.sealed())
            before = Extent()
        if is_alone:
            extent, fault = _count_lines(piece, reading, observer)
            yield Counted(extent, observer.sealed(), observer.census_of(fault))
            continue
        if piece.is_of_lines:
            extent, fault = _count_lines(piece, reading, observer)
            for capture in fault:
                observer.take(capture)
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


def _count_lines(piece: Piece, reading: Reading, observer: Observer) -> tuple[Extent, tuple[Capture, ...]]:
    """Count the payloads on lines: what is plain at once, the rest as captures.

    Returns:
        what was seen of the piece, and what stands for its rest, if it could not be read to its end.
    """
    path, misses = piece.source.path, Misses()
    lines = payloads = early = 0
    fault: tuple[Capture, ...] = ()
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
        fault = (fault_of(path, error),)
    extent = Extent(lines, payloads, piece.size, piece.is_continued, early, misses.count, is_cut=bool(fault))
    return extent, fault


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
