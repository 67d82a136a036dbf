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
_STAYING = (
    (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2190, 0x245F), (0x2500, 0x2BFF), (0xFE00, 0xFE0F), (0x1F000, 0x1F0FF),
    (0x1F200, 0x1FAFF), (0xE0020, 0xE007F),
)  # fmt: skip
"""Symbols and emoji, most of them younger than Unicode 3.2, and what says how they are drawn."""
_ENCLOSED = ((0x2460, 0x24FF), (0x1F100, 0x1F1FF))
"""Letters and digits in circles and squares: symbols to Unicode, but one can write a name with them."""


@functools.lru_cache(maxsize=8_192)
def mates(sign: str) -> str:
    """The characters of the same kind and script; nothing for what says nothing: space, punctuation, symbols."""
    if sign in _PLAIN:
        return _PLAIN[sign]
    kind = _kind(sign)
    if kind[0] in "PSZC" and kind not in _NEAR:
        return ""
    size = _FEW if kind in _NEAR else _BLOCK
    start = ord(sign) // size * size
    return "".join(each for each in map(chr, range(start, start + size)) if _kind(each) == kind)


_NEAR = ("Cn", "Co", "Cs", "enclosed")
"""Characters of a later Unicode, of private use, halves of a surrogate pair: those beside them will be like them."""


def _kind(sign: str) -> str:
    """The general category of Unicode 3.2, with two corrections: see the ranges."""
    if _within(ord(sign), _STAYING):
        return "So"
    return "enclosed" if _within(ord(sign), _ENCLOSED) else ucd_3_2_0.category(sign)


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def is_silent(text: str) -> bool:
    """Whether a text has neither letters nor digits: there is nothing in it to replace."""
    return not any(map(mates, text))
