"""Masks what must not be seen before anything is shown or saved.

Two rules: a header whose name says that it carries a credential is masked by name, and a secret that is
known is masked by value, wherever it turns up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hookcli.models import Headers

MASK = "[hidden]"

CREDENTIAL_HEADER = re.compile(
    r"^(?:proxy-)?authorization$|^(?:set-)?cookie$|api[-_]?key|token|secret|password|credential", re.IGNORECASE
)

_QUERY_CREDENTIAL = re.compile(
    r"(?<=[?&;])([^=&;#]*(?:api[-_]?key|token|secret|passw(?:or)?d|credential|auth|signature|sig)[^=&;#]*)=[^&;#]+",
    re.IGNORECASE,
)

_URL_CREDENTIALS = re.compile(r"(?:(?<=://)|^)(?![a-z]+://)[^\s?#]*@", re.IGNORECASE)

SHORTEST_MASKED = 4
"""A secret of one to three characters turns up everywhere by chance; masking it would hide the text."""


def redact_headers(headers: Headers) -> Headers:
    """The same header lines, with the values of those that carry credentials masked."""
    return tuple((name, MASK if CREDENTIAL_HEADER.search(name) else value) for name, value in headers)


def redact_query(target: str) -> str:
    """The same path or URL, with the values of query keys masked that look like credentials."""
    return _QUERY_CREDENTIAL.sub(rf"\1={MASK}", target) if "?" in target else target


def redact_url(url: str) -> str:
    """The same URL without its user name and password."""
    return _URL_CREDENTIALS.sub(MASK + "@", url)


def redact(text: str, secrets: Iterable[str]) -> str:
    """The same text with every known secret masked."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_MASKED:
            text = text.replace(secret, MASK)
    return text
