"""Options of what reads archives: which captures are meant, how they are read, and who does the work."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import click

from hookcli.archives.engines import Engine
from hookcli.archives.pieces import Piece, cut, size_of
from hookcli.archives.pool import cores
from hookcli.archives.reading import Place, Reading
from hookcli.archives.sampling import Sample
from hookcli.capture.formats import FORMATS
from hookcli.capture.paths import At
from hookcli.capture.remotes import shown
from hookcli.capture.sources import expand
from hookcli.cli.console import Console
from hookcli.cli.options import together
from hookcli.cli.params import Converter
from hookcli.cli.times import When
from hookcli.dataclass import dataclass


class AtPath(Converter):
    """`requests.*.body`, or a JSON Pointer with `*`."""

    name = "path"

    def convert(self, value: str | At, param: click.Parameter | None, ctx: click.Context | None) -> At:
        """The place that it names."""
        if isinstance(value, At):
            return value
        place = At.of(value)
        if not value or (not value.startswith("/") and (not all(place.steps) or re.search(r"[/\[\]$]", value))):
            self.fail(f"{value!r} is not a path. Write it as requests.*.body, or as /requests/*/body.", param, ctx)
        return place


class Scheduler(Converter):
    """`tcp://10.0.0.5:8786`, `tls://...`, or without either."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """`10.0.0.5:8786` -> `tcp://10.0.0.5:8786`."""
        if not _ADDRESS.fullmatch(value):
            self.fail(f"{value!r} is no address of a scheduler. Write it as tcp://10.0.0.5:8786.", param, ctx)
        return value if "://" in value else f"tcp://{value}"


_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?([\w.-]+|\[[\da-fA-F:.%]+\]):\d{1,5}")

ENGINES = ("local", "dask")

paths_argument = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
archive_options = together(
    click.option("--input-format", type=click.Choice(tuple(FORMATS)), default="auto", show_default=True,
                 help="How to read the files; auto goes by name and content."),
    click.option("--at", type=AtPath(), metavar="PATH",
                 help="Where payloads lie in a record, such as requests.*.body; exports of known tools need none."),
    click.option("--since", type=When(), metavar="TIME",
                 help="Only what came then or later, or tells no time: 2026-11-27, 2026-11-27T10:00, 2h, 3d."),
    click.option("--sample", "sample_size", type=click.IntRange(min=1), metavar="N",
                 help="Only so many payloads, drawn at random."),
    click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Draw the same sample again."),
    click.option("--jobs", type=click.IntRange(min=1), default=cores, show_default="all cores", metavar="N",
                 help="How many processes share the work, where it is worth it."),
    click.option("--engine", "engine_name", type=click.Choice(ENGINES), default="local", show_default=True,
                 help="Who does the work: processes of this machine, or a Dask cluster."),
    click.option("--scheduler", type=Scheduler(), metavar="ADDRESS",
                 help="The cluster's scheduler, in a network that you trust: whoever reaches it runs code there. "
                      "Without it, --engine dask starts --jobs workers here."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveOptions:
    """The captures that are meant, and who reads them."""

    paths: tuple[str, ...]
    input_format: str
    at: At | None
    since: float | None
    sample_size: int | None
    seed: int | None
    jobs: int
    engine_name: str
    scheduler: str | None

    @property
    def reading(self) -> Reading:
        """How what lies there becomes captures."""
        return Reading(self.input_format, at=self.at, since=self.since)

    @property
    def engine(self) -> Engine:
        """Who does the work."""
        if self.engine_name == "dask":
            from hookcli.archives.cluster import Cluster  # late: few work on one

            return Engine(self.jobs, Cluster(address=self.scheduler))
        if self.scheduler is not None:
            raise click.UsageError("--scheduler is that of a Dask cluster: add --engine dask.")
        return Engine(self.jobs)

    @property
    def size(self) -> int | None:
        """Bytes that there are, where that can be known."""
        return size_of(self.paths)

    def pieces(self) -> Iterator[Piece]:
        """What lies there, in pieces, in the order of the files."""
        return cut(expand(self.paths), self.input_format)

    def sample(self) -> Sample | None:
        """What to draw a sample with, where one is wanted; a seed that was not given is drawn first."""
        if self.sample_size is None:
            return None
        seed = self.seed if self.seed is not None else random.randrange(1_000_000)  # noqa: S311 (no secret)
        return Sample(self.sample_size, seed)

    def nothing(self, place: Place) -> str:
        """That there was no payload, and where."""
        paths = " ".join(map(shown, self.paths))
        where = ("" if self.at is None else f" at {self.at}") + (" since then" if place.early else "")
        return f"{paths}: there is no payload in it{where}"

    def tell_of(self, place: Place, sample: Sample | None, console: Console) -> None:
        """Say what was not judged, and which sample was drawn."""
        if sample is not None:
            drawn = f"{len(sample.captures()):,} of {sample.total:,} payloads"
            console.note(f"a sample: {drawn}  (--sample {self.sample_size} --seed {sample.seed} draws the same again)")
        if place.early:
            payloads = "1 payload" if place.early == 1 else f"{place.early:,} payloads"
            console.note(f"{payloads} came before --since, and did not count.")
        if place.missed:
            records = "1 record has" if place.missed == 1 else f"{place.missed:,} records have"
            console.warn(f"{records} nothing at {self.at}, and so no payload was judged there.")
