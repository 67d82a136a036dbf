"""The laws of generation: what leaves is valid, what is said to be broken is, and a seed says everything."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from hookcli.generation.generator import generate
from hookcli.generation.identity import identity
from hookcli.generation.seeds import FIXED_CLOCK, clock_of, seed_at
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.document import Schema

pytestmark = pytest.mark.usefixtures("uncovered")

EVENTS = catalog.event_names()
ENDLESS = ("typical", "minimal", "maximal")


def payloads(schema: Schema, mode: str, count: int | None = None, seed: int = 1) -> list[Json]:
    return [sample.payload for sample in islice(generate(schema, mode=mode, seed=seed), count)]


@pytest.mark.parametrize("mode", ENDLESS)
@pytest.mark.parametrize("event", EVENTS)
def test_every_payload_of_an_event_is_valid_and_of_that_event(event: str, mode: str) -> None:
    schema = catalog.load_event(event)
    made = payloads(schema, mode, 200)
    assert all(map(schema.is_valid, made))
    assert {payload["event_name"] for payload in made} == {event}


@pytest.mark.parametrize("event", EVENTS)
def test_boundary_payloads_are_valid_and_none_comes_twice(event: str) -> None:
    schema = catalog.load_event(event)
    made = payloads(schema, "boundary")
    assert all(map(schema.is_valid, made))
    assert len(made) > 100
    assert len({identity(payload) for payload in made}) == len(made)


@pytest.mark.parametrize("event", EVENTS)
def test_invalid_payloads_break_the_keyword_that_they_name_and_no_other(event: str) -> None:
    schema = catalog.load_event(event)
    samples = list(generate(schema, mode="invalid", seed=1))
    found = [[(each.pointer, each.keyword) for each in schema.refusals(sample.payload)] for sample in samples]
    assert found == [[(sample.pointer, sample.keyword)] for sample in samples]
    assert len(samples) > 40


@pytest.mark.parametrize("event", EVENTS)
def test_jsonschema_too_refuses_every_invalid_payload_there(event: str) -> None:
    schema = catalog.load_event(event)
    for sample in generate(schema, mode="invalid", seed=1):
        errors = schema.explain(sample.payload)
        assert (sample.pointer, sample.keyword) in {
            ("".join(f"/{part}" for part in error.absolute_path), error.validator) for error in errors
        }


def test_every_required_key_is_left_out_once() -> None:
    schema = catalog.load_event("webhook_agent_chat_close")
    broken = [sample for sample in generate(schema, mode="invalid", seed=1) if sample.keyword == "required"]
    assert len({json.dumps(sample.payload, sort_keys=True) for sample in broken}) == len(broken) == 27


@pytest.mark.parametrize("mode", [*ENDLESS, "boundary", "invalid"])
def test_the_same_seed_gives_the_same_payloads(mode: str) -> None:
    schema = catalog.load_event("message")
    assert payloads(schema, mode, 60, seed=7) == payloads(schema, mode, 60, seed=7)


def test_another_seed_gives_other_payloads() -> None:
    schema = catalog.load_event("message")
    assert payloads(schema, "typical", 5, seed=7) != payloads(schema, "typical", 5, seed=8)


def test_more_payloads_start_with_the_same_ones() -> None:
    schema = catalog.load_event("chat_pinned")
    assert payloads(schema, "typical", 9)[:3] == payloads(schema, "typical", 3)


def test_a_small_seed_has_a_fixed_clock() -> None:
    assert clock_of(1) == FIXED_CLOCK


def test_a_drawn_seed_carries_its_own_clock() -> None:
    now = 1_795_000_000.123
    assert clock_of(seed_at(now, 999)) == pytest.approx(now, abs=0.002)


def test_timestamps_lie_in_the_hour_before_the_clock_in_utc_with_milliseconds() -> None:
    made = payloads(catalog.load_event("message"), "typical", 50)
    stamps = {payload["timestamp"] for payload in made}
    assert len(stamps) > 40
    assert all("2025-12-31T23:00:00" <= stamp <= "2026-01-01T00:00:01" for stamp in stamps)
    assert all(stamp.endswith("Z") and len(stamp) == len("2019-07-03T11:42:44.077Z") for stamp in stamps)


@pytest.mark.parametrize("event", [name for name in EVENTS if name.startswith("webhook_")])
@pytest.mark.parametrize("mode", ENDLESS)
def test_links_and_identifier_name_the_same_conversation(event: str, mode: str) -> None:
    for payload in payloads(catalog.load_event(event), mode, 50):
        data = payload["data"]
        assert data["conversation_identifier"] in data["chat_link"]
        assert data["conversation_identifier"] in data["complete_chat_link"]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("mode", ENDLESS)
def test_a_bot_is_automated_and_has_no_address(event: str, mode: str) -> None:
    for payload in payloads(catalog.load_event(event), mode, 100):
        agent = payload["agent"]
        assert (agent["name"] == "gogo") == agent["is_automated"]
        assert not (agent["is_automated"] and agent.get("email"))


PLATFORMS = {2: "Android", 3: "Facebook", 5: "WebSDK", 6: "iOS", 13: "Webhook", 14: "WhatsApp"}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("mode", ["typical", "maximal"])
def test_platform_number_and_name_agree_and_a_web_user_has_no_phone(event: str, mode: str) -> None:
    for payload in payloads(catalog.load_event(event), mode, 100):
        user = payload["user"]
        platform = int(user["device_platform"])
        assert user["device_platform_name"] == PLATFORMS[platform]
        assert platform != 5 or not (user["phone_model"] or user["os_version"] or user["package_name"])


def test_who_completed_and_the_agent_agree() -> None:
    for payload in payloads(catalog.load_event("webhook_conversation_complete"), "typical", 200):
        by_agent = payload["data"]["completion_type"] == "agent"
        assert by_agent == (not payload["agent"]["is_automated"])


def test_typical_payloads_vary() -> None:
    made = payloads(catalog.load_event("webhook_agent_chat_close"), "typical", 500)
    assert len({payload["user"]["auth_id"] for payload in made}) == 500
    assert len({payload["user"]["user_name"] for payload in made}) >= 20
    assert len({payload["agent"]["name"] for payload in made}) >= 8
    assert {"closing_categories" in payload["data"] for payload in made} == {True, False}


def test_minimal_has_only_what_is_required() -> None:
    payload = payloads(catalog.load_event("message"), "minimal", 1)[0]
    assert payload.keys() == {"version", "timestamp", "business_id", "event_name", "user", "agent", "message"}
    assert payload["user"].keys() == {"auth_id"}


def test_maximal_has_every_key_that_the_schema_knows() -> None:
    payload = payloads(catalog.load_event("webhook_agent_chat_close"), "maximal", 1)[0]
    assert payload["data"]["closing_categories"].keys() == {"reason", "subReason", "comment"}
    assert len(payload["user"]) == 8


def test_nobody_has_a_real_address() -> None:
    made = payloads(catalog.load_event("webhook_agent_chat_close"), "typical", 300)
    assert {payload["agent"]["email"].rpartition(".")[2] for payload in made} == {"example"}
