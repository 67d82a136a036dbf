"""The order of a run, and what hinders it: an endpoint that is dead, late, lost midway, or that a probe cannot count."""

from __future__ import annotations

from collections import Counter

import pytest
from receivers import faulty
from receivers.asking import InMemory, contract
from receivers.server import HungUp, Reply, Request
from receivers.sound import EVENTS, Sound

from hookcli import errors
from hookcli.conformance.asking import Wishes
from hookcli.conformance.effects import Effects
from hookcli.conformance.registry import CHECKS
from hookcli.conformance.watch import LONGEST
from hookcli.errors import AssignmentInvalid, ProbeUnreadable
from hookcli.generation.edits import Edit
from hookcli.models import CheckResult

DEADLINE = 5.0


def verdicts(results: dict[str, CheckResult]) -> Counter[str]:
    return Counter(result.verdict.value for result in results.values())


class Gone(Sound):
    """Is not there any more after some messages."""

    def __init__(self, messages: int) -> None:
        super().__init__()
        self._left = messages

    def reply(self, request: Request) -> Reply:
        self._left -= 1
        if self._left < 0:
            raise ConnectionRefusedError
        return super().reply(request)

    def guarded(self, request: Request) -> Reply:
        return self.reply(request)


# The first messages


def test_a_dead_endpoint_is_an_error_at_once():
    endpoint = InMemory(Gone(0))
    with pytest.raises(errors.ConnectionFailed, match="nobody is there"):
        endpoint.results()
    assert len(endpoint.messages) == 1


def test_a_probe_that_cannot_be_read_at_the_start_is_an_error():
    def count() -> int:
        raise ProbeUnreadable("no number")

    endpoint = InMemory(Sound())
    with pytest.raises(ProbeUnreadable):
        endpoint.results(effects=Effects(count))
    assert not endpoint.messages


def test_an_edit_that_cannot_be_made_is_an_error_before_anything_is_sent():
    endpoint = InMemory(Sound())
    with pytest.raises(AssignmentInvalid):
        endpoint.results(contract=contract(edits=(Edit("message.body.text.x", 1),)))
    assert not endpoint.messages


def test_the_conversation_has_one_user_and_the_usual_order():
    endpoint = InMemory(Sound())
    endpoint.results("status.200", has_probe=False)
    assert [message.event for message in endpoint.messages[1:8]] == [
        "message", "chat_pinned", "webhook_conversation_complete_partial", "webhook_agent_chat_close",
        "webhook_agent_chat_complete", "chat_complete", "webhook_conversation_complete",
    ]  # fmt: skip


def test_events_can_be_restricted():
    endpoint = InMemory(Sound())
    results = endpoint.results(events=("message", "chat_pinned"))
    asked = {"event.message", "event.chat_pinned"}
    assert {each for each, result in results.items() if result.verdict.value == "skip"} == {
        "https", *(f"event.{event}" for event in EVENTS if f"event.{event}" not in asked)
    }  # fmt: skip
    genuine = {message.event for message in endpoint.messages if message.event in EVENTS}
    assert genuine == {"message", "chat_pinned"}


def test_without_a_secret_signatures_are_not_asked_about():
    results = InMemory(faulty.ChecksNothing()).results(contract=contract(key=None))
    skipped = {each for each, result in results.items() if result.verdict.value == "skip"}
    assert skipped == {"https", *(each for each in CHECKS if each.startswith("signature."))}
    assert "HOOKCLI_SECRET" in results["signature.valid"].message


def test_a_probe_that_never_rises_is_said():
    class Counts(Sound):
        def effect(self, payload: object) -> None:
            """It counts nothing."""

    results = InMemory(Counts()).results()
    assert {each for each, result in results.items() if result.verdict.value == "fail"} == {"signature.valid"}
    assert "did not rise" in results["signature.valid"].message
    assert "the probe does not rise" in results["duplicate.same-bytes"].message


# Late


def test_an_endpoint_that_is_late_every_time_is_told_within_a_minute():
    endpoint = InMemory(Sound(), elapsed=lambda _: 6.0)
    results = endpoint.results()
    assert verdicts(results)["fail"] == len(EVENTS) + 2
    assert results["deadline"].verdict.value == "fail"
    assert endpoint.now < LONGEST


@pytest.mark.parametrize("messages", [1, 2, 9, 12, 30, 60, 90, 120, 200, 250])
@pytest.mark.parametrize("has_probe", [True, False])
def test_an_endpoint_that_becomes_late_midway_is_told_within_a_minute(messages, has_probe):
    endpoint = InMemory(Sound(), elapsed=lambda number: 0.001 if number < messages else 6.0)
    results = endpoint.results(has_probe=has_probe)
    assert len(results) == len(CHECKS)
    assert verdicts(results)["fail"] <= len(EVENTS) + 2
    assert endpoint.now <= LONGEST + DEADLINE


@pytest.mark.parametrize("every", [2, 3, 7, 20])
def test_an_endpoint_that_is_late_now_and_then_is_told_within_a_minute(every):
    endpoint = InMemory(Sound(), elapsed=lambda number: 6.0 if number % every == 0 else 0.001)
    assert len(endpoint.results()) == len(CHECKS)
    assert endpoint.now <= LONGEST + 2 * DEADLINE


