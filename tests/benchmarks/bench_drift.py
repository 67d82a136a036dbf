"""`hookcli drift` on a large file of JSON Lines, next to `hookcli validate`, in turns; medians and their ratio.

    pip install .
    python tests/benchmarks/bench_drift.py [--lines 200000] [--rounds 5] [--jobs 1] [--memory]

The payloads fit their schema, then one in ten has a key more, then each has a key more and null where none may be.
`--memory` prints what each process takes at 100,000 and 1,000,000 lines.
"""

from __future__ import annotations

import argparse
import json
import shlex
import statistics
import tempfile
from pathlib import Path

from bench_start import BIN, cost
from bench_validate import memory, written

MEMORY = (100_000, 1_000_000)


def changed(file: Path, every: int, change: dict[str, object]) -> Path:
    """The same payloads, one in so many with something changed at its top."""
    made = file.with_name(f"changed-{every}.jsonl")
    with file.open("rb") as source, made.open("wb") as target:
        for at, line in enumerate(source):
            is_changed = at % every == 0
            target.write(json.dumps({**json.loads(line), **change}).encode() + b"\n" if is_changed else line)
    return made


def compare(title: str, file: Path, more: list[str], rounds: int) -> None:
    """Run both commands in turns, and print the medians of what they take of a processor."""
    ours, theirs = (
        ["bash", "-c", f"{shlex.join([str(BIN / 'hookcli'), name, str(file), *more])} || true"]
        for name in ("drift", "validate")
    )
    pairs = [(cost(ours).cpu, cost(theirs).cpu) for _ in range(rounds + 1)][1:]
    mine, peer = (statistics.median(times) for times in zip(*pairs, strict=True))
    rate = statistics.median(other / one for one, other in pairs)
    print(f"{title:40} drift {mine:7.0f} ms, validate {peer:7.0f} ms, {rate:.2f} times its rate", flush=True)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--memory", action="store_true")
    asked = parser.parse_args()
    more = ["--jobs", str(asked.jobs), "-o", "/dev/null"]
    with tempfile.TemporaryDirectory() as name:
        if asked.memory:
            for lines in MEMORY:
                file = written(Path(name), lines)
                print(f"{lines:9,} lines: {memory([str(BIN / 'hookcli'), 'drift', str(file)])} kB a process at most")
                file.unlink()
            return
        file = written(Path(name), asked.lines)
        compare("payloads that fit", file, more, asked.rounds)
        for every, change in ((10, {"new": 1}), (1, {"new": 1, "business_name": None})):
            compare(f"one in {every} with {', '.join(change)}", changed(file, every, change), more, asked.rounds)


if __name__ == "__main__":
    main()
