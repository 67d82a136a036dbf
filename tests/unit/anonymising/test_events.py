"""Payloads of the bundled events: valid stays valid, broken stays broken, and nothing that was replaced is left."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from anonymised import KEY, anonymiser, leaked

from hookcli.anonymising import Anonymised, Anonymiser
from hookcli.generation.generator import generate
from hookcli.jsontext import dump, parse
from hookcli.models import Json
from hookcli.schema import catalog

pytestmark = pytest.mark.usefixtures("uncovered")

EVENTS = catalog.event_names()
ROOT = Path(__file__).resolve().parents[3]
CAPTURED = sorted((ROOT / "examples" / "haptik" / "captured").glob("*.json"))
CASES = sorted(path for event in EVENTS for path in (ROOT / "tests" / "cases" / event).rglob("*.json"))


@pytest.mark.parametrize("mode", ["typical", "minimal", "maximal", "boundary"])
@pytest.mark.parametrize("event", EVENTS)
def test_a_valid_payload_stays_valid_and_nothing_personal_is_left(event: str, mode: str) -> None:
    schema, made = catalog.load_event(event), anonymiser()
    for sample in islice(generate(schema, mode=mode, seed=3), 120):
        result = made.anonymise(dump(sample.payload))
        assert isinstance(result, Anonymised)
        assert schema.is_valid(parse(result.body))
        assert leaked(sample.payload, result) == []
        assert list(parse(result.body)) == list(sample.payload)


@pytest.mark.parametrize("event", EVENTS)
def test_a_broken_payload_stays_broken_where_it_was(event: str) -> None:
    schema = catalog.load_event(event)
    made = Anonymiser(KEY, catalog.find_event, schema=schema)
    for sample in generate(schema, mode="invalid", seed=3):
        result = made.anonymise(dump(sample.payload))
        assert isinstance(result, Anonymised)
        assert result.strayed == ()
        found = [(each.pointer, each.keyword) for each in schema.refusals(parse(result.body))]
        assert found == [(sample.pointer, sample.keyword)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: "-".join(path.parts[-3:]))
def test_cases_keep_their_verdict(path: Path) -> None:
    schema = catalog.load_event(path.parts[-3])
    result = Anonymiser(KEY, catalog.find_event, schema=schema).anonymise(path.read_bytes())
    assert isinstance(result, Anonymised)
    before, after = (
        {(r.pointer, r.keyword) for r in schema.refusals(parse(text))} for text in (path.read_bytes(), result.body)
    )
    assert after == before


@pytest.mark.parametrize("path", CAPTURED, ids=lambda path: path.stem)
def test_captured_payloads_are_anonymised(path: Path) -> None:
    payload: Json = parse(path.read_bytes())
    result = anonymiser().anonymise(path.read_bytes())
    assert isinstance(result, Anonymised)
    assert leaked(payload, result) == []
    made = parse(result.body)
    assert made["timestamp"] == payload["timestamp"]
    assert made["event_name"] == payload["event_name"]
    assert made["user"]["device_platform"] == payload["user"]["device_platform"]
    assert {"/user/auth_id", "/user/user_id", "/user/user_name", "/business_id"} <= {*result.changed}
    assert "/user/device_platform_name" in result.kept


def test_what_belongs_together_still_does() -> None:
    payload = parse((ROOT / "examples/haptik/captured/webhook_conversation_complete.json").read_bytes())
    made = parse(anonymiser().anonymise(dump(payload)).body)  # type: ignore[union-attr]
    data = made["data"]
    assert data["chat_link"].endswith(f"/chat/{data['conversation_identifier']}")
    assert data["complete_chat_link"].endswith(f"/chats/{data['conversation_identifier']}/complete")
    assert f"/agents/{made['agent']['id']}/profile.png" in made["agent"]["profile_image"]
    assert data["completion_by"] == made["agent"]["name"] == made["follow_up_details"]["expert_name"]
    assert made["agent"]["email"].rpartition("@")[2] in ("example.com", "example.org", "example.net")
    assert data["chat_link"].split("/")[2].endswith(".example")


def test_the_bot_stays_the_bot() -> None:
    payload = parse((ROOT / "examples/haptik/captured/message.json").read_bytes())
    made = parse(anonymiser().anonymise(dump(payload)).body)  # type: ignore[union-attr]
    assert (made["agent"]["name"], made["agent"]["email"]) == ("gogo", None)
    assert made["message"]["body"]["type"] == "CAROUSEL"


def test_the_same_key_gives_the_same_bytes_and_another_key_others() -> None:
    def run(key: bytes) -> list[bytes]:
        made = anonymiser(key=key)
        return [made.anonymise(path.read_bytes()).body for path in CAPTURED]  # type: ignore[union-attr]

    assert run(KEY) == run(KEY)
    assert not {*run(KEY)} & {*run(KEY[::-1])}
