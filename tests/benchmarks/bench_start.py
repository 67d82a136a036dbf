"""Whole commands from start to end, next to their peers, in turns; medians and their ratio.

    pip install . check-jsonschema        # a wheel: an editable install starts some 20 ms later
    python tests/benchmarks/bench_start.py [--rounds 15]

`hookcli --version` stands next to `python -c "import click"`; `hookcli validate` next to check-jsonschema, which gets the
event's schema in one file with every `$ref` put in place, and so has less to read. The others stand next to
`hookcli --help`, for what they take beyond it: in wall time and, for a machine that others use too, in CPU time.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench_generate import standalone

BIN = Path(sys.executable).parent
PAYLOAD = Path(__file__).resolve().parents[2] / "examples/haptik/captured/webhook_agent_chat_close.json"


PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "tags": {"items": {"type": "string"}}},
}
"""A small schema of one's own."""


class Cost(NamedTuple):
    """What one run took, in milliseconds."""

    wall: float
    cpu: float


def cost(command: list[str]) -> Cost:
    """Run a command once."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall * 1000, cpu * 1000)


def compare(title: str, ours: list[str], theirs: list[str], rounds: int) -> None:
    """Run two commands in turns and print their medians."""
    pairs = [(cost(ours).wall, cost(theirs).wall) for _ in range(rounds + 1)][1:]
    mine, peer = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"{title:50} {mine:6.0f} ms, {peer:6.0f} ms, ratio {ratio:.2f}")


def beyond_help(commands: dict[str, list[str]], rounds: int) -> None:
    """Run commands in turns with `--help`, and print the medians of what they take, and take beyond it."""
    hookcli = str(BIN / "hookcli")
    every = {"--help": ["--help"], **commands}
    runs = [{title: cost([hookcli, *words]) for title, words in every.items()} for _ in range(rounds + 1)][1:]
    for title in every:
        wall = statistics.median(run[title].wall for run in runs)
        more = statistics.median(run[title].wall - run["--help"].wall for run in runs)
        cpu = statistics.median(run[title].cpu - run["--help"].cpu for run in runs)
        print(f"{f'hookcli {title}':60} {wall:6.0f} ms, beyond --help {more:+4.0f} ms, of CPU {cpu:+4.0f} ms")


def main() -> None:
    """Compare with peers, then with `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        event, pet = Path(folder, "event.json"), Path(folder, "pet.json")
        event.write_text(json.dumps(standalone("webhook_agent_chat_close")))
        pet.write_text(json.dumps(PET))
        with_peers(event, rounds)
        with_help(pet, rounds)


def with_peers(event: Path, rounds: int) -> None:
    """Whole commands next to their peers."""
    compare(
        'hookcli --version, python -c "import click"',
        [str(BIN / "hookcli"), "--version"],
        [sys.executable, "-c", "import click"],
        rounds,
    )
    compare(
        "hookcli validate one.json, check-jsonschema",
        [str(BIN / "hookcli"), "validate", str(PAYLOAD)],
        [str(BIN / "check-jsonschema"), "--schemafile", str(event), str(PAYLOAD)],
        rounds,
    )


def with_help(pet: Path, rounds: int) -> None:
    """Whole commands next to `--help`."""
    once = ["generate", "-n", "1", "--seed", "1"]
    commands = {
        "generate -n 1": once,
        "generate -n 1 --event webhook_agent_chat_close": [*once, "--event", "webhook_agent_chat_close"],
        "generate -n 1 --schema FILE": [*once, "--schema", str(pet)],
        "validate one.json": ["validate", str(PAYLOAD)],
        "send --dry-run": ["send", "--dry-run", "--seed", "1"],
    }
    beyond_help(commands, rounds)


if __name__ == "__main__":
    main()
