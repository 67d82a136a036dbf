"""How much of what a schema allows a mode takes, and of one place."""

from __future__ import annotations

from enum import IntEnum

from hookcli.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """How much of what is allowed a mode takes."""

    optional: float
    """How likely an optional key is there."""
    whole: bool
    """Whether objects and arrays are taken whole from `examples`."""
    spare: int
    """Items above the least that an array may have."""
    values: int
    """Values of a payload above which the next ones are to be smaller, as far as the schema lets them."""


POLICIES = {
    "typical": Policy(optional=0.75, whole=True, spare=2, values=600),
    "minimal": Policy(optional=0.0, whole=False, spare=0, values=20_000),
    "maximal": Policy(optional=1.0, whole=False, spare=3, values=20_000),
}


class Way(IntEnum):
    """What is taken of a place."""

    SMALLEST = 0
    """The least nested shape, and no more than it needs: how recursive places end."""
    REQUIRED = 1
    """No optional key."""
    ALL = 2
    ANYTHING = 3
    """Whatever may be tried, realistic or not: when all else was refused."""
    VARIED = 4
    """All, but of scalars as many different ones as can be: for what must be unique."""

    @property
    def takes_optional(self) -> bool:
        """Whether optional keys are taken."""
        return self in (Way.ALL, Way.ANYTHING, Way.VARIED)
