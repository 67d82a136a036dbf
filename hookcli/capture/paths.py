"""`--at`: where payloads lie in a record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hookcli.capture.bodies import Body, of_value
from hookcli.dataclass import dataclass
from hookcli.jsontext import parse_quickly
from hookcli.models import Json

EACH = "*"


class Misses:
    """How many records had nothing at a place."""

    def __init__(self) -> None:
        self.count = 0


@dataclass(frozen=True, slots=True)
class At:
    """A way into a record: keys, positions, and `*` for each item of a list or each value of an object."""

    steps: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> At:
        """The place that a text names: dotted (`requests.*.body`), or a JSON Pointer with `*` (`/requests/*/body`)."""
        if text.startswith("/"):
            return cls(tuple(step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/")))
        return cls(tuple(text.split(".")) if text else ())

    def halves(self) -> tuple[tuple[str, ...], At] | None:
        """The keys that lead to a list, and the place in each of its items; None where it leads through none."""
        if EACH not in self.steps:
            return None
        at = self.steps.index(EACH)
        return self.steps[:at], At(self.steps[at + 1 :])

    def only(self, record: Json) -> Json:
        """The one payload that lies there in a record.

        Raises:
            LookupError: there may be none, or several.
            TypeError: the same.
            ValueError: what is there is a text that is no JSON, or that only `jsontext.parse` reads as it is.
        """
        for step in self.steps:
            if isinstance(record, list) and not _POSITION.fullmatch(step):
                raise LookupError
            record = record[int(step) if isinstance(record, list) else step]
        if record is None:
            raise LookupError
        return parse_quickly(record.encode()) if isinstance(record, str) else record

    def __str__(self) -> str:
        return ".".join(self.steps)

    def bodies(self, record: Json, misses: Misses) -> Iterator[Body]:
        """What lies there in a record, in its order; null is nothing."""
        found = [of_value(value, pointer) for pointer, value in _found(record, self.steps, "", misses)]
        misses.count += not found and EACH not in self.steps
        return iter(found)


def _found(value: Json, steps: tuple[str, ...], pointer: str, misses: Misses) -> Iterator[tuple[str, Json]]:
    """The values at a place; of each item on the way that has none, a miss is counted."""
    if not steps:
        if value is not None:
            yield pointer, value
        return
    first, rest = steps[0], steps[1:]
    is_first = True
    for name, inner in _inner(value, first):
        is_first = False
        found = list(_found(inner, rest, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}", misses))
        misses.count += first == EACH and EACH not in rest and not found
        yield from found
    misses.count += is_first and EACH in steps


def _inner(value: Json, step: str) -> Iterator[tuple[str | int, Json]]:
    """The values that a step leads to, with their keys or positions."""
    if isinstance(value, dict):
        if step in value:
            yield step, value[step]
        elif step == EACH:
            yield from value.items()
    elif isinstance(value, list):
        if step == EACH:
            yield from enumerate(value)
        elif _POSITION.fullmatch(step) and int(step) < len(value):
            yield int(step), value[int(step)]


_POSITION = re.compile(r"0|[1-9][0-9]{0,8}")
