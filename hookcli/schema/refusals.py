"""What a validator says of a payload that it refuses, and which of it only follows from the rest."""

from __future__ import annotations

from collections.abc import Hashable

from hookcli.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is said of a payload; equal to another where the same is said of the same place."""

    pointer: str
    """JSON Pointer (RFC 6901) into the payload."""
    keyword: str
    message: str
    branches: tuple[tuple[Refusal, ...], ...] = ()
    """What is said of each branch of a choice; where nothing else is said of a payload, this is left out."""
    unexpected: tuple[str, ...] = ()
    """The keys that may not be there; left out as well."""
    more: Hashable = None
    """What tells it from another in the same words: of a long `enum` or a choice they do not say all."""
