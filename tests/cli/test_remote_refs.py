"""`--allow-remote-refs`: what a schema refers to on the network, fetched when asked and never otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from endpoints import Endpoint, Visit, answers_once

PAGES: dict[str, bytes] = {
    "/order.json": b'{"properties": {"dog": {"$ref": "parts/dog.json#/$defs/dog"}}, "required": ["dog"]}',
    "/parts/dog.json": b'{"$defs": {"dog": {"properties": {"id": {"$ref": "../id.json"}}, "required": ["id"]}}}',
    "/id.json": b'{"$id": "http://elsewhere.invalid/deep/id.json", "type": "integer", "minimum": 7}',
    "/page.json": b"<!doctype html><title>Order</title>",
    "/cut.json": b'{"type":\n "obj',
    "/broken.json": b'{"properties": {"dog": {"$ref": "none.json"}}}',
    "/files.json": b'{"$ref": "file:///etc/hostname"}',
    "/list.json": b"[]",
    "/untyped.json": b'{"type": "strin"}',
}


def serve(visit: Visit) -> None:
    path = visit.read_request().split(b" ")[1].decode()
    status = b"200 OK" if path in PAGES else b"404 Not Found"
    body = PAGES.get(path, b"")
    visit.say(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)


@pytest.fixture
def library(endpoint_proxy: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with Endpoint(serve) as endpoint:
        yield endpoint


@pytest.fixture
def site(library: Endpoint) -> str:
    return library.url.removesuffix("/hook")


def write(folder: Path, **documents: object) -> None:
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document))


COMMANDS = [
    ("generate", "--seed", "1"),
    ("generate", "--seed", "1", "--list"),
    ("send", "--seed", "1"),
    ("validate", "good.json"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_is_named_on_the_network_is_fetched_once_each_and_said(hookcli, tmp_path, library, site, words) -> None:
    write(tmp_path, s={"$ref": f"{site}/order.json"}, good={"dog": {"id": 7}})
    ended = hookcli(*words, "--schema", "s.json", "--allow-remote-refs")
    assert ended.code == 0
    assert [line for line in ended.err.splitlines() if "fetching" in line] == [
        f"fetching {site}{path}" for path in ("/order.json", "/parts/dog.json", "/id.json")
    ]
    assert len(library.requests) == 3


def test_what_is_generated_follows_what_was_fetched(hookcli, tmp_path, library, site) -> None:
    write(tmp_path, s={"$ref": f"{site}/order.json"})
    out = hookcli("generate", "--seed", "1", "-n", "5", "--schema", "s.json", "--allow-remote-refs").out
    assert all(json.loads(line)["dog"]["id"] >= 7 for line in out.splitlines())


def test_what_is_judged_follows_what_was_fetched(hookcli, tmp_path, library, site) -> None:
    write(tmp_path, s={"$ref": f"{site}/order.json"}, bad={"dog": {"id": 6}})
    ended = hookcli("validate", "bad.json", "--schema", "s.json", "--allow-remote-refs")
    assert ended.code == 1
    assert "/dog/id" in ended.out


def test_several_processes_fetch_nothing_again(hookcli, tmp_path, library, site) -> None:
    write(tmp_path, s={"$ref": f"{site}/order.json"}, **{f"good{at}": {"dog": {"id": 7}} for at in range(20)})
    ended = hookcli("validate", "good*.json", "--jobs", "2", "--schema", "s.json", "--allow-remote-refs")
    assert (ended.code, len(library.requests)) == (0, 3)
    assert "20 valid" in ended.out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_without_the_flag_nothing_is_requested(hookcli, tmp_path, library, site, words) -> None:
    write(tmp_path, s={"properties": {"a/b": {"$ref": f"{site}/order.json"}}}, good={})
    ended = hookcli(*words, "--schema", "s.json")
    assert (ended.code, ended.out, library.connections) == (3, "", 0)
    assert "s.json#/properties/a~1b" in ended.err
    assert f"$ref '{site}/order.json': there is no such document" in ended.err
    assert "--allow-remote-refs" in ended.err


def test_a_file_beside_the_schema_is_not_fetched(hookcli, tmp_path, library, site) -> None:
    write(tmp_path, s={"$id": f"{site}/s.json", "$ref": "id.json"}, id={"const": 5})
    ended = hookcli("generate", "--seed", "1", "--schema", "s.json", "--allow-remote-refs")
    assert (ended.out, library.connections) == ("5\n", 0)


def test_an_id_is_what_relative_references_are_read_against(hookcli, tmp_path, library, site) -> None:
    write(tmp_path, s={"$id": f"{site}/parts/s.json", "$ref": "../id.json"})
    assert hookcli("generate", "--schema", "s.json", "--allow-remote-refs").code == 0


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("none.json", "$ref '{site}/none.json': {site}/none.json cannot be fetched: the answer is 404"),
        ("page.json", "{site}/page.json:1:1: not JSON: "),
        ("page.json", "; is it a page about the schema"),
        ("cut.json", "{site}/cut.json:2:6: not JSON: "),
        ("broken.json", "{site}/broken.json#/properties/dog"),
        ("broken.json", "$ref 'none.json': {site}/none.json cannot be fetched: the answer is 404"),
        ("files.json", "$ref 'file:///etc/hostname': there is no such document"),
    ],
)
def test_what_is_not_there_is_an_error_that_says_where(hookcli, tmp_path, library, site, page, words) -> None:
    write(tmp_path, s={"$ref": f"{site}/{page}"})
    ended = hookcli("generate", "--schema", "s.json", "--allow-remote-refs")
    assert (ended.code, ended.out) == (3, "")
    assert words.format(site=site) in ended.err


@pytest.mark.parametrize("page", ["list.json", "untyped.json"])
def test_what_is_fetched_and_is_no_schema_is_an_error(hookcli, tmp_path, library, site, page) -> None:
    write(tmp_path, s={"properties": {"a": {"$ref": f"{site}/{page}"}}, "required": ["a"]})
    assert hookcli("generate", "--schema", "s.json", "--allow-remote-refs").code == 3


def test_a_name_of_the_catalogue_is_never_fetched(hookcli, tmp_path) -> None:
    write(tmp_path, s={"$ref": "https://hookcli.example/schemas/haptik/none.json"})
    ended = hookcli("generate", "--schema", "s.json", "--allow-remote-refs")
    assert "fetching" not in ended.err
    assert "there is no such document" in ended.err


def test_control_characters_of_a_url_do_not_reach_the_terminal(hookcli, tmp_path, site) -> None:
    write(tmp_path, s={"$ref": f"{site}/\x1b[2Jx.json"})
    assert "\x1b" not in hookcli("generate", "--schema", "s.json", "--allow-remote-refs").err


def test_http_is_imported_only_when_something_is_fetched(tmp_path: Path) -> None:
    write(tmp_path, s={"type": "integer"})
    code = (
        "import sys; from hookcli.cli.main import run; run(['generate', '--schema', 's.json', '--allow-remote-refs']); "
        "print([m for m in ('httpcore', 'ssl', 'hookcli.delivery') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_flag_can_be_set_for_all_runs(hookcli, tmp_path, endpoint_proxy) -> None:
    with Endpoint(answers_once(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + b'{"const": 77}')) as endpoint:
        write(tmp_path, s={"$ref": endpoint.url})
        (tmp_path / "hookcli.toml").write_text("[generate]\nallow-remote-refs = true\n")
        assert hookcli("generate", "--schema", "s.json").out == "77\n"
