"""The header lines that go out with a message."""

from __future__ import annotations

import re
from base64 import b64encode

from hookcli import __version__
from hookcli.delivery.address import Address
from hookcli.errors import MessageUnsendable
from hookcli.models import Headers, Message

Lines = list[tuple[bytes, bytes]]

_STANDARD = (
    (b"User-Agent", f"hookcli/{__version__}".encode()),
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"identity"),
)


_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
     "transfer-encoding", "upgrade", "expect"}
)  # fmt: skip
"""Lines that are about one connection, not about the message (RFC 9110, section 7.6.1)."""


def end_to_end(headers: Headers) -> Headers:
    """The header lines of a message that go along when it is passed on; whoever passes it on sets Host and length."""
    about = {
        token.strip().lower() for name, value in headers if name.lower() == "connection" for token in value.split(",")
    }
    left = _HOP_BY_HOP | about | {"host", "content-length"}
    return tuple((name, value) for name, value in headers if name.lower() not in left)


_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


def is_sendable(name: str, value: str) -> bool:
    """Whether HTTP can carry a header line (RFC 9110, sections 5.1 and 5.5)."""
    return _NAME.fullmatch(name) is not None and _CONTROL.search(value) is None


def header_lines(message: Message, address: Address, *, is_bare: bool = False) -> Lines:
    """The message's own lines, after ours of every name that it doesn't have.

    Args:
        message: what goes out.
        address: where to.
        is_bare: whether ours are those alone that HTTP needs.

    Raises:
        MessageUnsendable: its Content-Length isn't that of its body, or a line holds half a surrogate pair.
    """
    given = [(_encode(name), _encode(value)) for name, value in message.headers]
    names = {name.lower() for name, _ in given}
    length = b"%d" % len(message.body)
    if any(name.lower() == b"content-length" and value != length for name, value in given):
        raise MessageUnsendable(f"its Content-Length is not {len(message.body)}, the length of its body")
    if b"transfer-encoding" in names:
        names.add(b"content-length")  # one excludes the other (RFC 9112, 6.2)
    return [line for line in _own(address, length, is_bare=is_bare) if line[0].lower() not in names] + given


def _own(address: Address, length: bytes, *, is_bare: bool) -> Lines:
    standard = () if is_bare else _STANDARD
    lines = [(b"Host", address.authority.encode()), *standard, (b"Content-Length", length)]
    if address.credentials:
        lines.append((b"Authorization", b"Basic " + b64encode(b":".join(address.credentials))))
    return lines


def _encode(text: str) -> bytes:
    """UTF-8, as curl sends it; bytes that a capture could not decode go out as they came in."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise MessageUnsendable(f"a header holds {text[error.start]!a}, which is no character") from error
