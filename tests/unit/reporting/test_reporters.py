from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from results import (
    BODY,
    DELIVERIES,
    INVALID,
    JUDGEMENTS,
    RECEIVED,
    VALID,
    made,
    report,
)

from hookcli import __version__
from hookcli.models import Capture, Judgement, Verdict, Violation
from hookcli.reporting import DELIVERY_REPORTERS, VALIDATION_REPORTERS
from hookcli.reporting.characters import visible

TOOL = {"name": "hookcli", "version": __version__}


def validation(name: str, results: Any = JUDGEMENTS, **wishes: Any) -> str:
    return made(VALIDATION_REPORTERS, name, results, **wishes)


def delivery(name: str, results: Any = DELIVERIES, **wishes: Any) -> str:
    return made(DELIVERY_REPORTERS, name, results, **wishes)


def test_text_shows_what_is_not_valid_with_places_to_jump_to() -> None:
    assert validation("text") == (
        "a.json:3:2  invalid  message\n"
        "  (root)  has no key 'user'  (required)  a.json:3:2\n"
        "  /agent/id  is 'x', but must be an integer  (type)  a.json:5:16\n"
        "  and 7 more; --max-violations shows them\n"
        r"b\x1b[31m\udc80.jsonl:4:9  unreadable" + "\n"
        "  the text is empty\n"
        r"c.json:1:1  unknown_event  mes\nsage\x9b" + "\n"
        "4 payloads: 1 valid, 1 invalid, 1 unreadable, 1 unknown event\n"
    )


def test_text_shows_valid_payloads_when_asked() -> None:
    assert validation("text", [VALID], include_valid=True) == "a.json:1:1  valid  message\n1 payload: 1 valid\n"


def test_text_says_when_nothing_was_judged_or_sent() -> None:
    assert validation("text", []) == "0 payloads: nothing was judged\n"
    assert delivery("text", []) == "0 deliveries: nothing was sent\n"


def test_text_shows_what_went_out_and_what_came_back() -> None:
    assert delivery("text") == (
        "--> message  (1,025 bytes)\n"
        "<-- [200] POST https://[hidden]@shop.example/hook  12.3 ms\n"
        "--> chat_pinned  (1 byte)\n"
        "<-- #1 [500] POST https://[hidden]@shop.example/hook  1,500.0 ms\n"
        "    the endpoint failed: see its log\n"
        r"    \x1b[2Jno\n" + "x" * 193 + "…\n"
        "<-- #2 [200] POST https://[hidden]@shop.example/hook  6,000.0 ms\n"
        "    took 6 s, but has 5\n"
        "--> message  (1,025 bytes)\n"
        "<-- [connection failed] POST https://[hidden]@shop.example/hook  1.0 ms\n"
        r"    nobody\tthere" + "\n"
        "3 deliveries: 1 delivered, 1 failed, 1 unreachable\n"
    )


def test_text_shows_the_built_in_receivers_side() -> None:
    assert delivery("text", [RECEIVED]) == (
        "--> message  (1,025 bytes)\n"
        "<-- [422] POST https://[hidden]@shop.example/hook  2.0 ms\n"
        "    the endpoint refused the payload: its answer or its log says why\n"
        "    received: signature genuine, payload invalid\n"
        "    the payload has no key 'a'\n"
        "1 delivery: 1 failed\n"
    )


def test_colour_adds_nothing_but_colour() -> None:
    coloured = validation("text", color=True) + delivery("text", color=True)
    for code in ("0", "1", "2", "31", "32", "33", "35", "36"):
        assert f"\x1b[{code}m" in coloured
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == validation("text") + delivery("text")


