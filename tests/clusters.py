"""A Dask cluster of processes on loopback, and what its workers may be told to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hookcli.archives.doubts import Verdicts
from hookcli.archives.engines import Batch
from hookcli.archives.judging import judge_piece
from hookcli.archives.reading import Reading
from hookcli.schema import catalog
from hookcli.validation import validate


@dataclass(frozen=True)
class Running:
    """A cluster that is ready."""

    address: str
    scheduler: subprocess.Popen[str]
    workers: list[subprocess.Popen[str]]


@contextmanager
def dask(*words: str, until: str, folder: Path, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`dask ...` in a folder as soon as it says something, and the line in which it does."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # it takes twice as long
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words, "--no-dashboard"],
        cwd=folder, env={**env, **more}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        yield process, next(line for line in process.stderr if until in line)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def worker(address: str, folder: Path, at: Path | None, **more: str) -> Any:
    """A worker that has one thread, and nobody who starts it again; what the tests may import it may, too."""
    folder.mkdir(exist_ok=True)
    words = f"worker {address} --nthreads 1 --no-nanny --host 127.0.0.1 --local-directory".split()
    path = {"PYTHONPATH": str(Path(__file__).parent)}
    return dask(*words, str(folder), until="Registered to:", folder=at or folder, **{**path, **more})


@contextmanager
def cluster(
    folder: Path, *workers: dict[str, str], at: Path | None = None, protocol: str = "tcp", **more: str
) -> Iterator[Running]:
    """A scheduler, and a worker for each environment, each in a folder of its own or all in one."""
    words = f"scheduler --host 127.0.0.1 --port 0 --protocol {protocol}".split()
    with dask(*words, until="Scheduler at:", folder=folder, **more) as (first, line), ExitStack() as stack:
        address = line.split()[-1]
        starting = [worker(address, folder / str(number), at, **env) for number, env in enumerate(workers)]
        started: list[subprocess.Popen[str]] = []
        threads = [threading.Thread(target=lambda one=one: started.append(one.__enter__()[0])) for one in starting]
        for thread, one in zip(threads, starting, strict=True):
            thread.start()
            stack.push(one)
        for thread in threads:
            thread.join()
        yield Running(address, first, started)


def is_gone(group: int) -> bool:
    """Whether nothing runs in a group of processes any more; who is dead is in it until somebody has looked."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def verdicts(batch: Batch) -> list[Any]:
    """All that is found in some pieces."""
    one = Verdicts(partial(validate, find_schema=catalog.find_event, events=catalog.event_names()))
    return [found for piece in batch for found in judge_piece(piece, Reading(), one)]


@dataclass(frozen=True)
class Stumbling:
    """Finds the same; but whoever comes to a batch first, of those that hold a file, is killed over it."""

    name: str
    marks: str
    """A folder; there is a file in it for each time."""
    times: int = 1

    def __call__(self, batch: Batch) -> list[Any]:
        seen = len(list(Path(self.marks).iterdir()))
        if seen < self.times and any(piece.source.path.endswith(self.name) for piece in batch):
            Path(self.marks, str(seen)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return verdicts(batch)


@dataclass(frozen=True)
class Ending:
    """Ends a process instead of any work."""

    process: int

    def __call__(self, batch: Batch) -> list[Any]:
        os.kill(self.process, signal.SIGKILL)
        return []
