"""Opens the report on standard output and those beside it, and feeds each result to all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol, TypeVar

import click

from hookcli.cli.console import Console, Output
from hookcli.reporting import Reporter

R = TypeVar("R")


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


@contextmanager
def open_reports(
    table: Mapping[str, Callable[..., Reporter[R]]],
    asked: Asked,
    console: Console,
    *,
    is_prompt: bool = False,
    **details: Any,
) -> Iterator[Callable[[R], None]]:
    """A function that takes each result; when the block ends without an error, every report is finished.

    Args:
        table: format -> reporter.
        asked: which formats go where.
        console: masks the secrets that it knows in every report.
        is_prompt: whether each result is to be seen as soon as it is there, as of a run that takes hours.
        details: what the reporters are told beside the results.
    """
    with ExitStack() as stack:
        ways = []
        for name, path in _targets(asked):
            out = stack.enter_context(Output(path, is_prompt=is_prompt))
            out.check()
            ways.append((table[name](color=out.is_terminal, mask=console.redact, **details), out))

        def add(result: R) -> None:
            for reporter, out in ways:
                _send(reporter.add(result), out)

        def _send(text: str, out: Output) -> None:
            if text:
                out.write(text.encode("utf-8", "backslashreplace"))

        interrupted = True
        try:
            yield add
            interrupted = False
        finally:
            for reporter, out in ways:
                _send(reporter.finish(interrupted=interrupted), out)


def _targets(asked: Asked) -> Iterator[tuple[str, str]]:
    """(format, path) of every report; two of them to one place would spoil each other."""
    taken: set[str] = set()
    for name, path in ((asked.format_name, asked.output), *asked.reports):
        place = path if path in ("-", os.devnull) else os.path.realpath(path)
        if place in taken and place != os.devnull:
            raise click.UsageError(f"two reports go to {path}; give each a file of its own.")
        taken.add(place)
        yield name, path
