"""What is found of a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hookcli.listening.examiner import Examiner, Request
from hookcli.listening.masking import Masking
from hookcli.models import Signature, Verdict
from hookcli.schema import catalog
from hookcli.schema.loader import load_schema
from hookcli.signing import SignatureScheme, sign

KEY = b"s3cr3t"
SCHEME = SignatureScheme()


def examiner(key: bytes | None = KEY, **others: Any) -> Examiner:
    given: dict[str, Any] = {
        "scheme": SCHEME, "key": key, "find_schema": catalog.find_event, "schema": None, "masking": Masking(["s3cr3t"]),
        "explain": lambda body, value: f"{len(body)} bytes, {value}", **others,
    }  # fmt: skip
    return Examiner(**given)


def request(body: bytes, *lines: tuple[bytes, bytes]) -> Request:
    return Request("POST", b"/hook", lines, [(name.lower(), value) for name, value in lines], body)


def genuine(body: bytes) -> Request:
    return request(body, (b"x-HUB-signature", sign(body, KEY, SCHEME).upper().replace("SHA1", "sha1").encode()))


def test_arrivals_are_counted_and_timed() -> None:
    made = examiner(last_id=7)
    first, second = (made.examine(genuine(b"{}"), at, 200).arrival for at in (100.0, 102.5))
    assert (first.id, first.gap, first.duplicate_of, first.signature) == (8, None, None, Signature.GENUINE)
    assert (second.id, second.gap, second.duplicate_of, second.status) == (9, 2.5, 8, 200)


def test_a_clock_that_goes_back_makes_no_gap_below_nothing() -> None:
    made = examiner()
    made.examine(genuine(b"{}"), 100.0)
    assert made.examine(genuine(b"{}"), 50.0).arrival.gap == 0.0


@pytest.mark.parametrize(
    ("asked", "verdict", "reason"),
    [
        (genuine(b"1"), Signature.GENUINE, ""),
        (request(b"1"), Signature.MISSING, "there is no header X-Hub-Signature"),
        (request(b"12", (b"X-Hub-Signature", b"sha1=0\xff")), Signature.FORGED, "2 bytes, sha1=0\udcff"),
        (request(b"1", (b"X-Hub-Signature", sign(b"1", KEY, SCHEME)[5:].encode())), Signature.FORGED, "1 bytes, "),
    ],
)
def test_signatures(asked: Request, verdict: Signature, reason: str) -> None:
    arrival = examiner().examine(asked, 1.0).arrival
    assert arrival.signature is verdict
    assert arrival.reason.startswith(reason)


def test_without_a_secret_nothing_is_said_of_signatures_but_duplicates_are_known() -> None:
    made = examiner(None)
    arrivals = [made.examine(genuine(b"{}"), 1.0).arrival for _ in range(2)]
    assert [each.signature for each in arrivals] == [Signature.UNCHECKED] * 2
    assert arrivals[1].duplicate_of == 1


def test_a_flood_of_forged_messages_is_not_explained_one_by_one() -> None:
    explained = []
    made = examiner(explain=lambda *given: explained.append(given) or "why")
    reasons = [made.examine(request(b"1", (b"X-Hub-Signature", b"x")), 5.5).arrival.reason for _ in range(200)]
    assert len(explained) == 50
    assert reasons[0] == "why"
    assert reasons[-1] == "it is not the signature of this body under the secret"
    assert made.examine(request(b"1", (b"X-Hub-Signature", b"x")), 6.5).arrival.reason == "why"


def test_what_came_in_an_earlier_run_is_known() -> None:
    made = examiner(last_id=9)
    made.remember(9, b"{}")
    made.remember(4, b"{}")
    assert made.examine(genuine(b"{}"), 1.0).arrival.duplicate_of == 4


@pytest.mark.parametrize(
    ("body", "event", "verdict"),
    [
        (b"", None, Verdict.UNREADABLE),
        (b"[1]", None, Verdict.INVALID),
        (b'{"event_name": "nobody"}', "nobody", Verdict.UNKNOWN_EVENT),
        (b'{"event_name": "message"}', "message", Verdict.INVALID),
        (b'{"event_name": "\\ud800"}', "\ufffd", Verdict.UNKNOWN_EVENT),
        (b'{"event_name": "' + b"x" * 10_000 + b'"}', "x" * 300, Verdict.UNKNOWN_EVENT),
        (b"[" * 200_000, None, Verdict.UNREADABLE),
    ],
    ids=lambda value: str(value)[:30],
)
def test_verdicts(body: bytes, event: str | None, verdict: Verdict) -> None:
    arrival = examiner().examine(genuine(body), 1.0).arrival
    assert (arrival.event, arrival.verdict, arrival.body, arrival.size) == (event, verdict, body, len(body))


def test_what_is_kept_of_violations_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"additionalProperties": {"type": "string"}}')
    made = examiner(schema=load_schema(str(tmp_path / "schema.json")))
    arrival = made.examine(genuine(b'{"%s": 1, "b": 2}' % (b"k" * 20_000)), 1.0).arrival
    assert [each.pointer for each in arrival.violations] == ["/b"]
    assert arrival.omitted == 1
