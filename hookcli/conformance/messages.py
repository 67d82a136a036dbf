"""Messages that a check sends: generated, signed, and marked so that nobody takes them for a real customer's."""

from __future__ import annotations

import copy
import functools
import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from itertools import islice
from typing import Final

from hookcli.dataclass import dataclass
from hookcli.delivery.messages import message_of, replaced
from hookcli.generation.edits import Edit, apply_edits
from hookcli.generation.generator import generate
from hookcli.generation.samples import Sample
from hookcli.generation.seeds import clock_of
from hookcli.jsontext import dump
from hookcli.models import Headers, Json, Message
from hookcli.profile import Profile
from hookcli.schema import catalog
from hookcli.schema.document import Schema

NAME: Final = "Hookcli Test"
WORDS: Final = "Sent by hookcli check; not a real customer."
SITE: Final = "https://hookcli.example"
MAIL: Final = "hookcli.test@hookcli.example"

NUMBERS: Final = range(1_900_000_000, 2_000_000_000)
"""Where the numeric ids of tests lie, which have no room for a word: beyond real ones, and still in 32 bits."""

_MOST_NUMBERS: Final = 100_000
"""Numbers that one run uses at most."""

_SAMPLES: Final = 40
_MORE_SAMPLES: Final = 120
"""Payloads that are generated of an event, to choose a plain one, and one of each form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What all messages of a run have in common."""

    profile: Profile
    key: bytes | None
    """The shared secret; without one nothing is signed."""
    seed: int
    edits: tuple[Edit, ...] = ()
    headers: Headers = ()
    """The user's own header lines, which replace others of the same name."""


class Pool:
    """A plain payload of each event, and its other forms; generated when they are first asked for."""

    def __init__(self, seed: int, schema_of: Callable[[str], Schema] = catalog.load_event) -> None:
        self._seed = seed
        self.schema_of = schema_of
        self._streams = functools.lru_cache(maxsize=None)(self._stream)
        self.plain = functools.lru_cache(maxsize=None)(self._plain)
        self.forms = functools.lru_cache(maxsize=None)(self._forms)

    def _plain(self, event: str) -> Json:
        """One in which nothing is unusual: in the commonest form, in ASCII, no null, no optional key left out."""
        forms = [form_of(sample) for sample in self._samples(event, _SAMPLES)]
        return self._full(event, max(forms, key=forms.count), _SAMPLES)

    def _forms(self, event: str) -> tuple[Json, ...]:
        """One of each other form, as a message has a carousel for a text."""
        plain = self.plain(event)
        if not form_of(plain):
            return ()
        forms = {form_of(sample) for sample in self._samples(event, _MORE_SAMPLES)} - {form_of(plain)}
        fulls = [self._full(event, form, _MORE_SAMPLES) for form in sorted(forms)]
        return tuple({**plain, "message": full["message"]} for full in fulls)

    def _full(self, event: str, form: str, number: int) -> Json:
        """The fullest sample of a form, filled up with what the others have."""
        alike = [sample for sample in self._samples(event, number) if form_of(sample) == form]
        fullest = max(alike, key=_fullness)
        full = functools.reduce(_filled, alike, fullest)
        return full if self.schema_of(event).is_valid(full) else fullest

    def _samples(self, event: str, number: int) -> list[Json]:
        samples, rest = self._streams(event)
        samples += [_in_ascii(sample.payload) for sample in islice(rest, max(0, number - len(samples)))]
        return samples[:number]

    def _stream(self, event: str) -> tuple[list[Json], Iterator[Sample]]:
        """The payloads that were taken already, and the others: to start anew costs more than a hundred of them."""
        return [], generate(self.schema_of(event), seed=self._seed)


class Mint:
    """Makes the messages of one check; the same ones in every run of a seed, whatever other checks do meanwhile.

    Args:
        contract: what the messages of all checks have in common.
        pool: where payloads come from.
        start: the first of the check's own numbers, on which ids and times hang.
    """

    def __init__(self, contract: Contract, pool: Pool, start: int) -> None:
        self._contract = contract
        self._pool = pool
        self._numbers = itertools.count(start)

    @property
    def key(self) -> bytes | None:
        """The shared secret."""
        return self._contract.key

    def schema_of(self, event: str) -> Schema:
        """The schema of an event."""
        return self._pool.schema_of(event)

    def payload(self, event: str, *, conversation: int | None = None) -> Json:
        """A plain payload with ids that no other has, and the user's edits.

        Args:
            event: its event_name.
            conversation: to which it belongs (`conversation`); one of its own if there is none.
        """
        return self._made(self._pool.plain(event), conversation)

    def forms(self, event: str) -> Iterator[tuple[str, Json]]:
        """A payload of each other form that the event has, by the form's name."""
        for form in self._pool.forms(event):
            yield form_of(form), self._made(form, None)

    def conversation(self) -> int:
        """A new conversation of a new user."""
        return next(self._numbers)

    def _made(self, form: Json, conversation: int | None) -> Json:
        number = next(self._numbers)
        payload = copy.deepcopy(form)
        mark(payload, self._contract.seed, number, number if conversation is None else conversation)
        return apply_edits(payload, self._contract.edits)

    def message(self, event: str, payload: Json = None) -> Message:
        """A message that the sender could have sent: compact JSON, genuinely signed."""
        return self.wrap(event, dump(self.payload(event) if payload is None else payload))

    def wrap(self, event: str, body: bytes, *, signature: str | None = None, headers: Headers = ()) -> Message:
        """A message of exact bytes.

        Args:
            event: what to call it in reports.
            body: the bytes.
            signature: the value of the signature's header; None for the genuine one.
            headers: lines that replace others of the same name.
        """
        profile, key = self._contract.profile, self._contract.key
        own = replaced(self._contract.headers, headers)
        return message_of(event, body, profile, key, own, signature=signature)

    def unsigned(self, event: str, body: bytes) -> Message:
        """A message without a signature."""
        name = self._contract.profile.signature.header.lower()
        message = self.wrap(event, body)
        return Message(event, body, tuple(line for line in message.headers if line[0].lower() != name))


