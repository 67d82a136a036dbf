"""Connections that are kept, and such that are not."""

from __future__ import annotations

from hookcli.conformance.asking import Asker
from hookcli.conformance.registry import TRANSPORT, Finding, check, skipped

_TIMES = 5


@check("connection.reuse", TRANSPORT)
def reuse(asker: Asker) -> Finding:
    """Several messages over one connection are all answered.

    Senders keep connections open. An endpoint that does not want that says `Connection: close`, and closes it.
    """
    if asker.target.is_in_process:
        return skipped("in process there are no connections")
    with asker.target.alone() as send:
        answers = [(f"message {number} on one connection", send(asker.mint.message(asker.known.carrier)))
                   for number in range(1, _TIMES + 1)]  # fmt: skip
    return asker.judge(
        answers,
        what="messages on one connection were",
        remedy="Read the whole body of each request, and give each answer a Content-Length.",
    )


@check("connection.close", TRANSPORT)
def close(asker: Asker) -> Finding:
    """Messages with a connection of their own each, which asks to be closed, are all answered."""
    if asker.target.is_in_process:
        return skipped("in process there are no connections")
    answers = []
    for number in range(1, _TIMES + 1):
        message = asker.mint.message(asker.known.carrier)
        closing = asker.mint.wrap(message.event, message.body, headers=(("Connection", "close"),))
        with asker.target.alone() as send:
            answers.append((f"message {number} with a connection of its own", send(closing)))
    return asker.judge(
        answers,
        what="messages with a connection of their own were",
        remedy="Answer before you close the connection, also where the request says Connection: close.",
    )
