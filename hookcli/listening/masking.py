"""Hides credentials in what is about to be kept: by a header's name, a query's key, and known secrets by value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hookcli.models import Headers
from hookcli.redaction import CREDENTIAL_HEADER, MASK, SHORTEST_MASKED

_MOST_NAMES = 1000

_QUERY_CREDENTIAL = re.compile(
    r"(?<=[?&;])([^=&;#]*(?:api[-_]?key|token|secret|passw(?:or)?d|credential|auth|signature|sig)[^=&;#]*)=[^&;#]+",
    re.IGNORECASE,
)


class Masking:
    """What is hidden of a request; its body never is, as its bytes are what was signed.

    Args:
        secrets: known secrets.
        is_off: whether all is kept as it came.
    """

    def __init__(self, secrets: Iterable[str], *, is_off: bool = False) -> None:
        self._is_off = is_off
        self._secrets = sorted((each for each in secrets if len(each) >= SHORTEST_MASKED), key=len, reverse=True)
        self._names: dict[bytes, tuple[str, bool]] = {}

    def headers(self, lines: Sequence[tuple[bytes, bytes]]) -> Headers:
        """The header lines, in their order, with credentials masked."""
        return tuple(self._header(name, value) for name, value in lines)

    def target(self, target: bytes) -> str:
        """The request's target with the values of query keys masked that look like credentials."""
        text = target.decode("utf-8", "surrogateescape")
        if self._is_off or ("?" not in text and not self._secrets):
            return text
        return self._hidden(_QUERY_CREDENTIAL.sub(rf"\1={MASK}", text))

    def _header(self, name: bytes, value: bytes) -> tuple[str, str]:
        text, is_credential = self._names.get(name) or self._look(name)
        if is_credential:
            return text, MASK
        return text, self._hidden(value.decode("utf-8", "surrogateescape"))

    def _look(self, name: bytes) -> tuple[str, bool]:
        """A header's name as text, and whether its value is a credential; remembered, as there are few names."""
        text = name.decode("utf-8", "surrogateescape")
        found = text, not self._is_off and CREDENTIAL_HEADER.search(text) is not None
        if len(self._names) < _MOST_NAMES:
            self._names[name] = found
        return found

    def _hidden(self, text: str) -> str:
        if not self._is_off:
            for secret in self._secrets:
                if secret in text:
                    text = text.replace(secret, MASK)
        return text
