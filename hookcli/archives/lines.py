"""Whole lines of JSON Lines, a piece of a file at a time, whatever their number and length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from hookcli.capture.compression import fault_of

BLOCK = 1 << 18
"""Bytes of lines that are held at once, about: they stay in the processor's cache, and cost no new pages."""

_SKIP = 1 << 20
"""Bytes that are looked through at once for the end of a line."""


def blocks_between(file: BinaryIO, start: int, end: int, longest: int, size: int = BLOCK) -> Iterator[bytes]:
    """The lines that start in a range of bytes, whole, in blocks; so that the ranges of a file have each line once.

    Args:
        file: can be sought in.
        start: the offset at which the range starts, in bytes.
        end: that at which it ends.
        longest: of a line that is longer, only the start is there, one byte more than this.
        size: of a block, in bytes, about.
    """
    at = _next_line(file, start, end)
    while at < end and (data := file.read(min(size, end - at))):
        data = _completed(data, file, longest)
        yield data
        if not data.endswith(b"\n"):
            _skip_line(file, end)
        at = file.tell()


def _completed(data: bytes, file: BinaryIO, longest: int) -> bytes:
    """The same bytes through the end of their last line, or one byte more of it than is allowed."""
    if data.endswith(b"\n"):
        return data
    last = len(data) - (data.rfind(b"\n") + 1)
    return data + file.readline(max(0, longest + 1 - last))


def _next_line(file: BinaryIO, start: int, end: int) -> int:
    """The offset of the first line that starts in the range, where the file is then; its end, where there is none."""
    if start == 0:
        return 0
    at = start - 1
    file.seek(at)
    while at < end:
        piece = file.read(min(_SKIP, end - at))
        found = piece.find(b"\n")
        if found >= 0:
            file.seek(at + found + 1)
            return at + found + 1
        if not piece:
            break
        at += len(piece)
    return end


def blocks_of(file: BinaryIO, longest: int, size: int = BLOCK) -> Iterator[bytes]:
    """What a stream holds, from where it is to its end, in blocks of whole lines; see `blocks_between`.

    Where it is compressed and cannot be read to its end, what there is of the last line is left out.
    """
    while data := file.read(size):
        data = _completed(data, file, longest)
        if not data.endswith(b"\n") and fault_of(file):
            data = data[: data.rfind(b"\n") + 1]
            if data:
                yield data
            return
        yield data
        if not data.endswith(b"\n"):
            _skip_line(file)


def _skip_line(file: BinaryIO, end: int | None = None) -> None:
    """Pass over the rest of a line that is too long, as far as an offset."""
    while (end is None or file.tell() < end) and (part := file.readline(_SKIP)) and not part.endswith(b"\n"):
        pass
