"""How the lines of a run say lengths of time."""

from __future__ import annotations

import pytest

from hookcli.reporting.runs import gap_of


@pytest.mark.parametrize(
    ("passed", "text"), [(0.0, "0 ms"), (0.0094, "9 ms"), (0.5, "500 ms"), (1.5, "1.5 s"), (3600.0, "3,600 s")]
)
def test_a_gap_is_said_the_same_everywhere(passed: float, text: str) -> None:
    assert gap_of(passed) == f"{text} after the one before"
