from __future__ import annotations

import json
from dataclasses import replace

import pytest
from official import sarif
from results import ABOUT, CHECKED, DELIVERIES, FAILED, FORGED, INVALID, RULES, UNKNOWN, UNREADABLE, VALID, hide, report

from hookcli import __version__
from hookcli.models import Attempt, Capture, Delivery, Failure, Happening, Judgement, Verdict, Violation
from hookcli.reporting import CHECK_REPORTERS, VALIDATION_REPORTERS
from hookcli.reporting.places import path_of_endpoint, uri_of
from hookcli.reporting.sarif import MOST


def location(result) -> tuple:
    (place,) = result["locations"]
    return (
        place["physicalLocation"]["artifactLocation"],
        place["physicalLocation"].get("region"),
        [(each["fullyQualifiedName"], each["kind"]) for each in place.get("logicalLocations", ())],
    )


@pytest.mark.parametrize("command", ["validate", "send", "check"])
@pytest.mark.parametrize("wishes", [{}, {"interrupted": True}, {"source": "app/hooks.py"}, {"include_valid": True}])
def test_every_report_is_valid_by_the_official_schema(command: str, wishes: dict) -> None:
    run = sarif(report(command, "sarif", **wishes))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["semanticVersion"]) == ("hookcli", __version__, __version__)
    assert driver["informationUri"].startswith("https://")


def test_a_report_without_findings_is_valid_and_has_none() -> None:
    run = sarif(report("validate", "sarif", [VALID]))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert run["properties"]["summary"]["valid"] == 1


def test_a_violation_has_its_keyword_as_rule_and_its_place_in_the_file() -> None:
    run = sarif(report("validate", "sarif", [INVALID]))
    first, second = run["results"]
    assert (first["ruleId"], first["level"], first["message"]["text"]) == (
        "required",
        "error",
        "the payload has no key 'user'",
    )
    file = {"uri": "a.json", "uriBaseId": "%SRCROOT%"}
    assert location(first) == (file, {"startLine": 3, "startColumn": 2}, [])
    assert location(second) == (file, {"startLine": 5, "startColumn": 16}, [("/agent/id", "value")])
    assert run["columnKind"] == "unicodeCodePoints"


def test_a_rule_that_is_met_is_listed_once_and_says_what_it_is() -> None:
    (required, type_) = sarif(report("validate", "sarif", [INVALID, INVALID]))["tool"]["driver"]["rules"]
    assert required == {
        "id": "required",
        "shortDescription": {"text": "A key that must be there is missing."},
        "fullDescription": {"text": "A key that must be there is missing."},
        "help": {"text": "A key that must be there is missing."},
    }
    assert type_["id"] == "type"


