from __future__ import annotations

import pytest
from official import junit
from results import AGAIN, RESULTS, VALID, report


@pytest.mark.parametrize("command", RESULTS)
@pytest.mark.parametrize("wishes", [{}, {"interrupted": True}, {"include_valid": True}])
def test_every_report_is_one_that_jenkins_takes(command: str, wishes: dict) -> None:
    suite = junit(report(command, "junit", **wishes))
    assert suite.get("name") == f"hookcli {command}"


def test_reports_without_results_are_taken_too() -> None:
    assert junit(report("validate", "junit", [])).get("tests") == "0"
    assert junit(report("validate", "junit", [VALID])).get("tests") == "1"


def test_a_check_is_a_case_with_its_reproduction_in_the_body() -> None:
    suite = junit(report("check", "junit"))
    properties, passed, warned, skipped, forged, unjudged = suite
    assert [(each.get("name"), each.get("value")) for each in properties] == [
        ("endpoint", "http://127.0.0.1:8000/hook"),
        ("profile", "haptik"),
        ("seed", "1"),
    ]
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("1", "1", "1")
    assert passed.attrib == {"classname": "hookcli.events", "name": "event.message", "time": "0.0123"}
    assert len(passed) == 0
    assert forged[0].attrib == {"type": "fail", "message": "1 forged message was taken"}
    assert forged[0].text.split("\n") == [
        "1 forged message was taken",
        r"no signature: 200\x1b[2J",
        "and 3 more",
        "contract: the HMAC of the body",
        "remedy: Answer 401.",
        f"again: {AGAIN} signature.missing",
    ]
    assert (unjudged[0].tag, unjudged[0].get("type")) == ("error", "error")
    assert (skipped[0].tag, skipped[0].get("message")) == ("skipped", "on loopback it does not arise")
    assert (warned[0].tag, warned[0].attrib) == ("system-out", {})
    assert warned[0].text.startswith("1 of 7 answered with 201\n")


def test_a_run_that_was_cut_short_is_an_error_with_its_reason() -> None:
    suite = junit(report("check", "junit", [], interrupted=True, reason="nobody is there"))
    (whole,) = suite.findall("testcase")
    assert (whole.get("name"), whole[0].tag, whole[0].get("message")) == ("the whole run", "error", "nobody is there")
