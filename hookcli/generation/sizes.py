"""How large a payload is."""

from __future__ import annotations

from hookcli.models import Json


def size_of(payload: Json) -> int:
    """How many values there are in a payload, itself counted."""
    count, waiting = 1, [payload] if isinstance(payload, (dict, list)) else []
    while waiting:
        value = waiting.pop()
        count += len(value)
        inner = value.values() if isinstance(value, dict) else value
        waiting += [each for each in inner if isinstance(each, (dict, list))]
    return count
