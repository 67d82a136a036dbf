"""The captures in a piece of an archive, and what was seen of the piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hookcli.archives.lines import blocks_between
from hookcli.archives.pieces import Piece
from hookcli.capture.compression import is_decompressed
from hookcli.capture.files import LIMITS, Limits, opened, unreadable
from hookcli.capture.formats import read
from hookcli.capture.lines import capture_on
from hookcli.capture.moments import moment_of
from hookcli.capture.paths import At, Misses
from hookcli.capture.records import logged_on, unpacked
from hookcli.capture.sources import reason
from hookcli.capture.stamps import check_place, check_rest
from hookcli.capture.texts import capture_at
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
    since: float | None = None
    """Unix time in seconds: what came before it is left out. What tells no time is not."""

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
    early: int = 0
    """Payloads that came before it was asked for."""
    missed: int = 0
    """Records that have no payload where one was looked for."""
    is_cut: bool = False
    """Whether its last capture stands for the rest of it, which could not be read."""


class Place:
    """Where a piece starts in its source, when what was seen of those before it is told one after the other."""

    def __init__(self) -> None:
        self.lines = 0
        """Lines of the source before the piece."""
        self.payloads = 0
        """Payloads of the source before the piece."""
        self.early = 0
        """Payloads so far, of all sources, that came before it was asked for."""
        self.missed = 0
        """Records so far that have no payload where one was looked for."""
        self.is_told = False
        """Whether an earlier piece of the same source could not be read to its end, which is to be said once."""
        self._next = (0, 0)
        self._was_cut = False

    def move_to(self, extent: Extent) -> None:
        """Come to the next piece."""
        self.lines, self.payloads = self._next if extent.is_continued else (0, 0)
        self._next = self.lines + extent.lines, self.payloads + extent.payloads
        self.is_told = extent.is_continued and self._was_cut
        self._was_cut = extent.is_cut or self.is_told
        self.early += extent.early
        self.missed += extent.missed


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
        payloads = early = 0
        for capture in self._on_lines() if self._piece.is_of_lines else self._in_whole():
            payloads += 1
            if is_early(capture, self._reading.since):
                early += 1
            else:
                yield capture
        self.extent = replace(self.extent, payloads=payloads, early=early, missed=self._misses.count)

    def _in_whole(self) -> Iterator[Capture]:
        reading = self._reading
        return read(self._piece.source, reading.input_format, reading.at, self._misses, limits=reading.limits)

    def _on_lines(self) -> Iterator[Capture]:
        path = self._piece.source.path
        lines = payloads = 0
        try:
            for block in blocks_in(self._piece, self._reading.limits.line):
                for line in lines_in(block):
                    lines += 1
                    for capture in captures_on(path, payloads, lines, line, self._reading, self._misses):
                        payloads += 1
                        yield capture
        except (FileUnreadable, OSError) as error:
            self.extent = replace(self.extent, is_cut=True)
            yield fault_of(self._piece.source.path, error)
        self.extent = replace(self.extent, lines=lines)


def is_early(capture: Capture, since: float | None) -> bool:
    """Whether a capture came before a moment; what tells no time did not."""
    if since is None:
        return False
    moment = moment_of(capture)
    return moment is not None and moment < since


def moved(capture: Capture, place: Place) -> Capture:
    """The same capture, where lines and payloads of its source came before the piece that it is from.

    What is unreadable must still have its text.
    """
    index, line = _moved(capture.index, place.payloads), _moved(capture.line, place.lines)
    number = None if capture.number is None else _moved(capture.number, place.lines)
    if capture.unreadable is None or capture.number is not None or not isinstance(capture.line, Within):
        return replace(capture, index=index, line=line, number=number)
    if capture.text:  # the reason may name lines
        return capture_at(capture.source, index, line, capture.column, capture.text)
    fault = capture.unreadable
    at = None if fault.line is None else fault.line + place.lines
    return replace(capture, index=index, line=line, unreadable=replace(fault, line=at))


def _moved(number: int, before: int) -> int:
    return number + before if isinstance(number, Within) else number


def blocks_in(piece: Piece, longest: int = LIMITS.line) -> Iterator[bytes]:
    """The lines of a piece that is of lines, some at a time.

    Args:
        piece: of a file, or of what was read before.
        longest: of a line that is longer, only the start is there, one byte more than this.

    Raises:
        FileUnreadable: its file cannot be opened, or has changed meanwhile.
        OSError: it cannot be read on.
    """
    if piece.data is not None:
        yield piece.data
        return
    with opened(piece.source) as file:
        check_place(piece.source, piece.stamp)
        if is_decompressed(file):
            raise FileUnreadable("it is compressed, which its name does not say: let it end in .gz or .zst")
        yield from blocks_between(file, piece.start, piece.end or 0, longest)
    check_rest(piece.source, piece.stamp, piece.end)


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


def fault_of(path: str, error: FileUnreadable | OSError) -> Capture:
    """What stands for what could not be read of a source."""
    return unreadable(path, reason(error) if isinstance(error, OSError) else str(error))
