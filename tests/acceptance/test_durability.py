"""What was acknowledged is kept, whatever happens to the receiver."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from arrivals import arrival
from hammering import body_of, hammer
from listening import listening

from hookcli.capture.store import Store


@pytest.mark.usefixtures("uncovered")
def test_every_acknowledged_message_outlives_kills_and_none_is_there_twice(tmp_path: Path) -> None:
    done = hammer(tmp_path, messages=2000, kills=3)
    assert done.kills == 3
    assert len(done.acknowledged) > 1900
    assert done.lost == set()
    assert done.twice == []
    assert done.is_sound


def test_what_is_sent_again_after_a_kill_is_known_as_a_duplicate(tmp_path: Path) -> None:
    for _ in range(2):
        with listening(tmp_path) as receiver:
            assert receiver.send(body_of(1)).status == 200
            receiver.process.kill()
    with Store(tmp_path / "captures.db") as store:
        assert [each.duplicate_of for each in store.find(newest_first=False)] == [None, 1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_to_the_sender_and_the_user_and_passes(small_disk: Path) -> None:
    filler = small_disk / "filler"
    filler.write_bytes(bytes(250_000))
    with listening(small_disk, "-o", "../out.txt") as receiver:
        statuses = [receiver.send(body_of(number)).status for number in range(60)]
        filler.unlink()
        statuses.append(receiver.send(body_of(60)).status)
        receiver.end()
    assert statuses[:10] == [200] * 10
    assert statuses[-2:] == [503, 200]
    with Store(small_disk / "captures.db") as store:
        kept = [each.body for each in store.find(whole=True, newest_first=False)]
    assert kept == [body_of(number) for number, status in enumerate(statuses) if status == 200]
    out = (small_disk.parent / "out.txt").read_text()
    assert "the disk is full; free some space" in out


def refused(folder: Path, store: Path) -> str:
    """What is said of a store that cannot be used at all."""
    command = [sys.executable, "-m", "hookcli", "listen", "--store", str(store), "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert str(store) in ended.stderr
    return ended.stderr


def test_a_disk_that_may_not_be_written_is_said_at_once(small_disk: Path) -> None:
    with Store(small_disk / "captures.db", writable=True) as made:
        made.add([arrival(1)])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "Read-only file system" in refused(small_disk.parent, small_disk / "captures.db")


def test_a_folder_that_may_not_be_written_is_said_at_once(tmp_path: Path) -> None:
    """One in which nobody may write, not even root."""
    assert "cannot be made" in refused(tmp_path, Path("/proc/captures.db"))


def test_a_store_that_was_damaged_meanwhile_acknowledges_nothing(tmp_path: Path) -> None:
    with listening(tmp_path) as receiver:
        assert receiver.send(body_of(1)).status == 200
        database = sqlite3.connect(tmp_path / "captures.db")
        database.execute("DROP TABLE captures")
        database.commit()
        database.close()
        answer = receiver.send(body_of(2))
        code, out = receiver.end()
    assert (answer.status, code) == (503, 0)
    assert "the store cannot be used: " in out
    assert "1 refused" in out
