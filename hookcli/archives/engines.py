"""Who works through an archive: this process where there is little to do, else several, or a cluster."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from hookcli.archives.pieces import RANGE, Piece, batched
from hookcli.archives.pool import found_in_parallel
from hookcli.dataclass import dataclass

if TYPE_CHECKING:
    from hookcli.archives.cluster import Cluster

R = TypeVar("R")

Batch = tuple[Piece, ...]

_FAR = 4 * RANGE
"""Bytes of a batch for a cluster: on its way there and back each takes some milliseconds of three processes."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Who works, and how many."""

    jobs: int
    """Processes of this machine."""
    cluster: Cluster | None = None
    """Where they, or others, take their work from; None where it is from this process."""

    def found(self, work: Callable[[Batch], Iterable[R]], pieces: Iterable[Piece]) -> Iterator[R]:
        """What a function finds in pieces, in their order.

        Args:
            work: is called with some pieces at a time; it can be pickled, as what it finds can.
            pieces: are taken one by one, as they are come to.

        Raises:
            WorkerLost: a process was ended from outside.
            HookcliError: others, of a cluster; see there.
        """
        batches = batched(pieces, RANGE if self.cluster is None else _FAR)
        if self.jobs > 1 or self.cluster is not None:
            first = list(itertools.islice(batches, self.jobs))  # no more processes than there are batches
            batches = itertools.chain(first, batches)
            if self.cluster is not None:
                return self.cluster.found(work, batches, max(1, len(first)), _is_apart)
            if len(first) > 1:
                is_threaded = any(piece.source.url is not None for batch in first for piece in batch)
                return found_in_parallel(work, batches, len(first), _is_apart, is_threaded=is_threaded)
        return itertools.chain.from_iterable(map(work, batches))


def _is_apart(batch: Batch) -> bool:
    return batch[0].is_apart
