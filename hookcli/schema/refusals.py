"""What a validator says of a payload that it refuses, and which of it only follows from the rest."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from hookcli.dataclass import dataclass
from hookcli.schema.references import escape


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is said of a payload; equal to another where the same is said of the same place."""

    pointer: str
    """JSON Pointer (RFC 6901) into the payload."""
    keyword: str
    message: str
    branches: tuple[tuple[Refusal, ...], ...] = ()
    """What is said of each branch of a choice; where nothing else is said of a payload, this is left out."""
    unexpected: tuple[str, ...] = ()
    """The keys that may not be there; left out as well."""
    more: Hashable = None
    """What tells it from another in the same words: of a long `enum` or a choice they do not say all."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A keyword of a schema that a payload breaks."""

    path: tuple[str | int, ...]
    """Keys and indexes that lead to the value."""
    keyword: str
    location: str
    """The URI of the keyword in its schema, with a JSON Pointer."""
    keys: tuple[str, ...] = ()
    """Those that are missing, or may not be there."""
    branches: tuple[tuple[Breach, ...], ...] = ()
    """What each branch of a choice refuses."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Keywords of one subschema, by its JSON Pointer; none of them for the subschema as a whole."""

    pointer: str
    keywords: tuple[str, ...]


class _Kind(Protocol):
    @property
    def name(self) -> str: ...

    def as_dict(self) -> dict[str, Any]: ...


class _Reported(Protocol):
    """An error of jsonschema-rs."""

    @property
    def message(self) -> str: ...
    @property
    def instance_path(self) -> Sequence[str | int]: ...
    @property
    def schema_path(self) -> Sequence[str | int]: ...
    @property
    def kind(self) -> _Kind: ...
    @property
    def absolute_keyword_location(self) -> str | None: ...


def _pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer (RFC 6901) of path tokens."""
    return "".join(f"/{escape(part)}" for part in path)


def _keyword(error: _Reported) -> str:
    """The keyword that an error is about; a schema that is just `false` stands under the keyword that holds it."""
    path = [part for part in error.schema_path if isinstance(part, str)]
    if error.kind.name == "falseSchema":
        return next((part for part in reversed(path) if part in HOLDERS), "not")
    return path[-1] if error.kind.name in ("required", "contains") and path else error.kind.name


def refusal_of(error: _Reported) -> Refusal:
    """What a validator says, in a place and a keyword."""
    return Refusal(_pointer(error.instance_path), _keyword(error), error.message)


def with_reasons(error: _Reported) -> Refusal:
    """The same, with what tells it from others in the same words."""
    found = error.kind.as_dict()
    branches = tuple(tuple(map(with_reasons, branch)) for branch in found.get("context", ()))
    more: Hashable = None
    if error.kind.name in ("contains", "oneOf", "anyOf") and not (branches and all(branches)):
        more = error.absolute_keyword_location
    elif "options" in found:
        more = repr(found["options"])
    elif "error" in found:
        more = with_reasons(found["error"])
    return replace(refusal_of(error), branches=branches, unexpected=tuple(found.get("unexpected", ())), more=more)


def breach_of(error: _Reported) -> Breach:
    """The keyword that a validator complains of, and where it stands."""
    found = error.kind.as_dict()
    return Breach(
        tuple(error.instance_path),
        _keyword(error),
        error.absolute_keyword_location or "",
        tuple(found.get("unexpected", ())) or ((found["property"],) if "property" in found else ()),
        tuple(tuple(map(breach_of, branch)) for branch in found.get("context", ())),
    )


HOLDERS = frozenset(
    {"additionalItems", "additionalProperties", "dependencies", "dependentSchemas", "items", "patternProperties"}
    | {"prefixItems", "properties", "propertyNames", "then", "else"}
)
"""Keywords under which `false` refuses a value by being there."""


def causes_of(reason: Any) -> Iterator[Cause]:
    """What jsonschema-rs blames; nothing for a schema that is written as `false`."""
    for each in (*getattr(reason, "causes", ()), *filter(None, [getattr(reason, "cause", None)])):
        yield Cause(each.pointer, tuple(each.keywords))
