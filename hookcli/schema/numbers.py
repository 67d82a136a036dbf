"""Whether a schema can tell an integer beyond 64 bits from the float beside it, which a fast reader takes it for.

Both are numbers, and integers, on the same side of any smaller bound, and in no enum of smaller numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from hookcli.models import Json

_COMPARING = frozenset({"multipleOf", "divisibleBy", "uniqueItems"})
_LEAST = 1 << 53
"""From here on floats have gaps."""

_ELSEWHERE = ("http://json-schema.org/", "https://json-schema.org/")
"""Metaschemas, which are not among the documents."""


def tells_wide_integers(documents: Iterable[Json], *, is_integer_a_float: bool) -> bool:
    """Whether the verdict may depend on what lies between two floats of 2**64 and more.

    Args:
        documents: all that the schema is made of.
        is_integer_a_float: whether 1.0 is an integer by its draft, as in all from draft 6 on.
    """
    waiting = [*documents]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if not _COMPARING.isdisjoint(value) or _speaks_of_width(value, is_integer_a_float=is_integer_a_float):
                return True
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, (int, float)) and abs(cast("float", value)) >= _LEAST:
            return True
    return False


def _speaks_of_width(schema: dict[str, Json], *, is_integer_a_float: bool) -> bool:
    kind, form, reference = schema.get("type"), schema.get("format"), schema.get("$ref")
    if not is_integer_a_float and (kind == "integer" or (isinstance(kind, list) and "integer" in kind)):
        return True
    return (isinstance(form, str) and "int" in form) or (
        isinstance(reference, str) and reference.startswith(_ELSEWHERE)
    )
