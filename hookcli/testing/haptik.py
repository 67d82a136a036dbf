"""The sender in a test: makes Haptik's payloads, signs them, and sends them to the endpoint under test."""

from __future__ import annotations

import asyncio
import functools
import shlex
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from threading import get_ident
from typing import Any, Final, ParamSpec, TypeVar

from hookcli.dataclass import dataclass
from hookcli.delivery.deliver import succeeded
from hookcli.delivery.messages import message_of, replaced
from hookcli.errors import AssignmentInvalid, HookcliError
from hookcli.generation.edits import Edit, apply_edits
from hookcli.generation.generator import MODES, generate
from hookcli.jsontext import dump, parse
from hookcli.models import Delivery, Headers, Json, Message
from hookcli.profile import Profile
from hookcli.redaction import redact_url
from hookcli.schema import catalog
from hookcli.testing import transactions
from hookcli.testing.conversations import EVENTS, conversation
from hookcli.testing.endpoint import Endpoint
from hookcli.testing.outcomes import ArgumentInvalid, UnsignedWarning
from hookcli.testing.secrets import USUAL, Secret, mask_of
from hookcli.testing.sent import Sent

P = ParamSpec("P")
R = TypeVar("R")

Edits = Mapping[str, Json]
"""Path (dotted, or a JSON Pointer) -> value."""

GENUINE: Final = "genuine"


def plainly(function: Callable[P, R]) -> Callable[P, R]:
    """What we say of wrong input ends at the line of the test that gave it, rather than deep within hookcli."""

    @functools.wraps(function)
    def call(*given: P.args, **named: P.kwargs) -> R:
        __tracebackhide__ = True
        try:
            return function(*given, **named)
        except (HookcliError, ArgumentInvalid, UnsignedWarning) as error:
            raise error.with_traceback(None) from None

    return call


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What all messages of a test have in common."""

    profile: Profile
    key: Secret | None
    headers: Headers
    path: str | None
    """Of the webhook; None where the endpoint's URL says it."""
    seed: int
    """Of the run."""
    again: str
    """The command line that runs the test again with the same payloads."""
    missing: str = ""
    """The variable that the secret is not in; nothing where there is one, or the project says that there is none."""

    @property
    def no_secret(self) -> str:
        """What to do about it that there is none, unless the project says so itself."""
        said = f"nothing is signed: set {self.missing}, or let a fixture hookcli_secret return the secret, or None"
        return said if self.missing else ""

    def warn_of_no_secret(self) -> None:
        """Say so: what is not signed, or not verified, must not look as if all were well."""
        __tracebackhide__ = True
        if self.missing:
            warnings.warn(self.no_secret, UnsignedWarning, stacklevel=4)


_SPREAD: Final = 600_000_000
"""Ten minutes in microseconds, which is what seeds of now are: so far tests lie apart, and none in the future."""


def seed_of(seed: int, test: str) -> int:
    """The seed of one test: its own, so that two tests send about different users."""
    apart = zlib.crc32(test.encode()) % _SPREAD
    return seed - apart if seed > _SPREAD else seed + apart


