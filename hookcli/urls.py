"""An endpoint as people write it: a URL, a bare port or path on loopback, or an application in this process."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

APPLICATION = re.compile(r"[\w-]+(?:\.[\w-]+)*:[^\W\d]\w*(?:\.\w+)*(?:\(\))?")
"""`module:app`, dotted on both sides, with `()` behind it for what makes one. `localhost:8000` is none."""


def whole_url(text: str) -> str:
    """`8000/hook` -> `http://127.0.0.1:8000/hook`; what is a URL already stays as it is."""
    text = text.strip()
    if re.match(r"^:?[0-9]+(?:[/?]|$)", text):
        return f"http://127.0.0.1:{text.lstrip(':')}"
    if text.startswith("/"):
        return f"http://127.0.0.1{text}"
    if re.match(r"^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/?]|$)", text):
        return f"http://{text}"
    return text


def fault_of(url: str) -> str | None:
    """Why nothing can be sent to a URL, to follow after it; None where there is no reason."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"is not a URL: {'its port is out of range' if 'ort' in str(error) else 'its host is malformed'}"
    if parts.scheme not in ("http", "https"):
        return "has no scheme that we send by; it must start with http:// or https://"
    if port == 0:
        return "has port 0, which nobody can listen at"
    if not parts.hostname:
        return "names no host"
    if any(char.isspace() or not char.isprintable() for char in url):
        return "has white space in it"
    return None


def is_path(url: str | None) -> bool:
    """Whether a URL that was given is a path alone."""
    return url is not None and url.startswith("/")


def origin_of(url: str) -> str:
    """`https://shop.example/hook` -> `https://shop.example`."""
    return urlsplit(url)._replace(path="", query="", fragment="").geturl()
