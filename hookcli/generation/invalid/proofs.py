"""What a refused payload breaks: one constraint alone, or one from which all else that is said of it follows.

What follows from another violation is none of its own. `unevaluatedProperties` refuses keys that were there before
when the subschema that evaluated them fails for what was broken; a choice fails where the branch that held says what
is said beside it anyway; a number below a bound is below every lower one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property

from hookcli.generation.invalid.fragments import Fragments
from hookcli.generation.invalid.places import Choice
from hookcli.generation.invalid.targets import Target
from hookcli.generation.samples import Sample
from hookcli.models import Json
from hookcli.schema.cases import nodes
from hookcli.schema.document import Schema
from hookcli.schema.references import Subschema, unescape
from hookcli.schema.refusals import HOLDERS, Refusal

_MOST_KEPT = 150_000
"""Objects of schemas without a choice that are kept; of a large schema only the last few."""

_MOST_SAID = 200
"""Subschemas that say something of one payload, up to which it is weighed: each takes 10 µs."""

_LONGEST_MESSAGE = 120
_LONGEST_LOOK = 1_000
"""Characters of a validator's message that are looked at: it may hold the payload."""

_TOGETHER = {
    "exclusiveMinimum": ("minimum",), "exclusiveMaximum": ("maximum",), "contains": ("minContains",),
    "minContains": ("contains",), "maxContains": ("contains", "minContains"), "items": ("prefixItems",),
    "additionalItems": ("items",), "additionalProperties": ("properties", "patternProperties"),
}  # fmt: skip
"""Keywords that others are read together with."""

