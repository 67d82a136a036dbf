"""Whole commands from start to end, next to their peers, in turns; medians and their ratio.

    pip install . check-jsonschema        # a wheel: an editable install starts some 20 ms later
    python tests/benchmarks/bench_start.py [--rounds 15]

`hookcli --version` stands next to `python -c "import click"`; `hookcli validate` next to check-jsonschema, which gets the
event's schema in one file with every `$ref` put in place, and so has less to read.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_generate import standalone

BIN = Path(sys.executable).parent
PAYLOAD = Path(__file__).resolve().parents[2] / "examples/haptik/captured/webhook_agent_chat_close.json"


def seconds(command: list[str]) -> float:
    """The wall time of one run."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def compare(title: str, ours: list[str], theirs: list[str], rounds: int) -> None:
    """Run two commands in turns and print their medians."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds + 1)][1:]
    mine, peer = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"{title:50} {mine * 1000:6.0f} ms, {peer * 1000:6.0f} ms, ratio {ratio:.2f}")


def main() -> None:
    """Compare both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    compare(
        'hookcli --version, python -c "import click"',
        [str(BIN / "hookcli"), "--version"],
        [sys.executable, "-c", "import click"],
        rounds,
    )
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(standalone("webhook_agent_chat_close"), file)
        file.flush()
        compare(
            "hookcli validate one.json, check-jsonschema",
            [str(BIN / "hookcli"), "validate", str(PAYLOAD)],
            [str(BIN / "check-jsonschema"), "--schemafile", file.name, str(PAYLOAD)],
            rounds,
        )


if __name__ == "__main__":
    main()
