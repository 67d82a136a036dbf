"""Options about who may enable the webhook: the token and the client id of the stand-in for the sender's API."""

from __future__ import annotations

import os
import re
import secrets as randomness
import shlex

import click

from hookcli.cli.console import Console
from hookcli.cli.options import together
from hookcli.cli.sender_options import secret_from_file
from hookcli.dataclass import dataclass
from hookcli.errors import SecretUnreadable

DEFAULT_TOKEN_ENV = "HOOKCLI_TOKEN"  # noqa: S105 (the name of a variable)
DEFAULT_CLIENT_ID = "hookcli"

_TOKEN = re.compile(r"[!-~]+")
"""What can stand in a header after `Bearer `; RFC 6750, section 2.1, has a little less."""

token_options = together(
    click.option("--token-env", metavar="VAR",
                 help=f"The variable with the token. Default: {DEFAULT_TOKEN_ENV}; where there is none, one is made."),
    click.option("--token-file", metavar="FILE", help="The file with the token."),
    click.option("--client-id", default=DEFAULT_CLIENT_ID, metavar="TEXT", show_default=True,
                 help="What the header client-id has to say."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """Who may enable the webhook."""

    token: str
    client_id: str
    shown: str
    """How a command line for sh says the token; one that was made for this run is no secret of the user's."""

    def curl_line(self, url: str) -> str:
        """The command that enables the webhook."""
        words = ["curl", "-sS", "--noproxy", "*", "-X", "POST", url]
        more = [
            "-H",
            f"client-id: {self.client_id}",
            "-d",
            '{"enabled": true, "business_id": 1, "device_platform": 13}',
        ]
        return f'{shlex.join(words)} -H "Authorization: Bearer {self.shown}" {shlex.join(more)}'


def read_access(console: Console, token_env: str | None, token_file: str | None, client_id: str) -> Access:
    """The token that was given, or one made for this run.

    Raises:
        click.UsageError: both were given.
        SecretUnreadable: the variable or file isn't there, or holds no token.
    """
    if token_env is not None and token_file is not None:
        raise click.UsageError("give one of --token-env and --token-file.")
    if token_file is not None:
        token, shown = _text(secret_from_file(token_file), token_file), f"$(cat {shlex.quote(token_file)})"
    else:
        name = token_env or DEFAULT_TOKEN_ENV
        token, shown = os.environ.get(name, ""), f"${name}"
        if not token and (token_env is not None or name in os.environ):
            raise SecretUnreadable(f"the environment has no variable {name} with a token in it; set it.")
    if not token:
        token = shown = randomness.token_urlsafe(24)
        return Access(token, client_id, shown)
    if not _TOKEN.fullmatch(token):
        raise SecretUnreadable("the token has white space in it, or characters that a header cannot carry.")
    console.secrets.add(token)
    return Access(token, client_id, shown)


def _text(token: bytes, path: str) -> str:
    try:
        return token.decode("ascii")
    except UnicodeDecodeError as error:
        raise SecretUnreadable(f"{path}: the token has characters that a header cannot carry.") from error
