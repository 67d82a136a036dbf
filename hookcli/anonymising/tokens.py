"""Ids, codes, tokens and numbers -> others of the same form.

Each character is replaced by one of its kind, so patterns, lengths and ranges mostly hold, and the whole is a keyed
permutation of all texts of that form: nothing is remembered, and two originals never come to the same. A number and
the same digits as a string come to the same.
"""

from __future__ import annotations

import functools
import math
import re

from hookcli.anonymising.draws import Draws
from hookcli.anonymising.letters import DIGITS, mates
from hookcli.anonymising.lists import listed
from hookcli.generation.realism.roletable import role_table

_PIECE = 64
"""Characters that are permuted at once; a longer text is taken in pieces, as arithmetic on larger numbers is slow."""

_KEPT = 4_096
"""Pieces that are kept, as captures repeat themselves."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_VERSION, _VARIANT = 14, 19
"""The characters of a UUID that stay (RFC 9562, section 4)."""

_HEXADECIMAL = re.compile(r"(?=.*[0-9])(?=.*[a-fA-F])[0-9a-f]{8,}|(?=.*[0-9])(?=.*[A-F])[0-9A-F]{8,}")
_PREFIX = re.compile(r"([A-Za-z]{1,4})[-_:](?=.*[0-9])")
_MOST_MARKS = 2
_USUAL = frozenset(listed("marks"))
_SHORTEST_WORD = 3
"""Letters that may be a name, where they come before a number and are no usual mark."""

_BOUNDS = (2**31 - 1, 2**32 - 1, 2**53 - 1, 2**63 - 1, 2**64 - 1)
"""What programs read into is as wide as this: a number stays on its side of each."""

_WRITTEN_OUT = 1e16
"""Floats from here on are written with an exponent."""


class Tokens:
    """Replaces ids and numbers.

    Args:
        draws: the key.
    """

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._piece = functools.lru_cache(_KEPT)(self._permuted_piece)

    def text(self, text: str, attempt: int = 0, *, keeps: str = "") -> str:
        """Another text of the same form.

        Args:
            text: an id, a code, a word.
            attempt: each gives another, all of them permutations.
            keeps: what it begins with and is to begin with, beside usual marks such as `ORD-`.
        """
        kept, marks = keeps, 0
        while marks < _MOST_MARKS and (mark := _mark(text[len(kept) : len(kept) + _PIECE])):
            kept, marks = kept + mark, marks + 1
        rest = text[len(kept) :]
        pieces = [rest[at : at + _PIECE] for at in range(0, len(rest), _PIECE)]
        tweaks = [f"{at} {attempt}" if at or attempt else "" for at in range(len(pieces))]
        first = [self._piece(each, tweaks[0], is_unmarked=marks < _MOST_MARKS) for each in pieces[:1]]
        return kept + "".join([*first, *map(self._piece, pieces[1:], tweaks[1:])])

    def whole(self, number: int, attempt: int = 0) -> int:
        """Another whole number of as many digits and the same sign; 0 is 0."""
        if number == 0:
            return 0
        other = int(self.text(str(abs(number)), attempt))
        return other if number > 0 else -other

    def decimal(self, number: float, attempt: int = 0) -> float:
        """Another number of as many digits, before the point and behind it; a whole one stays whole."""
        if number.is_integer() and abs(number) < _WRITTEN_OUT:
            return float(self.whole(int(number), attempt))
        digits, mark, power = repr(abs(number)).partition("e")
        whole, _, fraction = digits.partition(".")
        largest = power == "+308"  # a larger first digit might be more than a float holds
        first = whole if largest else str(self.whole(int(whole), attempt))
        other = self._fraction(fraction, attempt)
        while not math.isfinite(float(f"{first}.{other or 0}{mark}{power}")):
            other = self._fraction(other, attempt)
        return math.copysign(float(f"{first}.{other or 0}{mark}{power}"), number)

    def _fraction(self, digits: str, attempt: int) -> str:
        """Other digits behind the point, not all of them 0."""
        other = self._piece(digits, f"fraction {attempt}")
        while other and not other.strip("0"):
            other = self._piece(other, f"fraction {attempt}")
        return other

    def _permuted_piece(self, text: str, tweak: str, *, is_unmarked: bool = False) -> str:
        """Steps along the permutation until the text is again of the same form: so it stays one.

        `is_unmarked`: what comes out is to have no mark either.
        """
        kinds, form = _kinds(text), _form(text)
        other = self._permuted(text, kinds, tweak)
        while other != text and (_form(other) != form or (is_unmarked and _mark(other))):
            other = self._permuted(other, kinds, tweak)
        return other

    def _permuted(self, text: str, kinds: list[str], tweak: str) -> str:
        """The text that comes after this one, among all whose characters are of these kinds."""
        free = [at for at, kind in enumerate(kinds) if len(kind) > 1]
        number, sizes = 0, []
        for at in free:
            number = number * len(kinds[at]) + kinds[at].index(text[at])
            sizes.append(len(kinds[at]))
        form = "".join(kind[:1] if len(kind) > 1 else sign for kind, sign in zip(kinds, text, strict=True))
        number = self._draws.permuted(number, *_halves(sizes), "token", form, tweak)
        signs = list(text)
        for at in reversed(free):
            number, index = divmod(number, len(kinds[at]))
            signs[at] = kinds[at][index]
        return "".join(signs)


def _halves(sizes: list[int]) -> tuple[int, int]:
    middle = len(sizes) // 2
    high = low = 1
    for size in sizes[:middle]:
        high *= size
    for size in sizes[middle:]:
        low *= size
    return high, low


def _mark(text: str) -> str:
    """What an id begins with that says of what it is, not whose: `u-`, `ORD-`, `evt_`."""
    found = _PREFIX.match(text)
    if not found or _UUID.fullmatch(text):
        return ""
    word = found[1].lower()
    marks = role_table().id_marks
    known = len(word) < _SHORTEST_WORD or word in _USUAL or word in marks or word.upper() in marks.values()
    return found[0] if known else ""


def _kinds(text: str) -> list[str]:
    """For each character those by which it may be replaced."""
    kinds = list(map(mates, text))
    if _UUID.fullmatch(text):
        kinds = [_narrow(kind) for kind in kinds]
        kinds[_VERSION] = kinds[_VARIANT] = ""
    elif _HEXADECIMAL.fullmatch(text):
        kinds = [_narrow(kind) for kind in kinds]
    elif text.isascii() and text.isdigit():  # a number does not begin with 0, and what does is none
        kinds[0] = DIGITS[1:] if text[0] != "0" else ""
    return kinds


def _narrow(kind: str) -> str:
    return kind if kind == DIGITS else kind[:6]


def _form(text: str) -> tuple[str, int]:
    """What tells texts apart that are permuted among themselves."""
    if _UUID.fullmatch(text):
        return "uuid", 0
    if _HEXADECIMAL.fullmatch(text):
        return "hexadecimal", 0
    if text.isascii() and text.isdigit():
        return "number", sum(int(text) > bound for bound in _BOUNDS) if text[0] != "0" else 0
    return "", 0
