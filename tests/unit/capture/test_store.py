"""A store keeps what it is given, for its owner alone, and says what is wrong with it."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from arrivals import BASE, INVALID, arrival

from hookcli.capture.filters import Filter
from hookcli.capture.store import Claim, Store
from hookcli.errors import CaptureUnknown, StoreUnusable
from hookcli.models import Signature, Verdict

FORGED = arrival(2, signature=Signature.FORGED, reason="the secret is another one", event="chat_pinned", path="/a%20b")
BROKEN = arrival(
    3, verdict=Verdict.INVALID, violations=(INVALID,), omitted=2, duplicate_of=1, overtaken_by=2, gap=1.5,
    status=None, elapsed=None, endpoint="http://127.0.0.1:9/", body=b"\x00\xff 100%_ \\", event=None,
)  # fmt: skip
ALL = [arrival(1), FORGED, BROKEN]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "captures.db"
    with Store(file, writable=True) as store:
        store.add(ALL)
    return file


def test_what_was_kept_is_read_back_whole(path: Path) -> None:
    with Store(path) as store:
        assert [store.get(each.id) for each in ALL] == ALL
        assert list(store.find(whole=True, newest_first=False)) == ALL
        assert store.last_id() == 3


def test_summaries_come_newest_first_and_without_bodies(path: Path) -> None:
    with Store(path) as store:
        assert list(store.find()) == [replace(each, body=b"") for each in reversed(ALL)]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(), [1, 2, 3]),
        (Filter(ids=(3, 1)), [1, 3]),
        (Filter(events=("chat_pinned",)), [2]),
        (Filter(verdicts=("invalid", "unreadable")), [3]),
        (Filter(signatures=("genuine",), verdicts=("valid",)), [1]),
        (Filter(since=BASE + 2), [2, 3]),
        (Filter(until=BASE + 2), [1]),
        (Filter(text="MESSAGE"), [1, 2]),
        (Filter(text="x-twice"), [1, 2, 3]),
        (Filter(text="a%20B"), [2]),
        (Filter(text="0%_ \\"), [3]),
        (Filter(text="\udcff"), [1, 2, 3]),
        (Filter(text="\ud800", events=("\ud800",)), []),
        (Filter(text="' OR 1=1 --"), []),
        (Filter(before=3, after=1), [2]),
    ],
    ids=str,
)
def test_a_filter_lets_through_what_it_says(path: Path, wanted: Filter, ids: list[int]) -> None:
    with Store(path) as store:
        assert [each.id for each in store.find(wanted, newest_first=False)] == ids
        assert store.count(wanted) == len(ids)


def test_more_than_a_page_is_found_up_to_the_limit(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", writable=True) as store:
        store.add(arrival(number) for number in range(1, 1203))
        assert [each.id for each in store.find()] == list(range(1202, 0, -1))
        assert [each.id for each in store.find(limit=501)] == list(range(1202, 701, -1))
        assert [each.id for each in store.find(whole=True, limit=3, newest_first=False)] == [1, 2, 3]


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_range_is_walked_once_however_many_pages_it_has(tmp_path: Path, newest_first: bool) -> None:
    def steps(wanted: Filter) -> int:
        """Steps of a hundred instructions of SQLite's machine."""
        taken: list[None] = []
        store._database.set_progress_handler(lambda: taken.append(None), 100)
        assert len(list(store.find(wanted, newest_first=newest_first, whole=True))) == 2000
        return len(taken)

    with Store(tmp_path / "s.db", writable=True) as store:
        store.add(arrival(number) for number in range(1, 2001))
        assert steps(Filter(after=0, before=2001)) < 2 * steps(Filter())


def test_an_answer_that_comes_later_is_noted(path: Path) -> None:
    with Store(path, writable=True) as store:
        store.answered([(503, 0.25, 3), (None, None, 1)])
        assert (store.get(3).status, store.get(3).elapsed) == (503, 0.25)
        assert (store.get(1).status, store.get(1).elapsed) == (None, None)


def test_numbers_are_never_given_twice(path: Path) -> None:
    with Store(path, writable=True) as store:
        assert store.delete(Filter(ids=(2, 3))) == 2
        assert store.last_id() == 3
        assert [each.id for each in store.find()] == [1]


