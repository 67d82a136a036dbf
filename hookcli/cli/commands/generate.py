"""`hookcli generate`: print sample payloads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from hookcli.cli import options, payload_options
from hookcli.cli.console import Console, Output
from hookcli.cli.payloads import edited, event_of
from hookcli.errors import OutputUnwritable
from hookcli.generation.edits import Edit
from hookcli.generation.generator import MODES
from hookcli.generation.generator import generate as make
from hookcli.jsontext import dump
from hookcli.schema.document import Schema

_UNSAFE = re.compile(r"[^\w.-]")
"""What an event's name may have, and the name of a file should not."""

_ENDLESS = ("typical", "minimal", "maximal")


@click.command(epilog="Example: hookcli generate --event message -n 3 --seed 1 --set user.auth_id=test-1")
@options.event_option
@options.schema_option
@click.option(
    "-n",
    "--count",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many of each event. Default: 1; of boundary and invalid payloads all.",
)
@click.option("--mode", type=click.Choice(MODES), default="typical", show_default=True, help="Which payloads.")
@payload_options.seed_option
@payload_options.edit_options
@click.option("--pretty", is_flag=True, help="Indented rather than one a line.")
@click.option("--labels", is_flag=True, help="With --mode invalid: each payload with what it violates, as one object.")
@click.option("-o", "--output", default="-", metavar="FILE|DIR", help="Where they go; a folder gets one file each.")
@click.pass_obj
def generate(
    console: Console,
    *,
    events: tuple[str, ...],
    schema_path: str | None,
    count: int | None,
    mode: str,
    seed: int | None,
    assignments: tuple[Edit, ...],
    removals: tuple[Edit, ...],
    pretty: bool,
    labels: bool,
    output: str,
) -> None:
    """Print sample payloads, one JSON object a line.

    \b
    typical   looks like production
    minimal   only what is required
    maximal   everything
    boundary  the edges of every constraint, one a payload
    invalid   one violation a payload, named on stderr
    """
    if mode == "invalid" and (assignments or removals):
        raise click.UsageError("--set and --unset do not go with --mode invalid: each payload breaks one thing alone.")
    if labels and mode != "invalid":
        raise click.UsageError("--labels goes with --mode invalid: other payloads violate nothing.")
    schemas = options.chosen_schemas(events, schema_path)
    chosen = payload_options.chosen_seed(seed, console)
    if count is None and mode in _ENDLESS:
        count = 1
    write = _into_folder if output.endswith("/") or Path(output).is_dir() else _into_file
    write(output, _payloads(console, schemas, mode, chosen, count, (*removals, *assignments), labels, pretty))


def _payloads(
    console: Console,
    schemas: list[Schema],
    mode: str,
    seed: int,
    count: int | None,
    edits: tuple[Edit, ...],
    labels: bool,  # noqa: FBT001
    pretty: bool,  # noqa: FBT001
) -> Iterator[tuple[str, bytes]]:
    """(event, JSON text and a newline) for each payload."""
    for schema in schemas:
        for sample in islice(make(schema, mode=mode, seed=seed), count):
            payload = edited(console, schema, sample, edits) if edits else sample.payload
            if labels:
                payload = {"payload": payload, "violates": {"pointer": sample.pointer, "keyword": sample.keyword}}
            elif sample.keyword is not None:
                console.note(f"violates {sample.keyword} at {sample.pointer or 'the root'}: {sample.message}")
            yield event_of(sample.payload) or Path(schema.name).stem, dump(payload, pretty=pretty) + b"\n"


def _into_file(output: str, payloads: Iterator[tuple[str, bytes]]) -> None:
    with Output(output) as out:
        for _, text in payloads:
            out.write(text)


def _into_folder(output: str, payloads: Iterator[tuple[str, bytes]]) -> None:
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputUnwritable(f"{output}: cannot make this folder: {error.strerror}.") from error
    for number, (event, text) in enumerate(payloads, start=1):
        with Output(str(folder / f"{_UNSAFE.sub('_', event)[:100]}-{number:04d}.json")) as out:
            out.write(text)
