"""A few payloads out of many, each as likely as any other, in one pass and the same ones for the same seed.

Each payload draws a rank, and those with the lowest ranks are the sample (a bottom-k sample), so that pieces can be
looked through by whoever has time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from random import Random
from typing import TypeVar

from hookcli.archives.engines import Batch, Engine
from hookcli.archives.pieces import Piece
from hookcli.archives.reading import (
    Captures,
    Extent,
    Place,
    Reading,
    blocks_in,
    captures_on,
    fault_of,
    lines_in,
    moved,
)
from hookcli.capture.paths import Misses
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable
from hookcli.models import Capture

Pick = tuple[float, Capture]
"""A capture and its rank, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What a piece has for a sample."""

    extent: Extent
    picks: tuple[Pick, ...]
    """In their order; what nothing could be read of has the rank -1, and is told of whatever the sample is."""


class Sample:
    """The captures with the lowest ranks.

    Args:
        size: how many of them.
        seed: the same one makes the same sample.
    """

    def __init__(self, size: int, seed: int) -> None:
        self._size = size
        self.seed = seed
        self._heap: list[tuple[float, int, Capture]] = []
        self._order = count()
        self._place = Place()
        self.total = 0
        """Of how many."""

    @property
    def bound(self) -> float:
        """The rank below which a capture still gets in."""
        return -self._heap[0][0] if len(self._heap) == self._size else 1.0

    def drawn(
        self, engine: Engine, pieces: Iterable[Piece], reading: Reading
    ) -> Iterator[tuple[Extent, list[Capture]]]:
        """Draw it from an archive.

        Returns:
            what was seen of each piece, with what stands for that of which nothing could be read; last, the sample.
        """
        work = partial(_pick_batch, reading=reading, size=self._size, seed=self.seed)
        return self._drawn(engine.found(work, self.bounded(pieces)))

    def _drawn(self, founds: Iterable[Picked]) -> Iterator[tuple[Extent, list[Capture]]]:
        for found in founds:
            yield found.extent, self.take(found)
        yield Extent(is_continued=True), self.captures()

    def bounded(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The pieces, each with the bound of the moment at which it is taken."""
        for piece in pieces:
            yield replace(piece, bound=self.bound)

    def take(self, found: Picked) -> list[Capture]:
        """Look at what a piece has; the pieces come in their order.

        Returns:
            what stands for sources, or lines, of which nothing could be read.
        """
        self._place.move_to(found.extent)
        self.total += found.extent.payloads - found.extent.early
        faults = []
        for rank, capture in found.picks:
            whole = moved(capture, self._place)
            if rank < 0:
                faults += [] if found.extent.is_cut and self._place.is_told else [whole]
            elif rank < self.bound:
                entry = (-rank, next(self._order), whole)
                (heapq.heappushpop if len(self._heap) == self._size else heapq.heappush)(self._heap, entry)
        return faults

    def captures(self) -> list[Capture]:
        """The sample, in the order of the archive."""
        return [capture for _, _, capture in sorted(self._heap, key=lambda entry: entry[1])]


def _pick_batch(batch: Batch, reading: Reading, size: int, seed: int) -> Iterator[Picked]:
    for piece in batch:
        yield pick(piece, reading, size, seed)


def pick(piece: Piece, reading: Reading, size: int, seed: int) -> Picked:
    """What a piece has for a sample of so many payloads.

    Of lines the unit is the line, so that most are not even read: all payloads in a record that is picked are in it.
    """
    ranks = Random(f"{seed} {piece.start} {piece.source.path}".encode("utf-8", "surrogateescape"))  # noqa: S311 (a choice, no secret)
    if piece.is_of_lines and reading.since is None and reading.input_format != "log":
        return _pick_lines(piece, reading, size, ranks)
    captures = Captures(piece, reading)
    drawn = ((-1.0 if _is_nothing(each) else ranks.random(), each) for each in captures)
    picks = _lowest(drawn, size, piece.bound)
    return Picked(captures.extent, tuple(picks))


def _is_nothing(capture: Capture) -> bool:
    return capture.unreadable is not None and not capture.text and capture.number is None


def _pick_lines(piece: Piece, reading: Reading, size: int, ranks: Random) -> Picked:
    path, misses, read = piece.source.path, Misses(), _Read()
    picks: list[Pick] = []
    is_cut = False
    try:
        for rank, (number, index, line) in _lowest(_drawn(piece, reading, ranks, read), size, piece.bound):
            captures = captures_on(path, index, number, line, reading, misses)
            picks += [(-1.0 if _is_nothing(each) else rank, each) for each in captures]
    except (FileUnreadable, OSError) as error:
        is_cut, picks = True, [(-1.0, fault_of(path, error))]
    extent = Extent(read.lines, read.payloads, piece.size, piece.is_continued, missed=misses.count, is_cut=is_cut)
    return Picked(extent, tuple(picks))


class _Read:
    """How far a piece has been read."""

    lines = payloads = 0


def _drawn(piece: Piece, reading: Reading, ranks: Random, read: _Read) -> Iterator[tuple[float, _Line]]:
    """The lines that aren't blank, each with its number, how many came before it, and its rank."""
    draw = ranks.random
    for block in blocks_in(piece, reading.limits.line):
        for number, line in enumerate(lines_in(block), read.lines + 1):
            if line and not line.isspace():
                yield draw(), (number, read.payloads, line)
                read.payloads += 1
        read.lines = number


_Line = tuple[int, int, bytes]
T = TypeVar("T")


def _lowest(drawn: Iterable[tuple[float, T]], size: int, bound: float) -> list[tuple[float, T]]:
    """Those with the lowest ranks, and all with a rank below 0, in the order in which they came."""
    lowest: list[tuple[float, int, T]] = []
    faults: list[tuple[float, int, T]] = []
    for at, (rank, each) in enumerate(drawn):
        if rank < 0:
            faults.append((rank, at, each))
        elif rank < bound:
            if len(lowest) < size:
                heapq.heappush(lowest, (-rank, at, each))
            else:
                heapq.heappushpop(lowest, (-rank, at, each))
                bound = -lowest[0][0]
    chosen = [*faults, *((-rank, at, each) for rank, at, each in lowest)]
    return [(rank, each) for rank, _, each in sorted(chosen, key=lambda entry: entry[1])]
