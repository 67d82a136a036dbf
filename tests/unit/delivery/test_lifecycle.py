"""The life of a webhook at its sender, as a state machine: no time passes here but what a test says."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookcli.delivery.lifecycle import Lifecycle
from hookcli.models import Happening, State, Step

DELAYS = (5, 25, 125, 625, 1410, 1410)
ATTEMPTS = [0, 5, 30, 155, 780, 2190, 3600]
"""When Haptik's seven attempts are, in seconds after the first."""

SENT, FAILED, DELIVERED, GIVEN_UP = Happening.SENT, Happening.FAILED, Happening.DELIVERED, Happening.GIVEN_UP
DISABLED, QUEUED, EXPIRED, ENABLED = Happening.DISABLED, Happening.QUEUED, Happening.EXPIRED, Happening.ENABLED


def told(steps: list[Step]) -> list[tuple[Happening, int, int]]:
    return [(step.what, step.message, step.attempt) for step in steps]


def new() -> Lifecycle:
    return Lifecycle(DELAYS, 3600)


def disabled(at: float = 0) -> Lifecycle:
    """A webhook whose first message has had its seven attempts, from that time on."""
    life = new()
    life.add(at)
    for time in ATTEMPTS:
        life.pass_time(at + time)
        life.end(1, at + time, succeeded=False)
    assert life.state is State.DISABLED
    return life


# One message


def test_a_message_goes_out_when_it_is_due():
    life = new()
    assert told(life.add(0)) == [(SENT, 1, 1)]
    assert (life.state, life.under_way, life.is_at_rest) == (State.ENABLED, 1, False)


def test_a_delivered_message_is_over():
    life = new()
    life.add(0)
    assert told(life.end(1, 0.2, succeeded=True)) == [(DELIVERED, 1, 1)]
    assert (life.is_at_rest, life.next_due) == (True, math.inf)


def test_the_seven_attempts_are_when_the_contract_says():
    life, attempts = new(), []
    steps = life.add(0)
    while life.next_due < math.inf or steps:
        attempts += [(step.at, step.attempt) for step in steps if step.what is SENT]
        life.end(1, steps[-1].at, succeeded=False)
        steps = life.pass_time(life.next_due) if life.next_due < math.inf else []
    assert attempts == list(zip(ATTEMPTS, range(1, 8), strict=True))


def test_after_the_last_attempt_the_webhook_is_disabled():
    life = new()
    life.add(0)
    for time in ATTEMPTS[:-1]:
        life.pass_time(time)
        assert told(life.end(1, time, succeeded=False))[0][0] is FAILED
        assert life.state is State.RETRYING
    life.pass_time(3600)
    steps = life.end(1, 3600, succeeded=False)
    assert told(steps) == [(GIVEN_UP, 1, 7), (DISABLED, 0, 0)]
    assert [step.state for step in steps] == [State.ENABLED, State.DISABLED]


def test_a_success_at_the_last_attempt_is_one():
    life = new()
    life.add(0)
    for time in ATTEMPTS[:-1]:
        life.pass_time(time)
        life.end(1, time, succeeded=False)
    life.pass_time(3600)
    assert told(life.end(1, 3600, succeeded=True)) == [(DELIVERED, 1, 7)]
    assert life.state is State.ENABLED


def test_delays_count_from_the_start_of_an_attempt():
    life = new()
    life.add(0)
    (step,) = life.end(1, 4, succeeded=False)
    assert step.until == 5


def test_an_attempt_that_takes_longer_than_its_delay_is_followed_at_once():
    life = new()
    life.add(0)
    (step,) = life.end(1, 7, succeeded=False)
    assert step.until == 7
    assert told(life.pass_time(7)) == [(SENT, 1, 2)]


def test_without_a_schedule_the_first_failure_disables():
    life = Lifecycle((), 60)
    life.add(0)
    assert told(life.end(1, 1, succeeded=False)) == [(GIVEN_UP, 1, 1), (DISABLED, 0, 0)]


# Others meanwhile


def test_while_one_is_retried_others_go_out_with_a_schedule_of_their_own():
    life = new()
    life.add(0)
    life.end(1, 0, succeeded=False)
    assert told(life.add(3)) == [(SENT, 2, 1)]
    life.end(2, 3, succeeded=False)
    assert told(life.pass_time(5)) == [(SENT, 1, 2)]
    assert told(life.pass_time(8)) == [(SENT, 2, 2)]


def test_what_is_due_earlier_goes_out_before_a_new_message():
    life = new()
    life.add(0)
    life.end(1, 0, succeeded=False)
    assert told(life.add(60)) == [(SENT, 1, 2), (SENT, 2, 1)]


