"""Free text -> words that say nothing, of the same lengths; what in it is a value of its own gets its own pseudonym.

Names that were met as such, e-mail and web addresses, telephone numbers, dates, ids and numbers come to the same as
elsewhere. The other words are drawn anew for each text: were each always replaced by the same, how often they come
would tell which they are. Lengths of words, punctuation and emoji are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from hookcli.anonymising.draws import Draws
from hookcli.anonymising.known import Known
from hookcli.anonymising.registry import Registry
from hookcli.anonymising.tokens import Tokens
from hookcli.anonymising.words import replaced

Recognise = Callable[[str], "str | None"]
"""A piece of text -> its pseudonym where it is a value of its own."""

_PIECES = re.compile(r"\+[0-9][0-9 ().\-/]{5,22}[0-9]|\S+|\s+")
_OPENING, _CLOSING = "([{<\"'‘“«*_¿¡", ")]}>\"'’”»*_.,;:!?।…"
_PARTS = re.compile(
    r"([0-9]{1,3}(?:,[0-9]{2,3})+)|((?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)|([A-Za-z]+)"
    r"|([^\s!-@\[-`{-~]+)"
)
"""A number in groups, what has digits in it, a word of plain letters, and any other."""

_LONGEST = 300
"""Characters without a space that are looked into; more is no word."""

_LONGEST_NAME = 4
"""Words of a name that is looked for in texts."""

_FEW_LETTERS = 3


class Texts:
    """Replaces texts.

    Args:
        draws: the key.
        tokens: replaces ids and numbers.
        registry: which pseudonyms were given.
        known: names that were met -> their pseudonyms.
        recognise: see there.
    """

    def __init__(self, draws: Draws, tokens: Tokens, registry: Registry, known: Known, recognise: Recognise) -> None:
        self._draws = draws
        self._tokens = tokens
        self._registry = registry
        self._known = known
        self._recognise = recognise

    def text(self, text: str, attempt: int = 0) -> str:
        """A text of the same shape."""
        if len(text.strip()) <= _FEW_LETTERS:  # so few letters make too few words
            return self._tokens.text(text, attempt)
        return self._registry.choose(text, lambda at: self._written(text, at), attempt)

    def _written(self, text: str, at: int) -> str:
        source = self._draws.source("text", text, str(at))
        pieces = _PIECES.findall(text)
        return "".join(self._replaced(pieces, source, plainly=at > _FEW_LETTERS))

    def _replaced(self, pieces: list[str], source: Random, *, plainly: bool) -> Iterator[str]:
        at = 0
        while at < len(pieces):
            size, made = self._name_at(pieces, at)
            if size:
                yield made
            else:
                size = 1
                yield self._piece(pieces[at], source, plainly=plainly)
            at += size

    def _name_at(self, pieces: list[str], at: int) -> tuple[int, str]:
        """How many pieces the name takes that starts here, and what they come to; 0 where none does."""
        if not self._known or pieces[at].isspace():
            return 0, ""
        for size in range(2 * _LONGEST_NAME - 1, 0, -2):
            before, core, after = _trimmed("".join(pieces[at : at + size]))
            possessive = "'s" if core.endswith("'s") else ""
            other = self._known.get(core) or (possessive and self._known.get(core[:-2]))
            if other:
                return min(size, len(pieces) - at), f"{before}{other}{possessive}{after}"
        return 0, ""

    def _piece(self, piece: str, source: Random, *, plainly: bool) -> str:
        if piece.isspace():
            return piece
        if len(piece) > _LONGEST:
            return self._recognise(piece) or self._tokens.text(piece)
        before, core, after = _trimmed(piece)
        other = self._recognise(core) if core else None
        if other is not None:
            return f"{before}{other}{after}"

        def part(found: re.Match[str]) -> str:
            grouped, token, plain, word = found.groups()
            if grouped:
                digits = iter(self._tokens.text(grouped.replace(",", "")))
                return "".join(next(digits) if sign != "," else "," for sign in grouped)
            if token:
                return self._recognise(token) or self._tokens.text(token)
            return replaced(plain or word, source, plainly=plainly)

        return _PARTS.sub(part, piece)


def _trimmed(piece: str) -> tuple[str, str, str]:
    """What stands before, the core, and what stands after."""
    core = piece.lstrip(_OPENING)
    before = piece[: len(piece) - len(core)]
    core = core.rstrip(_CLOSING)
    return before, core, piece[len(before) + len(core) :]
