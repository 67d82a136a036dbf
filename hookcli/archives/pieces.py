"""Sources cut into pieces that processes share: ranges of JSON Lines, or lines, and small files of any other kind.

What is large and cannot be cut stays with one process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hookcli.archives.lines import blocks_of
from hookcli.capture.compression import fault_of
from hookcli.capture.files import LIMITS, opened
from hookcli.capture.remotes import size_at
from hookcli.capture.sources import COMPRESSED, Source, format_by_name, reason
from hookcli.capture.stamps import Stamp, check_state, stamp_of
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable

RANGE = 4_000_000
"""Bytes of a range."""

_STREAMED = 1_000_000
"""Bytes of lines that go to a process at a time, where they had to be read before."""

_PACKED = 256_000
"""Bytes of a compressed file that holds no lines: there may be a thousand times as many in it."""

MOST = 500
"""Files that a process takes at a time."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one process judges at a time: lines of a source, or all of it."""

    source: Source
    start: int = 0
    """Offset of its first byte, in a file of lines as they are when they are unpacked."""
    end: int | None = None
    """Offset behind its last byte; None where it is no range."""
    data: bytes | None = None
    """The lines themselves, where they had to be read before."""
    size: int = 0
    """Bytes, as far as they are known."""
    is_continued: bool = False
    """Whether there is more of its source before it."""
    stamp: Stamp | None = None
    """Its file's, where it is a range of one, when it was cut."""
    bound: float = 1.0
    """The rank below which a payload still gets into a sample."""

    @property
    def is_of_lines(self) -> bool:
        """Whether it is lines of JSON Lines, rather than a source that is read as what it is."""
        return self.data is not None or self.end is not None

    @property
    def is_apart(self) -> bool:
        """Whether there may be more in it than should travel between processes at once: it has to be judged here."""
        most = _PACKED if self.source.path.lower().endswith(COMPRESSED) else RANGE
        return not self.is_of_lines and not 0 < self.size <= most


def cut(sources: Iterable[Source], input_format: str, size: int = RANGE) -> Iterator[Piece]:
    """The pieces of sources, in their order.

    Args:
        sources: one by one.
        input_format: as they are to be read, one of `capture.formats.FORMATS`.
        size: of a range, in bytes.
    """
    for source in sources:
        stamp = stamp_of(source)
        length = stamp.size if stamp else _length_at(source)
        if not length or not _is_of_lines(source, input_format):
            yield Piece(source, size=length)
        elif source.path.lower().endswith(COMPRESSED):
            yield from _read(source)
        else:
            for start in range(0, length, size):
                end = min(start + size, length)
                yield Piece(source, start, end, size=end - start, is_continued=start > 0, stamp=stamp)


def batched(pieces: Iterable[Piece], size: int = RANGE, most: int = MOST) -> Iterator[tuple[Piece, ...]]:
    """Pieces put together, so that the way to another process is worth it; each that is apart is alone.

    Args:
        pieces: one by one.
        size: of a batch, in bytes; the piece that reaches it is the batch's last.
        most: pieces of a batch.
    """
    batch: list[Piece] = []
    held = 0
    for piece in pieces:
        if piece.is_apart and batch:
            yield tuple(batch)
            batch, held = [], 0
        batch.append(piece)
        held += piece.size
        if held >= size or len(batch) >= most or piece.is_apart or piece.data is not None:
            yield tuple(batch)
            batch, held = [], 0
    if batch:
        yield tuple(batch)


def size_of(paths: Iterable[str]) -> int | None:
    """Bytes of files; None where a path stands for something else, or its bytes are not those that are judged."""
    stamps = [None if path.lower().endswith(COMPRESSED) else stamp_of(Source(path)) for path in paths]
    return sum(stamp.size for stamp in stamps if stamp) if all(stamps) else None


def _read(source: Source) -> Iterator[Piece]:
    """The lines of a source that can only be read from start to end; last, why that was not its end, if it was not."""
    start = lines = 0
    stamp = stamp_of(source)
    try:
        with opened(source) as file:
            for data in blocks_of(file, LIMITS.line, _STREAMED):
                yield Piece(source, start, data=data, size=len(data), is_continued=start > 0)
                start += len(data)
                lines += data.count(b"\n")
            fault = fault_of(file)
            why = fault and f"{fault}, after {lines:,} whole lines"
        check_state(source, stamp)
    except FileUnreadable as error:
        why = str(error)
    except OSError as error:
        why = reason(error)
    if why:
        yield Piece(Source(source.path, why), is_continued=True)


def _length_at(source: Source) -> int:
    """Bytes of a file on the network; 0 of anything else."""
    try:
        return 0 if source.url is None else size_at(source.url)
    except FileUnreadable:
        return 0  # whoever opens it will say why


def _is_of_lines(source: Source, input_format: str) -> bool:
    return format_by_name(source.path) == "jsonl" if input_format == "auto" else input_format in ("jsonl", "log")
