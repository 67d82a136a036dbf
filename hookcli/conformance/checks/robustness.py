"""What no sender should send: an endpoint refuses or ignores it, and lives on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hookcli.conformance.asking import Asker, Try, failed, were
from hookcli.conformance.registry import TRANSPORT, Finding, Turn, check, passed
from hookcli.jsontext import dump
from hookcli.models import Attempt, Json

_REMEDY = "Answer what you cannot read with a 4xx, and catch what a parser or a model raises."


@check("robust.garbage", TRANSPORT, turn=Turn.LAST)
def garbage(asker: Asker) -> Finding:
    """A body that is no JSON is no reason for a 5xx, a hang or a dropped connection.

    Truncated, not UTF-8, or bytes at random, each genuinely signed, so that it reaches the parser. Answer with a 4xx.
    """
    whole = asker.plain().body
    bodies = {
        "half a payload": whole[: len(whole) // 2],
        "two payloads": whole + whole,
        "not UTF-8": whole.replace(b"Hookcli", b"\xff\xfe\xc3\x28"),
        "bytes at random": bytes((at * 197 + 31) % 256 for at in range(512)),
        "a word": b"hookcli-test",
    }
    return _judge(asker, [Try(label, asker.mint.wrap("garbage", body)) for label, body in bodies.items()])


@check("robust.wrong-types", TRANSPORT, turn=Turn.LAST)
def wrong_types(asker: Asker) -> Finding:
    """A value of a type that the contract does not have is no reason for a 5xx, a hang or a dropped connection.

    Objects, lists, numbers and text in each other's place, at the top and below. Answer with a 4xx, or ignore it.
    """
    tries = [
        Try(f"the payload is {dump(value).decode()}", asker.mint.wrap(asker.known.carrier, dump(value)))
        for value in _NO_OBJECTS
    ]
    payloads = asker.mint.wrap(asker.known.carrier, dump([asker.mint.payload(asker.known.carrier)]))
    return _judge(asker, [*tries, Try("a list of payloads", payloads), *_mistyped(asker)])


_NO_OBJECTS: tuple[Json, ...] = ([], "text", 1, None)


def _mistyped(asker: Asker) -> Iterator[Try]:
    seen: set[tuple[str, ...]] = set()
    for event in asker.shapes():
        for path, value in _WRONG.items():
            payload = asker.mint.payload(event)
            if path not in seen and _replace(payload, path, value):
                seen.add(path)
                label = f"{event}: {'.'.join(path)} is {dump(value).decode()}"
                yield Try(label, asker.mint.message(event, payload))


_WRONG: dict[tuple[str, ...], Json] = {
    ("event_name",): 5, ("user",): "text", ("agent",): [], ("data",): "text", ("message",): 7,
    ("business_id",): {"id": 1}, ("timestamp",): 1.5, ("version",): None, ("user", "auth_id"): 12,
    ("data", "closing_categories"): "text", ("message", "body"): "text", ("message", "body", "data"): [],
    ("follow_up_details",): [],
}  # fmt: skip


def _replace(payload: Json, path: tuple[str, ...], value: Json) -> bool:
    """Write a value over another; whether there was one."""
    for key in path[:-1]:
        payload = payload.get(key) if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or path[-1] not in payload:
        return False
    payload[path[-1]] = value
    return True


@check("robust.not-json-type", TRANSPORT, turn=Turn.LAST)
def not_json_type(asker: Asker) -> Finding:
    """A Content-Type that is not application/json is no reason for a 5xx, a hang or a dropped connection.

    The body is a valid, genuinely signed payload. Answer with a 415 or 400, or read it all the same.
    """
    tries = []
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense", ""):
        message, headers = asker.plain(), (("Content-Type", kind),)
        label = f"Content-Type: {kind or '(empty)'}"
        tries.append(Try(label, asker.mint.wrap(message.event, message.body, headers=headers)))
    return _judge(asker, tries)


@check("robust.empty", TRANSPORT, turn=Turn.LAST)
def empty(asker: Asker) -> Finding:
    """An empty body, and an empty object, are no reason for a 5xx, a hang or a dropped connection.

    Health checks and curious people send such. Answer with a 4xx, or ignore it.
    """
    bodies = {"no body": b"", "white space": b" \n", "{}": b"{}"}
    return _judge(asker, [Try(label, asker.mint.wrap("empty", body)) for label, body in bodies.items()])


def _judge(asker: Asker, tries: Iterable[Try]) -> Finding:
    answers = asker.send_each(tries)
    bad = [answer for answer in answers if not _is_survived(answer.attempt)]
    if bad:
        return failed(f"{len(bad)} of {len(answers)} such messages {were(bad)} not survived", bad, _REMEDY)
    seen = ", ".join(sorted({str(answer.attempt.status) for answer in answers}))
    return passed(f"{len(answers)} of {len(answers)} such messages were answered with {seen}")


def _is_survived(attempt: Attempt) -> bool:
    return attempt.failure is None and attempt.status is not None and 200 <= attempt.status < 500
