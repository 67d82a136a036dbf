"""Each event of the contract, as plain as can be."""

from __future__ import annotations

from hookcli.conformance.asking import Asker, failed
from hookcli.conformance.registry import SUCCESS, Finding, Run, check, passed
from hookcli.schema import catalog

REMEDY = (
    "Answer every event of the contract with 200 before you work on it, also one that you have no use for; is the"
    " secret the same on both sides, and the path right?"
)


def _asks_for(event: str) -> Run:
    def run(asker: Asker) -> Finding:
        attempt = asker.known.attempts[event]
        if asker.is_accepted(attempt):
            return passed(f"accepted with {attempt.status}")
        return failed("a valid message was not accepted", [(event, attempt)], REMEDY)

    run.__doc__ = f"""A valid, genuinely signed `{event}` is answered with a 2xx within the deadline.

    {REMEDY}
    """
    return run


for _event in catalog.event_names():
    check(f"event.{_event}", SUCCESS, alone=True, needs_acceptance=False)(_asks_for(_event))