def test_it_is_retrying_until_what_failed_is_delivered():
    life = new()
    life.add(0)
    assert life.state is State.ENABLED
    life.end(1, 0, succeeded=False)
    assert life.state is State.RETRYING
    life.pass_time(5)
    assert life.state is State.RETRYING
    life.end(1, 5, succeeded=True)
    assert life.state is State.ENABLED


# Disabled


def test_new_messages_queue_while_it_is_disabled():
    life = disabled()
    (step,) = life.add(4000)
    assert (step.what, step.until, step.waiting) == (QUEUED, 7600, 1)
    assert life.next_due == 7600


def test_a_queued_message_is_gone_when_60_minutes_have_passed_and_not_before():
    life = disabled()
    life.add(4000)
    assert life.pass_time(7599.999) == []
    assert told(life.pass_time(7600)) == [(EXPIRED, 2, 0)]
    assert life.is_at_rest
    assert told(life.enable(7600)) == [(ENABLED, 0, 0)]


def test_each_waits_for_60_minutes_of_its_own():
    life = disabled()
    life.add(4000)
    life.add(5000)
    assert told(life.pass_time(8000)) == [(EXPIRED, 2, 0)]
    assert told(life.enable(8599)) == [(ENABLED, 0, 0), (SENT, 3, 1)]


def test_enabling_at_the_very_end_of_the_60_minutes_is_too_late():
    life = disabled()
    life.add(4000)
    assert told(life.enable(7600)) == [(EXPIRED, 2, 0), (ENABLED, 0, 0)]


def test_messages_that_have_attempts_left_queue_too_and_go_on_with_those():
    life = new()
    life.add(0)
    for time in ATTEMPTS[:-1]:
        life.pass_time(time)
        life.end(1, time, succeeded=False)
    life.add(3000)
    life.end(2, 3000, succeeded=False)
    life.pass_time(3005)
    life.end(2, 3005, succeeded=False)
    assert told(life.pass_time(3600)) == [(SENT, 2, 3), (SENT, 1, 7)]
    life.end(2, 3600, succeeded=False)
    *given_up, queued = life.end(1, 3600, succeeded=False)
    assert told(given_up) == [(GIVEN_UP, 1, 7), (DISABLED, 0, 0)]
    assert (queued.what, queued.message, queued.attempt, queued.until) == (QUEUED, 2, 3, 7200)
    (_, sent) = life.enable(7000)
    assert (sent.what, sent.message, sent.attempt) == (SENT, 2, 4)
    assert life.end(2, 7000, succeeded=False)[0].until == 7000 + DELAYS[3]


def test_an_attempt_under_way_may_still_succeed_and_enables_nothing():
    life = Lifecycle((), 3600)
    life.add(0)
    life.add(0)
    life.end(1, 1, succeeded=False)
    assert told(life.end(2, 2, succeeded=True)) == [(DELIVERED, 2, 1)]
    assert life.state is State.DISABLED


def test_an_attempt_under_way_that_fails_queues():
    life = Lifecycle((5,), 3600)
    life.add(0)
    life.end(1, 0, succeeded=False)
    life.pass_time(5)
    life.add(5)
    life.end(1, 6, succeeded=False)
    assert told(life.end(2, 7, succeeded=False)) == [(FAILED, 2, 1), (QUEUED, 2, 1)]


def test_the_second_message_that_is_given_up_disables_nothing_anew():
    life = Lifecycle((), 3600)
    life.add(0)
    life.add(0)
    life.end(1, 1, succeeded=False)
    assert told(life.end(2, 1, succeeded=False)) == [(GIVEN_UP, 2, 1)]


# Enabled again


def test_enabling_releases_the_queue_at_once_and_in_order():
    life = disabled()
    for time in (3700, 3800, 3900):
        life.add(time)
    steps = life.enable(4000)
    assert told(steps) == [(ENABLED, 0, 0), (SENT, 2, 1), (SENT, 3, 1), (SENT, 4, 1)]
    assert (steps[0].released, {step.at for step in steps}) == (3, {4000})
    assert (life.waiting, life.under_way, life.state) == (0, 3, State.ENABLED)


def test_what_was_given_up_does_not_come_back():
    assert told(disabled().enable(3700)) == [(ENABLED, 0, 0)]


def test_enabling_twice_changes_nothing():
    life = disabled()
    life.add(3700)
    life.enable(3800)
    assert life.enable(3801) == []
    assert life.under_way == 1