def test_a_keyword_that_is_not_known_is_a_rule_all_the_same() -> None:
    odd = replace(INVALID, violations=(Violation("/a", "x-odd", "is odd", 1, 1),))
    (rule,) = sarif(report("validate", "sarif", [odd]))["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "What 'x-odd' asks for does not hold."


def test_what_cannot_be_read_is_an_error_and_an_unknown_event_a_note() -> None:
    run = sarif(report("validate", "sarif", [UNREADABLE, UNKNOWN]))
    unreadable, unknown = run["results"]
    assert (unreadable["ruleId"], unreadable["level"], unreadable["message"]["text"]) == (
        "unreadable",
        "error",
        "the text is empty",
    )
    assert location(unreadable)[:2] == (
        {"uri": "b%1B%5B31m%EF%BF%BD.jsonl", "uriBaseId": "%SRCROOT%"},
        {"startLine": 4, "startColumn": 9},
    )
    assert (unknown["ruleId"], unknown["level"]) == ("unknown_event", "note")
    assert r"mes\nsage\x9b" in unknown["message"]["text"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == ("error", "1 of 2 could not be judged")


def test_standard_input_has_a_name() -> None:
    piped = replace(INVALID, capture=Capture("-", 0, 1))
    assert location(sarif(report("validate", "sarif", [piped]))["results"][0])[0]["uri"] == "stdin"


def test_a_check_is_a_rule_with_its_explanation_and_a_result_with_all_that_it_takes_to_act() -> None:
    run = sarif(report("check", "sarif"))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    rule = run["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == "A message without a signature is not processed."
    assert rule["help"]["text"] == "A message without a signature is not processed.\n\nAnybody can send one."
    assert rule["properties"] == {"tags": ["signatures"]}
    warned, forged, unjudged = run["results"]
    assert [each["level"] for each in run["results"]] == ["warning", "error", "error"]
    assert forged["message"]["text"].split("\n") == [
        "1 forged message was taken",
        r"no signature: 200\x1b[2J",
        "and 3 more",
        "remedy: Answer 401.",
        "again: hookcli check http://127.0.0.1:8000/hook --only signature.missing",
    ]
    assert unjudged["message"]["text"] == "could not be judged: the probe could not be read: no"
    assert warned["ruleId"] == "status.200"
    assert "columnKind" not in run
    assert run["properties"] == {
        **ABOUT,
        "summary": {"checks": 5, "pass": 1, "warn": 1, "fail": 1, "skip": 1, "error": 1},
    }


def test_an_endpoint_is_a_path_without_its_port_and_a_logical_location() -> None:
    (result,) = sarif(report("check", "sarif", [FORGED]))["results"]
    assert location(result) == (
        {"uri": "localhost/hook", "uriBaseId": "%SRCROOT%"},
        {"startLine": 1},
        [("http://127.0.0.1:8000/hook", "resource")],
    )


def test_findings_about_an_endpoint_stand_at_the_source_that_was_named() -> None:
    (result,) = sarif(report("check", "sarif", [FORGED], source="./app/hooks.py"))["results"]
    assert location(result)[0] == {"uri": "app/hooks.py", "uriBaseId": "%SRCROOT%"}
    assert list(result["partialFingerprints"]) == ["hookcli/v1"]  # of a file that is there GitHub makes its own


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        ("http://127.0.0.1:8000/hook", "localhost/hook"),
        ("http://localhost/", "localhost"),
        ("http://[::1]:9/a/b/", "localhost/a/b"),
        ("https://[hidden]@shop.example:8443/hook?key=1#x", "shop.example/hook"),
        ("https://[2001:db8::1]/x", "[2001:db8::1]/x"),
        ("shop.main:app", "shop/main.py"),
    ],
)
def test_path_that_stands_for_an_endpoint(endpoint: str, path: str) -> None:
    assert path_of_endpoint(endpoint) == path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a.json", "a.json"),
        ("./a//b c.json", "a/b%20c.json"),
        ("a:b.json", "a%3Ab.json"),
        ("http://x/y", "http%3A/x/y"),
        ("../ü#?.json", "../%C3%BC%23%3F.json"),
        ("/tmp/a%.json", "file:///tmp/a%25.json"),
        ("b\udc80\udfff.json", "b%EF%BF%BD%EF%BF%BD.json"),
    ],
)
def test_uri_of_a_file(path: str, uri: str) -> None:
    assert uri_of(path) == uri


def test_a_violation_without_a_place_stands_where_its_payload_starts() -> None:
    placeless = replace(INVALID, violations=(Violation("/a", "type", "is"),))
    assert location(sarif(report("validate", "sarif", [placeless]))["results"][0])[1] == {"startLine": 3}


def test_absolute_paths_have_no_base() -> None:
    far = replace(INVALID, capture=Capture("/srv/a.json", 0, 1))
    assert location(sarif(report("validate", "sarif", [far]))["results"][0])[0] == {"uri": "file:///srv/a.json"}


def test_a_delivery_that_failed_is_a_result_with_its_attempts() -> None:
    failed, unreachable = sarif(report("send", "sarif", DELIVERIES))["results"]
    assert (failed["ruleId"], unreachable["ruleId"]) == ("Late", "ConnectionFailed")
    assert failed["message"]["text"].split("\n") == [
        "chat_pinned was not delivered to https://[hidden]@shop.example/hook: attempt 2: took 6 s, but has 5",
        "attempt 1: answered 500; the endpoint failed: see its log",
        "attempt 2: took 6 s, but has 5",
    ]
    assert location(failed) == (
        {"uri": "shop.example/hook", "uriBaseId": "%SRCROOT%"},
        {"startLine": 1},
        [("https://[hidden]@shop.example/hook", "resource")],
    )


def fingerprints(text: str) -> list:
    return [result["partialFingerprints"] for result in sarif(text)["results"]]


