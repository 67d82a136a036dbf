"""Runs the user's command for each message: the payload on its standard input, and next to nothing around it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

from hookcli.models import Arrival

PATIENCE = 30.0
"""Seconds that a command may take for one message."""

MOST_WAITING = 1_000
MOST_BYTES = 100_000_000
"""Messages that wait for their turn, and their bytes; beyond that it is said that one is left out."""

_SILENT = 1.0
"""Seconds at the end until it is said what is waited for."""

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
_LONGEST_VALUE = 200


class Executor:
    """Runs a command for one message after the other, in a thread of its own.

    The command is started as it is, without a shell: nothing of a payload is ever part of a command line. It gets the
    body on standard input, what it prints goes to our standard error, and its environment holds a few variables of
    ours (PATH, HOME, the language) and HOOKCLI_ID, HOOKCLI_EVENT, HOOKCLI_SIGNATURE and HOOKCLI_VERDICT; no secret.

    Args:
        words: the command and its arguments.
        say: is told what went wrong.
        patience: seconds for one message.
    """

    def __init__(self, words: Sequence[str], say: Callable[[str], None], *, patience: float = PATIENCE) -> None:
        self._words = list(words)
        self._say = say
        self._patience = patience
        self._waiting: SimpleQueue[Arrival | None] = SimpleQueue()
        self._put = self._taken = 0
        """Bytes of all messages so far; each is counted by one thread alone."""
        self._thread = Thread(target=self._work, name="executor", daemon=True)
        self._thread.start()

    def put(self, arrival: Arrival) -> None:
        """Have the command run for a message, when those before it are done."""
        count = self._waiting.qsize()
        if count >= MOST_WAITING or self._put - self._taken > MOST_BYTES:
            self._say(f"--exec: {count:,} messages wait for the command, so it is not run for #{arrival.id}.")
        else:
            self._put += arrival.size
            self._waiting.put(arrival)

    def close(self) -> None:
        """Wait until the command has run for all that were put."""
        self._waiting.put(None)
        self._thread.join(_SILENT)
        if self._thread.is_alive():
            self._say("--exec: waiting for the command; Ctrl-C ends at once.")
        self._thread.join()

    def _work(self) -> None:
        while (arrival := self._waiting.get()) is not None:
            self._run(arrival)
            self._taken += arrival.size

    def _run(self, arrival: Arrival) -> None:
        try:
            process = subprocess.Popen(  # noqa: S603 (the user's own command, started without a shell)
                self._words, stdin=subprocess.PIPE, stdout=2, env=environment(arrival), start_new_session=True
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self._say(f"--exec: {self._words[0]} cannot be started: {why}.")
            return
        try:
            process.communicate(arrival.body, self._patience)
        except subprocess.TimeoutExpired:
            _kill(process)
            self._say(f"--exec: it took longer than {self._patience:g} s for #{arrival.id}, and was killed.")
            return
        if process.returncode:
            self._say(f"--exec: it ended with {process.returncode} for #{arrival.id}.")


def environment(arrival: Arrival) -> dict[str, str]:
    """The variables that the command gets."""
    ours = {
        "HOOKCLI_ID": str(arrival.id),
        "HOOKCLI_EVENT": arrival.event or "",
        "HOOKCLI_SIGNATURE": arrival.signature.value,
        "HOOKCLI_VERDICT": arrival.verdict.value,
    }
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, **{name: _plain(value) for name, value in ours.items()}}


def _plain(text: str) -> str:
    """What an environment can hold: no zero byte, no half letter, and not without end."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:_LONGEST_VALUE]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a command, and what it has started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    with suppress(OSError):  # what it has not read is written on closing
        if process.stdin is not None:
            process.stdin.close()
