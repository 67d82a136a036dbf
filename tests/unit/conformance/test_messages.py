from __future__ import annotations

import json
import time
from typing import Any

import pytest
from receivers.asking import SEED, contract, pool

from hookcli.conformance.messages import NAME, NUMBERS, Mint, Pool, form_of, identity_of, number_of, places_of_text
from hookcli.generation.edits import Edit
from hookcli.generation.seeds import seed_at
from hookcli.schema import catalog
from hookcli.signing import is_genuine

EVENTS = catalog.event_names()
SEEDS = [1, 7, 4711]


def mint(**changes: object) -> Mint:
    return Mint(contract(**changes), pool(), 0)


def leaves(value: Any) -> list[Any]:
    if isinstance(value, (dict, list)):
        return [leaf for each in (value.values() if isinstance(value, dict) else value) for leaf in leaves(each)]
    return [value]


@pytest.mark.parametrize("event", EVENTS)
def test_a_plain_payload_is_valid_and_has_nothing_unusual(event):
    payload = mint().payload(event)
    assert catalog.load_event(event).is_valid(payload)
    assert None not in leaves(payload)
    assert json.dumps(payload).isascii()
    assert json.dumps(payload) == json.dumps(payload, ensure_ascii=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plain_payload_has_what_may_be_missing(seed):
    plain = Pool(seed).plain("webhook_agent_chat_close")
    assert plain["data"]["closing_categories"].keys() == {"reason", "subReason", "comment"}
    assert plain["user"].keys() == mint().payload("webhook_conversation_complete")["user"].keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_message_has_every_form_that_is_documented(seed):
    own = Pool(seed)
    forms = {form_of(payload): payload for payload in (own.plain("message"), *own.forms("message"))}
    assert forms.keys() == {"TEXT", "BUTTON", "CAROUSEL", "SYSTEM"}
    assert form_of(own.plain("message")) == "TEXT"
    assert all(catalog.load_event("message").is_valid(payload) for payload in forms.values())
    assert all(own.forms(event) == () for event in ("chat_pinned", "webhook_agent_chat_close"))


def test_what_is_taken_from_the_pool_stays_as_it_is():
    before = json.dumps(pool().plain("message"))
    payload = mint().payload("message")
    payload["message"]["body"]["data"]["quick_replies"].clear()
    assert json.dumps(pool().plain("message")) == before


def test_two_messages_have_no_id_in_common():
    one, other = (mint.payload("message") for mint in [mint()] * 2)
    assert one["user"]["auth_id"] != other["user"]["auth_id"]
    assert one["message"]["id"] != other["message"]["id"]
    assert one["timestamp"] != other["timestamp"]


def test_a_conversation_has_one_user_and_messages_of_its_own():
    own = mint()
    number = own.conversation()
    close = own.payload("webhook_agent_chat_close", conversation=number)
    complete = own.payload("webhook_conversation_complete", conversation=number)
    pinned, message = (own.payload(event, conversation=number) for event in ("chat_pinned", "message"))
    assert close["user"] == complete["user"] == pinned["user"] == message["user"]
    assert close["data"]["conversation_no"] == complete["data"]["conversation_no"]
    assert close["data"]["complete_chat_link"] == complete["data"]["complete_chat_link"]
    assert pinned["message"]["id"] != message["message"]["id"]


def test_a_message_is_from_a_moment_ago():
    seed = seed_at(time.time(), 0)
    stamp = mint(seed=seed).payload("message")["timestamp"]
    assert stamp.endswith("Z")
    age = time.time() - _seconds(stamp)
    assert 0 < age < 120


def _seconds(stamp: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


@pytest.mark.parametrize("seed", [0, 1, SEED, 2**70], ids=["0", "1", "now", "large"])
def test_ids_are_of_the_range_of_tests(seed):
    assert number_of(seed, 0) in NUMBERS
    assert number_of(seed, 99_999) in NUMBERS
    assert NUMBERS[-1] < 2**31
    assert identity_of(seed, 5).isalnum()
    assert len(identity_of(seed, 99_999)) <= 32


def test_the_edits_come_last():
    edits = (Edit("user.user_name", "Somebody"), Edit("data.closing_categories", removes=True))
    payload = mint(edits=edits).payload("webhook_agent_chat_close")
    assert payload["user"]["user_name"] == "Somebody"
    assert "closing_categories" not in payload["data"]


def test_a_message_is_genuine_and_carries_the_profiles_headers():
    given = contract()
    message = mint().message("message")
    headers = dict(message.headers)
    assert is_genuine(message.body, headers["X-Hub-Signature"], given.key, given.profile.signature)
    assert headers["Content-Type"] == "application/json"


def test_headers_of_the_user_and_of_the_check_replace_others():
    message = mint(headers=(("content-type", "a"), ("X-Mine", "1"))).wrap("e", b"", headers=(("x-mine", "2"),))
    assert {name.lower(): value for name, value in message.headers}.items() >= {
        "content-type": "a",
        "x-mine": "2",
    }.items()
    assert len({name.lower() for name, _ in message.headers}) == len(message.headers)


def test_a_message_without_a_signature_has_no_such_header():
    assert "X-Hub-Signature" not in dict(mint().unsigned("message", b"{}").headers)
    assert "X-Hub-Signature" not in dict(mint(key=None).message("message").headers)
    assert dict(mint().wrap("message", b"{}", signature="").headers)["X-Hub-Signature"] == ""


def test_places_of_text_are_where_people_speak():
    payload = mint().payload("message")
    assert [owner[key] for owner, key in places_of_text(payload)] == [
        "Sent by hookcli check; not a real customer.", NAME, f"{NAME} Agent",
    ]  # fmt: skip
    assert [*places_of_text({"user": 1, "message": {"body": {"text": None}}})] == []
