"""`hookcli validate`: judge captured payloads against their schema."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import field, replace
from functools import partial

import click

from hookcli.capture.formats import FORMATS, read
from hookcli.capture.sources import STDIN, Source, expand
from hookcli.cli import exits, options
from hookcli.cli.console import Console
from hookcli.cli.parallel import judge_in_parallel
from hookcli.cli.remote import RemoteDocuments
from hookcli.cli.reports import open_reports
from hookcli.dataclass import dataclass
from hookcli.errors import NothingJudged
from hookcli.models import Judgement
from hookcli.reporting import VALIDATION_REPORTERS
from hookcli.schema import catalog
from hookcli.schema.document import Schema
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
    jobs: int
    include_valid: bool
    format_name: str
    reports: tuple[tuple[str, str], ...]
    output: str
    remote: RemoteDocuments | None = field(compare=False)


@click.command(epilog="Example: hookcli validate captured/ --strict --report junit=report.xml")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--event", metavar="NAME", help="Judge every payload as this event, whatever it says it is.")
@options.schema_options
@click.option("--strict", is_flag=True, help="Refuse unknown events, unknown keys and keys that come twice too.")
@click.option("--input-format", type=click.Choice(tuple(FORMATS)), default="auto", show_default=True,
              help="How to read the files; auto goes by name and content.")  # fmt: skip
@click.option("--max-violations", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
              help="How many are shown of one payload.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
              help="Judge N files at the same time.")  # fmt: skip
@click.option("--all", "include_valid", is_flag=True, help="Report the valid payloads too.")
@options.report_options(tuple(VALIDATION_REPORTERS))
@options.output_option
@click.pass_obj
def validate(console: Console, /, *, allow_remote_refs: bool, **given: object) -> int:
    """Judge the payloads in PATH: files, folders, globs, or - for stdin.

    A .json file holds one payload or a list of them, a .jsonl or .ndjson file one a line; a store of captures, what was
    exported from one, and a .har file hold bodies, and are judged by these. The schema is that of each payload's
    event_name.
    """
    remote = options.remote_documents(console, allowed=allow_remote_refs)
    asked = ValidateOptions(**given, remote=remote)  # type: ignore[arg-type]
    _schema.cache_clear()  # it is for this run and its processes alone
    options.warn_of_anything(_schema(asked), console)
    codes = set()
    with (
        open_reports(VALIDATION_REPORTERS, asked, console, include_valid=asked.include_valid) as report,
        console.progress(_judgements(asked), None, "validating") as judgements,
    ):
        for judgement in judgements:
            codes.add(exits.code_of_judgement(judgement))
            report(judgement)
    if not codes:
        raise NothingJudged(f"{' '.join(asked.paths)}: there is no payload in it, so nothing was judged.")
    return exits.worst(codes)


def _judgements(asked: ValidateOptions) -> Iterator[Judgement]:
    """The verdict on each payload, one by one, in the order of the files."""
    sources = expand(asked.paths)
    if asked.jobs == 1 or STDIN in asked.paths:
        for source in sources:
            yield from _judge(source, asked)
    else:
        yield from judge_in_parallel(partial(_judge_all, asked=asked), sources, asked.jobs)


def _judge(source: Source, asked: ValidateOptions) -> Iterator[Judgement]:
    schema = _schema(asked)
    for capture in read(source, asked.input_format):
        yield judge(
            capture,
            catalog.find_event,
            schema=schema,
            strict=asked.strict,
            max_violations=asked.max_violations,
            events=catalog.event_names(),
        )


def _judge_all(source: Source, asked: ValidateOptions) -> list[Judgement]:
    """All verdicts on one file, without the payloads: for the way from one process to another."""
    return [replace(each, capture=replace(each.capture, text=b"", payload=None)) for each in _judge(source, asked)]


@functools.lru_cache(maxsize=1)
def _schema(asked: ValidateOptions) -> Schema | None:
    """The schema that judges every payload, where one was named."""
    if asked.event is not None and asked.schema_path is not None:
        raise click.UsageError("--event and --schema exclude each other: an event has its own schema.")
    if asked.schema_path is not None:
        return load_schema(asked.schema_path, asked.remote)
    return catalog.load_event(asked.event) if asked.event is not None else None
