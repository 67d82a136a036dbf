"""Faults on request: how an endpoint misbehaves, to try the sender's side, or one's own retries."""

from __future__ import annotations

from hookcli.dataclass import dataclass

FAILED = 503
"""What the first requests are answered with, where they are to fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How requests are answered; without any of it at once, with 200."""

    status: int = 200
    delay: float = 0.0
    """Seconds before the answer."""
    fail_first: int = 0
    """How many requests are answered with 503 before the others are answered as usual."""
    drop: bool = False
    """Whether to hang up instead of answering."""
    slow_body: float = 0.0
    """Seconds over which the answer's body trickles."""

    def status_of(self, number: int) -> int:
        """The status for a request, by its number since the start, from 1."""
        return FAILED if number <= self.fail_first else self.status
