"""`hookcli captures export`: captures for other programs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hookcli.cli import store_options
from hookcli.cli.capture_exports import EXPORTS, FILES, write_files
from hookcli.cli.console import Console, Output
from hookcli.cli.options import is_flagged
from hookcli.cli.params import Url
from hookcli.cli.sender_options import taken
from hookcli.dataclass import dataclass
from hookcli.models import Arrival
from hookcli.reporting.runs import plural

DEFAULT_URL = "http://127.0.0.1:8787/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What `captures export` was asked to do."""

    ids: tuple[range, ...]
    store: Path
    format_name: str
    url: str
    output: str


@click.command(epilog="Example: hookcli captures export --event message --format har -o messages.har")
@store_options.ids_argument
@store_options.filter_options
@store_options.store_option
@click.option("--format", "format_name", type=click.Choice((*EXPORTS, FILES)), default="jsonl", show_default=True,
              help="The form of the result.")  # fmt: skip
@click.option("--url", type=Url(), default=DEFAULT_URL, metavar="URL", show_default=True,
              help="Where the script of --format curl sends to.")  # fmt: skip
@click.option("-o", "--output", default="-", metavar="FILE|DIR", help="Where it goes; - is stdout, of files a folder.")
@click.pass_context
def export(ctx: click.Context, /, **given: object) -> None:
    """Write captures, the oldest first: all, or those with the numbers that the filters let through.

    \b
    jsonl  one a line, exact; validate and replay read it back
    har    an HTTP Archive, for browsers, proxies and API clients
    curl   a script that sends the same bytes again
    files  each payload in a file of its own

    Credentials are masked, in a script left out. What is made is for your eyes alone (0600), like the store.
    """
    wanted = taken(store_options.FilterOptions, given)
    asked = ExportOptions(**given)  # type: ignore[arg-type]
    if is_flagged(ctx, "url") and asked.format_name != "curl":
        raise click.UsageError("--url goes with --format curl: nothing else sends.")
    if asked.format_name == FILES and asked.output == "-":
        raise click.UsageError("--format files wants a folder: name it with -o.")
    with _private():
        number = _export(asked, wanted)
    console: Console = ctx.obj
    console.note(f"{number:,} {plural('captures', number)} exported")


class _Counted:
    """The same captures, counted."""

    def __init__(self, arrivals: Iterable[Arrival]) -> None:
        self._arrivals = arrivals
        self.number = 0

    def __iter__(self) -> Iterator[Arrival]:
        for arrival in self._arrivals:
            self.number += 1
            yield arrival


def _export(asked: ExportOptions, wanted: store_options.FilterOptions) -> int:
    """Write what was asked for; how many there were."""
    from hookcli.capture.store import Store  # late: `--help` needs none

    with Store(asked.store) as store:
        captures = _Counted(store_options.chosen(store, asked.ids, wanted))
        if asked.format_name == FILES:
            write_files(Path(asked.output), captures)
        else:
            _write(asked.output, EXPORTS[asked.format_name](captures, asked.url))
    return captures.number


def _write(output: str, pieces: Iterator[bytes]) -> None:
    """Write all of it, or leave what is there as it is."""
    with Output(output, whole=True) as out:
        out.check()
        try:
            out.write_all(pieces)
        except BaseException:
            out.is_spoilt = True
            raise


@contextmanager
def _private() -> Iterator[None]:
    """What is made meanwhile is for its owner's eyes alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
