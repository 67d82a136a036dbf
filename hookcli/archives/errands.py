"""Batches that are judged by a process of another machine: what is sent, what is done there, and what comes back.

An errand is bytes that are done when they are unpickled: whoever passes them on needs no hookcli. Before both sides are
known to be the same, only plain values cross the way there and back.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeAlias

from hookcli.archives.builds import Build, build
from hookcli.archives.engines import Batch
from hookcli.archives.pieces import Piece
from hookcli.capture.files import opened
from hookcli.capture.stamps import check_rest, stamp_of
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable

FOUND, UNLIKE, UNSEEN = "found", "unlike", "unseen"

Answer: TypeAlias = "tuple[str, Any]"
"""`FOUND` and the results, pickled; `UNLIKE` and the build that is there; `UNSEEN` and a `Sight`."""

Sight: TypeAlias = "tuple[str, str]"
"""A file, and what is wrong with it, seen from where one is; of plain words."""

_HEAD = 4096
"""Bytes by which a file is known: payloads have a number or a moment in them."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A batch to be judged; unpickled it is the answer."""

    work: bytes
    """The function that is called with the batch, pickled."""
    batch: bytes
    """Some pieces, pickled."""
    build: Build
    """What the answer is to be found with."""
    head: bytes | None
    """See `head_of`."""

    def __reduce__(self) -> tuple[Callable[..., Answer], tuple[Any, ...]]:
        return answer, (self.work, self.batch, self.build, self.head)


def errand_for(work: bytes, batch: Batch) -> Errand:
    """What is to be sent.

    Args:
        work: the function, pickled.
        batch: some pieces.
    """
    return Errand(work, pickle.dumps(batch), build(), head_of(batch))


def answer(work: bytes, batch: bytes, wanted: Build, head: bytes | None) -> Answer:
    """Do what an errand says, where it was sent to: nothing is judged by another hookcli, nor of other files."""
    if build() != wanted:
        return UNLIKE, build()
    pieces = pickle.loads(batch)  # noqa: S301 (who can send an errand can run anything here anyway)
    sight = unlikeness(pieces, head)
    return (UNSEEN, sight) if sight else (FOUND, pickle.dumps(list(_loaded(work)(tuple(map(_as_here, pieces))))))


@functools.lru_cache(maxsize=1)
def _loaded(work: bytes) -> Callable[[Any], Iterable[Any]]:
    made: Callable[[Any], Iterable[Any]] = pickle.loads(work)  # noqa: S301 (as above)
    return made


def unlikeness(batch: Batch, head: bytes | None) -> Sight | None:
    """The first file of a batch that is not here as it is where it was cut, and why not; None where all are.

    One that has grown is told of by whoever judges it.
    """
    for piece in filter(_is_of_a_file, batch):
        stamp = stamp_of(piece.source)
        if stamp is None:
            return piece.source.path, "there is no such file, or it may not be read"
        if stamp.size < (piece.stamp.size if piece.stamp else piece.size):
            return piece.source.path, f"it has {stamp.size:,} bytes"
    return (batch[0].source.path, "other bytes are in it") if head_of(batch) != head else None


def has_changed(batch: Batch) -> bool:
    """Whether a file of a batch is not what it was when it was cut, so that whoever judges it here will say so."""
    try:
        for piece in batch:
            check_rest(piece.source, piece.stamp, piece.end)
    except FileUnreadable:
        return True
    return False


def head_of(batch: Batch) -> bytes | None:
    """What tells the first file of a batch from others of its name; None where it is no file, or cannot be read."""
    piece = batch[0]
    if not _is_of_a_file(piece) or not stamp_of(piece.source):
        return None
    try:
        with opened(piece.source) as file:
            file.seek(piece.start)
            return hashlib.blake2b(file.read(min(_HEAD, piece.size)), digest_size=16).digest()
    except (FileUnreadable, OSError):
        return None


def _is_of_a_file(piece: Piece) -> bool:
    """Whether its bytes are still to be read from a file of the machine."""
    return piece.data is None and piece.size > 0 and piece.source.url is None


def _as_here(piece: Piece) -> Piece:
    """The same piece, of a file that has another stamp on each machine."""
    stamp = stamp_of(piece.source) if piece.stamp else None
    if stamp is None or piece.stamp is None:
        return piece
    is_as_long = stamp.size == piece.stamp.size
    return replace(piece, stamp=stamp if is_as_long else replace(piece.stamp, device=stamp.device, inode=stamp.inode))
