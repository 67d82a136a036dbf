"""Where the store is, which of its captures are meant, and how a user writes a time."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from arrivals import BASE, arrival

from hookcli.capture.filters import Filter
from hookcli.capture.store import Store
from hookcli.cli.store_options import FilterOptions, Numbers, check_numbers, chosen, default_store, make_folder
from hookcli.cli.times import When
from hookcli.errors import CaptureUnknown


def wanted(**others: object) -> FilterOptions:
    nothing = {"events": (), "verdicts": (), "signatures": (), "since": None, "until": None, "text": ""}
    return FilterOptions(**{**nothing, **others})  # type: ignore[arg-type]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("HOOKCLI_STORE", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_store_is_where_the_user_keeps_such_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_store() == home / ".local/state/hookcli/captures.db"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert default_store() == home / ".local/state/hookcli/captures.db"
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    assert default_store() == home / "state/hookcli/captures.db"
    monkeypatch.setenv("HOOKCLI_STORE", "~/mine.db")
    assert default_store() == home / "mine.db"
    monkeypatch.setenv("HOOKCLI_STORE", "")
    assert default_store() == home / "state/hookcli/captures.db"


def test_the_folder_of_ones_own_store_is_made_for_its_owner_alone(home: Path) -> None:
    make_folder(default_store())
    assert stat.S_IMODE((home / ".local/state/hookcli").stat().st_mode) == 0o700
    make_folder(default_store())


def test_no_other_folder_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKCLI_STORE", str(home / "there/mine.db"))
    make_folder(default_store())
    make_folder(home / "here/mine.db")
    assert list(home.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_by_whoever_opens_the_store(home: Path) -> None:
    (home / ".local").write_text("")
    make_folder(default_store())


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("3", range(3, 4)), ("#17", range(17, 18)), ("3-7", range(3, 8)), ("3..7", range(3, 8)), ("0", range(1))],
)
def test_a_number_or_a_range_of_them(text: str, numbers: range) -> None:
    assert Numbers()(text) == numbers


@pytest.mark.parametrize("text", ["", "x", "-1", "7-3", "1-", "1.5", "٣", "9" * 5000])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Numbers()(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-27T00:00:01Z", BASE + 1),
        ("2026-11-27 01:00+01:00", BASE),
        ("2026-11-27", BASE + 5 * 3600),
        ("2026-11-26T19:00", BASE),
        ("1900-01-01", 0),
    ],
)
def test_a_time_is_local_unless_it_names_its_zone(text: str, moment: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    assert When()(text) == moment
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("1.5h", 5400), ("3d", 259_200), ("1w", 604_800)]
)
def test_an_age_is_counted_from_now(text: str, seconds: float) -> None:
    assert When()(text) == pytest.approx(time.time() - seconds, abs=10)


def test_what_is_very_old_is_no_bug() -> None:
    assert When()("9" * 400 + "w") == 0


@pytest.mark.parametrize("text", ["", "soon", "15", "2026-13-01", "0000-01-01", "15 m", "-3d"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a time"):
        When()(text)


def test_numbers_become_filters_that_do_not_overlap() -> None:
    ids = [range(9, 10), range(3, 6), range(5, 8), range(1, 2), range(10**30, 10**30 + 1)]
    one, few, last = Filter(ids=(1,), text="x"), Filter(after=2, before=8, text="x"), Filter(ids=(9,), text="x")
    assert wanted(text="x").filters(ids) == [one, few, last]
    assert wanted(text="x").filters(ids, newest_first=True) == [last, few, one]
    assert wanted(text="x").filters([]) == [Filter(text="x")]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db", writable=True) as made:
        made.add(arrival(number, event="a" if number % 2 else "b") for number in range(1, 2001))
        yield made


def test_what_is_chosen_comes_in_order_and_once(store: Store) -> None:
    ids = [range(1500, 1511), *(range(number, number + 1) for number in range(1, 1300, 2)), range(7, 8)]
    found = [each.id for each in chosen(store, ids, wanted(events=("a",)), whole=False)]
    assert found == [*range(1, 1300, 2), *range(1501, 1511, 2)]
    assert [each.id for each in chosen(store, ids, wanted(events=("a",)), newest_first=True)] == found[::-1]


def test_all_are_chosen_unless_some_are_named(store: Store) -> None:
    assert len(list(chosen(store, [], wanted(), whole=False))) == 2000


@pytest.mark.parametrize("number", [0, 2001, 10**30])
def test_a_number_that_is_not_there_is_an_error_that_names_it(store: Store, number: int) -> None:
    with pytest.raises(CaptureUnknown, match=f"no capture {number};"):
        check_numbers(store, [range(1, 2), range(number, number + 1)])


def test_a_range_may_have_gaps(store: Store) -> None:
    assert [each.id for each in chosen(store, [range(1999, 10**30)], wanted())] == [1999, 2000]
