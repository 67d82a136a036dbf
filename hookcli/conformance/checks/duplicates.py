"""Messages that come again, and messages that come in another order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from hookcli.conformance.asking import Asker, failed
from hookcli.conformance.registry import ORDERING, RETRIES, Finding, check, passed, skipped
from hookcli.models import Attempt, Message

_REMEDY = (
    "Keep what you have processed (a unique key over the body's hash, or over the ids in it, written in the same"
    " transaction as the effect), and answer a duplicate with 200."
)
_AT_ONCE = 5


@check("duplicate.same-bytes", ORDERING, needs_probe=True)
def same_bytes(asker: Asker) -> Finding:
    """The same message again is answered with a 2xx, and takes effect once.

    A sender that did not get the answer sends the message again. Anything but a 2xx makes it try on and on, and in the
    end disable the webhook.
    """
    message = asker.mint.message(asker.known.carrier)
    return _judge(asker, lambda: [asker.send(message) for _ in range(3)], ["at first", "again", "and again"])


@check("duplicate.concurrent", ORDERING, needs_probe=True)
def concurrent(asker: Asker) -> Finding:
    """The same message several times at once is answered with a 2xx each time, and takes effect once.

    To look whether a message is known and then to write it down lets two of them through: let a unique index decide.
    """
    message = asker.mint.message(asker.known.carrier)
    labels = [f"{number} of {_AT_ONCE} at once" for number in range(1, _AT_ONCE + 1)]
    return _judge(asker, lambda: asker.send_at_once([message] * _AT_ONCE), labels)


@check("duplicate.retried-after-timeout", RETRIES, needs_probe=True)
def retried_after_timeout(asker: Asker) -> Finding:
    """A message whose answer nobody waited for, and which then comes again, takes effect once.

    The sender hangs up after its deadline, while you may still be at work; then it tries again.
    """
    abandon = asker.target.abandon
    if abandon is None:
        return skipped("in process nobody hangs up")
    message = asker.mint.message(asker.known.carrier)

    def send() -> list[Attempt]:
        abandon(message)
        return [asker.send(message)]

    return _judge(asker, send, ["after the sender hung up"])


def _judge(asker: Asker, send: Callable[[], Sequence[Attempt]], labels: Sequence[str]) -> Finding:
    """The verdict on one message that was sent several times."""
    attempts, raised = asker.effects_of(send, expected=1)
    answers = [*zip(labels, attempts, strict=True)]
    bad = [(label, attempt) for label, attempt in answers if not asker.is_accepted(attempt)]
    if bad:
        return failed(f"{len(bad)} of {len(answers)} copies of a message were not accepted", bad, _REMEDY)
    if raised is None:
        return skipped(
            "all copies were accepted; whether they took effect once only --probe-url or --probe-cmd can tell"
        )
    if raised != 1:
        return failed(f"one message, sent again, took effect {raised} times", answers, _REMEDY)
    return passed("all copies were accepted, and took effect once")


@check("order.shuffled", ORDERING)
def shuffled(asker: Asker) -> Finding:
    """The events of two users' conversations, interleaved and out of order, are all accepted.

    Deliveries overtake one another: a chat may be completed before it was pinned. Do not answer with an error because
    something is not there yet; create it, or put the message aside.
    """
    messages: list[tuple[str, Message]] = []
    for user in ("one user", "another user"):
        first = asker.mint.payload(asker.known.carrier)
        for event in asker.known.accepted:
            payload = {**asker.mint.payload(event), "user": {**first["user"]}}
            messages.append((f"{event} of {user}", asker.mint.message(event, payload)))
    Random(0).shuffle(messages)  # noqa: S311 (an order, not a secret)
    return asker.all_accepted(
        messages,
        what="events out of order were",
        remedy="Accept events in any order: create what is not there yet, or put the message aside.",
    )
