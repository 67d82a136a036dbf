"""`--start` and `--wait`: an endpoint that is run while it is asked, and the wait until it answers."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import field
from typing import BinaryIO

import click

from hookcli.cli.console import Console
from hookcli.cli.interrupts import terminable
from hookcli.cli.options import together
from hookcli.cli.params import Seconds
from hookcli.dataclass import dataclass
from hookcli.errors import ApplicationUnusable, NeverReady
from hookcli.models import Attempt

PATIENCE = 30.0
"""Seconds that a command which was started has until its endpoint answers."""

_PAUSE = 0.1
"""Seconds between two looks at the endpoint."""

_FAREWELL = 5.0
"""Seconds that the command has to end by itself; then it is killed."""

_BUSY = (502, 503, 504)
"""What a proxy answers while nobody is behind it."""

_LAST_LINES = 20
_LAST_BYTES = 10_000

start_options = together(
    click.option("--start", metavar="CMD",
                 help="Run this, without a shell, while the endpoint is asked; then it is ended, with all that it has"
                      " started."),
    click.option("--wait", type=Seconds(), metavar="SECONDS",
                 help=f"Wait until the endpoint answers a GET, at most this long; {PATIENCE:g} with --start."),
)  # fmt: skip


@dataclass(slots=True)
class Started:
    """A command that runs for as long as it is needed; nothing of it where there is none.

    Args:
        command: as it was typed.
        process: what runs.
        said: what it writes, both streams.
    """

    command: str | None = None
    process: subprocess.Popen[bytes] | None = None
    said: BinaryIO | None = field(default=None, repr=False)

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        return None if self.process is None else self.process.poll()

    def tell(self, console: Console) -> None:
        """Say what it wrote last, for whoever looks for the cause of a finding."""
        if self.said is None:
            return
        self.said.seek(max(0, self.said.seek(0, os.SEEK_END) - _LAST_BYTES))
        lines = self.said.read().decode("utf-8", "replace").rstrip().splitlines()[-_LAST_LINES:]
        if lines:
            console.note("\n".join([f"what {self.command} wrote last:", *(f"  {line}" for line in lines)]))


@contextmanager
def started(
    command: str | None, wait: float | None, get: Callable[[], Attempt], url: str, console: Console
) -> Iterator[Started]:
    """Run a command, where there is one, and wait for the endpoint, where that was asked for or there is one.

    Args:
        command: is started without a shell.
        wait: seconds until the endpoint must have answered.
        get: asks the endpoint once, by a GET.
        url: of the endpoint, as it may be shown.
        console: is told what the command wrote, where it was for nothing.

    Raises:
        ApplicationUnusable: the command cannot be started, or would not be what is asked.
        NeverReady: the endpoint did not answer in time, or the command ended before it did.
    """
    if command is None:
        if wait is not None:
            _await(Started(), wait, get, url)
        yield Started()
        return
    words = _words(command)
    if _is_ready(get()):
        raise ApplicationUnusable(
            f"--start: something answers at {url} already, and it would be asked instead: end it, or leave --start out."
        )
    with terminable(), tempfile.TemporaryFile() as said:
        process = _start(words, said)
        one = Started(command, process, said)
        try:
            _await(one, PATIENCE if wait is None else wait, get, url)
        except NeverReady:
            one.tell(console)
            raise
        else:
            yield one
        finally:
            _end(process)


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise click.UsageError(f"--start: {error}.") from error
    if not words:
        raise click.UsageError("--start is empty; give a command.")
    return words


def _start(words: list[str], said: BinaryIO) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 (the user's own command)
            words, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise ApplicationUnusable(
            f"--start: {words[0]} cannot be started: {why}. It is run without a shell; for one, sh -c '...'."
        ) from error


def _await(one: Started, patience: float, get: Callable[[], Attempt], url: str) -> None:
    end = time.monotonic() + patience
    while not _is_ready(last := get()):
        if one.code is not None:
            raise NeverReady(f"--start: {one.command} ended with {one.code}, before {url} had answered.")
        if time.monotonic() > end:
            why = last.failure.reason if last.failure is not None else f"the answer is {last.status}."
            raise NeverReady(f"{url}: no answer within {patience:g} s; the last time, {why}")
        time.sleep(_PAUSE)


def _is_ready(attempt: Attempt) -> bool:
    """Whether somebody is there, whatever the answer to a GET."""
    if attempt.failure is not None:
        return not attempt.failure.unreachable
    return attempt.status not in _BUSY


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and what it has started: ask first, and insist."""
    for kind, patience in ((signal.SIGTERM, _FAREWELL), (getattr(signal, "SIGKILL", signal.SIGTERM), None)):
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(process.pid, kind)
            else:
                process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
