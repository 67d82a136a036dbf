"""The data that realistic values are made of: JSON files in `data/`, each read when it is first needed."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import orjson

LOCALES = ("en_IN", "en_US", "en_GB", "de_DE", "hi_IN", "id_ID", "ja_JP", "pt_BR")
"""The locales that there are data for; the first is taken where none is asked for."""

DEFAULT_LOCALE = LOCALES[0]

_FOLDER = Path(__file__).parent / "data"


@functools.cache
def read(name: str) -> Any:
    """The value in a data file: `roles`, `world`, `locales/en_IN`, `languages/en`."""
    return orjson.loads((_FOLDER / f"{name}.json").read_bytes())
