"""`$ref`: in the document, in a file beside it, in the catalogue; never the network.

`collect` gathers every document that a schema reaches, once; after that `Resources` only looks up.
Rules: JSON Schema 2020-12 core, section 8.2 (`$id`, `$anchor`, `$dynamicAnchor`), 2019-09 core, section 8.2.4
(`$recursiveRef`), and RFC 3986 section 5; in drafts 4 to 7 a `$ref` hides its siblings, and `$id: "#name"`
(draft 4: `id`) is an anchor. A schema with a `$schema` of its own is read by that draft.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

from hookcli.dataclass import dataclass
from hookcli.errors import ReferenceNotFound
from hookcli.models import Json
from hookcli.schema.drafts import DRAFTS, Draft, named_draft
from hookcli.schema.keywords import EXTENSION, HOLDERS, holds_members, subschemas

Fetch = Callable[[str], Json]
"""A URI without fragment -> the document; raises ReferenceNotFound."""

LATEST = next(iter(DRAFTS.values()))

_DYNAMIC = {"2020-12": "$dynamicRef", "2019-09": "$recursiveRef"}
"""The reference of a draft whose target depends on how one got there."""

_ANCHORS = {"2020-12": ("$anchor", "$dynamicAnchor"), "2019-09": ("$anchor",)}

REFERRING = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
_OWN = frozenset({"$schema", "$id", "id"})
"""What gives a schema a draft or a base of its own."""
_NAMING = frozenset({"$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"})
"""What gives a schema a name; most have none of any of these."""

_METASCHEMAS = ("http://json-schema.org/", "https://json-schema.org/")


@dataclass(frozen=True, slots=True)
class Subschema:
    """A schema, the base URI against which its references are read, and the draft that it is written in."""

    schema: Json
    base: str
    draft: Draft = LATEST

    def inner(self, schema: Json) -> Subschema:
        """A schema that stands within this one: it may have an identifier and a draft of its own."""
        if not isinstance(schema, dict) or _OWN.isdisjoint(schema):
            return Subschema(schema, self.base, self.draft)
        draft = _own_draft(schema, self.draft) if "$schema" in schema else self.draft
        identifier = _identifier(schema, draft)
        if identifier is None or identifier.startswith("#"):
            return Subschema(schema, self.base, draft)
        return Subschema(schema, urldefrag(join(self.base, identifier)).url, draft)

    @property
    def is_hidden(self) -> bool:
        """Whether all keywords but `$ref` are ignored."""
        return _has_text(self.schema, "$ref") and self.draft.ref_hides_siblings


@dataclass(slots=True)
class Resources:
    """Every document that a schema reaches, and what can be named in them."""

    documents: dict[str, Json] = field(default_factory=dict)
    """By absolute URI, without fragment."""
    named: dict[str, Subschema] = field(default_factory=dict)
    """Documents, embedded `$id`s and anchors, by absolute URI."""
    dynamic: dict[str, list[Subschema]] = field(default_factory=dict)
    """Where each `$dynamicAnchor` stands; under "" the schemas with a `$recursiveAnchor`."""
    known: dict[tuple[int, ...], tuple[tuple[Subschema, ...], tuple[Subschema, ...]]] = field(default_factory=dict)
    """What `navigation` found, by the identities of what it started from; these are kept, so that they stay theirs."""
    extended: list[tuple[str, Subschema]] = field(default_factory=list)
    """The schemas with `x-hookcli`, each with its document's URI and JSON Pointer."""
    dangling: list[tuple[str, str]] = field(default_factory=list)
    """References to a part of a document that isn't there: where they stand, and what they say."""
    _resolved: dict[tuple[str, str], Subschema] = field(default_factory=dict)

    def resolve(self, base: str, reference: str) -> Subschema:
        """What `reference` names when it stands under `base`.

        Raises:
            ReferenceNotFound: nothing there has that name.
        """
        if (base, reference) not in self._resolved:
            self._resolved[base, reference] = self._find(base, reference)
        return self._resolved[base, reference]

    def _find(self, base: str, reference: str) -> Subschema:
        uri = join(base, reference)
        if uri in self.named:
            return self.named[uri]
        whole, fragment = urldefrag(uri)
        start = self.named.get(whole)
        if start is None or (fragment and not fragment.startswith("/")):
            raise ReferenceNotFound(f"$ref {reference!r} names nothing that is there (read as {uri}).")
        return _walk(start, unquote(fragment), reference)

    def follow(self, one: Subschema) -> Iterator[list[Subschema]]:
        """What each reference in a schema leads to; several schemas where it depends on how one got there.

        Of metaschemas, which are no documents of ours, there is nothing to tell.
        """
        if REFERRING.isdisjoint(one.schema):
            return
        for keyword in ("$ref", _DYNAMIC.get(one.draft.name)):
            if keyword is not None and _has_text(one.schema, keyword):
                try:
                    target = self.resolve(one.base, one.schema[keyword])
                except ReferenceNotFound:
                    continue
                yield [target] if keyword == "$ref" else self._outermost(target, one.schema[keyword])

    def _outermost(self, target: Subschema, reference: str) -> list[Subschema]:
        """What a dynamic reference may lead to.

        Every evaluation enters by the root: where that has the anchor it is the root's, else that of any resource
        which may have been entered on the way.
        """
        fragment = urldefrag(reference).fragment
        anchor = _dynamic_anchor(target)
        if anchor is None or anchor != fragment:
            return [target]
        every = self.dynamic.get(anchor, [])
        outermost = [each for each in every if each.base == self.root.base]
        return outermost or [target, *(each for each in every if each.schema is not target.schema)]

    def pointer_to(self, schema: Json) -> str:
        """Where a subschema stands, as a message says it; with its document's URI where that is not the root's."""
        place = self.place_of(schema)
        if place is None:
            return "a place that the schema does not describe"
        uri, pointer = place
        return f"{uri}#{pointer}" if uri != next(iter(self.documents)) else pointer or "its root"

    def place_of(self, schema: Json) -> tuple[str, str] | None:
        """The URI of the document in which a subschema stands, and its JSON Pointer there."""
        for uri, document in self.documents.items():
            waiting = [("", document)]
            while waiting:
                pointer, node = waiting.pop()
                if node is schema:
                    return uri, pointer
                if isinstance(node, dict):
                    waiting += [(f"{pointer}/{escape(key)}", each) for key, each in node.items()]
                elif isinstance(node, list):
                    waiting += [(f"{pointer}/{at}", each) for at, each in enumerate(node)]
        return None

    @property
    def root(self) -> Subschema:
        """The document that all others were reached from."""
        return self.named[next(iter(self.documents))]


