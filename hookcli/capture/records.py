"""What was received and kept -> captures: a store, captures that were exported, and HTTP Archives (HAR 1.2).

The payload is the body of each request; its lines and columns are counted in the body.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace

from hookcli.capture.moments import told_moment
from hookcli.capture.texts import capture_at
from hookcli.models import Capture, Json, Violation


def read_store(path: str) -> Iterator[Capture]:
    """The bodies in a store, the oldest first, in constant memory.

    Raises:
        StoreUnusable: it is none, or cannot be read.
    """
    from hookcli.capture.store import Store  # late: most files are none

    with Store(path) as store:
        for index, arrival in enumerate(store.find(newest_first=False, whole=True)):
            kept = capture_at(path, index, 1, 1, arrival.body, arrival.id)
            yield replace(kept, received_at=arrival.received_at)


def is_exported(payload: Json) -> bool:
    """Whether it is a capture as `hookcli captures export` writes it, rather than a payload."""
    return isinstance(payload, dict) and "body_base64" in payload and "headers" in payload


def is_archive(payload: Json) -> bool:
    """Whether it is an HTTP Archive."""
    log = payload.get("log") if isinstance(payload, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list) and "version" in log


def unpacked(capture: Capture) -> Iterator[Capture]:
    """The captures that are in one, where it is an exported one or an archive; else itself."""
    if is_exported(capture.payload):
        yield exported(capture)
    elif is_archive(capture.payload):
        yield from archived(capture)
    else:
        yield capture


def exported(capture: Capture) -> Capture:
    """The body in a capture that was exported; unreadable where it is none."""
    if capture.unreadable is not None:
        return capture
    if not is_exported(capture.payload):
        return _faulty(capture, "it is no exported capture: headers and body_base64 are wanted")
    number = _number(capture.payload.get("id"), capture.line)
    try:
        body = b64decode(capture.payload["body_base64"], validate=True)
    except (TypeError, ValueError, binascii.Error):
        return _faulty(capture, "its body_base64 is not base64 (RFC 4648, section 4)")
    found = capture_at(capture.source, capture.index, 1, 1, body, number)
    return replace(found, received_at=told_moment(capture.payload.get("received_at")))


def archived(capture: Capture) -> Iterator[Capture]:
    """The bodies in an archive; requests without one are passed over."""
    if capture.unreadable is not None:
        yield capture
        return
    if not is_archive(capture.payload):
        yield _faulty(capture, "it is no HTTP Archive: a log with version and entries is wanted (HAR 1.2)")
        return
    index = 0
    for position, entry in enumerate(capture.payload["log"]["entries"], 1):
        data = _post_data(entry)
        if data is not None:
            number = _number(entry.get("_id"), position)
            found = _of_post_data(data, replace(capture, index=index), number)
            yield replace(found, received_at=told_moment(entry.get("startedDateTime")))
            index += 1


def _post_data(entry: Json) -> dict[str, Json] | None:
    request = entry.get("request") if isinstance(entry, dict) else None
    data = request.get("postData") if isinstance(request, dict) else None
    return data if isinstance(data, dict) and isinstance(data.get("text"), str) else None


def _of_post_data(data: dict[str, Json], capture: Capture, number: int) -> Capture:
    body = data["text"].encode("utf-8", "surrogatepass")
    if data.get("encoding") == "base64":
        try:
            body = b64decode(body, validate=True)
        except binascii.Error:
            return replace(_faulty(capture, "its postData.text is not base64, as its encoding says"), number=number)
    return capture_at(capture.source, capture.index, 1, 1, body, number)


def _number(told: Json, place: int) -> int:
    """The number that a capture says it has, else its place."""
    return told if isinstance(told, int) and not isinstance(told, bool) else place


def _faulty(capture: Capture, why: str) -> Capture:
    fault = Violation(None, None, why, capture.line, capture.column)
    return replace(capture, text=b"", payload=None, unreadable=fault)
