"""JSON Lines: one result a line as it comes, and the counts on the last."""

from __future__ import annotations

from hookcli.reporting.json_ import to_json
from hookcli.reporting.runs import TOOL, R, RunReporter


class JsonLinesReporter(RunReporter[R]):
    """The results of the JSON report, in constant memory."""

    def take(self, result: R, outcome: str) -> str:  # noqa: ARG002
        """The line of a result."""
        return to_json(self.run.record_of(result)) + "\n"

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The line with the counts."""
        cut = self.cut(interrupted=interrupted, reason=reason)
        return to_json({"summary": self.counts, **cut, **self.about, "tool": TOOL}) + "\n"
