"""Captures as what other programs read: each form is a generator of its bytes, in constant memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from hookcli.cli.console import Output
from hookcli.delivery.headers import end_to_end, is_sendable
from hookcli.errors import OutputUnwritable
from hookcli.models import Arrival, Headers, Message, Verdict
from hookcli.redaction import MASK, redact_headers
from hookcli.reporting.capture_records import capture_record, iso
from hookcli.reporting.characters import visible
from hookcli.reporting.har import har
from hookcli.reporting.json_ import exact_json

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
"""What an event's name may have, and the name of a file should not."""

FILES = "files"
"""The form that is a file each."""


def _json_lines(arrivals: Iterable[Arrival], _url: str) -> Iterator[bytes]:
    return (exact_json(capture_record(arrival)).encode() + b"\n" for arrival in arrivals)


def _har(arrivals: Iterable[Arrival], _url: str) -> Iterator[bytes]:
    return (text.encode() for text in har(arrivals))


def _curl(arrivals: Iterable[Arrival], url: str) -> Iterator[bytes]:
    """A script for sh that sends the same bytes again."""
    yield b"#!/bin/sh\n# Sends captured webhooks again; made by hookcli captures export.\n"
    for arrival in arrivals:
        yield b"\n"
        yield from (line.encode("utf-8", "surrogateescape") + b"\n" for line in _curl_lines(arrival, url))


def _curl_lines(arrival: Arrival, url: str) -> Iterator[str]:
    from hookcli.delivery.curl import curl_line  # late: only this form needs it

    yield visible(f"# {arrival.id}: {arrival.event or 'no event'}, received {iso(arrival.received_at)}")
    headers, hidden = _sendable(arrival.headers)
    if hidden:
        yield visible(f"# Left out, as a credential or as what no header may hold: {', '.join(hidden)}")
    yield curl_line(Message(arrival.event or "", arrival.body, headers), url, arrival.method)


def _sendable(headers: Headers) -> tuple[Headers, list[str]]:
    """The header lines that can be sent again, and the names of those that cannot."""
    kept, hidden = [], []
    for name, value in redact_headers(end_to_end(headers)):
        if MASK in value or not is_sendable(name, value):
            hidden.append(name)
        else:
            kept.append((name, value))
    return tuple(kept), hidden


EXPORTS: dict[str, Callable[[Iterable[Arrival], str], Iterator[bytes]]] = {
    "jsonl": _json_lines,
    "har": _har,
    "curl": _curl,
}
"""`--format` -> what makes its bytes of captures, and of the URL that a script sends to."""


def write_files(folder: Path, arrivals: Iterable[Arrival]) -> None:
    """Write the exact body of each capture into a file of its own; one of the same name is written over.

    `000017-message.json` is the body of capture 17; `.bin` is what is not JSON.

    Raises:
        OutputUnwritable: the folder or a file cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputUnwritable(f"{folder}: cannot make this folder: {error.strerror}.") from error
    for arrival in arrivals:
        with Output(str(folder / _file_name(arrival))) as out:
            out.write(arrival.body)


def _file_name(arrival: Arrival) -> str:
    event = f"-{_UNSAFE.sub('_', arrival.event)[:100]}" if arrival.event else ""
    ending = "bin" if arrival.verdict is Verdict.UNREADABLE else "json"
    return f"{arrival.id:06d}{event}.{ending}"
