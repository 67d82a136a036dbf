"""The lists of words that anonymising goes by: `lists.json`."""

from __future__ import annotations

import functools
from pathlib import Path

from hookcli.jsontext import parse

_FILE = Path(__file__).parent / "lists.json"


@functools.cache
def _lists() -> dict[str, str]:
    document: dict[str, str] = parse(_FILE.read_bytes())
    return document


def listed(name: str) -> tuple[str, ...]:
    """The words of one list."""
    return tuple(_lists()[name].split())
