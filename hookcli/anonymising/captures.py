"""Captures -> captures that may be committed: the payload with pseudonyms, signed anew, and little else.

Of the headers the type of the body and the signature are left, of the target the path and the names in the query. The
time of arrival stays: it says when a message was sent, as its own `timestamp` does, and a replay keeps its rhythm. A
forged capture is signed with another secret than the others, one without a signature stays without.
"""

from __future__ import annotations

import re
from dataclasses import replace

from hookcli.anonymising.anonymiser import Anonymised, Anonymiser, Withheld
from hookcli.dataclass import dataclass
from hookcli.jsontext import parse
from hookcli.models import Arrival, Headers, Signature
from hookcli.signing import SignatureScheme, sign

TEST_SECRET = b"hookcli-test-secret"
"""Signs where there is no other secret. It is published: it protects nothing, and no endpoint in use has it."""

_WRONG_SECRET = b"hookcli-wrong-secret"
"""Signs what was forged, and is to be found forged again."""

_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}(?:; ?charset=[a-z0-9-]{1,20})?", re.IGNORECASE)
_METHOD = re.compile(r"[A-Z]{1,10}")


@dataclass(frozen=True, slots=True)
class AnonymisedCapture:
    """A capture without what was personal, and what is to be said of it."""

    arrival: Arrival
    payload: Anonymised


class CaptureAnonymiser:
    """Makes captures that may be committed.

    Args:
        anonymiser: of the payloads.
        scheme: how the sender signs.
        secret: signs them anew.
    """

    def __init__(self, anonymiser: Anonymiser, scheme: SignatureScheme, secret: bytes) -> None:
        self._anonymiser = anonymiser
        self._scheme = scheme
        self._secret = secret

    def anonymise(self, arrival: Arrival) -> AnonymisedCapture | Withheld:
        """The capture with pseudonyms; the verdicts on it stay, as what they are about does."""
        made = self._anonymiser.anonymise(arrival.body)
        if isinstance(made, Withheld):
            return made
        payload = parse(made.body)
        event = payload.get("event_name") if isinstance(payload, dict) else None
        kept = replace(
            arrival,
            method=arrival.method if _METHOD.fullmatch(arrival.method) else "POST",
            path=self._anonymiser.target(arrival.path),
            headers=self._headers(arrival, made.body),
            body=made.body,
            size=len(made.body),
            event=event if isinstance(event, str) else None,
            reason="",
            violations=(),
            omitted=0,
            endpoint="",
        )
        return AnonymisedCapture(kept, made)

    def _headers(self, arrival: Arrival, body: bytes) -> Headers:
        name = self._scheme.header
        types = [(key, value) for key, value in arrival.headers if key.lower() == "content-type"]
        kept = [("Content-Type", value) for _, value in types[:1] if _TYPE.fullmatch(value)]
        if arrival.signature is Signature.FORGED:
            return (*kept, (name, sign(body, _WRONG_SECRET, self._scheme)))
        is_signed = arrival.signature is Signature.GENUINE or any(
            key.lower() == name.lower() for key, _ in arrival.headers
        )
        return (*kept, (name, sign(body, self._secret, self._scheme))) if is_signed else tuple(kept)
