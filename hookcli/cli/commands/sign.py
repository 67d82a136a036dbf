"""`hookcli sign`: print the signature header for a body."""

from __future__ import annotations

import click

from hookcli import signing
from hookcli.cli import options, sender_options
from hookcli.cli.bodies import read_body
from hookcli.cli.console import Output


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
    **given: str,
) -> None:
    """Print the signature header for the exact bytes of FILE (- is stdin)."""
    key = sender_options.taken(sender_options.SecretOptions, given).read(ctx)
    scheme = sender_options.taken(sender_options.ProfileOptions, given).read().signature
    value = signing.sign(read_body(body), sender_options.required(key), scheme)
    with Output(output) as out:
        out.write(f"{scheme.header}: {value}\n".encode())
