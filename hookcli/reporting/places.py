"""Where findings are, as those who show them in source code want it: relative paths, and URIs of files."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import quote

from hookcli.reporting.characters import encodable

_URL = re.compile(r"^[a-z][a-z0-9+.-]*://(?:[^/?#]*@)?(\[[^\]/]*\]|[^/:?#]*)(?::\d+)?([^?#]*)", re.IGNORECASE)
_LOOPBACK = re.compile(r"^(?:localhost|127(?:\.\d+){3}|\[::1\])$", re.IGNORECASE)


def path_of_endpoint(endpoint: str) -> str:
    """A relative path that stands for an endpoint where a file is wanted.

    GitHub takes no other URI than a file's, and refuses a report whole that has one. A path that is no file's is shown
    without a text. Ports are left out: those of tests differ from run to run, and an alert would be another one.

    Args:
        endpoint: `http://127.0.0.1:8000/hook` becomes `localhost/hook`, `shop.main:app` becomes `shop/main.py`.
    """
    found = _URL.match(endpoint)
    if found is None:
        return endpoint.partition(":")[0].replace(".", "/") + ".py"
    host = "localhost" if _LOOPBACK.match(found[1]) else found[1]
    return f"{host}{found[2].rstrip('/')}"


def path_shown(path: str) -> str:
    """A file's path in its plainest form: `./a//b.json` is `a/b.json`, on Windows too."""
    return PurePath(path).as_posix()


def is_relative(path: str) -> bool:
    """Whether it depends on a working directory."""
    return not PurePath(path).is_absolute()


def uri_of(path: str) -> str:
    """The URI of a file (RFC 3986, section 4.2; RFC 8089), what URIs cannot hold as it is encoded."""
    plain = encodable(path)
    return quote(path_shown(plain), safe="/") if is_relative(path) else PurePath(plain).as_uri()
