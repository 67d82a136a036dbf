"""A sender's contract as data: deadline, success rule, retry schedule and signature.

Haptik's lies in `schemas/haptik/profile.json`; `--profile FILE` reads another of the same form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hookcli.errors import ProfileInvalid
from hookcli.models import Headers, Json
from hookcli.signing import ALGORITHMS, SignatureScheme


@dataclass(frozen=True, slots=True)
class Profile:
    """What a sender promises, and what it asks of an endpoint."""

    name: str
    title: str
    deadline: float
    """Seconds for connect, send and the whole answer together."""
    success: range
    """The statuses that count as delivered."""
    retry_delays: tuple[float, ...]
    """Seconds from a failed attempt to the next one."""
    signature: SignatureScheme
    headers: Headers
    events: tuple[str, ...]
    default_events: tuple[str, ...]


def parse_profile(document: Json, source: str) -> Profile:
    """Check a profile document and make a `Profile` of it.

    Args:
        document: the parsed JSON of a profile.
        source: where it came from, for the message.

    Raises:
        ProfileInvalid: a key is missing or has a value of the wrong kind.
    """
    top = _Keys(document, source, "")
    success, retry, signature = top.object("success"), top.object("retry"), top.object("signature")
    algorithm = signature.text("algorithm")
    if algorithm not in ALGORITHMS:
        raise signature.fault("algorithm", f"is {algorithm!r}; use one of {', '.join(ALGORITHMS)}")
    events = top.texts("events")
    return Profile(
        name=top.text("name"),
        title=top.text("title"),
        deadline=top.number("deadline_seconds"),
        success=range(int(success.number("minimum_status")), int(success.number("maximum_status")) + 1),
        retry_delays=retry.numbers("delays_seconds"),
        signature=SignatureScheme(signature.text("header"), signature.text("prefix"), algorithm),
        headers=top.object("headers").pairs(),
        events=events,
        default_events=top.texts("default_events"),
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """One object of a profile, read key by key with a clear fault for each."""

    document: Json
    source: str
    path: str

    def fault(self, key: str, what: str) -> ProfileInvalid:
        return ProfileInvalid(f"{self.source}: {self.path}{key} {what}; see schemas/haptik/profile.json for the form.")

    def _get(self, key: str, kinds: tuple[type, ...], name: str) -> Any:
        value = self.document.get(key) if isinstance(self.document, dict) else None
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise self.fault(key, f"must be {name}")
        return value

    def object(self, key: str) -> _Keys:
        return _Keys(self._get(key, (dict,), "an object"), self.source, f"{self.path}{key}.")

    def text(self, key: str) -> str:
        value: str = self._get(key, (str,), "a string")
        return value

    def number(self, key: str) -> float:
        value: float = self._get(key, (int, float), "a number")
        return value

    def numbers(self, key: str) -> tuple[float, ...]:
        values = self._get(key, (list,), "a list of numbers")
        if not all(isinstance(value, (int, float)) for value in values):
            raise self.fault(key, "must be a list of numbers")
        return tuple(values)

    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple((key, self.text(key)) for key in self.document)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._get(key, (list,), "a list of strings")
        if not all(isinstance(value, str) for value in values):
            raise self.fault(key, "must be a list of strings")
        return tuple(values)
