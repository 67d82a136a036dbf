"""A header's value -> the digests that it may hold, and what is wrong with how it holds them."""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from collections.abc import Iterator

from hookcli.dataclass import dataclass
from hookcli.diagnosis.faults import Cause, Fault
from hookcli.signing import SignatureScheme

SIZES = {"sha1": 20, "sha256": 32, "sha512": 64, "md5": 16, "sha384": 48, "sha224": 28}
"""The algorithms that are tried, and the bytes of their digests."""

SHORTEST = 4
"""Bytes of a digest that say anything; fewer may be right by chance."""

LONGEST_VALUE = 1_000
"""Characters of a value that is looked into."""

MOST_VALUES = 4
"""Values of a list in one header that are looked into."""

_QUOTED = re.compile(r"\s*(b?(['\"])([^'\"]*)\2)\s*")
_LABEL = re.compile(r"(?:[A-Za-z][\w.-]{0,40}(?:\s*[=:]\s*|\s+)(?=[^=\s])){0,3}")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a value."""

    digest: bytes
    """What stands there, perhaps too short or too long."""
    digits: int
    """How many hexadecimal digits stand there: twice the bytes, or one more."""
    extra: int
    """How many characters stand after them."""
    start: str
    """What stands before them."""
    faults: tuple[Fault, ...] = ()


def read(value: str, scheme: SignatureScheme) -> list[Reading]:
    """The digests that a value may hold; none where nothing in it can be one."""
    if len(value) > LONGEST_VALUE:
        return []
    parts = value.split(",")[:MOST_VALUES]
    several = (_several(scheme),) if len(parts) > 1 else ()
    return [reading for part in parts for reading in _read_one(part, scheme, several)]


def _read_one(value: str, scheme: SignatureScheme, faults: tuple[Fault, ...]) -> Iterator[Reading]:
    text = _bare(value)
    if text != value and not faults:
        faults = (*faults, _around(value, scheme))
    start = scheme.prefix if text.startswith(scheme.prefix) else ""
    label = _LABEL.match(text, len(start))
    start = text[: label.end()] if label else start
    rest = text[len(start) :]
    if _bare(rest) != rest:
        rest, faults = _bare(rest), (*faults, _around(rest, scheme))
    yield from _digests(rest, start, faults)


def _bare(text: str) -> str:
    """A text without white space and quotes around it."""
    quoted = _QUOTED.fullmatch(text)
    return (quoted[3] if quoted else text).strip()


def _digests(text: str, start: str, faults: tuple[Fault, ...]) -> Iterator[Reading]:
    if found := _HEXADECIMAL.match(text):
        digits = found[0]
        if len(digits) >= 2 * SHORTEST:
            yield Reading(
                bytes.fromhex(digits[: len(digits) // 2 * 2]), len(digits), len(text) - len(digits), start, faults
            )
    if _BASE64.fullmatch(text) and (digest := _decoded(text)):
        kind = "URL-safe base64" if "-" in text or "_" in text else "base64"
        if len(digest) in SIZES.values():
            yield Reading(digest, 2 * len(digest), 0, start, (*faults, _base64(kind)))
        elif len(digest) // 2 in SIZES.values() and _HEXADECIMAL.fullmatch(digest.decode("ascii", "replace")):
            fault = _base64(f"{kind} of the hexadecimal digits")
            yield Reading(bytes.fromhex(digest.decode("ascii")), len(digest), 0, start, (*faults, fault))


def _decoded(text: str) -> bytes | None:
    """The bytes of a base64 text of either alphabet, padded or not."""
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    return b64decode(bare + "=" * (-len(bare) % 4)) if len(bare) % 4 != 1 else None


def _several(scheme: SignatureScheme) -> Fault:
    return Fault(
        Cause.SURROUNDINGS,
        f"the header {scheme.header} has several values, with commas between them",
        f"Send {scheme.header} once, with one value: a proxy may have joined two header lines.",
    )


def _around(text: str, scheme: SignatureScheme) -> Fault:
    what = "quotes" if any(mark in text for mark in "'\"") else "white space"
    return Fault(
        Cause.SURROUNDINGS,
        f"{what} stand{'s' * (what != 'quotes')} around the value",
        f"Write the bare value: {scheme.header}: {scheme.prefix}<hexadecimal digits>.",
    )


def misplaced(reading: Reading, algorithm: str, scheme: SignatureScheme) -> Fault | None:
    """What is wrong with what stands before a digest; None where it is what goes with its algorithm."""
    start = reading.start
    if start in (scheme.prefix, scheme.prefix.replace(scheme.algorithm, algorithm)):
        return None
    seen = f"the digest stands after {start!r}" if start else "the digest stands alone"
    wanted = f", not after {scheme.prefix!r}" if scheme.prefix else ", not alone"
    return Fault(
        Cause.PREFIX,
        seen + wanted,
        f"Write {scheme.header}: {scheme.prefix}<hexadecimal digits>; "
        f"or expect the other start with --signature-prefix {start!r}.",
    )


def _base64(kind: str) -> Fault:
    return Fault(
        Cause.BASE64,
        f"the digest is {kind}, not hexadecimal digits",
        "Write the digest as hexadecimal digits: hexdigest() in Python, digest('hex') in Node.",
    )


def malformed(scheme: SignatureScheme) -> Fault:
    """What stands there can be no digest."""
    digits = 2 * SIZES[scheme.algorithm]
    return Fault(
        Cause.MALFORMED,
        f"{repr(scheme.prefix) + ' must be followed by' if scheme.prefix else 'the value must be'} {digits} "
        "hexadecimal digits",
        f"Write {scheme.header}: {scheme.prefix}<{digits} hexadecimal digits>, the HMAC-{scheme.algorithm.upper()} of "
        "the raw body.",
    )


def is_itself(value: str, secret: bytes, scheme: SignatureScheme) -> bool:
    """Whether the secret itself stands there; takes the same time wherever the two differ."""
    bare = _bare(value.strip().removeprefix(scheme.prefix)).encode("utf-8", "replace")
    return hmac.compare_digest(bare, secret.strip())


def exposed(scheme: SignatureScheme) -> Fault:
    """The secret itself stands there."""
    return Fault(
        Cause.SECRET_SENT,
        f"the header {scheme.header} holds the secret itself, for everybody on the way to read",
        "Send the HMAC of the body that is keyed with the secret, never the secret; and take a new one.",
    )


def missing(scheme: SignatureScheme) -> Fault:
    """There is no value at all."""
    return Fault(
        Cause.MISSING,
        f"there is no signature: the header {scheme.header} is missing or empty",
        "Set the shared secret at the sender; and look whether a proxy on the way drops the header, or whether the "
        "sender signs under another name (--signature-header).",
    )


def misfit(reading: Reading, algorithm: str) -> Fault | None:
    """What is wrong with how much of a digest stands there; None where it is all of it."""
    digits = 2 * SIZES[algorithm]
    extra = reading.digits + reading.extra - digits
    if extra == 0 and not reading.extra:
        return None
    if reading.digits >= digits:
        return Fault(
            Cause.SURPLUS,
            f"after the digest there {'is 1 character' if extra == 1 else f'are {extra} characters'} too many",
            "Write nothing after the digest.",
        )
    return Fault(
        Cause.TRUNCATED,
        f"the digest is cut short after {reading.digits} of its {digits} digits",
        f"Write all {digits} digits: a column, a variable or a copy may be too short.",
    )
