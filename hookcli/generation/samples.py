"""Generated payloads, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hookcli.models import Json


class Sample(NamedTuple):
    """One generated payload; what it breaks, when it was made to."""

    payload: Json
    pointer: str | None = None
    keyword: str | None = None
    message: str | None = None
    """The validator's own words on what is broken, cut to a line."""


class Cuts:
    """What a bound left out of a walk that ends."""

    def __init__(self) -> None:
        self.reasons: dict[str, None] = {}
        self.is_over = False
        """Whether the walk has come to its end."""

    def add(self, reason: str) -> None:
        """Note once that something was left out, and why."""
        self.reasons[reason] = None


class Samples(Iterator[Sample]):
    """Payloads, made when they are asked for; when they have ended, whether these are all.

    Args:
        make: gives the payloads, and notes what it leaves out.
    """

    def __init__(self, make: Callable[[Cuts], Iterator[Sample]]) -> None:
        self._cuts = Cuts()
        self._samples = make(self._cuts)

    @property
    def cut(self) -> str:
        """What was left out and why, once they have ended; empty where these are all that the mode has."""
        return "; ".join(self._cuts.reasons) if self._cuts.is_over else ""

    def __iter__(self) -> Iterator[Sample]:
        return self._samples

    def __next__(self) -> Sample:
        return next(self._samples)
