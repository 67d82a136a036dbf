"""The command line: click lives here and nowhere else."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process with its exit code; a Ctrl-C while it still loads is no traceback."""
    try:
        from hookcli.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted.\n")
        code = 130
    sys.exit(code)