class Haptik:
    """Haptik, as the endpoint under test sees it.

    Args:
        find_endpoint: finds what is tested, when something is sent; raises ApplicationUnusable where there is nothing.
        settings: of the test.
        seed: of the first payload; the next one's is one more.
    """

    def __init__(self, find_endpoint: Callable[[], Endpoint], settings: Settings, seed: int) -> None:
        self._find_endpoint = find_endpoint
        self._settings = settings
        self._seeds = count(seed)
        self._mask = mask_of(settings.key, settings.headers)
        self._thread = get_ident()
        self._in_transaction = transactions.is_open()
        self.sent: list[Sent] = []
        """What was sent in this test, in the order of the answers."""

    def __repr__(self) -> str:
        return f"<Haptik: {len(self.sent)} sent>"

    @plainly
    def payload(
        self,
        event: str,
        *,
        set: Edits | None = None,  # noqa: A002 (as `--set`)
        unset: Iterable[str] = (),
        mode: str = "typical",
        seed: int | None = None,
    ) -> Json:
        """A payload of an event, valid before it is edited; another one with every call.

        Args:
            event: its event_name; `hookcli events` lists them.
            set: values to set: `{"user.auth_id": "u1", "/data/closing_categories/reason": "Refund"}`.
            unset: what to take out: `["agent.email"]`.
            mode: `typical`, `minimal`, `maximal`; of `boundary` and `invalid` the first one (`payloads` has all).
            seed: the same seed makes the same payload.

        Raises:
            EventUnknown: there is no such event.
            AssignmentInvalid: a path leads through a value that has no such place.
        """
        chosen = next(self._seeds) if seed is None else seed
        return next(_made(event, mode, chosen, _edits(set, unset)))

    @plainly
    def payloads(
        self,
        event: str,
        *,
        mode: str = "boundary",
        set: Edits | None = None,  # noqa: A002 (as `--set`)
        unset: Iterable[str] = (),
        seed: int | None = None,
    ) -> Iterator[Json]:
        """All payloads of a mode: the edges of every constraint (`boundary`), or one violation each (`invalid`).

        The other modes never end: take some with `itertools.islice`. Arguments and errors are those of `payload`.
        """
        chosen = next(self._seeds) if seed is None else seed
        return _made(event, mode, chosen, _edits(set, unset))

    @plainly
    def conversation(
        self,
        *events: str,
        set: Edits | None = None,  # noqa: A002 (as `--set`)
        unset: Iterable[str] = (),
        seed: int | None = None,
    ) -> list[Json]:
        """The payloads of one conversation: one user, agent and conversation, each later than the one before.

        Args:
            events: their names, in order; by default pinned, two messages, and closed by the agent.
            set: values to set in every payload that has the first key of the path.
            unset: what to take out of every payload.
            seed: the same seed makes the same conversation.

        Raises:
            EventUnknown: there is no such event.
            AssignmentInvalid: a path leads through a value that has no such place.
        """
        edits = _edits(set, unset)
        payloads = conversation(events or EVENTS, next(self._seeds) if seed is None else seed)
        return [
            apply_edits(payload, [edit for edit in edits if edit.removes or edit.tokens[0] in payload])
            for payload in payloads
        ]

    @plainly
    def send(
        self,
        what: str | bytes | Json,
        *,
        set: Edits | None = None,  # noqa: A002 (as `--set`)
        unset: Iterable[str] = (),
        mode: str = "typical",
        seed: int | None = None,
        headers: Mapping[str, str] | None = None,
        signature: str | None = GENUINE,
        path: str | None = None,
    ) -> Sent:
        """Sign and send a message, once; the delivery, which is true when it was delivered.

        Whatever the endpoint does is in the delivery, and no exception: an application that raises has failed with 500.

        Args:
            what: an event, of which a payload is made; a payload; or the exact bytes of a body.
            set: as in `payload`.
            unset: as in `payload`.
            mode: as in `payload`.
            seed: as in `payload`.
            headers: lines that replace others of the same name.
            signature: the value of the signature's header; None: the message is sent without one.
            path: of the webhook, for this message.

        Raises:
            ApplicationUnusable: there is no endpoint, or it does not start.
            EventUnknown: there is no such event.
            AssignmentInvalid: a path leads through a value that has no such place.
        """
        look_at(headers=headers, signature=signature, path=path)
        edits = _edits(set, unset)
        chosen = next(self._seeds) if seed is None else seed
        message = self._message(*_read(what, mode, chosen, edits), headers or {}, signature)
        unsigned = self._unsigned(message, signature)
        if unsigned:
            self._settings.warn_of_no_secret()
        endpoint = self._find_endpoint()
        url = endpoint.url(self._settings.path if path is None else path)
        attempt = endpoint.attempt(message, url)
        is_delivered = succeeded(attempt, self._settings.profile.success.__contains__)
        again = [self._settings.again]
        if endpoint.is_url and isinstance(what, str) and (mode, signature, headers) == ("typical", GENUINE, None):
            again.append(_command(redact_url(url), what, chosen, edits))
        is_apart = endpoint.is_apart or (not endpoint.is_url and get_ident() != self._thread)
        note = transactions.APART if is_apart and (self._in_transaction or transactions.is_open()) else ""
        sent = Sent(Delivery(message, url, is_delivered, (attempt,)), tuple(again), self._mask, unsigned, note)
        self.sent.append(sent)
        return sent

    async def asend(self, what: str | bytes | Json, **more: Any) -> Sent:
        """As `send`, without keeping the event loop of the test busy meanwhile."""
        __tracebackhide__ = True
        return await asyncio.to_thread(self.send, what, **more)

    def _unsigned(self, message: Message, signature: str | None) -> str | None:
        """Why a message has no signature, as `Sent` has it."""
        name = self._settings.profile.signature.header.lower()
        if any(key.lower() == name for key, _ in message.headers):
            return None
        if signature is None or self._settings.key is not None:
            return ""
        return f": set {self._settings.missing or USUAL}, or let a fixture hookcli_secret return the secret"

    def _message(self, event: str, body: bytes, headers: Mapping[str, str], signature: str | None) -> Message:
        settings = self._settings
        own = replaced(settings.headers, tuple(headers.items()))
        key = None if signature is None else settings.key
        return message_of(
            event, body, settings.profile, key, own, signature=None if signature == GENUINE else signature
        )


