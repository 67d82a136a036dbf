"""`hookcli events`: list the events, or show one."""

from __future__ import annotations

import click

from hookcli.cli.console import Output
from hookcli.cli.options import output_option
from hookcli.generation.generator import generate
from hookcli.jsontext import dump
from hookcli.schema import catalog

SAMPLE_SEED = 1
"""The seed of the sample that `events show` prints: the same at every call."""


@click.group(invoke_without_command=True, epilog="Example: hookcli events show message")
@output_option
@click.pass_context
def events(ctx: click.Context, *, output: str) -> None:
    """List the events that Haptik sends, in the order of its contract."""
    if ctx.invoked_subcommand is None:
        names = catalog.event_names()
        width = max(map(len, names))
        lines = [f"{name:{width}}  {catalog.load_event(name).document['title']}" for name in names]
        with Output(output) as out:
            out.write(("\n".join(lines) + "\n").encode())


@events.command(epilog="Example: hookcli events show chat_pinned")
@click.argument("name")
@output_option
def show(*, name: str, output: str) -> None:
    """Show one event: when it is sent, where that is written, a sample, its schema."""
    schema = catalog.load_event(name)
    sample = next(generate(schema, seed=SAMPLE_SEED)).payload
    with Output(output) as out:
        out.write(f"{name}: {schema.document['title']}\n{schema.document['description']}\n".encode())
        out.write(b"\nA sample:\n" + dump(sample, pretty=True) + b"\n")
        out.write(b"\nIts schema, " + schema.uri.encode() + b":\n" + dump(schema.document, pretty=True) + b"\n")
