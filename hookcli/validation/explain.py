"""A refused payload -> its violations, the most useful first, with what was meant where a schema gives a choice."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hookcli.models import Json, Violation
from hookcli.schema.dialect import relevance
from hookcli.schema.document import Schema
from hookcli.schema.navigation import in_place, unknown_keys
from hookcli.schema.references import Subschema, escape
from hookcli.validation.sentences import CHOICES, NEVER, Broken, describe, describe_choice, shown

if TYPE_CHECKING:
    from hookcli.schema.dialect import ValidationError

_FIXED = ("const", "enum")


def explain(schema: Schema, payload: Json) -> list[Violation]:
    """All that is wrong with a payload that the schema refuses, the most useful first, without places.

    The order is that of `jsonschema.exceptions.relevance`. An `anyOf` or `oneOf` is replaced by what is wrong with
    the branch that was meant, where one is nearer than the others. Where jsonschema cannot follow or finds nothing,
    jsonschema-rs's own words are taken.
    """
    try:
        errors = schema.explain(payload)
    except (RecursionError, ArithmeticError, ValueError, LookupError):
        errors = []
    explainer = _Explainer(schema, payload)
    told = [error for error in errors if _read(error).keyword is not None]
    found = [violation for error in _sorted(told) for violation in explainer.violations(error)]
    if len(told) < len(errors):
        found += _forbidden(schema, payload)
    return list(dict.fromkeys(found)) or schema.refusals(payload)


def _forbidden(schema: Schema, payload: Json) -> list[Violation]:
    """What a schema that is just `false` refuses; asked of jsonschema-rs, as jsonschema loses the place."""
    refusals = schema.refusals(payload)
    return [replace(each, message=NEVER) for each in refusals if each.message.startswith("False schema")]


class _Explainer:
    """Makes violations of jsonschema's errors about one payload."""

    def __init__(self, schema: Schema, payload: Json) -> None:
        self._schema = schema
        self._payload = payload

    def violations(self, error: ValidationError) -> Iterator[Violation]:
        broken, pointer = _read(error), _pointer(error.absolute_path)
        keyword = broken.keyword or "not"
        if self._is_name(error):
            _, sentence = describe(broken)[0]
            yield Violation(f"{pointer}/{escape(broken.value)}", "propertyNames", f"the key {sentence}")
        elif keyword in CHOICES:
            branches = _branches(error)
            meant = self._meant(broken, branches)
            for inner in meant:
                yield from self.violations(inner)
            if not meant:
                firsts = [_read(errors[0]) for errors in branches.values()]
                yield Violation(pointer, keyword, describe_choice(broken, firsts))
        else:
            for key, sentence in describe(broken, self._strangers(broken, pointer)):
                yield Violation(pointer if key is None else f"{pointer}/{escape(key)}", keyword, sentence)

    def _is_name(self, error: ValidationError) -> bool:
        """Whether an error is about a key's name (`propertyNames`): its path ends at the object that has the key."""
        value = self._payload
        for part in error.absolute_path:
            value = value[part]
        return isinstance(value, dict) and isinstance(error.instance, str)

    def _strangers(self, broken: Broken, pointer: str) -> list[str]:
        """The keys of an object that the schema does not know: perhaps the required one is among them."""
        if broken.keyword != "required":
            return []
        return [key for key in broken.value if f"{pointer}/{escape(key)}" in self._unknown]

    @functools.cached_property
    def _unknown(self) -> frozenset[str]:
        return frozenset(unknown_keys(self._schema, self._payload))

    def _meant(self, choice: Broken, branches: dict[int, list[ValidationError]]) -> list[ValidationError]:
        """The errors of the branch that was meant; none where no branch is nearer than all others.

        A branch is out when it wants another type. Nearest is the one whose `const` and `enum` properties, by which
        branches are told apart, hold best; then the one with the fewest errors; then the one that got deepest.
        """
        fitting = {
            index: errors for index, errors in branches.items() if index >= 0 and not any(map(_is_other_type, errors))
        }
        if len(fitting) == 1:
            return next(iter(fitting.values()))
        ranks = sorted(
            (self._held(choice, index, errors), -len(errors), max(len(one.path) for one in errors), index)
            for index, errors in fitting.items()
        )
        if not ranks or ranks[-1][0] < 0 or ranks[-1][:-1] == ranks[-2][:-1]:
            return []
        return fitting[ranks[-1][-1]]

    def _held(self, choice: Broken, index: int, errors: list[ValidationError]) -> int:
        """How many `const` and `enum` properties of a branch hold, less those that don't."""
        broken = [len(one.path) for one in errors if one.validator in _FIXED and len(one.path) <= 1]
        branch = Subschema(choice.wanted[index], self._schema.root.base)
        fixed = {
            key
            for one in in_place(self._schema.resources, [branch])
            for key, value in one.schema.get("properties", {}).items()
            if isinstance(value, dict) and not value.keys().isdisjoint(_FIXED)
        }
        present = [key for key in fixed if isinstance(choice.value, dict) and key in choice.value]
        return max(0, len(present) - sum(broken)) - len(broken)


def _sorted(errors: Iterable[ValidationError]) -> list[ValidationError]:
    return sorted(errors, key=relevance, reverse=True)


def _read(error: ValidationError) -> Broken:
    keyword: str | None = error.validator  # type: ignore[assignment]  # its stubs forget None
    return Broken(keyword, error.validator_value, error.instance, error.schema, error.message, tuple(error.path))


def _pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{escape(part)}" for part in path)


def _branches(error: ValidationError) -> dict[int, list[ValidationError]]:
    """What is wrong with each branch of a choice, the most useful first; all that are just `false` are number -1."""
    found: dict[int, list[ValidationError]] = {}
    for inner in error.context or ():
        found.setdefault(int(next(iter(inner.relative_schema_path), -1)), []).append(inner)
    return {index: _sorted(inner) for index, inner in found.items()}


def _is_other_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.path


def explain_choice(payload: Json, events: Collection[str]) -> Violation:
    """Why there is no schema to judge a payload by."""
    if not isinstance(payload, dict):
        return Violation("", "type", f"is {shown(payload)}, but must be an object")
    if "event_name" not in payload:
        hint = "without it no schema can be chosen: add it, or name one with --event or --schema"
        return Violation("", "required", f"has no key 'event_name'; {hint}")
    name = payload["event_name"]
    if not isinstance(name, str):
        return Violation("/event_name", "type", f"is {shown(name)}, but must be a string: the name of an event")
    near = difflib.get_close_matches(name, events, n=1)
    hint = f"; did you mean {shown(near[0])}?" if near else "; `hookcli events` lists those that are"
    return Violation("/event_name", "enum", f"is {shown(name)}, which is no known event{hint}")
