"""`x-hookcli`, an annotation that validators ignore: read, and checked, as a fault in it would else pass in silence.

It is an object with `typical`, a schema for what the sender really sends here, narrower than what is allowed; and
`template`, a string made of sibling properties in braces.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Iterable, Iterator

from hookcli.errors import ReferenceNotFound, SchemaInvalid
from hookcli.models import Json
from hookcli.schema.dialect import Dialect
from hookcli.schema.document import Schema
from hookcli.schema.drafts import Draft
from hookcli.schema.keywords import EXTENSION
from hookcli.schema.navigation import in_place, listed, mapped
from hookcli.schema.references import Resources, Subschema

KEYWORD = EXTENSION

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def annotation_of(schema: Json) -> dict[str, Json]:
    """What a schema says in `x-hookcli`; empty where it says nothing."""
    annotation = schema.get(KEYWORD) if isinstance(schema, dict) else None
    return annotation if isinstance(annotation, dict) else {}


def typical_of(schema: Json) -> list[dict[str, Json]]:
    """The narrower schema of what is really sent, if there is one."""
    typical = annotation_of(schema).get("typical")
    return [typical] if isinstance(typical, dict) else []


def template_of(schema: Json) -> str | None:
    """How the value is made of its siblings."""
    template = annotation_of(schema).get("template")
    return template if isinstance(template, str) else None


def check(schema: Schema) -> None:
    """Make sure that every `x-hookcli` of a schema means something.

    Raises:
        SchemaInvalid: one does not; the message says where, and what to write.
        ReferenceNotFound: a reference in a `typical` leads nowhere.
    """
    for place, one in schema.resources.extended:
        for fault in _faults(one):
            raise SchemaInvalid(f"{place}/{KEYWORD}{fault}")
    for place, reference in schema.resources.dangling:
        if f"/{KEYWORD}/typical" in place:
            raise ReferenceNotFound(f"{place}: {reference!r} names nothing that is there.")


def _faults(one: Subschema) -> Iterator[str]:
    annotation = one.schema[KEYWORD]
    if one.is_hidden:
        yield f": draft {one.draft.name} ignores what stands beside a $ref. Put the $ref alone into an allOf."
    if not isinstance(annotation, dict):
        yield f": is {annotation!r}, but must be an object with {_listed(KEYS)}."
        return
    for key, value in annotation.items():
        if key not in KEYS:
            yield f"/{key}: there is no such key; {_hint(key, KEYS)}"
        else:
            yield from (f"/{key}{fault}" for fault in KEYS[key](value, one))


def _typical_faults(value: Json, one: Subschema) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f": is {value!r}, but must be a schema, an object."
        return
    draft = one.inner(value).draft
    for fault in _metaschema(draft).refusals(value):
        yield f"{fault.pointer}: not a valid JSON Schema (draft {draft.name}): {fault.message}"


@functools.cache
def _metaschema(draft: Draft) -> Dialect:
    """What every schema of a draft has to hold."""
    return Dialect({"$ref": draft.uri}, "urn:hookcli:typical", {}, draft, KEYWORD)


def _template_faults(value: Json, _one: Subschema) -> Iterator[str]:
    if not isinstance(value, str):
        yield f': is {value!r}, but must be a string with sibling properties in braces, such as "https://x.example/{{id}}".'


KEYS: dict[str, Callable[[Json, Subschema], Iterator[str]]] = {
    "typical": _typical_faults,
    "template": _template_faults,
}
"""What `x-hookcli` may have, and what may be wrong with it."""


class Templates:
    """The templates in some documents."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        extended = resources.extended
        self._places = {id(one.schema): place for place, one in extended if template_of(one.schema) is not None}
        self._known: dict[int, list[tuple[str, str, str]]] = {}

    def check(self, here: list[Subschema]) -> None:
        """Make sure that the templates of an object's properties name properties beside them.

        Args:
            here: all that speaks of the object.

        Raises:
            SchemaInvalid: one names a property that isn't there.
        """
        found = [each for one in here for each in self._within(one)] if self._places else []
        keys = (
            {key for one in here for key in (*mapped(one, "properties"), *listed(one, "required"))} if found else set()
        )
        for key, place, template in found:
            _check_template(place, template, keys - {key})

    def _within(self, one: Subschema) -> list[tuple[str, str, str]]:
        """The properties of one schema that have a template: key, the template's place, the template."""
        if id(one.schema) not in self._known:
            self._known[id(one.schema)] = [
                (key, self._places[id(inner.schema)], template_of(inner.schema) or "")
                for key, schema in mapped(one, "properties").items()
                for inner in in_place(self._resources, [one.inner(schema)])
                if id(inner.schema) in self._places
            ]
        return self._known[id(one.schema)]


def _check_template(place: str, template: str, siblings: set[str]) -> None:
    for name in _PLACEHOLDER.findall(template):
        if name not in siblings:
            raise SchemaInvalid(
                f"{place}/{KEYWORD}/template: names {name!r}, which is no property beside it; {_hint(name, siblings)}"
            )


def _hint(name: str, known: Iterable[str]) -> str:
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"use {_listed(known[:_MOST_NAMES])}." if known else "there is none."


_MOST_NAMES = 10


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
