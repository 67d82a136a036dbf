"""`$schema` -> validators. The only door to jsonschema and jsonschema-rs.

jsonschema-rs decides; jsonschema, six times slower to import and a hundred times slower to run, is loaded only to
explain what was refused. So that the two agree, jsonschema's formats and patterns are answered by jsonschema-rs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import jsonschema_rs
from jsonschema_rs import CanonicalSchema as Canonical
from jsonschema_rs import canonical

from hookcli.errors import ReferenceNotFound, SchemaInvalid
from hookcli.models import Json, Violation

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_Made = TypeVar("_Made")

__all__ = [
    "DRAFTS",
    "FORMATS",
    "HOLDERS",
    "LARGEST_PATTERN",
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
    "relevance",
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

LARGEST_PATTERN = 20_000_000
"""Bytes that one pattern may take when it is made ready: `^.{0,10000}$` takes more than the usual half of it."""

_PATTERNS = jsonschema_rs.FancyRegexOptions(size_limit=LARGEST_PATTERN)

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
    draft = DRAFTS.get(
        str(uri).replace("https://json-schema.org/draft-0", "http://json-schema.org/draft-0").rstrip("#")
    )
    if draft is None:
        known = ", ".join(one.uri for one in DRAFTS.values())
        raise SchemaInvalid(f"{source}: $schema is {uri!r}, which is no draft that hookcli knows. Use one of: {known}")
    return draft


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
        self._documents = documents
        self._draft = draft
        self._source = source
        self._is_escaped = False

    @functools.cached_property
    def _options(self) -> dict[str, Any]:
        options = {"base_uri": self._uri, "pattern_options": _PATTERNS, "offline": True}
        # one document needs no registry, which would hold another copy of it
        return {**options, "registry": self._registry} if len(self._documents) > 1 else options

    @functools.cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(uri, _with_draft(one, self._draft)) for uri, one in self._documents.items()])

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
                self._documents = {uri: _escaped(document) for uri, document in self._documents.items()}
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
        if "retriev" in message or isinstance(error, jsonschema_rs.ReferencingError):
            return ReferenceNotFound(f"{self._source}: {message}")
        if "surrogates not allowed" in message:
            return SchemaInvalid(f"{self._source}#{_lone_surrogate(self._documents)}")
        if message == "Recursion limit reached":
            return SchemaInvalid(
                f"{self._source}: objects and arrays are nested deeper than {_DEEPEST} levels, which is as deep as "
                "hookcli reads a schema. Put the inner ones under $defs and refer to them."
            )
        message = _cut(message)
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

    def refusals(self, payload: Json) -> list[Violation]:
        """What jsonschema-rs itself says of a payload."""
        return [
            Violation(_pointer(error.instance_path), _keyword(error), error.message)
            for error in self._judge.iter_errors(payload)
        ]

    def explain(self, payload: Json) -> list[ValidationError]:
        """All that jsonschema finds wrong with a payload, in no useful order."""
        return list(self._explainer.iter_errors(payload))

    @functools.cached_property
    def _explainer(self) -> Any:
        return _build_explainer(self._document, self._uri, self._documents, self._draft)

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
        options = {**self._options, "registry": jsonschema_rs.Registry(unknown, draft=self._draft.number)}
        options.pop("base_uri")
        return self._read(
            lambda: jsonschema_rs.canonicalize(part, draft=self._draft.number, validate_formats=True, **options)
        )

    def accepts_part(self, part: Json) -> Callable[[Json], bool]:
        """A value -> whether a part takes it whose references are absolute (`format` is asserted)."""
        kind = jsonschema_rs.validator_cls_for({"$schema": self._draft.uri})
        own = _escaped(part) if self._is_escaped else part
        around = {"registry": self._registry, "base_uri": "hookcli:part"}  # or the part would stand for the whole
        return self._read(
            lambda: kind(own, validate_formats=True, email_options=_EMAIL, **{**self._options, **around})
        ).is_valid

    def contradictions(self) -> dict[str, tuple[Cause, ...]]:
        """The parts of the schema that admit no value, by JSON Pointer, each with what is to blame."""
        found = self._read(
            lambda: canonical.find_unsatisfiable(
                self._document, draft=self._draft.number, validate_formats=True, **self._options
            )
        )
        return {pointer: tuple(_causes(reason)) for pointer, reason in found.items()}


_HALF = re.compile(r"[\ud800-\udfff]")


def _lone_surrogate(documents: Mapping[str, Json]) -> str:
    """Where half a surrogate pair stands, and which."""
    waiting: list[tuple[str, Json]] = [("", each) for each in documents.values()]
    while waiting:
        pointer, node = waiting.pop()
        texts = [node] if isinstance(node, str) else [*node] if isinstance(node, dict) else []
        found = _HALF.search("".join(texts))
        if found is not None:
            half = f"\\u{ord(found[0]):04x}"
            return f"{pointer}: half a surrogate pair, {half}, is no character. Write the whole pair, or leave it out."
        if isinstance(node, dict):
            waiting += [(pointer + _pointer([key]), each) for key, each in node.items()]
        elif isinstance(node, list):
            waiting += [(f"{pointer}/{at}", each) for at, each in enumerate(node)]
    return ": half a surrogate pair is no character."


_LONGEST = 300
"""Characters of a message that is not ours."""


def _cut(message: str) -> str:
    """A message whose middle is left out where it is long: it may quote what is megabytes large."""
    half = _LONGEST // 2
    return message if len(message) <= _LONGEST else f"{message[:half]} ... {message[-half:]}"


def _with_draft(document: Json, draft: Draft) -> Json:
    """A document that says which draft it is in: that of the root where it names none.

    A draft given to jsonschema-rs's registry itself would overrule what a document names.
    """
    return {"$schema": draft.uri, **document} if isinstance(document, dict) else document


def _escaped(node: Json) -> Json:
    """A copy in which references are URIs: `#/definitions/List<Item>` is none, but found in the wild."""
    if isinstance(node, list):
        return [_escaped(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _ILLEGAL.sub(lambda found: quote(found[0], safe=""), value)
        if key in ("$ref", "$dynamicRef", "$recursiveRef") and isinstance(value, str)
        else _escaped(value)
        for key, value in node.items()
    }


_ILLEGAL = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
"""What no URI has in it (RFC 3986, section 2)."""

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


HOLDERS = frozenset(
    {"additionalItems", "additionalProperties", "dependencies", "dependentSchemas", "items", "patternProperties"}
    | {"prefixItems", "properties", "propertyNames", "then", "else"}
)
"""Keywords under which `false` refuses a value by being there."""


def _causes(reason: Any) -> Iterator[Cause]:
    """What jsonschema-rs blames; nothing for a schema that is written as `false`."""
    for each in (*getattr(reason, "causes", ()), *filter(None, [getattr(reason, "cause", None)])):
        yield Cause(each.pointer, tuple(each.keywords))


def relevance(error: ValidationError) -> Any:
    """Jsonschema's own order of errors, the greatest the most useful."""
    from jsonschema import exceptions

    return exceptions.relevance(error)