@pytest.mark.parametrize("every", [3, 4, 7])
def test_that_an_endpoint_is_late_is_found_before_effects_take_all_the_time(every):
    results = InMemory(Sound(), elapsed=lambda number: 6.0 if number % every == 0 else 0.001).results()
    assert results["deadline"].verdict.value == "fail"
    assert results["status.200"].verdict.value == "pass"


@pytest.mark.parametrize(
    ("fails", "verdict", "message", "evidence"),
    [
        (lambda: Reply(500, b"deadlock"), "fail", "answer 9 was no success, though a message like it was accepted before",
         "answer 9: 500 after 1.0 ms deadlock"),
        (HungUp, "fail", "answer 9 did not come, though a message like it was accepted before", "answer 9: it hung up"),
        (ConnectionRefusedError, "error", "answer 9 could not be timed: nobody is there", ""),
    ],
)  # fmt: skip
def test_what_came_instead_of_an_answer_to_time_is_said(fails, verdict, message, evidence):
    class Fails(Sound):
        """From the ninth message on: one to make its acquaintance, and a conversation of seven."""

        def guarded(self, request: Request) -> Reply:
            self.count += 1
            if self.count <= 8:
                return Reply(200)
            reply = fails()
            if isinstance(reply, Exception):
                raise reply
            return reply

    result = InMemory(Fails()).results("deadline", has_probe=False)["deadline"]
    assert (result.verdict.value, result.message) == (verdict, message)
    assert result.evidence == ((evidence,) if evidence else ())


def test_where_nothing_is_accepted_the_deadline_says_what_came_instead():
    result = InMemory(faulty.HangsUp()).results("deadline")["deadline"]
    assert result.verdict.value == "skip"
    assert result.message.endswith("there is no answer to time; the first message of all: it hung up")


def test_what_is_not_asked_for_want_of_time_says_so():
    endpoint = InMemory(Sound(), elapsed=lambda number: 6.0 if number > 100 and number % 3 else 0.001)
    results = endpoint.results()
    messages = {result.message for result in results.values() if result.verdict.value == "error"}
    assert any("--only asks it alone" in message or "does not answer in time" in message for message in messages)


def test_an_endpoint_that_is_slow_and_never_late_is_asked_everything():
    endpoint = InMemory(Sound(), elapsed=lambda _: 4.25)
    results = endpoint.results()
    assert {each for each, result in results.items() if result.verdict.value == "warn"} == {"deadline"}
    assert not verdicts(results)["error"]


# Lost


@pytest.mark.parametrize("messages", [5, 20, 60, 100, 200, 250])
@pytest.mark.parametrize("has_probe", [True, False])
def test_what_comes_after_an_endpoint_was_lost_is_no_failure(messages, has_probe):
    results = InMemory(Gone(messages)).results(has_probe=has_probe)
    failed = {each for each, result in results.items() if result.verdict.value == "fail"}
    assert failed <= {*(f"event.{event}" for event in EVENTS), "signature.valid"}
    assert verdicts(results)["error"] > 0 or messages < 20


def test_an_endpoint_that_comes_back_is_asked_on():
    class Restarts(Gone):
        def reply(self, request: Request) -> Reply:
            self._left -= 1
            if 0 <= self._left < 2:
                raise ConnectionRefusedError
            return Sound.reply(self, request)

    results = InMemory(Restarts(100)).results()
    assert verdicts(results)["error"] == 0
    assert verdicts(results)["fail"] <= 1


def test_a_probe_that_cannot_be_read_midway_is_no_failure():
    endpoint = InMemory(Sound())

    def count() -> int:
        if len(endpoint.messages) > 5:
            raise ProbeUnreadable("--probe-url: the answer is 500")
        return endpoint.receiver.count

    results = endpoint.results(effects=Effects(count, endpoint.sleep, endpoint.clock))
    error = {each: result.message for each, result in results.items() if result.verdict.value == "error"}
    assert {each.partition(".")[0] for each in error} == {"signature", "duplicate", "burst"}
    assert set(error.values()) == {"the probe could not be read: --probe-url: the answer is 500"}


# In company


@pytest.mark.parametrize("elapsed", [0.001, 0.02, 0.08])
def test_far_and_near_the_same_is_found(elapsed):
    endpoint = InMemory(faulty.UnknownEvent(404), elapsed=lambda _: elapsed)
    results = endpoint.results()
    assert {each for each, result in results.items() if result.verdict.value not in ("pass", "skip")} == {
        "unknown-event"
    }


def test_what_fails_in_company_alone_is_no_failure():
    class Nervous(Sound):
        """Refuses some messages, while several checks are asked."""

        left = 3

        def take(self, payload: dict[str, object], request: Request) -> Reply:
            if "new_key" in str(payload) and self.left:
                self.left -= 1
                return Reply(500)
            return super().take(payload, request)

    results = InMemory(Nervous(), elapsed=lambda _: 0.02).results()
    assert results["new-keys"].verdict.value == "pass"


def test_what_did_not_pass_can_be_asked_again():
    results = InMemory(faulty.Answers(201)).results(reproduce="hookcli check --only {}".format)
    assert results["status.200"].reproduce == "hookcli check --only status.200"
    assert results["event.message"].reproduce == ""


def test_strict_200_makes_a_failure_of_it():
    results = InMemory(faulty.Answers(201)).results("status.200", wishes=Wishes(deadline=5.0, strict_200=True))
    assert results["status.200"].verdict.value == "fail"
