"""The command line: click lives here and nowhere else."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

_YOUNG = 50_000
"""New objects after which Python looks for cycles among them; its own 700 (2,000 from 3.13 on) cost a start 5 ms."""
_FOR_OTHERS = 1.0
"""Seconds that threads which an application left behind may take to end."""


def main() -> NoReturn:
    """Run the command line and end the process with its exit code; a Ctrl-C while it still loads is no traceback."""
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    try:
        from hookcli.cli.main import run

        code = run(sys.argv[1:])
        _end_for_certain(code)
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted.\n")
        code = 130
    gc.freeze()  # what ends with the process needs no search for cycles: 10 ms after `generate`
    sys.exit(code)


def _end_for_certain(code: int) -> None:
    """Do not let an application that `check` loaded keep the process: Python waits for threads that are no daemons."""
    threading = sys.modules.get("threading")
    if threading is None or all(thread.daemon for thread in threading.enumerate()[1:]):
        return
    import os

    def end() -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)

    timer = threading.Timer(_FOR_OTHERS, end)
    timer.daemon = True
    timer.start()
