"""Which pseudonym is whose: what is drawn from a vocabulary may be drawn twice, and then the second takes the next.

This is what a run remembers. Of the first `MOST` originals a pseudonym's digest and its owner's are kept, 200 bytes or
so; the pseudonyms of all later ones carry twelve hexadecimal digits of their own, and need no remembering. So which
of two originals with the same first choice has it depends on which came first.
"""

from __future__ import annotations

from collections.abc import Callable

from hookcli.anonymising.draws import Draws

MOST = 100_000
"""Originals that are remembered."""

_CHOICES = 40
"""Candidates that are asked for before a number is put behind one."""


class Registry:
    """Pseudonyms that were given, each to one original.

    Args:
        draws: the key.
        most: originals that are remembered.
    """

    def __init__(self, draws: Draws, most: int = MOST) -> None:
        self._draws = draws
        self._most = most
        self._owners: dict[bytes, bytes] = {}

    def choose(self, original: str, candidate: Callable[[int], str], start: int = 0) -> str:
        """The first candidate that is nobody else's.

        Args:
            original: whose pseudonym it is to be.
            candidate: gives the candidates by number, from 0.
            start: the first number that is asked for.
        """
        owner = self._draws.digest("owner", original)[:8]
        for at in range(start, start + _CHOICES):
            made = candidate(at)
            if self._takes(made, owner, original):
                return made
        return f"{candidate(start)} {self._draws.digest('suffix', original).hex()[:12]}"

    def _takes(self, made: str, owner: bytes, original: str) -> bool:
        mark = self._draws.digest("given", made)[:8]
        known = self._owners.get(mark)
        if known is not None or made.casefold() == original.casefold():
            return known == owner
        if len(self._owners) >= self._most:
            return False
        self._owners[mark] = owner
        return True
