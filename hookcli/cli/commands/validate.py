"""`hookcli validate`: judge captured payloads against their schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from hookcli.capture.formats import FORMATS, read
from hookcli.capture.sources import expand
from hookcli.cli import exits, options
from hookcli.cli.console import Console
from hookcli.cli.reports import open_reports
from hookcli.models import Judgement
from hookcli.reporting import VALIDATION_REPORTERS
from hookcli.schema import catalog
from hookcli.schema.loader import load_schema
from hookcli.validation import validate as judge


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateOptions:
    """What `validate` was asked to do."""

    paths: tuple[str, ...]
    event: str | None
    schema_path: str | None
    strict: bool
    input_format: str
    max_violations: int
    include_valid: bool
    format_name: str
    reports: tuple[tuple[str, str], ...]
    output: str


@click.command(epilog="Example: hookcli validate captured/ --strict --report junit=report.xml")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--event", metavar="NAME", help="Judge every payload as this event, whatever it says it is.")
@options.schema_option
@click.option("--strict", is_flag=True, help="Refuse unknown events, unknown keys and keys that come twice too.")
@click.option("--input-format", type=click.Choice(tuple(FORMATS)), default="auto", show_default=True,
              help="How to read the files; auto goes by their names.")  # fmt: skip
@click.option("--max-violations", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
              help="How many are shown of one payload.")  # fmt: skip
@click.option("--all", "include_valid", is_flag=True, help="Report the valid payloads too.")
@options.report_options(tuple(VALIDATION_REPORTERS))
@options.output_option
@click.pass_obj
def validate(console: Console, /, **given: object) -> int:
    """Judge the payloads in PATH: files, folders, globs, or - for stdin.

    A .json file holds one payload or a list of them, a .jsonl or .ndjson file one a line. The schema is that of
    each payload's event_name.
    """
    asked = ValidateOptions(**given)  # type: ignore[arg-type]
    codes = set()
    with (
        open_reports(VALIDATION_REPORTERS, asked, console, include_valid=asked.include_valid) as report,
        console.progress(_judgements(asked), None, "validating") as judgements,
    ):
        for judgement in judgements:
            codes.add(exits.code_of_judgement(judgement))
            report(judgement)
    return exits.worst(codes)


def _judgements(asked: ValidateOptions) -> Iterator[Judgement]:
    """The verdict on each payload, one by one."""
    if asked.event is not None and asked.schema_path is not None:
        raise click.UsageError("--event and --schema exclude each other: an event has its own schema.")
    schema = load_schema(asked.schema_path) if asked.schema_path is not None else None
    schema = catalog.load_event(asked.event) if asked.event is not None else schema
    names = catalog.event_names()
    for source in expand(asked.paths):
        for capture in read(source, asked.input_format):
            yield judge(
                capture,
                catalog.find_event,
                schema=schema,
                strict=asked.strict,
                max_violations=asked.max_violations,
                events=names,
            )
