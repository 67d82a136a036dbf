"""Options of what reads archives: which captures are meant, how they are read, and who does the work."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hookcli.archives.engines import Engine
from hookcli.archives.pieces import Piece, cut, size_of
from hookcli.archives.pool import cores
from hookcli.archives.reading import Reading
from hookcli.capture.formats import FORMATS
from hookcli.capture.paths import Place
from hookcli.capture.sources import expand
from hookcli.cli.console import Console
from hookcli.cli.options import together
from hookcli.cli.params import Converter
from hookcli.dataclass import dataclass


class At(Converter):
    """`requests.*.body`, or a JSON Pointer with `*`."""

    name = "path"

    def convert(self, value: str | Place, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        """The place that it names."""
        if isinstance(value, Place):
            return value
        place = Place.of(value)
        if not value or (not all(place.steps) and not value.startswith("/")):
            self.fail(f"{value!r} is not a path. Write it as requests.*.body, or as /requests/*/body.", param, ctx)
        return place


paths_argument = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
archive_options = together(
    click.option("--input-format", type=click.Choice(tuple(FORMATS)), default="auto", show_default=True,
                 help="How to read the files; auto goes by name and content."),
    click.option("--at", type=At(), metavar="PATH",
                 help="Where payloads lie in a record, such as requests.*.body; exports of known tools need none."),
    click.option("--jobs", type=click.IntRange(min=1), default=cores, show_default="all cores", metavar="N",
                 help="How many processes share the work, where it is worth it."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveOptions:
    """The captures that are meant, and who reads them."""

    paths: tuple[str, ...]
    input_format: str
    at: Place | None
    jobs: int

    @property
    def reading(self) -> Reading:
        """How what lies there becomes captures."""
        return Reading(self.input_format, at=self.at)

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

    def tell_of(self, missed: int, console: Console) -> None:
        """Say how many records had no payload where one was looked for."""
        if missed:
            records = "1 record has" if missed == 1 else f"{missed:,} records have"
            console.warn(f"{records} nothing at {self.at}, and so no payload was judged there.")
