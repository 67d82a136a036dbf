"""`$schema` -> validators. The only door to jsonschema-rs.

jsonschema-rs decides; jsonschema, six times slower to import and a hundred times slower to run, is loaded only to
explain what was refused (`hookcli.schema.explainer`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import jsonschema_rs
from jsonschema_rs import CanonicalSchema as Canonical
from jsonschema_rs import canonical

from hookcli.errors import ReferenceNotFound, SchemaInvalid
from hookcli.models import Json
from hookcli.schema.refusals import Refusal
from hookcli.schema.rewriting import escaped, with_draft, without

if TYPE_CHECKING:
    from hookcli.schema.explainer import Explainer, ValidationError

_Made = TypeVar("_Made")

__all__ = [
    "DRAFTS",
    "FORMATS",
    "HOLDERS",
    "Canonical",
    "Cause",
    "Dialect",
    "Draft",
    "ValidationError",
    "accepts",
    "canonical",
    "canonical_of",
    "draft_of",
    "has_format",
    "matches",
    "takes",
    "words",
]


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft of JSON Schema."""

    name: str
    number: int
    """jsonschema-rs's number for it."""
    uri: str

    @property
    def ref_hides_siblings(self) -> bool:
        """Whether keywords beside a `$ref` are ignored (drafts 4 to 7)."""
        return self.number <= jsonschema_rs.Draft7

    @property
    def contains_evaluates(self) -> bool:
        """Whether `unevaluatedItems` passes over the items that `contains` found (2020-12)."""
        return self.number >= jsonschema_rs.Draft202012


DRAFTS = {
    draft.uri.rstrip("#"): draft
    for draft in (
        Draft("2020-12", jsonschema_rs.Draft202012, "https://json-schema.org/draft/2020-12/schema"),
        Draft("2019-09", jsonschema_rs.Draft201909, "https://json-schema.org/draft/2019-09/schema"),
        Draft("7", jsonschema_rs.Draft7, "http://json-schema.org/draft-07/schema#"),
        Draft("6", jsonschema_rs.Draft6, "http://json-schema.org/draft-06/schema#"),
        Draft("4", jsonschema_rs.Draft4, "http://json-schema.org/draft-04/schema#"),
    )
}
"""The drafts that we know, by their `$schema`; the first is taken where a schema names none."""

FORMATS = (
    "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri",
    "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference",
    "uri-template", "uuid",
)  # fmt: skip
"""The formats that are asserted (JSON Schema 2020-12 validation, section 7.3)."""

_DEEPEST = 255
"""Levels of nesting down to which jsonschema-rs reads a Python value."""

_EMAIL = jsonschema_rs.EmailOptions(allow_display_text=False)
"""`Priya <p@x.example>` is a mailbox of RFC 5322, not the bare address that `format: email` asks for."""


def draft_of(document: Json, source: str) -> Draft:
    """The draft that a schema is written in.

    Raises:
        SchemaInvalid: its `$schema` names none that we know.
    """
    uri = document.get("$schema") if isinstance(document, dict) else None
    if uri is None:
        return next(iter(DRAFTS.values()))
    draft = draft_by(uri)
    if draft is None:
        known = ", ".join(one.uri for one in DRAFTS.values())
        raise SchemaInvalid(f"{source}: $schema is {uri!r}, which is no draft that hookcli knows. Use one of: {known}")
    return draft


def draft_by(uri: Json) -> Draft | None:
    """The draft that a `$schema` names; None for one that we don't know."""
    return DRAFTS.get(str(uri).replace("https://json-schema.org/draft-0", "http://json-schema.org/draft-0").rstrip("#"))


@dataclass(frozen=True, slots=True)
class Cause:
    """Keywords of one subschema, by its JSON Pointer; none of them for the subschema as a whole."""

    pointer: str
    keywords: tuple[str, ...]


