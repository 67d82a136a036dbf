"""Reads reports as those who defined their formats want them read; see formats/README.md."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import xmlschema
from referencing import Registry, Resource

FORMATS = Path(__file__).resolve().parent / "formats"
SARIF = jsonschema.Draft4Validator(
    json.loads((FORMATS / "sarif-2.1.0-rtm.5.json").read_text("utf-8")), format_checker=jsonschema.FormatChecker()
)
_PARTS = [json.loads(file.read_text("utf-8")) for file in sorted((FORMATS / "har-schema-2.0.0").glob("*.json"))]
HAR = jsonschema.Draft6Validator(
    {"$ref": "har.json#"},
    registry=Registry().with_resources((part["$id"].rstrip("#"), Resource.from_contents(part)) for part in _PARTS),
    format_checker=jsonschema.FormatChecker(),
)
JUNIT = xmlschema.XMLSchema(FORMATS / "junit-10.xsd")

_URI = re.compile(r"file:///[\w.~%/-]*|[\w.~%/-]+")


def sarif(text: str) -> Any:
    """The only run of a SARIF report that is valid, and that GitHub takes."""
    document = json.loads(text)
    assert [error.message for error in SARIF.iter_errors(document)] == []
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        (location,) = result["locations"]  # GitHub wants a file's path: no other URI, and not a logical location alone
        assert _URI.fullmatch(location["physicalLocation"]["artifactLocation"]["uri"])
    return run


def har(text: str) -> Any:
    """The entries of a HAR that is valid."""
    document = json.loads(text)
    assert [f"{error.json_path} {error.message}" for error in HAR.iter_errors(document)] == []
    assert document["log"]["version"] == "1.2"
    return document["log"]["entries"]


def junit(text: str) -> ET.Element:
    """The only suite of a JUnit report that Jenkins takes."""
    assert [error.reason for error in JUNIT.iter_errors(text)] == []
    (suite,) = ET.fromstring(text)
    cases = suite.findall("testcase")
    counted = {"tests": len(cases), **{f"{name}s": _having(cases, name) for name in ("failure", "error")}}
    assert {name: int(suite.get(name, "")) for name in counted} == counted
    assert int(suite.get("skipped", "")) == _having(cases, "skipped")
    return suite


def _having(cases: list[ET.Element], name: str) -> int:
    return sum(case.find(name) is not None for case in cases)


@dataclass(frozen=True)
class Command:
    """A workflow command, as the runner of GitHub Actions reads it."""

    name: str
    message: str
    properties: dict[str, str] = field(default_factory=dict)


def commands(text: str) -> list[Command]:
    """The workflow commands in a step's output; what is no command to the runner is left out."""
    return [found for line in text.split("\n") if (found := _command(line)) is not None]


def _command(line: str) -> Command | None:
    assert not re.search(r"##\[[^]]*\]", line) or line.startswith("::"), "the older form of a command"
    found = re.match(r"\s*::(\w[\w-]*)(?: ([^:]*))?::(.*)", line)
    if found is None:
        return None
    pairs = [pair.split("=", 1) for pair in (found[2] or "").split(",") if pair]
    return Command(found[1], _plain(found[3]), {name: _plain(value) for name, value in pairs})


def _plain(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def table(text: str) -> list[list[str]]:
    """The cells of the only table in a Markdown text, its titles first."""
    rows = [line for line in text.split("\n") if line.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert len({len(row) for row in cells}) <= 1, "a cell has a bar in it"
    return [row for row in cells if set(row) != {"---"}]
