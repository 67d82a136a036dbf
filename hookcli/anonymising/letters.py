"""Characters -> the characters of their kind, by which they are replaced.

The kinds are those of Unicode 3.2, which every Python has beside its own: so the same key gives the same text on all.
"""

from __future__ import annotations

import functools
from unicodedata import ucd_3_2_0

LOWER, UPPER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"

_BLOCK = 128
_FEW = 16
_PLAIN = {letter: signs for signs in (LOWER, UPPER, DIGITS) for letter in signs}
_STAYING = tuple(
    (int(first, 16), int(last, 16))
    for first, last in (("2000", "206F"), ("2190", "245F"), ("2500", "2BFF"), ("FE00", "FE0F"), ("1F000", "1F0FF"),
                        ("1F200", "1FAFF"), ("E0020", "E007F"))
)  # fmt: skip
"""Symbols and emoji, most of them younger than Unicode 3.2, and what says how they are drawn."""
_CURRENCIES = (0x20A0, 0x20CF)
_ENCLOSED = ((0x2460, 0x24FF), (0x1F100, 0x1F1FF))
"""Letters and digits in circles and squares: symbols to Unicode, but one can write a name with them."""


@functools.lru_cache(maxsize=8_192)
def mates(sign: str) -> str:
    """The characters of the same kind and script; nothing for what says nothing: space, punctuation, symbols."""
    if sign in _PLAIN:
        return _PLAIN[sign]
    code, kind = ord(sign), ucd_3_2_0.category(sign)
    if _within(code, (*_STAYING, _CURRENCIES)):
        return ""
    is_enclosed = _within(code, _ENCLOSED)
    if kind in ("Cn", "Co", "Cs") or is_enclosed:  # of a later Unicode, of private use, or half a surrogate pair
        start = code // _FEW * _FEW
        return "".join(map(chr, range(start, start + _FEW)))
    if kind[0] in "PSZC":
        return ""
    start = code // _BLOCK * _BLOCK
    return "".join(each for each in map(chr, range(start, start + _BLOCK)) if ucd_3_2_0.category(each) == kind)


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def is_silent(text: str) -> bool:
    """Whether a text has neither letters nor digits: there is nothing in it to replace."""
    return not any(map(mates, text))
