"""The shared secret in a test, where values are printed when something fails."""

from __future__ import annotations

import os
from collections.abc import Callable

from hookcli.errors import SecretUnreadable
from hookcli.models import Headers
from hookcli.redaction import CREDENTIAL_HEADER, MASK, redact
from hookcli.reporting.characters import visible

USUAL = "HOOKCLI_SECRET"
"""The variable with the shared secret, unless `hookcli_secret_env` names another."""

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


def mask_of(key: Secret | None, headers: Headers = ()) -> Mask:
    """What hides the secret, and what the project's own headers carry of credentials."""
    secrets = {value for name, value in headers if CREDENTIAL_HEADER.search(name)}
    secrets |= {value.rpartition(" ")[2] for value in secrets}
    if key is not None:
        secrets.add(bytes(key).decode("utf-8", "surrogateescape"))
    return lambda text: visible(redact(text, secrets))
