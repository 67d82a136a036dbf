"""A sender's contract as data: deadline, success rule, retry schedule, queue and signature.

Haptik's lies in `schemas/haptik/profile.json`; `--profile FILE` reads another of the same form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hookcli.dataclass import dataclass
from hookcli.errors import ProfileInvalid
from hookcli.models import Headers, Json
from hookcli.signing import ALGORITHMS, SignatureScheme

LONGEST_DEADLINE = 3600
"""Seconds."""

LONGEST_DELAY = 7 * 24 * 3600
"""Seconds between two attempts, and in the queue."""

QUEUE_SECONDS = 3600
"""How long events queue while the webhook is disabled, where a profile does not say."""

ENABLE_PATH = "/v1.0/webhook/"
"""Where a webhook is enabled again, where a profile does not say."""

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"(?:[!-~\u00a0-\u00ff](?:[\t -~\u00a0-\u00ff]*[!-~\u00a0-\u00ff])?)?")
_PATH = re.compile(r"/[!-\"$->@-~]*")
_PREFIX = re.compile(r"(?:[!-~][ -~]*)?")

_STATUSES = range(100, 600)
_A_STATUS = "that is whole, from 100 to 599"
_A_NAME = "the name of a header (letters, digits and !#$%&'*+-.^_`|~; RFC 9110, section 5.6.2)"
_A_VALUE = "text without control characters, characters beyond U+00FF, or white space at its ends"
_A_PATH = "a path that starts with / and has no query, white space or character beyond ASCII"
_A_PREFIX = "printable ASCII that does not start with white space"


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
    queue_seconds: float = QUEUE_SECONDS
    """How long events queue while the webhook is disabled."""
    enable_path: str = ENABLE_PATH
    """Where, at the sender, a webhook is enabled again."""


def parse_profile(document: Json, source: str) -> Profile:
    """Check a profile document and make a `Profile` of it.

    Args:
        document: the parsed JSON of a profile.
        source: where it came from, for the message.

    Raises:
        ProfileInvalid: a key is missing, or has a value of the wrong kind or out of its range.
    """
    top = _Keys(document, source, "")
    return Profile(
        name=top.text("name"),
        title=top.text("title"),
        deadline=top.number("deadline_seconds", f"above 0 and at most {LONGEST_DEADLINE}", _is_deadline),
        success=_success(top.object("success")),
        retry_delays=top.object("retry").numbers("delays_seconds", f"from 0 to {LONGEST_DELAY}", _is_delay),
        signature=_signature(top.object("signature")),
        headers=top.object("headers").header_lines(),
        events=top.texts("events"),
        default_events=top.texts("default_events"),
        queue_seconds=top.number("queue_seconds", f"from 0 to {LONGEST_DELAY}", _is_delay, QUEUE_SECONDS),
        enable_path=top.object("enable", {}).text("path", _A_PATH, _PATH, ENABLE_PATH),
    )


def _success(keys: _Keys) -> range:
    low, high = (int(keys.number(key, _A_STATUS, _is_status)) for key in ("minimum_status", "maximum_status"))
    if low > high:
        raise keys.fault("minimum_status", f"must be at most maximum_status, {high}, not {low}")
    return range(low, high + 1)


def _signature(keys: _Keys) -> SignatureScheme:
    header, prefix = keys.text("header", _A_NAME, _TOKEN), keys.text("prefix", _A_PREFIX, _PREFIX)
    algorithm = keys.text("algorithm")
    if algorithm not in ALGORITHMS:
        raise keys.fault("algorithm", f"is {algorithm!r}; use one of {', '.join(ALGORITHMS)}")
    return SignatureScheme(header, prefix, algorithm)


def _is_deadline(seconds: float) -> bool:
    return 0 < seconds <= LONGEST_DEADLINE


def _is_delay(seconds: float) -> bool:
    return 0 <= seconds <= LONGEST_DELAY


def _is_status(status: float) -> bool:
    return status in _STATUSES


@dataclass(frozen=True, slots=True)
class _Keys:
    """One object of a profile, read key by key with a clear fault for each."""

    document: Json
    source: str
    path: str

    def fault(self, key: str, what: str) -> ProfileInvalid:
        return ProfileInvalid(
            f"{self.source}: {(self.path + key).rstrip('.')} {what}; see schemas/haptik/profile.json for the form."
        )

    def _get(self, key: str, kinds: tuple[type, ...], name: str, default: Json = None) -> Any:
        """A value; of a key that isn't there the default, or a fault where there is none."""
        value = self.document.get(key, default) if isinstance(self.document, dict) else None
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise self.fault(key, f"must be {name}")
        return value

    def object(self, key: str, default: Json = None) -> _Keys:
        return _Keys(self._get(key, (dict,), "an object", default), self.source, f"{self.path}{key}.")

    def text(
        self, key: str, form: str = "a string", pattern: re.Pattern[str] | None = None, default: str | None = None
    ) -> str:
        value: str = self._get(key, (str,), "a string", default)
        if pattern and not pattern.fullmatch(value):  # not shown: it may be a credential
            raise self.fault(key, f"must be {form}")
        return value

    def number(self, key: str, form: str, fits: Callable[[float], bool], default: float | None = None) -> float:
        value: float = self._get(key, (int, float), f"a number {form}", default)
        if not fits(value):
            raise self.fault(key, f"must be a number {form}, not {value!r:.40}")
        return value

    def numbers(self, key: str, form: str, fits: Callable[[float], bool]) -> tuple[float, ...]:
        values = self._get(key, (list,), f"a list of numbers {form}")
        for value in values:
            if not isinstance(value, (int, float)) or isinstance(value, bool) or not fits(value):
                raise self.fault(key, f"must be a list of numbers {form}, without {value!r:.40}")
        return tuple(values)

    def header_lines(self) -> Headers:
        for name in self.document:
            if not _TOKEN.fullmatch(name):
                raise self.fault("", f"has the key {name!r:.40}, which must be {_A_NAME}")
        return tuple((name, self.text(name, _A_VALUE, _VALUE)) for name in self.document)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._get(key, (list,), "a list of strings")
        if not all(isinstance(value, str) for value in values):
            raise self.fault(key, "must be a list of strings")
        return tuple(values)
