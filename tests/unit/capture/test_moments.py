"""When a capture came."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from hookcli.capture.formats import read
from hookcli.capture.moments import moment_of, told_moment
from hookcli.capture.sources import Source

TEN = 1_795_773_600.0
"""2026-11-27T10:00Z."""
BODY = '{"timestamp": "2026-11-27T09:00:00.000Z"}'
ENTRY = {"startedDateTime": "2026-11-27T10:00:00Z", "request": {"postData": {"text": BODY}}}


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("2026-11-27T10:00:00.000Z", TEN),
        ("2026-11-27T15:30+05:30", TEN),
        ("2026-11-27T10:00", TEN),
        (TEN, TEN),
        (int(TEN * 1000), TEN),
        ("yesterday", None),
        ("9999999-01-01", None),
        (True, None),
        (-1, None),
        (None, None),
        (10**40, None),
        ({}, None),
    ],
)
def test_what_a_record_tells_of_the_time(told: object, seconds: float | None) -> None:
    assert told_moment(told) == seconds


@pytest.mark.parametrize(
    ("name", "text", "seconds"),
    [
        ("payload.json", BODY, TEN - 3600),
        ("payload.json", "[1]", None),
        ("archive.har", json.dumps({"log": {"version": "1.2", "entries": [ENTRY]}}), TEN),
        (
            "exported.jsonl",
            json.dumps(
                {
                    "headers": [],
                    "received_at": "2026-11-27T10:00:00Z",
                    "body_base64": base64.b64encode(BODY.encode()).decode(),
                }
            ),
            TEN,
        ),
    ],
)
def test_its_source_tells_when_a_capture_came_else_the_payload(
    name: str, text: str, seconds: float | None, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    (capture,) = read(Source(str(tmp_path / name)))
    assert moment_of(capture) == seconds
