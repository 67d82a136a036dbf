"""The page's own files. Nothing in them is made from what arrived."""

from __future__ import annotations

import functools
from pathlib import Path

from hookcli.page.exchanges import Answer

_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@functools.cache
def documents() -> dict[str, Answer]:
    """The answers by path; `/` is the page itself."""
    folder = Path(__file__).parent / "static"
    files = sorted(file for file in folder.iterdir() if file.suffix in _KINDS)
    answers = {f"/{file.name}": Answer(200, file.read_bytes(), _KINDS[file.suffix]) for file in files}
    return {"/": answers.pop("/page.html"), **answers}
