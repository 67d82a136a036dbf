"""What no sender should send: an endpoint refuses or ignores it, and lives on."""

from __future__ import annotations

from collections.abc import Iterable

from hookcli.conformance.asking import Asker, failed
from hookcli.conformance.registry import TRANSPORT, Finding, check, passed
from hookcli.jsontext import dump
from hookcli.models import Attempt, Json, Message

_REMEDY = "Answer what you cannot read with a 4xx, and catch what a parser or a model raises."


@check("robust.garbage", TRANSPORT, alone=True)
def garbage(asker: Asker) -> Finding:
    """A body that is no JSON is no reason for a 5xx, a hang or a dropped connection.

    Truncated, not UTF-8, or bytes at random, each genuinely signed, so that it reaches the parser. Answer with a 4xx.
    """
    whole = asker.mint.message(asker.known.carrier).body
    bodies = {
        "half a payload": whole[: len(whole) // 2],
        "two payloads": whole + whole,
        "not UTF-8": whole.replace(b"Hookcli", b"\xff\xfe\xc3\x28"),
        "bytes at random": bytes((at * 197 + 31) % 256 for at in range(512)),
        "nested 2,000 deep": b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    }
    return _judge(asker, [(label, asker.mint.wrap("garbage", body)) for label, body in bodies.items()])


@check("robust.wrong-types", TRANSPORT, alone=True)
def wrong_types(asker: Asker) -> Finding:
    """A value of a type that the contract does not have is no reason for a 5xx, a hang or a dropped connection.

    Objects, lists, numbers and text in each other's place, at the top and below. Answer with a 4xx, or ignore it.
    """
    event, tries = asker.known.carrier, []
    for key, value in _WRONG.items():
        payload = asker.mint.payload(event)
        if key in payload or key == "event_name":
            tries.append((f"{key} is {dump(value).decode()}", asker.mint.message(event, {**payload, key: value})))
    for value in ([], "text", 1, None, [asker.mint.payload(event)]):
        label = "a list of payloads" if isinstance(value, list) and value else dump(value).decode()
        tries.append((f"the payload is {label}", asker.mint.wrap(event, dump(value))))
    return _judge(asker, tries)


_WRONG: dict[str, Json] = {
    "event_name": 5, "user": "text", "agent": [], "data": "text", "message": 7, "business_id": {"id": 1},
    "timestamp": 1.5, "version": None,
}  # fmt: skip


@check("robust.not-json-type", TRANSPORT, alone=True)
def not_json_type(asker: Asker) -> Finding:
    """A Content-Type that is not application/json is no reason for a 5xx, a hang or a dropped connection.

    The body is a valid, genuinely signed payload. Answer with a 415 or 400, or read it all the same.
    """
    tries = []
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense", ""):
        message = asker.mint.message(asker.known.carrier)
        headers = (("Content-Type", kind),)
        tries.append((f"Content-Type: {kind}".rstrip(), asker.mint.wrap(message.event, message.body, headers=headers)))
    return _judge(asker, tries)


@check("robust.empty", TRANSPORT, alone=True)
def empty(asker: Asker) -> Finding:
    """An empty body, and an empty object, are no reason for a 5xx, a hang or a dropped connection."""
    bodies = {"no body": b"", "white space": b" \n", "{}": b"{}"}
    return _judge(asker, [(label, asker.mint.wrap("empty", body)) for label, body in bodies.items()])


def _judge(asker: Asker, tries: Iterable[tuple[str, Message]]) -> Finding:
    answers = [(label, asker.send(message)) for label, message in tries]
    bad = [(label, attempt) for label, attempt in answers if not _is_survived(attempt)]
    if bad:
        return failed(f"{len(bad)} of {len(answers)} such messages were not survived", bad, _REMEDY)
    seen = ", ".join(sorted({str(attempt.status) for _, attempt in answers}))
    return passed(f"{len(answers)} of {len(answers)} such messages were answered with {seen}")


def _is_survived(attempt: Attempt) -> bool:
    return attempt.failure is None and attempt.status is not None and 200 <= attempt.status < 500