_OF_ONE_VALUE = frozenset(
    {"type", "enum", "const", "format", "pattern", "minLength", "maxLength", "multipleOf", "minimum", "maximum"}
    | {"exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "minProperties", "maxProperties"}
)
"""Keywords of which one value breaks the weaker whenever it breaks the stronger."""

_UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")


class Proofs:
    """Looks at the refused payloads of one schema.

    Args:
        schema: the whole.
        fragments: of it.
    """

    def __init__(self, schema: Schema, fragments: Fragments) -> None:
        self._schema = schema
        self._fragments = fragments
        self._others: dict[tuple[int, str], Callable[[Json], bool]] = {}
        self.written = 0
        """Objects of the schema that were written anew so far, to leave a choice out."""

    @cached_property
    def _size(self) -> int:
        return sum(1 for document in self._schema.resources.documents.values() for _ in nodes(document))

    def alone(self, payload: Json, target: Target, value: Json) -> Sample | None:
        """The payload, if it breaks that constraint and nothing else.

        Of what stands under a choice the validator names the choice. That it is the choice alone that refuses the
        payload is seen by leaving it out of the schema.
        """
        if not target.rule.choices:
            found = self._schema.sole_refusal(payload)
            return _sample(payload, found, found.message) if found and _is_of(found, target) else None
        choice = target.rule.choices[0]
        if not self._without(choice)(payload) or not self._is_sole(target, value):
            return None
        said = self._words(target, value)
        return _sample(payload, choice, f"{_place(target)}: {said}") if said else None

    def first(self, payload: Json, target: Target, value: Json, valid: Json) -> Sample | None:
        """The payload, if all else that it breaks follows from that constraint.

        Args:
            payload: refused.
            target: the constraint.
            value: what breaks it.
            valid: the payload before that.
        """
        found = self._schema.refusals(payload, _MOST_SAID)
        sources = roots(found, payload, valid)
        if len(sources) != 1:
            return None
        (root,) = sources
        rest = [one for one in found if (one.pointer, one.keyword) != (root.pointer, root.keyword)]
        if any((root.pointer, root.keyword) == (one.pointer, one.keyword) for one in target.rule.choices):
            said = self._words(target, value)
            return _sample(payload, root, f"{_place(target)}: {said}", rest) if said else None
        return _sample(payload, root, root.message, rest) if _is_of(root, target) else None

    def _without(self, choice: Choice) -> Callable[[Json], bool]:
        """Whether the rest of the schema takes a payload."""
        mark = (id(choice.schema), choice.keyword)
        if mark not in self._others:
            if len(self._others) * self._size > _MOST_KEPT:
                del self._others[next(iter(self._others))]
            self.written += self._size
            self._others[mark] = self._schema.accepts_without(choice.schema, choice.keyword)
        else:
            self._others[mark] = self._others.pop(mark)  # the one that was asked least lately goes first
        return self._others[mark]

    def _is_sole(self, target: Target, value: Json) -> bool:
        """Whether no other keyword of the same subschema is seen to refuse the value."""
        rest = self._fragments.of(Subschema(target.rest, target.rule.base))
        return rest is None or rest.accepts(value)

    def _words(self, target: Target, value: Json) -> str:
        """What is said of a keyword that tells the values apart, alone with those that it is read together with.

        Some keywords are read together with all of their subschema; there the others must take the value. Nothing
        where that is not so.
        """
        alone = self._fragments.part(target.rule.schema, (target.keyword, *_TOGETHER.get(target.keyword, ())))
        for schema in (alone, target.rule.schema):
            found = self._fragments.of(Subschema(schema, target.rule.base))
            tells = found is not None and found.accepts(target.value) and not found.accepts(value)
            if found is not None and tells and (schema is alone or self._is_sole(target, value)):
                return found.words(value)
        return ""


def roots(found: Iterable[Refusal], payload: Json, valid: Json) -> list[Refusal]:
    """Of what is said of a payload, that from which the rest follows.

    Args:
        found: all that is said.
        payload: the refused one.
        valid: the same before something was broken.
    """
    apart: dict[tuple[str, str, str], Refusal] = {}
    for one in found:
        apart.setdefault((one.pointer, one.keyword, "" if one.keyword in _OF_ONE_VALUE else one.message), one)
    every = list(apart.values())
    old = {one for one in every if one.keyword in _UNEVALUATED and not _is_new(one, payload, valid)}
    return [one for one in every if not any(_follows(one, other, old) for other in every if other is not one)]


def _is_new(one: Refusal, payload: Json, valid: Json) -> bool:
    """Whether `unevaluated...` refuses something that was not there before."""
    here, before = _at(payload, one.pointer), _at(valid, one.pointer)
    if isinstance(here, dict) and isinstance(before, dict):
        return any(key not in before for key in one.unexpected)
    return not (isinstance(here, list) and isinstance(before, list) and len(here) <= len(before))


def _follows(one: Refusal, other: Refusal, old: Collection[Refusal]) -> bool:
    """Whether a refusal is of the place of another one, or above it, and there for that alone."""
    if not f"{other.pointer}/".startswith(f"{one.pointer}/"):
        return False
    return one in old or any(branch and all(_is_alike(each, other, old) for each in branch) for branch in one.branches)


def _is_alike(one: Refusal, other: Refusal, old: Collection[Refusal]) -> bool:
    same = (one.pointer, one.keyword, one.message) == (other.pointer, other.keyword, other.message)
    return same or _follows(one, other, old)


def _at(payload: Json, pointer: str) -> Json:
    for token in unescape(pointer):
        try:
            payload = payload[int(token)] if isinstance(payload, list) else payload[token]
        except (LookupError, TypeError, ValueError):
            return None
    return payload


def _is_of(found: Refusal, target: Target) -> bool:
    """Whether a refusal is that of the constraint; where `false` refuses a member, it is at the member."""
    holder = found.pointer.rpartition("/")[0] if found.keyword in HOLDERS else found.pointer
    return found.keyword == target.keyword and target.place.pointer in (found.pointer, holder)


def _sample(payload: Json, found: Refusal | Choice, said: str, following: Sequence[Refusal] = ()) -> Sample:
    others = dict.fromkeys(f"{one.keyword} at {one.pointer or 'the root'}" for one in following)
    more = f" (and with it fails {', '.join(others)})" if others else ""
    return Sample(payload, found.pointer, found.keyword, f"{_short(said)}{more}")


def _place(target: Target) -> str:
    return f"{target.keyword} at {target.place.pointer or 'the root'}"


def _short(message: str) -> str:
    return textwrap.shorten(message[:_LONGEST_LOOK], _LONGEST_MESSAGE)
