"""What goes out: payloads that are generated, with the user's edits, as signed messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from hookcli.cli.console import Console
from hookcli.cli.payloads import edited, event_of
from hookcli.dataclass import dataclass
from hookcli.delivery.messages import message_of
from hookcli.jsontext import dump
from hookcli.models import Headers, Message
from hookcli.profile import Profile
from hookcli.schema.document import Schema

if TYPE_CHECKING:
    from hookcli.generation.edits import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which payloads are generated."""

    count: int | None
    """How many of each event; None: without end."""
    seed: int
    locale: str
    edits: tuple[Edit, ...]


def generated(schemas: Sequence[Schema], wanted: Wanted, console: Console) -> Iterator[tuple[str, bytes]]:
    """Event and body of each payload, one event after the other."""
    return chain.from_iterable(_of(schema, wanted, console) for schema in schemas)


def generated_in_turn(schemas: Sequence[Schema], wanted: Wanted, console: Console) -> Iterator[tuple[str, bytes]]:
    """The same payloads, the events taking turns."""
    return chain.from_iterable(zip(*(_of(schema, wanted, console) for schema in schemas), strict=True))


def _of(schema: Schema, wanted: Wanted, console: Console) -> Iterator[tuple[str, bytes]]:
    from hookcli.generation.generator import generate  # late: files need none

    for sample in islice(generate(schema, seed=wanted.seed, locale=wanted.locale), wanted.count):
        payload = edited(console, schema, sample, wanted.edits) if wanted.edits else sample.payload
        yield event_of(payload) or schema.name, dump(payload)


def signed(
    bodies: Iterable[tuple[str, bytes]], profile: Profile, key: bytes | None, extra: Headers
) -> Iterator[Message]:
    """Messages with the profile's headers, the signature, and the user's own, which replace others of that name."""
    for event, body in bodies:
        yield message_of(event, body, profile, key, extra)
