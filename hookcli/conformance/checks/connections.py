"""Connections that are kept, and such that are not."""

from __future__ import annotations

from collections.abc import Iterator

from hookcli.conformance.asking import Answer, Asker, Try
from hookcli.conformance.registry import TRANSPORT, Finding, check, skipped
from hookcli.conformance.watch import is_dropped
from hookcli.models import Attempt, Message

_TIMES = 3

_PAUSES = (0.01, 0.1, 0.4)
"""Seconds in which an endpoint that wants no more on a connection closes it; the longer ones for a busy machine."""


@check("connection.reuse", TRANSPORT)
def reuse(asker: Asker) -> Finding:
    """Several messages over one connection are all answered, also behind one that was refused.

    Senders keep connections open. An endpoint that does not want that says `Connection: close`, and closes it. One that
    refuses a message without reading its body takes the rest for the next request: read it, or close the connection.
    """
    if asker.target.is_in_process:
        return skipped("in process there are no connections")
    for pause in _PAUSES:
        answers = _on_one_connection(asker, pause)
        if not any(is_dropped(answer.attempt) for answer in answers):  # else: was it slow to close the connection?
            break
    return asker.judge(
        answers,
        what="messages on one connection",
        remedy="Read the whole body of each request, also of one that you refuse; give each answer a Content-Length.",
    )


def _on_one_connection(asker: Asker, pause: float) -> list[Answer]:
    with asker.on_one_connection() as send:

        def send_and_pause(message: Message) -> Attempt:
            attempt = send(message)
            asker.pause(pause)
            return attempt

        answers = asker.send_one_by_one(_mixed(asker), send_and_pause)
    return [answer for answer in answers if answer.label]


def _mixed(asker: Asker) -> Iterator[Try]:
    """Plain messages, and in between such as may be refused, which have no label."""
    yield from (Try(f"message {number}", asker.plain()) for number in range(1, _TIMES + 1))
    for what, headers in (("forged", ()), ("with another Content-Type", (("Content-Type", "text/plain"),))):
        message = asker.plain()
        signature = "0" * 40 if what == "forged" else None
        yield Try("", asker.mint.wrap(message.event, message.body, signature=signature, headers=headers))
        yield Try(f"a message behind one that was {what}", asker.plain())


@check("connection.close", TRANSPORT)
def close(asker: Asker) -> Finding:
    """Messages with a connection of their own each, which asks to be closed, are all answered.

    Proxies and simple senders say `Connection: close`, which asks for its end behind the answer: one that is closed
    before the answer is out looks like a crash, and the sender tries again.
    """
    if asker.target.is_in_process:
        return skipped("in process there are no connections")
    tries = []
    for number in range(1, _TIMES + 1):
        message = asker.plain()
        closing = asker.mint.wrap(message.event, message.body, headers=(("Connection", "close"),))
        tries.append(Try(f"message {number} with Connection: close", closing))
    return asker.judge(
        asker.send_each(tries),
        what="messages with a connection of their own",
        remedy="Answer before you close the connection, also where the request says Connection: close.",
    )
