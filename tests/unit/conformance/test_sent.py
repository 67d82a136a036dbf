"""What is sent: nothing that anybody could take for a real customer's, all of it valid but for what a check changes."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from receivers.asking import SEED, InMemory, contract
from receivers.sound import SECRET, Sound

from hookcli.conformance.messages import NUMBERS
from hookcli.conformance.registry import CHECKS
from hookcli.generation.edits import Edit
from hookcli.models import Message
from hookcli.schema import catalog
from hookcli.signing import is_genuine

SCHEME = catalog.load_profile().signature
FORGED = {"signature.missing": 1, "signature.malformed": 7, "signature.wrong-secret": 2, "signature.other-body": 1}
NAMES = {
    "user_name",
    "business_name",
    "agent_name",
    "expert_name",
    "completion_by",
    "team_name",
    "name",
    "username",
    "comment",
}
IDS = {"auth_id", "conversation_identifier"}
NUMBERED = {"id", "user_id", "business_id", "collection_id", "conversation_no", "team_id"}


@functools.cache
def sent_by(check_id: str, has_probe: bool = True) -> tuple[Message, ...]:
    """What one check sends, with the first messages of the run."""
    endpoint = InMemory(Sound())
    endpoint.results(check_id, has_probe=has_probe)
    return tuple(endpoint.messages)


def payloads_of(messages: tuple[Message, ...]) -> Iterator[dict[str, Any]]:
    for message in messages:
        try:
            payload = json.loads(message.body)
        except ValueError:
            continue
        yield from (each for each in (payload if isinstance(payload, list) else [payload]) if isinstance(each, dict))


def values(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Each value that is neither object nor list, with the key under which it stands."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from values(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from values(each, key)
    else:
        yield key, value


def is_genuinely_signed(message: Message) -> bool:
    given = dict(message.headers).get(SCHEME.header, "")
    return is_genuine(message.body, given, SECRET, SCHEME)


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_name_and_id_is_marked(check_id):
    for payload in payloads_of(sent_by(check_id)):
        for key, value in values(payload):
            if isinstance(value, str) and value and key in NAMES:
                assert "hookcli" in value.lower(), (key, value)
            elif isinstance(value, str) and key in IDS:
                assert value.startswith("hookclitest"), (key, value)
                assert value.isalnum()
            elif isinstance(value, str) and value and ("@" in value or "://" in value):
                assert "hookcli.example" in value, (key, value)
            elif isinstance(value, int) and key in NUMBERED and value not in (1, 12):
                assert value in NUMBERS, (key, value)


@pytest.mark.parametrize("check_id", [check_id for check_id in CHECKS if not check_id.startswith("robust.")])
def test_every_payload_is_valid(check_id):
    for payload in payloads_of(sent_by(check_id)):
        assert check_id == "unknown-event" or payload["event_name"] in catalog.event_names()
        schema = catalog.find_event(payload["event_name"])
        assert schema is None or schema.is_valid(payload)


@pytest.mark.parametrize("check_id", CHECKS)
def test_all_but_the_forged_are_genuinely_signed(check_id):
    forged = [message for message in sent_by(check_id) if not is_genuinely_signed(message)]
    assert len(forged) == {**FORGED, "connection.reuse": 1}.get(check_id, 0)


@pytest.mark.parametrize("check_id", CHECKS)
def test_no_two_messages_are_alike_but_those_that_are_meant(check_id):
    bodies = [message.body for message in sent_by(check_id)]
    copies = {"duplicate.same-bytes": 2, "duplicate.concurrent": 21, "duplicate.retried-after-timeout": 1}
    copies["signature.missing"] = 1  # the genuine one behind the forged one
    assert len(bodies) - len(set(bodies)) == copies.get(check_id, 0)


@pytest.mark.parametrize("key", ["timestamp", "auth_id", "message.id"])
def test_whatever_a_receiver_knows_messages_by_tells_them_apart(key):
    def known_by(payload: dict[str, Any]) -> object:
        user, message = payload["user"], payload.get("message", {})
        return {"timestamp": payload["timestamp"], "auth_id": (user["auth_id"], payload["event_name"])}.get(
            key, message.get("id", payload["timestamp"])
        )

    seen = [known_by(payload) for payload in payloads_of(tuple(dict.fromkeys(sent_by("burst"))))]
    assert len(seen) == len(set(seen)) > 50


@pytest.mark.parametrize("has_probe", [True, False])
def test_the_same_seed_sends_the_same_bytes(has_probe):
    def sent() -> list[Message]:
        endpoint = InMemory(Sound())
        endpoint.results(has_probe=has_probe)
        return sorted(endpoint.messages, key=lambda message: (message.body, message.headers))

    assert sent() == sent()


def test_another_seed_has_other_ids():
    def ids(seed: int) -> set[object]:
        endpoint = InMemory(Sound())
        endpoint.results("burst", contract=contract(seed=seed))
        return {
            value
            for each in payloads_of(tuple(endpoint.messages))
            for key, value in values(each)
            if key in IDS | {"id"}
        } - {NUMBERS.start}

    assert len(ids(SEED)) > 50
    assert ids(SEED).isdisjoint(ids(SEED + 1))


def test_edits_reach_every_message():
    endpoint = InMemory(Sound())
    edits = (Edit("user.auth_id", "mine"), Edit("business_id", 7), Edit("agent.profile_image", removes=True))
    endpoint.results(contract=contract(edits=edits))
    payloads = [*payloads_of(tuple(endpoint.messages))]
    whole = [each for each in payloads if isinstance(each.get("user"), dict) and isinstance(each.get("agent"), dict)]
    assert len(whole) > 150
    assert {each["user"]["auth_id"] for each in whole} - {12} == {"mine"}
    assert {each["business_id"] for each in whole if isinstance(each["business_id"], int)} == {7}
    assert not any("profile_image" in each["agent"] for each in whole)


def test_own_headers_reach_every_message_and_replace_ours():
    endpoint = InMemory(Sound())
    endpoint.results(
        "deadline", "connection.*", contract=contract(headers=(("x-token", "t"), ("content-type", "text/json")))
    )
    assert {dict(message.headers)["x-token"] for message in endpoint.messages} == {"t"}
    assert all(
        "Content-Type" not in dict(message.headers) or dict(message.headers)["Content-Type"] == "text/plain"
        for message in endpoint.messages
    )
