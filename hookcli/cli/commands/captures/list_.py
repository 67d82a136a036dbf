"""`hookcli captures list`: what was kept, the newest first."""

from __future__ import annotations

from datetime import date
from itertools import islice
from pathlib import Path

import click

from hookcli.cli import store_options
from hookcli.cli.console import Output
from hookcli.cli.options import output_option
from hookcli.cli.sender_options import taken
from hookcli.dataclass import dataclass
from hookcli.reporting.capture_lists import CAPTURE_LISTS, Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """What `captures list` was asked to do."""

    ids: tuple[range, ...]
    count: int
    store: Path
    format_name: str
    output: str


@click.command("list", epilog="Example: hookcli captures list --verdict invalid --since 2h")
@store_options.ids_argument
@click.option("-n", "--count", type=click.IntRange(min=0), default=50, show_default=True, metavar="N",
              help="How many, the newest.")  # fmt: skip
@store_options.filter_options
@store_options.store_option
@click.option("--format", "format_name", type=click.Choice(tuple(CAPTURE_LISTS)), default="text", show_default=True,
              help="The form of the result.")  # fmt: skip
@output_option
def list_captures(**given: object) -> None:
    """List captures, the newest first.

    A line has number, local time, event, size, the verdicts on signature and payload, the answer's status, and of which
    other one it is a duplicate or by which it was overtaken. ID is a number, or a range of them: 3-7.
    """
    from hookcli.capture.store import Store  # late: `--help` needs none

    wanted = taken(store_options.FilterOptions, given)
    asked = ListOptions(**given)  # type: ignore[arg-type]
    with Store(asked.store) as store, Output(asked.output) as out:
        out.check()
        newest = store_options.chosen(store, asked.ids, wanted, newest_first=True, whole=False)
        listing = Listing(
            captures=islice(newest, asked.count),
            total=sum(store.count(each) for each in wanted.filters(asked.ids)),
            is_filtered=bool(asked.ids) or wanted.is_any,
            today=date.today(),
            color=out.is_terminal,
        )
        out.write_all(text.encode("utf-8", "backslashreplace") for text in CAPTURE_LISTS[asked.format_name](listing))
