"""Options about the sender: the shared secret, the profile, headers and TLS."""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import click

from hookcli.cli.console import Console
from hookcli.cli.options import is_flagged, together
from hookcli.cli.params import HeaderLine, HeaderName, Printable, Seconds, Statuses
from hookcli.dataclass import dataclass
from hookcli.errors import SecretUnreadable
from hookcli.models import Headers
from hookcli.profile import Profile
from hookcli.redaction import CREDENTIAL_HEADER, SHORTEST_MASKED
from hookcli.schema import catalog
from hookcli.signing import ALGORITHMS, SignatureScheme

DEFAULT_SECRET_ENV = "HOOKCLI_SECRET"  # noqa: S105 (the name of a variable)

LONGEST_SECRET = 65_536
"""Bytes that are read from a secret file."""

BURST = 50
"""Attempts at the same time in a sender's life, unless it is said otherwise."""

secret_options = together(
    click.option(
        "--secret-env", metavar="VAR", help=f"The variable with the shared secret. Default: {DEFAULT_SECRET_ENV}."
    ),
    click.option("--secret-file", metavar="FILE", help="The file with the shared secret."),
    click.option("--secret", metavar="TEXT", help="The shared secret itself; shows in the process list."),
)
profile_options = together(
    click.option("--profile", "profile_name", default=catalog.SENDERS[0], metavar="NAME|FILE", show_default=True,
                 help="The sender's contract."),
    click.option("--signature-header", type=HeaderName(), metavar="NAME",
                 help="Override the profile's header for the signature."),
    click.option("--signature-algorithm", type=click.Choice(ALGORITHMS), help="Override the profile's algorithm."),
    click.option("--signature-prefix", type=Printable(), metavar="TEXT",
                 help="Override what stands before the digest."),
)  # fmt: skip
header_option = click.option("--header", "headers", multiple=True, type=HeaderLine(), metavar="'Name: value'",
                             help="An extra header; may be repeated.")  # fmt: skip
time_scale_option = click.option(
    "--time-scale", type=Seconds(), default=1.0, metavar="X",
    help="Waits pass X times faster: 600 makes an hour 6 s. An attempt takes the time that it takes.",
)  # fmt: skip
expect_option = click.option("--expect", type=Statuses(), metavar="STATUS",
                             help="The status that counts as delivered: 401, 4xx.")  # fmt: skip
timeout_option = click.option("--timeout", type=Seconds(), metavar="SECONDS",
                              help="Override the profile's deadline for the whole exchange.")  # fmt: skip
tls_options = together(
    click.option("--insecure", is_flag=True, help="Do not verify the endpoint's certificate."),
    click.option("--ca-bundle", type=click.Path(path_type=Path), metavar="FILE", help="Certificates to trust."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretOptions:
    """Where the shared secret was said to be."""

    secret: str | None
    secret_env: str | None
    secret_file: str | None

    @property
    def is_named(self) -> bool:
        """Whether it was said where it is, rather than left to the usual variable."""
        return any(each is not None for each in (self.secret, self.secret_env, self.secret_file))

    def read(self, ctx: click.Context) -> bytes | None:
        """The shared secret, or None where there is none: then nothing is signed.

        Raises:
            click.UsageError: several were given.
            SecretUnreadable: the variable or file isn't there, or is empty.
        """
        given = [name for name in ("secret", "secret_env", "secret_file") if getattr(self, name) is not None]
        if len(given) > 1:
            raise click.UsageError("give one of --secret, --secret-env and --secret-file.")
        secret = self._find(ctx)
        if secret is not None:
            ctx.obj.secrets.add(secret.decode("utf-8", "surrogateescape"))
            if len(secret) < SHORTEST_MASKED:
                ctx.obj.warn(
                    f"the secret has under {SHORTEST_MASKED} bytes: anybody can guess it, and it is not masked."
                )
        return secret

    def _find(self, ctx: click.Context) -> bytes | None:
        if self.secret is not None:
            if is_flagged(ctx, "secret"):
                ctx.obj.warn("--secret shows in the process list and the shell's history; prefer HOOKCLI_SECRET.")
            return _present(self.secret.encode("utf-8", "surrogateescape"), "--secret")
        if self.secret_file is not None:
            return secret_from_file(self.secret_file)
        name = self.secret_env or DEFAULT_SECRET_ENV
        value = os.environ.get(name)
        if value is None and self.secret_env is not None:
            raise SecretUnreadable(
                f"the environment has no variable {name}; set it, or name another with --secret-env."
            )
        return None if value is None else _present(value.encode("utf-8", "surrogateescape"), name)


K = TypeVar("K")


def taken(kind: type[K], given: dict[str, Any]) -> K:
    """The options of one kind, taken out of all that were given."""
    return kind(**{field.name: given.pop(field.name) for field in fields(kind)})  # type: ignore[arg-type]


def hide(url: str | None, headers: Headers, console: Console) -> None:
    """Mask what the user's own headers and URL carry of credentials, wherever an endpoint echoes it."""
    for name, value in headers:
        if CREDENTIAL_HEADER.search(name):
            console.secrets.update({value, value.rpartition(" ")[2]})
    parts = urlsplit(url or "")
    if parts.password:
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password)}"
        console.secrets.update({parts.password, unquote(parts.password), b64encode(pair.encode()).decode()})


def required(secret: bytes | None) -> bytes:
    """The secret, for a command that is nothing without one.

    Raises:
        SecretUnreadable: there is none.
    """
    if secret is None:
        raise SecretUnreadable(f"there is no secret: set {DEFAULT_SECRET_ENV}, or use --secret-file.")
    return secret


def secret_from_file(path: str) -> bytes:
    """The bytes of a secret file, or of standard input for `-`, without a line end.

    Raises:
        SecretUnreadable: it cannot be read, is empty, or is longer than any secret.
    """
    try:
        if path == "-":
            content = sys.stdin.buffer.read(LONGEST_SECRET + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(LONGEST_SECRET + 1)
    except OSError as error:
        raise SecretUnreadable(f"{path}: the secret file cannot be read: {error.strerror or error}.") from error
    if len(content) > LONGEST_SECRET:
        raise SecretUnreadable(f"{path}: is longer than {LONGEST_SECRET:,} bytes, which no secret is.")
    return _present(content.removesuffix(b"\n").removesuffix(b"\r"), path)


def _present(secret: bytes, place: str) -> bytes:
    if not secret:
        raise SecretUnreadable(f"{place}: the secret is empty.")
    return secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileOptions:
    """A profile and what overrides it."""

    profile_name: str
    signature_header: str | None
    signature_algorithm: str | None
    signature_prefix: str | None

    def read(self) -> Profile:
        """The profile with the overrides in it. With another algorithm the prefix follows it, unless it is given.

        Raises:
            ProfileInvalid: there is no such profile.
        """
        profile = catalog.load_profile(self.profile_name)
        known = profile.signature
        algorithm = self.signature_algorithm or known.algorithm
        prefix = (
            known.prefix.replace(known.algorithm, algorithm) if self.signature_prefix is None else self.signature_prefix
        )
        header = self.signature_header or known.header
        return replace(profile, signature=SignatureScheme(header, prefix, algorithm))
