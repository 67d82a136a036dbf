"""What is wrong with a payload, keyword by keyword. The only door to jsonschema.

So that it says what jsonschema-rs decides, its formats and patterns are answered by jsonschema-rs: it would read an
ECMA-262 pattern as one of Python's. Its classes are made ours for every draft: where a document names a `$schema`,
jsonschema goes on with the class of that draft.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import fields
from jsonschema import FormatChecker, exceptions
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend, validator_for
from referencing import Registry
from referencing.jsonschema import specification_with

from hookcli.models import Json
from hookcli.schema.dialect import FORMATS, has_format, matches
from hookcli.schema.drafts import Draft, named_draft

__all__ = ["Explainer", "ValidationError", "relevance"]


class Explainer:
    """Explains refused payloads of one schema document.

    Args:
        document: the root schema.
        uri: its absolute URI.
        documents: every document that it reaches, by absolute URI.
        draft: the draft of the root.
    """

    def __init__(self, document: Json, uri: str, documents: Mapping[str, Json], draft: Draft) -> None:
        specification = specification_with(draft.uri)
        registry: Registry[Any] = Registry().with_resources(
            (name, specification.create_resource(found)) for name, found in documents.items()
        )
        formats = FormatChecker(formats=())
        for name in FORMATS:
            formats.checks(name)(functools.partial(has_format, name))
        start = document if isinstance(document, bool) else {"$ref": uri}
        self._validator = _kind(draft.uri)(start, registry=registry, format_checker=formats)

    def errors(self, payload: Json) -> list[ValidationError]:
        """All that is wrong with a payload, in no useful order.

        Raises:
            ValueError: jsonschema cannot follow.
        """
        try:
            return list(self._validator.iter_errors(payload))
        except re.error as error:  # what `unevaluatedProperties` passes over is for Python's own patterns to say
            raise ValueError(f"a pattern that only ECMA-262 has: {error}") from error


def relevance(error: ValidationError) -> Any:
    """Jsonschema's own order of errors, the greatest the most useful."""
    return exceptions.relevance(error)


@functools.cache
def _kind(uri: str) -> Any:
    """Jsonschema's class for the draft of that `$schema`, with answers of ours."""
    kind: Any = extend(validator_for({"$schema": uri}), _ANSWERS)  # type: ignore[no-untyped-call]
    kind.evolve = _evolving([(field.name, field.alias) for field in fields(kind) if field.init])
    return kind


def _evolving(names: list[tuple[str, str]]) -> Callable[..., Any]:
    """As jsonschema has it, but that a `$schema` leads to our class for its draft.

    Args:
        names: of the fields of a validator, and of the arguments that they come from.
    """

    def evolve(validator: Any, **changes: Any) -> Any:
        schema = changes.get("schema", validator.schema)
        draft = named_draft(schema)
        kind = type(validator) if draft is None else _kind(draft.uri)
        return kind(**{argument: getattr(validator, name) for name, argument in names} | changes)

    return evolve


def _pattern(validator: Any, pattern: str, instance: Json, _schema: Json) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Json, instance: Json, _schema: Json) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        for pattern, subschema in patterns.items():
            for key in filter(functools.partial(matches, pattern), instance):
                yield from validator.descend(instance[key], subschema, path=key, schema_path=pattern)


def _additional(validator: Any, argument: Json, instance: Json, schema: Json) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    extra = [key for key in instance if key not in known and not any(matches(pattern, key) for pattern in patterns)]
    if argument is False and extra:
        yield ValidationError(f"keys that are not allowed: {', '.join(map(repr, extra))}")
    elif argument is not False:
        for key in extra:
            yield from validator.descend(instance[key], argument, path=key)


_ANSWERS = {"pattern": _pattern, "patternProperties": _pattern_properties, "additionalProperties": _additional}
"""Keyword -> what finds it broken, for those that hold patterns to be read."""
