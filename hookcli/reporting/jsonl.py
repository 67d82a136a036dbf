"""JSON Lines: one result a line as it comes, and the counts on the last."""

from __future__ import annotations

from hookcli.reporting.json_ import to_json
from hookcli.reporting.runs import TOOL, R, RunReporter


class JsonLinesReporter(RunReporter[R]):
    """The results of the JSON report, in constant memory."""

    def add(self, result: R) -> str:
        """The line of a result."""
        return to_json(self.record(result)) + "\n" if self.count(result) else ""

    def finish(self, *, interrupted: bool = False) -> str:
        """The line with the counts."""
        cut = {"interrupted": True} if interrupted else {}
        return to_json({"summary": self.counts, **cut, **self.about, "tool": TOOL}) + "\n"
