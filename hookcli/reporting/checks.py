"""What a person reads of a run of checks: grouped, the findings with what to do about them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from hookcli.models import CheckResult, CheckVerdict
from hookcli.reporting.characters import visible
from hookcli.reporting.runs import Run, RunReporter
from hookcli.reporting.text import STYLES, Line, masked, paint, summary

_WIDTH = 5
_INDENT = " " * (_WIDTH + 4)


class CheckTextReporter(RunReporter[CheckResult]):
    """A line for each check, under what it is about; below a finding its evidence, clause, remedy and reproduction."""

    def __init__(self, run: Run[CheckResult], **wishes: Any) -> None:
        super().__init__(run, **wishes)
        self._kept: list[CheckResult] = []

    def add(self, result: CheckResult) -> str:
        """Take a result; the lines come at the end, grouped."""
        self.count(result)
        self._kept.append(result)
        return ""

    def finish(self, *, interrupted: bool = False) -> str:
        """The whole."""
        lines = [*masked(self._lines(), self.mask), summary(self.counts, "nothing was asked", interrupted)]
        return paint(lines, color=self.color)

    def _lines(self) -> Iterator[Line]:
        width = max((len(result.id) for result in self._kept), default=0)
        for group, results in groupby(self._kept, key=lambda result: result.group):
            yield [(group, "bold")]
            for result in results:
                yield from _result_lines(result, width)
            yield []


def _result_lines(result: CheckResult, width: int) -> Iterator[Line]:
    verdict = result.verdict.value
    yield [
        ("  ", ""),
        (f"{verdict:{_WIDTH}}", STYLES[verdict]),
        (f"  {result.id:{width}}  ", ""),
        (visible(result.message), "" if result.verdict in _FINDINGS else "dim"),
    ]
    if result.verdict in _FINDINGS:
        yield from ([(_INDENT, ""), (visible(line), "")] for line in result.evidence)
        for name, text in (("contract", result.clause), ("remedy", result.remedy), ("again", result.reproduce)):
            if text:
                yield [(f"{_INDENT}{name:8}  ", "dim"), (visible(text), "dim" if name == "contract" else "")]


_FINDINGS = (CheckVerdict.FAIL, CheckVerdict.WARN, CheckVerdict.ERROR)
