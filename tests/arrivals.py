"""Arrivals for tests of what is done with them."""

from __future__ import annotations

from typing import Any

from hookcli.models import Arrival, Signature, Verdict, Violation

BODY = b'{"event_name": "message", "user": {"auth_id": "u-1"}}'
BASE = 1_795_737_600.0
"""2026-11-27 00:00:00 UTC."""


def arrival(number: int = 1, **others: Any) -> Arrival:
    """A valid, genuine message that came `number` seconds after `BASE`, but for what is given."""
    values: dict[str, Any] = {
        "id": number,
        "received_at": BASE + number,
        "method": "POST",
        "path": "/hook?x=1",
        "headers": (("Host", "127.0.0.1"), ("X-Twice", "a"), ("X-Twice", ""), ("X-Odd", "\udcff: ü")),
        "body": BODY,
        "event": "message",
        "signature": Signature.GENUINE,
        "verdict": Verdict.VALID,
        "status": 200,
        "elapsed": 0.0012,
        **others,
    }
    return Arrival(**{"size": len(values["body"]), **values})


INVALID = Violation("/user/auth_id", "type", "is 5, but must be a string \udc80", 1, 45)
