"""Where a proposed change of schemas goes, and the files that it is about."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from hookcli.cli.console import Console, Output
from hookcli.drift.census import Census
from hookcli.drift.proposal import SchemaFile, propose
from hookcli.schema import catalog, loader
from hookcli.schema.document import Schema


def check_target(target: str | None, output: str, schema_path: str | None) -> None:
    """Whether a proposal can be made, and goes elsewhere than the report.

    Raises:
        click.UsageError: not so.
        OutputUnwritable: there is no such folder, or no right to write there.
    """
    if target is None:
        return
    if target == output:
        raise click.UsageError(f"report and proposal both go to {target}; give one of them a file: -o or --propose.")
    if schema_path == "-":
        raise click.UsageError("--propose changes the file of a schema: name it with --schema, rather than -.")
    Output(target).check()


def write_proposal(target: str, census: Census, schema: Schema | None, console: Console) -> None:
    """Write the change that makes the payloads fit, and say what it does not cover."""
    names = [name for name in census.events if schema is not None or name]
    schemas = {name: schema or catalog.load_event(name) for name in names}
    proposal = propose(census, schemas, partial(_find_file, schema=schema))
    with Output(target, whole=True) as out:
        out.write(proposal.diff.encode("utf-8", "surrogateescape"))
    for sentence in proposal.left:
        console.note(f"not proposed: {sentence}")
    if target != "-":
        apply = f"git apply {target}" if proposal.diff else "nothing to change"
        console.note(f"proposed in {target}: {apply}")


def _find_file(uri: str, schema: Schema | None) -> SchemaFile | None:
    """The file of a schema document, called as a checkout of hookcli, or the working directory, has it."""
    bundled = catalog.file_of(uri)
    if bundled is not None:
        return SchemaFile(f"schemas/{bundled.relative_to(catalog.folder()).as_posix()}", catalog.read_file(bundled))
    file = loader.file_of(schema, uri) if schema is not None else None
    if file is None or schema is None:
        return None
    here = Path.cwd()
    start = here if file.is_relative_to(here) else Path(schema.name).resolve().parent
    return SchemaFile(file.relative_to(start).as_posix(), catalog.read_file(file))
