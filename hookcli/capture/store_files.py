"""The file of a store: made for its owner's eyes alone, and found again after a power cut."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from hookcli.errors import StoreUnusable

LOCK = "-lock"
"""What the name of the file ends in by which a `listen` claims a store."""


def make_file(path: str, *, is_ours: bool = True) -> None:
    """See to it that there is a file, and that its owner alone may read it, unless it was there and may not be ours."""
    file = Path(path)
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if is_ours:
            hide(file)
    except OSError as error:
        raise StoreUnusable(
            f"{path.removesuffix(LOCK)}: the store cannot be made: {error.strerror or error}. Make its folder, or name "
            "another file with --store."
        ) from error


def hide(file: Path) -> None:
    """See to it that its owner alone may read a file."""
    if os.name == "posix" and file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        with suppress(OSError):
            file.chmod(0o600)


def check_path(path: str, *, exists: bool) -> None:
    """See to it that a path may be that of a store.

    Raises:
        StoreUnusable: it is a folder's; or there is nothing, where it is to be there.
    """
    if Path(path).is_dir():
        raise StoreUnusable(f"{path}: is a folder, not a store of captures; name a file with --store.")
    if exists and not Path(path).exists():
        raise StoreUnusable(
            f"{path}: there is no store of captures; `hookcli listen` makes one, --store names another."
        )


def keep_entry(path: str) -> None:
    """See to it that a new file is found in its folder after a power cut; SQLite does that for its log alone."""
    if os.name == "posix":
        folder = os.open(Path(path).absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
