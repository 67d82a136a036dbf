"""Names and descriptions -> plain words: `billingZipCode`, `billing-zip-code` and `BillingZIPCode` say the same."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_PLURAL_ABBREVIATION = re.compile(r"([A-Z]{2,})s(?![a-z])")
_PROSE = re.compile(r"[\w'/()\[\]-]+|[.,:;]")
_ELISION = re.compile(r"'s?\Z")

_LONGEST = 100
"""Characters of a name that are read: a bound against hostile ones."""

_IRREGULAR = {
    "people": "person",
    "ids": "id",
    "ips": "ip",
    "children": "child",
    "addresses": "address",
    "statuses": "status",
    "indices": "index",
}


def words_of(name: str) -> tuple[str, ...]:
    """The words of a property's name, in lower case."""
    plain = _PLURAL_ABBREVIATION.sub(lambda match: match[1].title() + "s", name[:_LONGEST])
    return tuple(word.lower() for word in _WORD.findall(plain))


def singular(word: str) -> str:
    """One of what an English plural names; other words stay as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def prose_of(text: str) -> list[str]:
    """The words and marks of the start of a text, in lower case."""
    return _PROSE.findall(text[:200].lower())
