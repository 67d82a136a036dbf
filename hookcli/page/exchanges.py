"""Requests to the page, and answers of it, as ASGI carries them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from hookcli.dataclass import dataclass
from hookcli.delivery.asgi import Event, Receive, Send
from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import dump, parse
from hookcli.models import Json

LONGEST_BODY = 64 * 1024
"""Bytes of a request's body."""

_PATIENCE = 10.0
"""Seconds that a body may take to come."""

_MOST_FIELDS = 100
"""Fields of a query."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What a browser lets the page do (Content Security Policy, level 3); the last two forbid text that becomes markup."""

_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a browser asks for."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """By their names in lower case; what came twice is joined by a comma."""
    scheme: str = "http"

    def one(self, name: str) -> str:
        """A field of the query, the last if there are more; empty where there is none."""
        return self.query.get(name, [""])[-1]

    def whole(self, name: str) -> int | None:
        """A number in the query.

        Raises:
            Refused: it is something else, or larger than any number in a store.
        """
        return number_of(self.one(name), name) if self.one(name) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to it."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    """The media type."""
    headers: tuple[tuple[str, str], ...] = ()


class Refused(Exception):
    """The request gets this answer instead of what it asked for."""

    def __init__(self, status: int, why: str, *headers: tuple[str, str]) -> None:
        super().__init__(why)
        self.answer = Answer(status, dump({"error": why}), headers=headers)


def json_answer(value: Json) -> Answer:
    """A value, as JSON."""
    return Answer(body=dump(value))


def number_of(text: str, name: str) -> int:
    """A number of a capture.

    Raises:
        Refused: it is something else, or larger than any number in a store.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(400, f"{name} must be the number of a capture")
    return int(text)


def request_of(scope: Event) -> Request:
    """What an ASGI scope asks for.

    Raises:
        Refused: its query has too many fields.
    """
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    try:
        query = parse_qs(
            scope.get("query_string", b"").decode("latin-1"), errors="surrogateescape", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Refused(400, f"the query has more than {_MOST_FIELDS} fields") from None
    return Request(scope["method"], scope["path"], query, headers, scope.get("scheme", "http"))


async def read_object(request: Request, receive: Receive) -> dict[str, Any]:
    """The JSON object in a request's body.

    Raises:
        Refused: it is none, too long, too slow, or not said to be JSON (which other sites' pages cannot send unasked).
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "the body must be application/json")
    try:
        value = parse(await asyncio.wait_for(_read_body(receive), _PATIENCE))
    except asyncio.TimeoutError:
        raise Refused(408, f"the body did not come within {_PATIENCE:g} s") from None
    except PayloadUnreadable as error:
        raise Refused(400, f"the body is not JSON: {error.reason}") from error
    if not isinstance(value, dict):
        raise Refused(400, "the body must be a JSON object")
    return value


async def _read_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Refused(400, "the request ends too early")
        body, more = body + event.get("body", b""), event.get("more_body", False)
        if len(body) > LONGEST_BODY:
            raise Refused(413, f"the body is longer than {LONGEST_BODY} bytes")
    return body


async def start(send: Send, answer: Answer, *, length: int | None = None) -> None:
    """Send the head of an answer, with what every answer says to a browser."""
    lines = [("Content-Type", answer.kind), *_ALWAYS.items(), *answer.headers]
    if length is not None:
        lines.append(("Content-Length", str(length)))
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in lines]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def say(send: Send, answer: Answer, *, is_head: bool = False) -> None:
    """Send a whole answer; for a HEAD without its body."""
    await start(send, answer, length=len(answer.body))
    await send({"type": "http.response.body", "body": b"" if is_head else answer.body})
