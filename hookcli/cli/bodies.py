"""Bodies in files: read as they are, byte for byte."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hookcli.errors import FileUnreadable

LONGEST_BODY = 100_000_000
"""Bytes; a longer body is no webhook."""


def read_body(path: str) -> bytes:
    """The exact bytes of a file, or of standard input for `-`.

    Raises:
        FileUnreadable: it cannot be read, or is longer than a webhook can be.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read(LONGEST_BODY + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(LONGEST_BODY + 1)
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be read: {error.strerror or error}.") from error
    if len(data) > LONGEST_BODY:
        raise FileUnreadable(f"{path}: is longer than {LONGEST_BODY:,} bytes, which no webhook is.")
    return data


def check_readable(path: str) -> None:
    """Look whether a file can be read, before anything is sent.

    Raises:
        FileUnreadable: it isn't there, or may not be read.
    """
    if path != "-" and not os.access(path, os.R_OK):
        why = "there is no such file" if not Path(path).exists() else "it may not be read"
        raise FileUnreadable(f"{path}: cannot be read: {why}.")
