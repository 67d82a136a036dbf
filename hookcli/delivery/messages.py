"""Messages as the sender sends them: the profile's headers, the signature, and whatever replaces some of them."""

from __future__ import annotations

from hookcli.models import Headers, Message
from hookcli.profile import Profile
from hookcli.signing import sign


def message_of(
    event: str, body: bytes, profile: Profile, key: bytes | None, own: Headers = (), *, signature: str | None = None
) -> Message:
    """A message of exact bytes.

    Args:
        event: what to call it in reports.
        body: the bytes.
        profile: the sender's contract.
        key: the shared secret; without one nothing is signed.
        own: header lines that replace others of the same name.
        signature: the value of the signature's header, where it is not to be the genuine one.
    """
    if signature is None and key is not None:
        signature = sign(body, key, profile.signature)
    signed = () if signature is None else ((profile.signature.header, signature),)
    return Message(event, body, replaced((*profile.headers, *signed), own))


def replaced(lines: Headers, own: Headers) -> Headers:
    """Header lines, with others in place of those of the same name."""
    names = {name.lower() for name, _ in own}
    return (*(line for line in lines if line[0].lower() not in names), *own)
