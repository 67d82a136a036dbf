"""Holds reports against their schemas: the JSON ones against that which `hookcli schema report` prints, closed.

What it doesn't name is a fault here; to those who read reports it is a key that was added later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import official

from hookcli.reporting.report_schema import report_schema


def closed(schema: Any) -> Any:
    """The same schema, where no object has another key than those that are described."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    is_object = isinstance(schema.get("properties"), dict) and "type" in schema
    return {**made, "additionalProperties": False} if is_object else made


DEFS: dict[str, Any] = closed(report_schema())["$defs"]
_EXPORTS = {"export", "anonymise"}
"""Commands on captures whose format is jsonl where none is named."""

_OFFICIAL: dict[str, Callable[[str], object]] = {
    "junit": official.junit,
    "sarif": official.sarif,
    "har": official.har,
}
"""Formats that others defined."""

_OF_BEFORE = ("before", "of the last run\n")
"""What tests put where a report is to go, and a run that fails is to leave."""

_TYPES = ("null", "string", "integer", "number", "boolean")


def hold(argv: Sequence[object], out: str, folder: Path) -> None:
    """Hold every report of a run against the schema of its format: on standard output, and in files."""
    for name, text in _reports([str(word) for word in argv], out, folder):
        if name in _OFFICIAL and text:
            _OFFICIAL[name](text)
        else:
            hold_text(name, text)


def hold_text(name: str, text: str) -> None:
    """Hold a report against the schema, if it is `json` or `jsonl`; of lines all but the last are no summary."""
    found = [met(kind, value) for kind, value in values(name, text)]
    assert not [each for each in found[:-1] if "last_line" in each], "there is a summary before the end"
    assert not found or found[-1] & {"document", "last_line", "capture"}, "there is no summary at the end"


def values(name: str, text: str) -> Iterator[tuple[str, Any]]:
    """The values in a report, each with what it is: a document, or lines."""
    if name == "json" and text:
        yield "document", json.loads(text)
    elif name == "jsonl":
        assert text.endswith("\n") or not text, "the last line is not whole"
        yield from (("line", json.loads(line)) for line in text.split("\n")[:-1])


def _reports(words: list[str], out: str, folder: Path) -> Iterator[tuple[str, str]]:
    """(format, text) of each; by the first words of JSON where a variable or a file has chosen the format."""
    beside = [report.partition("=") for option, report in pairwise(words) if option == "--report"]
    main = _value(words, "--format") or _format_of(out, words)
    places = [
        (main, _value(words, "-o") or _value(words, "--output") or "-"),
        *((name, path) for name, _, path in beside),
    ]
    for name, path in [(name, path) for name, path in places if name in ("json", "jsonl", *_OFFICIAL)]:
        if path == "-":
            yield name, out
        elif (folder / path).is_file() and (text := (folder / path).read_text("utf-8")) not in _OF_BEFORE:
            yield name, text


def _value(words: list[str], option: str) -> str:
    return words[words.index(option) + 1] if option in words[:-1] else ""


def _format_of(out: str, words: list[str]) -> str:
    _, _, last = out.rstrip("\n").rpartition("\n")
    if last.startswith('{"summary":') or (out.startswith('{"id":') and _EXPORTS & {*words[:2]}):
        return "jsonl"
    return "json" if out.startswith('{"tool":') else ""


def met(kind: str, value: Any) -> set[str]:
    """What of the schema a valid value meets: definitions, keys, words of an enumeration, and types of several.

    Raises:
        AssertionError: it is not valid, or its keys come in another order than they are described in.
    """
    error = jsonschema.exceptions.best_match(_validator(DEFS[kind]).iter_errors(value))
    assert error is None, f"{error.json_path} of a {kind}: {error.message:.2000}"
    return set(_met({"$ref": f"#/$defs/{kind}"}, value, kind))


def all_of_it() -> set[str]:
    """All that there is to be met."""
    return {name for place, schema in DEFS.items() for name in (place, *_names(schema, place))}


def _names(schema: Any, place: str) -> Iterator[str]:
    yield from _choices(schema, place)
    for key, inner in schema.get("properties", {}).items():
        yield f"{place}.{key}"
        yield from _names(inner, f"{place}.{key}")
    if "items" in schema:
        yield from _names(schema["items"], f"{place}[]")


def _choices(schema: Any, place: str) -> Iterator[str]:
    types = schema.get("type")
    yield from (f"{place}={word}" for word in schema.get("enum", ()))
    yield from (f"{place}:{name}" for name in types or () if isinstance(types, list))


def _met(schema: Any, value: Any, place: str) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield name
        yield from _met(DEFS[name], value, name)
    if "anyOf" in schema:
        (branch,) = (each for each in schema["anyOf"] if _validator(each).is_valid(value))
        yield from _met(branch, value, place)
    found = {f"{place}={value}", *(f"{place}:{name}" for name in _TYPES if _validator({"type": name}).is_valid(value))}
    yield from found & {*_choices(schema, place)}
    if isinstance(value, dict):
        yield from _met_in_object(schema.get("properties", {}), value, place)
    if isinstance(value, list):
        yield from (name for each in value for name in _met(schema.get("items", {}), each, f"{place}[]"))


def _met_in_object(properties: Any, value: dict[str, Any], place: str) -> Iterator[str]:
    known = [key for key in properties if key in value]
    assert not known or known == list(value), f"{place}: the keys are in another order than they are described in"
    for key in known:
        yield f"{place}.{key}"
        yield from _met(properties[key], value[key], f"{place}.{key}")


def _validator(schema: Any) -> Any:
    return jsonschema.Draft202012Validator({**schema, "$defs": DEFS})