def collect(document: Json, uri: str, fetch: Fetch, draft: Draft = LATEST) -> Resources:
    """Gather `document` and every document that it reaches by reference.

    Args:
        document: the root schema.
        uri: where it came from; its `$id`, where it has one, counts instead.
        fetch: gets a document that isn't here yet.
        draft: what schemas are written in that don't say so.

    Raises:
        ReferenceNotFound: a reference leads nowhere; the message has its JSON Pointer.
    """
    reader = _Reader(draft)
    waiting = reader.read(document, uri)
    for one in waiting:
        target = urldefrag(join(one.base, one.text)).url
        if target not in reader.resources.named and not target.startswith(_METASCHEMAS):
            try:
                waiting += reader.read(fetch(target), target)
            except ReferenceNotFound as error:
                raise ReferenceNotFound(f"{one.place}: $ref {one.text!r}: {error}") from error
        waiting += reader.follow(one)
    return reader.resources


@dataclass(frozen=True, slots=True)
class _Reference:
    place: str
    """The document's URI and the JSON Pointer of the schema that has the reference."""
    base: str
    text: str


class _Reader:
    """Registers the names in documents, and lists the references in them."""

    def __init__(self, draft: Draft) -> None:
        self.resources = Resources()
        self._draft = draft
        self._seen: set[int] = set()

    def read(self, document: Json, uri: str) -> list[_Reference]:
        """Read a document. Its identifier counts by whichever of its two names, as many authors mix them up."""
        named, root = self.resources.named, Subschema(document, uri, self._draft).inner(document)
        if root.base == uri and isinstance(document, dict) and not root.is_hidden:
            other = document.get("$id", document.get("id"))
            root = Subschema(document, urldefrag(join(uri, other)).url if isinstance(other, str) else uri, root.draft)
        self.resources.documents[uri] = document
        named.setdefault(uri, root)
        named.setdefault(root.base, root)
        return self._scan(f"{uri}#", root)

    def follow(self, reference: _Reference) -> list[_Reference]:
        """Read what is a schema only because a reference leads there, such as `#/components/schemas/Pet`."""
        try:
            target = self.resources.resolve(reference.base, reference.text)
        except ReferenceNotFound:
            self.resources.dangling.append((reference.place, reference.text))
            return []
        uri = join(reference.base, reference.text)
        return self._scan(uri if "#" in uri else f"{uri}#", target)

    def _scan(self, place: str, start: Subschema) -> list[_Reference]:
        waiting: list[tuple[_Place, Subschema]] = [(place, start)]
        found: list[_Reference] = []
        while waiting:
            here, one = waiting.pop()
            if not isinstance(one.schema, dict) or id(one.schema) in self._seen:
                continue
            self._seen.add(id(one.schema))
            if not _NAMING.isdisjoint(one.schema):
                self._register(one)
            if EXTENSION in one.schema:
                self.resources.extended.append((_written(here), one))
            if not REFERRING.isdisjoint(one.schema):
                found += _references(_written(here), one)
            for tokens, schema in subschemas(one.schema):
                waiting.append(((here, tokens), one.inner(schema)))
        return found

    def _register(self, one: Subschema) -> None:
        named = self.resources.named
        identifier = _identifier(one.schema, one.draft)
        if identifier is not None and identifier.startswith("#"):
            named.setdefault(f"{one.base}{identifier}".removesuffix("#"), one)
        elif identifier is not None:
            named.setdefault(one.base, one)
        for keyword in _ANCHORS.get(one.draft.name, ()):
            if _has_text(one.schema, keyword):
                named.setdefault(f"{one.base}#{one.schema[keyword]}", one)
        anchor = _dynamic_anchor(one)
        if anchor is not None:
            self.resources.dynamic.setdefault(anchor, []).append(one)


