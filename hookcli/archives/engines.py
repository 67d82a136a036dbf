"""Who works through an archive: this process where there is little to do, else several."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from hookcli.archives.pieces import Piece, batched
from hookcli.archives.pool import found_in_parallel
from hookcli.dataclass import dataclass

R = TypeVar("R")

Batch = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """Who works, and how many."""

    jobs: int
    """Processes of this machine."""

    def found(self, work: Callable[[Batch], Iterable[R]], pieces: Iterable[Piece]) -> Iterator[R]:
        """What a function finds in pieces, in their order.

        Args:
            work: is called with some pieces at a time; it can be pickled, as what it finds can.
            pieces: are taken one by one, as they are come to.

        Raises:
            WorkerLost: a process was ended from outside.
        """
        batches = batched(pieces)
        if self.jobs > 1:
            first = list(itertools.islice(batches, self.jobs))  # no more processes than there are batches
            batches = itertools.chain(first, batches)
            if len(first) > 1:
                is_threaded = any(piece.source.url is not None for batch in first for piece in batch)
                return found_in_parallel(
                    work, batches, len(first), lambda batch: batch[0].is_apart, is_threaded=is_threaded
                )
        return itertools.chain.from_iterable(map(work, batches))
