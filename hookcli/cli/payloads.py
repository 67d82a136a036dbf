"""Generated payloads, with the user's edits, and what they say that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hookcli.cli.console import Console
from hookcli.models import Json

if TYPE_CHECKING:
    from hookcli.generation.edits import Edit
    from hookcli.generation.samples import Sample
    from hookcli.schema.document import Schema


def edited(console: Console, schema: Schema, sample: Sample, edits: tuple[Edit, ...]) -> Json:
    """The payload with the user's edits; when they make it invalid, that is said, and is the user's choice."""
    from hookcli.generation.edits import apply_edits  # late, as few runs have any

    payload = apply_edits(sample.payload, edits)
    if sample.keyword is None and not schema.is_valid(payload):
        found = schema.refusals(payload)[0]
        console.warn(f"with --set and --unset the payload breaks {found.keyword} at {found.pointer or 'its root'}.")
    return payload


def event_of(payload: Json) -> str | None:
    """What a payload says that it is."""
    name = payload.get("event_name") if isinstance(payload, dict) else None
    return name if isinstance(name, str) else None
