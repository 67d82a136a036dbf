"""`format` has two readings: a rule (drafts 4 to 7, mostly), or a remark (from 2019-09 on, unless asked for).

A rule refuses more, except below `not`, `oneOf`, `if` and a counted `contains`: there it may let through what the
remark refuses. A `oneOf` of two formats takes a string that has one of them; where formats are remarks both branches
hold, and it takes none. What is generated holds either way, as nobody knows how an endpoint reads it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from hookcli.errors import ReferenceNotFound
from hookcli.models import Json
from hookcli.schema.cases import REFERENCES, nodes
from hookcli.schema.dialect import FORMATS
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.keywords import subschemas
from hookcli.schema.navigation import has, listed, said
from hookcli.schema.references import Resources, Subschema, join

_TURNING = frozenset({"not", "oneOf", "if", "maxContains"})
"""Keywords that may take more where a subschema takes less."""

_MOST_TOLD = 16
"""Branches of a `oneOf` up to which construction tells them apart; of more, the proof alone does."""

_REMARKS = "hookcli:remarks"
_LEFT_OUT = frozenset({"format", "$id", "id", "$anchor", "$dynamicAnchor", "$schema"})
_VALUES = frozenset({"const", "enum", "examples", "default"})


class Readings:
    """What a schema says under both readings.

    Args:
        schema: any JSON Schema.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    @functools.cached_property
    def _formats(self) -> _Formats | None:
        """Where formats may let something through; None where they only refuse."""
        documents = self._schema.resources.documents.values()
        keywords = {key for document in documents for node in nodes(document) for key in node}
        if "format" not in keywords or _TURNING.isdisjoint(keywords):
            return None
        formats = _Formats(self._schema.resources)
        return formats if formats.turning else None

    @property
    def accepts(self) -> Callable[[Json], bool]:
        """A payload -> whether the schema takes it, be `format` a rule or a remark.

        Raises:
            SchemaInvalid: the schema is not one.
            ReferenceNotFound: a reference in it leads nowhere.
        """
        ruled = self._schema.is_valid
        if self._formats is None:
            return ruled
        remarked = self._schema.dialect.is_valid_without_formats
        return lambda payload: ruled(payload) and remarked(payload)

    def both(self) -> Schema:
        """The schema of what holds either way, for generation; the same where that makes no difference.

        Below `not` and `if` formats are left out, and each branch of a `oneOf` excludes the others without theirs.
        It may say a little less than it should: what is made of it is to be proven.
        """
        if self._formats is None:
            return self._schema
        remarks = _Remarks(self._schema.resources)
        uris = [*self._schema.resources.documents]
        documents = {uri: self._formats.rewritten(self._schema.resources.documents[uri], remarks) for uri in uris}
        documents[_REMARKS] = remarks.document()
        return make_schema(documents[uris[0]], self._schema.name, uris[0], documents.__getitem__)


def _types(resources: Resources, one: Subschema, depth: int = 0) -> frozenset[str]:
    """The types that a schema is open to, as far as that is seen at a glance; whole numbers are numbers."""
    found, schema = _ANY, one.schema
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return _ANY if schema is not False else frozenset()
    if not one.is_hidden:
        if "type" in schema:
            named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            found &= {"number" if name == "integer" else name for name in named}
        if has(one, "const") or "enum" in schema:
            found &= {
                _TYPES[type(value)] for value in ([schema["const"]] if has(one, "const") else listed(one, "enum"))
            }
        for each in listed(one, "allOf"):
            found &= _types(resources, one.inner(each), depth + 1)
    for targets in resources.follow(one):
        found &= _types(resources, targets[0], depth + 1) if len(targets) == 1 else _ANY
    return found


_TYPES = {
    str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", dict: "object", list: "array",
}  # fmt: skip
_ANY = frozenset(_TYPES.values())

_DEEPEST = 10
"""References and the like that are followed for a type."""