def _build_explainer(document: Json, uri: str, documents: Mapping[str, Json], draft: Draft) -> Any:
    """A jsonschema validator whose formats and patterns are answered by jsonschema-rs."""
    from jsonschema import FormatChecker
    from jsonschema.validators import extend, validator_for
    from referencing import Registry
    from referencing.jsonschema import specification_with

    specification = specification_with(draft.uri)
    registry: Registry[Any] = Registry().with_resources(
        (name, specification.create_resource(found)) for name, found in documents.items()
    )
    formats = FormatChecker(formats=())
    for name in FORMATS:
        formats.checks(name)(functools.partial(has_format, name))
    plain = validator_for({"$schema": draft.uri})
    kind = extend(plain, {"pattern": _explain_pattern, "patternProperties": _explain_pattern_properties})  # type: ignore[no-untyped-call]
    start = document if isinstance(document, bool) else {"$ref": uri}
    return kind(start, registry=registry, format_checker=formats)


def _explain_pattern(validator: Any, pattern: str, instance: Json, _schema: Json) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    if validator.is_type(instance, "string") and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _explain_pattern_properties(
    validator: Any, patterns: Json, instance: Json, _schema: Json
) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        for pattern, subschema in patterns.items():
            for key in filter(functools.partial(matches, pattern), instance):
                yield from validator.descend(instance[key], subschema, path=key, schema_path=pattern)


def canonical_of(document: Json) -> Canonical:
    """A small schema without references, in canonical form."""
    return jsonschema_rs.canonicalize(document, validate_formats=True, pattern_options=_PATTERNS, offline=True)


@functools.cache
def anything() -> Canonical:
    """The schema that takes every value, in canonical form."""
    return canonical_of(True)


def accepts(node: Canonical) -> Callable[[Json], bool]:
    """A value -> whether one part of a canonical schema takes it (`format` is asserted)."""
    document: Any = node.to_json_schema()
    options: Any = {"email_options": _EMAIL, "pattern_options": _PATTERNS}
    return jsonschema_rs.validator_for(document, validate_formats=True, **options, offline=True).is_valid


@functools.cache
def _of_format(name: str) -> Callable[[Json], bool]:
    return jsonschema_rs.validator_for({"format": name}, validate_formats=True, email_options=_EMAIL).is_valid


def has_format(name: str, value: Json) -> bool:
    """Whether `value` has that `format`, as jsonschema-rs asserts it; unknown formats hold."""
    return _of_format(name)(value)


@functools.lru_cache(maxsize=4096)
def _of_pattern(pattern: str) -> Callable[[Json], bool]:
    return jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=_PATTERNS).is_valid


def matches(pattern: str, text: str) -> bool:
    """Whether an ECMA-262 `pattern` is found in `text`."""
    return _of_pattern(pattern)(text)
