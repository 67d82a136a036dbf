"""Formats -> strings that have them (JSON Schema 2020-12 validation, section 7.3).

Each entry makes values that look like production and can be nobody's: names under `.example`, addresses of the
documentation ranges (RFC 2606, RFC 5737, RFC 3849).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from random import Random

from hookcli.generation.functions import Sampler, drawn

WORDS = (
    "order", "refund", "delivery", "payment", "status", "invoice", "account", "support", "booking", "ticket",
    "return", "address", "report", "message", "profile", "service", "project", "review", "update", "request",
)  # fmt: skip
_PEOPLE = ("priya", "arjun", "meera", "rahul", "ananya", "vikram", "sana", "daniel", "grace", "yusuf", "kavita", "liam")
_HOSTS = ("acme-retail.example", "bharat-mobile.example", "kart.example", "saffron-foods.example", "northwind.example")
_WINDOW = 3_600
"""Seconds before now in which moments lie."""
_YEAR = 365
"""Days before now on which dates lie."""


def compile_format(name: str, rng: Random, now: float) -> Sampler | None:
    """A function that makes strings of a format, or None for a format that we don't know.

    Args:
        name: the `format`.
        rng: where all randomness comes from.
        now: seconds since 1970-01-01 UTC; moments lie in the hour before.
    """
    maker = _MAKERS.get(name)
    return maker(rng, now) if maker else None


def _one(rng: Random, values: tuple[str, ...]) -> str:
    return values[rng.getrandbits(30) % len(values)]


class _Seconds(dict[int, str]):
    """Seconds before a moment -> `2019-07-03T11:42:44`, each written when it is first asked for."""

    def __init__(self, moment: int) -> None:
        self._moment = moment

    def __missing__(self, ago: int) -> str:
        text = datetime.fromtimestamp(self._moment - ago, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        self[ago] = text
        return text


def _moment(rng: Random, now: float) -> Sampler:
    """UTC with milliseconds, as Haptik writes it: `2019-07-03T11:42:44.077Z`."""
    text = "$seconds[$drawn] + $endings[$bits(30) % 1000]"
    return drawn(text, _WINDOW, rng, seconds=_Seconds(int(now)), endings=_endings())


@functools.cache
def _endings() -> list[str]:
    return [f".{milli:03d}Z" for milli in range(1000)]


def _date(rng: Random, now: float) -> Sampler:
    today = datetime.fromtimestamp(now, timezone.utc).date()
    days = [(today - timedelta(days=ago)).isoformat() for ago in range(_YEAR)]
    return lambda: days[int(rng.random() * _YEAR)]


def _time(rng: Random, _now: float) -> Sampler:
    return lambda: f"{int(rng.random() * 24):02d}:{int(rng.random() * 60):02d}:{int(rng.random() * 60):02d}Z"


def _duration(rng: Random, _now: float) -> Sampler:
    return lambda: f"P{int(rng.random() * 30)}DT{int(rng.random() * 24)}H"


def _email(rng: Random, _now: float) -> Sampler:
    return lambda: f"{_one(rng, _PEOPLE)}.{_one(rng, WORDS)}{int(rng.random() * 100)}@{_one(rng, _HOSTS)}"


def _host(rng: Random, _now: float) -> Sampler:
    return lambda: f"{_one(rng, WORDS)}-{int(rng.random() * 100)}.{_one(rng, _HOSTS)}"


def _ipv4(rng: Random, _now: float) -> Sampler:
    return lambda: f"{_one(rng, ('192.0.2', '198.51.100', '203.0.113'))}.{1 + int(rng.random() * 254)}"


def _ipv6(rng: Random, _now: float) -> Sampler:
    return lambda: f"2001:db8::{int(rng.random() * 0x10000):x}:{int(rng.random() * 0x10000):x}"


def _url(rng: Random, _now: float) -> Sampler:
    return lambda: f"https://{_one(rng, _HOSTS)}/{_one(rng, WORDS)}/{int(rng.random() * 1_000_000)}"


def _path(rng: Random, _now: float) -> Sampler:
    return lambda: f"/{_one(rng, WORDS)}/{int(rng.random() * 1_000)}"


_VERSION_4 = (4 << 76) | (2 << 62)
_FREE = (1 << 128) - 1 - (0xF << 76) - (3 << 62)
"""The bits of a UUID that say its version and variant, and the others (RFC 9562, section 5.4)."""


def uuid_of(bits: int) -> str:
    """The UUID of version 4 that 128 random bits make."""
    text = f"{bits & _FREE | _VERSION_4:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _uuid(rng: Random, _now: float) -> Sampler:
    return lambda: uuid_of(rng.getrandbits(128))


def _regex(rng: Random, _now: float) -> Sampler:
    return lambda: f"^{_one(rng, WORDS)}-[0-9]{{{1 + int(rng.random() * 9)}}}$"


def _template(rng: Random, _now: float) -> Sampler:
    return lambda: f"https://{_one(rng, _HOSTS)}/{_one(rng, WORDS)}/{{id}}"


def _relative(rng: Random, _now: float) -> Sampler:
    return lambda: f"{int(rng.random() * 4)}/{_one(rng, WORDS)}"


_MAKERS: dict[str, Callable[[Random, float], Sampler]] = {
    "date-time": _moment, "date": _date, "time": _time, "duration": _duration, "email": _email,
    "idn-email": _email, "hostname": _host, "idn-hostname": _host, "ipv4": _ipv4, "ipv6": _ipv6,
    "uri": _url, "iri": _url, "uri-reference": _path, "iri-reference": _path, "uri-template": _template,
    "uuid": _uuid, "json-pointer": _path, "relative-json-pointer": _relative, "regex": _regex,
}  # fmt: skip

SHORTEST = {
    "date-time": "2026-01-01T00:00:00Z", "duration": "P1D", "email": "a@b.c", "idn-email": "a@b.c", "hostname": "a",
    "idn-hostname": "a", "ipv4": "1.1.1.1", "ipv6": "::", "uri": "a:b", "iri": "a:b", "uri-reference": "a",
    "iri-reference": "a", "uri-template": "a", "json-pointer": "", "relative-json-pointer": "0", "regex": "a",
}  # fmt: skip
"""A short string of each format, for a `maxLength` that the usual ones are over."""
