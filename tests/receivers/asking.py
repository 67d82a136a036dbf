"""Asks a receiver, in this process and without the command line."""

from __future__ import annotations

import functools
import time
from fnmatch import fnmatchcase

from hookcli.conformance.asking import Wishes
from hookcli.conformance.effects import Effects
from hookcli.conformance.messages import Contract, Pool
from hookcli.conformance.registry import CHECKS
from hookcli.conformance.suite import Suite
from hookcli.conformance.targets import over_http
from hookcli.delivery.client import Client, Connection
from hookcli.generation.seeds import seed_at
from hookcli.models import CheckResult
from hookcli.schema import catalog
from receivers.server import serving
from receivers.sound import SECRET
from receivers.table import Case

SEED = seed_at(time.time(), 1)
"""Of now, as some receivers look at the time."""


@functools.cache
def pool() -> Pool:
    """One for all: to make it takes longer than to ask."""
    return Pool(SEED)


def results_of(case: Case, *, has_probe: bool) -> list[CheckResult]:
    """What a receiver makes of the checks."""
    receiver = case.receiver()
    with serving(receiver) as server:
        return run(server.url, case, Effects(lambda: receiver.count) if has_probe else None)


def run(url: str, case: Case, effects: Effects | None) -> list[CheckResult]:
    """Ask what the case wants to be asked."""
    ids = tuple(each for each in CHECKS if not case.only or any(fnmatchcase(each, only) for only in case.only))
    contract = Contract(profile=catalog.load_profile(), key=SECRET, seed=SEED)
    connection = Connection(deadline=case.deadline, concurrency=50)
    with Client(connection) as client:
        target = over_http(client, lambda _: Client(connection), url)
        suite = Suite(
            target,
            contract,
            contract.profile.events,
            Wishes(deadline=case.deadline, **case.wishes),
            effects,
            pool=pool(),
        )
        suite.introduce()
        return [*suite.run(ids)]
