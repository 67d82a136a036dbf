"""Messages wait for the user's command, but not without end."""

from __future__ import annotations

import sys

import pytest
from arrivals import arrival

from hookcli.listening import execution
from hookcli.listening.execution import Executor

SLOW = (sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(0.5)")


def test_large_messages_wait_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "MOST_BYTES", 2_500)
    said: list[str] = []
    executor = Executor(SLOW, said.append)
    for number in range(1, 6):
        executor.put(arrival(number, body=b"x" * 1000))
    executor.close()
    assert [line.rpartition("#")[2] for line in said[:2]] == ["4.", "5."]
    assert "messages wait for the command, so it is not run for #4." in said[0]
    assert said[2:] == ["--exec: waiting for the command; Ctrl-C ends at once."]


def test_a_command_that_reads_nothing_and_does_not_end_is_killed() -> None:
    said: list[str] = []
    executor = Executor((sys.executable, "-c", "import time; time.sleep(60)"), said.append, patience=0.5)
    executor.put(arrival(1, body=b"x" * 1_000_000))
    executor.close()
    assert said == ["--exec: it took longer than 0.5 s for #1, and was killed."]
