"""What the answers are like: status, time, redirects; and the way there."""

from __future__ import annotations

from hookcli.conformance.asking import Answer, Asker, evidence_of, failed, warned, were
from hookcli.conformance.registry import DEADLINE, SUCCESS, TRANSPORT, Finding, Turn, check, passed, skipped
from hookcli.conformance.watch import is_late
from hookcli.models import CheckVerdict

_NARROW = 0.8
"""The share of the deadline beyond which there is little left for a bad day."""

_LONGEST = 3
"""Deadlines that are spent on timing at most."""


def _firsts(asker: Asker) -> list[Answer]:
    """The answers to the first message of each event."""
    return [Answer(event, asker.plain(event), attempt) for event, attempt in asker.known.attempts.items()]


@check("status.200", SUCCESS, turn=Turn.FIRST)
def status_200(asker: Asker) -> Finding:
    """Successes are answered with 200.

    Any 2xx counts as delivered, but the documents ask for 200 OK: another one is a warning, with --strict-200 a
    failure. Answer with 200 and a short body, or none.
    """
    seen = [answer for answer in _firsts(asker) if asker.is_accepted(answer.attempt)]
    others = [answer for answer in seen if answer.attempt.status != 200]
    if not seen:
        return skipped("no message was accepted")
    if not others:
        return passed(f"{len(seen)} of {len(seen)} events were answered with 200")
    say = failed if asker.wishes.strict_200 else warned
    statuses = ", ".join(sorted({str(answer.attempt.status) for answer in others}))
    message = f"{len(others)} of {len(seen)} events {were(others)} answered with {statuses}"
    return say(message, others, "Answer with 200; a 2xx that is not 200 counts, but is not what the documents ask for.")


@check("deadline", DEADLINE, turn=Turn.FIRST)
def deadline(asker: Asker) -> Finding:
    """The slowest of several answers, to its last byte, is well within the deadline.

    Connecting, sending and the whole answer count together; over 80% of the deadline is a warning, as production is
    slower than a test. Answer first, and work afterwards: put the message into a queue. `-n` says how many answers are
    timed, each of which must be a success, with the first of all, for which an endpoint may have to wake up; `burst`
    asks the same with fifty messages at once.
    """
    answers, limit = [*_first_of_all(asker), *_firsts(asker)], asker.wishes.deadline
    late = [answer for answer in answers if is_late(answer.attempt)]
    if late:
        return failed(f"{len(late)} of {len(answers)} messages {were(late)} not answered in time", late, _FASTER)
    firsts, answers = answers, [answer for answer in answers if asker.is_accepted(answer.attempt)]
    if not answers:
        what = evidence_of(firsts[:1])[0]
        return skipped(f"no message was accepted, so there is no answer to time; {what}")
    spent = 0.0
    while len(answers) < asker.wishes.repeats and spent < _LONGEST * limit:
        message = asker.plain()
        answers.append(Answer(f"answer {len(answers) + 1}", message, asker.send_apart(message)))
        if not asker.is_accepted(answers[-1].attempt):
            return _is_no_answer(answers[-1])
        spent += answers[-1].attempt.elapsed
    slowest = max(answers, key=lambda answer: answer.attempt.elapsed)
    elapsed = slowest.attempt.elapsed
    says = f"the slowest of {len(answers)} answers took {elapsed:.3f} s of {limit:g} s"
    if elapsed > _NARROW * limit:
        return warned(f"{says}, which leaves {limit - elapsed:.3f} s", [slowest], _FASTER)
    return passed(says)


def _first_of_all(asker: Asker) -> list[Answer]:
    """The answer to the message by which the endpoint may have been woken up."""
    first, event = asker.known.first, next(iter(asker.known.attempts))
    return [Answer("the first message of all", asker.plain(event), first)] if first is not None else []


def _is_no_answer(answer: Answer) -> Finding:
    """There is no time to tell of an answer that is none, or no success; where nobody is there, that is no finding."""
    if answer.attempt.failure is not None and answer.attempt.failure.unreachable:
        return Finding(CheckVerdict.ERROR, f"{answer.label} could not be timed: {answer.attempt.failure.reason}")
    if is_late(answer.attempt):
        return failed(f"{answer.label} was not there in time", [answer], _FASTER)
    what = "was no success" if answer.attempt.failure is None else "did not come"
    return failed(f"{answer.label} {what}, though a message like it was accepted before", [answer], _STEADY)


_STEADY = "Accept a plain message every time: the endpoint's log says what was different this time."
_FASTER = "Answer first and work afterwards: take the message into a queue, and answer."


@check("redirect", SUCCESS, turn=Turn.FIRST)
def redirect(asker: Asker) -> Finding:
    """No message is answered with a redirect.

    The sender follows none: a redirect is an answer outside 2xx. Register the final URL; often it is a missing or
    extra slash at the end, or http instead of https.
    """
    answers = _firsts(asker)
    found = [answer for answer in answers if 300 <= (answer.attempt.status or 0) < 400]
    if found:
        return failed(f"{len(found)} of {len(answers)} events {were(found)} redirected", found, _REGISTER)
    if all(answer.attempt.status is None for answer in answers):
        return skipped("no event was answered at all")
    return passed("no event was redirected")


_REGISTER = "Register the URL that the redirect leads to: look for a slash at the end, and for https."


@check("https", TRANSPORT, turn=Turn.FIRST)
def https(asker: Asker) -> Finding:
    """The endpoint is reached over HTTPS.

    Payloads hold people's names and messages. On loopback and in process the question does not arise; anywhere else
    http is a failure. Put a proxy that ends TLS before the endpoint, and register the https URL.
    """
    if asker.target.is_in_process or asker.target.is_loopback:
        return skipped("on loopback or in process the question does not arise")
    if asker.target.url.lower().startswith("https:"):
        return passed("the endpoint speaks HTTPS")
    return failed("the endpoint is reached over http", [], "Put it behind TLS, and register its https URL.")
