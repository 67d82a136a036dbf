"""`hookcli completion`: print the completion script for a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from hookcli.cli.console import Output
from hookcli.cli.options import output_option

SHELLS = ("bash", "zsh", "fish")


@click.command(epilog="Example: hookcli completion bash >> ~/.bashrc")
@click.argument("shell", type=click.Choice(SHELLS))
@output_option
@click.pass_context
def completion(ctx: click.Context, *, shell: str, output: str) -> None:
    """Print the completion script for SHELL."""
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(ctx.find_root().command, {}, "hookcli", "_HOOKCLI_COMPLETE").source()
    with Output(output) as out:
        out.write(script.encode() + b"\n")
