"""Identifiers, keys and secrets: made anew for each value, and evidently made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from hookcli.generation.realism.roles import Role
from hookcli.generation.text.formats import WORDS, uuid_of
from hookcli.models import Json

_CLEAR = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters that no one mistakes for digits."""


def compile_token(role: Role, rng: Random) -> Callable[[], Json] | None:
    """A function that makes one identifier at a time, or None where there is no such role.

    Args:
        role: of the group `id`.
        rng: where all randomness comes from.
    """
    random = rng.random
    if role.json_type != "string":
        return _version_code(rng) if role.field == "version" else lambda: 1_000 + int(random() * 999_000)
    if role.field == "marked" or role.form:
        mark = role.form or "REF"
        return lambda: f"{mark}-{100_000 + int(random() * 900_000)}"
    make = _MAKERS.get(role.field)
    return make(rng) if make else None


_LESS_USUAL = (32, 20, 16, 12, 10, 8, 6, 40, 64, *range(63, 0, -1))
_OTHER_SIGNS = {
    "0123456789abcdef": _LESS_USUAL,
    f"{_CLEAR}0123456789": (10, *_LESS_USUAL),
    "0123456789": (10, 8, 12, *_LESS_USUAL),
}
"""Of what identifiers are made where those of the usual form are refused by their length or a pattern: how long."""


def other_tokens(role: Role) -> Iterator[tuple[str, int]]:
    """Signs and lengths of which identifiers may be, where a place takes none of the usual form."""
    if role.json_type != "string" or role.field not in ("plain", "token", "marked", "sha1", "sha256", "md5"):
        return
    for signs, lengths in _OTHER_SIGNS.items():
        yield from ((signs, length) for length in dict.fromkeys(lengths))


def token_of(signs: str, length: int, random: Callable[[], float]) -> Callable[[], str]:
    """A function that makes identifiers of some signs and a length."""
    size = len(signs)

    def sample() -> str:
        first = signs[1 + int(random() * (size - 1))]  # a number that begins with 0 is none
        return first + "".join([signs[int(random() * size)] for _ in range(length - 1)])

    return sample


def _version_code(rng: Random) -> Callable[[], Json]:
    random = rng.random
    return lambda: 1 + int(random() * 9)


def _hex(digits: int) -> Callable[[Random], Callable[[], str]]:
    """Hexadecimal digits, in one draw."""
    form, size = f"%0{digits}x", 4 * digits

    def make(rng: Random) -> Callable[[], str]:
        bits = rng.getrandbits
        return lambda: form % bits(size)

    return make


def _token(rng: Random) -> Callable[[], str]:
    digits = _hex(24)(rng)
    return lambda: f"test_{digits()}"


def _password(rng: Random) -> Callable[[], str]:
    random = rng.random
    return lambda: f"Example-{WORDS[int(random() * len(WORDS))]}-{1_000 + int(random() * 9_000)}!"


def _coupon(rng: Random) -> Callable[[], str]:
    random = rng.random
    return lambda: f"{_CLEAR[int(random() * 24)]}{_CLEAR[int(random() * 24)]}SAVE{5 * (1 + int(random() * 10))}"


def _slug(rng: Random) -> Callable[[], str]:
    random, size = rng.random, len(WORDS)
    return lambda: f"{WORDS[int(random() * size)]}-{WORDS[int(random() * size)]}-{1 + int(random() * 99)}"


def _version(rng: Random) -> Callable[[], str]:
    random = rng.random
    return lambda: f"{1 + int(random() * 5)}.{int(random() * 20)}.{int(random() * 10)}"


def _one_time_code(rng: Random) -> Callable[[], str]:
    random = rng.random
    return lambda: f"{int(random() * 1_000_000):06d}"


def _imei(rng: Random) -> Callable[[], str]:
    """Begins with 00, the body for tests (3GPP TS 23.003, section 6.2)."""
    random = rng.random
    return lambda: f"00{int(random() * 10**13):013d}"


def _plate(rng: Random) -> Callable[[], str]:
    """Of no state: there is no ZZ."""
    random = rng.random
    return lambda: f"ZZ00TE{int(random() * 10_000):04d}"


def _vin(rng: Random) -> Callable[[], str]:
    random = rng.random
    return lambda: f"TESTVN00{int(random() * 10**9):09d}"


def _locator(rng: Random) -> Callable[[], str]:
    return token_of(_CLEAR, 6, rng.random)


def _transfer(rng: Random) -> Callable[[], str]:
    random = rng.random
    return lambda: f"000000{int(random() * 10**6):06d}"


def _uuid(rng: Random) -> Callable[[], str]:
    bits = rng.getrandbits
    return lambda: uuid_of(bits(128))


_MAKERS: dict[str, Callable[[Random], Callable[[], str]]] = {
    "uuid": _uuid, "plain": _hex(24), "coupon": _coupon, "token": _token, "password": _password,
    "sha256": _hex(64), "sha1": _hex(40), "md5": _hex(32), "slug": _slug, "version": _version,
    "plate": _plate, "vin": _vin, "locator": _locator, "utr": _transfer,
    "otp": _one_time_code, "imei": _imei,
}  # fmt: skip
