"""The built-in receiver behind `hookcli send` without a URL: it verifies and validates, and its answer says so.

What it found travels back in the answer's body, over the same wire as any endpoint's answer.
"""

from __future__ import annotations

import textwrap
from dataclasses import replace
from types import TracebackType

import orjson

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.capture.texts import capture_of
from hookcli.models import Delivery, Judgement, Reception, Verdict, Violation
from hookcli.profile import Profile
from hookcli.schema import catalog
from hookcli.schema.document import Schema
from hookcli.signing import is_genuine
from hookcli.validation import validate

_MOST_VIOLATIONS = 3
_LONGEST_SENTENCE = 1_000
"""Characters; the answer has to stay one that is kept whole."""


class BuiltIn:
    """A receiver on loopback, at a port of its own.

    Args:
        profile: how the sender signs.
        key: the shared secret.
        schema: the schema of every payload, where it isn't an event's.
    """

    def __init__(self, profile: Profile, key: bytes | None, schema: Schema | None) -> None:
        self._scheme = profile.signature
        self._key = key
        self._schema = schema
        self._receiver = Receiver(self._respond)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._receiver.url

    def __enter__(self) -> BuiltIn:
        self._receiver.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._receiver.__exit__(kind, error, trace)

    def _respond(self, request: Request) -> Answer:
        signature = self._verify(request)
        judgement = validate(capture_of(request.body, "receiver"), catalog.find_event, schema=self._schema)
        status = 401 if signature == "forged" else 200 if judgement.verdict in _FINE else 422
        body = {"signature": signature, "verdict": judgement.verdict, "violations": _sentences(judgement)}
        return Answer(status, orjson.dumps(body), (("Content-Type", "application/json"),))

    def _verify(self, request: Request) -> str:
        values = [value for name, value in request.headers if name.lower() == self._scheme.header.lower()]
        if not values or self._key is None:
            return "missing"
        return "genuine" if is_genuine(request.body, values[0], self._key, self._scheme) else "forged"

    def add_reception(self, delivery: Delivery) -> Delivery:
        """The delivery with the receiver's side of it, read from the answer; without where it could not look."""
        try:
            found = orjson.loads(delivery.last.answer)
            reception = Reception(found["signature"], Verdict(found["verdict"]), tuple(found["violations"]))
        except (ValueError, KeyError, TypeError):
            return delivery
        return replace(delivery, reception=reception)


_FINE = (Verdict.VALID, Verdict.UNKNOWN_EVENT)


def _sentences(judgement: Judgement) -> list[str]:
    return [_sentence(each) for each in judgement.violations[:_MOST_VIOLATIONS]]


def _sentence(violation: Violation) -> str:
    if violation.pointer is None:
        return f"line {violation.line}: {violation.message}"
    return textwrap.shorten(f"{violation.pointer or 'the payload'} {violation.message}", _LONGEST_SENTENCE)
