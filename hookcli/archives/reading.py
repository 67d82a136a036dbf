"""The captures in a piece of an archive, and what was seen of the piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hookcli.archives.lines import blocks_between
from hookcli.archives.pieces import Piece
from hookcli.capture.files import LIMITS, Limits, opened, unreadable
from hookcli.capture.formats import read
from hookcli.capture.lines import capture_on
from hookcli.capture.paths import Misses
from hookcli.capture.paths import Place as At
from hookcli.capture.records import logged_on, unpacked
from hookcli.capture.sources import reason
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable
from hookcli.models import Capture


class Within(int):
    """A line, or a payload's number, that is counted from the start of a piece rather than of its source."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How what lies in an archive becomes captures; it travels between processes."""

    input_format: str = "auto"
    """One of `capture.formats.FORMATS`."""
    limits: Limits = LIMITS
    """What is too large."""
    at: At | None = None
    """Where payloads lie in a JSON value."""

    @property
    def is_packed(self) -> bool:
        """Whether a line of JSON Lines may hold something that payloads are in, rather than a payload."""
        return self.input_format == "auto" or self.at is not None


@dataclass(frozen=True, slots=True)
class Extent:
    """What was seen of a piece."""

    lines: int = 0
    """How many lines it has, where it is JSON Lines."""
    payloads: int = 0
    """How many payloads are in them."""
    size: int = 0
    """Bytes of it."""
    is_continued: bool = False
    """Whether there is more of its source before it."""
    missed: int = 0
    """Records that have no payload where one was looked for."""
    fault: Capture | None = None
    """Stands for what could not be read of it."""


class Place:
    """Where a piece starts in its source, when what was seen of those before it is told one after the other."""

    def __init__(self) -> None:
        self.lines = 0
        """Lines of the source before the piece."""
        self.payloads = 0
        """Payloads of the source before the piece."""
        self._next = (0, 0)

    def move_to(self, extent: Extent) -> None:
        """Come to the next piece."""
        self.lines, self.payloads = self._next if extent.is_continued else (0, 0)
        self._next = self.lines + extent.lines, self.payloads + extent.payloads


class Captures:
    """The captures in a piece; when all were taken, `extent` tells what was seen of it.

    Where the piece is a range of lines, their lines and numbers are `Within` it.
    """

    def __init__(self, piece: Piece, reading: Reading) -> None:
        self._piece = piece
        self._reading = reading
        self._misses = Misses()
        self.extent = Extent(size=piece.size, is_continued=piece.is_continued)

    def __iter__(self) -> Iterator[Capture]:
        if self._piece.is_of_lines:
            yield from self._on_lines()
        else:
            yield from read(
                self._piece.source, self._reading.input_format, self._reading.at, limits=self._reading.limits
            )

    def _on_lines(self) -> Iterator[Capture]:
        path = self._piece.source.path
        lines = payloads = 0
        fault = None
        try:
            for block in blocks_in(self._piece, self._reading.limits.line):
                for line in lines_in(block):
                    lines += 1
                    for capture in captures_on(path, payloads, lines, line, self._reading, self._misses):
                        payloads += 1
                        yield capture
        except (FileUnreadable, OSError) as error:
            fault = fault_of(self._piece, error)
            yield fault
        self.extent = replace(self.extent, lines=lines, payloads=payloads, missed=self._misses.count, fault=fault)


def blocks_in(piece: Piece, longest: int = LIMITS.line) -> Iterator[bytes]:
    """The lines of a piece that is of lines, some at a time.

    Args:
        piece: of a file, or of what was read before.
        longest: of a line that is longer, only the start is there, one byte more than this.

    Raises:
        FileUnreadable: its file cannot be opened.
        OSError: it cannot be read on.
    """
    if piece.data is not None:
        yield piece.data
        return
    with opened(piece.source.path) as file:
        yield from blocks_between(file, piece.start, piece.end or 0, longest)


def lines_in(block: bytes) -> list[bytes]:
    """The lines of a block, without their ends."""
    lines = block.split(b"\n")
    if not lines[-1]:
        del lines[-1]
    return lines


def captures_on(path: str, index: int, number: int, line: bytes, reading: Reading, misses: Misses) -> Iterator[Capture]:
    """The captures on a line, which is the so-and-so-many-th of a piece; none on a blank one.

    Args:
        path: the source's.
        index: of the first of them within the piece, from 0.
        number: of the line within the piece, from 1.
        line: without its end.
        reading: what may be on it.
        misses: counts where there is no payload though one is looked for.
    """
    if reading.input_format == "log":
        found = logged_on(path, Within(number), line, reading.limits)
    else:
        capture = capture_on(path, Within(index), Within(number), line, reading.limits)
        if capture is None:
            return
        found = unpacked(capture, reading.at, misses, by_line=True) if reading.is_packed else iter([capture])
    for place, each in enumerate(found, index):
        yield replace(each, index=Within(place))


def fault_of(piece: Piece, error: FileUnreadable | OSError) -> Capture:
    """What stands for a piece that could not be read, or not on."""
    return unreadable(piece.source.path, reason(error) if isinstance(error, OSError) else str(error))
