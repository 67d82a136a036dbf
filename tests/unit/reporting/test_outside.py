"""What comes from outside: secrets, commands, any text at all, and any number of findings."""

from __future__ import annotations

import json
import tracemalloc
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from official import commands, junit, sarif, table
from results import FAILED, FORGED, INVALID, MESSAGE, TABLES, URL, hide, report

from hookcli.models import Attempt, Capture, Delivery, Failure, Message, Violation
from hookcli.reporting.characters import visible

FORMATS = ["text", "json", "jsonl", "junit", "sarif", "github", "markdown"]
COMMANDS = pytest.mark.parametrize("command", TABLES)


def test_nothing_that_is_shown_commands_the_runner_of_github_actions() -> None:
    assert visible("::error::x") == r":\:error::x"
    assert visible("  ::add-mask::x ##[error]y") == r"  :\:add-mask::x ##\[error]y"
    assert visible("a::b # #[c]") == "a::b # #[c]"
    said = replace(FAILED, attempts=(Attempt(1, 500, 1.5, answer=b" ::stop-commands::x ##[group]"),))
    for name in FORMATS:
        text = report("send", name, [said])
        assert [each.name for each in commands(text)] == ["error"] * (name == "github")


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("name", ["jsonl", "github", "markdown"])
def test_memory_does_not_grow_with_the_number_of_findings(name: str) -> None:
    reporter = TABLES["validate"][name](room=100_000)
    tracemalloc.start()
    for _ in range(3000):
        reporter.add(INVALID)
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert grown < 500_000


STRUCTURE = hide(
    "true", "false", "null", "results", "deliveries", "checks", "testcase", "name", '"', "<", ":", "1", ", "
)


def keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: keys(each) for key, each in value.items()}
    return [keys(each) for each in value] if isinstance(value, list) else type(value)


@COMMANDS
def test_masking_touches_no_structure_of_json(command: str) -> None:
    plain, masked = json.loads(report(command, "json")), json.loads(report(command, "json", mask=STRUCTURE))
    assert keys(masked) == keys(plain)
    assert (masked["summary"], masked["tool"]) == (plain["summary"], plain["tool"])
    lines = report(command, "jsonl", mask=STRUCTURE).splitlines()
    results = [value for value in masked.values() if isinstance(value, list)]
    assert [[json.loads(line) for line in lines[:-1]]] == results


@COMMANDS
def test_masking_touches_no_structure_of_xml(command: str) -> None:
    plain, masked = (ET.fromstring(report(command, "junit", **wishes)) for wishes in ({}, {"mask": STRUCTURE}))
    assert [(each.tag, list(each.attrib)) for each in masked.iter()] == [
        (each.tag, list(each.attrib)) for each in plain.iter()
    ]
    assert masked[0].attrib == plain[0].attrib


@COMMANDS
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_masks_every_text_of_a_result(command: str, name: str) -> None:
    secrets = {
        "validate": ("a.json", "/agent/id", "'x'", "has no", "the text", "mes\nsage"),
        "send": ("shop.example", "nobody", "chat_pinned", "took 6"),
        "check": ("127.0.0", "/hook", "forged", "and 3", "Answer", "Anybody",
                  "the HMAC", "the probe", "--only"),
    }[command]  # fmt: skip
    text = report(command, name, mask=hide(*secrets), include_valid=True)
    assert "hidden" in text
    assert [secret for secret in secrets if visible(secret) in text] == []


@COMMANDS
@pytest.mark.parametrize("name", FORMATS)
def test_a_secret_with_control_characters_is_masked_before_they_are_escaped(command: str, name: str) -> None:
    secret = "s3\tcr\u202e\x1bet"
    results = {
        "validate": [replace(INVALID, violations=(Violation("/a", "type", f"is '{secret}'", 1, 1),))],
        "send": [replace(FAILED, attempts=(Attempt(1, None, 1.0, Failure("Late", f"said {secret}")),))],
        "check": [replace(FORGED, message=f"said {secret}", evidence=(secret,), remedy=secret, reproduce=secret)],
    }[command]
    text = report(command, name, results, mask=hide(secret))
    assert "hidden" in text
    assert "s3" not in text


def test_an_answer_is_masked_before_it_is_cut() -> None:
    failed = Delivery(MESSAGE, URL, False, (Attempt(1, 500, 1.5, answer=b"x" * 195 + b"tops3cret"),))
    assert "tops" not in report("send", "text", [failed], mask=hide("tops3cret"))


@pytest.mark.parametrize("name", FORMATS)
def test_evidence_is_masked_before_it_is_cut(name: str) -> None:
    said = replace(FORGED, evidence=("x" * 295 + "tops3cret" + "y" * 60_000,))
    text = report("check", name, [said], mask=hide("tops3cret"))
    assert "tops" not in text
    assert "y" * 100 not in text


@COMMANDS
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_that_a_run_was_cut_short_and_by_what(command: str, name: str) -> None:
    assert "interrupted" in report(command, name, interrupted=True)
    text = report(command, name, [], interrupted=True, reason="nobody is there: s3cret", mask=hide("s3cret"))
    assert "s3cret" not in text
    assert "nobody is there" in text


@COMMANDS
def test_text_is_silent_where_an_error_came_first_that_is_said_beside_it(command: str) -> None:
    assert report(command, "text", [], interrupted=True, reason="nobody", explains=False) == ""
    assert "interrupted before the end" in report(command, "text", interrupted=True, reason="no", explains=False)


TEXTS = st.text(
    st.characters() | st.sampled_from("\x00\x1b\n\r\u2028\u202e\ud800\udc80\uffff|`<>&\"'[](){}%:,#@"), max_size=30
)


@pytest.mark.usefixtures("uncovered")
@given(one=TEXTS, two=TEXTS, three=TEXTS, line=st.integers(1, 2**40))
@settings(deadline=None, max_examples=150)
def test_no_text_breaks_a_format(one: str, two: str, three: str, line: int) -> None:
    check = replace(FORGED, id=one, message=two, evidence=(three, one), remedy=two, reproduce=three, clause=one)
    broken = replace(INVALID, capture=Capture(one, 0, line), violations=(Violation(two, three, one, line, line),))
    failed = Delivery(Message(one, b""), f"http://x/{two}", False, (Attempt(1, None, 0, Failure("Late", three)),))
    for command, result in (("check", check), ("validate", broken), ("send", failed)):
        texts = {name: report(command, name, [result]) for name in TABLES[command]}
        assert all(text.encode() and not set("\x00\x1b\u202e") & set(text) for text in texts.values())
        assert len(sarif(texts["sarif"])["results"]) == 1
        assert len(junit(texts["junit"]).findall("testcase")) == 1
        assert [each.name for each in commands(texts["github"])] == ["error"]
        assert len(table(texts["markdown"])) == 2
        assert json.loads(texts["json"])["summary"] == json.loads(texts["jsonl"].splitlines()[-1])["summary"]