class Dialect:
    """The validators of one schema document and all that it refers to.

    Args:
        document: the root schema.
        uri: its absolute URI.
        documents: every document that it reaches, by absolute URI.
        draft: the draft of the root.
        source: the name to show in messages.
    """

    def __init__(self, document: Json, uri: str, documents: Mapping[str, Json], draft: Draft, source: str) -> None:
        self._document = document
        self._uri = uri
        self._given = self._documents = documents
        self._draft = draft
        self._source = source
        self._is_escaped = False

    @functools.cached_property
    def _options(self) -> dict[str, Any]:
        documents = [(uri, with_draft(found, self._draft.uri)) for uri, found in self._documents.items()]
        registry = jsonschema_rs.Registry(documents)
        return {"registry": registry, "base_uri": self._uri, "offline": True}

    @functools.cached_property
    def _judge(self) -> jsonschema_rs.Validator:
        kind = jsonschema_rs.validator_cls_for({"$schema": self._draft.uri})
        return self._read(lambda: kind(self._document, validate_formats=True, email_options=_EMAIL, **self._options))

    def _read(self, make: Callable[[], _Made]) -> _Made:
        """What jsonschema-rs makes of the documents; if need be, of their references written as URIs.

        Raises:
            SchemaInvalid: the schema is not one.
            ReferenceNotFound: a reference in it leads nowhere.
        """
        try:
            try:
                return make()
            except (jsonschema_rs.ValidationError, ValueError) as error:
                if self._is_escaped or not any(words in str(error) for words in _NOT_A_URI):
                    raise
                self._is_escaped = True
                self._documents = {uri: escaped(document) for uri, document in self._documents.items()}
                self._document = self._documents[self._uri]
                self.__dict__.pop("_options", None)
                return make()
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> SchemaInvalid | ReferenceNotFound:
        """Our error for a schema that jsonschema-rs does not take."""
        message = str(getattr(error, "message", error))
        pointer = "".join(f"/{part}" for part in getattr(error, "instance_path", ()))
        if "retriev" in message or isinstance(error, jsonschema_rs.ReferencingError):
            return ReferenceNotFound(f"{self._source}: {message}")
        if message == "Recursion limit reached":
            return SchemaInvalid(
                f"{self._source}: objects and arrays are nested deeper than {_DEEPEST} levels, which is as deep as "
                "hookcli reads a schema. Put the inner ones under $defs and refer to them."
            )
        return SchemaInvalid(f"{self._source}#{pointer}: not a valid JSON Schema (draft {self._draft.name}): {message}")

    @property
    def is_valid(self) -> Callable[[Json], bool]:
        """A payload -> whether the schema takes it (`format` is asserted).

        Raises:
            SchemaInvalid: the schema is not one.
            ReferenceNotFound: a reference in it leads nowhere.
        """
        return self._judge.is_valid

    def refusals(self, payload: Json) -> list[Refusal]:
        """What jsonschema-rs itself says of a payload; what two subschemas say alike of one place, only once."""
        errors = list(self._judge.iter_errors(payload))
        if len(errors) < 2:
            return [_refusal(error) for error in errors]
        return list(dict.fromkeys(_with_reasons(error) for error in errors))

    def accepts_without(self, subschema: dict[str, Json], keyword: str) -> Callable[[Json], bool]:
        """A payload -> whether the schema would take it if one keyword of one of its subschemas were not there."""
        documents = {uri: without(found, subschema, keyword) for uri, found in self._given.items()}
        return Dialect(documents[self._uri], self._uri, documents, self._draft, self._source).is_valid

    def explain(self, payload: Json) -> list[ValidationError]:
        """All that jsonschema finds wrong with a payload, in no useful order.

        Raises:
            ValueError: it cannot follow.
        """
        return self._explainer.errors(payload)

    @functools.cached_property
    def _explainer(self) -> Explainer:
        from hookcli.schema.explainer import Explainer  # late: jsonschema is slow to import

        return Explainer(self._document, self._uri, self._documents, self._draft)

    def canonicalize(self) -> Canonical:
        """The schema in jsonschema-rs's canonical form: merged, typed, contradictions found.

        Raises:
            SchemaInvalid: the schema is not one.
        """
        return self._read(
            lambda: jsonschema_rs.canonicalize(
                self._document, draft=self._draft.number, validate_formats=True, **self._options
            )
        )

    def canonicalize_part(self, part: Json, names: Iterable[str]) -> Canonical:
        """One part of the schema in canonical form, in which references to `names` are kept as they are.

        Args:
            part: a schema in the draft of the whole.
            names: absolute URIs of which nothing is known.
        """
        unknown = [(name, {"properties": {"\0": {"$ref": name}}}) for name in dict.fromkeys(names)]
        registry = jsonschema_rs.Registry(unknown, draft=self._draft.number)
        return self._read(
            lambda: jsonschema_rs.canonicalize(
                part, draft=self._draft.number, validate_formats=True, registry=registry, offline=True
            )
        )

    def accepts_part(self, part: Json) -> Callable[[Json], bool]:
        """A value -> whether a part takes it whose references are absolute (`format` is asserted)."""
        kind = jsonschema_rs.validator_cls_for({"$schema": self._draft.uri})
        own = escaped(part) if self._is_escaped else part
        base = {"base_uri": "hookcli:part"}  # or the part would stand for the whole
        return self._read(
            lambda: kind(own, validate_formats=True, email_options=_EMAIL, **{**self._options, **base})
        ).is_valid

    def contradictions(self) -> dict[str, tuple[Cause, ...]]:
        """The parts of the schema that admit no value, by JSON Pointer, each with what is to blame."""
        found = self._read(
            lambda: canonical.find_unsatisfiable(
                self._document, draft=self._draft.number, validate_formats=True, **self._options
            )
        )
        return {pointer: tuple(_causes(reason)) for pointer, reason in found.items()}


