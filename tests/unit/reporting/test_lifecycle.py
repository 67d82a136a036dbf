from __future__ import annotations

from typing import Any

import pytest
from official import commands, junit, sarif, table
from results import made

from hookcli.models import Attempt, Delivery, Happening, Message, Moment, Standing, State, Step
from hookcli.reporting import LIFE_REPORTERS
from hookcli.reporting.lifecycle import standing_lines

MESSAGE = Message("message", b"{}")
URL = "http://127.0.0.1:8000/hook"
TRIED = (Attempt(1, 503, 0.01), Attempt(2, 503, 0.01, at=5.0))


def ended(what: Happening, *attempts: Attempt) -> Moment:
    delivery = Delivery(MESSAGE, URL, what is Happening.DELIVERED, attempts, planned=7, ended=what)
    return Moment(Step(what, 3700, message=1, attempt=len(attempts)), MESSAGE, delivery=delivery)


ENDED = (
    ended(Happening.DELIVERED, Attempt(1, 200, 0.01)),
    ended(Happening.GIVEN_UP, *TRIED),
    ended(Happening.EXPIRED),
    ended(Happening.LEFT, *TRIED),
    Moment(Step(Happening.DISABLED, 3600, state=State.DISABLED)),
)


def shown(standing: Standing, now: float) -> list[str]:
    return ["".join(text for text, _ in line) for line in standing_lines(standing, now)]


def test_how_things_stand_while_it_is_retrying():
    again = Step(Happening.FAILED, 155, message=3, attempt=4, until=155)
    standing = Standing(State.RETRYING, planned=7, under_way=1, next_attempt=again, next_event=160)
    assert shown(standing, 41.6) == [
        "    41.6 s  the webhook is retrying",
        "            1 attempt under way; next: #3, attempt 5 of 7 in 113 s; next event in 118 s",
        "            queue: 0 waiting; so far: nothing ended",
    ]


def test_how_things_stand_while_it_is_disabled():
    ended = ((Happening.GIVEN_UP, 1), (Happening.DELIVERED, 1200))
    standing = Standing(State.DISABLED, waiting=3, expires=7200, ended=ended)
    assert shown(standing, 3600) == [
        "   3,600 s  the webhook is disabled",
        "            no more events",
        "            queue: 3 waiting, the first expires in 3,600 s; so far: 1 given up, 1,200 delivered",
    ]


def test_a_countdown_does_not_go_below_nothing():
    assert "next event in 0 s" in shown(Standing(State.ENABLED, next_event=5), 9)[1]


def test_an_event_that_comes_from_outside_cannot_command_the_terminal():
    step = Step(Happening.QUEUED, 1, message=1, until=3601, state=State.DISABLED, waiting=1)
    line = LIFE_REPORTERS["text"]().add(Moment(step, message=Message("a\x1b[2Jb", b"")))
    assert line == "       1 s  #1 a\\x1b[2Jb  queued until 3,601 s, 1 waiting\n"


def test_how_many_go_out_when_it_is_enabled():
    def line(released: int) -> str:
        return LIFE_REPORTERS["text"]().add(Moment(Step(Happening.ENABLED, 4000, released=released)))

    assert [line(released).split("  ")[-1] for released in (0, 1, 2000)] == [
        "the webhook is enabled; nothing queued\n",
        "the webhook is enabled: 1 queued message goes out at once\n",
        "the webhook is enabled: 2,000 queued messages go out at once\n",
    ]


def test_secrets_are_masked():
    def mask(text: str) -> str:
        return text.replace("s3cr3t", "[hidden]")

    step = Step(Happening.QUEUED, 1, message=1, until=3601, waiting=1)
    moment = Moment(step, message=Message("s3cr3t", b""))
    for name in ("text", "jsonl"):
        assert "s3cr3t" not in LIFE_REPORTERS[name](mask=mask).add(moment)


def test_what_is_left_is_counted_and_not_listed():
    reporter = LIFE_REPORTERS["text"](color=True)
    assert reporter.finish() != ""
    assert LIFE_REPORTERS["text"]().finish(interrupted=True) == "0 messages: interrupted before the end\n"


RULES = {"Status": "attempt 2, 5 s after the first: answered 503", "expired": "it waited for too long", "left": "over"}
READERS: dict[str, Any] = {
    "sarif": lambda text: [(each["ruleId"], each["message"]["text"]) for each in sarif(text)["results"]],
    "github": lambda text: [(each.properties["title"].split()[-1], each.message) for each in commands(text)],
    "markdown": lambda text: [(cells[1][6:-7], cells[2]) for cells in table(text)[1:]],
    "junit": lambda text: zip(RULES, (each.get("message", "") for each in junit(text).iter("failure")), strict=True),
}


@pytest.mark.parametrize("name", READERS)
def test_a_message_that_no_attempt_ended_is_a_finding_too(name: str) -> None:
    found = [*READERS[name](made(LIFE_REPORTERS, name, ENDED, seed=1))]
    assert [rule for rule, _ in found] == list(RULES)
    assert [said in text for (_, text), said in zip(found, RULES.values(), strict=True)] == [True] * 3


@pytest.mark.parametrize("name", LIFE_REPORTERS)
def test_a_life_that_an_error_cut_short_says_so(name: str) -> None:
    assert "the disk is full" in made(LIFE_REPORTERS, name, (), interrupted=True, reason="the disk is full")
