"""Sets of characters: exact, as ranges of code points, and as the pool that strings draw from.

A set knows what is surely in it and what is surely out. For `[a-z]` that is everything; for a Unicode property it is
what every Unicode version says alike, so that the same seed gives the same bytes on every Python.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from hookcli.dataclass import dataclass

Ranges: TypeAlias = "tuple[tuple[int, int], ...]"
"""Code points, both ends in, sorted, none touching the next."""

_EVERYTHING: Ranges = ((0, 0xD7FF), (0xE000, 0x10FFFF))
"""All that a JSON string in UTF-8 can hold: surrogates are no characters."""

_NAMED = 0x300
"""A set of more characters than these was not written to name them one by one."""

_WIDE: Ranges = (
    (0xA1, 0xAC), (0xAE, 0x24F), (0x391, 0x3A1), (0x3A3, 0x3CE), (0x400, 0x45F), (0x5D0, 0x5EA), (0x621, 0x63A),
    (0x905, 0x939), (0x3041, 0x3096), (0x4E00, 0x4E3F), (0xAC00, 0xAC3F), (0x1F600, 0x1F64F),
)  # fmt: skip
"""Letters and signs of the scripts that people use, and emoji."""


@dataclass(frozen=True, slots=True)
class CharSet:
    """Characters that are surely in a set, and those that are surely not."""

    inside: Ranges
    outside: Ranges

    def __or__(self, other: CharSet) -> CharSet:
        return CharSet(union(*self.inside, *other.inside), intersection(self.outside, other.outside))

    def __invert__(self) -> CharSet:
        return CharSet(self.outside, self.inside)


def union(*ranges: tuple[int, int]) -> Ranges:
    """All code points of any ranges."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def intersection(one: Ranges, other: Ranges) -> Ranges:
    """The code points of both."""
    found, at = [], 0
    for low, high in one:
        while at < len(other) and other[at][1] < low:
            at += 1
        for start, stop in other[at:]:
            if start > high:
                break
            found.append((max(low, start), min(high, stop)))
    return tuple(found)


def complement(ranges: Ranges) -> Ranges:
    """All characters that are in none of the ranges."""
    gaps, start = [], 0
    for low, high in ranges:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    gaps.append((start, 0x10FFFF))
    return intersection(tuple(gap for gap in gaps if gap[0] <= gap[1]), _EVERYTHING)


def charset(*ranges: tuple[int, int]) -> CharSet:
    """The set that is exactly these ranges."""
    inside = intersection(union(*ranges), _EVERYTHING)
    return CharSet(inside, complement(inside))


@functools.lru_cache(maxsize=1024)
def single(code: int) -> CharSet:
    """The set of one character."""
    return charset((code, code))


def points(codes: Iterable[int]) -> Ranges:
    """Ranges of single code points."""
    return union(*((code, code) for code in codes))


def size(ranges: Ranges) -> int:
    """How many characters there are."""
    return sum(high - low + 1 for low, high in ranges)


ANYTHING = charset(*_EVERYTHING)
NOTHING = ~ANYTHING
LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
DOT = ~charset(*LINE_ENDS)
"""What `.` is (ECMA-262, 22.2.2.7): no line terminator."""

DIGIT = charset((0x30, 0x39))
WORD = charset((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACE = charset(
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
PRINTABLE: Ranges = ((0x20, 0x7E),)
_INVISIBLE = union(
    (0x00, 0x1F), (0x7F, 0xA0), (0xAD, 0xAD), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200F), (0x2028, 0x202F),
    (0x205F, 0x206F), (0x3000, 0x3000), (0xE000, 0xF8FF), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFFF), (0xE0000, 0x10FFFF),
)  # fmt: skip
"""Controls, spaces but the plain one, private use, no characters at all."""


def spelled(ranges: Ranges, most: int = _NAMED) -> str:
    """The characters of the ranges; of very many, some all along."""
    step = max(1, size(ranges) // most)
    return "".join("".join(map(chr, range(low, high + 1, step))) for low, high in ranges)


@functools.lru_cache(maxsize=4096)
def pool_of(ranges: Ranges) -> str:
    """The characters of a set to draw from: those that can be seen come first, and line ends last."""
    return next((spelled(found) for found in _preferences(ranges) if found), "")


def _preferences(ranges: Ranges) -> Iterator[Ranges]:
    if size(ranges) > _NAMED:
        yield intersection(ranges, PRINTABLE)
        yield intersection(ranges, _WIDE)
    yield intersection(ranges, complement(_INVISIBLE))
    yield intersection(ranges, complement(LINE_ENDS))
    yield ranges


def either_case(found: CharSet) -> CharSet:
    """The set with the other case of each letter (flag `i`)."""
    named = intersection(found.inside, ((0x00, 0x58F),))
    other = [swapped for char in spelled(named, 0x600) if len(swapped := char.swapcase()) == 1]
    return found | charset(*points(map(ord, other)))
