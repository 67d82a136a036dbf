"""Bytes and a secret in, a signature header out, and back in constant time.

Haptik signs the exact body of a request with HMAC-SHA1, keyed with the shared secret, and sends the digest as
`X-Hub-Signature: sha1=<hex>` (Haptik developer documentation, "Protocols"; the scheme is WebSub's, section 7.1).
"""

from __future__ import annotations

from hookcli.dataclass import dataclass

ALGORITHMS = ("sha1", "sha256", "sha512")


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """How a sender signs: the header, what stands before the digest, and the hash under the HMAC."""

    header: str = "X-Hub-Signature"
    prefix: str = "sha1="
    algorithm: str = "sha1"


def sign(body: bytes, secret: bytes, scheme: SignatureScheme) -> str:
    """The header value that proves that `body` was sent by somebody who knows `secret`."""
    import hmac

    return scheme.prefix + hmac.digest(secret, body, scheme.algorithm).hex()


def is_genuine(body: bytes, value: str, secret: bytes, scheme: SignatureScheme) -> bool:
    """Whether `value` is the signature of `body`; takes the same time wherever the two differ.

    The digits of the digest may be in either case, as WebSub allows; the prefix must be exact.
    """
    import hmac

    prefix, digest = value[: len(scheme.prefix)], value[len(scheme.prefix) :]
    expected = sign(body, secret, scheme)[len(scheme.prefix) :]
    same = hmac.compare_digest(digest.lower().encode("utf-8", "replace"), expected.encode())
    return same and prefix == scheme.prefix
