"""`hookcli sign`: print the signature header for a body."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from hookcli import signing
from hookcli.cli import options, sender_options
from hookcli.cli.console import Output
from hookcli.errors import FileUnreadable, SecretUnreadable

LONGEST_BODY = 100_000_000
"""Bytes; a longer body is no webhook."""


@click.command(epilog="Example: HOOKCLI_SECRET=s3cr3t hookcli sign payload.json")
@click.argument("body", metavar="FILE")
@sender_options.secret_options
@sender_options.profile_options
@options.output_option
@click.pass_context
def sign(
    ctx: click.Context,
    /,
    *,
    body: str,
    output: str,
    secret: str | None,
    secret_env: str | None,
    secret_file: str | None,
    **profile: str,
) -> None:
    """Print the signature header for the exact bytes of FILE (- is stdin)."""
    key = sender_options.SecretOptions(secret=secret, secret_env=secret_env, secret_file=secret_file).read(ctx)
    scheme = sender_options.ProfileOptions(**profile).read().signature
    value = signing.sign(read_body(body), required(key), scheme)
    with Output(output) as out:
        out.write(f"{scheme.header}: {value}\n".encode())


def read_body(path: str) -> bytes:
    """The exact bytes of a file, or of standard input for `-`.

    Raises:
        FileUnreadable: it cannot be read, or is longer than a webhook can be.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read(LONGEST_BODY + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(LONGEST_BODY + 1)
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be read: {error.strerror or error}.") from error
    if len(data) > LONGEST_BODY:
        raise FileUnreadable(f"{path}: is longer than {LONGEST_BODY:,} bytes, which no webhook is.")
    return data


def check_readable(path: str) -> None:
    """Look whether a file can be read, before anything is sent.

    Raises:
        FileUnreadable: it isn't there, or may not be read.
    """
    if path != "-" and not os.access(path, os.R_OK):
        why = "there is no such file" if not Path(path).exists() else "it may not be read"
        raise FileUnreadable(f"{path}: cannot be read: {why}.")


def required(secret: bytes | None) -> bytes:
    """The secret, for a command that is nothing without one.

    Raises:
        SecretUnreadable: there is none.
    """
    if secret is None:
        raise SecretUnreadable(f"there is no secret: set {sender_options.DEFAULT_SECRET_ENV}, or use --secret-file.")
    return secret