def _references(place: str, one: Subschema) -> Iterator[_Reference]:
    for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
        if _has_text(one.schema, keyword):
            yield _Reference(f"{place}/{keyword}", one.base, one.schema[keyword])


_Place: TypeAlias = "str | tuple[_Place, tuple[str | int, ...]]"
"""A document's URI and a JSON Pointer, or a place and the tokens from there: few places are ever written out."""


def _written(place: _Place) -> str:
    tokens: list[str | int] = []
    while not isinstance(place, str):
        place, last = place
        tokens[:0] = last
    return place + "".join(f"/{escape(token)}" for token in tokens)


@functools.lru_cache(maxsize=4096)
def join(base: str, reference: str) -> str:
    """A reference read against a base URI (RFC 3986, section 5), URNs included."""
    try:
        if reference.startswith("#") or not reference:
            return urldefrag(base).url + reference
        return urljoin(base, reference)
    except ValueError as error:
        raise ReferenceNotFound(f"{reference!r} is not a URI (RFC 3986): {error}.") from error


def _own_draft(schema: dict[str, Json], outer: Draft) -> Draft:
    """The draft that a schema names, or the one around it where that is no draft that we know."""
    return named_draft(schema) or outer


def _identifier(schema: Json, draft: Draft) -> str | None:
    keyword = "id" if draft.name == "4" else "$id"
    if not _has_text(schema, keyword) or (draft.ref_hides_siblings and _has_text(schema, "$ref")):
        return None
    return str(schema[keyword])


def _dynamic_anchor(one: Subschema) -> str | None:
    """The name by which a dynamic reference may find a schema, "" for a `$recursiveAnchor`."""
    if one.draft.name == "2020-12" and _has_text(one.schema, "$dynamicAnchor"):
        return str(one.schema["$dynamicAnchor"])
    is_recursive = one.draft.name == "2019-09" and isinstance(one.schema, dict) and one.schema.get("$recursiveAnchor")
    return "" if is_recursive is True else None


def _walk(start: Subschema, pointer: str, reference: str) -> Subschema:
    """Follow a JSON Pointer, minding the `$id`s of the schemas on the way; what lies in a value has none."""
    node, one = start.schema, start
    holder: str | None = None
    is_schema = True
    for token in unescape(pointer):
        try:
            node = node[_index(token)] if isinstance(node, list) else node[token]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise ReferenceNotFound(f"$ref {reference!r}: there is no {token!r} on the way.") from error
        if holder is not None:
            holder, is_schema = None, True
        elif is_schema and token in HOLDERS:
            holder, is_schema = (token, False) if holds_members(token, node) else (None, True)
        else:
            is_schema = False
        if is_schema:
            one = one.inner(node)
    return Subschema(node, one.base, one.draft)


def _index(token: str) -> int:
    """An array's index (RFC 6901, section 4): digits alone."""
    if not (token.isascii() and token.isdigit()):
        raise ValueError(token)
    return int(token)


def _has_text(schema: Json, key: str) -> bool:
    return isinstance(schema, dict) and isinstance(schema.get(key), str)


def escape(key: object) -> str:
    """One key or index as a token of a JSON Pointer (RFC 6901, section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def unescape(pointer: str) -> list[str]:
    """The tokens of a JSON Pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
