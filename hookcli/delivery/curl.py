"""A line for sh that sends the very same bytes with curl."""

from __future__ import annotations

import re
import shlex

from hookcli.delivery.address import parse_address
from hookcli.models import Headers, Message

LONGEST_ARGUMENT = 100_000
"""Bytes of a body that is written into the line; Linux allows 131,072 for one argument."""

_UNPRINTABLE = (
    r"[^\n\t -~\u00a0-\U0010ffff]"
    r"|[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control characters, on which a terminal acts when the line is shown and when it is pasted; and what hides
or reorders the text around it (format characters and line separators; Unicode TR 36, section 2.5)."""

_UNPRINTABLE_ASCII = re.compile(rb"[^\n\t -~]")

_DEFAULTS = ("Content-Type", "Expect")
"""Headers that curl adds to a POST by itself."""

_OCTAL = tuple(chr(byte) if chr(byte).isalnum() and byte < 128 else f"\\{byte:03o}" for byte in range(256))
"""Each byte as printf's format takes it, where %, \\ and a '-' in front have a meaning."""


def curl_line(message: Message, url: str, method: str = "POST") -> str:
    """The command that sends the message's body and headers; for dash, bash and every other POSIX shell.

    A short text becomes an argument; everything else comes from printf, in octal.

    Args:
        message: what would go out.
        url: an http or https URL; a user name and a password in it stay in the line.
        method: of the request.

    Raises:
        ValueError: it is not an absolute http or https URL.
    """
    address = parse_address(url)
    options = ["curl", "-sS", "-i", "-X", method, "--globoff", "--path-as-is"]
    if address.is_loopback:
        options += ["--noproxy", "*"]
    for line in _header_lines(message.headers):
        options += ["-H", line]
    if _is_text(message.body):
        return shlex.join([*options, "--data-raw", message.body.decode(), address.url])
    octal = "".join([_OCTAL[byte] for byte in message.body])
    return f"printf '{octal}' | {shlex.join([*options, '--data-binary', '@-', address.url])}"


def _header_lines(headers: Headers) -> list[str]:
    """Headers as curl's -H takes them: `Name;` is an empty one, and `Name:` none at all."""
    names = {name.lower() for name, _ in headers}
    unwanted = [f"{name}:" for name in _DEFAULTS if name.lower() not in names]
    return [f"{name}: {value}" if value.strip() else f"{name};" for name, value in headers] + unwanted


def _is_text(body: bytes) -> bool:
    if body.isascii():
        return len(body) < LONGEST_ARGUMENT and not _UNPRINTABLE_ASCII.search(body)
    try:
        return len(body) < LONGEST_ARGUMENT and not re.search(_UNPRINTABLE, body.decode())
    except UnicodeDecodeError:
        return False
