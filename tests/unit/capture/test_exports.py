"""What other tools export of the requests that they received is read as what it holds."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from pathlib import Path

import pytest

from hookcli.capture.formats import read
from hookcli.capture.sources import Source
from hookcli.models import Capture, Json

PAYLOAD = {"event_name": "message", "text": "नमस्ते"}
TEXT = json.dumps(PAYLOAD, ensure_ascii=False)
BASE64 = b64encode(TEXT.encode()).decode()
TEN = 1_795_773_600.0
"""2026-11-27T10:00Z."""
MILLISECONDS = int(TEN * 1000)


def raw(body: str, head: str = "POST /hook HTTP/1.1\r\nHost: a.ngrok.app\r\n") -> str:
    data = body.encode()
    return b64encode(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data).decode()


WEBHOOK_SITE = {
    "uuid": "79a2", "type": "web", "token_id": "9415", "method": "POST", "content": TEXT, "url": "https://webhook.site/9415",
    "headers": {"content-type": ["application/json"]}, "created_at": "2026-11-27 10:00:00",
}  # fmt: skip
NGROK = {
    "uri": "/api/requests/http/airt_1", "id": "airt_1", "tunnel_name": "command_line",
    "start": "2026-11-27T15:30:00+05:30", "duration": 500000,
    "request": {"method": "POST", "proto": "HTTP/1.1", "headers": {}, "uri": "/hook", "raw": raw(TEXT)},
    "response": {"status": "200 OK", "raw": ""},
}  # fmt: skip
GOSMEE = {
    "content-type": "application/json",
    "timestamp": str(MILLISECONDS),
    "x-hub-signature": "sha1=0",
    "bodyB": BASE64,
}
SMEE = {"host": "smee.io", "content-type": "application/json", "timestamp": MILLISECONDS, "query": {}, "body": PAYLOAD}
LAMBDA_1 = {
    "resource": "/hook", "path": "/hook", "httpMethod": "POST", "headers": {"Host": "x.execute-api.amazonaws.com"},
    "requestContext": {"requestTimeEpoch": MILLISECONDS, "httpMethod": "POST"}, "body": TEXT, "isBase64Encoded": False,
}  # fmt: skip
LAMBDA_2 = {
    "version": "2.0", "rawPath": "/hook", "headers": {"host": "x"}, "body": BASE64, "isBase64Encoded": True,
    "requestContext": {"http": {"method": "POST", "path": "/hook"}, "timeEpoch": MILLISECONDS},
}  # fmt: skip
GATEWAY = f"(8f6b-17) Method request body before transformations: {TEXT}"
NODE = f"2026-11-27T10:00:00.000Z\t8f6b-17\tINFO\t{json.dumps(LAMBDA_1)}"
FORMATTED = json.dumps({"timestamp": "2026-11-27T10:00:00Z", "level": "INFO", "requestId": "8f6b", "message": LAMBDA_2})


def logged(*messages: str) -> list[dict[str, Json]]:
    return [{"timestamp": MILLISECONDS, "message": message, "ingestionTime": MILLISECONDS} for message in messages]


NOISE = ("START RequestId: 8f6b-17 Version: $LATEST", "END RequestId: 8f6b-17", 'INFO {"a": 1}', "INFO {no JSON}")


def captures(folder: Path, text: str, name: str = "export.json") -> list[Capture]:
    (folder / name).write_text(text, "utf-8")
    return list(read(Source(str(folder / name))))


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(record, id=name)
        for name, record in {
            "webhook.site, one": WEBHOOK_SITE,
            "webhook.site, list": {"data": [WEBHOOK_SITE], "total": 1, "per_page": 50, "current_page": 1},
            "ngrok, one": NGROK,
            "ngrok, list": {"uri": "/api/requests/http", "requests": [NGROK]},
            "gosmee, relayed": GOSMEE,
            "smee.io": SMEE,
            "Lambda, 1.0": LAMBDA_1,
            "Lambda, 2.0": LAMBDA_2,
            "CloudWatch, filter-log-events": {"events": logged(*NOISE, GATEWAY), "searchedLogStreams": []},
            "CloudWatch, get-log-events": {"events": logged(NODE, *NOISE), "nextForwardToken": "f/1"},
            "CloudWatch, subscription": {"messageType": "DATA_MESSAGE", "logEvents": [
                {"id": "3", "timestamp": MILLISECONDS, "message": FORMATTED}
            ]},
            "CloudWatch, Insights": {"results": [
                [{"field": "@timestamp", "value": "2026-11-27 10:00:00.000"}, {"field": "@message", "value": NODE}],
                [{"field": "@message", "value": NOISE[0]}],
            ], "status": "Complete"},
            "CloudWatch, event": {"eventId": "3", **logged(TEXT)[0]},
        }.items()
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["export.json", "export.jsonl", "export"])
def test_a_tools_export_is_recognised(record: Json, name: str, tmp_path: Path) -> None:
    (capture,) = captures(tmp_path, json.dumps(record), name)
    assert capture.payload == PAYLOAD
    assert capture.received_at == TEN
    assert (capture.index, capture.line) == (0, 1)


def test_a_folder_that_gosmee_saved_holds_payloads_as_they_are(tmp_path: Path) -> None:
    assert captures(tmp_path, TEXT, "message-2026-11-27T10.00.01.000.json")[0].payload == PAYLOAD


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"received {TEXT} from 203.0.113.7 (12 ms)", PAYLOAD),
        (f"START RequestId: 8f6b Version: 1 {TEXT}", PAYLOAD),
        (f"received {TEXT[:30]}", None),
        (f"received {PAYLOAD}", None),
        (f"payload={json.dumps(TEXT)}", None),
    ],
)
def test_what_a_line_tells_of_is_read_or_said_not_to_be(line: str, found: Json, tmp_path: Path) -> None:
    (capture,) = captures(tmp_path, f"2026-11-27T10:00:00.000Z START\n{line}\n", "app.log")
    assert capture.payload == found
    assert (capture.unreadable is None) == (found is not None)


@pytest.mark.parametrize("line", ["event_name=message handled", "{no JSON} here", '{"a": {"b": 1}} and more'])
def test_a_line_that_tells_of_no_payload_is_passed_over(line: str, tmp_path: Path) -> None:
    assert captures(tmp_path, f"2026-11-27T10:00:00.000Z START\n{line}\n", "app.log") == []


def test_logs_without_a_time_are_known_by_their_first_line(tmp_path: Path) -> None:
    identity = "8f6b1c2d-0000-4000-8000-000000000001"
    for first in (f"START RequestId: {identity} Version: $LATEST", f"({identity}) HTTP Method: POST"):
        (capture,) = captures(
            tmp_path, f"{first}\n({identity}) Method request body before transformations: {TEXT}\n", "a"
        )
        assert capture.payload == PAYLOAD


def test_what_a_subscription_calls_a_function_with(tmp_path: Path) -> None:
    inner = {"messageType": "DATA_MESSAGE", "logEvents": [{"id": "3", "timestamp": MILLISECONDS, "message": NODE}]}
    data = b64encode(gzip.compress(json.dumps(inner).encode())).decode()
    (capture,) = captures(tmp_path, json.dumps({"awslogs": {"data": data}}))
    assert capture.payload == PAYLOAD
    (broken,) = captures(tmp_path, json.dumps({"awslogs": {"data": "e30="}}))
    assert "not JSON in gzip" in str(broken.unreadable)


def test_a_body_that_ngrok_kept_in_chunks_is_joined(tmp_path: Path) -> None:
    half = len(TEXT.encode()) // 2
    parts = (TEXT.encode()[:half], TEXT.encode()[half:], b"")
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    request = {"method": "POST", "raw": b64encode(head + chunked).decode()}
    (capture,) = captures(tmp_path, json.dumps({**NGROK, "request": request}))
    assert capture.payload == PAYLOAD


@pytest.mark.parametrize("name", ["000000.log", "000000"])
def test_a_log_is_looked_through_for_what_it_tells_of(name: str, tmp_path: Path) -> None:
    lines = [f"2026-11-27T10:00:00.000Z {message}" for message in (*NOISE, GATEWAY, NODE, FORMATTED)]
    found = captures(tmp_path, "\n".join(lines), name)
    assert [each.payload for each in found] == [PAYLOAD] * 3
    assert [each.received_at for each in found] == [TEN] * 3
    assert [(each.index, each.name.rpartition("#")[2]) for each in found] == [(0, "5"), (1, "6"), (2, "7")]


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({**NGROK, "request": {**NGROK["request"], "raw": "!"}}, "request.raw is not base64"),
        (
            {**NGROK, "request": {**NGROK["request"], "raw": raw(TEXT)[:-8]}},
            "ngrok kept 49 of the 55 bytes of its body",
        ),
        ({**GOSMEE, "bodyB": 7}, "bodyB is not base64"),
        ({**LAMBDA_2, "body": "{}"}, "body is not base64"),
        ({"events": logged(GATEWAY[:-9] + "[TRUNCATED]")}, "API Gateway cut its body short"),
        ({**WEBHOOK_SITE, "content": ""}, "the text is empty"),
        ({**WEBHOOK_SITE, "content": "a=1"}, "a is not JSON"),
    ],
)
def test_a_body_that_is_not_whole_is_unreadable(record: Json, why: str, tmp_path: Path) -> None:
    (capture,) = captures(tmp_path, json.dumps(record))
    assert capture.unreadable is not None

    assert re.search(why, capture.unreadable.message)


@pytest.mark.parametrize(
    "record",
    [
        {**WEBHOOK_SITE, "method": "GET", "content": ""},
        {**WEBHOOK_SITE, "type": "email", "content": "Hello"},
        {**NGROK, "request": {**NGROK["request"], "method": "GET", "raw": raw("", "GET / HTTP/1.1\r\n")}},
        {**LAMBDA_1, "httpMethod": "GET", "body": None},
        {"events": logged(*NOISE)},
        {"events": [], "searchedLogStreams": []},
    ],
)
def test_what_has_no_body_is_passed_over(record: Json, tmp_path: Path) -> None:
    assert captures(tmp_path, json.dumps(record)) == []


@pytest.mark.parametrize(
    "payload",
    [
        {"event_name": "message", "data": [WEBHOOK_SITE]},
        {"data": []},
        {"data": [1]},
        {"events": []},
        {"results": [[]]},
        {"results": [[{"field": []}]]},
        {"requests": []},
        {"requests": [{}]},
        {"request": {"raw": 1}},
        {"body": "a"},
        {"message": "a", "timestamp": 1},
        {"events": [{"message": "a"}]},
        {"results": [[1]]},
    ],
)
def test_a_payload_that_looks_a_little_like_an_export_is_one(payload: Json, tmp_path: Path) -> None:
    (capture,) = captures(tmp_path, json.dumps(payload))
    assert capture.payload == payload
    assert capture.number is None


def test_a_har_of_mitmproxy_keeps_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    entry = {"request": {"method": "POST", "postData": {"mimeType": "application/json", "text": '{"x":"\udcff"}'}}}
    record = {"log": {"version": "1.2", "entries": [entry]}}
    (capture,) = captures(tmp_path, json.dumps(record), "dump.har")
    assert capture.text == b'{"x":"\xff"}'
    assert "0xFF is not UTF-8" in str(capture.unreadable)


DEEP = "nested deep"


@pytest.mark.parametrize(
    "record",
    [
        {**GOSMEE, "timestamp": "\u00b2"},
        {**GOSMEE, "timestamp": "9" * 5000},
        {**LAMBDA_1, "httpMethod": DEEP},
        {**WEBHOOK_SITE, "method": DEEP},
        {"log": {"version": "1.2", "entries": [{"request": {"method": DEEP, "postData": {"text": TEXT}}}]}},
    ],
)
def test_what_else_a_record_says_may_be_anything(record: Json, tmp_path: Path) -> None:
    (capture,) = captures(tmp_path, json.dumps(record).replace(f'"{DEEP}"', "[" * 990 + "]" * 990))
    assert capture.payload == PAYLOAD
