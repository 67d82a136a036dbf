"""What is said of an attempt that got no good answer."""

from __future__ import annotations

import re

from hookcli import errors
from hookcli.models import Failure
from hookcli.redaction import MASK

REASONS: dict[type[errors.DeliveryError], str] = {
    errors.UrlInvalid: "nothing can be sent to {where}: {detail}",
    errors.MessageUnsendable: "the message cannot be sent to {where}: {detail}",
    errors.NameUnknown: "the name of {where} is unknown ({detail}): is it spelled right, is there a network?",
    errors.ConnectionFailed: "nothing accepts connections at {where} ({detail}): is the receiver running?",
    errors.TlsFailed: "no secure connection with {where} ({detail}): does it speak https, and is its"
    " certificate trusted (--ca-bundle, --insecure)?",
    errors.ConnectTimedOut: "no connection with {where} within {deadline:g} s: is the address right, and does"
    " a firewall let it through?",
    errors.ProxyFailed: "the proxy {proxy} did not let the message through to {where} ({detail}): is it"
    " running, or should NO_PROXY name the host?",
    errors.Late: "no complete answer from {where} within {deadline:g} s, the sender's deadline: answer first,"
    " work afterwards",
    errors.ConnectionDropped: "{where} closed the connection before its answer was complete: does the log of"
    " the receiver show a crash?",
    errors.AnswerMalformed: "what {where} answered is not HTTP ({detail}): are scheme and port right?",
    errors.AnswerTooLong: "{where} answered with more than 10 MiB: answer with a status and a short body",
    errors.ApplicationFailed: "{where} {detail}",
}
"""What, where and how to fix it, per cause."""

_CREDENTIALS = re.compile(r"^([a-z][a-z0-9+.-]*://)?.*@", re.IGNORECASE | re.DOTALL)


def failure_of(error: errors.DeliveryError, *, where: str, deadline: float, proxy: str | None = None) -> Failure:
    """The cause of an error, with its sentence.

    Args:
        error: what happened; its text is the detail.
        where: host and port, or the URL, of the endpoint.
        deadline: seconds that the attempt had.
        proxy: the URL of the proxy that was asked.
    """
    cause = type(error)
    reason = REASONS[cause].format(where=shown(where), detail=error, deadline=deadline, proxy=shown(proxy or ""))
    return Failure(cause.__name__, reason, unreachable=isinstance(error, errors.Unreachable))


def shown(url: str) -> str:
    """A URL that may be broken, without anything that could be a password in it."""
    return _CREDENTIALS.sub(rf"\1{MASK}@", url)
