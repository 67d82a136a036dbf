"""What is found of a request: signature, payload, whether it came before, and in which order."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence

from hookcli.capture.formats import capture_of
from hookcli.dataclass import dataclass
from hookcli.listening.masking import Masking
from hookcli.listening.recent import Bodies, Order
from hookcli.models import Arrival, Signature
from hookcli.schema.document import Schema
from hookcli.signing import SignatureScheme
from hookcli.validation import validate

Lines = Sequence["tuple[bytes, bytes]"]

_MOST_VIOLATIONS = 20
_LONGEST_REASON = 1000
_MOST_DIAGNOSES = 50
"""A second; what forged messages are told beyond it is short."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came."""

    method: str
    target: bytes
    lines: Lines
    body: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """An arrival that is not kept yet."""

    arrival: Arrival
    digest: bytes
    """Of the body."""


class Examiner:
    """Examines requests, in the order in which they came.

    Args:
        scheme: how the sender signs.
        key: the shared secret, None where signatures cannot be checked.
        find_schema: gets a payload's `event_name`.
        schema: judges every payload, whatever its event.
        masking: hides credentials before anything is kept.
        explain: why a signature (body, header value or None) is not genuine, in a sentence.
        last_id: the number of the last arrival before.
    """

    def __init__(
        self,
        *,
        scheme: SignatureScheme,
        key: bytes | None,
        find_schema: Callable[[str], Schema | None],
        schema: Schema | None,
        masking: Masking,
        explain: Callable[[bytes, str], str],
        last_id: int = 0,
    ) -> None:
        self._scheme = scheme
        self._header = scheme.header.lower().encode()
        self._prefix = len(scheme.prefix)
        self._key = key
        self._find_schema = find_schema
        self._schema = schema
        self._masking = masking
        self._explain = explain
        self._last_id = last_id
        self._last_at: float | None = None
        self._bodies = Bodies()
        self._order = Order()
        self._second = 0
        self._diagnoses = 0

    def examine(self, request: Request, at: float) -> Found:
        """What is found of a request that came at `at` (Unix time in seconds)."""
        body = request.body
        judgement = validate(
            capture_of(body, "capture"), self._find_schema, schema=self._schema, max_violations=_MOST_VIOLATIONS
        )
        signature, reason, digest = self._verify(request, at)
        self._last_id += 1
        gap = None if self._last_at is None else max(0.0, at - self._last_at)
        self._last_at = at
        arrival = Arrival(
            id=self._last_id,
            received_at=at,
            method=request.method,
            path=self._masking.target(request.target),
            headers=self._masking.headers(request.lines),
            body=body,
            size=len(body),
            event=judgement.event,
            signature=signature,
            verdict=judgement.verdict,
            reason=reason,
            violations=judgement.violations,
            omitted=judgement.omitted,
            duplicate_of=self._bodies.first(digest, self._last_id),
            overtaken_by=self._order.overtaken_by(judgement.capture.payload, self._last_id),
            gap=gap,
        )
        return Found(arrival, digest)

    def forget(self, found: Found) -> None:
        """It could not be kept: when it comes again it is the first."""
        self._bodies.forget(found.digest, found.arrival.id)

    def _verify(self, request: Request, at: float) -> tuple[Signature, str, bytes]:
        """The verdict, why, and a digest of the body, which is that of the signature where there is a secret."""
        if self._key is None:
            return Signature.UNCHECKED, "", hashlib.blake2b(request.body, digest_size=20).digest()
        digest = hmac.digest(self._key, request.body, self._scheme.algorithm)
        for name, value in request.lines:
            if name.lower() == self._header:
                text = value.decode("utf-8", "surrogateescape")
                if self._is_genuine(text, digest):
                    return Signature.GENUINE, "", digest
                return Signature.FORGED, self._reason(request.body, text, at), digest
        return Signature.MISSING, f"there is no header {self._scheme.header}", digest

    def _is_genuine(self, value: str, digest: bytes) -> bool:
        """As `signing.is_genuine`, with the digest at hand."""
        given, prefix = value[self._prefix :], value[: self._prefix]
        same = hmac.compare_digest(given.lower().encode("utf-8", "replace"), digest.hex().encode())
        return same and prefix == self._scheme.prefix

    def _reason(self, body: bytes, value: str, at: float) -> str:
        """Why, unless so many come that it would cost the others their time."""
        if int(at) != self._second:
            self._second, self._diagnoses = int(at), 0
        self._diagnoses += 1
        if self._diagnoses > _MOST_DIAGNOSES:
            return "it is not the signature of this body under the secret"
        return self._explain(body, value)[:_LONGEST_REASON]
