"""Which draft of JSON Schema a document is written in."""

from __future__ import annotations

import re

from hookcli.dataclass import dataclass
from hookcli.errors import SchemaInvalid
from hookcli.models import Json
from hookcli.schema.keywords import subschemas


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft of JSON Schema."""

    name: str
    number: int
    """jsonschema-rs's number for it: of the draft, or of its year in the century."""
    uri: str

    @property
    def ref_hides_siblings(self) -> bool:
        """Whether keywords beside a `$ref` are ignored (drafts 4 to 7)."""
        return self.number <= 7

    @property
    def contains_evaluates(self) -> bool:
        """Whether `unevaluatedItems` passes over the items that `contains` found (2020-12)."""
        return self.number >= 20


DRAFTS = {
    draft.uri.rstrip("#"): draft
    for draft in (
        Draft("2020-12", 20, "https://json-schema.org/draft/2020-12/schema"),
        Draft("2019-09", 19, "https://json-schema.org/draft/2019-09/schema"),
        Draft("7", 7, "http://json-schema.org/draft-07/schema#"),
        Draft("6", 6, "http://json-schema.org/draft-06/schema#"),
        Draft("4", 4, "http://json-schema.org/draft-04/schema#"),
    )
}
"""The drafts that we know, by their `$schema`; the first is taken where a schema names none."""

_NAME = re.compile(r"https?://json-schema\.org/(draft[-/]\d[\w-]*)/(?:hyper-)?schema#?")
"""How documents name a draft: with either scheme, with or without `#`, or by its hyper-schema, which adds links."""

_NAMED = {name[1]: draft for draft in DRAFTS.values() if (name := _NAME.fullmatch(draft.uri))}

_MARKS = (
    ({"$recursiveRef", "$recursiveAnchor"}, "2019-09"),
    ({"exclusiveMinimum is bool", "exclusiveMaximum is bool"}, "4"),
    ({"items is list"}, "7"),
    ({"id is str"}, "4"),
)
"""What a document is told by that names no draft. Else it is the latest: what holds there mostly does in the others."""


def named_draft(document: Json) -> Draft | None:
    """The draft that a schema names; None where it names none that we know."""
    uri = document.get("$schema") if isinstance(document, dict) else None
    name = _NAME.fullmatch(uri) if isinstance(uri, str) else None
    return _NAMED.get(name[1]) if name else None


def draft_of(document: Json, source: str) -> Draft:
    """The draft that a schema is written in: what it names, or where it names something else, what it looks like.

    Raises:
        SchemaInvalid: it names a draft that we don't know.
    """
    uri = document.get("$schema") if isinstance(document, dict) else None
    if uri is None:
        return next(iter(DRAFTS.values()))
    draft = named_draft(document)
    if draft is None and (not isinstance(uri, str) or _NAME.fullmatch(uri)):
        known = ", ".join(one.uri for one in DRAFTS.values())
        raise SchemaInvalid(f"{source}: $schema is {uri!r}, which is no draft that hookcli knows. Use one of: {known}")
    return draft or _guessed(document)


def _guessed(document: Json) -> Draft:
    """The draft that a document looks like."""
    marks: set[str] = set()
    waiting: list[Json] = [document]
    for one in waiting:
        if isinstance(one, dict):
            marks.update(one, (f"{key} is {type(value).__name__}" for key, value in one.items()))
            waiting += (each for _, each in subschemas(one))
    name = next((name for known, name in _MARKS if not known.isdisjoint(marks)), "2020-12")
    return next(draft for draft in DRAFTS.values() if draft.name == name)


def readable(document: Json, draft: Draft) -> Json:
    """A document whose `$schema`, where it has one, names a draft: jsonschema-rs takes no other."""
    if not isinstance(document, dict) or "$schema" not in document:
        return document
    known = (named_draft(document) or draft).uri
    return document if document["$schema"] == known else {**document, "$schema": known}
