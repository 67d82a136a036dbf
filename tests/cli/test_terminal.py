"""What a person at a terminal sees: colour and a progress bar, unless they asked for none."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from arrivals import arrival, keep
from endpoints import refusing

from hookcli.capture.server import Answer, Receiver

ROOT = Path(__file__).resolve().parents[2]


def at_a_terminal(*words: str, **environment: str) -> str:
    """Everything that a command writes to its terminal."""
    ours, theirs = pty.openpty()
    clean = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM", "HOOKCLI_SECRET")}
    process = subprocess.Popen(
        [sys.executable, "-m", "hookcli", *words],
        stdin=theirs, stdout=theirs, stderr=theirs, env={**clean, "TERM": "xterm-256color", **environment}, cwd=ROOT,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:
        pass  # Linux says EIO when the other end is closed
    os.close(ours)
    process.wait(timeout=30)
    return seen.decode()


def test_colour_at_a_terminal() -> None:
    assert "\x1b[32m" in at_a_terminal("validate", "examples/haptik", "--all")


def test_a_progress_bar_while_many_are_sent() -> None:
    seen = at_a_terminal("send", "--event", "message", "-n", "60", "--seed", "1", "-o", os.devnull)
    assert "sending" in seen
    assert "60/60" in seen


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_neither_when_not_wanted(environment: dict[str, str]) -> None:
    assert "\x1b[" not in at_a_terminal("send", "--event", "message", "-n", "30", "--seed", "1", **environment)


def test_no_bar_for_a_few() -> None:
    assert "sending" not in at_a_terminal("send", "--event", "message", "--seed", "1")


def test_the_bar_stays_below_the_text() -> None:
    seen = at_a_terminal("send", "--event", "message", "-n", "60", "--seed", "1")
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)
    lines = [part for line in plain.splitlines() for part in line.split("\r")]
    assert sum(line.startswith("--> message  (") for line in lines) == 60
    assert [line for line in lines if "sending" in line]
    assert [line for line in lines if "sending" in line and "-->" in line] == []


def test_how_things_stand_with_a_sender_is_shown_and_goes_when_it_ends() -> None:
    with Receiver(lambda _: Answer(503)) as receiver:
        words = ["--lifecycle", "--event", "message", "--seed", "1", "-n", "2", "--every", "3700"]
        seen = at_a_terminal("send", receiver.url, *words, "--time-scale", "7200")
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)
    assert re.search(r"[\d,]+(\.\d)? s  the webhook is retrying", plain)
    assert re.search(r"next: #1, attempt \d of 7 in [\d,]+ s; next event in [\d,]+ s", plain)
    assert re.search(r"the webhook is disabled\r?\n +no more events", plain)
    assert re.search(r"queue: 1 waiting, the first expires in [\d,]+ s; so far: 1 given up", plain)
    assert plain.rstrip().endswith("2 messages: 1 given up, 1 expired")


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_it_is_not_shown_when_not_wanted(environment: dict[str, str]) -> None:
    with refusing() as url:
        words = ["--lifecycle", "--event", "message", "--seed", "1", "--time-scale", "36000"]
        assert "queue:" not in at_a_terminal("send", url, *words, **environment)


def test_what_came_cannot_command_the_terminal_in_a_dry_run(tmp_path: Path) -> None:
    odd = arrival(headers=(("X-Odd", "\x1b[31m\u202e"),), body=b"\x1b[32m")
    store = keep(tmp_path / "captures.db", [odd])
    seen = at_a_terminal("replay", "--store", str(store), ":8000", "--dry-run")
    assert seen.count("X-Odd: \\x1b[31m\\u202e") == 2
    assert "\x1b" not in seen
    assert "\u202e" not in seen
