"""Hides credentials in what is about to be kept: by a header's name, a query's key, and known secrets by value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hookcli.redaction import CREDENTIAL_HEADER, MASK, SHORTEST_MASKED, redact, redact_query, redact_url

_MOST_NAMES = 1000

_HIDE = b"\x00hide\x00"
"""Stands before a value that is to be hidden: a zero byte is in no header (RFC 9110, section 5.5)."""

_HIDDEN_LINE = re.compile(_HIDE + rb"[^\r]*")


class Masking:
    """What is hidden of a request; its body never is, as its bytes are what was signed.

    Args:
        secrets: known secrets.
        is_off: whether all is kept as it came.
    """

    def __init__(self, secrets: Iterable[str], *, is_off: bool = False) -> None:
        self._is_off = is_off
        self._secrets = sorted((each for each in secrets if len(each) >= SHORTEST_MASKED), key=len, reverse=True)
        self._bytes = [each.encode("utf-8", "surrogateescape") for each in self._secrets]
        self._names: dict[bytes, bytes] = {}

    def lines(self, lines: Sequence[tuple[bytes, bytes]]) -> bytes:
        """The header lines in their order, as `rows.header_bytes` has them, with credentials masked."""
        names = self._names
        whole = b"\r\n".join([(names.get(name) or self._start(name)) + value for name, value in lines])
        return whole if self._is_off else self._hidden(whole)

    def target(self, target: bytes) -> str:
        """The request's target, user name and password masked, and the values of query keys that look like them."""
        text = target.decode("utf-8", "surrogateescape")
        if self._is_off:
            return text
        whole = text if text[:1] == "/" else redact_url(text)
        return redact(redact_query(whole), self._secrets)

    def _start(self, name: bytes) -> bytes:
        """How the line of a header starts; remembered, as there are few names."""
        start = name + b": "
        if not self._is_off and CREDENTIAL_HEADER.search(name.decode("latin-1")):
            start += _HIDE
        if len(self._names) < _MOST_NAMES:
            self._names[name] = start
        return start

    def _hidden(self, lines: bytes) -> bytes:
        if _HIDE in lines:
            lines = _HIDDEN_LINE.sub(MASK.encode(), lines)
        for secret in self._bytes:
            if secret in lines:
                lines = lines.replace(secret, MASK.encode())
        return lines
