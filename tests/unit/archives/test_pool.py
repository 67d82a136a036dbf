"""Pieces go to several processes, few at a time, and what comes back stands in their order."""

from __future__ import annotations

import gzip
import os
import signal
import time
from collections.abc import Iterable, Iterator

import pytest

from hookcli.archives.pieces import RANGE, Piece, batched, cut
from hookcli.archives.pool import cores, found_in_parallel
from hookcli.capture.sources import Source
from hookcli.errors import WorkerLost


def slow_first(number: int) -> Iterator[tuple[int, int]]:
    """Itself twice, and where it was made."""
    if number == 0:
        time.sleep(0.2)
    if number < 0:
        raise ValueError(number)
    if number == 1_000:
        os.kill(os.getpid(), signal.SIGKILL)
    yield from [(number, os.getpid())] * 2


def judged(numbers: Iterable[int], apart: int = -1) -> Iterator[tuple[int, int]]:
    return found_in_parallel(slow_first, numbers, 2, lambda number: number == apart)


def test_results_come_in_the_order_of_the_pieces_from_several_processes() -> None:
    results = list(judged(range(40), apart=7))
    assert [number for number, _ in results] == [number for number in range(40) for _ in range(2)]
    assert {number for number, process in results if process == os.getpid()} == {7}


def test_no_more_pieces_are_taken_than_can_be_worked_on() -> None:
    taken: list[int] = []

    def pieces():
        for number in range(1000):
            taken.append(number)
            yield number

    results = judged(pieces())
    assert next(results)[0] == 0
    assert len(taken) < 20
    results.close()


def test_what_goes_wrong_in_a_process_is_raised_here() -> None:
    with pytest.raises(ValueError, match="-1"):
        list(judged([1, -1, 2]))


def test_a_process_that_is_ended_from_outside_is_said() -> None:
    with pytest.raises(WorkerLost, match="--jobs 1 takes the least"):
        list(judged([1, 1_000, 2]))


def test_all_cores_that_this_process_may_use_are_counted() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("name", "input_format", "ranges"),
    [
        ("a.jsonl", "auto", [(0, 4), (4, 8), (8, 10)]),
        ("a.NDJSON", "auto", [(0, 4), (4, 8), (8, 10)]),
        ("a.json", "auto", [(0, None)]),
        ("a.json", "jsonl", [(0, 4), (4, 8), (8, 10)]),
        ("a.jsonl", "capture", [(0, None)]),
        ("a.txt", "auto", [(0, None)]),
    ],
)
def test_lines_are_cut_into_ranges_and_all_else_is_whole(tmp_path, name, input_format, ranges) -> None:
    (tmp_path / name).write_bytes(b"1\n2\n3\n4\n5\n")
    pieces = list(cut([Source(str(tmp_path / name))], input_format, size=4))
    assert [(piece.start, piece.end) for piece in pieces] == ranges
    assert sum(piece.size for piece in pieces) == 10


def test_what_has_no_length_is_one_piece(tmp_path) -> None:
    (tmp_path / "empty.jsonl").touch()
    os.mkfifo(tmp_path / "pipe.jsonl")
    named = ["-", "no-such.jsonl", str(tmp_path), str(tmp_path / "empty.jsonl"), str(tmp_path / "pipe.jsonl"), "\0"]
    sources = [*map(Source, named), Source("loop", "it leads in a circle")]
    assert list(cut(sources, "auto")) == [Piece(source) for source in sources]


def test_small_pieces_go_together_and_large_ones_alone() -> None:
    sizes = [1, 2, 3, 50, 1, 1, 1, 1, 1]
    batches = batched((Piece(Source("a"), size=size) for size in sizes), size=6, most=4)
    assert [[piece.size for piece in batch] for batch in batches] == [[1, 2, 3], [50], [1, 1, 1, 1], [1]]


def test_what_is_large_and_cannot_be_cut_stays_alone_and_here() -> None:
    large, ranged = Piece(Source("a.db"), size=RANGE + 1), Piece(Source("a.jsonl"), 0, RANGE, size=RANGE + 1)
    small, unknown = Piece(Source("a.json"), size=1), Piece(Source("-"))
    pieces = [small, large, small, small, unknown, small, ranged]
    batches = list(batched(pieces, size=RANGE * 2))
    assert batches == [(small,), (large,), (small, small), (unknown,), (small, ranged)]
    assert [batch[0].is_apart for batch in batches] == [False, True, False, True, False]


def test_a_compressed_file_is_read_here_and_judged_in_pieces(tmp_path) -> None:
    lines = b"".join(b"%064d\n" % number for number in range(40_000))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines)[:-9])
    *pieces, last = cut([Source(str(tmp_path / "a.jsonl.gz"))], "auto")
    assert lines.startswith(b"".join(piece.data or b"" for piece in pieces))
    assert [piece.is_continued for piece in pieces] == [False, *[True] * (len(pieces) - 1)]
    assert len(pieces) > 1
    assert "it is cut short: the end of the compressed data is missing, after " in (last.source.fault or "")
