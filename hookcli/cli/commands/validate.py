"""`hookcli validate`: judge captured payloads against their schema."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import field, replace
from functools import partial
from typing import Any

import click

from hookcli.archives.doubts import IsValid, Verdicts
from hookcli.archives.engines import Batch
from hookcli.archives.judging import Judged, judge_batch, told_of, until_first
from hookcli.archives.reading import Place
from hookcli.archives.sampling import Sample
from hookcli.cli import exits, options
from hookcli.cli.archive_options import ArchiveOptions, archive_options, paths_argument
from hookcli.cli.console import Console
from hookcli.cli.interrupts import terminable
from hookcli.cli.remote import RemoteDocuments
from hookcli.cli.reports import EndedEarly, open_reports
from hookcli.cli.sender_options import taken
from hookcli.dataclass import dataclass
from hookcli.errors import NothingJudged
from hookcli.models import Judgement
from hookcli.reporting import SAMPLE_REPORTERS, VALIDATION_REPORTERS
from hookcli.schema import catalog
from hookcli.schema.document import Schema
from hookcli.validation import validate as judge


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateOptions:
    """What `validate` was asked to do."""

    archive: ArchiveOptions
    event: str | None
    schema_path: str | None
    strict: bool
    max_violations: int
    include_valid: bool
    fail_fast: bool
    format_name: str
    reports: tuple[tuple[str, str], ...]
    output: str
    remote: RemoteDocuments | None = field(compare=False)


@click.command(epilog="Example: hookcli validate captured/ --strict --report junit=report.xml")
@paths_argument
@click.option("--event", metavar="NAME", help="Judge every payload as this event, whatever it says it is.")
@options.schema_options
@click.option("--strict", is_flag=True, help="Refuse unknown events, unknown keys and keys that come twice too.")
@click.option("--max-violations", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
              help="How many are shown of one payload.")  # fmt: skip
@archive_options
@click.option("--all", "include_valid", is_flag=True, help="Report the valid payloads too.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first payload that is not valid.")
@options.report_options(tuple(VALIDATION_REPORTERS))
@options.output_option
@click.pass_obj
def validate(console: Console, /, *, allow_remote_refs: bool, **given: object) -> int:
    """Judge the payloads in PATH: files, folders, globs, or - for stdin.

    A .json file holds one payload or a list of them, a .jsonl or .ndjson file one a line; a store of captures, what was
    exported from one, a .har file, and exports of webhook.site, ngrok, gosmee, Lambda, API Gateway and CloudWatch hold
    bodies, and are judged by these. The schema is that of each payload's event_name.
    """
    remote = options.remote_documents(console, allowed=allow_remote_refs)
    archive = taken(ArchiveOptions, given)
    asked = ValidateOptions(archive=archive, **given, remote=remote)  # type: ignore[arg-type]
    schema = options.schema_of_all(asked.event, asked.schema_path, remote)
    options.warn_of_anything(schema, console)
    codes, place, sample = set(), Place(), archive.sample()
    judged = _judged(asked, schema, sample)
    table = VALIDATION_REPORTERS if sample is None else SAMPLE_REPORTERS
    about: dict[str, Any] = {} if sample is None else {"sample": archive.sample_size, "seed": sample.seed}
    with (
        terminable(),
        open_reports(table, asked, console, include_valid=asked.include_valid, **about) as report,
        console.rate("validating", "payloads", archive.size) as count,
    ):
        for each in judged:
            found, is_end = until_first(each, _is_finding) if asked.fail_fast else (each, False)
            count(found.extent.size, found.valid + len(found.judgements))
            place.move_to(found.extent)
            if found.valid:
                codes.add(exits.OK)
                report.count(found.valid)
            for judgement in told_of(found, place):
                codes.add(exits.code_of_judgement(judgement))
                report(judgement)
            if is_end:
                console.note(f"{_STOPPED}.")
                raise EndedEarly(_STOPPED)
    archive.tell_of(place, sample, console)
    if not codes:
        raise NothingJudged(f"{archive.nothing(place)}, so nothing was judged.")
    return exits.worst(codes)


def _is_finding(judgement: Judgement) -> bool:
    return exits.code_of_judgement(judgement) != exits.OK


_STOPPED = "stopped at the first finding (--fail-fast)"


def _judged(asked: ValidateOptions, schema: Schema | None, sample: Sample | None) -> Iterator[Judged]:
    """What is found in the archive, or in a sample of it, in its order."""
    archive = asked.archive
    if sample is None:
        work = partial(_judge_batch, asked=replace(asked, remote=None), schema=schema)  # nobody else reads it
        return archive.engine.found(work, archive.pieces())
    judge_one = _verdicts(asked, schema).judge
    drawn = sample.drawn(archive.engine, archive.pieces(), archive.reading)
    return (Judged(extent, judgements=tuple(map(judge_one, captures))) for extent, captures in drawn)


def _judge_batch(batch: Batch, asked: ValidateOptions, schema: Schema | None) -> Iterator[Judged]:
    """All that is found in a batch, without the payloads: for the way from one process to another."""
    reading, verdicts = asked.archive.reading, _verdicts(asked, schema)
    return map(_light, judge_batch(batch, reading, verdicts))


def _verdicts(asked: ValidateOptions, schema: Schema | None) -> Verdicts:
    judge_one = partial(
        judge,
        find_schema=catalog.find_event,
        schema=schema,
        strict=asked.strict,
        max_violations=asked.max_violations,
        events=catalog.event_names(),
    )
    return Verdicts(judge_one, *_quickly(asked, schema))


def _light(found: Judged) -> Judged:
    """The same without payloads, and without texts but those that are unreadable."""
    light = (
        replace(
            each,
            capture=replace(each.capture, text=each.capture.text if each.capture.unreadable else b"", payload=None),
        )
        for each in found.judgements
    )
    return replace(found, judgements=tuple(light)) if found.judgements else found


def _quickly(asked: ValidateOptions, schema: Schema | None) -> tuple[IsValid | None, bool]:
    """What tells quickly that a payload is valid, and whether it must have integers as they are.

    None where all has to be looked at.
    """
    if asked.strict or asked.include_valid:
        return None, True
    if schema is not None:
        return schema.is_valid, schema.tells_wide_integers
    events = _events()
    return lambda payload: events[payload["event_name"]](payload), _tells_wide_integers()


@functools.cache
def _events() -> dict[str, IsValid]:
    return {name: catalog.load_event(name).is_valid for name in catalog.event_names()}


@functools.cache
def _tells_wide_integers() -> bool:
    return any(catalog.load_event(name).tells_wide_integers for name in catalog.event_names())
