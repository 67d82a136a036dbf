"""What other tools export of the requests that they received -> bodies.

webhook.site, the ngrok agent, gosmee and smee.io, AWS Lambda and API Gateway, CloudWatch Logs. HAR is in `records`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from hookcli.capture.bodies import Body, is_sending, of_base64, of_text, of_value
from hookcli.capture.moments import told_moment
from hookcli.capture.streams import end_of_value
from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import parse
from hookcli.models import Json

_DEEPEST = 4
"""Log lines within log lines that are looked into."""


def bodies_in(record: Json) -> Iterator[Body] | None:
    """The bodies in what a tool exported; None where a record is no such thing.

    Requests without a body are passed over.
    """
    if not isinstance(record, dict):
        return None
    return next((read(record) for is_one, read in _EXPORTS if is_one(record)), None)


LISTS = frozenset(("data", "requests", "events"))
"""Keys of the lists in exports whose items are exports, too, and can be read alone."""


def _is_webhook_site(record: Json) -> bool:
    """Of the answers of `GET /token/ID/requests` and `/request/ID` (docs.webhook.site, API, Requests)."""
    return "uuid" in record and "token_id" in record and "content" in record


def _webhook_site(record: Json) -> Iterator[Body]:
    text, method = record["content"], record.get("method")
    if record.get("type", "web") == "web" and (text or is_sending(method)):
        yield replace(of_value(text or ""), received_at=told_moment(record.get("created_at")))


def _is_webhook_site_list(record: Json) -> bool:
    items = record.get("data")
    return isinstance(items, list) and bool(items) and all(isinstance(x, dict) and _is_webhook_site(x) for x in items)


def _webhook_site_list(record: Json) -> Iterator[Body]:
    yield from _numbered(record["data"], _webhook_site)


def _is_ngrok(record: Json) -> bool:
    """Of the answer of `GET /api/requests/http/ID` (ngrok's documentation, Agent API, Captured Requests)."""
    request = record.get("request")
    return isinstance(request, dict) and "raw" in request and "method" in request and "id" in record


def _ngrok(record: Json) -> Iterator[Body]:
    request = record["request"]
    found = of_base64(request["raw"], "request.raw")
    if found.fault is None:
        head, _, text = found.text.partition(b"\r\n\r\n")
        text = _joined(text) if _CHUNKED.search(head) else text
        wanted = _CONTENT_LENGTH.search(head)
        found = Body(text)
        if wanted and int(wanted[1]) > len(text):
            found = Body(fault=f"ngrok kept {len(text):,} of the {int(wanted[1]):,} bytes of its body")
        elif not text and not is_sending(request["method"]):
            return
    yield replace(found, received_at=told_moment(record.get("start")))


def _joined(text: bytes) -> bytes:
    """The body of which a text has the chunks (RFC 9112, section 7.1); as far as they are there."""
    parts = []
    while size := _SIZE.match(text):
        length = int(size[1], 16)
        parts.append(text[size.end() : size.end() + length])
        text = text[size.end() + length + 2 :]
    return b"".join(parts)


_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]*\r\n")
_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?:\r\n|$)", re.IGNORECASE)


def _is_ngrok_list(record: Json) -> bool:
    items = record.get("requests")
    return isinstance(items, list) and bool(items) and all(isinstance(each, dict) and _is_ngrok(each) for each in items)


def _ngrok_list(record: Json) -> Iterator[Body]:
    yield from _numbered(record["requests"], _ngrok)


def _is_smee(record: Json) -> bool:
    """Of an event that gosmee's server relays (gosmee/client.go, `parse`), or smee.io's: headers beside the body."""
    return "bodyB" in record or (
        "body" in record and "timestamp" in record and ("host" in record or "content-type" in record)
    )


def _smee(record: Json) -> Iterator[Body]:
    found = of_base64(record["bodyB"], "bodyB") if "bodyB" in record else of_value(record["body"], "/body")
    told = record.get("timestamp")
    is_number = isinstance(told, str) and _DIGITS.fullmatch(told)
    yield replace(found, received_at=told_moment(int(told) if is_number else told))


_DIGITS = re.compile("[0-9]{1,18}")


def _is_proxied(record: Json) -> bool:
    """Of what API Gateway and function URLs call a Lambda function with (payload formats 1.0 and 2.0)."""
    return "body" in record and "isBase64Encoded" in record and ("requestContext" in record or "headers" in record)


def _proxied(record: Json) -> Iterator[Body]:
    context = record.get("requestContext")
    context = context if isinstance(context, dict) else {}
    protocol = context.get("http")
    method = record.get("httpMethod") or (protocol.get("method") if isinstance(protocol, dict) else "")
    text = record["body"] or ""
    if not text and not is_sending(method):
        return
    found = of_base64(text, "body") if record["isBase64Encoded"] else of_value(text)
    yield replace(found, received_at=told_moment(context.get("requestTimeEpoch") or context.get("timeEpoch")))


def _is_log(record: Json) -> bool:
    """Of one log event of CloudWatch, or of a line in Lambda's JSON log format."""
    is_line = "requestId" in record and "level" in record
    is_event = not _OF_EVENTS.isdisjoint(record)
    return "message" in record and "timestamp" in record and (is_event or is_line)


_OF_EVENTS = frozenset(("eventId", "ingestionTime", "logStreamName"))


