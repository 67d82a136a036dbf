"""Where text goes: the result to standard output or a file, everything else to standard error.

Every line passes the mask for the secrets that are known, whatever made it.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, TypeVar

import click

from hookcli.dataclass import dataclass
from hookcli.errors import OutputUnwritable
from hookcli.models import Standing
from hookcli.redaction import redact
from hookcli.reporting.characters import visible

T = TypeVar("T")


class Living(Protocol):
    """What goes on for a while, and can be looked at from any thread."""

    @property
    def standing(self) -> Standing:
        """How things stand."""

    def now(self) -> float:
        """Seconds since it started."""


@dataclass(slots=True)
class Console:
    """What all commands know of the terminal; click's `ctx.obj`."""

    quiet: bool = False
    verbose: bool = False
    secrets: set[str] = field(default_factory=set)
    """Known secrets, masked wherever they turn up."""

    def note(self, text: str) -> None:
        """Something that the user may want to know; silent with `-q`."""
        if not self.quiet:
            click.echo(self._clean(text), err=True)

    def announce(self, text: str) -> None:
        """What others wait for, as the address of a receiver that is ready; said with `-q` too."""
        click.echo(self._clean(text), err=True)

    def warn(self, text: str) -> None:
        """Something that the user must know."""
        click.echo(click.style("warning: ", fg="yellow") + self._clean(text), err=True)

    def fail(self, text: str) -> None:
        """Why the command could not do its work."""
        click.echo(click.style("error: ", fg="red", bold=True) + self._clean(text), err=True)

    def redact(self, text: str) -> str:
        """The same text with the secrets masked."""
        return redact(text, self.secrets)

    def _clean(self, text: str) -> str:
        """A message, secrets masked and without what could command a terminal; its own line ends stay."""
        return "\n".join(visible(line) for line in redact(text, self.secrets).split("\n"))

    @contextmanager
    def progress(self, items: Iterable[T], total: int | None, title: str) -> Iterator[Iterable[T]]:
        """The same items, counted by a bar on a terminal."""
        if not self._is_watched or (total is not None and total < 20):
            yield items
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=RichConsole(stderr=True), transient=True) as bar:
            yield bar.track(items, total=total, description=title)

    @contextmanager
    def rate(self, title: str, noun: str, total: int | None) -> Iterator[Callable[[int, int], None]]:
        """A function that is told of bytes and items that are done; on a terminal a bar shows how fast, and how long.

        Args:
            title: what is done.
            noun: what the items are, in the plural.
            total: bytes; None where they are not known.
        """
        if not self._is_watched:
            yield lambda _size, _items: None
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

        many = TextColumn("{task.fields[items]:,} " + noun)
        columns = (TextColumn("{task.description}"), BarColumn(), many, TransferSpeedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=RichConsole(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=total, items=0)

            def count(size: int, items: int) -> None:
                bar.update(task, advance=size, items=bar.tasks[0].fields["items"] + items)

            yield count

    @contextmanager
    def live(self, living: Living) -> Iterator[None]:
        """On a terminal, how things stand, below all text and always up to date."""
        if not self._is_watched:
            yield
            return
        from rich.console import Console as RichConsole
        from rich.live import Live
        from rich.text import Text

        from hookcli.reporting.lifecycle import standing_lines

        def draw() -> Text:
            return Text("\n").join(Text.assemble(*line) for line in standing_lines(living.standing, living.now()))

        with Live(get_renderable=draw, console=RichConsole(stderr=True), refresh_per_second=8, transient=True):
            yield

    @property
    def _is_watched(self) -> bool:
        """Whether a person is looking who wants to see how it goes on."""
        return not self.quiet and sys.stderr is not None and sys.stderr.isatty() and is_colourful()


def is_colourful() -> bool:
    """Whether colour and progress are wanted: `NO_COLOR` (no-color.org) and a dumb terminal turn them off."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class PipeClosed(Exception):
    """Whoever read our standard output has gone; of a BrokenPipeError click would make exit code 1."""


class Output:
    """A result's way out: a file, or standard output for `-`. A file is opened at the first write, or at the end.

    Args:
        path: the file, or `-`.
        whole: nobody is to see half of it: what was written takes the file's place at the end.
        append: go on after what is there.
        is_prompt: whether whoever reads along sees each write at once, rather than when there are some kB of it.

    Raises:
        OutputUnwritable: on entering the write, when the file cannot be written.
    """

    def __init__(self, path: str, *, whole: bool = False, append: bool = False, is_prompt: bool = False) -> None:
        self._path = path
        self._whole = whole
        self._append = append
        self._is_prompt = is_prompt
        self._stream: BinaryIO | None = None
        self._draft: Path | None = None
        """What is written meanwhile, and becomes the file."""
        self.is_spoilt = False
        """Whether something could not be written."""

    @functools.cached_property
    def is_terminal(self) -> bool:
        """Whether a person is looking, and colour is wanted."""
        return self._path == "-" and sys.stdout is not None and sys.stdout.isatty() and is_colourful()

    @property
    def is_file(self) -> bool:
        """Whether it is read apart from what standard error says."""
        return self._path != "-"

    @property
    def width(self) -> int | None:
        """Columns of the terminal, where a person is looking."""
        return shutil.get_terminal_size().columns if self.is_terminal else None

    def check(self) -> None:
        """Look whether it can be written, before there is anything to write.

        Raises:
            OutputUnwritable: there is no such folder, or no right to write there.
        """
        file = Path(self._path)
        target = file if file.exists() else file.parent
        if self._path != "-" and (file.is_dir() or not target.exists() or not os.access(target, os.W_OK)):
            why = "it is a folder" if file.is_dir() else "there is no such folder, or no right to write in it"
            raise OutputUnwritable(f"{self._path}: cannot write there: {why}.")

    def write(self, data: bytes) -> None:
        """Send bytes on."""
        with self._faults():
            if self._stream is None:
                self._stream = self._open()
            if self.is_terminal:
                sys.stdout.write(data.decode("utf-8", "replace"))  # through what keeps a progress bar below the text
                sys.stdout.flush()
            else:
                self._stream.write(data)
                if self._is_prompt:
                    self._stream.flush()

    def write_all(self, pieces: Iterable[bytes]) -> None:
        """Send one piece after the other on as they come; where nobody sees each at once, at much less cost."""
        if self.is_terminal or self._is_prompt:
            for piece in pieces:
                self.write(piece)
        else:
            self.write(b"")
            with self._faults():
                self._stream.writelines(pieces)  # type: ignore[union-attr]

    def _open(self) -> BinaryIO:
        if self._path == "-":
            if sys.stdout is None:
                raise OutputUnwritable("standard output is closed.")
            return sys.stdout.buffer
        if self._whole:
            draft = _draft_of(Path(os.path.realpath(self._path)))
            if draft is not None:
                self._draft, stream = draft
                return stream
        return Path(self._path).open("ab" if self._append else "wb")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What goes wrong with a file or a pipe, in our words."""
        try:
            yield
        except BrokenPipeError as error:
            self.is_spoilt = True
            raise PipeClosed from error
        except OSError as error:
            self.is_spoilt = True
            raise OutputUnwritable(f"{self._path}: cannot write there: {error.strerror or error}.") from error

    def __enter__(self) -> Output:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is None and kind is None:
            self.write(b"")
        if self._stream is None:
            return
        try:
            with self._faults():
                self._stream.flush()
        finally:
            if self._path != "-":
                with self._faults():
                    self._settle(self._stream)

    def _settle(self, file: BinaryIO) -> None:
        """Close the file, and put what was written into its place; throw it away where it is not all."""
        with suppress(OSError) if self.is_spoilt else nullcontext():
            file.close()
        if self._draft is not None and self.is_spoilt:
            self._draft.unlink(missing_ok=True)
        elif self._draft is not None:
            self._draft.replace(os.path.realpath(self._path))


def _is_ours(file: os.stat_result) -> bool:
    """Whether a file is this user's, where there are users."""
    return not hasattr(os, "geteuid") or file.st_uid == os.geteuid()


def _draft_of(file: Path) -> tuple[Path, BinaryIO] | None:
    """A new file beside one, with its rights, and the way to write it; None where there can or should be none.

    A device or a pipe is written as it is, and so is a file in a folder that may not be written to, or another's.
    """
    try:
        before = file.stat() if file.exists() else None
        if before is not None and not (file.is_file() and _is_ours(before)):
            return None
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        stream = draft.open("xb")
    except OSError:
        return None
    if before is not None:
        with suppress(OSError):
            draft.chmod(before.st_mode & 0o777)
    return draft, stream
