"""Captures as an HTTP Archive (HAR 1.2), which browsers, proxies and API clients read; piece by piece."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote

from hookcli import __version__
from hookcli.models import Arrival, Headers, Json
from hookcli.redaction import redact_headers, redact_query
from hookcli.reporting.capture_records import iso
from hookcli.reporting.json_ import to_json
from hookcli.reporting.records import milliseconds

_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_UNKNOWN = -1
"""What HAR wants for a size that is not known."""

_ENCODED = "the body is not UTF-8: text is its base64"


def har(arrivals: Iterable[Arrival]) -> Iterator[str]:
    """The text of an archive of captures; credentials are masked by name."""
    head = to_json({"version": "1.2", "creator": {"name": "hookcli", "version": __version__}})
    yield f'{{"log":{head[:-1]},"entries":['
    comma = ""
    for arrival in arrivals:
        yield f"{comma}\n{to_json(_entry(arrival))}"
        comma = ","
    yield "\n]}}\n"


def _entry(arrival: Arrival) -> dict[str, Json]:
    """An entry; what HAR has no word for is in keys that start with `_`, as section "Custom fields" wants."""
    elapsed = milliseconds(arrival.elapsed or 0)
    return {
        "startedDateTime": iso(arrival.received_at),
        "time": elapsed,
        "request": _request(arrival),
        "response": {
            "status": arrival.status or 0, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
            "content": {"size": 0, "mimeType": "x-unknown"}, "redirectURL": "", "headersSize": _UNKNOWN,
            "bodySize": _UNKNOWN,
        },
        "cache": {},
        "timings": {"send": 0, "wait": elapsed, "receive": 0},
        "_id": arrival.id,
        "_event": arrival.event,
        "_signature": arrival.signature.value,
        "_verdict": arrival.verdict.value,
    }  # fmt: skip


def _request(arrival: Arrival) -> dict[str, Json]:
    url = _url(arrival)
    pairs = parse_qsl(url.partition("?")[2], keep_blank_values=True, errors="replace")
    return {
        "method": arrival.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in redact_headers(arrival.headers)],
        "queryString": [{"name": name, "value": value} for name, value in pairs],
        **({"postData": _post_data(arrival)} if arrival.body else {}),
        "headersSize": _UNKNOWN,
        "bodySize": arrival.size,
    }


def _post_data(arrival: Arrival) -> dict[str, Json]:
    kind = _value(arrival.headers, "content-type") or "application/octet-stream"
    try:
        return {"mimeType": kind, "text": arrival.body.decode()}
    except UnicodeDecodeError:
        text = b64encode(arrival.body).decode()
        return {"mimeType": kind, "text": text, "encoding": "base64", "comment": _ENCODED}


def _url(arrival: Arrival) -> str:
    """The URL that was asked for, as far as the request tells: behind a proxy, by what that says of it."""
    scheme = _value(arrival.headers, "x-forwarded-proto").lower()
    host = _value(arrival.headers, "x-forwarded-host") or _value(arrival.headers, "host")
    path = quote(redact_query(arrival.path), safe="/?&=%:;,@!$'()*+~-._", errors="surrogateescape")
    origin = f"{'https' if scheme == 'https' else 'http'}://{host if _HOST.fullmatch(host) else 'localhost'}"
    return origin + ("" if path.startswith("/") else "/") + path


def _value(headers: Headers, name: str) -> str:
    return next((value for each, value in headers if each.lower() == name), "")