def test_the_oldest_are_trimmed_first(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", writable=True) as store:
        store.add(arrival(number, body=b"x" * 1000) for number in range(1, 2001))
        assert store.trim(10**9) == 0
        gone = []
        while count := store.trim(10**6):
            gone.append(count)
        assert max(gone) <= 500
        assert 1000 < sum(gone) < 2000
        assert [each.id for each in store.find(newest_first=False)] == list(range(sum(gone) + 1, 2001))
        while store.trim(0):
            pass
        assert [each.id for each in store.find()] == [2000]  # which came only just now


def test_all_or_none_of_a_batch_is_kept(path: Path) -> None:
    with Store(path, writable=True) as store:
        with pytest.raises(StoreUnusable):
            store.add([arrival(4), arrival(1)])
        store.add([arrival(5)])
        assert [each.id for each in store.find(newest_first=False)] == [1, 2, 3, 5]


def test_it_can_be_read_while_it_is_written(path: Path) -> None:
    with Store(path, writable=True) as writer, Store(path) as reader:
        found = reader.find(newest_first=False)
        assert next(found).id == 1
        writer.add([arrival(4)])
        assert reader.count() == 4
        assert [each.id for each in found] == [2, 3]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_its_owner_alone_may_read_it(path: Path) -> None:
    path.chmod(0o644)
    with Store(path, writable=True) as store:
        store.add([arrival(4)])
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"captures.db": 0o600, "captures.db-wal": 0o600, "captures.db-shm": 0o600}


def test_it_is_durable(path: Path) -> None:
    with Store(path, writable=True) as store:
        assert store._value("PRAGMA journal_mode") == "wal"
        assert store._value("PRAGMA synchronous") == 2


def test_a_number_that_it_has_not(path: Path) -> None:
    with Store(path) as store:
        for number in (0, 99, 10**30):
            with pytest.raises(CaptureUnknown, match=rf"has no capture {number}; .*captures list"):
                store.get(number)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    sqlite3.connect(foreign).execute("CREATE TABLE t (x)").connection.close()
    (tmp_path / "text.db").write_text("no store at all " * 100)
    newer = tmp_path / "newer.db"
    Store(newer, writable=True).close()
    database = sqlite3.connect(newer)
    database.execute("PRAGMA user_version = 99")
    database.close()
    for name, words in {
        "missing.db": "there is no store of captures; `hookcli listen` makes one",
        "foreign.db": "is a SQLite file, but not a store",
        "text.db": "it is not a store of captures",
        "newer.db": "another version of hookcli",
        ".": "is a folder",
    }.items():
        with pytest.raises(StoreUnusable, match=words):
            Store(tmp_path / name)
    with pytest.raises(StoreUnusable, match="cannot be made: No such file"):
        Store(tmp_path / "none" / "s.db", writable=True)


def test_a_damaged_store_says_so(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    with Store(file, writable=True) as store:
        store.add(arrival(number, body=b"x" * 3000) for number in range(1, 200))
    data = bytearray(file.read_bytes())
    data[8192:-4096] = os.urandom(len(data) - 8192 - 4096)
    file.write_bytes(data)
    with Store(file) as store, pytest.raises(StoreUnusable, match=r"damaged; .*\.recover"):
        list(store.find(whole=True))


def test_a_store_that_another_process_holds_says_so(path: Path) -> None:
    with Store(path, writable=True, busy=0.01) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnusable, match="another process is writing"):
            store.add([arrival(4)])
        other.execute("ROLLBACK")
        other.close()
        store.add([arrival(4)])
        assert store.count() == 4


def test_a_full_disk_says_so(path: Path) -> None:
    with Store(path, writable=True) as store:
        store._database.execute("PRAGMA max_page_count = 20")  # the same result as of a disk that is full
        with pytest.raises(StoreUnusable, match="the disk is full"):
            store.add(arrival(number, body=b"x" * 4000) for number in range(10, 60))
        assert store.count() == 3


def test_a_file_of_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    other, text = tmp_path / "other.db", tmp_path / "README.md"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE t (a)")
    text.write_text("hello")
    before = {file: (file.read_bytes(), other.chmod(0o644), file.stat().st_mode) for file in (other, text)}
    for file in (other, text):
        with pytest.raises(StoreUnusable, match="not a store of captures"):
            Store(file, writable=True)
    assert {file: (file.read_bytes(), None, file.stat().st_mode) for file in (other, text)} == before


def test_a_store_is_claimed_once(path: Path) -> None:
    first = Claim(path)
    with pytest.raises(StoreUnusable, match="another `hookcli listen`"):
        Claim(path)
    first.release()
    Claim(path).release()


def test_a_lock_that_is_none_says_so(path: Path) -> None:
    lock = path.with_name("captures.db-lock")
    lock.write_bytes(b"x" * 5000)
    with pytest.raises(StoreUnusable, match=r"captures\.db-lock: the store cannot be used"):
        Claim(path)
    lock.unlink()
    lock.mkdir()
    with pytest.raises(StoreUnusable, match=r"captures\.db-lock: the store cannot be used: it cannot be opened"):
        Claim(path)
