"""Compressed files are read as what is in them; where one ends too early, what came before is judged, and that is said."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

import pytest

ZSTD = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
PACKED = {".gz": gzip.compress, ".zst": ZSTD.compress}
LINES = b"".join(b'{"event_name":"nobody_knows_%d","padding":"%x"}\n' % (at, hash(str(at))) for at in range(2_000))

pytestmark = pytest.mark.parametrize("suffix", PACKED)


@pytest.fixture
def judged(hookcli, tmp_path) -> Callable[..., tuple[int, str]]:
    def judge(name: str, data: bytes, *words: str) -> tuple[int, str]:
        (tmp_path / name).write_bytes(data)
        ended = hookcli("validate", name, *words)
        return ended.code, ended.out + ended.err

    return judge


@pytest.mark.parametrize("name", ["b.jsonl", "bbb", "b.NDJSON"])
def test_lines_are_judged_as_if_they_were_not_compressed(judged, suffix, name) -> None:
    data = LINES + b"{\n" + LINES
    code, said = judged(name, data)
    assert (code, f"{name}:2001:" in said, said.count("unreadable")) == (3, True, 2)
    assert judged(name + suffix, PACKED[suffix](data)) == (code, said.replace(name, name + suffix))


def test_other_formats_are_too(judged, suffix) -> None:
    har = b'{"log": {"version": "1.2", "entries": [{"request": {"postData": {"text": "{"}}}]}}'
    for name, data in (("a.json", b"[{}, {"), ("a.json", b"[{}, 2]"), ("a.har", har)):
        code, said = judged(name, data)
        assert judged(name + suffix, PACKED[suffix](data)) == (code, said.replace(name, name + suffix))


def test_a_folder_is_searched_for_them(hookcli, suffix, tmp_path) -> None:
    (tmp_path / f"a.jsonl{suffix}").write_bytes(PACKED[suffix](LINES))
    (tmp_path / f"a.txt{suffix}").write_bytes(b"")
    assert "2,000 payloads" in hookcli("validate", ".").out


@pytest.mark.parametrize("name", ["a.jsonl", "a"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_what_is_cut_short_is_judged_as_far_as_it_goes(judged, suffix, name, share) -> None:
    packed = PACKED[suffix](LINES)
    code, said = judged(name + suffix, packed[: max(30, int(len(packed) * share))])
    assert code == 3
    assert "it is cut short: the end of the compressed data is missing, after " in said
    whole = int(said.partition("missing, after ")[2].partition(" whole")[0].replace(",", ""))
    assert f"{whole + 1:,} payload" in said
    assert "inside" not in said


def test_json_that_is_cut_short_is_that_and_nothing_else(judged, suffix) -> None:
    packed = PACKED[suffix](b"[" + b"{}," * 1_000 + b"{}]")
    code, said = judged(f"a.json{suffix}", packed[:-4])
    assert (code, said.count("unreadable")) == (3, 2)
    assert "the end of the compressed data is missing" in said


@pytest.mark.parametrize("damage", [lambda data: data + b"junk", lambda _: b"no such thing" * 9])
def test_what_is_damaged_is_said(judged, suffix, damage) -> None:
    code, said = judged(f"a.jsonl{suffix}", damage(PACKED[suffix](LINES)))
    assert code == 3
    assert "it is cut short" in said or "its compressed data is damaged" in said


def test_a_damaged_block_is_a_finding(judged, suffix) -> None:
    options = {} if suffix == ".gz" else {"options": {ZSTD.CompressionParameter.checksum_flag: 1}}
    packed = bytearray(PACKED[suffix](LINES, **options))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xff" * 40
    code, said = judged(f"a.jsonl{suffix}", bytes(packed))
    assert code == 3
    assert "it is cut short" in said or "its compressed data is damaged" in said or "unreadable" in said


def test_several_streams_in_one_file_are_one(judged, suffix) -> None:
    assert "4,000 payloads" in judged(f"a.jsonl{suffix}", PACKED[suffix](LINES) * 2)[1]


@pytest.mark.usefixtures("uncovered")
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_little_that_stands_for_much_takes_little_memory(tmp_path, suffix) -> None:
    line = b'{"event_name":"nobody_knows_me"' + b" " * 10_000 + b"}\n"
    (tmp_path / f"a.jsonl{suffix}").write_bytes(PACKED[suffix](line * 30_000))
    script = "import hookcli.cli.main as cli\ncode = cli.run(['validate', '.', '--jobs', '1'])\n"
    script += "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\nraise SystemExit(code)"
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    *_, said, memory = ended.stdout.splitlines()
    assert (ended.returncode, said) == (0, "30,000 payloads: 30,000 unknown event")
    assert int(memory) < 100_000  # kB


def test_without_its_library_a_file_is_read_another_way_or_says_what_to_install(judged, monkeypatch, suffix) -> None:
    for name in ("isal.igzip", "backports.zstd", "compression.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    code, said = judged(f"a.jsonl{suffix}", PACKED[suffix](LINES))
    assert (code, "2,000 payloads" in said) == (0, True) if suffix == ".gz" else (3, False)
    assert suffix == ".gz" or "pip install 'hookcli[archives]'" in said


def test_what_is_compressed_and_has_another_name_is_read_or_said(hookcli, judged, suffix) -> None:
    data = PACKED[suffix](b'{"event_name": "nobody_knows_it"}\n' * 3)
    ended = hookcli("validate", "-", stdin=data)
    for code, said in (judged("a", data), (ended.code, ended.out)):
        assert code == 0
        assert "3 payloads: 3 unknown event" in said
    code, said = judged("b.jsonl", data)
    assert code == 3
    assert "it is compressed, which its name does not say: let it end in .gz or .zst" in said
