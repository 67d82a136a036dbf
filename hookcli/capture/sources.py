"""What a PATH stands for: files, one by one. A PATH that stands for nothing is a source with a fault."""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from hookcli.capture.remotes import files_at, is_remote, shown
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable

STDIN = "-"

SUFFIXES = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".har": "har"}
"""File name endings that are looked for in folders -> the format that they stand for."""

COMPRESSED = (".gz", ".zst")
"""Endings that may follow them."""

_REASONS = {
    errno.ENOENT: "there is no such file or folder; check the path",
    errno.EACCES: "it may not be read; check its permissions",
    errno.EPERM: "it may not be read; check its permissions",
    errno.ELOOP: "its symbolic links lead in a circle; remove the one that points back",
    errno.EISDIR: "it is a folder",
    errno.ENXIO: "it is a socket or a device, not a file",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, or standard input."""

    path: str
    """A path, or `-`; of a URL what may be shown of it."""
    fault: str | None = None
    """Why there is nothing to read, where that is known already."""
    url: str | None = None
    """Where it lies on the network, if it does; may hold credentials."""


def name_within(path: str) -> str:
    """`a.jsonl.gz` -> `a.jsonl`."""
    return os.path.splitext(path)[0] if path.lower().endswith(COMPRESSED) else path  # noqa: PTH122 (cheap, for a million)


def format_by_name(path: str) -> str | None:
    """The format that a name stands for; None for a name that tells nothing."""
    return SUFFIXES.get(os.path.splitext(name_within(path))[1].lower())  # noqa: PTH122 (cheap, for a million)


def expand(paths: Iterable[str]) -> Iterator[Source]:
    """The sources that PATHs stand for, in order.

    Args:
        paths: files, globs (`**` too), `-`, URLs of files and folders (see `remotes`), and folders: every file below
            that ends as in `SUFFIXES`, compressed or not, sorted; links are followed, and each real folder is read
            once.

    Returns:
        at least one source for each PATH: one with a fault where there is nothing to read.
    """
    for path in paths:
        if path == STDIN:
            yield Source(path)
        elif is_remote(path):
            yield from _on_network(path)
        elif "://" in path and not os.path.lexists(path):
            yield Source(shown(path), "URLs like this are not read; those of s3, gs, https and http are")
        elif glob.has_magic(path) and not os.path.lexists(path):
            yield from _matches(path)
        else:
            yield from _below(path)


def _on_network(url: str) -> Iterator[Source]:
    try:
        found = False
        for each in files_at(url):
            if each == url or format_by_name(each) or glob.has_magic(url):
                found = True
                yield Source(shown(each), url=each)
    except FileUnreadable as error:
        yield Source(shown(url), str(error))
    else:
        if not found:
            yield Source(shown(url), f"there is no file in it that ends in {', '.join(SUFFIXES)}")


def _matches(pattern: str) -> Iterator[Source]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    yield from dict.fromkeys(source for path in found for source in _below(path))
    if not found:
        yield Source(pattern, "nothing matches this pattern; check it")


def _below(path: str) -> Iterator[Source]:
    """A file itself, or the files in a folder."""
    if not _is_folder(path):
        yield Source(path)
        return
    found = False
    for source in _walk(path):
        found = True
        yield source
    if not found:
        yield Source(path, f"the folder holds no file that ends in {', '.join(SUFFIXES)}")


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is being walked through."""

    path: str
    around: tuple[str, ...]
    """Where it and those around it really are."""
    names: list[str]
    """What is still to come of it, the last first; a folder has a separator behind it."""


def _walk(top: str) -> Iterator[Source]:
    """The files below a folder, in order; of a million in one folder no more is kept than their names."""
    seen: set[str] = set()
    stack = []
    entered = _enter(top, (), seen)
    while True:
        if isinstance(entered, Source):
            yield entered
        elif entered is not None:
            stack.append(entered)
        while stack and not stack[-1].names:
            stack.pop()
        if not stack:
            return
        folder = stack[-1]
        name = folder.names.pop()
        path = os.path.join(folder.path, name)  # noqa: PTH118 (cheap, for a million)
        is_folder = name.endswith(os.sep)
        entered = _enter(path.removesuffix(os.sep), folder.around, seen) if is_folder else Source(path)


def _enter(path: str, around: tuple[str, ...], seen: set[str]) -> _Folder | Source | None:
    """What there is in a folder; a source with a fault where that cannot be told, None where it is known already."""
    real = os.path.realpath(path)
    if real in around:
        return Source(path, _REASONS[errno.ELOOP])
    if real in seen:
        return None
    seen.add(real)
    try:
        with os.scandir(path) as entries:
            names = [entry.name + os.sep * _leads_on(entry) for entry in entries if _counts(entry)]
    except OSError as error:
        return Source(path, reason(error))
    names.sort(key=lambda name: name.removesuffix(os.sep), reverse=True)
    return _Folder(path, (*around, real), names)


def _counts(entry: os.DirEntry[str]) -> bool:
    return format_by_name(entry.name) is not None or _leads_on(entry)


def _leads_on(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # whoever opens it will say why


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False  # whoever opens it will say why


def reason(error: OSError | ValueError) -> str:
    """Why a file cannot be read, in the user's words."""
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0) or f"it cannot be read: {error.strerror or error}"
    return f"it is no path: {error}"
