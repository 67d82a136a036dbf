from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookcli.capture.files import Limits
from hookcli.capture.formats import read
from hookcli.capture.sources import Source, expand
from hookcli.capture.texts import capture_of
from hookcli.jsontext import dump
from hookcli.models import Capture

SMALL = Limits(text=40, line=20)


def captures(path: Path, content: bytes, input_format: str = "auto", limits: Limits | None = None) -> list[Capture]:
    path.write_bytes(content)
    return list(read(Source(str(path)), input_format, limits=limits or Limits()))


def piped(content: bytes, limits: Limits | None = None) -> list[Capture]:
    return list(read(Source("-"), stdin=io.BytesIO(content), limits=limits or Limits()))


def faults(found: list[Capture]) -> list[tuple[int, int, int, str]]:
    return [
        (one.index, one.unreadable.line or 0, one.unreadable.column or 0, one.unreadable.message)
        for one in found
        if one.unreadable
    ]


def fault_of(source: Source) -> str:
    (found,) = read(source)
    assert found.unreadable
    assert (found.source, found.unreadable.pointer, found.unreadable.keyword) == (source.path, None, None)
    return found.unreadable.message


def texts(found: list[Capture]) -> list[tuple[int, int, int, bytes]]:
    return [(one.index, one.line, one.column, one.text) for one in found]


def test_a_json_file_holds_one_payload(tmp_path: Path) -> None:
    (found,) = captures(tmp_path / "a.json", b'\n  {"a": 1}\n')
    assert found == Capture(str(tmp_path / "a.json"), 0, 2, b'{"a": 1}', {"a": 1}, column=3)


def test_a_json_file_holds_a_list_of_payloads_with_their_own_text(tmp_path: Path) -> None:
    found = captures(tmp_path / "a.json", ' [{"é": "x]"},{"b": [1, "\\"}"]},\n 3, "q", []]'.encode())
    assert texts(found) == [
        (0, 1, 3, '{"é": "x]"}'.encode()),
        (1, 1, 15, b'{"b": [1, "\\"}"]}'),
        (2, 2, 2, b"3"),
        (3, 2, 5, b'"q"'),
        (4, 2, 10, b"[]"),
    ]
    assert [one.payload for one in found] == [{"é": "x]"}, {"b": [1, '"}']}, 3, "q", []]


@pytest.mark.usefixtures("uncovered")
@given(
    st.lists(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
)
def test_each_item_of_a_list_has_its_own_text(items: list[object]) -> None:
    found = piped(dump(items, pretty=True))
    assert [one.payload for one in found] == items
    assert [one.payload for each in found for one in [capture_of(each.text, "-")]] == items


def test_an_item_with_very_many_strings_has_its_own_text(tmp_path: Path) -> None:
    item = dump(["x"] * 5_000)
    assert [one.text for one in captures(tmp_path / "a.json", b"[" + item + b"," + item + b"]")] == [item, item]


def test_an_empty_list_holds_no_payload(tmp_path: Path) -> None:
    assert captures(tmp_path / "a.json", b"[ ]") == []


def test_json_lines_hold_one_payload_a_line(tmp_path: Path) -> None:
    found = captures(tmp_path / "a.jsonl", b'{"a":1}\r\n\r\n  [2]\n{"c":3}')
    assert texts(found) == [(0, 1, 1, b'{"a":1}'), (1, 3, 3, b"[2]"), (2, 4, 1, b'{"c":3}')]
    assert [one.payload for one in found] == [{"a": 1}, [2], {"c": 3}]


def test_after_a_broken_line_the_rest_is_read(tmp_path: Path) -> None:
    found = captures(tmp_path / "a.ndjson", b'1\n {"a":}\n3')
    assert [one.payload for one in found] == [1, None, 3]
    assert faults(found) == [(1, 2, 7, "expected a value, but found '}'")]
    assert found[1].text == b'{"a":}'


def test_a_line_that_is_too_long_is_unreadable_and_the_rest_is_read(tmp_path: Path) -> None:
    found = captures(tmp_path / "a.jsonl", b'1\n"' + b"x" * 100 + b'"\n3\n' + b"9" * 20 + b"\n", limits=SMALL)
    assert [one.payload for one in found] == [1, None, 3, 99999999999999999999]
    assert faults(found) == [(1, 2, 1, "the line is longer than 20 bytes; one payload a line is wanted")]


def test_a_json_file_that_is_too_large_is_unreadable(tmp_path: Path) -> None:
    found = captures(tmp_path / "a.json", b" " * 41, limits=SMALL)
    assert faults(found) == [(0, 1, 1, "it is larger than 40 bytes; put one payload a line into a `.jsonl` file")]
    assert "larger than 40" in faults(piped(b"[" * 41, SMALL))[0][3]


def test_a_json_file_that_is_not_json_is_one_unreadable_capture(tmp_path: Path) -> None:
    found = captures(tmp_path / "a.json", b'\n[{"a":1},\n {]')
    assert faults(found) == [(0, 3, 3, "expected a key in double quotes or }, but found ']'")]
    assert faults(captures(tmp_path / "b.json", b"")) == [(0, 1, 1, "the text is empty: there is no JSON value in it")]


def test_the_format_can_be_forced(tmp_path: Path) -> None:
    assert [one.payload for one in captures(tmp_path / "a.txt", b"[1]\n", "jsonl")] == [[1]]
    assert [one.payload for one in captures(tmp_path / "a.jsonl", b"[1]\n", "json")] == [1]


@pytest.mark.parametrize(
    ("content", "payloads"),
    [
        (b'{"a":1}\n\n', [{"a": 1}]),
        (b'\n[{"a":1},\n2]\n', [{"a": 1}, 2]),
        (b"[1,2]\n\n", [1, 2]),
        (b"\n[1,2]\n\n[3]\n4", [[1, 2], [3], 4]),
        (b'{"a":\n1}', [{"a": 1}]),
    ],
)
def test_without_a_telling_name_the_content_decides(tmp_path: Path, content: bytes, payloads: list[object]) -> None:
    assert [one.payload for one in piped(content)] == payloads
    assert [one.payload for one in captures(tmp_path / "payload", content)] == payloads


def test_lines_keep_their_numbers_when_the_content_decides() -> None:
    assert texts(piped(b"\n1\n\n 2\n")) == [(0, 2, 1, b"1"), (1, 4, 2, b"2")]


def test_blank_input_is_unreadable() -> None:
    assert faults(piped(b"")) == [(0, 1, 1, "the text is empty: there is no JSON value in it")]


def test_standard_input_is_the_processs_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"1")))
    assert [one.payload for one in read(Source("-"))] == [1]
    monkeypatch.setattr(sys, "stdin", None)
    assert fault_of(Source("-")) == "standard input is closed"


