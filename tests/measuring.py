"""Says in which tests coverage is measured: by it, all takes two to three times as long."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from coverage import Coverage

_PROCESSES = "COVERAGE_PROCESS_CONFIG"
"""The variable by which coverage is measured in the processes that are started, too."""


def measured(items: Sequence[pytest.Item]) -> set[str]:
    """The tests in which coverage is measured: all units', and the first case of each other."""
    first = {item.nodeid.partition("[")[0]: item.nodeid for item in reversed(items)}
    return {*first.values(), *(item.nodeid for item in items if item.nodeid.startswith("tests/unit/"))}


@contextmanager
def unmeasured() -> Iterator[None]:
    """Coverage is not measured meanwhile, here or in the processes that are started."""
    paused, processes = [], os.environ.pop(_PROCESSES, None)
    while (measuring := Coverage.current()) is not None:  # there may be one within another
        measuring.stop()
        paused.append(measuring)
    try:
        yield
    finally:
        for measuring in reversed(paused):
            measuring.start()
        if processes is not None:
            os.environ[_PROCESSES] = processes
