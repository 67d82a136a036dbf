"""`hookcli captures show`: one capture, whole."""

from __future__ import annotations

from pathlib import Path

import click

from hookcli.cli import store_options
from hookcli.cli.console import Output
from hookcli.cli.options import output_option
from hookcli.reporting.capture_records import capture_details
from hookcli.reporting.capture_views import capture_lines
from hookcli.reporting.json_ import exact_json
from hookcli.reporting.text import paint


@click.command(epilog="Example: hookcli captures show 17")
@click.argument("number", metavar="ID", type=store_options.Number())
@store_options.store_option
@click.option("--format", "format_name", type=click.Choice(("text", "json")), default="text", show_default=True,
              help="The form of the result.")  # fmt: skip
@click.option("--raw", is_flag=True, help="Write the exact bytes of the body and nothing else.")
@output_option
def show(*, number: range, store: Path, format_name: str, raw: bool, output: str) -> None:
    """Show one capture: its headers, the verdicts, the answer, and the payload with each violation below its line.

    Credentials are masked. Of a long payload the start is shown; --raw gives all.
    """
    from hookcli.capture.store import Store  # late: `--help` needs none

    with Store(store) as opened:
        arrival = opened.get(number.start)
    with Output(output) as out:
        if raw:
            out.write(arrival.body)
        elif format_name == "json":
            out.write(f"{exact_json(capture_details(arrival))}\n".encode())
        else:
            out.write(paint(capture_lines(arrival), color=out.is_terminal).encode("utf-8", "backslashreplace"))
