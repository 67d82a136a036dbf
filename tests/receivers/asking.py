"""Asks a receiver, in this process and without the command line."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextlib import nullcontext
from fnmatch import fnmatchcase

from hookcli.conformance.asking import Wishes
from hookcli.conformance.effects import Effects
from hookcli.conformance.messages import Contract, Pool
from hookcli.conformance.registry import CHECKS
from hookcli.conformance.suite import Suite
from hookcli.conformance.targets import Target, over_http
from hookcli.delivery.client import Client, Connection
from hookcli.generation.seeds import seed_at
from hookcli.models import Attempt, CheckResult, Failure, Message
from hookcli.schema import catalog
from receivers.server import Headers, HungUp, Request, serving
from receivers.sound import SECRET, Sound
from receivers.table import Case

SEED = seed_at(time.time(), 1)
"""Of now, as some receivers look at the time."""


@functools.cache
def pool() -> Pool:
    """One for all: to make it takes longer than to ask."""
    return Pool(SEED)


def contract(**changes: object) -> Contract:
    """The one of these tests."""
    return Contract(**{"profile": catalog.load_profile(), "key": SECRET, "seed": SEED, **changes})


def results_of(case: Case, *, has_probe: bool) -> list[CheckResult]:
    """What a receiver makes of the checks, over the network."""
    receiver = case.receiver()
    with serving(receiver) as server:
        return results_at(server.url, case, Effects(lambda: receiver.count) if has_probe else None)


def results_at(url: str, case: Case, effects: Effects | None = None) -> list[CheckResult]:
    """What is behind a URL makes of the checks."""
    connection = Connection(deadline=case.deadline, concurrency=50)
    with Client(connection) as client:
        target = over_http(client, lambda _: Client(connection), url)
        wishes = Wishes(deadline=case.deadline, **case.wishes)
        suite = Suite(target, contract(), catalog.event_names(), wishes, effects, pool=pool())
        suite.introduce()
        return [*suite.run(ids_of(*case.only))]


def ids_of(*patterns: str) -> tuple[str, ...]:
    """The checks that one of the patterns means; all, if there are none."""
    return tuple(each for each in CHECKS if not patterns or any(fnmatchcase(each, pattern) for pattern in patterns))


class InMemory:
    """A receiver without a network, at once or with answers that take a while on a clock of its own."""

    def __init__(self, receiver: Sound, *, elapsed: Callable[[int], float] = lambda _: 0.001) -> None:
        self.receiver = receiver
        self.messages: list[Message] = []
        self.now = 0.0
        self._elapsed = elapsed

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def send(self, message: Message) -> Attempt:
        self.messages.append(message)
        elapsed = self._elapsed(len(self.messages))
        self.now += min(elapsed, 5.0)
        if elapsed > 5.0:
            return Attempt(1, None, 5.0, Failure("Late", "no complete answer within 5 s"))
        headers = Headers({name.lower(): value for name, value in message.headers})
        try:
            reply = self.receiver.guarded(Request(headers, message.body, None))
        except HungUp:
            return Attempt(1, None, elapsed, Failure("ConnectionDropped", "it hung up"))
        except ConnectionRefusedError:
            return Attempt(1, None, elapsed, Failure("ConnectionFailed", "nobody is there", unreachable=True))
        return Attempt(1, reply.status, elapsed, answer=reply.body)

    def suite(self, *, has_probe: bool = True, **changes: object) -> Suite:
        """A run of checks against it."""
        target = Target(
            url="http://127.0.0.1/",
            name="memory",
            send=self.send,
            alone=lambda: nullcontext(self.send),
            abandon=self.send,
        )
        effects = Effects(lambda: self.receiver.count, self.sleep, self.clock) if has_probe else None
        wishes = changes.pop("wishes", Wishes(deadline=5.0))
        events = changes.pop("events", catalog.event_names())
        given = {"effects": effects, "clock": self.clock, "sleep": self.sleep, "pool": pool(), **changes}
        return Suite(target, given.pop("contract", contract()), events, wishes, **given)

    def results(self, *patterns: str, **changes: object) -> dict[str, CheckResult]:
        """What it makes of the checks."""
        suite = self.suite(**changes)
        suite.introduce()
        return {result.id: result for result in suite.run(ids_of(*patterns))}
