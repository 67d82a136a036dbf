"""`hookcli drift`: what captured payloads contain that their schemas don't know, and the reverse."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import field, replace
from functools import partial
from typing import Any

import click

from hookcli.archives.engines import Batch
from hookcli.archives.reading import Place
from hookcli.archives.sampling import Sample
from hookcli.cli import exits, options
from hookcli.cli.archive_options import ArchiveOptions, archive_options, paths_argument
from hookcli.cli.console import Console
from hookcli.cli.interrupts import terminable
from hookcli.cli.proposals import check_target, write_proposal
from hookcli.cli.remote import RemoteDocuments
from hookcli.cli.reports import open_reports
from hookcli.cli.sender_options import taken
from hookcli.dataclass import dataclass
from hookcli.differences import Difference
from hookcli.drift.baseline import compared, read_baseline
from hookcli.drift.census import Census
from hookcli.drift.comparison import differences, events_seen
from hookcli.drift.counting import Counted, count_pieces
from hookcli.drift.observer import NAMELESS, Observer
from hookcli.errors import NothingJudged
from hookcli.reporting import DRIFT_REPORTERS, SAMPLE_DRIFT_REPORTERS
from hookcli.schema import catalog
from hookcli.schema.document import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftOptions:
    """What `drift` was asked to do."""

    archive: ArchiveOptions
    event: str | None
    schema_path: str | None
    baseline: str | None
    propose: str | None
    examples: bool
    include_valid: bool
    format_name: str
    reports: tuple[tuple[str, str], ...]
    output: str
    remote: RemoteDocuments | None = field(compare=False)


@click.command(epilog="Example: hookcli drift archive/ --baseline drift.json --report junit=drift.xml")
@paths_argument
@click.option("--event", metavar="NAME", help="Take every payload as this event, whatever it says it is.")
@options.schema_options
@archive_options
@click.option("--baseline", metavar="FILE",
              help="An earlier JSON report: what it has is known, and anything else is a finding.")  # fmt: skip
@click.option("--propose", metavar="FILE",
              help="Write a change of the schemas that makes the payloads fit, as a diff; - is stdout.")  # fmt: skip
@click.option("--examples/--no-examples", default=True, show_default=True,
              help="Show the first value of each difference, 60 characters at most: it may be personal.")  # fmt: skip
@click.option("--all", "include_valid", is_flag=True, help="Show what is known and what never came too.")
@options.report_options(tuple(DRIFT_REPORTERS))
@options.output_option
@click.pass_obj
def drift(console: Console, /, *, allow_remote_refs: bool, **given: object) -> int:
    """Tell what the payloads in PATH contain that their schema doesn't know, and the reverse.

    PATH is as for validate: files, folders, globs, or - for stdin. New keys and new events are additive, which the
    sender may do at any time; other types, null, values outside a closed list, and keys that are missing or came no
    more are breaking. Exit code 1 means that something is breaking or, with --baseline, that something is new.
    """
    remote = options.remote_documents(console, allowed=allow_remote_refs)
    archive = taken(ArchiveOptions, given)
    asked = DriftOptions(archive=archive, **given, remote=remote)  # type: ignore[arg-type]
    check_target(asked.propose, asked.output, asked.schema_path)
    schema = options.schema_of_all(asked.event, asked.schema_path, remote)
    options.warn_of_anything(schema, console)
    known = None if asked.baseline is None else read_baseline(asked.baseline)
    codes, census, place, sample = {exits.OK}, Census(), Place(), archive.sample()
    counted = _counted(asked, schema, sample)
    table = DRIFT_REPORTERS if sample is None else SAMPLE_DRIFT_REPORTERS
    about: dict[str, Any] = {} if sample is None else {"sample": archive.sample_size, "seed": sample.seed}
    with terminable(), open_reports(table, asked, console, include_valid=asked.include_valid, **about) as report:
        try:
            with console.rate("comparing", "payloads", archive.size) as count:
                for found in counted:
                    count(found.extent.size, found.census.payloads)
                    found.add_to(census, place)
        finally:
            report(*events_seen(census, catalog.event_names()))
            for each in _found(asked, census, known):
                codes.add(exits.code_of_difference(each))
                report(each)
    archive.tell_of(place, sample, console)
    if asked.propose is not None:
        write_proposal(asked.propose, census, schema, console)
    if not census.payloads:
        raise NothingJudged(f"{archive.nothing(place)}, so nothing was compared.")
    return exits.worst(codes)


def _counted(asked: DriftOptions, schema: Schema | None, sample: Sample | None) -> Iterator[Counted]:
    """What is counted of the archive, or of a sample of it, in its order."""
    archive = asked.archive
    if sample is None:
        work = partial(_count_batch, asked=replace(asked, remote=None), schema=schema)  # nobody else reads it
        return archive.engine.found(work, archive.pieces())
    observer = _observer(asked, schema)
    drawn = sample.drawn(archive.engine, archive.pieces(), archive.reading)
    return (Counted(extent, observer.census_of(captures)) for extent, captures in drawn)


def _found(asked: DriftOptions, census: Census, known: frozenset[str] | None) -> Iterator[Difference]:
    found = differences(census, catalog.event_names())
    for each in found if known is None else compared(found, known):
        yield each if asked.examples else replace(each, example="")


def _count_batch(batch: Batch, asked: DriftOptions, schema: Schema | None) -> Iterator[Counted]:
    yield from count_pieces(batch, asked.archive.reading, _observer(asked, schema))


def _observer(asked: DriftOptions, schema: Schema | None) -> Observer:
    """What counts in this process."""
    return _bundled() if schema is None else Observer(catalog.find_event, schema, asked.event or NAMELESS)


@functools.cache
def _bundled() -> Observer:
    """What counts by the bundled schemas: what they know is looked up only once."""
    return Observer(catalog.find_event)
