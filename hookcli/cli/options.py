"""Options that several commands share, each written once: schemas and reports.

See `payload_options` and `sender_options` for the others.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from hookcli.cli.console import Console
from hookcli.cli.params import Report
from hookcli.cli.remote import RemoteDocuments
from hookcli.schema import catalog
from hookcli.schema.document import Schema
from hookcli.schema.loader import can_refuse, is_draft_named, load_schema

C = TypeVar("C", bound=Callable[..., Any])


def together(*options: Callable[[C], C]) -> Callable[[C], C]:
    """Several options as one decorator; in help they stand in this order."""

    def decorate(command: C) -> C:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def complete_event(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The events whose names start like this, for a shell."""
    return [name for name in catalog.event_names() if name.startswith(incomplete)]


def _event_option(default: str) -> Callable[[C], C]:
    return click.option(
        "--event", "events", multiple=True, metavar="NAME", shell_complete=complete_event,
        help=f"An event; may be repeated. Default: {default} of `hookcli events`.",
    )  # fmt: skip


event_option = _event_option("the first three")
every_event_option = _event_option("all")
schema_options = together(
    click.option("--schema", "schema_path", metavar="FILE",
                 help="A JSON Schema of your own instead of a bundled event."),
    click.option("--allow-remote-refs", is_flag=True,
                 help="Fetch what its $refs name over http and https; each URL is said."),
)  # fmt: skip
output_option = click.option("-o", "--output", default="-", metavar="FILE", help="Where the result goes; - is stdout.")


def report_options(formats: tuple[str, ...]) -> Callable[[C], C]:
    """`--format` and `--report` for a command's formats."""
    return together(
        click.option("--format", "format_name", type=click.Choice(formats), default="text", show_default=True,
                     help="The form of the result."),
        click.option("--report", "reports", multiple=True, type=Report(formats), metavar="FORMAT=FILE",
                     help="One more report, into a file; may be repeated."),
    )  # fmt: skip


def remote_documents(console: Console, *, allowed: bool) -> RemoteDocuments | None:
    """What gets the documents on the network that a schema refers to; nothing where that isn't allowed."""
    return RemoteDocuments(console.note) if allowed else None


def warn_of_anything(schema: Schema | None, console: Console) -> None:
    """Say so when a schema is read as a draft that it doesn't name, or cannot refuse anything: is it what was meant?"""
    if schema is not None and not is_draft_named(schema):
        told = schema.document["$schema"]
        console.warn(f"{schema.name} is read as draft {schema.draft.name}: its $schema, {told!r}, names no draft.")
    if schema is not None and not can_refuse(schema):
        console.warn(f"{schema.name} has no JSON Schema keyword that refuses anything: everything is valid under it.")


def words_of(command: str, option: str) -> list[str]:
    """A command line that an option names, as words: it is started without a shell.

    Raises:
        click.UsageError: it has none, or a quotation mark is not closed.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise click.UsageError(f"{option}: {error}.") from error
    if not words:
        raise click.UsageError(f"{option} is empty; give a command.")
    return words


def is_flagged(ctx: click.Context, name: str) -> bool:
    """Whether an option was given on the command line, rather than by the environment or a file for all runs."""
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def is_set_for_all(ctx: click.Context, name: str) -> bool:
    """Whether the environment or a file has an option for all runs, also where the command line has another."""
    (option,) = (each for each in ctx.command.params if each.name == name)
    return option.value_from_envvar(ctx) is not None or ctx.lookup_default(name) is not None


def chosen_schemas(
    events: tuple[str, ...], schema_path: str | None, console: Console, *, allow_remote_refs: bool
) -> list[Schema]:
    """The schemas that a command is to work with: one's own, or the named events', or the default three's.

    Raises:
        click.UsageError: both were given.
        EventUnknown: there is no event of that name.
    """
    if schema_path is not None and events:
        raise click.UsageError("--event and --schema exclude each other: an event has its own schema.")
    if schema_path is not None:
        schema = load_schema(schema_path, remote_documents(console, allowed=allow_remote_refs))
        warn_of_anything(schema, console)
        return [schema]
    return [catalog.load_event(name) for name in events or catalog.load_profile().default_events]


def schema_of_all(event: str | None, schema_path: str | None, remote: RemoteDocuments | None) -> Schema | None:
    """The schema by which every payload is judged, where one was named; else each has that of its event.

    Raises:
        click.UsageError: both were given.
        EventUnknown: there is no event of that name.
    """
    if event is not None and schema_path is not None:
        raise click.UsageError("--event and --schema exclude each other: an event has its own schema.")
    if schema_path is not None:
        return load_schema(schema_path, remote)
    return catalog.load_event(event) if event is not None else None