_NOT_A_URI = ("Invalid URI reference", 'is not a "uri-reference"')
"""How jsonschema-rs says that it cannot read a reference."""


def _pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer (RFC 6901) of path tokens."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _keyword(error: jsonschema_rs.ValidationError) -> str:
    """The keyword that an error is about; a schema that is just `false` stands under the keyword that holds it."""
    path = [part for part in error.schema_path if isinstance(part, str)]
    if error.kind.name == "falseSchema":
        return next((part for part in reversed(path) if part in HOLDERS), "not")
    return path[-1] if error.kind.name in ("required", "contains") and path else error.kind.name


def _refusal(error: jsonschema_rs.ValidationError) -> Refusal:
    return Refusal(_pointer(error.instance_path), _keyword(error), error.message)


def _with_reasons(error: jsonschema_rs.ValidationError) -> Refusal:
    found = error.kind.as_dict()
    branches = tuple(tuple(map(_with_reasons, branch)) for branch in found.get("context", ()))
    more: Hashable = None
    if error.kind.name in ("contains", "oneOf", "anyOf") and not (branches and all(branches)):
        more = error.absolute_keyword_location
    elif "options" in found:
        more = repr(found["options"])
    elif "error" in found:
        more = _with_reasons(found["error"])
    return replace(_refusal(error), branches=branches, unexpected=tuple(found.get("unexpected", ())), more=more)


HOLDERS = frozenset(
    {"additionalItems", "additionalProperties", "dependencies", "dependentSchemas", "items", "patternProperties"}
    | {"prefixItems", "properties", "propertyNames", "then", "else"}
)
"""Keywords under which `false` refuses a value by being there."""


def _causes(reason: Any) -> Iterator[Cause]:
    """What jsonschema-rs blames; nothing for a schema that is written as `false`."""
    for each in (*getattr(reason, "causes", ()), *filter(None, [getattr(reason, "cause", None)])):
        yield Cause(each.pointer, tuple(each.keywords))


def canonical_of(document: Json) -> Canonical:
    """A small schema without references, in canonical form."""
    return jsonschema_rs.canonicalize(document, validate_formats=True, offline=True)


@functools.cache
def anything() -> Canonical:
    """The schema that takes every value, in canonical form."""
    return canonical_of(True)


def accepts(node: Canonical) -> Callable[[Json], bool]:
    """A value -> whether one part of a canonical schema takes it (`format` is asserted)."""
    return takes(node.to_json_schema())


def takes(document: Json) -> Callable[[Json], bool]:
    """A value -> whether a small schema without references takes it (`format` is asserted)."""
    return jsonschema_rs.validator_for(document, validate_formats=True, email_options=_EMAIL, offline=True).is_valid


def words(document: Json, value: Json) -> str:
    """What is said first of a value that a small schema without references refuses."""
    judge = jsonschema_rs.validator_for(document, validate_formats=True, email_options=_EMAIL, offline=True)
    return next((error.message for error in judge.iter_errors(value)), "")


@functools.cache
def _of_format(name: str) -> Callable[[Json], bool]:
    return jsonschema_rs.validator_for({"format": name}, validate_formats=True, email_options=_EMAIL).is_valid


def has_format(name: str, value: Json) -> bool:
    """Whether `value` has that `format`, as jsonschema-rs asserts it; unknown formats hold."""
    return _of_format(name)(value)


@functools.lru_cache(maxsize=1024)
def _of_pattern(pattern: str) -> Callable[[Json], bool]:
    return jsonschema_rs.validator_for({"pattern": pattern}).is_valid


def matches(pattern: str, text: str) -> bool:
    """Whether an ECMA-262 `pattern` is found in `text`."""
    return _of_pattern(pattern)(text)
