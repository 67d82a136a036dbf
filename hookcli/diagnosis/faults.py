"""What can be wrong with a signature, in words."""

from __future__ import annotations

from enum import Enum

from hookcli.dataclass import dataclass


class Cause(str, Enum):
    """What is wrong, for machines."""

    MISSING = "missing"
    MALFORMED = "malformed"
    """What stands there can be no digest."""
    SURROUNDINGS = "surroundings"
    """White space or quotes around the value, or several values in one header."""
    PREFIX = "prefix"
    BASE64 = "base64"
    TRUNCATED = "truncated"
    SURPLUS = "surplus"
    ALGORITHM = "algorithm"
    NO_HMAC = "no-hmac"
    """A plain hash, of the body alone or with the secret beside it."""
    SWAPPED = "swapped"
    """The body was the key of the HMAC."""
    SECRET_EMPTY = "secret-empty"  # noqa: S105 (no password)
    """No secret, or the name of nothing in its place."""
    SECRET_SENT = "secret-sent"  # noqa: S105
    """The secret itself stands in the header."""
    SECRET_SPACE = "secret-space"  # noqa: S105
    SECRET_QUOTES = "secret-quotes"  # noqa: S105
    SECRET_ENCODING = "secret-encoding"  # noqa: S105
    """Hexadecimal or base64 that one side decodes, or text in another encoding."""
    SECRET_CASE = "secret-case"  # noqa: S105
    BODY_EMPTY = "body-empty"
    BODY_END = "body-end"
    """White space at the ends of the body."""
    BODY_LINES = "body-lines"
    """Line ends within the body."""
    BODY_ENCODING = "body-encoding"
    """Another encoding of the body, or a byte-order mark."""
    BODY_REWRITTEN = "body-rewritten"
    """The payload was read, and written again."""
    NO_SECRET = "no-secret"  # noqa: S105
    """There is none to try with."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    cause: Cause
    clause: str
    """What is wrong, without a capital and a full stop."""
    remedy: str
    """One or two sentences."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a signature is not genuine. Neither the secret nor the right digest is in it.

    It is for whoever owns the endpoint. A sender must never be answered with it: who is told that the first digits of
    a forged signature are right finds the others one after the other.
    """

    faults: tuple[Fault, ...]
    """At least one; the header's first, the body's last."""
    is_explained: bool
    """Whether the signature would be genuine without them."""

    @property
    def cause(self) -> str:
        """The causes, with ` + ` between two."""
        return " + ".join(fault.cause.value for fault in self.faults)

    @property
    def sentence(self) -> str:
        """What is wrong, in one sentence."""
        clauses = "; ".join(fault.clause for fault in self.faults)
        if not self.is_explained:
            return f"{clauses[0].upper()}{clauses[1:]}."
        number = "one thing" if len(self.faults) == 1 else f"{_NUMBERS.get(len(self.faults), 'several')} things"
        return f"It would be genuine but for {number}: {clauses}."

    @property
    def remedy(self) -> str:
        """What to do, in a few sentences."""
        return " ".join(dict.fromkeys(fault.remedy for fault in self.faults))


_NUMBERS = {2: "two", 3: "three", 4: "four"}
