"""The command line: click lives here and nowhere else."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

_YOUNG = 50_000
"""New objects after which Python looks for cycles among them; its own 700 (2,000 from 3.13 on) cost a start 5 ms."""


def main() -> NoReturn:
    """Run the command line and end the process with its exit code; a Ctrl-C while it still loads is no traceback."""
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    try:
        from hookcli.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted.\n")
        code = 130
    gc.freeze()  # what ends with the process needs no search for cycles: 10 ms after `generate`
    sys.exit(code)
