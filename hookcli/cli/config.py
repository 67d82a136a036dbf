"""`hookcli.toml` and `[tool.hookcli]` in `pyproject.toml`: defaults for options, beaten by environment and flags."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from hookcli.errors import ConfigInvalid

FILES = ("hookcli.toml", "pyproject.toml")
"""Looked for in the working directory and its parents; the first folder that has one with our settings counts."""


def read_defaults(ctx: click.Context) -> dict[str, Any]:
    """The default map for click: command -> option -> value.

    Raises:
        ConfigInvalid: a file isn't TOML, or names a command or option that there isn't.
    """
    for candidate in _folders():
        for name in FILES:
            file = candidate / name
            if os.path.isfile(file):  # noqa: PTH113 (Path.is_file raises where a folder may not be looked into)
                settings = _read(file)
                if settings:
                    return _checked(settings, file, ctx)
    return {}


def _folders() -> list[Path]:
    """The working directory and its parents; none where it is gone."""
    try:
        folder = Path.cwd()
    except OSError:
        return []
    return [folder, *folder.parents]


def _read(file: Path) -> dict[str, Any]:
    text = _text(file)
    if file.name == "pyproject.toml" and "hookcli" not in text:
        return {}
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid(f"{file}: not TOML: {error}.") from error
    if file.name == "pyproject.toml":
        document = document.get("tool", {}).get("hookcli", {})
    return document


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise ConfigInvalid(f"{file}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigInvalid(f"{file}: not UTF-8 (byte {error.start}).") from error


def _checked(settings: dict[str, Any], file: Path, ctx: click.Context) -> dict[str, Any]:
    """The settings of the command that is called, under the names that click uses."""
    group = ctx.command
    assert isinstance(group, click.Group)
    unknown = [name for name in settings if name not in group.list_commands(ctx)]
    if unknown:
        raise ConfigInvalid(f"{file}: there is no command {unknown[0]!r}; a table is named after a command.")
    name = ctx.invoked_subcommand
    if name is None or name not in settings:
        return {}
    command = group.get_command(ctx, name)
    assert command is not None
    return {name: _settings(command, settings[name], name, file, ctx)}


def _settings(command: click.Command, value: Any, name: str, file: Path, ctx: click.Context) -> dict[str, Any]:
    """The settings of a command: of a group, `[captures]` is for all the commands in it, `[captures.list]` for one."""
    table = _table(value, name, file)
    inner = _commands_in(command, ctx)
    made: dict[str, Any] = {
        each: _settings(below, table[each], f"{name}.{each}", file, ctx)
        for each, below in inner.items()
        if each in table
    }
    for key in table.keys() - inner.keys():
        users = [] if _has(command, key) else [each for each, below in inner.items() if _has(below, key)]
        for user in users:
            option, setting = _setting(inner[user], key, table[key], file)
            made.setdefault(user, {}).setdefault(option, setting)
        if not users:
            made.update([_setting(command, key, table[key], file)])
    return made


def _commands_in(command: click.Command, ctx: click.Context) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {}
    found = {name: command.get_command(ctx, name) for name in command.list_commands(ctx)}
    return {name: each for name, each in found.items() if each is not None}


def _has(command: click.Command, key: str) -> bool:
    return any(f"--{key.replace('_', '-')}" in parameter.opts for parameter in command.params)


def _table(value: Any, name: str, file: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigInvalid(f"{file}: {name} must be a table, [{name}].")
    return value


def _is_repeatable(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and parameter.multiple


_PATHS = frozenset({"ca_bundle", "profile_name", "schema_path", "secret_file", "token_file"})
"""Parameters that name a file: in a configuration file, one beside it."""


_MADE = frozenset({"store"})
"""Parameters that name a file which need not be there yet: in a configuration file, always one beside it."""


def _setting(command: click.Command, key: str, value: Any, file: Path) -> tuple[str, Any]:
    name = _option(command, key, file)
    if isinstance(value, str) and name in {parameter.name for parameter in command.params if _is_repeatable(parameter)}:
        value = [value]
    if name in _MADE:
        value = str(file.parent / Path(str(value)).expanduser())
    elif name in _PATHS and (file.parent / str(value)).is_file():
        value = str(file.parent / str(value))
    return name, value


def _option(command: click.Command, key: str, file: Path) -> str:
    """The parameter that `key` (an option's name without its dashes) stands for."""
    for parameter in command.params:
        if f"--{key.replace('_', '-')}" in parameter.opts:
            if key == "secret":
                raise ConfigInvalid(
                    f"{file}: a secret doesn't belong in a file like this; use secret-env or secret-file."
                )
            return str(parameter.name)
    raise ConfigInvalid(f"{file}: {command.name} has no option {key!r}; `hookcli {command.name} -h` lists them.")