def mark(payload: Json, seed: int, number: int, conversation: int) -> None:
    """Write over what says who, which and when: evidently a test's, and unlike that of any other message.

    Args:
        payload: is changed in place; no key is added, and no null is filled.
        seed: of the run; another one has other ids, as an endpoint may remember them.
        number: of the message in the run.
        conversation: of the conversation and its user.
    """
    _mark_names(payload)
    for owner, key, value in _marks(payload, seed, number, conversation):
        if owner.get(key) is not None:
            owner[key] = value


def identity_of(seed: int, conversation: int) -> str:
    """What stands in textual ids: letters and digits alone, as `auth_id` wants it."""
    return f"hookclitest{seed % 16**10:010x}n{conversation:05d}"


def number_of(seed: int, number: int) -> int:
    """What stands in numeric ids."""
    return NUMBERS.start + zlib.crc32(str(seed).encode()) % (len(NUMBERS) - _MOST_NUMBERS) + number


def _marks(payload: Json, seed: int, number: int, conversation: int) -> Iterable[tuple[dict[str, Json], str, Json]]:
    def part(*path: str) -> dict[str, Json]:
        found = payload
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    identity, own, shared = identity_of(seed, conversation), number_of(seed, number), number_of(seed, conversation)
    user, agent, data, message = part("user"), part("agent"), part("data"), part("message")
    yield from ((payload, "timestamp", _time_of(seed, number)), (payload, "business_id", NUMBERS.start))
    yield from ((user, "auth_id", identity), (user, "user_id", shared))
    yield from ((user, key, value) for key, value in _DEVICE.items())
    yield from ((agent, "id", NUMBERS.start), (agent, "is_automated", False))
    yield from ((data, "collection_id", shared), (data, "conversation_no", shared))
    yield from ((data, "conversation_identifier", identity), (data, "chat_link", f"{SITE}/chat/{identity}"))
    yield data, "complete_chat_link", f"{SITE}/chats/{identity}/complete"
    yield from ((data, "user_details", {"test": NAME}), (data, "conversation_details", {"test": NAME}))
    yield part("follow_up_details"), "team_id", NUMBERS.start
    yield from ((message, "id", own), (part("message", "body"), "text", WORDS))


_DEVICE: Final = {
    "device_platform": 2, "device_platform_name": "Android", "phone_model": f"{NAME} Phone", "os_version": "14",
    "package_name": "example.hookcli.test",
}  # fmt: skip
"""What every user has: in one conversation it is the same."""

_NAMES: Final = {
    "business_name": NAME, "user_name": NAME, "name": f"{NAME} Agent", "agent_name": f"{NAME} Agent",
    "expert_name": f"{NAME} Agent", "completion_by": f"{NAME} Agent", "team_name": f"{NAME} Team",
    "username": "hookcli.test", "email": MAIL, "comment": WORDS,
}  # fmt: skip
"""What is written over the text under a key, wherever it stands."""


def _mark_names(value: Json) -> None:
    """Write over names, words that a person wrote, addresses and links."""
    for key, each in [*(value.items() if isinstance(value, dict) else enumerate(value))]:
        if isinstance(each, (dict, list)):
            _mark_names(each)
        elif isinstance(each, str) and key in _NAMES:
            value[key] = _NAMES[key]
        elif isinstance(each, str) and each.startswith(("http://", "https://")):
            value[key] = f"{SITE}/test"


_TEXTS: Final = (
    ("message", "body", "text"), ("data", "closing_categories", "comment"), ("user", "user_name"), ("agent", "name"),
)  # fmt: skip


def places_of_text(payload: Json) -> Iterator[tuple[dict[str, Json], str]]:
    """Where people's words and names stand, the longest first: an object and its key."""
    for path in _TEXTS:
        place = payload
        for key in path[:-1]:
            place = place.get(key) if isinstance(place, dict) else None
        if isinstance(place, dict) and isinstance(place.get(path[-1]), str):
            yield place, path[-1]


def _time_of(seed: int, number: int) -> str:
    """A moment before the run, a millisecond later for each message, so that no two have the same."""
    moment = clock_of(seed) - 60 + number / 1000
    return datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def form_of(payload: Json) -> str:
    """The kind of element that a payload has, where it has one (the contract's `message.body.type`)."""
    for key in ("message", "body", "type"):
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, str) else ""


def _in_ascii(value: Json) -> Json:
    """The same payload without text beyond ASCII, which a check of its own asks about."""
    if isinstance(value, str):
        return value if value.isascii() else NAME
    if isinstance(value, dict):
        return {key: _in_ascii(each) for key, each in value.items()}
    return [_in_ascii(each) for each in value] if isinstance(value, list) else value


def _fullness(value: Json) -> int:
    """How many values there are that say something."""
    if isinstance(value, (dict, list)):
        return sum(map(_fullness, value.values() if isinstance(value, dict) else value))
    return value is not None and value != ""


def _filled(value: Json, other: Json) -> Json:
    """The first with what the second has and it has not; lists stay as they are."""
    if isinstance(value, dict) and isinstance(other, dict):
        return {key: _filled(value.get(key), other.get(key)) for key in {**value, **other}}
    return other if value is None or value == "" else value
