"""The shared secret in a test, where values are printed when something fails."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from hookcli.errors import SecretUnreadable
from hookcli.models import Headers
from hookcli.redaction import CREDENTIAL_HEADER, MASK, SHORTEST_MASKED
from hookcli.reporting.characters import visible

USUAL = "HOOKCLI_SECRET"
"""The variable with the shared secret, unless `hookcli_secret_env` names another."""

_UNMISTAKABLE = 12
"""Characters from which on a secret is masked within a word, too: many are called `test`, as much else is."""

Mask = Callable[[str], str]
"""A text -> the same in one line, without the secrets in it and without what could command a terminal."""


class Secret(bytes):
    """Bytes that are not shown: pytest prints the arguments of the functions in which a test fails."""

    __slots__ = ()

    def __repr__(self) -> str:
        """The mask."""
        return MASK

    __str__ = __repr__


def secret_of_environment(name: str) -> Secret | None:
    """The secret in a variable; None where there is no such variable.

    Raises:
        SecretUnreadable: it is empty.
    """
    value = os.environ.get(name)
    return None if value is None else key_of(value, name)


def key_of(secret: str | bytes | None, place: str = "hookcli_secret") -> Secret | None:
    """The secret as it signs.

    Raises:
        SecretUnreadable: it is empty, or no text.
    """
    if secret is None:
        return None
    if not isinstance(secret, (str, bytes)):
        raise SecretUnreadable(f"{place}: a secret is str or bytes, not {type(secret).__name__}.")
    if not secret:
        raise SecretUnreadable(f"{place}: the secret is empty.")
    return Secret(secret.encode("utf-8", "surrogateescape") if isinstance(secret, str) else secret)


def secrets_of(key: Secret | None, headers: Headers = ()) -> set[str]:
    """What is hidden: the secret, and what the project's own headers carry of credentials."""
    secrets = {value for name, value in headers if CREDENTIAL_HEADER.search(name)}
    secrets |= {value.rpartition(" ")[2] for value in secrets}
    if key is not None:
        secrets.add(bytes(key).decode("utf-8", "surrogateescape"))
    return secrets


def hidden(text: str, secrets: Iterable[str]) -> str:
    """The same text without the secrets, also as they stand between quotation marks."""
    return _pattern(frozenset(secrets)).sub(MASK, text)


@lru_cache(maxsize=16)
def _pattern(secrets: frozenset[str]) -> re.Pattern[str]:
    """What matches any of them, the longest first; of no secrets nothing at all."""
    forms = {form for each in secrets if len(each) >= SHORTEST_MASKED for form in (each, repr(each)[1:-1])}
    ways = (
        re.escape(form) if len(form) >= _UNMISTAKABLE else rf"(?<!\w){re.escape(form)}(?!\w)"
        for form in sorted(forms, key=lambda form: (-len(form), form))
    )
    return re.compile("|".join(ways) or r"(?!)")


def mask_of(key: Secret | None, headers: Headers = ()) -> Mask:
    """What hides it."""
    secrets = secrets_of(key, headers)
    return lambda text: visible(hidden(text, secrets))
