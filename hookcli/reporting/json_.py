"""One JSON document, one result a line. The results are kept until the end, as the counts stand before them."""

from __future__ import annotations

import re
from typing import Any

from hookcli.jsontext import dump
from hookcli.models import Json
from hookcli.reporting.characters import encodable
from hookcli.reporting.runs import TOOL, R, RunReporter

_COMMANDS = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]|(?<=##)\\[")
"""JSON may hold them as they are, but a terminal or a CI's runner would obey, or show the text in another order."""


_END = "\n "
"""Before what stands under the document's keys, and behind the last record."""


class JsonReporter(RunReporter[R]):
    """One document: tool, seed, summary, then the results; its keys and their order are a contract."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._kept: list[str] = []

    def take(self, result: R, outcome: str) -> str:  # noqa: ARG002
        """Keep a result."""
        self._kept.append("\n  " + to_json(self.run.record_of(result)))
        return ""

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The document."""
        cut = self.cut(interrupted=interrupted, reason=reason)
        head = to_json({"tool": TOOL, **self.about, **cut, "summary": self.counts})
        lists = [f'"{key}": [{",".join(kept)}{_END if kept else ""}]' for key, kept in self.lists().items()]
        return f"{head[:-1]},\n {f',{_END}'.join(lists)}}}\n"

    def lists(self) -> dict[str, list[str]]:
        """The records, as JSON, by the key that they stand under."""
        return {self.run.results: self._kept}


def to_json(value: Json) -> str:
    """A JSON text in one line, safe to print."""
    return exact_json(_encodable(value))


def exact_json(value: Json) -> str:
    """The same, with lone surrogates as escapes: whoever reads it as RFC 8259 allows gets the very same value."""
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", dump(value).decode())


def _encodable(value: Json) -> Json:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(each) for key, each in value.items()}
    return [_encodable(each) for each in value] if isinstance(value, list) else value
