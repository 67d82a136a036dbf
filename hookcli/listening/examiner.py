"""What is found of a request: signature, payload, whether it came before, and in which order."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from threading import Lock

from hookcli.capture.texts import capture_of
from hookcli.dataclass import dataclass
from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import parse
from hookcli.listening.masking import Masking
from hookcli.listening.recent import Bodies, Order
from hookcli.models import Arrival, Json, Signature, Verdict, Violation
from hookcli.schema.document import Schema
from hookcli.signing import SignatureScheme
from hookcli.validation import validate

Lines = Sequence["tuple[bytes, bytes]"]

_MOST_VIOLATIONS = 20
_LONGEST_REASON = 1000
_LONGEST_EVENT = 300
_LONGEST_VIOLATION = 10_000
"""Characters: a key of a hostile payload may be as long as that, and would be read with every list of captures."""
_MOST_DIAGNOSES = 50
"""A second; what forged messages are told beyond it is short."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came."""

    method: str
    target: bytes
    lines: Lines
    """Name and value of each header line, as they came."""
    headers: Lines
    """The same, with names in lower case."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """An arrival that is not kept yet."""

    arrival: Arrival
    """Without headers."""
    lines: bytes
    """Its header lines, credentials masked."""
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
        self._numbering = Lock()
        """Large ones are examined in threads; no two may get one number."""
        self._bodies = Bodies()
        self._order = Order()
        self._second = 0
        self._diagnoses = 0

    def examine(self, request: Request, at: float, status: int | None = None, endpoint: str = "") -> Found:
        """What is found of a request.

        Args:
            request: what came.
            at: when, Unix time in seconds.
            status: what it is going to be answered, where that is known.
            endpoint: who is going to answer it, where it is passed on.
        """
        body = request.body
        event, verdict, violations, omitted, payload = self._judge(body)
        signature, reason, digest = self._verify(request, at)
        with self._numbering:
            self._last_id = number = self._last_id + 1
            last, self._last_at = self._last_at, at
            arrival = Arrival(
                number, at, request.method, self._masking.target(request.target), (), body, len(body),
                event, signature, verdict, reason, violations, omitted,
                self._bodies.first(digest, number), self._overtaken_by(payload, number, signature),
                None if last is None else max(0.0, at - last), status, None, endpoint,
            )  # fmt: skip
        return Found(arrival, self._masking.lines(request.lines), digest)

    def refused(self, request: Request, at: float) -> Arrival | None:
        """What is said of a request that is not genuine, without looking at its payload; None where it is genuine."""
        signature, reason, _ = self._verify(request, at)
        if signature is Signature.GENUINE:
            return None
        return Arrival(
            0, at, request.method, self._masking.target(request.target), (), b"", len(request.body), None,
            signature, Verdict.UNKNOWN_EVENT, reason, status=401,
        )  # fmt: skip

    def _overtaken_by(self, payload: Json, number: int, signature: Signature) -> int | None:
        """Of what is not genuine a stranger has chosen user and time: it says nothing about the order."""
        is_told = signature in (Signature.GENUINE, Signature.UNCHECKED)
        return self._order.overtaken_by(payload, number) if is_told else None

    def _judge(self, body: bytes) -> tuple[str | None, Verdict, tuple[Violation, ...], int, Json]:
        """Event, verdict, violations, how many more, and the payload."""
        found = self._look(body)
        if found is not None:
            return found[0], Verdict.VALID, (), 0, found[1]
        judgement = validate(
            capture_of(body, "capture"), self._find_schema, schema=self._schema, max_violations=_MOST_VIOLATIONS
        )
        event = judgement.event and judgement.event[:_LONGEST_EVENT]
        kept = tuple(each for each in judgement.violations if _length(each) <= _LONGEST_VIOLATION)
        omitted = judgement.omitted + len(judgement.violations) - len(kept)
        return event, judgement.verdict, kept, omitted, judgement.capture.payload

    def _look(self, body: bytes) -> tuple[str | None, Json] | None:
        """Event and payload of a plain valid one, which most are, at half of what `validate` costs; else nothing."""
        if b"\\u" in body:
            return None
        try:
            payload = parse(body)
            event = payload.get("event_name") if isinstance(payload, dict) else None
            event = event if isinstance(event, str) else None
            schema = self._schema or (event and self._find_schema(event)) or None
            return (event, payload) if schema is not None and schema.is_valid(payload) else None
        except (PayloadUnreadable, ValueError):
            return None

    def remember(self, number: int, body: bytes) -> None:
        """An arrival of an earlier run; the newest first, so that of the same body the first counts in the end."""
        self._bodies.put(self._digest(body), number)

    def forget(self, found: Found) -> None:
        """It could not be kept: when it comes again it is the first."""
        self._bodies.forget(found.digest, found.arrival.id)

    def _verify(self, request: Request, at: float) -> tuple[Signature, str, bytes]:
        """The verdict, why, and a digest of the body, which is that of the signature where there is a secret."""
        digest = self._digest(request.body)
        if self._key is None:
            return Signature.UNCHECKED, "", digest
        for name, value in request.headers:
            if name == self._header:
                text = value.decode("utf-8", "surrogateescape")
                if self._is_genuine(text, digest):
                    return Signature.GENUINE, "", digest
                return Signature.FORGED, self._reason(request.body, text, at), digest
        return Signature.MISSING, f"there is no header {self._scheme.header}", digest

    def _digest(self, body: bytes) -> bytes:
        """That of the signature where there is a secret, which has to be made anyway."""
        if self._key is None:
            return hashlib.blake2b(body, digest_size=20).digest()
        return hmac.digest(self._key, body, self._scheme.algorithm)

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


def _length(violation: Violation) -> int:
    return len(violation.pointer or "") + len(violation.message)
