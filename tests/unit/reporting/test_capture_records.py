"""What is said of a capture in JSON: listen, list, show, export and the page say the same."""

from __future__ import annotations

import base64
import json

import pytest
from arrivals import BASE, BODY, INVALID, arrival

from hookcli.jsontext import parse
from hookcli.models import Signature, Verdict
from hookcli.redaction import MASK
from hookcli.reporting.capture_records import capture_details, capture_record, capture_summary, iso
from hookcli.reporting.json_ import exact_json, to_json

FULL = arrival(
    17, verdict=Verdict.INVALID, violations=(INVALID,), omitted=2, signature=Signature.FORGED, reason="why",
    duplicate_of=3, overtaken_by=4, gap=0.25, endpoint="http://127.0.0.1:9/",
    headers=(("Host", "h"), ("Authorization", "Bearer x"), ("X-Odd", "\udcff")),
)  # fmt: skip


def test_a_summary_says_all_but_headers_and_body() -> None:
    assert capture_summary(FULL) == {
        "id": 17, "received_at": "2026-11-27T00:00:17.000000Z", "method": "POST", "path": "/hook?x=1",
        "event": "message", "size": len(BODY), "signature": "forged", "reason": "why", "verdict": "invalid",
        "violations": 3, "duplicate_of": 3, "overtaken_by": 4, "gap_ms": 250.0, "status": 200, "elapsed_ms": 1.2,
        "endpoint": "http://127.0.0.1:9/",
    }  # fmt: skip


def test_what_there_is_nothing_of_is_null() -> None:
    said = capture_summary(arrival(1, status=None, elapsed=None, event=None))
    assert {key for key, value in said.items() if value is None} == {
        "event", "reason", "duplicate_of", "overtaken_by", "gap_ms", "status", "elapsed_ms", "endpoint",
    }  # fmt: skip


def test_an_exported_capture_has_the_documented_keys_and_the_exact_bytes() -> None:
    record = capture_record(FULL)
    assert list(record) == [
        "id", "received_at", "method", "path", "headers", "body_base64", "event", "signature", "verdict",
    ]  # fmt: skip
    assert base64.b64decode(record["body_base64"]) == BODY


def test_credentials_are_masked_also_where_the_store_has_kept_them() -> None:
    assert capture_record(FULL)["headers"] == [["Host", "h"], ["Authorization", MASK], ["X-Odd", "\udcff"]]


def test_details_are_the_exported_capture_and_more() -> None:
    details = capture_details(FULL)
    assert list(details)[:9] == list(capture_record(FULL))
    assert (details["omitted"], details["reason"], details["size"]) == (2, "why", len(BODY))
    assert details["violations"][0]["pointer"] == "/user/auth_id"


def test_exact_json_keeps_what_is_no_text_and_commands_no_terminal() -> None:
    text = exact_json(["\udcff", "\u202e\x9b", "##[error]"])
    assert text.isascii()
    assert "##[" not in text
    assert parse(text.encode()) == ["\udcff", "\u202e\x9b", "##[error]"]
    assert json.loads(to_json("\udcff")) == "\ufffd"


@pytest.mark.parametrize(
    ("unix", "text"),
    [
        (BASE + 0.123456, "2026-11-27T00:00:00.123456Z"),
        (-5.0, "1970-01-01T00:00:00.000000Z"),
        (9e12, "9999-12-30T23:59:59.999999Z"),
    ],
)
def test_times_are_utc_to_the_microsecond(unix: float, text: str) -> None:
    assert iso(unix) == text
