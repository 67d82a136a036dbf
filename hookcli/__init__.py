"""hookcli: generate, send, verify and validate Haptik's webhooks.

The names below are the library under the command line; each is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "generate": "hookcli.generation.generator",
    "is_genuine": "hookcli.signing",
    "load_event": "hookcli.schema.catalog",
    "load_profile": "hookcli.schema.catalog",
    "load_schema": "hookcli.schema.loader",
    "sign": "hookcli.signing",
    "validate": "hookcli.validation",
}
"""Public name -> the module that has it."""

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604 (they are strings)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'hookcli' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)
