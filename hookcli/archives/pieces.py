"""Sources cut into pieces: ranges of bytes of files of JSON Lines, and whole files of any other kind."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from hookcli.capture.sources import STDIN, SUFFIXES, Source
from hookcli.dataclass import dataclass

RANGE = 4_000_000
"""Bytes of a range; a process holds twice that."""

MOST = 500
"""Files that a process takes at a time."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one process judges at a time."""

    source: Source
    start: int = 0
    """Offset of its first byte."""
    end: int | None = None
    """Offset behind its last byte; None where it is the whole source."""
    size: int = 0
    """Bytes, as far as they are known."""


def cut(sources: Iterable[Source], input_format: str, size: int = RANGE) -> Iterator[Piece]:
    """The pieces of sources, in their order.

    Args:
        sources: one by one.
        input_format: as they are to be read, one of `capture.formats.FORMATS`.
        size: of a range, in bytes.
    """
    for source in sources:
        length = _length(source)
        if length and _is_of_lines(source, input_format):
            for start in range(0, length, size):
                end = min(start + size, length)
                yield Piece(source, start, end, end - start)
        else:
            yield Piece(source, size=length)


def batched(pieces: Iterable[Piece], size: int = RANGE, most: int = MOST) -> Iterator[tuple[Piece, ...]]:
    """Pieces put together, so that the way to another process is worth it.

    Args:
        pieces: one by one.
        size: of a batch, in bytes; the piece that reaches it is the batch's last.
        most: pieces of a batch.
    """
    batch: list[Piece] = []
    held = 0
    for piece in pieces:
        batch.append(piece)
        held += piece.size
        if held >= size or len(batch) >= most:
            yield tuple(batch)
            batch, held = [], 0
    if batch:
        yield tuple(batch)


def _length(source: Source) -> int:
    """Bytes of a regular file, 0 of anything else."""
    if source.fault is not None or source.path == STDIN:
        return 0
    try:
        found = Path(source.path).stat()
    except (OSError, ValueError):
        return 0  # whoever opens it will say why
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _is_of_lines(source: Source, input_format: str) -> bool:
    if input_format == "auto":
        return SUFFIXES.get(os.path.splitext(source.path)[1].lower()) == "jsonl"  # noqa: PTH122 (cheap, for a million)
    return input_format == "jsonl"
