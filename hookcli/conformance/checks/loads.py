"""Many messages at once, and large ones."""

from __future__ import annotations

from hookcli.conformance.asking import Asker, failed, warned
from hookcli.conformance.registry import ORDERING, TRANSPORT, Finding, check, passed
from hookcli.models import Json, Message

BURST = 50
"""Messages at once; a backlog of an hour is released like that."""

_LADDER = (10_240, 102_400 + 512, 1_048_576)
"""Bytes: 100 kB is the limit of many a framework (Express: 100kb = 102,400), which a long conversation reaches."""


@check("burst", ORDERING, alone=True)
def burst(asker: Asker) -> Finding:
    """Fifty messages at once are all accepted in time.

    After an outage the sender delivers its backlog together. Answer first, work afterwards; do not limit the rate below
    that.
    """
    messages = [asker.mint.message(asker.known.carrier) for _ in range(BURST)]
    answers = [*zip([f"{at} of {BURST}" for at in range(1, BURST + 1)], asker.send_at_once(messages), strict=True)]
    return asker.judge(
        answers,
        what="messages that came at once were",
        remedy="Answer first and work afterwards; raise the limits on connections and rate.",
    )


@check("body-size", TRANSPORT)
def body_size(asker: Asker) -> Finding:
    """Payloads of 10 kB and a little over 100 kB are accepted, and better 1 MB too.

    A comment or a carousel can be long, and nothing bounds it. Express's default limit is 100 kB
    (`express.json({limit: "1mb"})`); nginx's is 1 MB (`client_max_body_size`).
    """
    answers = [(f"{size:,} bytes", asker.send(_message_of(asker, size))) for size in _LADDER]
    *must, better = answers
    bad = [(label, attempt) for label, attempt in must if not asker.is_accepted(attempt)]
    if bad:
        return failed(f"{len(bad)} of {len(must)} payloads up to 100 kB were not accepted", bad, _LIMIT)
    if not asker.is_accepted(better[1]):
        return warned("a payload of 1 MB was not accepted", [better], _LIMIT)
    return passed("payloads of 10 kB, 100 kB and 1 MB were accepted")


_LIMIT = "Raise the limit on a request's body, in the framework and in the proxy before it."


def _message_of(asker: Asker, size: int) -> Message:
    """A valid message whose body has so many bytes."""
    event = asker.known.carrier
    payload = asker.mint.payload(event)
    place, key = _longest_place(payload)
    place[key] = ""
    room = size - len(asker.mint.message(event, payload).body)
    place[key] = ("hookcli test " * (room // 13 + 1))[:room]
    return asker.mint.message(event, payload)


def _longest_place(payload: Json) -> tuple[dict[str, Json], str]:
    """Where a long text may stand: what somebody wrote; else a key that the contract allows at any time."""
    message = payload.get("message")
    if isinstance(message, dict) and isinstance(message.get("body"), dict):
        return message["body"], "text"
    data = payload.get("data")
    if isinstance(data, dict):
        categories = data.setdefault("closing_categories", {"reason": "", "subReason": ""})
        return categories, "comment"
    return payload, "hookcli_test"
