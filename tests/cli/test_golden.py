"""The whole output of every command, its exit code first. `UPDATE_GOLDEN=1 pytest tests/cli/test_golden.py` writes it anew."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from arrivals import keep, received
from faulty import shop

from hookcli import __version__
from hookcli.capture.server import Answer, Receiver, Request

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.txt"))


def answer(request: Request) -> Answer:
    """An endpoint that answers with the status that its path names; at /shop one with some faults."""
    if request.path == "/shop":
        return shop(request)
    return Answer(int(request.path.strip("/") or 200), b'{"seen": true}')


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with Receiver(answer) as receiver:
        yield receiver.url


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep(tmp_path_factory.mktemp("kept") / "captures.db", received())


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def settled(text: str, endpoint: str) -> str:
    """The text without what differs from run to run: ports and times."""
    text = text.replace(endpoint, "http://ENDPOINT/").replace(endpoint.rstrip("/"), "http://ENDPOINT")
    text = re.sub(r"127\.0\.0\.1:\d{4,5}", "127.0.0.1:PORT", text)
    text = re.sub(r"[\d,]+\.\d ms", "0.0 ms", text)
    text = re.sub(r"\d+\.\d{3} s\b", "0.000 s", text)
    text = re.sub(r'("elapsed_ms": ?)[\d.]+', r"\g<1>0.0", text)
    text = re.sub(r'( time=")[\d.]+', r"\g<1>0.0", text)
    text = re.sub(r"\btook [\d.]+ s", "took 0.000 s", text)
    return re.sub(rf"(hookcli/|\"){re.escape(__version__)}(?!\d)", r"\g<1>VERSION", text)


@pytest.mark.usefixtures("in_utc")
@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_output_is_as_before(
    file: Path,
    hookcli: Callable[..., object],
    endpoint: str,
    store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copy(store, tmp_path)
    command = file.read_text("utf-8").partition("\n")[0]
    words = shlex.split(command.removeprefix("$ "))
    while "=" in words[0]:
        monkeypatch.setenv(*words.pop(0).split("=", 1))
    assert words.pop(0) == "hookcli"
    ended = hookcli(*[word.replace("ENDPOINT", endpoint.rstrip("/")) for word in words])
    text = f"{command}\nexit {ended.code}\n--- stdout\n{ended.out}--- stderr\n{ended.err}"
    text = settled(text, endpoint)
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


def test_every_command_has_a_golden_output() -> None:
    from hookcli.cli.main import COMMANDS

    called = " ".join(file.read_text("utf-8").partition("\n")[0] for file in GOLDEN)
    assert [name for name in COMMANDS if f"hookcli {name}" not in called] == []
