"""A value and its kind -> its pseudonym."""

from __future__ import annotations

from hookcli.anonymising.draws import Draws
from hookcli.anonymising.kinds import Kind, kind_of
from hookcli.anonymising.known import Known
from hookcli.anonymising.links import Links
from hookcli.anonymising.moments import Moments
from hookcli.anonymising.names import Names
from hookcli.anonymising.phones import Phones
from hookcli.anonymising.registry import Registry
from hookcli.anonymising.texts import Texts
from hookcli.anonymising.tokens import Tokens
from hookcli.models import Json

_NAMED = frozenset({Kind.PERSON, Kind.USER, Kind.BUSINESS, Kind.CITY, Kind.ID})
_BY_ITSELF = frozenset({Kind.EMAIL, Kind.LINK, Kind.PHONE, Kind.DATE, Kind.ADDRESS})


class Pseudonyms:
    """All ways to replace values, under one key and with one memory.

    Args:
        key: at least `draws.SHORTEST_KEY` bytes.

    Raises:
        KeyUnusable: the key is shorter.
    """

    def __init__(self, key: bytes) -> None:
        self.draws = Draws(key)
        self.known = Known()
        self.tokens = Tokens(self.draws)
        registry = Registry(self.draws)
        names = Names(self.draws, self.tokens, registry)
        phones = Phones(self.draws, registry)
        links = Links(self.draws, names, self.tokens, registry, self._within)
        texts = Texts(self.draws, self.tokens, registry, self.known, self._recognised)
        self._phones = phones
        self.target = links.target
        self._makers = {
            Kind.PERSON: names.person, Kind.USER: names.user, Kind.BUSINESS: names.business, Kind.CITY: names.city,
            Kind.EMAIL: links.email, Kind.PHONE: phones.text, Kind.LINK: links.url, Kind.HOST: links.host,
            Kind.ADDRESS: links.address, Kind.DATE: Moments(self.draws).text, Kind.ID: self.tokens.text,
            Kind.TEXT: texts.text,
        }  # fmt: skip

    def of(self, kind: Kind, value: Json, attempt: int = 0) -> Json:
        """The pseudonym of a string or a number."""
        if isinstance(value, str):
            return self._makers[kind](value, attempt)
        if isinstance(value, float):
            return self.tokens.decimal(value, attempt)
        return self._phones.whole(value, attempt) if kind is Kind.PHONE else self.tokens.whole(value, attempt)

    def learn(self, kind: Kind, value: Json) -> None:
        """Note what may be mentioned in texts."""
        if kind in _NAMED and isinstance(value, str):
            self.known.learn(value, self._makers[kind](value, 0))

    def _recognised(self, text: str) -> str | None:
        """The pseudonym of a piece of text that is a value of its own."""
        known = self.known.get(text)
        if known is not None or text.isalpha():
            return known
        kind = kind_of("", text)
        return self._makers[kind](text, 0) if kind in _BY_ITSELF else None

    def _within(self, key: str, text: str) -> str:
        """The pseudonym of a part of a URL."""
        known = self.known.get(text)
        if known is not None:
            return known
        kind = kind_of(key, text)
        if kind is Kind.KEEP:
            return text
        if kind is Kind.TEXT and (not key or not any(map(str.isspace, text))):
            kind = Kind.ID
        return self._makers[kind](text, 0)