def _log(record: Json) -> Iterator[Body]:
    yield from _dated(_in_message(record["message"], 0), record.get("timestamp"))


def _is_log_list(record: Json) -> bool:
    """Of `filter-log-events` and `get-log-events`, or of what a subscription delivers."""
    items = record.get("events", record.get("logEvents"))
    is_answer = "nextForwardToken" in record or "searchedLogStreams" in record
    return (
        isinstance(items, list)
        and (bool(items) or is_answer)
        and all(isinstance(each, dict) and "message" in each and "timestamp" in each for each in items)
    )


def _log_list(record: Json) -> Iterator[Body]:
    yield from _numbered(record.get("events", record.get("logEvents")), _log)


def _is_subscription(record: Json) -> bool:
    """Of what a subscription calls a function with."""
    return isinstance(record.get("awslogs"), dict) and isinstance(record["awslogs"].get("data"), str)


def _subscription(record: Json) -> Iterator[Body]:
    found = of_base64(record["awslogs"]["data"], "awslogs.data")
    try:
        data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(found.text, _LONGEST)
        inner = bodies_in(parse(data))
    except (zlib.error, PayloadUnreadable):
        yield Body(fault=found.fault or "its awslogs.data is not JSON in gzip")
    else:
        yield from inner or ()


_LONGEST = 50_000_000
"""Bytes of what a subscription delivers; CloudWatch itself stops far below."""


def _is_query(record: Json) -> bool:
    """Of the results of a query in CloudWatch Logs Insights."""
    rows = record.get("results")
    return isinstance(rows, list) and bool(rows) and all(map(_is_row, rows))


def _is_row(row: Json) -> bool:
    return (
        isinstance(row, list)
        and bool(row)
        and all(isinstance(each, dict) and isinstance(each.get("field"), str) for each in row)
    )


def _query(record: Json) -> Iterator[Body]:
    yield from _numbered(record["results"], _row)


def _row(row: Json) -> Iterator[Body]:
    fields = {each["field"]: each.get("value") for each in row}
    yield from _dated(_in_message(fields.get("@message"), 0), fields.get("@timestamp"))


def _numbered(items: list[Json], read: Callable[[Json], Iterator[Body]]) -> Iterator[Body]:
    """What is in the items of a list, with their places in it as their numbers."""
    for number, item in enumerate(items, 1):
        for body in read(item):
            yield replace(body, number=number)


def in_log_line(text: str) -> Iterator[Body]:
    """The bodies that a line of a log tells of, whose time may stand before; none in most of them."""
    told = _TIME.match(text)
    yield from _dated(_in_message(text, 0), told[0] if told else None)


_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?")


def is_log_line(text: str) -> bool:
    """Whether a text starts as lines do in logs of CloudWatch: with a time, or as Lambda and API Gateway have it."""
    return _TIME.match(text) is not None or _LINE.match(text) is not None


_LINE = re.compile(r"(?:INIT_START|START|END|REPORT) RequestId: |INIT_START Runtime|\([0-9a-f]{8}-[0-9a-f-]{27}\) ")


def _dated(bodies: Iterator[Body], told: Json) -> Iterator[Body]:
    for body in bodies:
        yield body if body.received_at is not None else replace(body, received_at=told_moment(told))


def _in_message(message: Json, depth: int) -> Iterator[Body]:
    """What a log message tells of: a request to a function, a payload as it is, or a gateway's request body."""
    gateway = _GATEWAY.search(message) if isinstance(message, str) else None
    if gateway:
        yield from _gateway(gateway[1].strip())
        return
    value = _value_in(message) if isinstance(message, str) else message
    if value is None and isinstance(message, str) and _PROMISE.search(message):
        yield Body(fault="it tells of an event_name, but what is there is no JSON, or cut short")
    if not isinstance(value, dict):
        return
    if "event_name" in value:
        yield of_value(value)
    elif _is_proxied(value):
        yield from _proxied(value)
    elif "message" in value and depth < _DEEPEST:
        yield from _in_message(value["message"], depth + 1)


_PROMISE = re.compile(r"\{.*\bevent_name\b", re.DOTALL)


def _value_in(message: str) -> Json:
    """The JSON object in a message, between what a runtime puts around it; None where there is none."""
    text = of_text(message[max(0, message.find("{")) :]).text
    for end in (len(text), end_of_value(text)):
        try:
            return parse(text[:end].strip())
        except PayloadUnreadable:
            continue
    return None


_GATEWAY = re.compile(r"Method request body before transformations: ?(.*)", re.DOTALL)
_CUT = "[TRUNCATED]"


def _gateway(text: str) -> Iterator[Body]:
    if text.endswith(_CUT):
        yield Body(fault="API Gateway cut its body short, as it does behind 1 kB: log it in the function instead")
    elif text:
        yield of_text(text)


_EXPORTS: tuple[tuple[Callable[[Json], bool], Callable[[Json], Iterator[Body]]], ...] = (
    (_is_webhook_site, _webhook_site),
    (_is_webhook_site_list, _webhook_site_list),
    (_is_ngrok, _ngrok),
    (_is_ngrok_list, _ngrok_list),
    (_is_proxied, _proxied),
    (_is_log, _log),
    (_is_log_list, _log_list),
    (_is_query, _query),
    (_is_subscription, _subscription),
    (_is_smee, _smee),
)
"""Whether a record is of a tool, and what is in it; the first that is counts."""
