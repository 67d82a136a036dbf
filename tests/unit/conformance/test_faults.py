"""The tool proves itself: each fault makes exactly the checks fail that it should, and a sound receiver none."""

from __future__ import annotations

import pytest
from receivers.asking import results_of
from receivers.table import FAULTS, SOUND, Case

pytestmark = pytest.mark.usefixtures("endpoint_proxy")


def assert_exact(case: Case, *, has_probe: bool) -> None:
    results = results_of(case, has_probe=has_probe)
    findings = [each for each in results if each.verdict.value in ("fail", "warn", "error")]
    found = {
        verdict: {each.id for each in findings if each.verdict.value == verdict}
        for verdict in ("fail", "warn", "error")
    }
    expected = {"fail": set(case.fails_with(has_probe)), "warn": set(case.warns), "error": set(case.errors)}
    assert found == expected, "\n".join(f"{each.id}: {each.message} {each.evidence}" for each in findings)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_exactly_what_it_should(fault):
    assert_exact(FAULTS[fault], has_probe=True)


@pytest.mark.parametrize("fault", [fault for fault, case in FAULTS.items() if case.is_of_effects])
def test_a_fault_fails_exactly_what_it_should_without_a_probe(fault):
    assert_exact(FAULTS[fault], has_probe=False)


@pytest.mark.parametrize("has_probe", [True, False], ids=["probe", "no probe"])
@pytest.mark.parametrize("receiver", SOUND)
def test_a_sound_receiver_fails_nothing(receiver, has_probe):
    assert_exact(SOUND[receiver], has_probe=has_probe)
