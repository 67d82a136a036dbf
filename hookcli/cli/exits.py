"""What each end of a command is called, as a number."""

from __future__ import annotations

from collections.abc import Iterable

from hookcli.differences import Difference, DriftKind, Promise
from hookcli.errors import HookcliError, InputError
from hookcli.models import Attempt, CheckResult, CheckVerdict, Delivery, Judgement, Received, Signature, Verdict

OK = 0
FINDING = 1
USAGE = 2
BAD_INPUT = 3
NO_ANSWER = 4
BUG = 70
INTERRUPTED = 130
PIPE_CLOSED = 141

_WORST_FIRST = (BUG, NO_ANSWER, BAD_INPUT, FINDING, OK)

_VERDICTS = {
    Verdict.VALID: OK,
    Verdict.UNKNOWN_EVENT: OK,
    Verdict.INVALID: FINDING,
    Verdict.UNREADABLE: BAD_INPUT,
}


def worst(codes: Iterable[int]) -> int:
    """The code of a batch: a bug before no answer, before bad input, before a finding."""
    found = set(codes)
    return next((code for code in _WORST_FIRST if code in found), OK)


def code_of_error(error: HookcliError) -> int:
    """The code for what kept us from judging."""
    return BAD_INPUT if isinstance(error, InputError) else NO_ANSWER


def code_of_judgement(judgement: Judgement) -> int:
    """The code for one payload."""
    return _VERDICTS[judgement.verdict]


def code_of_difference(difference: Difference) -> int:
    """The code for one difference: a finding is what breaks the sender's promise, or what no earlier report has."""
    if difference.promise is None:
        return BAD_INPUT
    if difference.kind is DriftKind.NEVER_SEEN:
        return OK
    is_fault = difference.promise is Promise.BREAKING if difference.is_known is None else not difference.is_known
    return FINDING if is_fault else OK


def code_of_received(received: Received) -> int:
    """The code for one message that came: fine is what is valid and not known to be forged."""
    arrival = received.arrival
    is_genuine = arrival.signature in (Signature.GENUINE, Signature.UNCHECKED)
    return OK if is_genuine and _VERDICTS[arrival.verdict] == OK else FINDING


def code_of_check(result: CheckResult) -> int:
    """The code for the answer to one question; what could not be judged got no answer."""
    return {CheckVerdict.FAIL: FINDING, CheckVerdict.ERROR: NO_ANSWER}.get(result.verdict, OK)


def code_of_delivery(delivery: Delivery) -> int:
    """The code for one delivery."""
    return OK if delivery.delivered else NO_ANSWER if delivery.unreachable else FINDING


def code_of_life(last: Attempt | None, *, has_lost: bool) -> int:
    """The code for a sender's life: whether a message was lost, and whether the last attempt still met nobody."""
    if not has_lost:
        return OK
    return NO_ANSWER if last is not None and last.failure is not None and last.failure.unreachable else FINDING
