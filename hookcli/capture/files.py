"""Files and standard input, opened as what is in them, and how much of one is held in memory."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO

from hookcli.capture.compression import compression_of, decompressed
from hookcli.capture.remotes import opened_at
from hookcli.capture.sources import COMPRESSED, STDIN, Source, reason
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable
from hookcli.models import Capture, Violation


@dataclass(frozen=True, slots=True)
class Limits:
    """What is held in memory at once, in bytes."""

    text: int = 200_000_000
    """The largest JSON text, which is read whole."""
    whole: int = 16_000_000
    """The largest list, or HTTP Archive, that is read whole; of a larger one each item is read alone."""
    line: int = 100_000_000
    """The longest line of JSON Lines."""


LIMITS = Limits()


def unreadable(path: str, why: str) -> Capture:
    """What stands for a source that cannot be read, or not on."""
    return Capture(path, 0, 1, unreadable=Violation(None, None, why, 1, 1))


def opened(source: Source, stdin: BinaryIO | None = None) -> AbstractContextManager[BinaryIO]:
    """A file, or standard input, to read from.

    Args:
        source: a file, here or on the network, or standard input.
        stdin: what `-` stands for; the process's standard input by default.

    Raises:
        FileUnreadable: it cannot be opened, or is neither a file nor a pipe.
    """
    path = source.path
    if path == STDIN:
        if stdin is None and sys.stdin is None:
            raise FileUnreadable("standard input is closed")
        stream = stdin or sys.stdin.buffer
        suffix = compression_of(stream)
        return nullcontext(stream if suffix is None else decompressed(stream, suffix))
    file = opened_at(source.url) if source.url is not None else _opened_here(path)
    try:
        suffix = os.path.splitext(path)[1].lower() if path.lower().endswith(COMPRESSED) else compression_of(file)  # noqa: PTH122 (cheap, for a million)
        return file if suffix is None else decompressed(file, suffix)
    except (FileUnreadable, OSError):
        file.close()
        raise


def _opened_here(path: str) -> BinaryIO:
    try:
        file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 (Path.open takes no opener; closed by read)
    except (OSError, ValueError) as error:
        raise FileUnreadable(reason(error)) from error
    mode = os.fstat(file.fileno()).st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        file.close()
        raise FileUnreadable(reason(OSError(errno.ENXIO, path)))
    return file


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for somebody to write into a named pipe."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(descriptor, True)
    return descriptor
