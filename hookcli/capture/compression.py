"""Files that are compressed, read as what is in them, a little at a time.

`.gz` is read by isal where it is installed, which is three times as fast as the standard library; `.zst` by Python 3.14
or backports.zstd.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO, cast

from hookcli.errors import FileUnreadable

_BUFFER = 1 << 18


def _open_gzip(file: BinaryIO) -> BinaryIO:
    try:
        module = import_module("isal.igzip")  # late, as all of them: most files are not compressed
    except ImportError:
        module = import_module("gzip")
        return cast("BinaryIO", module.GzipFile(fileobj=file))
    return cast("BinaryIO", module.IGzipFile(fileobj=file))


def _open_zstd(file: BinaryIO) -> BinaryIO:
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return cast("BinaryIO", import_module(name).ZstdFile(file))
        except ImportError:
            continue
    raise FileUnreadable("it is compressed with zstd; `pip install 'hookcli[archives]'` brings what reads it")


COMPRESSIONS: dict[str, Callable[[BinaryIO], BinaryIO]] = {".gz": _open_gzip, ".zst": _open_zstd}
"""A file name's last ending -> what reads such a file."""


MAGICS = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
"""How a compressed file starts (RFC 1952, RFC 8878) -> the ending that its name should have."""


def compression_of(file: BinaryIO) -> str | None:
    """The ending that a file's name should have, by how it goes on; None where it is not compressed."""
    peek = getattr(file, "peek", None)  # what is buffered can be looked at without taking it
    head = b"" if peek is None else peek(4)
    return next((suffix for magic, suffix in MAGICS.items() if head.startswith(magic)), None)


class Decompressed(io.RawIOBase):
    """What is in a compressed file. Where it cannot be read on, it ends, and `fault` says why.

    Args:
        file: the compressed bytes.
        suffix: one of `COMPRESSIONS`.

    Raises:
        FileUnreadable: what reads such files is not installed.
    """

    def __init__(self, file: BinaryIO, suffix: str) -> None:
        self._file = file
        self._inner = COMPRESSIONS[suffix](file)
        self.fault: str | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """The next bytes."""
        view = memoryview(cast("bytearray", buffer))
        if self.fault is not None:
            return 0
        try:
            data = self._inner.read(len(view))
        except EOFError:
            self.fault = "it is cut short: the end of the compressed data is missing"
        except Exception as error:
            if isinstance(error, MemoryError):
                raise
            is_damage = not isinstance(error, OSError) or type(error).__name__ == "BadGzipFile"
            what = "its compressed data is damaged" if is_damage else "it cannot be read on"
            self.fault = f"{what}: {getattr(error, 'strerror', None) or error}"
        else:
            view[: len(data)] = data
            return len(data)
        return 0

    def close(self) -> None:
        """Close the file, too."""
        if not self.closed:
            self._inner.close()
            self._file.close()
        super().close()


def decompressed(file: BinaryIO, suffix: str) -> io.BufferedReader:
    """The same as a stream with lines; its `raw` is a `Decompressed`."""
    return io.BufferedReader(Decompressed(file, suffix), _BUFFER)


def is_decompressed(file: BinaryIO) -> bool:
    """Whether a file is read as what is in it."""
    return isinstance(getattr(file, "raw", None), Decompressed)


def fault_of(file: BinaryIO) -> str | None:
    """Why a file could not be read to its end, where it was compressed; None where there is no reason."""
    raw = getattr(file, "raw", None)
    return raw.fault if isinstance(raw, Decompressed) else None