def test_enabling_while_retrying_changes_nothing():
    life = new()
    life.add(0)
    life.end(1, 0, succeeded=False)
    assert life.enable(1) == []
    assert life.next_due == 5


def test_failures_after_the_enabling_disable_again():
    life = disabled()
    life.add(3700)
    life.enable(4000)
    for time in ATTEMPTS:
        life.pass_time(4000 + time)
        steps = life.end(2, 4000 + time, succeeded=False)
    assert told(steps) == [(GIVEN_UP, 2, 7), (DISABLED, 0, 0)]
    assert steps[0].at == 7600


def test_what_has_not_ended_can_be_told():
    life = disabled()
    life.add(3700)
    life.add(3800)
    life.enable(3900)
    life.end(3, 3900, succeeded=False)
    life.add(3901)
    life.end(2, 3902, succeeded=True)
    assert told(life.unended) == [(Happening.LEFT, 3, 1), (Happening.LEFT, 4, 1)]


def test_time_does_not_run_backwards():
    life = new()
    life.add(5)
    with pytest.raises(ValueError, match="backwards"):
        life.pass_time(4)


# Whatever happens

OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.floats(0, 2000)),
        st.tuples(st.just("end"), st.floats(0, 2000), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("fail"), st.floats(0, 10), st.integers(0, 20)),
        st.tuples(st.just("enable"), st.floats(0, 4000)),
        st.tuples(st.just("pass"), st.floats(0, 4000)),
    ),
    max_size=60,
)
ENDS = (DELIVERED, GIVEN_UP, EXPIRED)


@given(
    OPERATIONS, st.lists(st.sampled_from([0, 1, 5, 25, 125.5, 1410]), max_size=4), st.sampled_from([0, 10, 90.25, 3600])
)
def test_no_message_is_lost_or_sent_twice_without_it_being_said(operations, delays, queue_seconds):
    life, now, added, steps, under_way = Lifecycle(delays, queue_seconds), 0.0, 0, [], []
    for name, wait, *more in operations:
        now += wait
        if name in ("end", "fail"):
            if not under_way:
                continue
            message = under_way.pop(more[0] % len(under_way))
            new_steps = life.end(message, now, succeeded=name == "end" and more[1])
        else:
            added += name == "add"
            new_steps = {"add": life.add, "enable": life.enable, "pass": life.pass_time}[name](now)
        assert {step.at for step in new_steps} <= {now}
        under_way += [step.message for step in new_steps if step.what is SENT]
        steps += new_steps
        assert life.next_due >= now
        assert life.under_way == len(under_way) == len(set(under_way))
        last = next((step for step in reversed(steps)), None)
        assert last is None or (last.state, last.waiting) == (life.state, life.waiting)

    ended = Counter(step.message for step in steps if step.what in ENDS)
    left = [step.message for step in life.unended]
    assert sorted([*ended, *left]) == list(range(1, added + 1))
    assert set(ended.values()) <= {1}
    _check_webhook(steps)
    for message in range(1, added + 1):
        _check_message([step for step in steps if step.message == message], delays, queue_seconds)


def _check_webhook(steps: list[Step]) -> None:
    """It is enabled and disabled in turn, and nothing is sent in between."""
    is_enabled = True
    for step in steps:
        if step.what in (ENABLED, DISABLED):
            assert is_enabled is (step.what is DISABLED)
            is_enabled = not is_enabled
        assert is_enabled or step.what is not SENT
        assert is_enabled or step.state is State.DISABLED
        assert not is_enabled or step.what not in (QUEUED, EXPIRED)


def _check_message(steps: list[Step], delays: list[float], queue_seconds: float) -> None:
    """Its attempts are counted, in time, and nothing follows its end."""
    sent = [step for step in steps if step.what is SENT]
    assert [step.attempt for step in sent] == list(range(1, len(sent) + 1))
    assert len(sent) <= len(delays) + 1
    for before, after in pairwise(steps):
        assert before.what not in ENDS
        if before.what is FAILED and after.what is SENT:
            assert after.at >= before.until >= sent[before.attempt - 1].at + delays[before.attempt - 1]
        if before.what is QUEUED:
            assert before.until == before.at + queue_seconds
            assert (after.at < before.until) if after.what is SENT else (after.what is EXPIRED)
            assert after.what is SENT or after.at >= before.until
        if after.what in (DELIVERED, GIVEN_UP, FAILED):
            assert (before.what, before.attempt) == (SENT, after.attempt)
    if steps[-1].what is GIVEN_UP:
        assert len(sent) == len(delays) + 1
