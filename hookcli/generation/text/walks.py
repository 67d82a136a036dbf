"""Random walks through the automaton of several patterns: each ends in a string of a wanted length."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from itertools import accumulate
from random import Random
from typing import TypeAlias

from hookcli.errors import Unsatisfiable
from hookcli.generation.text.characters import PRINTABLE, WORD, Ranges, intersection, pool_of, spelled, union
from hookcli.generation.text.languages import Language
from hookcli.generation.text.terms import TooLarge

_MOST_STATES = 1_500
_MOST_STEPS = 2_000_000
"""States times lengths that are looked at."""

_VARIETY = 12
"""Lengths to choose among where more are allowed."""

_PLAIN = intersection(WORD.inside, ((0x30, 0x39), (0x61, 0x7A)))
"""What a set of everything is drawn from: letters and digits."""


_HEAVIEST = 40
"""A set is the likelier the more characters it has, up to these."""

_Options: TypeAlias = "tuple[list[float], list[tuple[str, int]]]"
"""Weights added up, and beside each the characters to draw from and the state after them."""


class Walks:
    """What can be reached in an automaton, and how far the end is.

    Args:
        language: what the strings must be.
        least: the fewest characters.
        most: the most characters, or None.

    Raises:
        TooLarge: no end was found within our bounds.
        Unsatisfiable: there is no such string.
    """

    def __init__(self, language: Language, least: int, most: int | None) -> None:
        self._blocks = language.blocks
        self._pools: dict[int, str] = {}
        self._options: dict[tuple[int, int], _Options] = {}
        self._explore(language)
        self._levels = [sum(1 << at for at, term in enumerate(self._terms) if language.terms.is_end(term))]
        self.lengths = self._find_lengths(least, most)
        if not self.lengths:
            if not (self._whole and language.exact):
                raise TooLarge
            raise Unsatisfiable("no string matches all of the patterns" + _of_length(least, most))

    def _explore(self, language: Language) -> None:
        """The states that can be reached, the near ones first."""
        numbers, self._terms = {language.start: 0}, [language.start]
        self._steps: list[list[tuple[int, int]]] = []
        self._whole = True
        for term in self._terms:
            steps = []
            for mask, after in self._try(language, term):
                if after not in numbers and len(self._terms) < _MOST_STATES:
                    numbers[after] = len(self._terms)
                    self._terms.append(after)
                self._whole = self._whole and after in numbers
                steps += [(mask, numbers[after])] if after in numbers else []
            self._steps.append(steps)
        self._after = [sum(1 << at for at in {at for _, at in steps}) for steps in self._steps]

    def _try(self, language: Language, term: int) -> list[tuple[int, int]]:
        try:
            return language.terms.steps(term)
        except TooLarge:
            self._whole = False
            return []

    def _find_lengths(self, least: int, most: int | None) -> list[int]:
        """Lengths that strings can have, from the least on; each level says which states are that far from an end."""
        size = len(self._terms)
        furthest = least + size + _VARIETY if most is None else min(most, least + size + _VARIETY)
        found = [0] if least == 0 and self._levels[0] & 1 else []
        for length in range(1, furthest + 1):
            if length * size > _MOST_STEPS:
                self._whole = False
                break
            last = self._levels[-1]
            level = sum(1 << at for at, after in enumerate(self._after) if after & last)
            self._levels.append(level)
            if level & 1 and length >= least:
                found.append(length)
                if len(found) >= _VARIETY or length - found[0] >= 2 * _VARIETY:
                    break
        return found

    def compile(self, rng: Random) -> Callable[[], str]:
        """A function that makes one string at a time."""
        lengths, random, options = self.lengths, rng.random, self._options
        size = len(lengths)

        def walk() -> str:
            state, chars = 0, []
            for left in range(lengths[int(random() * size)] - 1, -1, -1):
                found = options.get((state, left)) or self._find_options(state, left)
                sums, choices = found
                pool, state = choices[bisect(sums, random() * sums[-1]) if len(sums) > 1 else 0]
                chars.append(pool[int(random() * len(pool))])
            return "".join(chars)

        return walk

    def _find_options(self, state: int, left: int) -> _Options:
        """The next characters from which an end is `left` characters away."""
        alive = [(self._pool(mask), after) for mask, after in self._steps[state] if self._levels[left] >> after & 1]
        seen = [(pool, after) for pool, after in alive if pool.isprintable()] or alive
        found = [*accumulate(float(min(len(pool), _HEAVIEST)) for pool, _ in seen)], seen
        self._options[state, left] = found
        return found

    def _pool(self, mask: int) -> str:
        if mask not in self._pools:
            chosen = [block for at, block in enumerate(self._blocks) if mask >> at & 1]
            ranges: Ranges = union(*(one for block in chosen for one in block))
            plain = intersection(ranges, _PLAIN) or intersection(ranges, PRINTABLE)
            self._pools[mask] = spelled(plain) if plain else pool_of(ranges)
        return self._pools[mask]


def _of_length(least: int, most: int | None) -> str:
    if most is None:
        return f" with {least:,} or more characters" if least else ""
    return f" with {least:,} to {most:,} characters"