def test_fingerprints_stay_when_lines_times_and_ports_change() -> None:
    moved = replace(INVALID, violations=tuple(replace(each, line=99, column=1) for each in INVALID.violations))
    assert fingerprints(report("validate", "sarif", [moved])) == fingerprints(report("validate", "sarif", [INVALID]))
    later = [replace(each, elapsed=9.0, evidence=("200 after 9 ms",)) for each in CHECKED]
    elsewhere = report("check", "sarif", later, endpoint="http://127.0.0.1:9999/hook", seed=7)
    assert fingerprints(elsewhere) == fingerprints(report("check", "sarif"))
    slower = replace(FAILED, attempts=(*FAILED.attempts[:1], Attempt(2, None, 7.0, Failure("Late", "took 7 s"))))
    assert fingerprints(report("send", "sarif", [slower])) == fingerprints(report("send", "sarif", [FAILED]))


def test_fingerprints_tell_findings_apart() -> None:
    others = [
        INVALID,
        replace(INVALID, capture=Capture("z.json", 0, 1)),
        replace(INVALID, capture=Capture("a.json", 2, 9)),
    ]
    marks = [each["hookcli/v1"] for each in fingerprints(report("validate", "sarif", others))]
    assert len(set(marks)) == len(marks) == 6
    assert all(each["primaryLocationLineHash"].endswith(":1") for each in fingerprints(report("check", "sarif")))


def test_fingerprints_tell_messages_apart_that_were_lost_alike() -> None:
    expired = replace(FAILED, attempts=(), ended=Happening.EXPIRED)
    once = fingerprints(report("send", "sarif", [expired, FAILED, expired]))
    assert len({each["hookcli/v1"] for each in once}) == 3
    assert len({each["primaryLocationLineHash"] for each in once}) == 3
    again = fingerprints(report("send", "sarif", [FAILED, expired, expired]))
    assert [again[1], again[0], again[2]] == once


def test_a_run_that_was_cut_short_is_no_success() -> None:
    (invocation,) = sarif(report("check", "sarif", [], interrupted=True, reason="nobody there"))["invocations"]
    assert invocation == {
        "executionSuccessful": False,
        "toolExecutionNotifications": [{"level": "error", "message": {"text": "nobody there"}}],
    }
    (invocation,) = sarif(report("check", "sarif", [], interrupted=True))["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "interrupted before the end"


@pytest.mark.usefixtures("uncovered")
def test_no_more_results_than_are_taken_and_the_others_are_counted() -> None:
    reporter = VALIDATION_REPORTERS["sarif"]()
    one = Judgement(Capture("a", 0, 1), None, Verdict.INVALID, (Violation("/a", "type", "is", 1, 1),))
    for _ in range(MOST + 3):
        reporter.add(one)
    (run,) = json.loads(reporter.finish())["runs"]
    assert len(run["results"]) == MOST == 25_000
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"][:31]) == ("warning", "3 more findings were left out: ")
    assert run["properties"]["summary"]["invalid"] == MOST + 3


def test_text_from_outside_makes_no_links_and_no_placeholders() -> None:
    said = replace(FORGED, evidence=("[click](https://evil.example) {0} {name}",))
    text = sarif(report("check", "sarif", [said]))["results"][0]["message"]["text"]
    assert "[click] (https://evil.example) { 0} {name}" in text


def test_rules_and_places_are_masked_too_but_for_their_ids() -> None:
    mask = hide("signature", "Anybody", "hook", "127.0.0")
    text = report("check", "sarif", mask=mask)
    run = sarif(text)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["signature.missing", "status.200", "burst"]
    assert run["results"][1]["ruleId"] == "signature.missing"
    assert run["redactionTokens"] == ["[hidden]"]
    assert not [word for word in ("Anybody", "127.0.0") if word in text]
    assert "redactionTokens" not in sarif(report("check", "sarif"))


def test_a_secret_that_is_a_word_of_the_format_leaves_it_valid() -> None:
    for command in ("validate", "send", "check"):
        sarif(report(command, "sarif", mask=hide("error", "warning", "1", "text", '"', "file", "uri", "rules")))


def test_descriptions_are_no_longer_than_github_takes() -> None:
    rule = replace(RULES[0], explanation="x" * 3000)
    run = sarif(report("check", "sarif", [FORGED], rules=(rule,)))
    assert len(run["tool"]["driver"]["rules"][0]["fullDescription"]["text"]) <= 1_024


def test_rules_come_from_whoever_knows_them() -> None:
    run = sarif("".join([CHECK_REPORTERS["sarif"](**ABOUT, rules=()).finish()]))
    assert run["tool"]["driver"]["rules"] == []
    assert sarif(report("send", "sarif", [Delivery(FAILED.message, "http://x", False, FAILED.attempts)]))["results"]
