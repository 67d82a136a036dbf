"""The tool proves itself: each fault makes exactly the checks fail that it should, and a sound receiver none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from receivers.asking import pool, results_of
from receivers.table import FAULTS, SOUND, Case

from hookcli.models import CheckResult
from hookcli.schema import catalog

_AT_ONCE = 3
"""Receivers that are asked at the same time: most of it is waiting."""

Asked = tuple[str, bool]
"""The name of a receiver, and whether it has a probe."""


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> Iterator[Callable[[str, bool], list[CheckResult]]]:
    """What the checks say of each receiver that a test asks for."""
    for event in catalog.event_names():  # before there are several that ask
        pool().forms(event)
    asked = [item.callspec.params["asked"] for item in request.session.items if "results" in item.fixturenames]
    with pytest.MonkeyPatch.context() as environment, ThreadPoolExecutor(_AT_ONCE) as threads:
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            environment.delenv(name)
        found: dict[Asked, Future[list[CheckResult]]] = {
            (name, has_probe): threads.submit(results_of, case_of(name), has_probe=has_probe)
            for name, has_probe in asked
        }
        yield lambda name, has_probe: found[name, has_probe].result()
        threads.shutdown(cancel_futures=True)


def case_of(name: str) -> Case:
    return FAULTS[name] if name in FAULTS else SOUND[name]


def said(asked: Asked) -> str:
    return f"{asked[0]}, {'a' if asked[1] else 'no'} probe"


ASKED = [
    *((name, True) for name in FAULTS),
    *((name, False) for name, case in FAULTS.items() if case.is_of_effects),
    *((name, has_probe) for name in SOUND for has_probe in (True, False)),
]


@pytest.mark.parametrize("asked", ASKED, ids=said)
def test_a_fault_fails_exactly_what_it_should_and_a_sound_receiver_nothing(asked, results):
    name, has_probe = asked
    case, findings = (
        case_of(name),
        [each for each in results(*asked) if each.verdict.value in ("fail", "warn", "error")],
    )
    found = {
        verdict: {each.id for each in findings if each.verdict.value == verdict}
        for verdict in ("fail", "warn", "error")
    }
    expected = {"fail": set(case.fails_with(has_probe)), "warn": set(case.warns), "error": set(case.errors)}
    assert found == expected, "\n".join(f"{each.id}: {each.message} {each.evidence}" for each in findings)


def test_no_name_stands_for_two_receivers():
    assert FAULTS.keys().isdisjoint(SOUND)
