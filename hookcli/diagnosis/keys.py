"""What may have been done with the secret instead: other keys, and other ways to make a digest."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator

from hookcli.dataclass import dataclass
from hookcli.diagnosis.faults import Cause, Fault

Making = Callable[[bytes, str], bytes]
"""A body and an algorithm -> a digest."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a digest may have been made."""

    make: Making
    fault: Fault | None = None
    is_likely: bool = True
    """Whether it is tried together with something else that is wrong."""


def ways(secret: bytes | None) -> list[Way]:
    """All ways that are tried; first the right one, then the likely ones. Without a secret those that need none."""
    keys = [] if secret is None else [(secret, None, True), *_others(secret)]
    every: dict[bytes, Way] = {}
    for key, fault, is_likely in [*keys, *_NOTHINGS]:
        every.setdefault(key, Way(_hmac(key), fault, is_likely))
    made = [*every.values(), Way(_plain(b"", b""), _plain_fault("the body alone, which anybody can make"))]
    if secret is not None:
        made += [
            Way(_swapped(secret), _SWAPPED),
            Way(_plain(secret, b""), _plain_fault("the secret and the body, one after the other"), is_likely=False),
            Way(_plain(b"", secret), _plain_fault("the body and the secret, one after the other"), is_likely=False),
        ]
    return made


def _hmac(key: bytes) -> Making:
    return lambda body, algorithm: hmac.digest(key, body, algorithm)


def _swapped(secret: bytes) -> Making:
    return lambda body, algorithm: hmac.digest(body, secret, algorithm)


def _plain(before: bytes, after: bytes) -> Making:
    def make(body: bytes, algorithm: str) -> bytes:
        made = hashlib.new(algorithm, before, usedforsecurity=False)
        made.update(body)
        made.update(after)
        return made.digest()

    return make


def _plain_fault(of: str) -> Fault:
    return Fault(
        Cause.NO_HMAC,
        f"it is a plain hash of {of}, not an HMAC",
        "Use an HMAC function, with the secret as its key and the body as its message.",
    )


_SWAPPED = Fault(
    Cause.SWAPPED,
    "the body was the key of the HMAC and the secret its message",
    "Swap them: the secret is the key.",
)
_SPACE = "Strip the secret on both sides (`echo` adds a line end, `printf %s` does not)."
_QUOTES = "Take the quotes off: an .env file or a YAML value keeps or drops them by its own rules."
_DECODED = "Use the characters of the secret as they are shown, on both sides; or decode them on both."

_Key = tuple[bytes, Fault | None, bool]


def _others(secret: bytes) -> Iterator[_Key]:
    """Keys that are made of the secret by mistake, what is wrong then, and whether it is likely."""
    for key, how in _spaced(secret):
        is_likely = key in (secret.strip(), secret + b"\n", secret + b"\r\n")
        yield key, Fault(Cause.SECRET_SPACE, f"it was signed with the secret {how}", _SPACE), is_likely
    for key, how in _decoded(secret):
        yield key, Fault(Cause.SECRET_ENCODING, f"it was signed with {how}", _DECODED), "stands for" in how
    for key, how in _quoted(secret):
        yield key, Fault(Cause.SECRET_QUOTES, f"it was signed with the secret {how}", _QUOTES), False
    for key, how in _transcoded(secret):
        remedy = "Use the UTF-8 bytes of the secret on both sides."
        yield key, Fault(Cause.SECRET_ENCODING, f"it was signed with the secret {how}", remedy), False
    for key, how in ((secret.lower(), "small letters"), (secret.upper(), "capitals")):
        remedy = "Use the secret on both sides as it was given out, letter by letter."
        yield key, Fault(Cause.SECRET_CASE, f"it was signed with the secret in {how}", remedy), False


def _spaced(secret: bytes) -> Iterator[tuple[bytes, str]]:
    yield secret.strip(), "without the white space around it"
    yield secret + b"\n", "and a line end (LF) after it"
    yield secret + b"\r\n", "and a line end (CR LF) after it"
    yield secret + b"\r", "and a carriage return (CR) after it"
    yield secret + b" ", "and a space after it"
    yield b" " + secret, "and a space before it"


_HEXADECIMAL = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_-]{2,})={0,2}")


def _decoded(secret: bytes) -> Iterator[tuple[bytes, str]]:
    bare = secret.strip()
    if _HEXADECIMAL.fullmatch(bare):
        yield bytes.fromhex(bare.decode("ascii")), "the bytes that the secret stands for as hexadecimal digits"
    digits = bare.rstrip(b"=")
    if _BASE64.fullmatch(bare) and len(digits) % 4 != 1:
        filled = digits.translate(bytes.maketrans(b"-_", b"+/")) + b"=" * (-len(digits) % 4)
        yield b64decode(filled), "the bytes that the secret stands for as base64"
    yield secret.hex().encode("ascii"), "the hexadecimal digits of the secret's bytes"
    yield b64encode(secret), "the base64 of the secret's bytes"


def _quoted(secret: bytes) -> Iterator[tuple[bytes, str]]:
    if len(secret) > 2 and secret[:1] == secret[-1:] and secret[:1] in b"\"'":
        yield secret[1:-1], "without the quotes around it"
    yield b'"' + secret + b'"', "and double quotes around it"
    yield b"'" + secret + b"'", "and single quotes around it"


_BOM = b"\xef\xbb\xbf"


def _transcoded(secret: bytes) -> Iterator[tuple[bytes, str]]:
    yield secret.removeprefix(_BOM), "without the byte-order mark before it"
    yield _BOM + secret, "and a byte-order mark before it"
    text = secret.decode("utf-8", "replace")
    yield text.encode("utf-16-le"), "in UTF-16"
    yield text.encode("latin-1", "replace"), "in Latin-1"


def _nothing(what: str) -> Fault:
    return Fault(
        Cause.SECRET_EMPTY,
        f"it was signed with {what}, which anybody can do",
        "Look where the sender takes the secret from: there is none, as of a variable that is not set.",
    )


_NOTHINGS: list[_Key] = [
    (b"", _nothing("an empty secret"), True),
    *(
        (name, _nothing(f"the word {name.decode()!r} as the secret"), False)
        for name in (b"undefined", b"null", b"None")
    ),
]
