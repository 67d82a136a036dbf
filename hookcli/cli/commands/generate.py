"""`hookcli generate`: print sample payloads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookcli.cli import options, payload_options
from hookcli.cli.console import Console, Output
from hookcli.cli.payloads import edited, event_of
from hookcli.dataclass import dataclass
from hookcli.errors import OutputUnwritable
from hookcli.generation.generator import ENDING, MODES
from hookcli.generation.generator import generate as make
from hookcli.generation.samples import Sample
from hookcli.jsontext import dump, line
from hookcli.models import Json
from hookcli.schema.document import Schema

if TYPE_CHECKING:
    from hookcli.generation.edits import Edit

_UNSAFE = re.compile(r"[^\w.-]")
"""What an event's name may have, and the name of a file should not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateOptions(payload_options.Edited):
    """What `generate` was asked to do."""

    events: tuple[str, ...]
    schema_path: str | None
    allow_remote_refs: bool
    count: int | None
    mode: str
    is_list: bool
    seed: int | None
    locale: str
    assignments: tuple[Edit, ...]
    removals: tuple[Edit, ...]
    pretty: bool
    labels: bool
    output: str

    @property
    def is_into_folder(self) -> bool:
        """Whether the output is a folder, which gets a file each."""
        return self.output.endswith("/") or Path(self.output).is_dir()


@click.command(epilog="Example: hookcli generate --event message -n 3 --seed 1 --set user.auth_id=test-1")
@options.event_option
@options.schema_options
@click.option(
    "-n",
    "--count",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many of each event. Default: 1; of boundary and invalid payloads all.",
)
@click.option("--mode", type=click.Choice(MODES), default="typical", show_default=True, help="Which payloads.")
@click.option("--list", "is_list", is_flag=True,
              help="Count the boundary and the invalid payloads of each schema; print none.")  # fmt: skip
@payload_options.seed_option
@payload_options.locale_option
@payload_options.edit_options
@click.option("--pretty", is_flag=True, help="Indented rather than one a line.")
@click.option("--labels", is_flag=True, help="With --mode invalid: each payload with what it violates, as one object.")
@click.option("-o", "--output", default="-", metavar="FILE|DIR", help="Where they go; a folder gets one file each.")
@click.pass_context
def generate(ctx: click.Context, /, **given: object) -> None:
    """Print sample payloads, one JSON object a line.

    \b
    typical   looks like production
    minimal   only what is required
    maximal   everything
    boundary  the edges of every constraint, one a payload
    invalid   one violation a payload, named on stderr
    """
    asked = GenerateOptions(**given)  # type: ignore[arg-type]
    console: Console = ctx.obj
    _check(asked, ctx)
    schemas = options.chosen_schemas(
        asked.events, asked.schema_path, console, allow_remote_refs=asked.allow_remote_refs
    )
    seed = payload_options.chosen_seed(asked.seed, console)
    if asked.is_list:
        _list(asked, schemas, seed, console)
    else:
        write = _into_folder if asked.is_into_folder else _into_file
        write(asked.output, _payloads(asked, schemas, seed, console))


def _check(asked: GenerateOptions, ctx: click.Context) -> None:
    """Refuse options that make no sense together."""
    if asked.is_list:
        _check_list(asked, ctx)
        return
    if asked.mode == "invalid" and asked.edits:
        raise click.UsageError("--set and --unset do not go with --mode invalid: each payload breaks one thing alone.")
    if asked.labels and asked.mode != "invalid":
        raise click.UsageError("--labels goes with --mode invalid: other payloads violate nothing.")


_OF_PRINTED = {
    "count": "-n",
    "pretty": "--pretty",
    "labels": "--labels",
    "assignments": "--set",
    "removals": "--unset",
}
"""Options about payloads that are printed, by the name of their parameter."""


def _check_list(asked: GenerateOptions, ctx: click.Context) -> None:
    """Refuse what says nothing about a count; what stands in a configuration file is meant for other runs."""
    idle = [option for name, option in _OF_PRINTED.items() if options.is_flagged(ctx, name)]
    if idle:
        raise click.UsageError(
            f"--list counts all payloads and prints none: leave out {', '.join(idle)}, or --list to print them."
        )
    if asked.mode not in ENDING and options.is_flagged(ctx, "mode"):
        raise click.UsageError(
            f"--list counts boundary and invalid payloads; of {asked.mode} ones there is no end: leave out --mode."
        )
    if asked.is_into_folder:
        raise click.UsageError("--list makes one table: -o takes a file, not a folder.")


def _list(asked: GenerateOptions, schemas: list[Schema], seed: int, console: Console) -> None:
    """Print a line for each schema once all its payloads are counted, and below it what the invalid ones break."""
    from hookcli.cli.counts import Counts  # late: nothing else counts

    modes = (asked.mode,) if asked.mode in ENDING else ENDING
    width = max(len(schema.name) for schema in schemas)
    with Output(asked.output) as out:
        out.check()
        for schema in schemas:
            counts = Counts()
            try:
                counts.count(schema, modes, seed, asked.locale)
            except KeyboardInterrupt:
                console.note(f"{schema.name}: at least {counts}; there may be more")
                raise
            out.write(f"{schema.name:{width}}  {counts}\n".encode())
            if counts.keywords:
                out.write(f"  {counts.by_keyword}\n".encode())
            for mode, cut in counts.cuts.items():
                _warn_of_cut(schema, mode, cut, console)


def _warn_of_cut(schema: Schema, mode: str, cut: str, console: Console) -> None:
    console.warn(f"{schema.name}: there may be more {mode} payloads than these: {cut}.")


def _payloads(
    asked: GenerateOptions, schemas: list[Schema], seed: int, console: Console
) -> Iterator[tuple[Schema, Json, bytes]]:
    """(schema, payload, JSON text and a newline) for each payload."""
    count = 1 if asked.count is None and asked.mode not in ENDING else asked.count
    for schema in schemas:
        is_any = False
        samples = make(schema, mode=asked.mode, seed=seed, locale=asked.locale)
        for sample in islice(samples, count):
            is_any = True
            yield schema, sample.payload, _text(sample, schema, asked, console)
        if samples.cut:
            _warn_of_cut(schema, asked.mode, samples.cut, console)
        elif not is_any and count != 0:
            console.warn(f"{schema.name}: there is no such payload: no constraint of it can be broken alone.")


def _text(sample: Sample, schema: Schema, asked: GenerateOptions, console: Console) -> bytes:
    payload = edited(console, schema, sample, asked.edits) if asked.edits else sample.payload
    if asked.labels:
        payload = {"payload": payload, "violates": {"pointer": sample.pointer, "keyword": sample.keyword}}
    elif sample.keyword is not None:
        console.note(f"violates {sample.keyword} at {sample.pointer or 'the root'}: {sample.message}")
    return dump(payload, pretty=True) + b"\n" if asked.pretty else line(payload)


def _into_file(output: str, payloads: Iterator[tuple[Schema, Json, bytes]]) -> None:
    with Output(output) as out:
        out.write_all(text for _, _, text in payloads)


def _into_folder(output: str, payloads: Iterator[tuple[Schema, Json, bytes]]) -> None:
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputUnwritable(f"{output}: cannot make this folder: {error.strerror}.") from error
    for number, (schema, payload, text) in enumerate(payloads, start=1):
        event = event_of(payload) or Path(schema.name).stem
        with Output(str(folder / f"{_UNSAFE.sub('_', event)[:100]}-{number:04d}.json")) as out:
            out.write(text)
