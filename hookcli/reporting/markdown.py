"""Tables in GitHub's Markdown, as a job's summary or a comment shows them; never longer than there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hookcli.reporting.characters import markdown
from hookcli.reporting.remarks import Level, Remark, remarks_of
from hookcli.reporting.runs import R, RunReporter, plural, shortened
from hookcli.reporting.text import paint, summary

_ICONS = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.NOTE: "ℹ️"}
_TITLES = ("", "finding", "seen", "what to do")
_LONGEST_CELL = 500
_FRAME = 4_000
"""Bytes that what stands around the rows may take."""


class MarkdownReporter(RunReporter[R]):
    """The counts, and a row for each finding: what, where, and what to do about it."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._rows: list[tuple[str, ...]] = []
        self._room = self.wishes.room - _FRAME
        self._left_out = 0

    def take(self, result: R, outcome: str) -> str:  # noqa: ARG002
        """Keep the rows of a result."""
        for remark in remarks_of(result):
            row = _cells(remark)
            size = len(_row(row).encode("utf-8", "replace"))
            if size > self._room:
                self._room = 0  # what comes later and is shorter would stand there as if nothing were missing
                self._left_out += 1
            else:
                self._room -= size
                self._rows.append(row)
        return ""

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The whole."""
        if self.wishes.room < _FRAME:
            return ""
        lines = [f"### {self.run.title}\n\n", self._about(), self._summary(interrupted=interrupted)]
        lines += [_text(self.wishes.mask(reason)) + "\n\n"] if reason else []
        lines += self._table()
        if self._left_out:
            lines.append(f"{self._left_out:,} more {plural('findings', self._left_out)} had no room here.\n\n")
        return "".join(lines)

    def _table(self) -> list[str]:
        """The rows below their titles; without a column that has nothing in it."""
        titles = _TITLES if any(row[-1] for row in self._rows) else _TITLES[:-1]
        rows = [titles, ["---"] * len(titles), *(row[: len(titles)] for row in self._rows), ()]
        return [_row(row) for row in rows] if self._rows else []

    def _about(self) -> str:
        known = [f"{name} {_code(str(value))}" for name, value in self.about.items() if value is not None]
        return f"{', '.join(known)}\n\n" if known else ""

    def _summary(self, *, interrupted: bool) -> str:
        return f"**{_text(paint([summary(self, interrupted=interrupted)], color=False).strip())}**\n\n"


def _cells(remark: Remark) -> tuple[str, ...]:
    where = ":".join(str(part) for part in (remark.path, remark.line, remark.column) if part is not None)
    seen = [_code(where)] if where else []
    seen += [_text(remark.message), *map(_text, remark.details)]
    remedy = [_text(remark.remedy)] if remark.remedy else []
    remedy += [_code(remark.reproduce)] if remark.reproduce else []
    return _ICONS[remark.level], _code(remark.rule), "<br>".join(seen), "<br>".join(remedy)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n" if cells else "\n"


def _text(text: str) -> str:
    return markdown(shortened(text, _LONGEST_CELL))


def _code(text: str) -> str:
    """Text in a fixed width; as HTML, since between backticks entities are no entities."""
    return f"<code>{_text(text)}</code>"
