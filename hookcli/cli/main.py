"""The entry point: the group, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from hookcli import __version__
from hookcli.cli import exits
from hookcli.cli.config import read_defaults
from hookcli.cli.console import Console, PipeClosed
from hookcli.cli.lazy import LazyGroup
from hookcli.errors import HookcliError

COMMANDS = {
    "send": ("hookcli.cli.commands.send", "Generate, sign and deliver webhooks; judge the answers."),
    "check": ("hookcli.cli.commands.check", "Ask an endpoint whether it keeps its side of the contract."),
    "sender": ("hookcli.cli.commands.sender", "Be the sender through an outage: retries, queue, burst."),
    "listen": ("hookcli.cli.commands.listen", "Receive, verify, validate and keep webhooks."),
    "captures": ("hookcli.cli.commands.captures", "List, show, export, anonymise and delete what was kept."),
    "replay": ("hookcli.cli.commands.replay", "Send again what was received and kept; compare the answers."),
    "validate": ("hookcli.cli.commands.validate", "Judge captured payloads against their schema."),
    "drift": ("hookcli.cli.commands.drift", "Tell what the sender has changed: keys, types, values, events."),
    "generate": ("hookcli.cli.commands.generate", "Print sample payloads."),
    "events": ("hookcli.cli.commands.events", "List the events, or show one."),
    "sign": ("hookcli.cli.commands.sign", "Print the signature header for a body."),
    "verify": ("hookcli.cli.commands.verify", "Tell whether a signature is genuine."),
    "schema": ("hookcli.cli.commands.schema", "Print the JSON Schema of the reports."),
    "completion": ("hookcli.cli.commands.completion", "Print the completion script for a shell."),
}
"""Every command: where it is, and its line in `hookcli -h`."""

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings=SETTINGS,
    epilog="Example: hookcli send  (no URL: a built-in receiver verifies and validates what arrives)",
)
@click.version_option(__version__, prog_name="hookcli", message="%(prog)s %(version)s")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but the result.")
@click.option("-v", "--verbose", is_flag=True, help="Say more; show the traceback of a bug.")
@click.pass_context
def cli(ctx: click.Context, *, quiet: bool, verbose: bool) -> None:
    """Test the endpoints that receive Haptik's webhooks."""
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other.")
    ctx.obj = ctx.find_object(Console) or Console()
    ctx.obj.quiet, ctx.obj.verbose = quiet, verbose
    ctx.default_map = read_defaults(ctx)


def run(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: the words after `hookcli`.

    Returns:
        The exit code (README, "Exit codes"); nothing is raised.
    """
    console = Console()
    try:
        code = cli.main(args=list(argv), prog_name="hookcli", standalone_mode=False, obj=console)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        console.fail("interrupted.")
        return exits.INTERRUPTED
    except HookcliError as error:
        console.fail(str(error))
        return exits.code_of_error(error)
    except (PipeClosed, BrokenPipeError):
        return _leave_pipe()
    except Exception as error:  # noqa: BLE001 (the outermost wrapper: what gets here is a bug, and is called one)
        return _confess(error, console)
    return code if isinstance(code, int) else exits.OK


def _leave_pipe() -> int:
    """Whoever read our output has gone; keep Python from complaining about it while it shuts down."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return exits.PIPE_CLOSED


def _confess(error: Exception, console: Console) -> int:
    if console.verbose:
        import traceback

        console.fail(traceback.format_exc())
    console.fail(
        f"this is a bug in hookcli {__version__}: {type(error).__name__}: {error}\n"
        "Please report it with the command line and, if you can, the input. `hookcli -v ...` shows where it happened."
    )
    return exits.BUG
