"""Words that say nothing: what free text is replaced with, letter for letter as long, and written in the same case."""

from __future__ import annotations

from random import Random

from hookcli.anonymising.letters import LOWER, UPPER, mates
from hookcli.anonymising.lists import listed

_LOREM = listed("lorem")
_BY_LENGTH = {size: [word for word in _LOREM if len(word) == size] for size in range(2, 13)} | {1: ["a", "e", "o"]}
_LONGEST = max(_BY_LENGTH)


def word_of(source: Random, length: int) -> str:
    """A word of so many letters."""
    made = ""
    while length:
        size = min(length, _LONGEST)
        if length - size == 1:
            size -= 1
        words = _BY_LENGTH.get(size)
        made += words[int(source.random() * len(words))] if words else LOWER[int(source.random() * len(LOWER))]
        length -= size
    return made


def replaced(word: str, source: Random, *, plainly: bool) -> str:
    """Another word in the place of one: as long, in the same case and script.

    Args:
        word: letters, and perhaps what stands between them.
        source: where the randomness comes from.
        plainly: whether letters at random will do, where words have been tried.
    """
    made = iter(word_of(source, len(word)) if not plainly else [LOWER[int(source.random() * 26)] for _ in word])
    return "".join(_letter(sign, next(made), source) for sign in word)


def _letter(sign: str, plain: str, source: Random) -> str:
    if sign in LOWER:
        return plain
    if sign in UPPER:
        return plain.upper()
    kinds = mates(sign)
    return kinds[int(source.random() * len(kinds))] if kinds else sign
