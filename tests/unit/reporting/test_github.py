from __future__ import annotations

from dataclasses import replace

from official import commands, table
from results import AGAIN, CHECKED, DELIVERIES, ENDPOINT, FORGED, INVALID, UNKNOWN, VALID, WARNED, hide, report

from hookcli.models import Capture, Judgement, Verdict, Violation
from hookcli.reporting.github import MOST, command

SUMMARY = "5 checks: 1 pass, 1 warn, 1 fail, 1 skip, 1 error\n"


def test_each_finding_is_an_annotation_with_all_that_it_takes_to_act() -> None:
    text = report("check", "github")
    warned, forged, unjudged = commands(text)
    assert (warned.name, forged.name, unjudged.name) == ("warning", "error", "error")
    assert forged.properties == {"title": "hookcli check: signature.missing"}
    assert forged.message.split("\n") == [
        "1 forged message was taken",
        r"no signature: 200\x1b[2J",
        "and 3 more",
        "contract: the HMAC of the body",
        "remedy: Answer 401.",
        f"again: {AGAIN} signature.missing",
    ]
    assert unjudged.message.startswith("could not be judged: the probe could not be read: no\n")
    assert text.endswith(f"\n{SUMMARY}")
    assert len(text.splitlines()) == 4


def test_findings_about_an_endpoint_stand_at_the_source_that_was_named() -> None:
    (forged,) = commands(report("check", "github", [FORGED], source="./app/hooks.py"))
    assert forged.properties["file"] == "app/hooks.py"


def test_a_violation_is_annotated_in_its_file() -> None:
    first, second = commands(report("validate", "github", [VALID, INVALID]))
    assert first.properties == {"file": "a.json", "line": "3", "col": "2", "title": "hookcli validate: required"}
    assert (second.properties["line"], second.message) == ("5", "/agent/id is 'x', but must be an integer")


def test_an_unknown_event_is_a_notice() -> None:
    (notice,) = commands(report("validate", "github", [UNKNOWN]))
    assert (notice.name, notice.properties["file"]) == ("notice", "c.json")


def test_deliveries_name_the_endpoint() -> None:
    failed, _ = commands(report("send", "github", DELIVERIES))
    assert "chat_pinned was not delivered to https://[hidden]@shop.example/hook" in failed.message
    assert failed.properties == {"title": "hookcli send: Late"}


def test_without_findings_there_are_the_counts_alone() -> None:
    assert report("validate", "github", [VALID]) == "1 payload: 1 valid\n"
    assert report("validate", "github", []) == "0 payloads: nothing was judged\n"


def test_no_more_annotations_than_are_shown_and_the_others_are_plain_lines() -> None:
    one = Judgement(Capture("a", 0, 1), None, Verdict.INVALID, (Violation("/a", "type", "is ##[error]x", 7, 2),))
    warned = [WARNED] * (MOST + 2)
    text = report("validate", "github", [one] * (MOST + 3))
    assert len(commands(text)) == MOST == 10
    assert text.count("error: a:7:2: /a is ##\\[error]x (type)\n") == 3
    assert text.endswith("GitHub shows 10 annotations of a kind in a step; in the lines above alone: 3 errors\n")
    both = report("check", "github", [*warned, *[FORGED] * (MOST + 1)])
    assert len(commands(both)) == 2 * MOST
    assert both.endswith("in the lines above alone: 2 warnings, 1 errors\n")


def test_a_plain_line_names_the_endpoint_or_the_check() -> None:
    text = report("check", "github", [FORGED] * 11)
    assert "error: signature.missing: 1 forged message was taken (signature.missing)\n" in text


def test_commands_are_escaped_as_the_actions_toolkit_does_it() -> None:
    made = command("error", {"title": "50%: a,b\nc", "file": None, "line": 3}, ["100%\r", "x::y"])
    assert made == "::error title=50%25%3A a%2Cb\\nc,line=3::100%25\\r%0Ax::y\n"


def test_a_run_that_was_cut_short_is_an_error() -> None:
    (cut,) = commands(report("check", "github", [], interrupted=True, reason="nobody is there"))
    assert (cut.name, cut.message, cut.properties) == ("error", "nobody is there", {"title": "hookcli check"})


def test_summary_has_the_counts_and_a_row_for_each_finding() -> None:
    text = report("check", "markdown")
    assert text.startswith(
        f"### hookcli check\n\nendpoint <code>{ENDPOINT}</code>, profile <code>haptik</code>, seed <code>1</code>\n\n"
        "**5 checks: 1 pass, 1 warn, 1 fail, 1 skip, 1 error**\n\n"
    )
    titles, warned, forged, unjudged = table(text)
    assert titles == ["", "finding", "seen", "what to do"]
    assert [row[:2] for row in (warned, forged, unjudged)] == [
        ["⚠️", "<code>status.200</code>"],
        ["❌", "<code>signature.missing</code>"],
        ["❌", "<code>burst</code>"],
    ]
    assert forged[2] == "1 forged message was taken<br>no signature: 200&#92;x1b&#91;2J<br>and 3 more"
    assert forged[3] == f"Answer 401.<br><code>{AGAIN} signature.missing</code>"


def test_summary_leaves_out_a_column_with_nothing_in_it() -> None:
    titles, required, _ = table(report("validate", "markdown", [INVALID]))
    assert titles == ["", "finding", "seen"]
    assert required[2] == "<code>a.json:3:2</code><br>the payload has no key 'user'"


def test_summary_without_findings_has_no_table() -> None:
    assert report("validate", "markdown", [VALID]) == "### hookcli validate\n\n**1 payload: 1 valid**\n\n"


def test_summary_escapes_what_is_structure_in_markdown() -> None:
    evil = "a|b `c` <img src=x> [d](e) *f* _g_ ~h~ @i #j $k$ &amp; \\| \n| x |"
    row = table(report("check", "markdown", [replace(FORGED, message=evil, evidence=(), remedy="", reproduce="")]))[1]
    assert not set("|`<[]*_~@$\\") & set(row[2])
    assert row[2].startswith("a&#124;b &#96;c&#96; &#60;img src=x&#62; &#91;d&#93;(e)")


def test_summary_is_no_longer_than_there_is_room_and_says_what_is_missing() -> None:
    long = replace(FORGED, evidence=("é" * 300,) * 5)
    text = report("check", "markdown", [long] * 1000, room=50_000)
    assert 40_000 < len(text.encode()) <= 50_000
    shown = len(table(text)) - 1
    assert f"\n{1000 - shown} more findings had no room here.\n" in text
    assert report("check", "markdown", CHECKED, room=100) == ""
    whole = report("check", "markdown", [long] * 1000)
    assert len(whole.encode()) <= 1_000_000


def test_summary_says_by_what_a_run_was_cut_short() -> None:
    text = report("check", "markdown", [], interrupted=True, reason="nobody <b> s3cret", mask=hide("s3cret"))
    assert "**0 checks: interrupted before the end**\n\nnobody &#60;b&#62; &#91;hidden&#93;\n" in text
