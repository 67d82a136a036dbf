"""Results of each kind and verdict, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from report_schema import hold_text

from hookcli.models import (
    Attempt,
    Capture,
    CheckResult,
    CheckVerdict,
    Delivery,
    Failure,
    Judgement,
    Message,
    Reception,
    Verdict,
    Violation,
)
from hookcli.reporting import CHECK_REPORTERS, DELIVERY_REPORTERS, VALIDATION_REPORTERS, Rule

VALID = Judgement(Capture("a.json", 0, 1), "message", Verdict.VALID)
INVALID = Judgement(
    Capture("a.json", 1, 3, column=2),
    "message",
    Verdict.INVALID,
    (
        Violation("", "required", "has no key 'user'", 3, 2),
        Violation("/agent/id", "type", "is 'x', but must be an integer", 5, 16),
    ),
    7,
)
UNREADABLE = Judgement(
    Capture("b\x1b[31m\udc80.jsonl", 0, 4),
    None,
    Verdict.UNREADABLE,
    (Violation(None, None, "the text is empty", 4, 9),),
)
UNKNOWN = Judgement(Capture("c.json", 0, 1), "mes\nsage\x9b", Verdict.UNKNOWN_EVENT)
JUDGEMENTS = (VALID, INVALID, UNREADABLE, UNKNOWN)

BODY = b'{"event_name": "message"}' + b" " * 1000
MESSAGE = Message("message", BODY)
URL = "https://me:pass@shop.example/hook"
DELIVERED = Delivery(MESSAGE, URL, True, (Attempt(1, 200, 0.01234),))
FAILED = Delivery(
    Message("chat_pinned", b"1"),
    URL,
    False,
    (
        Attempt(1, 500, 1.5, answer=b"\x1b[2Jno\n" + b"x" * 300),
        Attempt(2, 200, 6.0, Failure("Late", "took 6 s, but has 5")),
    ),
)
UNREACHABLE = Delivery(
    MESSAGE, URL, False, (Attempt(1, None, 0.001, Failure("ConnectionFailed", "nobody\tthere", True)),)
)
RECEIVED = Delivery(
    MESSAGE,
    URL,
    False,
    (Attempt(1, 422, 0.002, answer=b'{"signature": "genuine"}'),),
    Reception("genuine", Verdict.INVALID, ("the payload has no key 'a'",)),
)
DELIVERIES = (DELIVERED, FAILED, UNREACHABLE)

ENDPOINT = "http://127.0.0.1:8000/hook"
AGAIN = f"hookcli check {ENDPOINT} --only"
PASSED = CheckResult("event.message", "events", CheckVerdict.PASS, "any 2xx", "accepted with 200", 0.0123)
WARNED = CheckResult(
    "status.200", "answers", CheckVerdict.WARN, "200 OK", "1 of 7 answered with 201", 0.001,
    ("message: 201 after 0.3 ms",), "Answer with 200.", f"{AGAIN} status.200",
)  # fmt: skip
SKIPPED = CheckResult("https", "answers", CheckVerdict.SKIP, "HTTPS", "on loopback it does not arise", 0.0)
FORGED = CheckResult(
    "signature.missing", "signatures", CheckVerdict.FAIL, "the HMAC of the body", "1 forged message was taken", 0.5,
    ("no signature: 200\x1b[2J", "and 3 more"), "Answer 401.", f"{AGAIN} signature.missing",
)  # fmt: skip
UNJUDGED = CheckResult("burst", "loads", CheckVerdict.ERROR, "in time", "the probe could not be read: no", 2.0)
CHECKED = (PASSED, WARNED, SKIPPED, FORGED, UNJUDGED)
ABOUT = {"endpoint": ENDPOINT, "profile": "haptik", "seed": 1}
RULES = (
    Rule("signature.missing", "A message without a signature is not processed.", "Anybody can send one.", "signatures"),
    Rule("status.200", "Successes are answered with 200.", "", "answers"),
    Rule("burst", "Fifty messages at once are all accepted in time.", "", "loads"),
)

TABLES = {"validate": VALIDATION_REPORTERS, "send": DELIVERY_REPORTERS, "check": CHECK_REPORTERS}
RESULTS: dict[str, tuple[Any, ...]] = {"validate": JUDGEMENTS, "send": DELIVERIES, "check": CHECKED}
DETAILS: dict[str, dict[str, Any]] = {"validate": {}, "send": {"seed": 1}, "check": {**ABOUT, "rules": RULES}}


def made(table: Any, name: str, results: Iterable[Any], **wishes: Any) -> str:
    """The report of results, held against its schema; `interrupted` and `reason` are how the run ended."""
    end = {key: wishes.pop(key) for key in ("interrupted", "reason") if key in wishes}
    reporter = table[name](**wishes)
    text = "".join([*map(reporter.add, results), reporter.finish(**end)])
    hold_text(name, text)
    return text


def report(command: str, name: str, results: Iterable[Any] | None = None, **wishes: Any) -> str:
    """The report of a command's results: `report("check", "sarif")`."""
    given = RESULTS[command] if results is None else results
    return made(TABLES[command], name, given, **{**DETAILS[command], **wishes})


def hide(*secrets: str) -> Callable[[str], str]:
    """A mask for these secrets."""

    def mask(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "[hidden]")
        return text

    return mask
