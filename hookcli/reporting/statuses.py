"""What an answer that does not count as delivered tells whoever looks after the endpoint."""

from __future__ import annotations

from collections.abc import Container

from hookcli.models import Attempt, Delivery, Failure, Happening, Message, Then

KIND = "Status"
"""The kind of failure that is an answer with the wrong status."""

SENTENCES: tuple[tuple[Container[int | None], str], ...] = (
    (range(200, 300), "another status was expected: is --expect, or the profile's success, as it should be?"),
    ({301, 302, 303, 307, 308}, "redirects are not followed: give the final URL"),
    ({400, 422}, "the endpoint refused the payload: its answer or its log says why"),
    ({401, 403}, "the endpoint refused the message: is the secret the same on both sides?"),
    ({404, 405, 410}, "nothing there takes a POST: is the path right?"),
    ({411}, "the endpoint wants a Content-Length: leave out the header Transfer-Encoding"),
    ({413}, "the payload is too long for the endpoint: raise its limit"),
    ({415}, "the endpoint does not take this Content-Type: Haptik's is application/json"),
    ({429}, "the endpoint takes no more for now: raise its limit, or lower --concurrency"),
    (range(500, 600), "the endpoint failed: see its log"),
)
"""Statuses, and what to do about them."""

ENDINGS: dict[Happening | None, str] = {
    Happening.EXPIRED: "expired: it waited for too long while the webhook was disabled",
    Happening.LEFT: "left: the run was over before it was delivered",
}
"""What is said of a message whose end no attempt decided."""

_ANY_OTHER = "Haptik counts only a 2xx as delivered"


def explain(status: int | None) -> str:
    """One sentence on a status that does not count: what it means here and how to fix it."""
    return next((sentence for statuses, sentence in SENTENCES if status in statuses), _ANY_OTHER)


def named(message: Message) -> str:
    """The event of a message, after the number of the capture that it is."""
    return message.event if message.capture is None else f"#{message.capture} {message.event}".rstrip()


def answered_then(then: Then) -> str:
    """What a message was answered when it came: `[200] then, after 1.2 ms`."""
    status = "no answer then" if then.status is None else f"[{then.status}] then"
    after = "" if then.elapsed is None else f", after {round(then.elapsed * 1000, 1):,} ms"
    return f"{status}{after}{f', by {then.endpoint}' if then.endpoint else ''}"


def failure_of(attempt: Attempt, delivery: Delivery) -> Failure | None:
    """Why an attempt of the delivery does not count; None for the one that delivered it."""
    if delivery.delivered and attempt is delivery.last:
        return None
    return why(attempt)


def why(attempt: Attempt) -> Failure:
    """Why an attempt that delivered nothing does not count."""
    return attempt.failure or Failure(KIND, explain(attempt.status))