def test_without_colour_rich_is_not_imported() -> None:
    script = (
        "import sys; from hookcli.reporting import VALIDATION_REPORTERS as table; table['text']().finish();"
        "sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_json_has_the_documented_keys_in_their_order() -> None:
    text = validation("json")
    document = json.loads(text)
    assert list(document) == ["tool", "summary", "results"]
    assert document["tool"] == TOOL
    assert list(document["summary"].items()) == [
        ("payloads", 4), ("valid", 1), ("invalid", 1), ("unreadable", 1), ("unknown_event", 1),
    ]  # fmt: skip
    invalid, unreadable, unknown = document["results"]
    assert list(invalid) == ["source", "index", "line", "event", "verdict", "violations", "omitted"]
    assert (invalid["source"], invalid["index"], invalid["line"], invalid["omitted"]) == ("a.json", 1, 3, 7)
    assert list(invalid["violations"][1].items()) == [
        ("pointer", "/agent/id"),
        ("keyword", "type"),
        ("message", "is 'x', but must be an integer"),
        ("line", 5),
        ("column", 16),
    ]
    assert unreadable["source"] == "b\x1b[31m\ufffd.jsonl"
    assert unreadable["violations"] == [
        {"pointer": None, "keyword": None, "message": "the text is empty", "line": 4, "column": 9}
    ]
    assert (unknown["verdict"], unknown["event"], unknown["violations"]) == ("unknown_event", "mes\nsage\x9b", [])
    assert "\x1b" not in text
    assert "\x9b" not in text


def test_json_has_valid_payloads_when_asked() -> None:
    document = json.loads(validation("json", include_valid=True))
    assert [result["verdict"] for result in document["results"]] == ["valid", "invalid", "unreadable", "unknown_event"]


def test_json_without_results_is_json() -> None:
    assert json.loads(validation("json", [VALID]))["results"] == []


def test_json_of_deliveries_has_the_documented_keys_in_their_order() -> None:
    document = json.loads(delivery("json", [*DELIVERIES, RECEIVED], seed=2**70))
    assert list(document) == ["tool", "seed", "summary", "deliveries"]
    assert document["seed"] == 2**70
    assert document["summary"] == {"deliveries": 4, "delivered": 1, "failed": 2, "unreachable": 1}
    first, second, third, fourth = document["deliveries"]
    assert list(first) == ["event", "url", "delivered", "body_sha256", "attempts", "reception"]
    assert first["url"] == "https://[hidden]@shop.example/hook"
    assert first["body_sha256"] == hashlib.sha256(BODY).hexdigest()
    assert first["attempts"] == [
        {"number": 1, "status": 200, "elapsed_ms": 12.3, "error": None, "error_kind": None, "at_seconds": 0.0}
    ]
    assert list(first["attempts"][0]) == ["number", "status", "elapsed_ms", "error", "error_kind", "at_seconds"]
    assert [each["error_kind"] for each in second["attempts"]] == ["Status", "Late"]
    assert second["attempts"][0]["error"] == "the endpoint failed: see its log"
    assert third["attempts"][0]["error"] == "nobody\tthere"
    assert (first["reception"], fourth["reception"]) == (
        None,
        {"signature": "genuine", "verdict": "invalid", "violations": ["the payload has no key 'a'"]},
    )


def test_json_lines_are_the_results_and_then_the_summary() -> None:
    lines = [json.loads(line) for line in validation("jsonl").splitlines()]
    document = json.loads(validation("json"))
    assert lines == [*document["results"], {"summary": document["summary"], "tool": TOOL}]
    assert list(lines[-1]) == ["summary", "tool"]
    assert json.loads(delivery("jsonl", [], seed=3)) == {
        "summary": {"deliveries": 0, "delivered": 0, "failed": 0, "unreachable": 0},
        "seed": 3,
        "tool": TOOL,
    }


def test_json_lines_go_out_as_they_come() -> None:
    reporter = VALIDATION_REPORTERS["jsonl"](color=False, include_valid=True)
    assert json.loads(reporter.add(VALID))["verdict"] == "valid"


def test_junit_has_a_case_for_each_result_kept_and_one_for_the_rest() -> None:
    suite = ET.fromstring(validation("junit"))[0]
    assert suite.attrib == {"name": "hookcli validate", "tests": "4", "failures": "1", "errors": "1", "skipped": "1"}
    invalid, unreadable, unknown, rest = suite
    assert invalid.attrib == {"classname": "a.json", "name": "1 message"}
    assert invalid[0].tag == "failure"
    assert invalid[0].get("message") == "has no key 'user' (required)"
    assert invalid[0].text == (
        "a.json:3:2  has no key 'user' (required)\na.json:5:16  /agent/id is 'x', but must be an integer (type)"
    )
    assert (unreadable[0].tag, unreadable.get("classname")) == ("error", r"b\x1b[31m\udc80.jsonl")
    assert (unknown[0].tag, unknown[0].get("message")) == ("skipped", "unknown_event")
    assert (rest.get("name"), len(rest)) == ("1 valid payload", 0)


def test_junit_counts_the_cases_that_are_there() -> None:
    suite = ET.fromstring(validation("junit", [VALID, VALID, VALID, INVALID]))[0]
    assert (suite.get("tests"), len(suite), suite[1].get("name")) == ("2", 2, "3 valid payloads")
    reporter = VALIDATION_REPORTERS["junit"]()
    cut = ET.fromstring("".join([*map(reporter.add, [VALID, VALID]), reporter.finish(interrupted=True)]))[0]
    assert (cut.get("tests"), cut.get("errors"), len(cut)) == ("2", "1", 2)


def test_junit_has_every_case_when_asked() -> None:
    cases = ET.fromstring(validation("junit", include_valid=True))[0]
    assert [case.get("name") for case in cases] == ["0 message", "1 message", "0 unreadable", r"0 mes\nsage\x9b"]


def test_junit_of_deliveries() -> None:
    suite = ET.fromstring(delivery("junit", seed=1))[0]
    assert suite.attrib == {"name": "hookcli send", "tests": "3", "failures": "1", "errors": "1", "skipped": "0"}
    properties, delivered, failed, unreachable = suite
    assert [each.attrib for each in properties] == [{"name": "seed", "value": "1"}]
    assert delivered.attrib == {
        "classname": "https://[hidden]@shop.example/hook",
        "name": "1 message",
        "time": "0.0123",
    }
    assert (len(delivered), failed[0].tag, unreachable[0].tag) == (0, "failure", "error")
    assert failed[0].get("message") == "attempt 2: took 6 s, but has 5"
    assert failed[0].text == "attempt 1: answered 500; the endpoint failed: see its log\nattempt 2: took 6 s, but has 5"


@pytest.mark.parametrize("name", ["json", "junit", "text", "jsonl"])
def test_every_format_can_be_written_as_utf_8(name: str) -> None:
    hostile = Judgement(
        Capture('<&"\0\udfff', 0, 1),
        "]]>\ufffe\x0b",
        Verdict.INVALID,
        (Violation("/\0\ud800", "type", "is '\ud800\x1b]0;x\x07\u202e'", 1, 1),),
    )
    text = validation(name, [hostile])
    assert text.encode()
    assert not {"\0", "\x07", "\x1b", "\x0b"}.intersection(text)


def test_hostile_characters_leave_xml_well_formed() -> None:
    hostile = Judgement(
        Capture('<&"\0\t', 0, 1), "]]>\ufffe", Verdict.INVALID, (Violation("/a", "type", "<b>\uffff", 1, 1),)
    )
    (case,) = ET.fromstring(validation("junit", [hostile]))[0]
    assert (case.get("classname"), case.get("name")) == (r'<&"\x00\t', "0 ]]>\ufffd")
    assert case[0].get("message") == "/a <b>\ufffd (type)"


def test_scripts_and_joiners_are_left_as_they_are() -> None:
    assert visible("क्‍ष 👩‍👩‍👧 مرحبا") == "क्‍ष 👩‍👩‍👧 مرحبا"
    assert visible("\u202e\u2028\r\n\x7f") == r"\u202e\u2028\r\n\x7f"


def test_json_of_checks_has_the_documented_keys_in_their_order() -> None:
    document = json.loads(report("check", "json"))
    assert list(document) == ["tool", "endpoint", "profile", "seed", "summary", "checks"]
    assert list(document["summary"]) == ["checks", "pass", "warn", "fail", "skip", "error"]
    documented = ["id", "verdict", "clause", "message", "elapsed_ms"]
    assert [list(each) for each in document["checks"]] == [[*documented, "evidence", "remedy", "reproduce"]] * 5
    passed, _, _, forged, unjudged = document["checks"]
    assert passed == {
        "id": "event.message", "verdict": "pass", "clause": "any 2xx", "message": "accepted with 200",
        "elapsed_ms": 12.3, "evidence": [], "remedy": None, "reproduce": None,
    }  # fmt: skip
    assert (forged["verdict"], forged["evidence"]) == ("fail", ["no signature: 200\x1b[2J", "and 3 more"])
    assert unjudged["verdict"] == "error"
