from __future__ import annotations

from dataclasses import replace

from results import AGAIN, CHECKED, ENDPOINT, FORGED, PASSED, SKIPPED, UNJUDGED, WARNED, report

from hookcli.models import CheckResult, CheckVerdict

ALL = f"""\
{ENDPOINT}  profile haptik

events
  pass   event.message  accepted with 200

answers
  warn   status.200  1 of 7 answered with 201
         seen      message: 201 after 0.3 ms
         contract  200 OK
         remedy    Answer with 200.
         again     {AGAIN} status.200
  skip   https       on loopback it does not arise

signatures
  fail   signature.missing  1 forged message was taken
         seen      no signature: 200\\x1b[2J
                   and 3 more
         contract  the HMAC of the body
         remedy    Answer 401.
         again     {AGAIN} signature.missing

loads
  error  burst  the probe could not be read: no
         contract  in time

5 checks: 1 pass, 1 warn, 1 fail, 1 skip, 1 error
mend first: signature.missing  Answer 401.
"""


def test_text_is_grouped_and_a_finding_says_what_to_do() -> None:
    assert report("check", "text") == ALL


def test_brief_text_has_the_findings_alone() -> None:
    text = report("check", "text", brief=True)
    assert "\nevents\n" not in text
    assert "https" not in text
    assert "  warn   status.200  1 of 7" in text
    assert text.endswith(ALL[-93:])


def test_a_single_finding_needs_no_advice() -> None:
    assert report("check", "text", [PASSED, FORGED]).endswith("2 checks: 1 pass, 1 fail\n")


def test_where_all_is_well_there_is_nothing_to_mend() -> None:
    text = report("check", "text", [PASSED, SKIPPED], brief=True)
    assert text == f"{ENDPOINT}  profile haptik\n\n2 checks: 1 pass, 1 skip\n"


def test_text_without_results_says_so() -> None:
    assert report("check", "text", []) == "0 checks: nothing was asked\n"


def test_colour_adds_nothing_but_colour() -> None:
    text = report("check", "text", color=True)
    for code in ("0", "1", "2", "31", "32", "33", "35"):
        assert f"\x1b[{code}m" in text
        text = text.replace(f"\x1b[{code}m", "")
    assert text == ALL


def test_text_is_wrapped_at_the_width_that_there_is_but_not_what_is_to_be_copied() -> None:
    long = replace(FORGED, remedy="word " * 40, message="seen " * 30, clause="rule " * 30)
    lines = report("check", "text", [long, *CHECKED], width=80).splitlines()
    assert [line for line in lines if len(line) > 80 and "again" not in line] == []
    assert f"         again     {AGAIN} signature.missing" in lines
    assert lines[3].startswith("  fail   signature.missing  seen seen")
    assert lines[4].startswith(" " * 28 + "seen seen")
    assert max(map(len, lines)) > 80


def test_where_there_is_no_room_nothing_is_wrapped() -> None:
    text = report("check", "text", [replace(FORGED, message="seen " * 30)], width=40)
    assert "seen " * 30 in text


def first(*results: CheckResult) -> str:
    return report("check", "text", results).splitlines()[-1].split()[2]


def test_what_to_mend_first_is_what_most_hangs_on() -> None:
    event = replace(FORGED, id="event.message", group="events")
    assert first(WARNED, UNJUDGED, replace(FORGED, id="x", group="loads"), FORGED) == "signature.missing"
    assert first(FORGED, event) == "event.message"
    assert first(WARNED, UNJUDGED) == "burst"
    assert first(WARNED, PASSED, replace(WARNED, id="x")) == "status.200"
    assert first(FORGED, replace(FORGED, id="signature.valid")) == "signature.missing"


def test_without_a_remedy_the_finding_itself_is_said() -> None:
    text = report("check", "text", [WARNED, replace(FORGED, remedy="", verdict=CheckVerdict.ERROR)])
    assert text.endswith("\nmend first: signature.missing  1 forged message was taken\n")
