"""Messages that come again, and messages that come in another order."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from hookcli.conformance.asking import Answer, Asker, Try, failed, were
from hookcli.conformance.introduction import natural
from hookcli.conformance.registry import ORDERING, RETRIES, Finding, check, passed, skipped
from hookcli.conformance.watch import BURST, is_of_load

_REMEDY = (
    "Keep what you have processed (a unique key over the body's hash, or over the ids in it, written in the same"
    " transaction as the effect), and answer a duplicate with 200."
)

_COPIES = 8
_ROUNDS = 3
"""Messages that are sent several times at once: a race is not lost every time."""

_WHILE = 0.05
"""Seconds that an endpoint has to come to its end, after the sender hung up."""


@check("duplicate.same-bytes", ORDERING, counts_effects=True)
def same_bytes(asker: Asker) -> Finding:
    """The same message again is answered with a 2xx, and takes effect once, also when another one came in between.

    A sender that did not get the answer sends the message again. Anything but a 2xx makes it try on and on, and in the
    end disable the webhook. To remember only the last message is not enough.
    """
    one, other = asker.plain(), asker.plain()
    tries = [Try("at first", one), Try("again", one), Try("another one", other), Try("again, after another one", one)]
    return _judge(asker, lambda: asker.send_one_by_one(tries, asker.send))


@check("duplicate.concurrent", ORDERING, counts_effects=True)
def concurrent(asker: Asker) -> Finding:
    """The same message several times at once is answered with a 2xx each time, and takes effect once.

    To look whether a message is known and then to write it down lets two of them through: let a unique index decide.
    """

    def send() -> list[Answer]:
        answers = []
        for number in range(1, _ROUNDS + 1):
            message = asker.plain()
            attempts = asker.send_at_once([message] * _COPIES)
            answers += [
                Answer(f"message {number}, {at} of {_COPIES} at once", message, attempt)
                for at, attempt in enumerate(attempts, start=1)
            ]
            if not all(map(asker.is_accepted, attempts)):
                break
        return answers

    return _judge(asker, send)


@check("duplicate.retried-after-timeout", RETRIES, counts_effects=True)
def retried_after_timeout(asker: Asker) -> Finding:
    """A message whose answer nobody waited for, and which then comes again, takes effect once.

    The sender hangs up after its deadline, while you may still be at work; then it tries again. Do not undo the work
    because nobody is there any more, and remember the message before you answer.
    """
    abandon = asker.target.abandon
    if abandon is None:
        return skipped("in process nobody hangs up")
    message = asker.plain()

    def send() -> list[Answer]:
        before = asker.effects.count() if asker.effects else 0
        abandon(message)
        asker.await_effect(before)
        asker.pause(_WHILE if asker.counts else max(_WHILE, 2 * asker.known.pace))
        if not asker.counts:  # then nothing else tells that the endpoint has come to it
            asker.send(asker.plain())
        return [Answer("after the sender hung up", message, asker.send(message))]

    return _judge(asker, send)


def _judge(asker: Asker, send: Callable[[], list[Answer]]) -> Finding:
    """The verdict on some messages of which each was sent several times."""
    answers, raised = asker.effects_of(send, expected=_messages)
    messages = _messages(answers)
    bad = [answer for answer in answers if not asker.is_accepted(answer.attempt)]
    if bad and len(answers) >= _COPIES and _is_overloaded(asker, bad):
        return skipped(
            "says nothing: as many messages at once are not taken either, when each is another one; see burst"
        )
    if bad:
        return failed(f"{len(bad)} of {len(answers)} copies {were(bad)} not accepted", bad, _REMEDY)
    if raised is None:
        return skipped(f"all copies were accepted; whether they took effect once is not counted: {asker.why_uncounted}")
    if raised != messages:
        what = "one message" if messages == 1 else f"{messages} messages"
        return failed(f"{what}, sent again, took effect {_times(raised)}", answers, _REMEDY)
    return passed(f"{len(answers)} of {len(answers)} copies were accepted, and each message took effect once")


def _messages(answers: list[Answer]) -> int:
    return len({answer.message.body for answer in answers})


def _times(number: int) -> str:
    return {0: "not at all", 1: "once"}.get(number, f"{number} times")


def _is_overloaded(asker: Asker, bad: list[Answer]) -> bool:
    """Whether these were not accepted because they came at once, as others are that are no duplicates."""
    if not all(is_of_load(answer.attempt) for answer in bad):
        return False
    if asker.known.takes_burst is None:
        others = [asker.plain() for _ in range(BURST)]
        attempts, _ = asker.effects_of(functools.partial(asker.send_burst, others), expected=len)
        return not all(map(asker.is_accepted, attempts))
    return not asker.known.takes_burst


@check("order.shuffled", ORDERING)
def shuffled(asker: Asker) -> Finding:
    """The events of two users' conversations, interleaved and out of order, are all accepted.

    Deliveries overtake one another: a chat may be completed before it was pinned. Do not answer with an error because
    something is not there yet; create it, or put the message aside.
    """
    events = natural(asker.known.accepted)
    if len(events) < 2:
        return skipped("fewer than two events are accepted, so there is no order to change")
    last_first = _conversation(asker, events, "one user")[::-1]
    shifted = _conversation(asker, events, "another user")
    shifted = shifted[len(events) // 2 :] + shifted[: len(events) // 2]
    answers = asker.send_in_order([each for pair in zip(last_first, shifted, strict=True) for each in pair])
    bad = [answer for answer in answers if not asker.is_accepted(answer.attempt)]
    if not bad:
        return passed(f"{len(answers)} of {len(answers)} events out of order were accepted")
    usual = asker.send_in_order(_conversation(asker, events, "a third user"))
    if any(answer.attempt.status and not asker.is_accepted(answer.attempt) for answer in usual):
        return skipped("says nothing: the events are refused in their usual order, too")
    return failed(f"{len(bad)} of {len(answers)} events out of order {were(bad)} not accepted", bad, _ANY_ORDER)


_ANY_ORDER = "Accept events in any order: create what is not there yet, or put the message aside."


def _conversation(asker: Asker, events: Iterable[str], user: str) -> list[Try]:
    """One message of each event, all of one user and one conversation."""
    number = asker.mint.conversation()
    payloads = [(event, asker.mint.payload(event, conversation=number)) for event in events]
    return [Try(f"{event} of {user}", asker.mint.message(event, payload)) for event, payload in payloads]
