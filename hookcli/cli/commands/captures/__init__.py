"""`hookcli captures`: what was received and kept."""

from __future__ import annotations

import click

from hookcli.cli.lazy import LazyGroup

COMMANDS = {
    "list": ("hookcli.cli.commands.captures.list_:list_captures", "List them, the newest first."),
    "show": ("hookcli.cli.commands.captures.show", "Show one, with what is wrong marked in its payload."),
    "export": ("hookcli.cli.commands.captures.export", "Write some as JSON Lines, HAR, curl or files."),
    "anonymise": ("hookcli.cli.commands.captures.anonymise", "Write some with pseudonyms, as test data."),
    "delete": ("hookcli.cli.commands.captures.delete", "Delete some, or all."),
}
"""Every command on captures: where it is, and its line in `hookcli captures -h`."""


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    within="captures",
    epilog="Example: hookcli captures list --verdict invalid --since 2h",
)
def captures() -> None:
    """List, show, export, anonymise and delete what `hookcli listen` has received and kept.

    In hookcli.toml, [captures] is for all of these commands, [captures.list] for one; in the environment,
    HOOKCLI_CAPTURES_STORE and HOOKCLI_CAPTURES_LIST_STORE are.
    """
