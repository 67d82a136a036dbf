"""The bundled schemas: complete, sound, and found by name."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from hookcli.errors import EventUnknown, ProfileInvalid
from hookcli.models import Json
from hookcli.profile import parse_profile
from hookcli.schema import catalog
from hookcli.schema.document import Schema, make_schema

FOLDER = catalog.folder() / "haptik"
CASES = Path(__file__).resolve().parents[2] / "cases"
FILES = sorted(path for path in FOLDER.rglob("*.json") if path.name != "profile.json")


def load(file: Path) -> Schema:
    uri = f"{catalog.BASE}haptik/{file.relative_to(FOLDER).as_posix()}"
    return make_schema(catalog.fetch(uri), file.stem, uri, catalog.fetch)


def annotated(node: Json) -> list[tuple[str, Json]]:
    """Every subschema that has examples, below `node`."""
    if isinstance(node, list):
        return [found for item in node for found in annotated(item)]
    if not isinstance(node, dict):
        return []
    own = [("examples", node)] if isinstance(node.get("examples"), list) else []
    return own + [
        found for key, value in node.items() if key not in ("examples", "x-hookcli") for found in annotated(value)
    ]


def test_the_seven_events_come_with_the_briefs_three_first() -> None:
    assert catalog.event_names()[:3] == (
        "webhook_agent_chat_close", "webhook_agent_chat_complete", "webhook_conversation_complete_partial",
    )  # fmt: skip
    assert len(catalog.event_names()) == 7


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_schema_says_what_it_is(file: Path) -> None:
    document = json.loads(file.read_text("utf-8"))
    assert document["$id"] == f"{catalog.BASE}haptik/{file.relative_to(FOLDER).as_posix()}"
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["title"]
    assert document["description"]
    assert document["examples"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_schema_has_a_valid_and_an_invalid_example(file: Path) -> None:
    folder = CASES / file.relative_to(FOLDER).with_suffix("")
    assert list((folder / "valid").glob("*.json"))
    assert list((folder / "invalid").glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_schemas_own_examples_are_valid(file: Path) -> None:
    schema = load(file)
    assert [example for example in schema.document["examples"] if not schema.is_valid(example)] == []


def test_no_file_is_an_orphan() -> None:
    reached = {name for event in catalog.event_names() for name in catalog.load_event(event).resources.documents}
    assert {load(file).uri for file in FILES} == reached


def test_no_case_is_an_orphan() -> None:
    known = {file.relative_to(FOLDER).with_suffix("").as_posix() for file in FILES}
    assert {path.parent.relative_to(CASES).as_posix() for path in CASES.rglob("valid")} == known


def test_no_schema_is_closed() -> None:
    assert [file.name for file in FILES if '"additionalProperties": false' in file.read_text("utf-8")] == []


def test_the_profile_is_the_contracts() -> None:
    profile = catalog.load_profile()
    assert profile.deadline == 5
    assert profile.retry_delays == (5, 25, 125, 625, 1410, 1410)
    assert sum(profile.retry_delays) == 3600
    assert (profile.success.start, profile.success.stop) == (200, 300)
    assert (profile.signature.header, profile.signature.prefix, profile.signature.algorithm) == (
        "X-Hub-Signature", "sha1=", "sha1",
    )  # fmt: skip
    assert profile.headers == (("Content-Type", "application/json"),)
    assert (profile.queue_seconds, profile.enable_path) == (3600, "/v1.0/webhook/")


def test_a_profile_need_not_say_how_long_events_queue_and_where_a_webhook_is_enabled() -> None:
    document = json.loads((FOLDER / "profile.json").read_text("utf-8"))
    del document["queue_seconds"], document["enable"]
    profile = parse_profile(document, "mine.json")
    assert (profile.queue_seconds, profile.enable_path) == (3600, "/v1.0/webhook/")
    profile = parse_profile({**document, "queue_seconds": 0, "enable": {}}, "mine.json")
    assert (profile.queue_seconds, profile.enable_path) == (0, "/v1.0/webhook/")


def test_an_unknown_event_is_answered_with_the_nearest() -> None:
    with pytest.raises(EventUnknown, match="did you mean chat_complete"):
        catalog.load_event("chat_completed")


def test_an_unknown_event_that_is_near_none_is_answered_with_the_way_to_the_list() -> None:
    with pytest.raises(EventUnknown, match="hookcli events"):
        catalog.load_event("zzz")


def test_a_profile_of_ones_own_is_read(tmp_path: Path) -> None:
    document = json.loads((FOLDER / "profile.json").read_text("utf-8"))
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({**document, "deadline_seconds": 9}))
    assert catalog.load_profile(str(file)).deadline == 9


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"deadline_seconds": "5"}, "deadline_seconds must be a number"),
        ({"success": []}, "success must be an object"),
        ({"retry": {"delays_seconds": ["5"]}}, "delays_seconds must be a list of numbers"),
        ({"events": [1]}, "events must be a list of strings"),
        ({"name": None}, "name must be a string"),
        ({"signature": {"header": "X", "prefix": "", "algorithm": "md5"}}, "signature.algorithm is 'md5'"),
        ({"headers": {"X": 1}}, "headers"),
        ({"deadline_seconds": 0}, "deadline_seconds must be a number above 0 and at most 3600, not 0;"),
        ({"deadline_seconds": -5}, "not -5;"),
        ({"deadline_seconds": 3600.5}, "not 3600.5;"),
        ({"deadline_seconds": 10**400}, "not 10000"),
        ({"deadline_seconds": True}, "deadline_seconds must be a number above 0"),
        ({"retry": {"delays_seconds": [5, -1]}}, "retry.delays_seconds must be a list of numbers from 0 .* without -1"),
        ({"retry": {"delays_seconds": [True]}}, "without True"),
        ({"retry": {"delays_seconds": [10**400]}}, "from 0 to 604800"),
        ({"success": {"minimum_status": 300, "maximum_status": 299}}, "success.minimum_status must be at most .*299"),
        ({"success": {"minimum_status": 200.5, "maximum_status": 299}}, "minimum_status must be .* whole, from 100"),
        ({"success": {"minimum_status": 99, "maximum_status": 299}}, "minimum_status .* from 100 to 599, not 99"),
        ({"success": {"minimum_status": 200, "maximum_status": 600}}, "maximum_status .* from 100 to 599, not 600"),
        ({"headers": {"X Y": "1"}}, "headers has the key 'X Y', which must be the name of a header .*RFC 9110"),
        ({"headers": {"": "1"}}, "headers has the key ''"),
        ({"headers": {"X": "1\r\nY: 2"}}, "headers.X must be text without control characters"),
        ({"headers": {"X": "1\x9b2"}}, "headers.X"),
        ({"headers": {"X": " 1"}}, "headers.X .*white space at its ends"),
        ({"signature": {"header": "X:", "prefix": "", "algorithm": "sha1"}}, "signature.header must be the name of a"),
        (
            {"signature": {"header": "X", "prefix": "é", "algorithm": "sha1"}},
            "signature.prefix must be printable ASCII",
        ),
        ({"signature": {"header": "X", "prefix": "a\n", "algorithm": "sha1"}}, "signature.prefix must be printable"),
        ({"queue_seconds": -1}, "queue_seconds must be a number from 0 to 604800, not -1"),
        ({"queue_seconds": "3600"}, "queue_seconds must be a number from 0"),
        ({"queue_seconds": None}, "queue_seconds must be a number"),
        ({"enable": "/x"}, "enable must be an object"),
        ({"enable": {"path": "x"}}, "enable.path must be a path that starts with /"),
        ({"enable": {"path": "/a?b"}}, "enable.path must be a path .* no query"),
        ({"enable": {"path": "/a b"}}, "enable.path must be"),
        ({"enable": {"path": "/é"}}, "enable.path must be"),
    ],
)
def test_a_profile_with_a_fault_says_where(change: Json, words: str, tmp_path: Path) -> None:
    document = json.loads((FOLDER / "profile.json").read_text("utf-8"))
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({**document, **change}))
    with pytest.raises(ProfileInvalid, match=words):
        catalog.load_profile(str(file))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "change",
    [
        lambda number: {"deadline_seconds": number},
        lambda number: {"retry": {"delays_seconds": [number]}},
        lambda number: {"success": {"minimum_status": number, "maximum_status": 299}},
    ],
    ids=["deadline", "delay", "status"],
)
def test_a_number_of_a_profile_is_finite(change: Callable[[float], dict[str, Json]], number: float) -> None:
    document = json.loads((FOLDER / "profile.json").read_text("utf-8"))
    with pytest.raises(ProfileInvalid, match=f"{number}"):
        parse_profile({**document, **change(number)}, "mine.json")


def test_a_profile_may_go_to_its_limits() -> None:
    document = json.loads((FOLDER / "profile.json").read_text("utf-8"))
    limits: Json = {
        "deadline_seconds": 3600,
        "retry": {"delays_seconds": [0, 604_800]},
        "success": {"minimum_status": 100.0, "maximum_status": 599},
        "headers": {"X-Empty": "", "X": "é\t1"},
        "signature": {"header": "X", "prefix": "", "algorithm": "sha512"},
    }
    profile = parse_profile({**document, **limits}, "mine.json")
    assert (profile.deadline, profile.retry_delays, profile.success) == (3600, (0, 604_800), range(100, 600))
    assert profile.headers == (("X-Empty", ""), ("X", "é\t1"))


@pytest.mark.parametrize("content", ["", "[", "[]", "null", "{}"])
def test_a_profile_that_is_none_is_an_error(content: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(content)
    with pytest.raises(ProfileInvalid):
        catalog.load_profile(str(file))


def test_a_profile_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ProfileInvalid, match="no such profile"):
        catalog.load_profile("slack")
