"""`hookcli verify`: tell whether a signature is genuine."""

from __future__ import annotations

import click

from hookcli import signing
from hookcli.cli import exits, options, sender_options
from hookcli.cli.bodies import read_body
from hookcli.cli.console import Output
from hookcli.reporting.characters import visible


@click.command(
    epilog="Example: hookcli verify payload.json 'X-Hub-Signature: sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12'"
)
@click.argument("body", metavar="FILE")
@click.argument("signature", metavar="SIGNATURE")
@click.option("--explain", is_flag=True, help="Find out why it is not genuine, and what to do.")
@sender_options.secret_options
@sender_options.profile_options
@options.output_option
@click.pass_context
def verify(
    ctx: click.Context,
    /,
    *,
    body: str,
    signature: str,
    explain: bool,
    output: str,
    **given: str,
) -> int:
    """Tell whether SIGNATURE, a header line or its value, is that of the exact bytes of FILE (- is stdin)."""
    key = sender_options.taken(sender_options.SecretOptions, given).read(ctx)
    scheme = sender_options.taken(sender_options.ProfileOptions, given).read().signature
    value = _value(signature, scheme)
    data, secret = read_body(body), sender_options.required(key)
    genuine = signing.is_genuine(data, value, secret, scheme)
    with Output(output) as out:
        if genuine or explain:
            lines = [f"{'' if genuine else 'not '}genuine: {body} ({len(data):,} bytes)"]
        else:
            lines = [_why(value, scheme, body)]
        if explain:
            lines += _explained(data, value, secret, scheme)
        out.write("".join(f"{visible(ctx.obj.redact(line))}\n" for line in lines).encode())
    return exits.OK if genuine else exits.FINDING


def _value(signature: str, scheme: signing.SignatureScheme) -> str:
    """The value of a header line; a line of another header is refused."""
    name, colon, value = signature.partition(":")
    if not colon:
        return signature.strip()
    if name.strip().lower() != scheme.header.lower():
        raise click.UsageError(
            f"the header is {name.strip()!r}, not {scheme.header!r}; --signature-header names another."
        )
    return value.strip()


PATIENCE = 1_000_000_000
"""Bytes that go through a hash to find out why: some seconds at most, and only for a large body."""


def _explained(data: bytes, value: str, secret: bytes, scheme: signing.SignatureScheme) -> list[str]:
    """Why a signature is not genuine, in lines; none for a genuine one."""
    from hookcli.diagnosis import diagnose  # late: few runs need it

    diagnosis = diagnose(data, value, secret, scheme, most_bytes=PATIENCE)
    return [f"  why     {diagnosis.sentence}", f"  remedy  {diagnosis.remedy}"] if diagnosis else []


def _why(value: str, scheme: signing.SignatureScheme, body: str) -> str:
    """What is wrong, as far as it can be told without the right digest."""
    digits = len(signing.sign(b"", b"x", scheme)) - len(scheme.prefix)
    digest = value[len(scheme.prefix) :]
    if not value.startswith(scheme.prefix):
        return (
            f"not genuine: the signature does not start with {scheme.prefix!r}; --signature-prefix names another start."
        )
    if len(digest) != digits or not all(char in "0123456789abcdefABCDEF" for char in digest):
        return f"not genuine: {scheme.prefix!r} must be followed by {digits} hexadecimal digits."
    return (
        f"not genuine: {body} was changed after it was signed (a line ending is enough), or the secret is another one."
    )
