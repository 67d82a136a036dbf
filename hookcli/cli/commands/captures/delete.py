"""`hookcli captures delete`: captures that are no longer wanted."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookcli.capture.filters import Filter
from hookcli.cli import store_options
from hookcli.cli.console import Output
from hookcli.cli.options import is_flagged, output_option
from hookcli.cli.sender_options import taken
from hookcli.reporting.runs import plural

if TYPE_CHECKING:
    from hookcli.capture.store import Store

_BATCH = 5_000
"""Captures that are deleted at a time: meanwhile nobody else can write, and a receiver must be able to."""


@click.command(epilog="Example: hookcli captures delete --until 30d")
@store_options.ids_argument
@store_options.filter_options
@click.option("--all", "is_all", is_flag=True, help="Delete every capture.")
@store_options.store_option
@output_option
@click.pass_context
def delete(
    ctx: click.Context, /, *, ids: tuple[range, ...], is_all: bool, store: Path, output: str, **given: object
) -> None:
    """Delete captures for good, and say how many: those with the numbers, and those that the filters let through.

    It never asks, so one of them, or --all, must be given on the command line. Numbers are not given again.
    """
    from hookcli.capture.store import Store  # late: `--help` needs none

    wanted = taken(store_options.FilterOptions, given)
    _check(ctx, ids, wanted, is_all=is_all)
    with Store(store) as opened:  # to read alone: no store is made here
        store_options.check_numbers(opened, ids)
    with Store(store, writable=True) as opened:
        deleted = sum(_delete(opened, each) for each in wanted.filters(ids))
    with Output(output) as out:
        out.write(f"{deleted:,} {plural('captures', deleted)} deleted\n".encode())


def _check(ctx: click.Context, ids: tuple[range, ...], wanted: store_options.FilterOptions, *, is_all: bool) -> None:
    """See to it that something was chosen here and now: what the environment or a file says is meant for other runs."""
    if is_all and (ids or wanted.is_any):
        raise click.UsageError("--all excludes numbers and filters, also those from the environment or a file.")
    if not any(is_flagged(ctx, name) for name in ("ids", "is_all", *store_options.FILTERS)):
        raise click.UsageError("say which: numbers, a filter such as --until 30d, or --all.")


def _delete(store: Store, wanted: Filter) -> int:
    """Delete batch by batch; how many there were."""
    deleted = 0
    while batch := [each.id for each in islice(store.find(wanted, newest_first=False), _BATCH)]:
        deleted += store.delete(replace(wanted, after=batch[0] - 1, before=batch[-1] + 1))
        wanted = replace(wanted, after=batch[-1])
    return deleted
