"""Which captures are meant, out of a store or a file of exported ones."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from hookcli.capture.exported import lets_through, read_exported
from hookcli.capture.filters import Filter
from hookcli.capture.store import MAGIC, Store
from hookcli.cli.store_options import FilterOptions, check_numbers
from hookcli.dataclass import dataclass
from hookcli.errors import CaptureUnknown, FileUnreadable
from hookcli.models import Arrival

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Selection:
    """Captures that are meant."""

    total: int
    arrivals: Iterator[Arrival]
    """Whole, in the order of their arrival; of a file in its own order."""


@contextmanager
def selected(path: Path, ids: Sequence[range], wanted: FilterOptions) -> Iterator[Selection]:
    """The captures in a store, or in a file of exported ones, that are meant.

    What comes into the store from now on is none of them: a replay to the receiver that keeps them has an end.

    Args:
        path: a store, a file as `hookcli captures export` writes it, or `-` for one on standard input.
        ids: the captures' numbers; all for none.
        wanted: what else must hold of them.

    Raises:
        StoreUnusable: the store cannot be used.
        FileUnreadable: the file cannot be read, or holds something else.
        CaptureUnknown: one that was named by its own number is not there.
    """
    if _is_store(path):
        with Store(path) as store:
            yield _in_store(store, ids, wanted)
    else:
        with _opened(path) as file:
            yield _in_file(file, path, ids, wanted)


def _is_store(path: Path) -> bool:
    """Whether it is one, or something of which a store says best what is wrong with it."""
    if str(path) == STDIN or not path.exists() or path.is_dir() or not path.is_file():
        return str(path) != STDIN and not path.is_fifo()
    with _opened(path) as file:
        head = file.read(len(MAGIC)).lstrip()
    return bool(head) and not head.startswith(b"{")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """A file that can be read more than once; a stream is kept in one meanwhile."""
    if str(path) == STDIN and sys.stdin is None:
        raise FileUnreadable("-: standard input is closed.")
    try:
        if str(path) != STDIN and path.is_file():
            with path.open("rb") as file:
                yield file
            return
        with TemporaryFile() as kept:
            with sys.stdin.buffer if str(path) == STDIN else path.open("rb") as stream:
                shutil.copyfileobj(stream, kept)
            kept.seek(0)
            yield kept
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be read: {error.strerror or error}.") from error


def _in_store(store: Store, ids: Sequence[range], wanted: FilterOptions) -> Selection:
    check_numbers(store, ids)
    beyond = store.last_id() + 1
    filters = [replace(each, before=min(each.before or beyond, beyond)) for each in wanted.filters(ids)]
    found = (arrival for each in filters for arrival in store.find(each, newest_first=False, whole=True))
    return Selection(sum(map(store.count, filters)), found)


def _in_file(file: BinaryIO, path: Path, ids: Sequence[range], wanted: FilterOptions) -> Selection:
    """The whole file is read before anything is sent: a line that is no capture must not be found half-way."""
    filters = wanted.filters(ids)
    missing = {each.start for each in ids if len(each) == 1}
    total = 0
    for arrival in read_exported(file, str(path)):
        missing.discard(arrival.id)
        total += _is_meant(arrival, filters)
    if missing:
        raise CaptureUnknown(f"{path}: has no capture {min(missing)}.")
    file.seek(0)
    return Selection(total, (each for each in read_exported(file, str(path)) if _is_meant(each, filters)))


def _is_meant(arrival: Arrival, filters: list[Filter]) -> bool:
    return any(lets_through(each, arrival) for each in filters)
