from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from arrivals import EARLIER, arrival, keep, received

from hookcli.capture.exported import lets_through, read_exported
from hookcli.capture.filters import Filter
from hookcli.capture.store import Store
from hookcli.errors import FileUnreadable
from hookcli.models import Arrival, Signature, Verdict
from hookcli.reporting.capture_records import capture_details, capture_record
from hookcli.reporting.json_ import exact_json


def lines(*records: Any) -> io.BytesIO:
    return io.BytesIO("".join(exact_json(record) + "\n" for record in records).encode())


def bare(each: Arrival) -> Arrival:
    """What an export tells of a capture."""
    return arrival(
        each.id, received_at=each.received_at, method=each.method, path=each.path, headers=each.headers,
        body=each.body, event=each.event, signature=each.signature, verdict=each.verdict, status=None, elapsed=None,
    )  # fmt: skip


def test_what_was_exported_is_read_as_it_was() -> None:
    arrivals = [*received(), arrival(9)]
    file = lines(*map(capture_record, arrivals))
    assert list(read_exported(file, "x.jsonl")) == [bare(each) for each in arrivals]


def test_the_answer_counts_where_it_is_told() -> None:
    first = replace(received()[2], elapsed=0.25)
    (read,) = read_exported(lines(capture_details(first)), "-")
    assert (read.status, read.elapsed, read.endpoint) == (503, 0.25, "http://127.0.0.1:9000/hook")


def test_the_least_that_a_capture_has() -> None:
    least = {"received_at": "2025-11-27T00:00:00", "method": "POST", "path": "/", "headers": [], "body_base64": "e30="}
    file = io.BytesIO(b"\n" + json.dumps(least).encode())
    (read,) = read_exported(file, "-")
    assert (read.id, read.received_at, read.body, read.size) == (2, EARLIER, b"{}", 2)
    assert (read.signature, read.verdict, read.event) == (Signature.UNCHECKED, Verdict.UNKNOWN_EVENT, None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "x.jsonl:1: is not an exported capture"),
        (b"[]", "it is not a JSON object"),
        (b'{"summary": {}}', "it has no body_base64"),
        ({"body_base64": "é"}, "its values are not those of one"),
        ({"body_base64": "e3"}, "its values are not those of one"),
        ({"id": "1"}, "its values are not those of one"),
        ({"id": True}, "its values are not those of one"),
        ({"id": -1}, "its values are not those of one"),
        ({"received_at": "noon"}, "its values are not those of one"),
        ({"received_at": 5}, "5 is no text"),
        ({"headers": 5}, "its values are not those of one"),
        ({"headers": [["a"]]}, "its values are not those of one"),
        ({"headers": [["a", 5]]}, "5 is no text"),
        ({"headers": [["a", "1\r\nb: 2"]]}, "a header has a line end in it"),
        ({"signature": "good"}, "its values are not those of one"),
        ({"verdict": []}, "its values are not those of one"),
        ({"elapsed_ms": "x"}, "its values are not those of one"),
        ({"event": 5}, "5 is no text"),
    ],
)
def test_a_line_that_is_no_capture_is_named(line: Any, words: str) -> None:
    text = line if isinstance(line, bytes) else exact_json({**capture_record(arrival()), **line}).encode()
    with pytest.raises(FileUnreadable) as caught:
        list(read_exported(io.BytesIO(text), "x.jsonl"))
    assert words in str(caught.value)
    assert "captures export" in str(caught.value)


def test_a_line_without_end_is_not_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hookcli.capture.exported.LONGEST_LINE", 10)
    with pytest.raises(FileUnreadable, match="longer than 10 bytes"):
        list(read_exported(io.BytesIO(b"{" * 100), "-"))


def test_text_that_no_store_could_hold_is_searched_all_the_same() -> None:
    odd = arrival(path="/\ud800", headers=(("X-Odd", "\ud800"),))
    assert lets_through(Filter(text="x-odd"), odd)
    assert lets_through(Filter(text="/"), odd)
    assert not lets_through(Filter(text="nothing"), odd)


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(ids=(2, 5, 99)),
        Filter(events=("message", "chat_pinned")),
        Filter(verdicts=("invalid", "unreadable")),
        Filter(signatures=("forged", "missing")),
        Filter(since=EARLIER + 3.0),
        Filter(until=EARLIER + 3.0),
        Filter(before=4, after=1),
        Filter(text="NIMBUS"),
        Filter(text="\udcff"),
        Filter(text="/HOOK", verdicts=("valid",), before=3),
    ],
)
def test_a_filter_lets_through_what_a_store_finds(wanted: Filter, tmp_path: Path) -> None:
    with Store(keep(tmp_path / "captures.db", received())) as store:
        found = [each.id for each in store.find(wanted, newest_first=False)]
    assert [each.id for each in received() if lets_through(wanted, each)] == found
