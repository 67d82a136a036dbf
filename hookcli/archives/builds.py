"""What must be the same wherever an archive is judged, for the same report: hookcli itself, and what it judges with."""

from __future__ import annotations

import functools
import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hookcli import __version__
from hookcli.schema import catalog

Build = tuple[tuple[str, str], ...]
"""What there is, by name; of plain words, so that hookcli's of any version can tell theirs."""

_NONE = "none"

_DECISIVE = ("jsonschema", "jsonschema-rs", "orjson")

_READERS = ("backports.zstd", "aiohttp", "gcsfs", "s3fs")
"""What some sources cannot be read without, whatever its version."""


@functools.cache
def build() -> Build:
    """What this process judges with; as it was when it was asked first, whatever is installed meanwhile."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    ours = f"{__version__} (code {_digest()})"
    decisive = ((name, _version(name)) for name in _DECISIVE)
    readers = ((name, "installed" if _version(name) != _NONE else _NONE) for name in _READERS)
    return ("hookcli", ours), ("Python", python), *decisive, *readers


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _NONE


def difference(theirs: Build, ours: Build) -> str:
    """What is different there: `hookcli 0.1.0 (code 1a2b3c4d), here 0.2.0 (code 5e6f7a8b)`."""
    known = dict(theirs)
    differing = ((name, known.get(name, _NONE), here) for name, here in ours if known.get(name) != here)
    return "; ".join(f"{name} {there}, here {here}" for name, there, here in differing)


def _digest() -> str:
    """Of the code and the bundled schemas, wherever they lie: a version alone does not tell two checkouts apart."""
    whole = hashlib.blake2b(digest_size=4)
    for root, pattern in ((Path(__file__).parent.parent, "*.py"), (catalog.folder(), "*.json")):
        for name, file in sorted((file.relative_to(root).as_posix(), file) for file in root.rglob(pattern)):
            whole.update(b"%b\0%b" % (name.encode(), file.read_bytes()))
    return whole.hexdigest()
