"""Arrivals for tests of what is done with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hookcli.capture.store import Store
from hookcli.capture.texts import capture_of
from hookcli.models import Arrival, Signature, Verdict, Violation
from hookcli.schema import catalog
from hookcli.validation import validate

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

CAPTURED = Path(__file__).resolve().parents[1] / "examples" / "haptik"
EARLIER = BASE - 86_400 * 365.0
"""2025-11-27 00:00:00 UTC: a day that has passed, so that its times are shown with their date on any day."""


def received() -> list[Arrival]:
    """Six arrivals with all that can be found of one: judged as the receiver would."""
    message = (CAPTURED / "captured" / "message.json").read_bytes()
    broken = (CAPTURED / "broken.json").read_bytes()
    judgement = validate(capture_of(broken, "-"), catalog.find_event)
    json_headers = (("Host", "127.0.0.1:8787"), ("Content-Type", "application/json"))
    secret = ("Authorization", "[hidden]")
    values: list[dict[str, Any]] = [
        {"body": message, "headers": (*json_headers, ("X-Hub-Signature", "sha1=" + "ab" * 20))},
        {"body": message, "duplicate_of": 1, "gap": 0.25},
        {"body": broken, "verdict": judgement.verdict, "violations": judgement.violations, "event": judgement.event,
         "omitted": 1, "status": 503, "endpoint": "http://127.0.0.1:9000/hook"},
        {"event": "chat_pinned", "body": b'{"event_name":"chat_pinned","text":"\\u001b[31m \xe2\x80\xae"}',
         "signature": Signature.FORGED, "reason": "the body was changed after it was signed", "overtaken_by": 3,
         "headers": (*json_headers, secret), "status": 401},
        {"event": None, "body": b"\x00\xff\x1b[31mnot JSON", "signature": Signature.MISSING, "verdict": Verdict.UNREADABLE,
         "violations": (Violation(None, None, "the text is UTF-16", 1, 1),), "status": None, "elapsed": None},
        {"event": "message_v2", "body": b'{"event_name":"message_v2"}', "signature": Signature.UNCHECKED,
         "verdict": Verdict.UNKNOWN_EVENT},
    ]  # fmt: skip
    return [
        arrival(number, **{"received_at": EARLIER + number * 1.5, "path": "/hook", "headers": json_headers, **each})
        for number, each in enumerate(values, 1)
    ]


def keep(path: Path, arrivals: Iterable[Arrival]) -> Path:
    """A store of arrivals."""
    with Store(path, writable=True) as store:
        store.add(arrivals)
    return path
