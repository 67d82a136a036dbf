"""A Dask cluster: that of a scheduler somewhere, or one of processes of this machine."""

from __future__ import annotations

import logging
import signal
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeVar

from hookcli.archives.dispatcher import Dispatcher
from hookcli.archives.engines import Batch
from hookcli.dataclass import dataclass
from hookcli.errors import ClusterUnreachable, EngineMissing

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

R = TypeVar("R")

_NO_PAGES: dict[str, list[str]] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
"""What has distributed serve nothing over HTTP, in a cluster that is started here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where the work is done."""

    address: str | None = None
    """The scheduler's, as `tcp://10.0.0.5:8786`; None for processes of this machine."""
    deadline: float = 10.0
    """Seconds for a connection."""
    patience: float = 30.0
    """Seconds until a cluster without workers is given up."""

    def found(
        self,
        work: Callable[[Batch], Iterable[R]],
        batches: Iterable[Batch],
        jobs: int,
        is_apart: Callable[[Batch], bool],
    ) -> Iterator[R]:
        """What a function finds in each batch, in their order.

        Args:
            work: can be pickled, as what it finds can.
            batches: are taken one by one, as workers become free.
            jobs: processes, where they are of this machine.
            is_apart: whether a batch is to be judged in this process, its results one by one.

        Raises:
            EngineMissing: distributed is not installed.
            ClusterUnreachable: the scheduler does not answer, or not any longer, or has no workers.
            WorkerUnlike: a worker has another hookcli, or does not see the files.
            WorkerLost: workers were ended over a batch.
        """
        with self._connected(jobs) as client:
            where = self.address or "the cluster on this machine"
            yield from Dispatcher(client, where, work, self.patience).found(batches, is_apart)

    @contextmanager
    def _connected(self, jobs: int) -> Iterator[Client]:
        try:
            import dask.config
            from distributed import Client  # late: half a second, and few need it
        except ImportError as error:
            raise EngineMissing(
                "--engine dask needs a library that is not installed: pip install 'hookcli[cluster]'."
            ) from error
        _silence()
        with ExitStack() as stack:
            settings = {"distributed.comm.timeouts.connect": f"{self.deadline}s", **_NO_PAGES}
            stack.enter_context(dask.config.set(settings))
            where = self.address or stack.enter_context(_processes(jobs))
            try:
                client = Client(where, timeout=self.deadline, set_as_default=False)
            except (OSError, ValueError, TypeError) as error:
                raise ClusterUnreachable(self._unreached(error)) from error
            yield stack.enter_context(client)

    def _unreached(self, error: Exception) -> str:
        if isinstance(error, TypeError) and "TLS" in str(error):
            return (
                f"{self.address}: tls:// needs certificates; name them in Dask's configuration: distributed.comm.tls."
            )
        if isinstance(error, ValueError):
            return f"{self.address}: is no address of a scheduler: {error}."
        return (
            f"{self.address}: no Dask scheduler answered within {self.deadline:g} s. Are address and port right, and "
            "does `dask scheduler` run there?"
        )


def _processes(jobs: int) -> LocalCluster:
    """A cluster in processes of this machine, on loopback; by TLS, so that no other user can have it run something."""
    from distributed import LocalCluster

    with _unheard(signal.SIGINT):
        return LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            security=True,
            silence_logs=logging.CRITICAL,
            memory_limit=0,
        )


@contextmanager
def _unheard(number: signal.Signals) -> Iterator[None]:
    """A signal waits until the end of the block; threads and processes that are started in it never get it.

    A terminal sends Ctrl-C to every process, and it is this one's to end the others.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # whoever starts it, as multiprocessing does, hears all signals from then on
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _silence() -> None:
    """What goes wrong is said in our words: distributed tells of it too, at length, whenever it comes to it."""
    for name in ("distributed", *(each for each in logging.root.manager.loggerDict if each.startswith("distributed."))):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    for name in ("tornado", "tornado.application", "tornado.general", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module=r"(distributed|dask|tornado)\b")
