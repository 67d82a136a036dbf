"""Captures in a list: columns, colours, hostile texts, what is remarkable."""

from __future__ import annotations

from datetime import date

import pytest
from arrivals import BASE, arrival

from hookcli.models import Arrival, Signature, Verdict
from hookcli.reporting.capture_lists import CAPTURE_LISTS, Listing
from hookcli.reporting.captures import size_of


def listed(*arrivals: Arrival, **others: object) -> list[str]:
    listing = Listing(**{"captures": arrivals, "total": len(arrivals), **others})  # type: ignore[arg-type]
    return "".join(CAPTURE_LISTS["text"](listing)).splitlines()


def test_columns_stand_below_one_another_and_only_grow() -> None:
    many = [arrival(number, event="x" * (number // 200)) for number in range(1, 500)]
    lines = listed(*many)
    starts = [line.index("genuine") for line in lines[:-1]]
    assert starts == sorted(starts)
    assert len(set(starts[:200])) == 1


def test_times_of_today_have_no_date() -> None:
    (line, _) = listed(arrival(1, received_at=BASE + 43_200), today=date(2026, 11, 27))
    assert "2026" not in line


def test_what_came_from_outside_cannot_command_the_terminal() -> None:
    (line, _) = listed(arrival(1, event="\x1b[31m\n\u202e" + "x" * 100))
    assert "\\x1b[31m\\n\\u202e" in line
    assert line.count("x") < 50


def test_the_verdicts_have_their_colours() -> None:
    lines = listed(arrival(1, signature=Signature.FORGED, verdict=Verdict.INVALID), color=True)
    assert "\x1b[31mforged" in lines[0]
    assert "\x1b[31m1 forged" in lines[1]


def test_the_last_line_says_how_many_of_how_many_and_what_is_remarkable() -> None:
    assert listed(arrival(1), total=1_204)[-1] == "1 of 1,204 captures"
    assert listed(arrival(1))[-1] == "1 capture"
    assert listed(arrival(1, verdict=Verdict.UNREADABLE, signature=Signature.MISSING))[-1].endswith(
        "; 1 missing, 1 unreadable"
    )
    assert listed() == ["there is no capture"]
    assert listed(is_filtered=True) == ["no capture is like that"]


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1_250, "1.2 kB"), (999_951, "1.0 MB"), (10**7, "10.0 MB")]
)
def test_sizes_are_short(size: int, text: str) -> None:
    assert size_of(size) == text
