"""Pieces go to several processes, few at a time, and what comes back stands in their order."""

from __future__ import annotations

import os
import time

import pytest

from hookcli.archives.pieces import Piece, batched, cut
from hookcli.archives.pool import cores, judged_in_parallel
from hookcli.capture.sources import Source


def slow_first(number: int) -> tuple[int, int]:
    if number == 0:
        time.sleep(0.2)
    if number < 0:
        raise ValueError(number)
    return number, os.getpid()


def test_results_come_in_the_order_of_the_pieces_from_several_processes() -> None:
    results = list(judged_in_parallel(slow_first, range(40), 2))
    assert [number for number, _ in results] == list(range(40))
    assert os.getpid() not in {process for _, process in results}


def test_no_more_pieces_are_taken_than_can_be_worked_on() -> None:
    taken: list[int] = []

    def pieces():
        for number in range(1000):
            taken.append(number)
            yield number

    results = judged_in_parallel(slow_first, pieces(), 2)
    assert next(results)[0] == 0
    assert len(taken) < 20
    results.close()


def test_what_goes_wrong_in_a_process_is_raised_here() -> None:
    with pytest.raises(ValueError, match="-1"):
        list(judged_in_parallel(slow_first, [1, -1, 2], 2))


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
