"""What was received and kept -> messages that go out again."""

from __future__ import annotations

from collections.abc import Callable

from hookcli.dataclass import dataclass
from hookcli.delivery.headers import end_to_end
from hookcli.models import Arrival, Headers, Message, Then
from hookcli.redaction import MASK
from hookcli.signing import SignatureScheme, sign

_UNWANTED = frozenset({"accept-encoding"})
"""Header lines that are about how the first sender wanted its answer; ours is to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How captures go out again."""

    scheme: SignatureScheme
    key: bytes | None = None
    """Signs them anew; without one the signature that came goes out again."""
    extra: Headers = ()
    """The user's own header lines, which replace others of their names."""
    is_success: Callable[[int], bool] | None = None
    """Whether a status counts as delivered, where the answers then and now are compared."""


def message_of(arrival: Arrival, terms: Terms) -> Message:
    """The message that a capture is: the same bytes, with the header lines that are about it.

    Left out are those of one connection and of its first way (RFC 9110, section 7.6.1), and those whose values were
    masked when it was kept.
    """
    signature = terms.scheme.header
    anew = () if terms.key is None else ((signature, sign(arrival.body, terms.key, terms.scheme)),)
    own = {name.lower() for name, _ in (*terms.extra, *anew)} | _UNWANTED
    kept = [(name, value) for name, value in end_to_end(arrival.headers) if name.lower() not in own]
    names = {name.lower() for name, _ in terms.extra}
    given = (*((name, value) for name, value in anew if name.lower() not in names), *terms.extra)
    return Message(
        arrival.event or "",
        arrival.body,
        (*(line for line in kept if MASK not in line[1]), *given),
        arrival.id,
        None if terms.is_success is None else _then(arrival, terms.is_success),
    )


def is_masked(arrival: Arrival) -> bool:
    """Whether a header line that would go out again was masked when the capture was kept."""
    return any(MASK in value for _, value in end_to_end(arrival.headers))


def _then(arrival: Arrival, is_success: Callable[[int], bool]) -> Then:
    status = arrival.status
    return Then(status, status is not None and is_success(status), arrival.elapsed, arrival.endpoint)
