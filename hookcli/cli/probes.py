"""`--probe-url` and `--probe-cmd`: where the count of effects is read."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable

from hookcli.errors import Late, PayloadUnreadable, ProbeUnreadable
from hookcli.jsontext import parse
from hookcli.models import Attempt

_LONGEST = 10.0
"""Seconds that a command may take."""

_MOST = 10_000
"""Bytes of an answer that a number can be in."""


def count_at(get: Callable[[str], Attempt], url: str) -> int:
    """The number at a URL.

    Raises:
        ProbeUnreadable: there is none.
    """
    attempt = get(url)
    if attempt.failure is not None and attempt.failure.kind == Late.__name__:
        raise ProbeUnreadable("--probe-url: it took longer than the deadline; let it answer with a number at once.")
    if attempt.failure is not None:
        raise ProbeUnreadable(f"--probe-url: {attempt.failure.reason}")
    if attempt.status != 200:
        raise ProbeUnreadable(f"--probe-url: the answer is {attempt.status}, not 200: is the URL right?")
    return _number(attempt.answer, "--probe-url")


def count_by(command: str) -> int:
    """The number that a command prints; it is started without a shell.

    Raises:
        ProbeUnreadable: it cannot be started, fails, takes too long, or prints no number.
    """
    try:
        words = shlex.split(command)
        if not words:
            raise ProbeUnreadable("--probe-cmd: it is empty; give a command that prints a number.")
        ended = subprocess.run(  # noqa: S603 (the user's own command)
            words, capture_output=True, timeout=_LONGEST, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ProbeUnreadable(f"--probe-cmd: it took longer than {_LONGEST:g} s.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ProbeUnreadable(f"--probe-cmd: it cannot be started: {reason}.") from error
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ProbeUnreadable(
            f"--probe-cmd: it ended with {ended.returncode}: {said[0] if said else 'it said nothing'}"
        )
    return _number(ended.stdout, "--probe-cmd")


def _number(text: bytes, option: str) -> int:
    """A JSON number, or that under `count` in an object."""
    try:
        value = parse(text[:_MOST])
    except PayloadUnreadable:
        value = None
    if isinstance(value, dict):
        value = value.get("count")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        shown = text[:60].decode("utf-8", "replace").strip()
        raise ProbeUnreadable(f'{option}: {shown!r} is no whole number and no {{"count": N}}.')
    return int(value)
