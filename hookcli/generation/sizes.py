"""How large a value is."""

from __future__ import annotations

from hookcli.models import Json

LINE = 100
"""Characters of a text that count as much as a value."""


def count_of(payload: Json) -> int:
    """How many values there are in a payload, itself counted."""
    count, waiting = 1, [payload] if isinstance(payload, (dict, list)) else []
    while waiting:
        value = waiting.pop()
        count += len(value)
        inner = value.values() if isinstance(value, dict) else value
        waiting += [each for each in inner if isinstance(each, (dict, list))]
    return count


def size_of_value(value: Json) -> int:
    """Values in a value, itself included; a long text counts as several."""
    if isinstance(value, str):
        return 1 + len(value) // LINE
    size, waiting = 1, [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            size += len(each) // LINE
        elif isinstance(each, (dict, list)):
            size += len(each)
            waiting += each.values() if isinstance(each, dict) else each
            size += sum(map(len, each)) // LINE if isinstance(each, dict) else 0
    return size


def has_more_values(value: Json, most: int) -> bool:
    """Whether there are more values in a value, itself included."""
    waiting: list[Json] = [value]
    for count, each in enumerate(waiting):
        if count >= most:
            return True
        waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return False
