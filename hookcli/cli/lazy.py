"""A click group whose commands are imported only when they are called; help comes from the table alone."""

from __future__ import annotations

import difflib
import importlib

import click


def variable_of(command: str, option: click.Option) -> str:
    """`HOOKCLI_<COMMAND>_<OPTION>`, after the option's long name."""
    long = max(option.opts, key=len).lstrip("-")
    return f"HOOKCLI_{command}_{long}".upper().replace("-", "_")


class LazyGroup(click.Group):
    """A group over a table of commands.

    Args:
        table: command name -> (module, one line of help). The module holds the command under the same name, or under
            one that stands behind a colon.
        within: the group's own name, where it is a command of another group.
    """

    def __init__(self, *args: object, table: dict[str, tuple[str, str]], within: str = "", **extra: object) -> None:
        super().__init__(*args, **extra)  # type: ignore[arg-type]
        self._table = table
        self._within = within

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of the table."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in self._table:
            return None
        module, _, name = self._table[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name or cmd_name)
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                parameter.envvar = parameter.envvar or self._variables(cmd_name, parameter)
        return command

    def _variables(self, command: str, option: click.Option) -> str | list[str]:
        """What names an option in the environment: in a group within another, for one command or for all of them."""
        if not self._within:
            return variable_of(command, option)
        return [variable_of(f"{self._within}_{command}", option), variable_of(self._within, option)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; name the nearest one when there is none."""
        name = args[0]
        if name not in self._table and not name.startswith("-"):
            near = difflib.get_close_matches(name, self._table, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Commands: {', '.join(self._table)}."
            ctx.fail(f"No such command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table, without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._table.items()])
