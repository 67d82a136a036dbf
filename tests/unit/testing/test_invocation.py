"""What the command line of pytest says of a run."""

from __future__ import annotations

import pytest

from hookcli.testing.invocation import seed_of_run


@pytest.mark.parametrize("names", [("gw0", "gw1"), ("left", "right")])
def test_workers_have_seeds_of_their_own_whatever_they_are_called(
    names: tuple[str, str], pytester: pytest.Pytester
) -> None:
    seeds = []
    for name in names:
        config = pytester.parseconfig("--hookcli-seed", "1")
        config.workerinput = {"workerid": name}  # type: ignore[attr-defined] (as pytest-xdist sets it)
        seeds.append(seed_of_run(config))
    assert len({*seeds}) == 2
