"""Whether a file is still the one that it was, and as it was, when it has been read."""

from __future__ import annotations

import os
import stat

from hookcli.capture.sources import STDIN, Source
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells a regular file apart, and one of its states from the next."""

    device: int
    inode: int
    size: int
    """Bytes."""
    changed: int
    """When it was written to, in ns."""


def stamp_of(source: Source) -> Stamp | None:
    """The stamp of a source; None of what is no regular file on this machine."""
    if source.fault is not None or source.url is not None or source.path == STDIN:
        return None
    try:
        found = os.stat(source.path)  # noqa: PTH116 (cheap, for a million)
    except (OSError, ValueError):
        return None  # whoever opens it will say why
    if not stat.S_ISREG(found.st_mode):
        return None
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def check_place(source: Source, before: Stamp | None) -> None:
    """Look whether what is to be read is still there.

    Raises:
        FileUnreadable: another file is in its place, or it became shorter.
    """
    now = stamp_of(source) if before is not None else None
    if before is None or now is None:
        return
    if (now.device, now.inode) != (before.device, before.inode):
        raise FileUnreadable("another file took its place while it was read; read it again")
    if now.size < before.size:
        sizes = f"from {before.size:,} bytes to {now.size:,}"
        raise FileUnreadable(f"it became shorter while it was read, {sizes}; read it again")


def check_rest(source: Source, before: Stamp | None, end: int | None) -> None:
    """Look, after a part of a file was read, whether it is still there; after its last part, whether that is all.

    Raises:
        FileUnreadable: it is not, or may not be.
    """
    is_last = before is not None and end == before.size
    (check_state if is_last else check_place)(source, before)


def check_state(source: Source, before: Stamp | None) -> None:
    """Look whether what was read is all that is there now.

    Raises:
        FileUnreadable: it is not, or may not be.
    """
    check_place(source, before)
    now = stamp_of(source) if before is not None else None
    if before is None or now is None or now == before:
        return
    if now.size > before.size:
        sizes = f"from {before.size:,} bytes to {now.size:,}"
        raise FileUnreadable(f"it grew while it was read, {sizes}: what was added may be missing; read it again")
    raise FileUnreadable("it was written to while it was read; read it again")
