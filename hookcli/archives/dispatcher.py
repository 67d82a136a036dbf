"""Batches on their way to the workers of a cluster, few of them at a time; results in their order."""

from __future__ import annotations

import os
import pickle
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from hookcli.archives.builds import Build, build, difference
from hookcli.archives.engines import Batch
from hookcli.archives.errands import FOUND, UNSEEN, Answer, Sight, errand_for, has_changed, unlikeness
from hookcli.dataclass import dataclass
from hookcli.errors import ClusterUnreachable, WorkerLost, WorkerUnlike

if TYPE_CHECKING:
    from distributed import Client, Future, KilledWorker

R = TypeVar("R")

_WAITING = 4
"""Batches for each thread of the workers, at work or waiting for it or for their turn."""

_HELD = 64_000_000
"""Bytes of batches that are under way, about: some hold lines that had to be read before."""

_TURN = 1.0
"""Seconds for which an answer is waited for until it is looked whether there is still somebody who works."""

_LONGEST_WAY = 64.0
"""Seconds for which an answer is waited for that is on its way: the time doubles, as it starts anew each time."""

_NAMED = 3
"""Workers that a message names."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A batch that a worker has, or will have."""

    batch: Batch
    head: bytes | None
    """See `errands.head_of`."""
    size: int
    """Bytes that are under way."""
    future: Future[Answer]


class Dispatcher(Generic[R]):
    """Has batches judged by whoever is there.

    Args:
        client: is connected.
        where: the cluster, for messages.
        work: what is called with each batch; it can be pickled, as what it finds can.
        patience: seconds until a cluster without workers is given up.
    """

    def __init__(self, client: Client, where: str, work: Callable[[Batch], Iterable[R]], patience: float) -> None:
        self._client = client
        self._where = where
        self._work = work
        self._packed = pickle.dumps(work)
        self._patience = patience
        self._name = f"hookcli-{uuid.uuid4().hex}"  # of this run alone: no answer is ever another run's
        self._waiting: deque[Batch | _Sent] = deque()
        self._held = 0

    def found(self, batches: Iterable[Batch], is_apart: Callable[[Batch], bool]) -> Iterator[R]:
        """What is found in each batch, in their order.

        Args:
            batches: are taken one by one, as workers become free.
            is_apart: whether a batch is to be judged in this process, its results one by one.

        Raises:
            ClusterUnreachable: the scheduler does not answer any longer, or has no workers.
            WorkerUnlike: a worker has another hookcli, or does not see the files.
            WorkerLost: workers were ended over a batch.
        """
        most = since = 0
        for number, batch in enumerate(batches):
            if since >= most:  # workers come and go
                most, since = max(1, self._threads()) * _WAITING, 0
            since += 1
            self._waiting.append(batch if is_apart(batch) else self._sent(batch, number))
            while len(self._waiting) >= most or self._held >= _HELD:
                yield from self._next()
        while self._waiting:
            yield from self._next()

    def _sent(self, batch: Batch, number: int) -> _Sent:
        errand = errand_for(self._packed, batch)
        key = f"{self._name}-{number}"
        future = self._client.submit(pickle.loads, pickle.dumps(errand), key=key, pure=False)
        self._held += len(errand.batch)
        return _Sent(batch, errand.head, len(errand.batch), future)

    def _next(self) -> Iterable[R]:
        one = self._waiting.popleft()
        if not isinstance(one, _Sent):
            return self._work(one)
        kind, value = self._answer(one.future)
        self._held -= one.size
        if kind == FOUND:
            one.future.release()
            found: list[R] = pickle.loads(value)  # noqa: S301 (a scheduler is trusted, and so are its workers)
            return self._work(one.batch) if has_changed(one.batch) else found
        if kind == UNSEEN:
            return self._found_instead(one, value)
        raise WorkerUnlike(self._unlike() or f"a worker of {self._where} has {difference(value, build())}.")

    def _found_instead(self, sent: _Sent, sight: Sight) -> Iterable[R]:
        """What is found here in files that changed after they were cut; what a worker alone does not see is said."""
        if unlikeness(sent.batch, sent.head):
            return self._work(sent.batch)
        path, why = sight
        (workers,) = self._client.who_has([sent.future]).values()
        remedy = "Keep it where all workers see it under the same path"
        if not os.path.isabs(path):  # noqa: PTH117 (a path may be a URL)
            remedy += f", and name it by its whole path ({os.path.abspath(path)})"  # noqa: PTH100
        who = f"worker {', '.join(workers)}" if workers else f"a worker of {self._where}"
        raise WorkerUnlike(f"{path}: {who} does not see this file as it is here: {why}. {remedy}.")

    def _answer(self, future: Future[Answer]) -> Answer:
        """The answer when it has come."""
        from distributed import CancelledError, KilledWorker
        from distributed import TimeoutError as TimedOut

        idle, way = 0.0, _TURN
        while True:
            try:
                fault = future.exception(timeout=_TURN)
                if fault is None:
                    way = min(2 * way, _LONGEST_WAY)
                    answer: Answer = future.result(timeout=way)
                    return answer
            except TimedOut:
                idle = 0.0 if self._threads() else idle + _TURN
                if idle >= self._patience:
                    raise ClusterUnreachable(self._deserted()) from None
                continue
            except (CancelledError, OSError) as error:
                raise ClusterUnreachable(self._gone()) from error
            if isinstance(fault, CancelledError):
                raise ClusterUnreachable(self._gone()) from fault
            if isinstance(fault, KilledWorker):
                raise WorkerLost(_killed(fault)) from fault
            if isinstance(fault, (ImportError, AttributeError)) and (unlike := self._unlike()):
                raise WorkerUnlike(unlike) from fault
            raise fault

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except (OSError, RuntimeError) as error:  # RuntimeError: the client was closed, for want of a scheduler
            raise ClusterUnreachable(self._gone()) from error

    def _unlike(self) -> str:
        """Which workers have something else, and what; nothing where all have the same."""
        there: dict[str, Build | Exception] = self._client.run(build, on_error="return")
        said = [f"worker {address} has {_told(one)}" for address, one in there.items() if one != build()]
        if not said:
            return ""
        more = f"; and {len(said) - _NAMED:,} more" if len(said) > _NAMED else ""
        return f"{'; '.join(said[:_NAMED])}{more}. Install there what is here, and start the workers again."

    def _gone(self) -> str:
        return f"{self._where}: the scheduler went away before all was judged. Run this again when it is back."

    def _deserted(self) -> str:
        return (
            f"{self._where}: there has been no worker for {self._patience:g} s. Start some (`dask worker "
            "ADDRESS --nthreads 1`), and run this again."
        )


def _told(one: Build | Exception) -> str:
    return f"no hookcli that it can load ({one})" if isinstance(one, Exception) else difference(one, build())


def _killed(fault: KilledWorker) -> str:
    return (
        f"worker {fault.last_worker.address}, and {fault.allowed_failures} before it, were ended over the same files, "
        "perhaps for want of memory: give workers more, or let --engine local judge."
    )
