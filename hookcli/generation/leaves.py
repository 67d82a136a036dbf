"""Shapes with no places within: strings, and what is known by its type alone."""

from __future__ import annotations

import re
from contextlib import suppress

from hookcli.errors import Unsatisfiable
from hookcli.generation.shapes import Arrays, Numbers, Objects, Shape, Strings, Values
from hookcli.models import Json
from hookcli.schema.dialect import canonical

TYPES = ("object", "array", "string", "number", "boolean", "null")

_LONG = 200
"""Characters of a pattern above which its strings may be long, too."""


def strings_of(view: canonical.StringView) -> Strings:
    """The strings of a view."""
    return Strings(
        view.min_length or 0, view.max_length, tuple(view.patterns), tuple(view.formats),
        tuple(view.content_media_types), tuple(view.content_encodings), tuple(view.excluded_patterns),
        bool(view.excluded or view.excluded_patterns or view.excluded_formats),
        max(map(_shortest, view.patterns), default=0),
    )  # fmt: skip


_REPEATED = re.compile(r"\{\d{3}")


def _shortest(pattern: str) -> int:
    """The fewest characters of a pattern, where it is one of those that ask for many; else 0."""
    if len(pattern) <= _LONG and not _REPEATED.search(pattern):
        return 0
    from hookcli.generation.text.patterns import parse, shortest  # late: few schemas have such a pattern

    with suppress(Unsatisfiable):
        return shortest(parse(pattern))
    return 0


def shape_of_type(name: str) -> Shape:
    """All that has a type."""
    shapes: dict[str, Shape] = {
        "null": Values((None,)), "boolean": Values((False, True)), "integer": Numbers(integral=True),
        "number": Numbers(), "string": Strings(), "array": Arrays(), "object": Objects(),
    }  # fmt: skip
    return shapes[name]


def shapes_of_raw(schema: Json) -> list[Shape]:
    """Shapes for a schema that the canonical form keeps verbatim: by its type, and what its content is said to be."""
    node = schema if isinstance(schema, dict) else {}
    named = node.get("type", list(TYPES))
    names = [named] if isinstance(named, str) else named
    content = [
        tuple(node[key] for key in (keyword,) if key in node) for keyword in ("contentMediaType", "contentEncoding")
    ]
    if any(content) and "string" in names:
        return [Strings(media_types=content[0], encodings=content[1])]
    return [shape_of_type(name) for name in sorted(names, key=type_order)]


def type_order(name: str) -> int:
    """What comes first where a value may have several types."""
    return ("string", "integer", "number", "boolean", "object", "array", "null").index(name)
