"""`$ref`: in the document, in a file beside it, in the catalogue; never the network.

`collect` gathers every document that a schema reaches, once; after that `Resources.resolve` is a look-up.
Rules: JSON Schema 2020-12 core, section 8.2 (`$id`, `$anchor`, `$dynamicAnchor`) and RFC 3986 section 5; in
drafts 4 to 7 a `$ref` hides its siblings, and `$id: "#name"` (draft 4: `id`) is an anchor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag, urljoin

from hookcli.errors import ReferenceNotFound
from hookcli.models import Json

Fetch = Callable[[str], Json]
"""A URI without fragment -> the document; raises ReferenceNotFound."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_OPAQUE = frozenset({"const", "enum", "examples", "default"})
"""Keywords whose values are payloads, not schemas: a `$ref` in them is a plain key."""

_HOLD_NAMES = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"})
"""Keywords whose keys are names of the user's own, and no keywords."""

_METASCHEMAS = ("http://json-schema.org/", "https://json-schema.org/")


@dataclass(frozen=True, slots=True)
class Subschema:
    """A schema and the base URI against which its references are read."""

    schema: Json
    base: str


@dataclass(slots=True)
class Resources:
    """Every document that a schema reaches, and what can be named in them."""

    documents: dict[str, Json] = field(default_factory=dict)
    """By absolute URI, without fragment."""
    named: dict[str, Subschema] = field(default_factory=dict)
    """Embedded `$id`s and anchors, by absolute URI."""

    def resolve(self, base: str, reference: str) -> Subschema:
        """What `reference` names when it stands under `base`.

        Raises:
            ReferenceNotFound: nothing there has that name.
        """
        uri = join(base, reference)
        if uri in self.named:
            return self.named[uri]
        whole, fragment = urldefrag(uri)
        start = self.named.get(whole)
        if start is None or (fragment and not fragment.startswith("/")):
            raise ReferenceNotFound(f"$ref {reference!r} names nothing that is there (read as {uri}).")
        return _walk(start, unquote(fragment), reference)


def collect(document: Json, uri: str, fetch: Fetch) -> Resources:
    """Gather `document` and every document that it reaches by reference.

    Args:
        document: the root schema.
        uri: where it came from; its `$id`, where it has one, counts instead.
        fetch: gets a document that isn't here yet.

    Raises:
        ReferenceNotFound: a reference leads nowhere; the message has its JSON Pointer.
    """
    resources = Resources()
    waiting = [(uri, document)]
    while waiting:
        here, found = waiting.pop()
        resources.documents[here] = found
        own = _register(found, here, resources.named) if isinstance(found, dict) else here
        resources.named.setdefault(here, Subschema(found, own))
        for pointer, base, reference in list(_scan(found, here, resources.named)):
            target = urldefrag(join(base, reference)).url
            if target in resources.named or target in dict(waiting) or target.startswith(_METASCHEMAS):
                continue
            try:
                waiting.append((target, fetch(target)))
            except ReferenceNotFound as error:
                raise ReferenceNotFound(f"{here}#{pointer}: $ref {reference!r}: {error}") from error
    return resources


def join(base: str, reference: str) -> str:
    """A reference read against a base URI (RFC 3986, section 5), URNs included."""
    try:
        if reference.startswith("#") or not reference:
            return urldefrag(base).url + reference
        return urljoin(base, reference)
    except ValueError as error:
        raise ReferenceNotFound(f"{reference!r} is not a URI (RFC 3986): {error}.") from error


def _scan(document: Json, uri: str, named: dict[str, Subschema]) -> Iterator[tuple[str, str, str]]:
    """Register the names in a document; yield (pointer, base URI, reference) for every reference in it."""
    waiting = [("", uri, document, False)]
    references = []
    while waiting:
        pointer, base, node, holds_names = waiting.pop()
        if isinstance(node, list):
            waiting += [(f"{pointer}/{index}", base, item, False) for index, item in enumerate(node)]
        elif holds_names and isinstance(node, dict):
            waiting += [(f"{pointer}/{escape(key)}", base, value, False) for key, value in node.items()]
        elif isinstance(node, dict):
            base = _register(node, base, named)
            references += [(f"{pointer}/{key}", base, node[key]) for key in _REFERENCES if _is_text(node, key)]
            waiting += [
                (f"{pointer}/{escape(key)}", base, value, key in _HOLD_NAMES)
                for key, value in node.items()
                if key not in _OPAQUE
            ]
    yield from references


def _register(node: dict[str, Json], base: str, named: dict[str, Subschema]) -> str:
    """Note the `$id` and anchors of one schema; the base URI that holds inside it."""
    identifier = node.get("$id", node.get("id"))
    if isinstance(identifier, str) and not ("$ref" in node and "$id" not in node):
        inner = join(base, identifier)
        if not identifier.startswith("#"):
            base = urldefrag(inner).url
        named.setdefault(inner.removesuffix("#"), Subschema(node, base))
    for key in ("$anchor", "$dynamicAnchor"):
        if _is_text(node, key):
            named.setdefault(f"{base}#{node[key]}", Subschema(node, base))
    return base


def _walk(start: Subschema, pointer: str, reference: str) -> Subschema:
    """Follow a JSON Pointer, minding the `$id`s on the way."""
    node, base = start.schema, start.base
    for token in unescape(pointer):
        try:
            node = node[int(token)] if isinstance(node, list) else node[token]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise ReferenceNotFound(f"$ref {reference!r}: there is no {token!r} on the way.") from error
        if isinstance(node, dict) and _is_text(node, "$id"):
            base = urldefrag(join(base, node["$id"])).url
    return Subschema(node, base)


def _is_text(node: dict[str, Json], key: str) -> bool:
    return isinstance(node.get(key), str)


def escape(key: object) -> str:
    """One key or index as a token of a JSON Pointer (RFC 6901, section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def unescape(pointer: str) -> list[str]:
    """The tokens of a JSON Pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
