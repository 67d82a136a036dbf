"""Why a validator does not take a schema, said so that it can be found and mended."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hookcli.models import Json
from hookcli.schema.references import escape


def lone_surrogate(documents: Mapping[str, Json]) -> str:
    """Where half a surrogate pair stands, and which."""
    waiting: list[tuple[str, Json]] = [("", each) for each in documents.values()]
    while waiting:
        pointer, node = waiting.pop()
        texts = [node] if isinstance(node, str) else [*node] if isinstance(node, dict) else []
        found = re.search(r"[\ud800-\udfff]", "".join(texts))
        if found is not None:
            half = f"\\u{ord(found[0]):04x}"
            return f"{pointer}: half a surrogate pair, {half}, is no character. Write the whole pair, or leave it out."
        if isinstance(node, dict):
            waiting += [(f"{pointer}/{escape(key)}", each) for key, each in node.items()]
        elif isinstance(node, list):
            waiting += [(f"{pointer}/{at}", each) for at, each in enumerate(node)]
    return ": half a surrogate pair is no character."


_LONGEST = 300
"""Characters of a message that is not ours."""


def cut(message: str) -> str:
    """A message whose middle is left out where it is long: it may quote what is megabytes large."""
    half = _LONGEST // 2
    return message if len(message) <= _LONGEST else f"{message[:half]} ... {message[-half:]}"