class _Formats:
    """Knows the subschemas that come to a `format`, and those in which that may let something through."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._having: list[int] = []
        self._holders: dict[int, list[int]] = {}
        met = list(self._walk())
        self._known = self._reached()
        self.turning = {id(one.schema): one for one in met if self._turns(one)}
        """The schemas that may take more because something within them takes less."""

    def _turns(self, one: Subschema) -> bool:
        counted = said(one, "contains") if said(one, "maxContains") is not None else None
        return any(map(self._speaks, (said(one, "not"), said(one, "if"), counted))) or any(
            self._rivals(one, at) for at in range(len(listed(one, "oneOf")))
        )

    def _rivals(self, one: Subschema, at: int) -> list[Json]:
        """The other branches of a `oneOf` that come to a format, and may take what a branch does if they had none."""
        branches = listed(one, "oneOf")
        others = [each for other, each in enumerate(branches) if other != at and self._speaks(each)]
        types = _types(self._resources, one.inner(branches[at])) if others else _ANY
        return [each for each in others if types & _types(self._resources, one.inner(each))]

    def _walk(self) -> Iterator[Subschema]:
        waiting = [self._resources.named[uri] for uri in self._resources.documents]
        seen: set[int] = set()
        while waiting:
            one = waiting.pop()
            if not isinstance(one.schema, dict) or id(one.schema) in seen:
                continue
            seen.add(id(one.schema))
            yield one
            if one.schema.get("format") in FORMATS:
                self._having.append(id(one.schema))
            below = [one.inner(each) for _, each in subschemas(one.schema)]
            below += [each for targets in self._resources.follow(one) for each in targets]
            for each in below:
                self._holders.setdefault(id(each.schema), []).append(id(one.schema))
            waiting += below

    def _reached(self) -> set[int]:
        known: set[int] = set()
        waiting = self._having
        while waiting:
            one = waiting.pop()
            if one not in known:
                known.add(one)
                waiting += self._holders.get(one, ())
        return known

    def _speaks(self, schema: Json) -> bool:
        return id(schema) in self._known

    def rewritten(self, node: Json, remarks: _Remarks) -> Json:
        """A copy of a document in which what turns a format's meaning excludes what either reading does."""
        if isinstance(node, list):
            return [self.rewritten(each, remarks) for each in node]
        if not isinstance(node, dict):
            return node
        copy = {key: self.rewritten(value, remarks) for key, value in node.items()}
        if id(node) in self.turning:
            self._turn(copy, self.turning[id(node)], remarks)
        return copy

    def _turn(self, copy: dict[str, Json], one: Subschema, remarks: _Remarks) -> None:
        if self._speaks(said(one, "not")):
            copy["not"] = remarks.of(one, one.schema["not"])
        if self._speaks(said(one, "if")):
            whole = [copy.pop("if"), copy.pop("then", True)]
            otherwise = [{"not": remarks.of(one, one.schema["if"])}, copy.pop("else", True)]
            either = {"anyOf": [{"allOf": whole}, {"allOf": otherwise}]}
            copy["allOf"] = [*copy.get("allOf", []), either]
        if len(listed(one, "oneOf")) <= _MOST_TOLD:
            copies = enumerate(copy.get("oneOf", ()))
            told = [_without(each, [remarks.of(one, other) for other in self._rivals(one, at)]) for at, each in copies]
            copy.update({"oneOf": told} if told else {})


def _without(copy: Json, others: list[Json]) -> Json:
    return {"allOf": [copy, *({"not": other} for other in others)]} if others else copy


class _Remarks:
    """Copies of subschemas without formats, by name, in a document of their own."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._numbers: dict[int, int] = {}
        self._waiting: list[Subschema] = []

    def of(self, one: Subschema, inner: Json) -> Json:
        """A reference to the copy of a schema that stands within another."""
        return {"$ref": self._name(one.inner(inner))}

    def _name(self, one: Subschema) -> str:
        if id(one.schema) not in self._numbers:
            self._numbers[id(one.schema)] = len(self._waiting)
            self._waiting.append(one)
        return f"{_REMARKS}#/definitions/{self._numbers[id(one.schema)]}"

    def document(self) -> Json:
        """All copies that were asked for, and those that they refer to."""
        copies = [self._copy(one.schema, one) for one in self._waiting]  # copying adds to what waits
        return {"definitions": {str(at): copy for at, copy in enumerate(copies)}}

    def _copy(self, node: Json, around: Subschema) -> Json:
        if isinstance(node, list):
            return [self._copy(each, around) for each in node]
        if not isinstance(node, dict):
            return node
        one = around.inner(node)
        return {
            key: self._target(one, value) if key in REFERENCES and isinstance(value, str)
            else value if key in _VALUES
            else self._copy(value, one)
            for key, value in node.items()
            if key not in _LEFT_OUT or not isinstance(value, str)
        }  # fmt: skip

    def _target(self, one: Subschema, reference: str) -> str:
        try:
            return self._name(self._resources.resolve(one.base, reference))
        except ReferenceNotFound:  # a metaschema
            return join(one.base, reference)
