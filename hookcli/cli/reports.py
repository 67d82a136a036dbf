"""Opens the report on standard output and those beside it, and feeds each result to all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import click

from hookcli.cli.console import Console, Output, PipeClosed
from hookcli.errors import HookcliError
from hookcli.reporting import GROWING, SUMMARY, Reporter

R = TypeVar("R")
_Result = TypeVar("_Result", contravariant=True)

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
"""Where GitHub Actions names the file that a step's summary is appended to."""

_SUMMARY_ROOM = 1024 * 1024
"""Bytes of a step's summary; GitHub refuses a longer one whole."""


class EndedEarly(Exception):
    """A run was to end before all was looked at, as it was asked to; its reports say so."""


class Asked(Protocol):
    """The part of a command's options that is about reports."""

    @property
    def format_name(self) -> str:
        """The form of the result."""

    @property
    def reports(self) -> tuple[tuple[str, str], ...]:
        """(format, file) of the reports beside it."""

    @property
    def output(self) -> str:
        """Where the result goes."""


class Add(Protocol[_Result]):
    """Takes results as they come."""

    def __call__(self, *results: _Result) -> None:
        """Report them; where reports are prompt, in one write."""

    def count(self, number: int) -> None:
        """So many results of which nothing is to be said, but that they were there."""


class _Way(Generic[R]):
    """A reporter, and where its text goes."""

    def __init__(self, reporter: Reporter[R], out: Output) -> None:
        self._reporter = reporter
        self._out = out

    def add(self, results: Iterable[R]) -> None:
        self._send("".join([self._reporter.add(result) for result in results]))

    def count(self, number: int) -> None:
        self._reporter.count(number)

    def finish(self, *, interrupted: bool, reason: str) -> None:
        if not self._out.is_spoilt:
            self._send(self._reporter.finish(interrupted=interrupted, reason=reason))

    def _send(self, text: str) -> None:
        if text:
            self._out.write(text.encode("utf-8", "backslashreplace"))


class _Ways(Generic[R]):
    """All reporters."""

    def __init__(self, ways: list[_Way[R]]) -> None:
        self._ways = ways

    def __call__(self, *results: R) -> None:
        for way in self._ways:
            way.add(results)

    def count(self, number: int) -> None:
        for way in self._ways:
            way.count(number)


@contextmanager
def open_reports(
    table: Mapping[str, Callable[..., Reporter[R]]],
    asked: Asked,
    console: Console,
    *,
    is_prompt: bool = False,
    **details: Any,
) -> Iterator[Add[R]]:
    """A function that takes results; however the block ends, every report is finished, and says how it ended.

    Args:
        table: format -> reporter.
        asked: which formats go where.
        console: masks the secrets that it knows in every report.
        is_prompt: whether each result is to be seen as soon as it is there, as of a run that takes hours.
        details: what the reporters are told beside the results.
    """
    with ExitStack() as stack:
        ways: list[_Way[R]] = []
        for name, out, more in _outputs(asked, is_prompt=is_prompt):
            stack.enter_context(out).check()
            reporter = table[name](
                color=out.is_terminal,
                width=out.width,
                explains=out.is_file,
                brief=console.quiet,
                mask=console.redact,
                **details,
                **more,
            )
            ways.append(_Way(reporter, out))

        try:
            yield _Ways(ways)
        except EndedEarly as error:
            _finish(ways, interrupted=True, reason=str(error))
        except HookcliError as error:
            _finish(ways, interrupted=True, reason=str(error))
            raise
        except BaseException:
            _finish(ways, interrupted=True)
            raise
        else:
            _finish(ways)


def _outputs(asked: Asked, *, is_prompt: bool) -> Iterator[tuple[str, Output, dict[str, Any]]]:
    """Where each report goes, and what its reporter is told of that."""
    for name, path in _targets(asked):
        grows = is_prompt and name in GROWING
        yield name, Output(path, whole=not grows, is_prompt=is_prompt), {}
    summary = _summary_file(asked)
    if summary is not None:
        yield SUMMARY, Output(str(summary), append=True), {"room": _room_in(summary)}


def _finish(ways: list[_Way[R]], *, interrupted: bool = False, reason: str = "") -> None:
    """Finish each report, also where another one cannot be written; then say which couldn't."""
    faults: list[Exception] = []
    for way in ways:
        try:
            way.finish(interrupted=interrupted, reason=reason)
        except (HookcliError, PipeClosed) as error:
            faults.append(error)
    if faults:
        raise faults[0]


def _targets(asked: Asked) -> Iterator[tuple[str, str]]:
    """(format, path) of every report; two of them to one place would spoil each other."""
    taken: set[str] = set()
    for name, path in ((asked.format_name, asked.output), *asked.reports):
        place = path if path in ("-", os.devnull) else os.path.realpath(path)
        if place in taken and place != os.devnull:
            raise click.UsageError(f"two reports go to {path}; give each a file of its own.")
        taken.add(place)
        yield name, path


def _summary_file(asked: Asked) -> Path | None:
    """Where GitHub takes a summary, if it is GitHub that the report is for."""
    name = os.environ.get(SUMMARY_VARIABLE)
    formats = {asked.format_name, *(each for each, _ in asked.reports)}
    return Path(name) if name and "github" in formats else None


def _room_in(summary: Path) -> int:
    """What other commands of the same step have left."""
    return _SUMMARY_ROOM - (summary.stat().st_size if summary.exists() else 0)