def test_a_payload_that_came_in_by_itself_keeps_its_bytes() -> None:
    assert capture_of(b' {"a": 1}\n', "receiver") == Capture("receiver", 0, 1, b' {"a": 1}\n', {"a": 1})
    assert faults([capture_of(b"{", "receiver")])[0][:3] == (0, 1, 2)


def test_what_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert fault_of(Source(str(tmp_path / "no.json"))) == "there is no such file or folder; check the path"
    assert fault_of(Source(str(tmp_path))) == "it is a folder"
    assert "circle" in fault_of(Source(str(tmp_path / "loop")))
    assert fault_of(Source("a\0b")) == "it is no path: embedded null byte"
    assert fault_of(Source("x" * 5000)) == "it cannot be read: File name too long"
    assert fault_of(Source(os.devnull)) == "it is a socket or a device, not a file"


def test_a_file_that_cannot_be_read_is_unreadable() -> None:
    assert fault_of(Source("/proc/self/mem")) == "it cannot be read: Input/output error"


def test_a_named_pipe_into_which_nobody_writes_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert fault_of(Source(str(tmp_path / "pipe.json"))) == "the text is empty: there is no JSON value in it"


def test_a_folder_stands_for_all_its_files_sorted(tmp_path: Path) -> None:
    for name in ("b.json", "a.NDJSON", "sub/z.jsonl", "sub/notes.txt", "c.json.bak"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    assert [source.path for source in expand([str(tmp_path)])] == [
        f"{tmp_path}/a.NDJSON", f"{tmp_path}/b.json", f"{tmp_path}/sub/z.jsonl",
    ]  # fmt: skip


def test_links_are_followed_and_circles_reported(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.json").write_text("1")
    (tmp_path / "same").symlink_to("real")
    (tmp_path / "real" / "up").symlink_to(tmp_path)
    (tmp_path / "self.json").symlink_to("self.json")
    found = list(expand([str(tmp_path)]))
    assert [source.path for source in found] == [
        f"{tmp_path}/real/a.json", f"{tmp_path}/real/up", f"{tmp_path}/self.json",
    ]  # fmt: skip
    assert "circle" in fault_of(found[1])
    assert "circle" in fault_of(found[2])


def test_a_folder_without_payloads_is_a_fault(tmp_path: Path) -> None:
    (source,) = expand([str(tmp_path)])
    assert fault_of(source) == "the folder holds no file that ends in .json, .jsonl, .ndjson, .har"


@pytest.fixture
def nobody() -> Iterator[None]:
    """Without root's right to read everything."""
    user = os.geteuid()
    os.seteuid(user or 65534)
    yield
    os.seteuid(user)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that may not be read, in one that may; not in tmp_path, which only its owner may enter."""
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        folder = Path(outer) / "closed"
        folder.mkdir(mode=0o000)
        yield folder


def test_a_folder_without_rights_is_a_fault(closed: Path, nobody: None) -> None:
    (source,) = expand([str(closed.parent)])
    assert source.path == str(closed)
    assert fault_of(source) == "it may not be read; check its permissions"


def test_a_path_that_is_too_long_is_a_fault() -> None:
    (source,) = expand(["x" * 5000])
    assert fault_of(source) == "it cannot be read: File name too long"


def test_a_glob_stands_for_what_it_matches(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", "x[1].json", "sub/c.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    names = ["a.json", "b.json", "sub/c.json", "x[1].json"]
    assert [source.path for source in expand([f"{tmp_path}/*.json"])] == [
        f"{tmp_path}/{n}" for n in names if "/" not in n
    ]
    assert [source.path for source in expand([f"{tmp_path}/**"])] == [f"{tmp_path}/{n}" for n in names]
    assert [source.path for source in expand([f"{tmp_path}/x[1].json"])] == [f"{tmp_path}/x[1].json"]


def test_what_matches_nothing_is_a_fault(tmp_path: Path) -> None:
    pattern, missing, stdin = expand([f"{tmp_path}/*.json", f"{tmp_path}/no", "-"])
    assert fault_of(pattern) == "nothing matches this pattern; check it"
    assert fault_of(missing) == "there is no such file or folder; check the path"
    assert stdin == Source("-")