def _made(event: str, mode: str, seed: int, edits: Sequence[Edit]) -> Iterator[Json]:
    schema = catalog.load_event(event)
    if not isinstance(seed, int):
        raise ArgumentInvalid(f"seed is a whole number, not {seed!r}")
    if mode not in MODES:
        raise AssignmentInvalid(f"mode={mode!r}: there is no such mode; use one of {', '.join(MODES)}.")
    return (apply_edits(sample.payload, edits) for sample in generate(schema, mode=mode, seed=seed))


def _read(what: str | bytes | Json, mode: str, seed: int, edits: Sequence[Edit]) -> tuple[str, bytes]:
    """What to call a message, and its body."""
    if isinstance(what, str):
        payload = next(_made(what, mode, seed, edits))
    elif isinstance(what, (bytes, bytearray)):
        if not edits:
            return "a body", bytes(what)
        payload = apply_edits(parse(bytes(what)), edits)
    else:
        payload = apply_edits(what, edits)
    named = payload.get("event_name") if isinstance(payload, dict) else None
    try:
        return named if isinstance(named, str) else "a payload", dump(payload)
    except TypeError as error:
        raise ArgumentInvalid(f"what is sent is an event, bytes, or a payload of JSON's types: {error}") from None


def _edits(values: Edits | None, removals: Iterable[str]) -> list[Edit]:
    """As on the command line: what is taken out first, then what is set."""
    if not isinstance(values, Mapping | None):
        raise ArgumentInvalid(f"set is a mapping of paths to values, as {{'user.auth_id': 'u1'}}, not {values!r}")
    paths = [removals] if isinstance(removals, str) else removals
    return [
        *(Edit(path, removes=True) for path in paths),
        *(Edit(path, value) for path, value in (values or {}).items()),
    ]


def look_at(**given: object) -> None:
    """See that arguments are what they should be, rather than fail where they are used.

    Args:
        given: `headers` and what ends so are mappings of texts, all others are texts; None is always right.

    Raises:
        ArgumentInvalid: one of them is not.
    """
    for name, value in given.items():
        if name.endswith("headers"):
            texts = [text for line in value.items() for text in line] if isinstance(value, Mapping) else [None]
            if value is not None and not all(isinstance(each, str) for each in texts):
                raise ArgumentInvalid(f"{name} is a mapping of names to values, both str")  # they may be credentials
        elif not isinstance(value, str | None):
            raise ArgumentInvalid(f"{name} is a str or None, not {value!r}")


def _command(url: str, event: str, seed: int, edits: Sequence[Edit]) -> str:
    """The same message from the command line."""
    words = ["hookcli", "send", url, "--event", event, "--seed", str(seed)]
    for edit in edits:
        words += ["--unset", edit.path] if edit.removes else ["--set", f"{edit.path}={dump(edit.value).decode()}"]
    return shlex.join(words)
