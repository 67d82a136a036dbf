"""A path, `-` or a catalogue name -> a Schema. Failures say where."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hookcli.errors import FileUnreadable, PayloadUnreadable, ReferenceNotFound, SchemaInvalid
from hookcli.jsontext import parse
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.catalog import LONGEST
from hookcli.schema.document import Schema, make_schema


def load_schema(path: str) -> Schema:
    """Read a JSON Schema of one's own, and the files beside it that it refers to.

    Args:
        path: a file, or `-` for standard input.

    Raises:
        FileUnreadable: it cannot be opened.
        SchemaInvalid: it is not JSON, or not a JSON Schema.
        ReferenceNotFound: a `$ref` in it leads nowhere.
    """
    document = read_document(path)
    if not isinstance(document, (dict, bool)):
        raise SchemaInvalid(
            f"{path}: a JSON Schema is an object, true or false, but this is a {type(document).__name__}."
        )
    folder = Path.cwd() if path == "-" else Path(path).resolve().parent
    uri = (folder / ("stdin" if path == "-" else Path(path).name)).as_uri()
    schema = make_schema(document, path, uri, _Beside(document, uri, folder).fetch)
    _ = schema.is_valid
    return schema


def read_document(path: str) -> Json:
    """The JSON in a file, or on standard input for `-`.

    Raises:
        FileUnreadable: it cannot be opened.
        SchemaInvalid: it is not JSON; the message has line and column.
    """
    try:
        data = sys.stdin.buffer.read(LONGEST + 1) if path == "-" else catalog.read_file(Path(path))
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror or error}. Check the path and its rights.") from error
    if len(data) > LONGEST:
        raise SchemaInvalid(f"{path}: is longer than {LONGEST:,} bytes, which no schema is.")
    try:
        return parse(data)
    except PayloadUnreadable as error:
        raise SchemaInvalid(f"{path}:{error.line}:{error.column}: not JSON: {error.reason}") from error


class _Beside:
    """Finds what a schema refers to in its own folder or below it, or in the catalogue."""

    def __init__(self, document: Json, uri: str, folder: Path) -> None:
        identifier = document.get("$id", document.get("id")) if isinstance(document, dict) else None
        self._bases = [base.rpartition("/")[0] + "/" for base in (uri, identifier) if isinstance(base, str)]
        self._folder = folder

    def fetch(self, uri: str) -> Json:
        found = catalog.find_document(uri)
        if found is not None:
            return found
        for base in self._bases:
            if uri.startswith(base) and urlsplit(uri).scheme:
                name = unquote(uri.removeprefix(base)).replace("\0", "")
                file = (self._folder / name).resolve()
                if file.is_file() and file.is_relative_to(self._folder):
                    return read_document(str(file))
        raise ReferenceNotFound(
            f"there is no such document. hookcli looks in the schema itself, in {self._folder} and below, "
            "and in its catalogue, and never fetches from the network: put the file beside the schema."
        )
