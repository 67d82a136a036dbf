"""What the answers are like: status, time, redirects; and the way there."""

from __future__ import annotations

from hookcli.conformance.asking import Asker, failed, warned
from hookcli.conformance.registry import DEADLINE, SUCCESS, TRANSPORT, Finding, check, passed, skipped

_NARROW = 0.8
"""The share of the deadline beyond which there is little left for a bad day."""


@check("status.200", SUCCESS, needs_acceptance=False)
def status_200(asker: Asker) -> Finding:
    """Successes are answered with 200.

    Any 2xx counts as delivered, but the documents ask for 200 OK: another one is a warning, with --strict-200 a
    failure. Answer with 200 and a short body, or none.
    """
    seen = {event: attempt for event, attempt in asker.known.attempts.items() if asker.is_accepted(attempt)}
    others = [(event, attempt) for event, attempt in seen.items() if attempt.status != 200]
    if not seen:
        return skipped("no message was accepted")
    if not others:
        return passed(f"{len(seen)} of {len(seen)} events were answered with 200")
    say = failed if asker.wishes.strict_200 else warned
    statuses = ", ".join(sorted({str(attempt.status) for _, attempt in others}))
    return say(f"{len(others)} of {len(seen)} events were answered with {statuses}", others, "Answer with 200.")


@check("deadline", DEADLINE, alone=True, needs_acceptance=False)
def deadline(asker: Asker) -> Finding:
    """The slowest of several answers, to its last byte, is well within the deadline.

    Connecting, sending and the whole answer count together; over 80% of the deadline is a warning, as production is
    slower than a test. Answer first, and work afterwards: put the message into a queue.
    """
    known = [*asker.known.attempts.items()]
    late = [(event, attempt) for event, attempt in known if attempt.failure and attempt.failure.kind == "Late"]
    if late:
        return failed(f"{len(late)} of {len(known)} events were not answered in time", late, _FASTER)
    if not asker.known.accepted:
        return skipped("no message was accepted, so there is no answer to time")
    event = asker.known.carrier
    answers = []
    for _ in range(asker.wishes.repeats):
        answers.append((event, asker.send(asker.mint.message(event))))
        if answers[-1][1].failure:
            return failed(
                f"answer {len(answers)} of {asker.wishes.repeats} did not come in time", answers[-1:], _FASTER
            )
    slowest = max((attempt for _, attempt in answers), key=lambda attempt: attempt.elapsed)
    limit = asker.wishes.deadline
    message = f"the slowest of {len(answers)} answers took {slowest.elapsed:.3f} s of {limit:g} s"
    if slowest.elapsed > _NARROW * limit:
        return warned(f"{message}, which leaves {limit - slowest.elapsed:.3f} s", [(event, slowest)], _FASTER)
    return passed(message)


_FASTER = "Answer first and work afterwards: take the message into a queue, and answer."


@check("redirect", SUCCESS, needs_acceptance=False)
def redirect(asker: Asker) -> Finding:
    """No message is answered with a redirect.

    The sender follows none: a redirect is an answer outside 2xx. Register the final URL; often it is a missing or
    extra slash at the end, or http instead of https.
    """
    known = [*asker.known.attempts.items()]
    found = [(event, attempt) for event, attempt in known if attempt.status is not None and 300 <= attempt.status < 400]
    if found:
        return failed(f"{len(found)} of {len(known)} events were redirected", found, "Register the final URL.")
    return passed("no event was redirected")


@check("https", TRANSPORT, needs_acceptance=False)
def https(asker: Asker) -> Finding:
    """The endpoint is reached over HTTPS.

    Payloads hold people's names and messages. On loopback the question does not arise; anywhere else http is a failure.
    """
    if asker.target.is_in_process or asker.target.is_loopback:
        return skipped("on loopback or in process the question does not arise")
    if asker.target.url.startswith("https:"):
        return passed("the endpoint speaks HTTPS, with a certificate that is trusted")
    return failed("the endpoint is reached over http", [], "Put it behind TLS, and register its https URL.")
