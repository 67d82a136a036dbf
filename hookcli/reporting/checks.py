"""What a person reads of a run of checks: grouped, the findings with what to do about them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from hookcli.models import CheckResult, CheckVerdict
from hookcli.reporting.characters import visible
from hookcli.reporting.runs import RunReporter
from hookcli.reporting.text import STYLES, Line, ending, paint

_FINDINGS = (CheckVerdict.FAIL, CheckVerdict.ERROR, CheckVerdict.WARN)
"""The worst first."""

_FIRST = ("events", "signatures", "duplicates")
"""What hangs together with most of the rest, or does most harm."""

_WIDTH = 5
_INDENT = 2 + _WIDTH + 2
_LABEL = len("contract  ")
_NARROWEST = 24
"""Columns; text is not wrapped at less."""


class CheckTextReporter(RunReporter[CheckResult]):
    """A line for each check, under what it is about; below a finding its evidence, clause, remedy and reproduction."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._kept: list[CheckResult] = []

    def take(self, result: CheckResult, outcome: str) -> str:  # noqa: ARG002
        """Keep a result; the lines come at the end, grouped."""
        self._kept.append(result)
        return ""

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The whole."""
        end = ending(self, interrupted=interrupted, reason=reason)
        return paint([*self._head(), *self._lines(), *end, *self._advice()], color=self.wishes.color)

    def _head(self) -> Iterator[Line]:
        """Who was asked."""
        if self._kept:
            endpoint, profile = (visible(str(self.about[name])) for name in ("endpoint", "profile"))
            yield [(endpoint, "bold"), (f"  profile {profile}", "dim")]
            yield []

    def _lines(self) -> Iterator[Line]:
        shown = [result for result in self._kept if result.verdict in _FINDINGS or not self.wishes.brief]
        for group, results in groupby(shown, key=lambda result: result.group):
            yield [(visible(group), "bold")]
            together = [*results]
            width = max(len(visible(result.id)) for result in together)
            for result in together:
                yield from self._lines_of(result, width)
            yield []

    def _lines_of(self, result: CheckResult, width: int) -> Iterator[Line]:
        verdict, is_finding = result.verdict.value, result.verdict in _FINDINGS
        first, *rest = self._wrapped(result.message, _INDENT + width + 2)
        head: Line = [("  ", ""), (f"{verdict:{_WIDTH}}", STYLES[verdict]), (f"  {visible(result.id):{width}}  ", "")]
        yield [*head, (first, "" if is_finding else "dim")]
        yield from ([(line, "" if is_finding else "dim")] for line in rest)
        if is_finding:
            yield from self._told("seen", result.evidence)
            yield from self._told("contract", (result.clause,), "dim")
            yield from self._told("remedy", (result.remedy,))
            if result.reproduce:  # in one line, to be copied
                yield [(f"{'':{_INDENT}}{'again':{_LABEL}}", "dim"), (visible(result.reproduce), "")]

    def _told(self, label: str, texts: tuple[str, ...], style: str = "") -> Iterator[Line]:
        """Texts, the first of them after what they are; nothing where there is none."""
        for text in filter(None, texts):
            first, *rest = self._wrapped(text, _INDENT + _LABEL)
            yield [(f"{'':{_INDENT}}{label:{_LABEL}}", "dim"), (first, style)]
            yield from ([(line, style)] for line in rest)
            label = ""

    def _wrapped(self, text: str, indent: int) -> list[str]:
        """Text in lines of the width that there is, all but the first indented."""
        room = (self.wishes.width or 0) - indent
        if room < _NARROWEST:
            return [visible(text)]
        lines = textwrap.wrap(visible(text), room, break_on_hyphens=False) or [""]
        return [lines[0], *(f"{'':{indent}}{line}" for line in lines[1:])]

    def _advice(self) -> Iterator[Line]:
        """What to mend first, of several findings: the others may hang on it."""
        findings = [result for result in self._kept if result.verdict in _FINDINGS]
        if len(findings) > 1:
            first = min(findings, key=_urgency)
            label, name = "mend first: ", f"{visible(first.id)}  "
            lines = self._wrapped(first.remedy or first.message, len(label + name))
            yield [(label, "bold"), (name, STYLES[first.verdict.value]), (lines[0], "")]
            yield from ([(line, "")] for line in lines[1:])


def _urgency(result: CheckResult) -> tuple[int, int]:
    """The order in which findings are worth mending; among equals that of the table."""
    group = _FIRST.index(result.group) if result.group in _FIRST else len(_FIRST)
    return _FINDINGS.index(result.verdict), group
