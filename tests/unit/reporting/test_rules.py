from __future__ import annotations

import pytest

from hookcli.delivery.failures import REASONS
from hookcli.reporting.rules import rule_named
from hookcli.reporting.statuses import KIND


@pytest.mark.parametrize("kind", [KIND, *(each.__name__ for each in REASONS)])
def test_every_cause_of_a_failed_attempt_is_a_rule_with_a_sentence(kind: str) -> None:
    assert "asks for" not in rule_named(kind).title


def test_a_rule_that_nobody_knows_is_called_by_its_name() -> None:
    assert rule_named("oddness").title == "What 'oddness' asks for does not hold."
