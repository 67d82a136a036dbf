"""Dates -> other dates of the same decade: a keyed permutation of its days, so two dates never come to the same.

What the order and the rhythm of captures hang on, `timestamp` and all that a key says is a moment, is kept: tests need
it, and it says when a message was sent, not who somebody is. Birth dates, all other days without a time, and moments of
which no key says what they are, are moved. They are not all moved by the same span: whoever knew one of them would then
know all.
"""

from __future__ import annotations

import re
from datetime import date

from hookcli.anonymising.draws import Draws

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)((?:[Tt ]\d\d:\d\d.{0,30})?)", re.ASCII)
_DAYS = (366, 10)


def is_date(text: str) -> bool:
    """Whether a text is a date as ISO 8601 writes it, alone or with a time."""
    return _read(text) is not None


class Moments:
    """Replaces dates.

    Args:
        draws: the key.
    """

    def __init__(self, draws: Draws) -> None:
        self._draws = draws

    def text(self, text: str, attempt: int = 0) -> str:
        """Another date of the same decade; what comes after the day stays."""
        read = _read(text)
        assert read is not None
        day, rest = read
        first = date(max(1, day.year // 10 * 10), 1, 1).toordinal()
        last = date.max.toordinal() if day.year > 9989 else date(day.year // 10 * 10 + 10, 1, 1).toordinal() - 1
        at = day.toordinal() - first
        while True:
            at = self._draws.permuted(at, *_DAYS, "day", str(attempt))
            if at <= last - first:
                return f"{date.fromordinal(first + at).isoformat()}{rest}"


def _read(text: str) -> tuple[date, str] | None:
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])), found[4]
    except ValueError:
        return None
