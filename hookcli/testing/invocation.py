"""What the command line of pytest says of a run: where to send, and how to make the same payloads again."""

from __future__ import annotations

import random
import shlex
import time
import zlib
from urllib.parse import urlsplit

import pytest

from hookcli.generation.seeds import seed_at
from hookcli.urls import APPLICATION, whole_url

_SEED = pytest.StashKey[int]()


def path_of(config: pytest.Config, of_project: str | None) -> str | None:
    """The webhook's path: the one of the command line; of a URL there, its own; else the project's."""
    path: str | None = config.getoption("--hookcli-path")
    target: str | None = config.getoption("--hookcli-target")
    if path is None and target and not APPLICATION.fullmatch(target):
        return None if urlsplit(whole_url(target)).path.strip("/") else of_project
    return of_project if path is None else path


def seed_of_run(config: pytest.Config) -> int:
    """The seed of the run: the one that was given, or one of now. Parallel workers have different ones.

    They ask one endpoint, which may remember ids.
    """
    if _SEED not in config.stash:
        given = config.getoption("--hookcli-seed")
        fixed = config.getini("hookcli_seed") if given is None else str(given)
        if not fixed.isdecimal() and fixed:
            raise pytest.UsageError(f"hookcli_seed is {fixed!r}, and must be a whole number from 0")
        config.stash[_SEED] = (int(fixed) if fixed else _new_seed()) + _worker(config)
    return config.stash[_SEED]


def _worker(config: pytest.Config) -> int:
    """The number of one of pytest-xdist's workers; of one that has a name of its own, made of it."""
    name: str = getattr(config, "workerinput", {}).get("workerid", "gw0")
    number = name.removeprefix("gw")
    return int(number) if number.isdecimal() else zlib.crc32(name.encode()) % 100_000


def _new_seed() -> int:
    return seed_at(time.time(), random.SystemRandom().randrange(1000))


def again(request: pytest.FixtureRequest) -> str:
    """The command line that runs the test again, with the same payloads."""
    words = ["pytest", request.node.nodeid, "--hookcli-seed", str(seed_of_run(request.config))]
    for option in ("--hookcli-target", "--hookcli-path"):
        value = request.config.getoption(option)
        words += [option, value] if value is not None else []
    return shlex.join(words)
