"""Values from outside, as they are shown: never more of them than a line holds."""

from __future__ import annotations

from collections.abc import Iterable
from json import JSONEncoder

from hookcli.models import Json

LONGEST = 60
"""Characters of an example."""

LONGEST_NAME = 200
"""Characters of a key, an event's name, or a value that was not foreseen."""

CUT = "…"
"""Stands for what is left out."""

_ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", type(None): "null"}


def type_of(value: Json) -> str:
    """The JSON type of a value; a number without a fraction is an integer (JSON Schema 2020-12, section 4.2.3)."""
    return _TYPES.get(type(value)) or ("integer" if value.is_integer() else "number")


def in_order(kinds: Iterable[str]) -> list[str]:
    """JSON types as one names them: null last."""
    return sorted(kinds, key=lambda kind: (kind == "null", kind))


def shown(value: Json, most: int = LONGEST) -> str:
    """A value as JSON, cut where that is long; what is left out is never looked at."""
    if isinstance(value, str):
        value = value[:most]
    text = ""
    for part in _ENCODER.iterencode(value):
        text += part
        if len(text) > most:
            return text[:most] + CUT
    return text


def name_of(text: str) -> str:
    """A name that may be long."""
    return text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + CUT
