"""Finds the bundled schemas and profiles; the only file that knows where they lie.

In a wheel they are `hookcli/schemas/`; in a checkout and an editable install, `schemas/` beside the package.
"""

from __future__ import annotations

import difflib
import functools
import os
from pathlib import Path

from hookcli.errors import EventUnknown, FileUnreadable, PayloadUnreadable, ProfileInvalid, ReferenceNotFound
from hookcli.jsontext import parse
from hookcli.models import Json
from hookcli.profile import Profile, parse_profile
from hookcli.schema.document import Schema, make_schema

BASE = "https://hookcli.example/schemas/"
"""The `$id`s of the bundled schemas start with this; it is a name, and nothing is ever fetched from it."""

LONGEST = 50_000_000
"""Bytes; a schema or profile beyond this is a mistake."""

SENDERS = ("haptik",)
"""The senders whose schemas and profile are bundled, the default first."""


@functools.cache
def folder() -> Path:
    """Where the bundled schemas lie.

    Raises:
        FileUnreadable: nowhere: the installation is broken.
    """
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "schemas", package.parent / "schemas"):
        if (candidate / SENDERS[0] / "profile.json").is_file():
            return candidate
    raise FileUnreadable(
        f"hookcli's own schemas are missing from {package}. Install it again: pip install --force-reinstall hookcli"
    )


@functools.cache
def find_document(uri: str) -> Json | None:
    """A bundled document by its `$id`, or None. It is read once, as the events share their parts: do not change it."""
    if not uri.startswith(BASE):
        return None
    top = f"{folder()}{os.sep}"
    path = os.path.normpath(top + uri.removeprefix(BASE))
    return parse(Path(path).read_bytes()) if path.startswith(top) and os.path.isfile(path) else None  # noqa: PTH113


def file_of(uri: str) -> Path | None:
    """Where a bundled document lies, by its `$id`."""
    file = folder() / uri.removeprefix(BASE)
    return file if find_document(uri) is not None else None


@functools.cache
def load_profile(name: str = SENDERS[0]) -> Profile:
    """A bundled profile by name, or one's own by path.

    Raises:
        ProfileInvalid: neither is there, or the file is no profile.
    """
    file = folder() / name / "profile.json" if name in SENDERS else Path(name)
    try:
        document = parse(read_file(file))
    except FileNotFoundError as error:
        known = ", ".join(SENDERS)
        raise ProfileInvalid(f"{name}: no such profile. Use {known}, or the path of a profile file.") from error
    except OSError as error:
        raise ProfileInvalid(f"{name}: the profile cannot be read: {error.strerror or error}.") from error
    except PayloadUnreadable as error:
        raise ProfileInvalid(f"{name}:{error.line}:{error.column}: not JSON: {error.reason}") from error
    return parse_profile(document, name)


def read_file(file: Path) -> bytes:
    """The bytes of a schema or profile; one byte more than `LONGEST` of what is longer.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        return opened.read(LONGEST + 1)


def event_names(sender: str = SENDERS[0]) -> tuple[str, ...]:
    """The events of a sender, in the order of its contract."""
    return load_profile(sender).events


def find_event(name: str, sender: str = SENDERS[0]) -> Schema | None:
    """The schema of an event, or None where no bundled event has that name."""
    return load_event(name, sender) if name in event_names(sender) else None


@functools.cache
def load_event(name: str, sender: str = SENDERS[0]) -> Schema:
    """The schema of a bundled event.

    Raises:
        EventUnknown: there is none of that name; the message names those that are near.
    """
    names = event_names(sender)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"`hookcli events` lists all {len(names)}."
        raise EventUnknown(f"{sender} has no event {name!r}: {hint}")
    uri = f"{BASE}{sender}/{name}.json"
    return make_schema(fetch(uri), name, uri, fetch)


def fetch(uri: str) -> Json:
    """A bundled document by its `$id`.

    Raises:
        ReferenceNotFound: there is none.
    """
    document = find_document(uri)
    if document is None:
        raise ReferenceNotFound(f"the catalogue has no {uri}.")
    return document
