"""`$schema` -> validators. The only door to jsonschema-rs.

jsonschema-rs decides; jsonschema, six times slower to import and a hundred times slower to run, is loaded only to
explain what was refused (`hookcli.schema.explainer`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import jsonschema_rs
from jsonschema_rs import CanonicalSchema as Canonical
from jsonschema_rs import canonical

from hookcli.errors import ReferenceNotFound, SchemaInvalid
from hookcli.models import Json
from hookcli.schema.drafts import Draft, readable
from hookcli.schema.faults import cut, lone_surrogate
from hookcli.schema.keywords import rewritten
from hookcli.schema.refusals import Breach, Cause, Refusal, breach_of, causes_of, refusal_of, with_reasons
from hookcli.schema.rewriting import escaped, with_draft, without

if TYPE_CHECKING:
    from hookcli.schema.explainer import Explainer, ValidationError

_Made = TypeVar("_Made")

__all__ = [
    "FORMATS",
    "LARGEST_PATTERN",
    "Canonical",
    "Dialect",
    "ValidationError",
    "accepts",
    "canonical",
    "canonical_of",
    "has_format",
    "in_draft",
    "matches",
    "takes",
    "words",
]


FORMATS = (
    "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri",
    "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference",
    "uri-template", "uuid",
)  # fmt: skip
"""The formats that are asserted (JSON Schema 2020-12 validation, section 7.3)."""

_DEEPEST = 255
"""Levels of nesting down to which jsonschema-rs reads a Python value."""

_KEPT = 64
"""Proofs of parts that are kept for another schema with the same parts, as events have: half of theirs."""

LARGEST_PATTERN = 20_000_000
"""Bytes that one pattern may take when it is made ready: `^.{0,10000}$` takes more than the usual half of it."""

_EMAIL = jsonschema_rs.EmailOptions(allow_display_text=False)
"""`Priya <p@x.example>` is a mailbox of RFC 5322, not the bare address that `format: email` asks for."""

_PATTERNS = jsonschema_rs.FancyRegexOptions(size_limit=LARGEST_PATTERN)

_READING: dict[str, Any] = {"validate_formats": True, "pattern_options": _PATTERNS}
_JUDGING: dict[str, Any] = {**_READING, "email_options": _EMAIL}


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
        self._document = readable(document, draft)
        self._uri = uri
        self._given = documents
        self._documents = {name: readable(found, draft) for name, found in documents.items()}
        self._draft = draft
        self._source = source
        self._is_escaped = False

    @functools.cached_property
    def _options(self) -> dict[str, Any]:
        options = {"base_uri": self._uri, "offline": True}
        # one document needs no registry, which would hold another copy of it
        return {**options, "registry": self._registry} if len(self._documents) > 1 else options

    @functools.cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(uri, with_draft(one, self._draft.uri)) for uri, one in self._documents.items()])

    @functools.cached_property
    def _judge(self) -> jsonschema_rs.Validator:
        return self._made(_JUDGING)

    def _made(self, how: dict[str, Any]) -> jsonschema_rs.Validator:
        kind = jsonschema_rs.validator_cls_for({"$schema": self._draft.uri})
        return self._read(lambda: kind(self._document, **how, **self._options))

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
                self.__dict__.pop("_registry", None)
                return make()
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> SchemaInvalid | ReferenceNotFound:
        """Our error for a schema that jsonschema-rs does not take."""
        message = str(getattr(error, "message", error))
        pointer = "".join(f"/{part}" for part in getattr(error, "instance_path", ()))
        if _is_of_reference(error):
            return ReferenceNotFound(f"{self._source}: {message}")
        if "surrogates not allowed" in message:
            return SchemaInvalid(f"{self._source}#{lone_surrogate(self._documents)}")
        if message == "Recursion limit reached":
            return SchemaInvalid(
                f"{self._source}: objects and arrays are nested deeper than {_DEEPEST} levels, which is as deep as "
                "hookcli reads a schema. Put the inner ones under $defs and refer to them."
            )
        message = cut(message)
        if message.endswith(' is not a "regex"'):
            message += ": it is no pattern of ECMA-262, or repeats too much or nests too deep to be made ready"
        return SchemaInvalid(f"{self._source}#{pointer}: not a valid JSON Schema (draft {self._draft.name}): {message}")

    @property
    def is_valid(self) -> Callable[[Json], bool]:
        """A payload -> whether the schema takes it (`format` is asserted).

        Raises:
            SchemaInvalid: the schema is not one.
            ReferenceNotFound: a reference in it leads nowhere.
        """
        return self._judge.is_valid

    @functools.cached_property
    def is_valid_without_formats(self) -> Callable[[Json], bool]:
        """A payload -> whether the schema takes it where `format` is a remark.

        Raises:
            SchemaInvalid: the schema is not one.
            ReferenceNotFound: a reference in it leads nowhere.
        """
        return self._made({**_READING, "validate_formats": False}).is_valid

    def refusals(self, payload: Json, most: int | None = None) -> list[Refusal]:
        """What jsonschema-rs itself says of a payload; what two subschemas say alike of one place, only once.

        Args:
            payload: any.
            most: subschemas that may say something; where they are more, none of it is returned.
        """
        errors = list(self._judge.iter_errors(payload))
        if most is not None and len(errors) > most:
            return []
        if len(errors) < 2:
            return [refusal_of(error) for error in errors]
        return list(dict.fromkeys(with_reasons(error) for error in errors))

    def breaches(self, payload: Json) -> Iterator[Breach]:
        """The keywords that jsonschema-rs finds broken, each with its place in the schema."""
        return map(breach_of, self._judge.iter_errors(payload))

    def sole_refusal(self, payload: Json) -> Refusal | None:
        """What jsonschema-rs says of a payload, if that is one thing alone, however many subschemas say it."""
        errors = list(self._judge.iter_errors(payload))
        if len(errors) < 2:
            return refusal_of(errors[0]) if errors else None
        first = with_reasons(errors[0])
        return first if all(with_reasons(error) == first for error in errors[1:]) else None

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

    def with_part(self, part: Json, other: Json) -> Dialect:
        """The validators of the same documents where another schema stands in the place of one of their parts."""
        documents = {
            uri: rewritten(document, lambda node: other if node is part else node)
            for uri, document in self._documents.items()
        }
        return Dialect(documents[self._uri], self._uri, documents, self._draft, self._source)

    def canonicalize(self) -> Canonical:
        """The schema in jsonschema-rs's canonical form: merged, typed, contradictions found.

        Raises:
            SchemaInvalid: the schema is not one.
        """
        return self._read(
            lambda: jsonschema_rs.canonicalize(self._document, draft=self._draft.number, **_READING, **self._options)
        )

    def canonicalize_part(self, part: Json, names: Iterable[str]) -> Canonical:
        """One part of the schema in canonical form, in which references to `names` are kept as they are.

        Args:
            part: a schema in the draft of the whole.
            names: absolute URIs of which nothing is known.
        """
        unknown = [(name, {"properties": {"\0": {"$ref": name}}}) for name in dict.fromkeys(names)]
        options = {**self._options, "registry": jsonschema_rs.Registry(unknown, draft=self._draft.number)}
        options.pop("base_uri")
        return self._read(lambda: jsonschema_rs.canonicalize(part, draft=self._draft.number, **_READING, **options))

    def accepts_part(self, part: Json) -> Callable[[Json], bool]:
        """A value -> whether a part takes it whose references are absolute (`format` is asserted)."""
        kind = jsonschema_rs.validator_cls_for({"$schema": self._draft.uri})
        own = escaped(part) if self._is_escaped else part
        around = {"registry": self._registry, "base_uri": _PART}  # or the part would stand for the whole
        return self._read(lambda: kind(own, **_JUDGING, **{**self._options, **around})).is_valid

    def contradictions(self) -> dict[str, tuple[Cause, ...]]:
        """The parts of the schema that admit no value, by JSON Pointer, each with what is to blame."""
        found = self._read(
            lambda: canonical.find_unsatisfiable(self._document, draft=self._draft.number, **_READING, **self._options)
        )
        return {pointer: tuple(causes_of(reason)) for pointer, reason in found.items()}


def _is_of_reference(error: Exception) -> bool:
    """Whether an error says that a reference leads nowhere."""
    is_kind = isinstance(getattr(error, "kind", None), jsonschema_rs.ValidationErrorKind.Referencing)
    return is_kind or "retriev" in str(error) or isinstance(error, jsonschema_rs.ReferencingError)


_NOT_A_URI = ("Invalid URI reference", 'is not a "uri-reference"')
"""How jsonschema-rs says that it cannot read a reference."""


def canonical_of(document: Json) -> Canonical:
    """A small schema without references, in canonical form."""
    return jsonschema_rs.canonicalize(document, **_READING, offline=True)


@functools.lru_cache(maxsize=_KEPT)
def in_draft(node: Canonical, draft: int) -> Canonical:
    """What a node says in the words of another draft; the same node where that draft takes no such words."""
    document: Any = node.to_json_schema()
    if isinstance(document, dict):
        document = {key: value for key, value in document.items() if key != "$schema"}
        if "const" in document:  # draft 4 has none
            document["enum"] = [document.pop("const")]
    try:
        return jsonschema_rs.canonicalize(document, draft=draft, **_READING, offline=True)
    except jsonschema_rs.ValidationError:  # by its metaschema, which looks at what the other's does not
        return node


@functools.cache
def anything() -> Canonical:
    """The schema that takes every value, in canonical form."""
    return canonical_of(True)


@functools.lru_cache(maxsize=_KEPT)
def accepts(node: Canonical) -> Callable[[Json], bool]:
    """A value -> whether one part of a canonical schema takes it (`format` is asserted)."""
    return takes(node.to_json_schema())


def takes(document: Json) -> Callable[[Json], bool]:
    """A value -> whether a small schema without references takes it (`format` is asserted)."""
    try:
        return jsonschema_rs.validator_for(document, offline=True, **_JUDGING).is_valid
    except jsonschema_rs.ValidationError:  # by its metaschema, which is asked of a root alone: a part need not hold it
        kind = jsonschema_rs.validator_cls_for({"$schema": document["$schema"]})
        registry = jsonschema_rs.Registry([(_PART, document)])
        return kind({"$ref": _PART}, registry=registry, offline=True, **_JUDGING).is_valid


_PART = "hookcli:part"


def words(document: Json, value: Json) -> str:
    """What is said first of a value that a small schema without references refuses."""
    judge = jsonschema_rs.validator_for(document, **_JUDGING, offline=True)
    return next((error.message for error in judge.iter_errors(value)), "")


@functools.cache
def _of_format(name: str) -> Callable[[Json], bool]:
    return jsonschema_rs.validator_for({"format": name}, **_JUDGING).is_valid


def has_format(name: str, value: Json) -> bool:
    """Whether `value` has that `format`, as jsonschema-rs asserts it; unknown formats hold."""
    return _of_format(name)(value)


@functools.lru_cache(maxsize=4096)
def _of_pattern(pattern: str) -> Callable[[Json], bool]:
    try:
        return jsonschema_rs.validator_for({"pattern": pattern}, **_JUDGING).is_valid
    except jsonschema_rs.ValidationError:
        return lambda _: False


def matches(pattern: str, text: str) -> bool:
    """Whether an ECMA-262 `pattern` is found in `text`; one that is too large to be made ready is found in none."""
    return _of_pattern(pattern)(text)
