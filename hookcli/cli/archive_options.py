"""Options of what reads archives: which captures are meant, how they are read, and who does the work."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hookcli.archives.engines import Engine
from hookcli.archives.pieces import Piece, cut, size_of
from hookcli.archives.pool import cores
from hookcli.archives.reading import Reading
from hookcli.capture.formats import FORMATS
from hookcli.capture.sources import expand
from hookcli.cli.options import together
from hookcli.dataclass import dataclass

paths_argument = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
archive_options = together(
    click.option("--input-format", type=click.Choice(tuple(FORMATS)), default="auto", show_default=True,
                 help="How to read the files; auto goes by name and content."),
    click.option("--jobs", type=click.IntRange(min=1), default=cores, show_default="all cores", metavar="N",
                 help="How many processes share the work, where it is worth it."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveOptions:
    """The captures that are meant, and who reads them."""

    paths: tuple[str, ...]
    input_format: str
    jobs: int

    @property
    def reading(self) -> Reading:
        """How what lies there becomes captures."""
        return Reading(self.input_format)

    @property
    def engine(self) -> Engine:
        """Who does the work."""
        return Engine(self.jobs)

    @property
    def size(self) -> int | None:
        """Bytes that there are, where that can be known."""
        return size_of(self.paths)

    def pieces(self) -> Iterator[Piece]:
        """What lies there, in pieces, in the order of the files."""
        return cut(expand(self.paths), self.input_format)
