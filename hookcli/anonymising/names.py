"""Names of people, businesses and cities -> others, from the vocabulary that generation has.

A name in Latin letters gets a Latin one, one in Devanagari or Japanese one of these; in any other script the letters
are replaced by others of that script.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from hookcli.anonymising.draws import Draws
from hookcli.anonymising.letters import DIGITS, mates
from hookcli.anonymising.registry import Registry
from hookcli.anonymising.tokens import Tokens
from hookcli.dataclass import dataclass
from hookcli.generation.realism.datafiles import read

_LATIN = ("en_IN", "en_US", "en_GB", "de_DE", "id_ID", "pt_BR")
_SCRIPTS = (
    (re.compile(r"[\u0900-\u097f]"), ("hi_IN",)),
    (re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"), ("ja_JP",)),
    (re.compile(r"[\u0370-\u1dff\u2c00-\ufdff\U00010000-\U0001efff\U00020000-\U0010ffff]"), ()),
)
"""The script of a name -> the locales that have such names; the first that is met, and Latin where none is."""

_WORD = re.compile(r"[\s._@-]+")
_SEPARATORS = re.compile(r"[._-]")


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    first: tuple[str, ...]
    last: tuple[str, ...]
    business: tuple[str, ...]
    trade: tuple[str, ...]
    city: tuple[str, ...]


@functools.cache
def _vocabulary(locales: tuple[str, ...]) -> _Vocabulary:
    data = [read(f"locales/{locale}") for locale in locales]
    companies = [each[0].split() for one in data for each in one["companies"]]
    return _Vocabulary(
        _listed(each for one in data for each in (*one["women"], *one["men"])),
        _listed(each for one in data for each in one["last_names"]),
        _listed(words[0] for words in companies if words[0] != "PT"),
        _listed(word for words in companies for word in words[1:2] if word.isalpha() and len(word) > 3),
        _listed(each for one in data for each in one["cities"]),
    )


def _listed(values: Iterable[str | list[str]]) -> tuple[str, ...]:
    """Each once; where a value is a list, the first of it, as the others are its spellings."""
    return tuple(dict.fromkeys(each if isinstance(each, str) else each[0] for each in values))


class Names:
    """Replaces names.

    Args:
        draws: the key.
        tokens: replaces letters by letters.
        registry: which pseudonyms were given.
    """

    def __init__(self, draws: Draws, tokens: Tokens, registry: Registry) -> None:
        self._draws = draws
        self._tokens = tokens
        self._registry = registry

    def person(self, name: str, attempt: int = 0) -> str:
        """A name of one or two parts; with more of them where that one is another's already. Emoji at its end stay."""
        words = _words_for(name)
        if words is None:
            return self._tokens.text(name, attempt)
        core = name[: max(at + 1 for at, sign in enumerate(name) if mates(sign))]
        is_short = len(core.split()) < 2

        def candidate(at: int) -> str:
            first, last = self._one(words.first, name, at), self._one(words.last, name, at)
            parts = [first] if is_short and at < _FEW else [first, last]
            if at >= 2 * _FEW:
                parts.insert(1, self._one(words.first, name, -at))
            return _in_case(core, " ".join(parts)) + name[len(core) :]

        return self._registry.choose(name, candidate, attempt)

    def user(self, name: str, attempt: int = 0, *, like: str = "") -> str:
        """A user name: in small letters, with the separator and as many digits as it has; or as `like` has."""
        separator = _SEPARATORS.search(like or name)
        digits = sum(map(DIGITS.count, like or name))

        def candidate(at: int) -> str:
            words = _vocabulary(_LATIN_PLAIN)
            made = (separator[0] if separator else "").join(
                (self._one(words.first, name, at), self._one(words.last, name, at))
            )
            wanted = digits + (at if at > _FEW else 0)
            number = "".join(DIGITS[self._draws.number(10, "digit", name, str(at), str(n))] for n in range(wanted))
            return made.lower() + number

        return self._registry.choose(name, candidate, attempt)

    def business(self, name: str, attempt: int = 0) -> str:
        """A business's name, of two or three words."""
        words = _words_for(name)
        if words is None:
            return self._tokens.text(name, attempt)

        def candidate(at: int) -> str:
            parts = [self._one(words.business, name, at), self._one(words.last, name, at)][: 1 + at % 2]
            return _in_case(name, " ".join([*parts, self._one(words.trade or words.last, name, at)]))

        return self._registry.choose(name, candidate, attempt)

    def city(self, name: str, attempt: int = 0) -> str:
        """A city; one that is none, where all are given."""
        words = _words_for(name)
        if words is None:
            return self._tokens.text(name, attempt)

        def candidate(at: int) -> str:
            city = self._one(words.city, name, at)
            return _in_case(name, city if at < _FEW else f"{city} {self._one(words.last, name, at)}")

        return self._registry.choose(name, candidate, attempt)

    def _one(self, values: tuple[str, ...], name: str, at: int) -> str:
        """One of the values; none that is a word of the name itself, which would seem to shine through."""
        own = {word.casefold() for word in _WORD.split(name)}
        for attempt in range(_FEW):
            made = values[self._draws.number(len(values), "name", name, str(at), str(attempt))]
            if own.isdisjoint(word.casefold() for word in _WORD.split(made)):
                break
        return made


_FEW = 3
_LATIN_PLAIN = ("en_IN", "en_US", "id_ID")


def _words_for(name: str) -> _Vocabulary | None:
    """The vocabulary of a name's script, None where we have none."""
    locales = next((locales for pattern, locales in _SCRIPTS if pattern.search(name)), _LATIN)
    return _vocabulary(locales) if locales else None


def _in_case(original: str, made: str) -> str:
    """As the original is written: in capitals, in small letters, or as names are."""
    if original.isupper():
        return made.upper()
    return made.lower() if original.islower() else made
