"""Many messages at once, and large ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from hookcli.conformance.asking import Answer, Asker, Try, failed, warned, were
from hookcli.conformance.messages import places_of_text
from hookcli.conformance.registry import ORDERING, TRANSPORT, Finding, Turn, check, passed
from hookcli.conformance.watch import BURST

_LADDER = (10_240, 102_400 + 512)
"""Bytes: 100 kB is the limit of many a framework (Express: 100kb = 102,400), which a long conversation reaches."""

_LARGE = 1_048_576
"""The limit of nginx."""


@check("burst", ORDERING, turn=Turn.ALONE)
def burst(asker: Asker) -> Finding:
    """Fifty messages at once are all accepted in time.

    After an outage the sender delivers its backlog together. Answer first, work afterwards; allow for fifty connections
    (listen queue, workers, database pool), and do not limit the rate below that.
    """
    messages = [asker.plain() for _ in range(BURST)]
    attempts = asker.send_burst(messages)
    answers = [
        Answer(f"{number} of {BURST}", message, attempt)
        for number, (message, attempt) in enumerate(zip(messages, attempts, strict=True), start=1)
    ]
    bad = [answer for answer in answers if not asker.is_accepted(answer.attempt)]
    if bad:
        return failed(f"{len(bad)} of {BURST} messages that came at once {were(bad)} not accepted", bad, _MORE)
    slowest = max(attempt.elapsed for attempt in attempts)
    return passed(f"{BURST} of {BURST} messages that came at once were accepted, the last after {slowest:.3f} s")


_MORE = "Answer first and work afterwards; raise the limits on connections and rate."


@check("body-size", TRANSPORT)
def body_size(asker: Asker) -> Finding:
    """Payloads of 10 kB and a little over 100 kB are accepted, and better 1 MB too.

    A comment or a carousel can be long, and nothing bounds it. Express's default limit is 100 kB
    (`express.json({limit: "1mb"})`); nginx's is 1 MB (`client_max_body_size`). A limit at 1 MB is a warning.
    """
    small = asker.send_each(_payloads(asker, _LADDER))
    finding = asker.judge(small, what="payloads up to 100 kB", remedy=_LIMIT)
    if not all(asker.is_accepted(answer.attempt) for answer in small):
        return finding
    large = asker.send_each(_payloads(asker, (_LARGE,)))
    refused = [answer for answer in large if not asker.is_accepted(answer.attempt)]
    if refused:
        return warned(f"{len(refused)} of {len(large)} payloads of 1 MB {were(refused)} not accepted", refused, _LIMIT)
    return passed("payloads of 10 kB, 100 kB and 1 MB were accepted")


_LIMIT = "Raise the limit on a request's body, in the framework and in the proxy before it."


def _payloads(asker: Asker, sizes: tuple[int, ...]) -> Iterator[Try]:
    for event in asker.shapes():
        for size in sizes:
            payload = asker.mint.payload(event)
            for place, key in islice(places_of_text(payload), 1):
                place[key] = ""
                room = size - len(asker.mint.message(event, payload).body)
                place[key] = (_FILLING * (room // len(_FILLING) + 1))[:room]
                yield Try(f"{event} of {size:,} bytes", asker.mint.message(event, payload))


_FILLING = "hookcli test "
