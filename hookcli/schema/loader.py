"""A path, `-` or a catalogue name -> a Schema. Failures say where."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from hookcli.errors import FileUnreadable, PayloadUnreadable, ReferenceNotFound, SchemaInvalid
from hookcli.jsontext import parse
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.catalog import LONGEST
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.drafts import named_draft
from hookcli.schema.references import escape

FetchRemote: TypeAlias = Callable[[str], bytes]
"""An http or https URL without fragment -> the document there; raises ReferenceNotFound."""

REFUSING = frozenset(
    {"$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "not", "if", "type", "enum", "const"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"minLength", "maxLength", "pattern", "format", "properties", "patternProperties", "additionalProperties"}
    | {"propertyNames", "required", "minProperties", "maxProperties", "dependencies", "dependentRequired"}
    | {"dependentSchemas", "unevaluatedProperties", "items", "prefixItems", "additionalItems", "contains"}
    | {"minItems", "maxItems", "uniqueItems", "unevaluatedItems"}
)
"""The keywords of all drafts under which a schema can refuse a value."""


def load_schema(path: str, fetch_remote: FetchRemote | None = None) -> Schema:
    """Read a JSON Schema of one's own, and the documents that it refers to.

    They are looked for in the catalogue and beside the file; what is found there is never fetched.

    Args:
        path: a file, or `-` for standard input.
        fetch_remote: gets the documents on the network; without it a reference to one is refused.

    Raises:
        FileUnreadable: it cannot be opened.
        SchemaInvalid: it is not JSON, or not a JSON Schema.
        ReferenceNotFound: a `$ref` in it leads nowhere.
    """
    document = read_document(path)
    if not isinstance(document, (dict, bool)):
        kind = {list: "a list", str: "a string", type(None): "null"}.get(type(document), "a number")
        raise SchemaInvalid(f"{path}: a JSON Schema is an object, true or false, but this is {kind}.")
    folder = _folder(path)
    uri = (folder / ("stdin" if path == "-" else Path(path).name)).as_uri()
    schema = make_schema(document, path, uri, _Sources(document, uri, folder, fetch_remote).fetch)
    _check_references(schema)
    return schema


def _folder(path: str) -> Path:
    try:
        return Path.cwd() if path == "-" else Path(path).resolve().parent
    except OSError as error:
        raise FileUnreadable(f"{path}: the working directory cannot be read: {error.strerror}.") from error


def _check_references(schema: Schema) -> None:
    """Let the validator follow every reference, now rather than at the first payload."""
    try:
        _ = schema.is_valid
    except ReferenceNotFound as error:
        for place, text in schema.resources.dangling:
            if f"'{unquote(text).partition('#')[2]}' does not exist" in unquote(str(error)):
                raise ReferenceNotFound(f"{place}: {text!r} names nothing that is there.") from error
        if "'file:" not in str(error):
            raise
        hint = "Name a file by its way from the schema's folder, such as parts/dog.json."
        raise ReferenceNotFound(f"{error}. {hint}") from error


def read_document(path: str) -> Json:
    """The JSON in a file, or on standard input for `-`.

    Raises:
        FileUnreadable: it cannot be opened.
        SchemaInvalid: it is not JSON; the message has line and column.
    """
    try:
        data = sys.stdin.buffer.read(LONGEST + 1) if path == "-" else catalog.read_file(Path(path))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise FileUnreadable(f"{path}: {reason}. Check the path and its rights.") from error
    if len(data) > LONGEST:
        raise SchemaInvalid(f"{path}: is longer than {LONGEST:,} bytes, which no schema is.")
    try:
        document = parse(data)
    except PayloadUnreadable as error:
        raise SchemaInvalid(f"{path}:{error.line}:{error.column}: not JSON: {error.reason}") from error
    if _LONG_NUMBER.search(data):
        _check_numbers(document, path)
    return document


def _check_numbers(document: Json, path: str) -> None:
    """Refuse numbers that are not read digit by digit: a payload could not be told to keep them."""
    waiting = [("", document)]
    while waiting:
        pointer, node = waiting.pop()
        if isinstance(node, dict):
            waiting += [(f"{pointer}/{escape(key)}", each) for key, each in node.items()]
        elif isinstance(node, list):
            waiting += [(f"{pointer}/{at}", each) for at, each in enumerate(node)]
        elif isinstance(node, int) and abs(node) >= _TOO_LARGE:
            raise SchemaInvalid(
                f"{path}#{pointer}: a number of over {_MOST_DIGITS:,} digits, more than hookcli can keep in a payload. "
                "Put a smaller one there."
            )


def file_of(schema: Schema, uri: str) -> Path | None:
    """The file of a document that a schema of one's own reaches, if it lies beside it or is itself.

    Args:
        schema: was read by `load_schema`, from a file.
        uri: the document's.
    """
    root = next(iter(schema.resources.documents))
    return _Sources(schema.document, root, _folder(schema.name), None).beside(uri)


def can_refuse(schema: Schema) -> bool:
    """Whether any keyword at its root can refuse a value; of a profile or a payload taken for a schema none does."""
    return isinstance(schema.document, bool) or not REFUSING.isdisjoint(schema.document)


_MOST_DIGITS = 4_000
"""Digits of a number in a schema: a little less than what is read exactly, so that what breaks a bound is, too."""

_TOO_LARGE = 10**_MOST_DIGITS

_LONG_NUMBER = re.compile(rb"\d[eE]\+?\d{4}|\d{4000}")


def is_draft_named(schema: Schema) -> bool:
    """Whether a document says which draft it is in, or leaves it to us; what names another metaschema does neither."""
    return "$schema" not in (schema.document if isinstance(schema.document, dict) else {}) or (
        named_draft(schema.document) is not None
    )


class _Sources:
    """Finds what a schema refers to: in the catalogue, in its own folder or below it, and on the network if asked."""

    def __init__(self, document: Json, uri: str, folder: Path, fetch_remote: FetchRemote | None) -> None:
        identifier = document.get("$id", document.get("id")) if isinstance(document, dict) else None
        self._bases = [base.rpartition("/")[0] + "/" for base in (uri, identifier) if isinstance(base, str)]
        self._folder = folder
        self._fetch_remote = fetch_remote

    def fetch(self, uri: str) -> Json:
        file = None
        # no file can have some names (NUL, half a surrogate pair, 300 letters), and links can go in a circle
        with suppress(OSError, ValueError, RuntimeError):
            found = catalog.find_document(uri)
            if found is not None:
                return found
            file = self.beside(uri)
        if file is not None:
            return read_document(str(file))
        if urlsplit(uri).scheme in ("http", "https") and not uri.startswith(catalog.BASE):
            return self._from_network(uri)
        raise ReferenceNotFound(f"there is no such document. {self._searched}: put the file beside the schema.")

    @property
    def _searched(self) -> str:
        return f"hookcli looks in the schema itself, in {self._folder} and below, and in its catalogue"

    def beside(self, uri: str) -> Path | None:
        """The file of a document, in the schema's folder or below it."""
        for base in self._bases:
            if uri.startswith(base) and urlsplit(uri).scheme:
                file = (self._folder / unquote(uri.removeprefix(base))).resolve()
                if file.is_file() and file.is_relative_to(self._folder):
                    return file
        return None

    def _from_network(self, uri: str) -> Json:
        if self._fetch_remote is None:
            raise ReferenceNotFound(
                f"there is no such document. {self._searched}, and never fetches from the network without "
                "--allow-remote-refs: give that, or refer to a copy beside the schema by its name."
            )
        data = self._fetch_remote(uri)
        try:
            return parse(data)
        except PayloadUnreadable as error:
            hint = "; is it a page about the schema, and not the schema?" if data.lstrip().startswith(b"<") else ""
            raise ReferenceNotFound(f"{uri}:{error.line}:{error.column}: not JSON: {error.reason}{hint}") from error
