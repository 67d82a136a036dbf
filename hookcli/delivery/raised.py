"""What an application raised, in a line: the exception, and the place in the application's own code."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from types import TracebackType

ENDED = "ended without a complete answer"
"""What is said of an application that raises nothing, and breaks its protocol."""

_LONGEST = 200
"""Characters of an exception's message."""

_LIBRARIES = (str(Path(os.__file__).parent), f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}", "<")
"""Where code is that the application's author did not write; `<frozen importlib>` too."""


def described(error: BaseException) -> str:
    """`KeyError: 'user' (receiver.py:12, in receive)`."""
    error = _innermost(error)
    if isinstance(error, SyntaxError) and error.filename:
        return f"{type(error).__name__}: {error.msg} ({_shown(error.filename)}:{error.lineno})"
    message = " ".join(str(error).split())
    cut = "…" if len(message) > _LONGEST else ""
    what = f"{type(error).__name__}: {message[:_LONGEST]}{cut}" if message else type(error).__name__
    return what + _place(error.__traceback__)


def _innermost(error: BaseException) -> BaseException:
    """Out of a group of one, as task groups make it."""
    group: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return _innermost(group[0]) if len(group) == 1 else error


def _place(trace: TracebackType | None) -> str:
    """The last line of the application's own; else nothing, as a line of a library tells its author nothing."""
    frames = [frame for frame in traceback.extract_tb(trace) if _is_own(frame.filename)]
    return f" ({_shown(frames[-1].filename)}:{frames[-1].lineno}, in {frames[-1].name})" if frames else ""


def _is_own(file: str) -> bool:
    ours = str(Path(__file__).parents[1])
    return not file.startswith((ours, _LIBRARIES[0], "<")) and not any(part in file for part in _LIBRARIES[1:3])


def _shown(file: str) -> str:
    """Short where it lies below the working directory."""
    below = os.path.relpath(file)
    return file if below.startswith("..") else below
