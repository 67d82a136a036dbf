"""A sample is drawn in one pass; who looks through the pieces, and how the archive is cut, changes nothing but ranks."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from hookcli.archives.engines import Engine
from hookcli.archives.pieces import cut
from hookcli.archives.reading import Reading
from hookcli.archives.sampling import Sample
from hookcli.capture.sources import Source
from hookcli.models import Capture

READING = Reading()


def drawn(sources: list[Source], size: int, seed: int = 1, jobs: int = 1, piece: int = 300) -> list[Capture]:
    sample = Sample(size, seed)
    return [each for _, found in sample.drawn(Engine(jobs), cut(sources, "auto", piece), READING) for each in found]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    """120 payloads in four kinds of files, with blank lines, and one file that is not there."""
    folder = tmp_path_factory.mktemp("archive")
    lines = [json.dumps({"a": number}).encode() for number in range(120)]
    (folder / "a.jsonl").write_bytes(b"\n\n".join(lines[:70]))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(b"\n".join(lines[70:100])))
    (folder / "c.json").write_bytes(b"[" + b",\n".join(lines[100:119]) + b"]")
    (folder / "d.json").write_bytes(lines[119])
    return [Source(str(folder / name)) for name in ("a.jsonl", "b.jsonl.gz", "c.json", "missing.json", "d.json")]


def test_a_sample_has_its_size_its_order_and_the_places_of_its_payloads(sources: list[Source]) -> None:
    found = [each for each in drawn(sources, 40) if each.unreadable is None]
    numbers = [each.payload["a"] for each in found]
    assert len(numbers) == 40
    assert numbers == sorted(set(numbers))
    offsets = {"a.jsonl": 0, "b.jsonl.gz": 70, "c.json": 100, "d.json": 119}
    assert [each.index + offsets[Path(each.source).name] for each in found] == numbers
    assert all(each.line == 2 * each.index + 1 for each in found if each.source.endswith("a.jsonl"))


def test_what_cannot_be_read_is_in_every_sample(sources: list[Source]) -> None:
    assert [Path(each.source).name for each in drawn(sources, 1) if each.unreadable] == ["missing.json"]


def test_a_sample_larger_than_the_archive_is_all_of_it(sources: list[Source]) -> None:
    found = [each.payload["a"] for each in drawn(sources, 500) if each.unreadable is None]
    assert found == list(range(120))


def test_several_processes_draw_the_same_sample_as_one(sources: list[Source], tmp_path: Path) -> None:
    (tmp_path / "large.jsonl").write_bytes(b'{"a": 1}\n' * 600_000)
    more = [*sources, Source(str(tmp_path / "large.jsonl"))]
    one, two = (drawn(more, 20, jobs=jobs, piece=4_000_000) for jobs in (1, 2))
    assert [(each.source, each.line, each.index) for each in one] == [
        (each.source, each.line, each.index) for each in two
    ]


def test_each_payload_is_as_likely_as_any_other(sources: list[Source]) -> None:
    times = Counter(each.payload["a"] for seed in range(400) for each in drawn(sources[:3], 12, seed))
    assert set(times) == set(range(119))
    assert all(15 < number < 75 for number in times.values())  # 40 expected, by a binomial of 400 and 0.1: 6 deviations
