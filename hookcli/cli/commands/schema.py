"""`hookcli schema`: the JSON Schemas of what hookcli writes."""

from __future__ import annotations

import click

from hookcli.cli.console import Output
from hookcli.cli.lazy import LazyGroup
from hookcli.cli.options import output_option
from hookcli.jsontext import dump
from hookcli.reporting.report_schema import report_schema

COMMANDS = {"report": ("hookcli.cli.commands.schema:report", "Print that of the json and jsonl reports.")}
"""Every kind of thing that has a schema: where its command is, and its line in `hookcli schema -h`."""


@click.group(
    cls=LazyGroup, table=COMMANDS, within="schema", epilog="Example: hookcli schema report -o report.schema.json"
)
def schema() -> None:
    """Print the JSON Schemas of what hookcli writes; those of Haptik's events are in `hookcli events show`."""


@click.command(epilog="Example: hookcli schema report --line -o line.schema.json")
@click.option("--line", is_flag=True, help="Of one line of a jsonl report, rather than of a json report.")
@output_option
def report(*, line: bool, output: str) -> None:
    """Print the JSON Schema (draft 2020-12) of the json reports of all commands.

    It says of each key what it means, its type and unit, and when it is null or absent. Within a major version keys are
    only added, so unknown ones are valid.
    """
    with Output(output) as out:
        out.write(dump(report_schema(of_line=line), pretty=True) + b"\n")
