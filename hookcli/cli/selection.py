"""Which captures are meant, out of a store or a file of exported ones; and what a command line calls them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import click

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


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a command line that name captures and an endpoint."""

    ids: tuple[range, ...]
    url: str

    @staticmethod
    def of(words: Sequence[range | str]) -> Words:
        """The words sorted out.

        Raises:
            click.UsageError: there is no URL, or more than one.
        """
        ids = tuple(word for word in words if isinstance(word, range))
        urls = [word for word in words if isinstance(word, str)]
        if len(urls) > 1:
            raise click.UsageError("give one URL; captures are named by their numbers: 3, 5-7.")
        if not urls:
            port = next((each.start for each in ids if len(each) == 1 and 80 <= each.start < 65_536), 8000)
            raise click.UsageError(
                f"give a URL to send to. A bare number is that of a capture; a port is written :{port} or {port}/hook."
            )
        return Words(ids, urls[0])
