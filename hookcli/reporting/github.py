"""Annotations as GitHub Actions takes them from a step's output: workflow commands, and beside them plain lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from hookcli.reporting.characters import visible
from hookcli.reporting.places import path_shown
from hookcli.reporting.remarks import Level, Remark, remarks_of
from hookcli.reporting.runs import R, RunReporter
from hookcli.reporting.text import paint, summary

MOST = 10
"""Annotations of a level that GitHub shows of one step; others are dropped without a word."""

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


class GitHubReporter(RunReporter[R]):
    """An annotation for each finding, as many as are shown; the others in plain lines; and the counts."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._numbers: Counter[Level] = Counter()

    def take(self, result: R, outcome: str) -> str:  # noqa: ARG002
        """The lines of a result."""
        return "".join(self._line(remark) for remark in remarks_of(result))

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The counts, and what is not shown."""
        cut = self.wishes.mask(reason) or "interrupted before the end"
        lines = [command("error", {"title": self.run.title}, [cut])] if interrupted else []
        lines += [_plain(line) for line in paint([summary(self, interrupted=interrupted)], color=False).splitlines()]
        over = {level: number - MOST for level, number in self._numbers.items() if number > MOST}
        if over:
            left = ", ".join(f"{number:,} {_COMMANDS[level]}s" for level, number in over.items())
            lines.append(f"GitHub shows {MOST} annotations of a kind in a step; in the lines above alone: {left}\n")
        return "".join(lines)

    def _line(self, remark: Remark) -> str:
        self._numbers[remark.level] += 1
        source = remark.path or self.source
        if self._numbers[remark.level] > MOST:
            where = ":".join(str(part) for part in (source or remark.name, remark.line, remark.column) if part)
            return _plain(f"{_COMMANDS[remark.level]}: {where or remark.rule}: {remark.message} ({remark.rule})")
        place = {"file": source and path_shown(source), "line": remark.line, "col": remark.column}
        properties = {**place, "title": f"{self.run.title}: {remark.rule}"}
        return command(_COMMANDS[remark.level], properties, _told(remark))


def _told(remark: Remark) -> list[str]:
    """All that there is to say, a line each."""
    labelled = {"contract": remark.contract, "remedy": remark.remedy, "again": remark.reproduce}
    return [remark.message, *remark.details, *(f"{label}: {text}" for label, text in labelled.items() if text)]


def command(name: str, properties: dict[str, Any], lines: Iterable[str]) -> str:
    """A workflow command in one line, escaped as the Actions toolkit does it (`@actions/core`, command.ts).

    Args:
        name: `error`, `warning` or `notice`.
        properties: those that are None are left out.
        lines: of the message.
    """
    said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value is not None)
    message = "\n".join(map(visible, lines))
    return f"::{name} {said}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """A line that is no command, whatever is in it."""
    return visible(text) + "\n"
