"""`hookcli validate`: judge captured payloads against their schema."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import field, replace
from functools import partial

import click

from hookcli.archives.judging import IsValid, Judged, judge_lines, shifted
from hookcli.archives.lines import blocks_between
from hookcli.archives.pieces import Piece, batched, cut, size_of
from hookcli.archives.pool import cores, judged_in_parallel
from hookcli.capture.formats import FORMATS, LIMITS, opened, read, unreadable
from hookcli.capture.sources import STDIN, expand, reason
from hookcli.cli import exits, options
from hookcli.cli.console import Console
from hookcli.cli.remote import RemoteDocuments
from hookcli.cli.reports import open_reports
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable, NothingJudged
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
@click.option("--jobs", type=click.IntRange(min=1), default=cores, show_default="all cores", metavar="N",
              help="How many processes share the work, where it is worth it.")  # fmt: skip
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
    pieces = _judged(asked)
    with (
        open_reports(VALIDATION_REPORTERS, asked, console, include_valid=asked.include_valid) as report,
        console.rate("validating", "payloads", size_of(asked.paths)) as count,
    ):
        lines = payloads = 0
        for found in pieces:
            count(found.size, found.payloads or len(found.judgements))
            if not found.is_continued:
                lines = payloads = 0
            for judgement in found.judgements:
                codes.add(exits.code_of_judgement(judgement))
                report(shifted(judgement, lines, payloads))
            if found.valid:
                codes.add(exits.OK)
                report.count(found.valid)
            lines, payloads = lines + found.lines, payloads + found.payloads
    if not codes:
        raise NothingJudged(f"{' '.join(asked.paths)}: there is no payload in it, so nothing was judged.")
    return exits.worst(codes)


def _judged(asked: ValidateOptions) -> Iterator[Judged]:
    """What is found, in the order of the files: in this process where there is little to do, else on all cores."""
    batches = batched(cut(expand(asked.paths), asked.input_format))
    judge_batch = partial(_judge_batch, asked=asked)
    if asked.jobs > 1 and STDIN not in asked.paths:
        first = list(itertools.islice(batches, asked.jobs))  # no more processes than there are batches
        batches = itertools.chain(first, batches)
        if len(first) > 1:
            return judged_in_parallel(judge_batch, batches, len(first), lambda batch: batch[0].is_apart)
    return itertools.chain.from_iterable(map(judge_batch, batches))


def _judge_batch(batch: tuple[Piece, ...], asked: ValidateOptions) -> Iterator[Judged]:
    """All that is found in a batch, without the payloads: for the way from one process to another."""
    for piece in batch:
        yield from map(_light, _judge(piece, asked))


def _judge(piece: Piece, asked: ValidateOptions) -> Iterator[Judged]:
    judge_one = partial(
        judge,
        find_schema=catalog.find_event,
        schema=_schema(asked),
        strict=asked.strict,
        max_violations=asked.max_violations,
        events=catalog.event_names(),
    )
    if piece.data is None and piece.end is None:
        for capture in read(piece.source, asked.input_format):
            yield Judged(is_continued=True, judgements=(judge_one(capture),))
        return
    is_valid, is_exact = _quickly(asked)
    path, is_packed = piece.source.path, asked.input_format == "auto"
    judge_blocks = partial(
        judge_lines, path=path, judge=judge_one, is_valid=is_valid, is_exact=is_exact, is_packed=is_packed
    )
    try:
        if piece.data is not None:
            found = judge_blocks([piece.data])
        else:
            with opened(path) as file:
                found = judge_blocks(blocks_between(file, piece.start, piece.end or 0, LIMITS.line))
    except (FileUnreadable, OSError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        found = Judged(judgements=(judge_one(unreadable(path, why)),))
    yield replace(found, size=piece.size, is_continued=piece.is_continued)


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


def _quickly(asked: ValidateOptions) -> tuple[IsValid | None, bool]:
    """What tells quickly that a payload is valid, and whether it must have integers as they are.

    None where all has to be looked at.
    """
    if asked.strict or asked.include_valid:
        return None, True
    schema = _schema(asked)
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


@functools.lru_cache(maxsize=1)
def _schema(asked: ValidateOptions) -> Schema | None:
    """The schema that judges every payload, where one was named."""
    if asked.event is not None and asked.schema_path is not None:
        raise click.UsageError("--event and --schema exclude each other: an event has its own schema.")
    if asked.schema_path is not None:
        return load_schema(asked.schema_path, asked.remote)
    return catalog.load_event(asked.event) if asked.event is not None else None
