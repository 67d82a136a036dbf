"""`validate` of files on the network: over http, and in an object store."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from objects import Objects, serving

pytest.importorskip("aiohttp")
pytest.importorskip("s3fs")

ROOT = Path(__file__).resolve().parents[2]
VALID = json.dumps(json.loads((ROOT / "examples" / "haptik" / "captured" / "message.json").read_text("utf-8"))).encode()
LINES = b"\n".join([VALID, b'{"event_name": "message"}', VALID, b"{"])
FILES = {
    "archive/2026/a.jsonl": LINES,
    "archive/2026/b.jsonl.gz": gzip.compress(LINES),
    "archive/2026/c.json": VALID,
    "archive/2026/notes.txt": b"no payload",
    "archive/captures.db": b"SQLite format 3\x00",
}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    with serving(FILES) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "access-key-of-tests")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-key-of-tests")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        yield server


def told(out: str) -> list[tuple[str, int, str]]:
    return [(each["source"], each["line"], each["verdict"]) for each in json.loads(out)["results"]]


BROKEN = [(2, "invalid"), (4, "unreadable")]


@pytest.mark.parametrize("words", [["s3://archive/2026"], ["s3://archive/*/[abc].json*"]], ids=str)
def test_a_folder_in_an_object_store(hookcli, store: Objects, words: list[str]) -> None:
    ended = hookcli("validate", *words, "--format", "json")
    assert told(ended.out) == [
        (f"s3://archive/2026/{name}", line, verdict) for name in ("a.jsonl", "b.jsonl.gz") for line, verdict in BROKEN
    ]
    assert json.loads(ended.out)["summary"]["payloads"] == 9
    assert ended.code == 3


def test_what_may_not_be_read_is_a_finding_and_the_rest_is_judged(hookcli, store: Objects) -> None:
    ended = hookcli("validate", "s3://forbidden/a.jsonl", "s3://archive/none.json", "s3://archive/2026/c.json")
    assert ended.code == 3
    assert "s3://forbidden/a.jsonl:1:1  unreadable\n  it may not be read with these credentials" in ended.out
    assert "s3://archive/none.json:1:1  unreadable\n  there is nothing at this URL; check it" in ended.out
    assert "3 payloads: 1 valid, 2 unreadable" in ended.out
    assert "key-of-tests" not in ended.out + ended.err


@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_file_over_http_and_nothing_of_its_signature_is_shown(hookcli, has_ranges: bool) -> None:
    with serving(FILES, has_ranges=has_ranges) as server:
        url = server.url.replace("//", "//user:password-of-tests@")
        ended = hookcli("validate", f"{url}/archive/2026/a.jsonl?X-Amz-Signature=0f1e", "--format", "json")
        gone = hookcli("validate", f"{url}/archive/none.json?X-Amz-Signature=0f1e")
        refused = hookcli("validate", f"{url}/forbidden/a.json?X-Amz-Signature=0f1e")
        nothing = hookcli("validate", f"{url}/archive/2026/c.json?X-Amz-Signature=0f1e", "--at", "x")
    place = url.replace("user:password-of-tests", "[hidden]")
    assert told(ended.out) == [(f"{place}/archive/2026/a.jsonl", *each) for each in BROKEN]
    assert "there is nothing at this URL" in gone.out
    assert "the server answered 403" in refused.out
    assert f"{place}/archive/2026/c.json: there is no payload in it at x, so nothing was judged" in nothing.err
    assert not [
        each for end in (ended, gone, refused, nothing) for each in ("password", "0f1e") if each in end.out + end.err
    ]


def test_processes_share_a_large_file_in_ranges(tmp_path: Path) -> None:
    padded = b"\n".join(line + b" " * 40_000 for line in LINES.split(b"\n") * 60)
    with serving({"large.jsonl": padded}) as server:
        words = [sys.executable, "-m", "hookcli", "validate", f"{server.url}/large.jsonl", "--format", "json"]
        one, two = (subprocess.run([*words, "--jobs", jobs], capture_output=True, timeout=60) for jobs in "12")
        wanted = [each for _, _, each in server.requests if each]
    assert json.loads(one.stdout)["summary"] == {
        "payloads": 240, "valid": 120, "invalid": 60, "unreadable": 60, "unknown_event": 0,
    }  # fmt: skip
    assert (two.stdout, two.stderr, two.returncode) == (one.stdout, one.stderr, 3)
    assert len(wanted) > 6


def test_a_store_of_captures_is_to_be_fetched_first(hookcli, store: Objects) -> None:
    assert "cannot be read over the network; fetch it first" in hookcli("validate", "s3://archive/captures.db").out


def test_a_server_that_is_not_there(hookcli) -> None:
    ended = hookcli("validate", "http://127.0.0.1:9/a.json")
    assert ended.code == 3
    assert (
        "http://127.0.0.1:9/a.json:1:1  unreadable\n  it cannot be read: Cannot connect to host 127.0.0.1:9"
        in ended.out
    )


def test_a_url_that_is_not_read_shows_no_password_either(hookcli) -> None:
    ended = hookcli("validate", "ftp://user:password-of-tests@127.0.0.1/a.json")
    assert (ended.code, "password" in ended.out + ended.err) == (3, False)
    assert "those of s3, gs, https and http are" in ended.out


def test_what_is_not_installed_is_named(hookcli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    ended = hookcli("validate", "s3://archive/2026/a.jsonl")
    assert "`pip install 'hookcli[s3]'` brings what reads s3://" in ended.out
