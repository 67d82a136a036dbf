"""One JSON document, one result a line. The results are kept until the end, as the counts stand before them."""

from __future__ import annotations

import re
from typing import Any

from hookcli.jsontext import dump
from hookcli.models import Json
from hookcli.reporting.characters import encodable
from hookcli.reporting.runs import TOOL, R, Run, RunReporter

_COMMANDS = re.compile("[\x7f-\x9f]")
"""JSON may hold them as they are, but a terminal would obey."""


class JsonReporter(RunReporter[R]):
    """One document: tool, seed, summary, then the results; its keys and their order are a contract."""

    def __init__(self, run: Run[R], **wishes: Any) -> None:
        super().__init__(run, **wishes)
        self._kept: list[str] = []

    def add(self, result: R) -> str:
        """Take a result."""
        if self.count(result):
            self._kept.append("\n  " + to_json(self.record(result)))
        return ""

    def finish(self, *, interrupted: bool = False) -> str:
        """The document."""
        cut = {"interrupted": True} if interrupted else {}
        head = to_json({"tool": TOOL, **self.about, **cut, "summary": self.counts})
        results = ",".join(self._kept) + ("\n " if self._kept else "")
        return f'{head[:-1]},\n "{self.run.results}": [{results}]}}\n'


def to_json(value: Json) -> str:
    """A JSON text in one line, safe to print."""
    text = dump(_encodable(value)).decode()
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _encodable(value: Json) -> Json:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(each) for key, each in value.items()}
    return [_encodable(each) for each in value] if isinstance(value, list) else value
