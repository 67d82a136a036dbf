"""A file that changes while it is read is told of, once, and what was there of it is judged."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from hookcli.archives.doubts import Verdicts
from hookcli.archives.engines import Batch, Engine
from hookcli.archives.judging import Judged, judge_piece, told_of
from hookcli.archives.pieces import cut
from hookcli.archives.reading import Place, Reading
from hookcli.capture.formats import read
from hookcli.capture.sources import Source
from hookcli.models import Judgement, Verdict

LINE = b'{"a": 1}' + b" " * 2_000_000 + b"\n"


def judged(batch: Batch) -> Iterator[Judged]:
    for piece in batch:
        yield from judge_piece(piece, Reading(), Verdicts(partial(_judge), lambda payload: payload["a"] == 1))


def _judge(capture) -> Judgement:
    verdict = Verdict.UNREADABLE if capture.unreadable else Verdict.VALID
    return Judgement(capture, None, verdict, (capture.unreadable,) if capture.unreadable else ())


def append(file: Path) -> None:
    with file.open("ab") as stream:
        stream.write(b'{"a": 2}\n')


def swap(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(LINE * 9)
    other.replace(file)


def shorten(file: Path) -> None:
    os.truncate(file, len(LINE) * 3)


def write_over(file: Path) -> None:
    file.write_bytes(LINE.replace(b"1", b"2") * 6)


def remove(file: Path) -> None:
    file.unlink()


CHANGES: dict[Callable[[Path], None], str] = {
    append: "it grew while it was read, from 12,000,054 bytes to 12,000,063: what was added may be missing; read it again",
    swap: "another file took its place while it was read; read it again",
    shorten: "it became shorter while it was read, from 12,000,054 bytes to 6,000,027; read it again",
    write_over: "it was written to while it was read; read it again",
    remove: "there is no such file or folder; check the path",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_between_two_ranges_is_told_of_once(change: Callable[[Path], None], tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(LINE * 6)
    os.utime(file, (1, 1))
    place = Place()
    told: list[str] = []
    payloads = 0
    for number, found in enumerate(Engine(1).found(judged, cut([Source(str(file))], "auto"))):
        (lambda: None, partial(change, file))[number == 0]()
        place.move_to(found.extent)
        payloads += found.valid
        told += [each.violations[0].message for each in told_of(found, place) if each.violations]
    assert told == [CHANGES[change]]
    assert payloads >= 2


@pytest.mark.parametrize(("name", "lines", "payloads"), [("a.json", 1, 1), ("a.jsonl.gz", 9, 9), ("a", 9, 10)])
def test_a_file_that_is_read_from_start_to_end_is_looked_at_again(
    name: str, lines: int, payloads: int, tmp_path: Path
) -> None:
    file = tmp_path / name
    text = b'{"a": 1}\n' * lines
    file.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    found = []
    for capture in read(Source(str(file))):
        found.append(capture)
        append(file) if len(found) == 1 else None
    assert len(found) == payloads + 1
    assert "it grew while it was read" in str(found[-1].unreadable)
