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
    """Fifty messages at once are all accepted in time; where effects are counted, each takes effect.

    After an outage the sender delivers its backlog together. Answer first, work afterwards; allow for fifty connections
    (listen queue, workers, database pool), and do not limit the rate below that. What is accepted must not get lost, in
    a queue that overflows or a count that is read and then written.
    """
    messages = [asker.plain() for _ in range(BURST)]
    before = asker.settled()
    attempts = asker.send_burst(messages)
    answers = [
        Answer(f"{number} of {BURST}", message, attempt)
        for number, (message, attempt) in enumerate(zip(messages, attempts, strict=True), start=1)
    ]
    bad = [answer for answer in answers if not asker.is_accepted(answer.attempt)]
    if bad:
        return failed(f"{len(bad)} of {BURST} messages that came at once {were(bad)} not accepted", bad, _MORE)
    lost = _lost(asker, before)
    if lost:
        message = f"{BURST} messages that came at once were accepted, but {lost} of them took no effect"
        return failed(message, answers[-1:], _SAFER)
    slowest = max(attempt.elapsed for attempt in attempts)
    return passed(f"{BURST} of {BURST} messages that came at once were accepted, the last after {slowest:.3f} s")


def _lost(asker: Asker, before: int | None) -> int:
    """How many of the messages took no effect, as far as that is known: a slow worker may still be at work."""
    if before is None or asker.effects is None:
        return 0
    unit = asker.effects.unit
    rise = asker.effects.rise_in_the_end(before, BURST * unit, at_most=_LONGEST_WORK)
    return 0 if rise is None else max(0, BURST - -(-rise // unit))


_LONGEST_WORK = 10.0
"""Seconds in which the effects of a burst are waited for."""

_SAFER = "Let the effect be as safe as the answer: a queue that keeps all, and a count that the database itself raises."
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
