"""Messages that a check sends: generated, signed, and marked so that nobody takes them for a real customer's."""

from __future__ import annotations

import copy
import functools
import itertools
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

from hookcli.dataclass import dataclass
from hookcli.generation.edits import Edit, apply_edits
from hookcli.generation.generator import generate
from hookcli.jsontext import dump
from hookcli.models import Headers, Json, Message
from hookcli.profile import Profile
from hookcli.schema import catalog
from hookcli.schema.document import Schema
from hookcli.signing import sign

NAME: Final = "Hookcli Test"
_WORDS: Final = "Sent by hookcli check; not a real customer."
_SITE: Final = "https://hookcli.example"
_FIRST_NUMBER: Final = 999_000_000
"""Numeric ids of tests start here: they have no room for a word."""

_POOL: Final = 6
"""Payloads that are generated of each event; each message is a copy of one, with ids of its own."""


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
    """Generated payloads of each event, made when they are first asked for."""

    def __init__(self, seed: int, schema_of: Callable[[str], Schema] = catalog.load_event) -> None:
        self._seed = seed
        self.schema_of = schema_of
        self._payloads = functools.lru_cache(maxsize=None)(self._generate)

    def take(self, event: str, number: int) -> Json:
        """A payload that the caller may change."""
        payloads = self._payloads(event)
        return copy.deepcopy(payloads[number % len(payloads)])

    def _generate(self, event: str) -> list[Json]:
        samples = islice(generate(self.schema_of(event), seed=self._seed), _POOL)
        return [sample.payload for sample in samples]


class Mint:
    """Makes the messages of one check; the same ones in every run of a seed, whatever other checks do meanwhile.

    Args:
        contract: what the messages of all checks have in common.
        pool: where payloads come from.
        number: of the check; ids hang on it.
    """

    def __init__(self, contract: Contract, pool: Pool, number: int) -> None:
        self._contract = contract
        self._pool = pool
        self._numbers = itertools.count(number * 1_000)

    @property
    def key(self) -> bytes | None:
        """The shared secret."""
        return self._contract.key

    def schema_of(self, event: str) -> Schema:
        """The schema of an event."""
        return self._pool.schema_of(event)

    def payload(self, event: str) -> Json:
        """A typical payload in plain ASCII, with ids that no other has, and the user's edits."""
        number = next(self._numbers)
        payload = _in_ascii(self._pool.take(event, number))
        mark(payload, self.identity(number), number)
        return apply_edits(payload, self._contract.edits)

    def identity(self, number: int) -> str:
        """What stands in ids: letters and digits alone, as `auth_id` wants it."""
        return f"hookclitest{self._contract.seed % 16**10:010x}n{number:05d}"

    def message(self, event: str, payload: Json = None) -> Message:
        """A message that the sender could have sent: compact JSON, genuinely signed."""
        return self.wrap(event, dump(self.payload(event) if payload is None else payload))

    def wrap(self, event: str, body: bytes, *, signature: str | None = None, headers: Headers = ()) -> Message:
        """A message of exact bytes.

        Args:
            event: what to call it in reports.
            body: the bytes.
            signature: the value of the signature's header; "" for no such header, None for the genuine one.
            headers: lines that replace others of the same name.
        """
        profile, key = self._contract.profile, self._contract.key
        if signature is None:
            signature = sign(body, key, profile.signature) if key is not None else ""
        signed = ((profile.signature.header, signature),) if signature else ()
        lines = _replaced((*profile.headers, *signed), self._contract.headers)
        return Message(event, body, _replaced(lines, headers))


def _replaced(lines: Headers, own: Headers) -> Headers:
    names = {name.lower() for name, _ in own}
    return (*(line for line in lines if line[0].lower() not in names), *own)


def mark(payload: Json, identity: str, number: int) -> None:
    """Write over what says who and which: a name or id that is evidently a test's, unlike that of any other message."""
    for owner, key, value in _marks(payload, identity, _FIRST_NUMBER + number):
        if owner.get(key) is not None:
            owner[key] = value


def _marks(payload: Json, identity: str, number: int) -> Iterable[tuple[dict[str, Json], str, Json]]:
    def part(*path: str) -> dict[str, Json]:
        found = payload
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    user, agent, data, message = part("user"), part("agent"), part("data"), part("message")
    yield from ((payload, "business_name", NAME), (payload, "business_id", _FIRST_NUMBER))
    yield from ((user, "auth_id", identity), (user, "user_name", NAME), (user, "user_id", number))
    yield from ((agent, "id", _FIRST_NUMBER), (agent, "name", f"{NAME} Agent"), (agent, "username", "hookcli.test"))
    yield from ((agent, "email", "hookcli.test@hookcli.example"), (agent, "profile_image", f"{_SITE}/test.png"))
    yield from ((data, "collection_id", number), (data, "conversation_no", number))
    yield from ((data, "conversation_identifier", identity), (data, "chat_link", f"{_SITE}/chat/{identity}"))
    yield (data, "complete_chat_link", f"{_SITE}/chats/{identity}/complete")
    yield from ((data, "user_details", {"test": NAME}), (data, "conversation_details", {"test": NAME}))
    yield (part("data", "closing_categories"), "comment", _WORDS)
    yield from ((message, "id", number), (part("message", "body"), "text", _WORDS))


def _in_ascii(value: Json) -> Json:
    """The same payload without text beyond ASCII, which a check of its own asks about."""
    if isinstance(value, str):
        return value if value.isascii() else NAME
    if isinstance(value, dict):
        return {key: _in_ascii(each) for key, each in value.items()}
    return [_in_ascii(each) for each in value] if isinstance(value, list) else value
