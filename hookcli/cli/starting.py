"""`--start` and `--wait`: an endpoint that is run while it is asked, and the wait until it answers."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import field
from typing import BinaryIO
from urllib.parse import urlsplit

import click

from hookcli.cli.console import Console
from hookcli.cli.interrupts import terminable
from hookcli.cli.options import together, words_of
from hookcli.cli.params import Seconds
from hookcli.dataclass import dataclass
from hookcli.errors import ApplicationUnusable, HookcliError, NeverReady
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
_LAST_CHARACTERS = 10_000
_LAST_BYTES = 65_536
"""What is looked through for secrets, so that none is shown in part because its start was cut off."""

_FOR_A_SHELL = re.compile(r"&&?|\|\|?|;|.*[^\\];|\d?[<>].*|.*\$[\w({].*|~/.*")
"""A word that means something else to a shell."""

_LOOPBACK = {"127.0.0.1": "::1", "localhost": "::1", "::1": "127.0.0.1"}
"""Where else an endpoint may be that is not where it was looked for."""

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
        if self.said is None or self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_PAUSE)  # what has crashed may be in the midst of it
        self.said.seek(max(0, self.said.seek(0, os.SEEK_END) - _LAST_BYTES))
        text = console.redact(self.said.read().decode("utf-8", "replace")).rstrip()[-_LAST_CHARACTERS:]
        lines = text.splitlines()[-_LAST_LINES:]
        if lines:
            console.note("\n".join([f"what {self.command} wrote last:", *(f"  {line}" for line in lines)]))

    @contextmanager
    def telling(self, console: Console) -> Iterator[None]:
        """Within the block an error comes with what was written last."""
        try:
            yield
        except HookcliError:
            self.tell(console)
            raise

    def warn_of_end(self, console: Console) -> None:
        """Say so where it has ended while the endpoint was asked: what has answered then, and does it still run?"""
        if self.code is not None:
            left = "" if self.code else " What it has put into the background may run on: keep it in the foreground."
            console.warn(f"--start: {self.command} {_ending(self.code)} while the endpoint was asked.{left}")


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
    words = words_of(command, "--start")
    if _is_ready(get()):
        raise ApplicationUnusable(
            f"--start: something answers at {url} already, and it would be asked instead: end it, or leave --start out"
            " (--start '', where the environment or a file has it)."
        )
    with terminable(), tempfile.TemporaryFile() as said:
        process = _start(words, said)
        one = Started(command, process, said)
        try:
            with one.telling(console):
                _await(one, PATIENCE if wait is None else wait, get, url)
            try:
                with one.telling(console):
                    yield one
            finally:
                one.warn_of_end(console)
        finally:
            _end(process)


def _start(words: list[str], said: BinaryIO) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 (the user's own command)
            words, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        remedy = "for a variable, write env before it" if re.match(r"\w+=", words[0]) else "for one, sh -c '...'"
        raise ApplicationUnusable(
            f"--start: {words[0]} cannot be started: {why}. It is run without a shell; {remedy}."
        ) from error


def _await(one: Started, patience: float, get: Callable[[], Attempt], url: str) -> None:
    end = time.monotonic() + patience
    while True:
        has_ended = one.code is not None  # before it is asked: what goes on in the background was there before that
        if _is_ready(last := get()):
            return
        if has_ended:
            raise NeverReady(_ended_early(one, url))
        if time.monotonic() > end:
            raise NeverReady(f"{url}: no answer within {patience:g} s; the last time, {_silence(one, last, url)}")
        time.sleep(_PAUSE)


def _ended_early(one: Started, url: str) -> str:
    """That a command is over before its endpoint was there, and what can be done."""
    assert one.code is not None
    text = f"--start: {one.command} {_ending(one.code)}, before {url} had answered"
    if one.code == 0:
        return f"{text}; what goes on in the background has to stay in the foreground here."
    return f"{text}.{_shell_wanted(one.command)}"


def _silence(one: Started, last: Attempt, url: str) -> str:
    """Why there was no answer, and where there may be one."""
    if last.failure is None:
        return f"the answer is {last.status}."
    started = "" if one.command is None else " What was started runs: does it listen there?"
    return f"{last.failure.reason}{_elsewhere(url) or started}{_shell_wanted(one.command)}"


def _elsewhere(url: str) -> str:
    """Where on this machine somebody listens at the same port, where nobody does here."""
    parts = urlsplit(url)
    other = _LOOPBACK.get(parts.hostname or "")
    if other is None:
        return ""
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    try:
        for host in (parts.hostname, other):
            with suppress(ConnectionRefusedError), socket.create_connection((host, port), _PAUSE):
                name = f"[{host}]" if ":" in str(host) else host
                return f" Something listens at {name}, port {port}: ask that." if host == other else ""
    except OSError:
        return ""
    return ""


def _shell_wanted(command: str | None) -> str:
    """That a command has words for a shell, where there is none."""
    words = [] if command is None else shlex.split(command)
    found = [] if "-c" in words else [word for word in words if _FOR_A_SHELL.fullmatch(word)]
    return f" It is run without a shell, which {found[0]!r} would take: sh -c '...'." if found else ""


def _ending(code: int) -> str:
    return f"ended with {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"


def _is_ready(attempt: Attempt) -> bool:
    """Whether somebody is there, whatever the answer to a GET."""
    if attempt.failure is not None:
        return not attempt.failure.unreachable
    return attempt.status not in _BUSY


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and what it has started: ask first, and insist; at once where somebody is in a hurry."""
    try:
        _tell_to_end(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_FAREWELL)
    finally:
        _tell_to_end(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()


def _tell_to_end(process: subprocess.Popen[bytes], kind: int) -> None:
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, kind)
        else:
            process.terminate()
