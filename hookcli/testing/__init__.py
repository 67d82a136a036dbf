"""The pytest plugin: what a project's own tests send to its endpoint, receive, and ask of the sender's contract.

The names below are for annotations and filters; each is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "ArgumentInvalid": "hookcli.testing.outcomes",
    "ContractBroken": "hookcli.testing.outcomes",
    "ContractCheck": "hookcli.testing.contract",
    "ContractUnjudged": "hookcli.testing.outcomes",
    "ContractWarning": "hookcli.testing.outcomes",
    "EndpointWarning": "hookcli.testing.outcomes",
    "Haptik": "hookcli.testing.haptik",
    "HaptikReceiver": "hookcli.testing.receiver",
    "NotDelivered": "hookcli.testing.outcomes",
    "NotReceived": "hookcli.testing.outcomes",
    "Received": "hookcli.testing.receiver",
    "Sent": "hookcli.testing.sent",
    "UnsignedWarning": "hookcli.testing.outcomes",
}
"""Public name -> the module that has it."""

__all__ = sorted(_PUBLIC)  # noqa: PLE0605 (they are strings)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'hookcli.testing' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)
