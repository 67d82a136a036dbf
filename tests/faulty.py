"""An endpoint with some faults, for reports that have something to say."""

from __future__ import annotations

import hashlib
import hmac
import json

from hookcli.capture.server import Answer, Request

SECRET = "s3cr3t-value"
_DEEP = b'{"a":' * 100
"""What some versions of Python read, and others don't."""


def shop(request: Request) -> Answer:
    """Takes what is not signed, answers one event with 201, refuses unknown ones, and fails on what is no object."""
    signature = {name.lower(): value for name, value in request.headers}.get("x-hub-signature")
    genuine = "sha1=" + hmac.new(SECRET.encode(), request.body, hashlib.sha1).hexdigest()
    if signature is not None and not hmac.compare_digest(signature.encode("utf-8", "replace"), genuine.encode()):
        return Answer(401, b'{"error": "not genuine"}')
    try:
        payload = None if request.body.startswith(_DEEP) else json.loads(request.body)
    except ValueError:
        payload = None
    if payload is None and request.body != b"null":
        return Answer(400, b"no JSON")
    if not isinstance(payload, dict):
        return Answer(500, b"<h1>Internal Server Error</h1>")
    if payload.get("event_name") == "hookcli_test_event":
        return Answer(422, b'{"detail": "unknown event | ::error::x ##[error]"}')
    return Answer(201 if payload.get("event_name") == "chat_pinned" else 200, b"ok")
