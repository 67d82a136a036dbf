"""What was received and kept -> captures: a store, captures that were exported, and HTTP Archives (HAR 1.2).

The payload is the body of each request; its lines and columns are counted in the body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hookcli.capture.bodies import Body, captures_of, is_sending, of_base64, of_text
from hookcli.capture.exports import bodies_in, in_log_line
from hookcli.capture.files import LIMITS, Limits
from hookcli.capture.lines import capture_too_long
from hookcli.capture.moments import told_moment
from hookcli.capture.paths import At, Misses
from hookcli.capture.texts import capture_at
from hookcli.jsontext import parse_quickly
from hookcli.models import Capture, Json


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


def unpacked(
    record: Capture, at: At | None = None, misses: Misses | None = None, *, by_line: bool = False
) -> Iterator[Capture]:
    """The captures that are in a record, where it is one; else itself.

    Args:
        record: what may be an exported capture, an HTTP Archive or another tool's export (`exports`), or a payload.
        at: where payloads lie in it, whatever it is.
        misses: counts where there is nothing.
        by_line: whether records stand one a line.
    """
    if record.unreadable is not None:
        yield record
        return
    bodies = at.bodies(record.payload, misses or Misses()) if at is not None else _bodies(record.payload)
    if bodies is None:
        yield record
    else:
        yield from captures_of(record, bodies, by_line=by_line)


def holds_payloads(record: Json) -> bool:
    """Whether it is a record that payloads are in, rather than being one."""
    return _bodies(record) is not None


def only_payload(record: Json) -> Json:
    """The one payload that is in a record, or itself where it is none; quicker than `unpacked`.

    Raises:
        LookupError: there may be none in it, or several.
        ValueError: it is no JSON, or holds what only `jsontext.parse` reads as it is.
    """
    bodies = _bodies(record)
    if bodies is None:
        return record
    found = next(bodies, None)
    if found is None or found.fault is not None or next(bodies, None) is not None:
        raise LookupError
    return found.payload if found.pointer is not None else parse_quickly(found.text)


def _bodies(payload: Json) -> Iterator[Body] | None:
    if not isinstance(payload, dict) or "event_name" in payload:
        return None
    if is_exported(payload):
        return iter([_exported(payload)])
    return _archived(payload) if is_archive(payload) else bodies_in(payload)


def logged_on(path: str, number: int, line: bytes, limits: Limits = LIMITS) -> Iterator[Capture]:
    """The captures that a line of a log tells of; see `lines.capture_on` for the arguments."""
    if len(line) > limits.line + 1:
        yield capture_too_long(path, 0, number, limits)
        return
    record = Capture(path, 0, number)
    yield from captures_of(record, in_log_line(line.decode("utf-8", "surrogateescape")), by_line=True)


def exported(capture: Capture) -> Capture:
    """The body in a capture that was exported; unreadable where it is none."""
    if capture.unreadable is not None:
        return capture
    found = _exported(capture.payload) if is_exported(capture.payload) else Body(fault=_NO_EXPORT)
    return next(captures_of(capture, [found], by_line=True))


def archived(capture: Capture) -> Iterator[Capture]:
    """The bodies in an archive; requests without one are passed over."""
    if capture.unreadable is not None:
        return iter([capture])
    return captures_of(
        capture, _archived(capture.payload) if is_archive(capture.payload) else [Body(fault=_NO_ARCHIVE)], by_line=False
    )


_NO_EXPORT = "it is no exported capture: headers and body_base64 are wanted"
_NO_ARCHIVE = "it is no HTTP Archive: a log with version and entries is wanted (HAR 1.2)"


def _exported(record: Json) -> Body:
    found = of_base64(record["body_base64"], "body_base64")
    return replace(found, number=_number(record.get("id")), received_at=told_moment(record.get("received_at")))


def of_entry(entry: Capture, position: int) -> Iterator[Capture]:
    """The capture of an archive's entry that was read alone; none where its request has no body.

    Args:
        entry: one of `log.entries`.
        position: its place in these, from 1.
    """
    if entry.unreadable is not None:
        return iter([entry])
    return captures_of(entry, _of_entry(entry.payload, position), by_line=False)


def _archived(archive: Json) -> Iterator[Body]:
    for position, entry in enumerate(archive["log"]["entries"], 1):
        yield from _of_entry(entry, position)


def _of_entry(entry: Json, position: int) -> Iterator[Body]:
    request = entry.get("request") if isinstance(entry, dict) else None
    request = request if isinstance(request, dict) else {}
    data = request.get("postData")
    data = data if isinstance(data, dict) else {}
    text = data.get("text")
    if isinstance(text, str) and (text or is_sending(request.get("method", "POST"))):
        found = of_base64(text, "postData.text") if data.get("encoding") == "base64" else of_text(text)
        number = _number(entry.get("_id"))
        number = position if number is None else number
        yield replace(found, number=number, received_at=told_moment(entry.get("startedDateTime")))


def _number(told: Json) -> int | None:
    """The number that a capture says it has."""
    return told if isinstance(told, int) and not isinstance(told, bool) else None
