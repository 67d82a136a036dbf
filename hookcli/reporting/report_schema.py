"""The JSON Schema of the JSON reports: `report.schema.json` beside this file, which tests hold every report against."""

from __future__ import annotations

from pathlib import Path

from hookcli.jsontext import parse
from hookcli.models import Json

_LINE = {
    "$id": "https://hookcli.example/schemas/report-line.json",
    "title": "One line of a jsonl report of hookcli",
    "$ref": "#/$defs/line",
}
"""What is another in the schema of a line; all that it refers to is the same."""


def report_schema(*, of_line: bool = False) -> dict[str, Json]:
    """The schema of a `json` report, or of one line of a `jsonl` report, in draft 2020-12."""
    document: dict[str, Json] = parse(Path(__file__).with_name("report.schema.json").read_bytes())
    return {**document, **_LINE} if of_line else document
