"""A small file is counted without a verdict only where there can be no doubt about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hookcli.archives.doubts import Verdicts, is_plain
from hookcli.archives.pieces import cut
from hookcli.archives.reading import Reading
from hookcli.capture.paths import At
from hookcli.capture.sources import Source

VALID = {"event_name": "message", "a": 1}
VERDICTS = Verdicts(lambda capture: pytest.fail(str(capture)), lambda payload: payload["a"] == 1)


def plain(file: Path, reading: Reading, verdicts: Verdicts = VERDICTS) -> bool:
    (piece,) = cut([Source(str(file))], reading.input_format)
    return is_plain(piece, reading, verdicts)


@pytest.mark.parametrize(
    ("text", "reading", "expected"),
    [
        (json.dumps(VALID), Reading(), True),
        (json.dumps(VALID, indent=1) + "\n", Reading(), True),
        ('{"a": 1}', Reading(), False),
        ('{"a": 1}', Reading("json"), True),
        (json.dumps({**VALID, "a": 2}), Reading(), False),
        (json.dumps({**VALID, "b": 2**70}), Reading(), False),
        (json.dumps([VALID]), Reading(), False),
        (json.dumps(VALID)[:-1], Reading(), False),
        ("", Reading(), False),
        (json.dumps(VALID), Reading(since=0.0), False),
        (json.dumps(VALID), Reading(at=At.of("a")), False),
        (json.dumps(VALID), Reading("har"), False),
    ],
)
def test_what_is_plain(text: str, reading: Reading, expected: bool, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    assert plain(tmp_path / "a.json", reading) is expected


@pytest.mark.parametrize("name", ["a.jsonl", "a.har", "a", "a.json.gz"])
def test_what_is_no_json_by_its_name_is_not(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(json.dumps(VALID))
    assert not [piece for piece in cut([Source(str(tmp_path / name))], "auto") if is_plain(piece, Reading(), VERDICTS)]


def test_where_each_has_to_be_judged_none_is(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(VALID))
    assert not plain(tmp_path / "a.json", Reading(), Verdicts(VERDICTS.judge))


def test_a_file_that_is_gone_or_has_grown_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(VALID))
    (piece,) = cut([Source(str(file))], "auto")
    file.write_text(json.dumps(VALID) + " ")
    assert not is_plain(piece, Reading(), VERDICTS)
    file.unlink()
    assert not is_plain(piece, Reading(), VERDICTS)
