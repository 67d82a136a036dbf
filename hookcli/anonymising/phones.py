"""Telephone numbers -> others of the same form that are nobody's.

The form is the country code, the separators and the length. In North America the number ends in 555-01xx, which is
kept for fiction (ATIS-0300115); elsewhere the national number begins with 10, which none of a subscriber does in India,
and hardly any elsewhere. An Indian number is the same with its country code and without.
"""

from __future__ import annotations

import re

from hookcli.anonymising.draws import Draws
from hookcli.anonymising.letters import DIGITS
from hookcli.anonymising.lists import listed
from hookcli.anonymising.registry import Registry

_TOLD = re.compile(r"\+[0-9][0-9 ().\-/]{5,22}[0-9]")
_INDIAN = re.compile(r"(?:91)?[6-9][0-9]{9}")
_SHORTEST = 8
_TWO_DIGITS = frozenset(listed("country_codes"))
"""The country codes of two digits (ITU-T E.164); 1 and 7 have one digit, all others three."""


def is_phone(text: str) -> bool:
    """Whether a text tells by itself that it is a telephone number: by a plus, or as India's mobile numbers begin."""
    if _INDIAN.fullmatch(text):
        return True
    return bool(_TOLD.fullmatch(text)) and len(_digits(text)) >= _SHORTEST


class Phones:
    """Replaces telephone numbers.

    Args:
        draws: the key.
        registry: which pseudonyms were given.
    """

    def __init__(self, draws: Draws, registry: Registry) -> None:
        self._draws = draws
        self._registry = registry

    def text(self, text: str, attempt: int = 0) -> str:
        """Another number, written in the same way."""
        digits = _digits(text)
        code = _code(text, digits)
        national = digits[len(code) :]
        name = national if code in ("", "91") else f"+{digits}"
        other = self._registry.choose(name, lambda at: self._national(national, code, name, at), attempt)
        made = iter(code + other)
        return (
            "".join(next(made) if sign in DIGITS else sign for sign in text) if len(other) == len(national) else other
        )

    def whole(self, number: int, attempt: int = 0) -> int:
        """The same for a number that is written as one."""
        other = int(self.text(str(abs(number)), attempt))
        return other if number > 0 else -other

    def _national(self, digits: str, code: str, name: str, at: int) -> str:
        drawn = "".join(DIGITS[self._draws.number(10, "phone", name, str(at), str(n))] for n in range(len(digits)))
        if code == "1" and len(digits) == len("2125550123"):
            return f"{2 + int(drawn[0]) % 8}{drawn[1:3]}55501{drawn[-2:]}"
        return f"10{drawn[2:]}" if len(digits) > len("10") else drawn


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in DIGITS)


def _code(text: str, digits: str) -> str:
    """The country code; nothing where none is told."""
    if not text.lstrip().startswith("+"):
        return digits[:2] if _INDIAN.fullmatch(digits) and len(digits) > len("9876543210") else ""
    if digits[0] in "17":
        return digits[0]
    return digits[: 2 if digits[:2] in _TWO_DIGITS else 3]
