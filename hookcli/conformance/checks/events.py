"""Each event of the contract, as plain as can be."""

from __future__ import annotations

from hookcli.conformance.asking import Answer, Asker, Try, failed
from hookcli.conformance.registry import SUCCESS, Finding, Run, Turn, check, passed, skipped
from hookcli.schema import catalog

_REMEDY = (
    "Answer every event of the contract with 200 before you work on it, also one that you have no use for; is the"
    " secret the same on both sides, and the path right?"
)

_HOST = " In process Host and scheme are those of the URL that you give, or http and localhost (pytest: testserver)."


def _asks_for(event: str) -> Run:
    def run(asker: Asker) -> Finding:
        attempt = asker.known.attempts.get(event)
        if attempt is None:
            return skipped("not asked: --event leaves it out, or the profile has no such event")
        answers = [Answer(event, asker.plain(event), attempt)]
        if asker.is_accepted(attempt):
            forms = asker.mint.forms(event)
            answers += asker.send_each(Try(f"{event}, {form}", asker.mint.message(event, each)) for form, each in forms)
        bad = [answer for answer in answers if not asker.is_accepted(answer.attempt)]
        if not bad:
            several = f" in each of {len(answers)} forms" if len(answers) > 1 else ""
            return passed(f"accepted with {attempt.status}{several}")
        return failed("a valid message was not accepted", bad, _REMEDY + (_HOST if asker.target.is_in_process else ""))

    run.__doc__ = f"""A valid, genuinely signed `{event}` is answered with a 2xx within the deadline.

    It is sent as part of a conversation, after the events that usually come before it; where the event has several
    forms, as a message has texts, buttons and carousels, in each of them. {_REMEDY}
    """
    return run


for _event in catalog.event_names():
    check(f"event.{_event}", SUCCESS, turn=Turn.FIRST)(_asks_for(_event))
