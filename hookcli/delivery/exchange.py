"""One attempt as it goes on: its clock, and what has come back so far."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import field

from hookcli.dataclass import dataclass
from hookcli.errors import AnswerTooLong

LONGEST_ANSWER = 10 * 1024 * 1024
"""Bytes of an answer's body that are read."""

KEPT_ANSWER = 64 * 1024
"""Bytes of an answer's body that are kept as evidence."""


@dataclass(slots=True)
class Exchange:
    """A request and its answer, within a deadline."""

    deadline: float
    """Seconds in all."""
    started: float = field(default_factory=time.perf_counter)
    is_connected: bool = False
    """Whether a connection was made for it; a kept one was not."""
    received: int = 0
    """Bytes, as they came over the network."""
    start: bytes = b""
    """The first of these bytes, which tell TLS from HTTP."""
    tunnel_to: str | None = None
    """The host to which a proxy has yet to make a tunnel."""
    has_ended: bool = False
    """Whether the endpoint closed its side."""
    is_abandoned: bool = False
    """Whether to hang up once the request is sent, as a sender does that has waited long enough."""
    is_apart: bool = False
    """Whether it has a connection of its own."""
    is_strict: bool = False
    """Whether a kept connection is held to its word: one that is closed under a request is a failure, not made anew."""
    is_bare: bool = False
    """Whether no header is added but those that HTTP itself needs."""
    keeps: int = KEPT_ANSWER
    """Bytes of the answer's body that are kept."""
    status: int | None = None
    headers: Sequence[tuple[bytes, bytes]] = ()
    """Of the answer, as they came."""
    answer: bytearray = field(default_factory=bytearray)

    @property
    def elapsed(self) -> float:
        """Seconds since it started; perf_counter, as Windows' monotonic clock ticks every 16 ms."""
        return time.perf_counter() - self.started

    def left(self, expired: type[Exception]) -> float:
        """Seconds until the deadline; raises `expired` when there are none."""
        left = self.deadline - self.elapsed
        if left <= 0:
            raise expired("the deadline has passed")
        return left

    def take(self, status: int, body: Iterable[bytes]) -> None:
        """Take the answer in: keep its beginning, throw the rest away.

        Raises:
            AnswerTooLong: it goes on after `LONGEST_ANSWER` bytes.
        """
        self.status = status
        size = 0
        for piece in body:
            size += len(piece)
            self.answer += piece[: self.keeps - len(self.answer)]
            if size > LONGEST_ANSWER:
                raise AnswerTooLong
