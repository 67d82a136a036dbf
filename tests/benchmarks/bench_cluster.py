"""`hookcli validate` on a Dask cluster of two workers, next to one machine and to peers, in turns; medians.

    pip install '.[cluster]' dask[bag]
    python tests/benchmarks/bench_cluster.py [--lines 1000000] [--rounds 5]

All judge the same file by the same schema, with every `$ref` put in place. A start is a run over one line. CPU time is that
of the command, the scheduler and the workers, for a machine that others use too. Memory is the most that a process took:
of the command, and of the workers that it found there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench_generate import standalone
from bench_start import BIN
from bench_validate import EVENT, written

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from clusters import Running, cluster

PEER = str(Path(__file__).parent / "peers" / "dask_lines.py")


class Run(NamedTuple):
    """What a run took."""

    seconds: float
    cpu: float
    memory: int
    """MB of the command, or of the largest process that it started."""
    workers: int
    """MB of the largest worker."""


def commands(schema: Path, file: Path, address: str) -> dict[str, list[str]]:
    """Who is compared."""
    ours = [str(BIN / "hookcli"), "validate", str(file), "--schema", str(schema)]
    peer = [sys.executable, PEER]
    return {
        "one process": [*ours, "--jobs", "1"],
        "two processes": [*ours, "--jobs", "2"],
        "a cluster": [*ours, "--engine", "dask", "--scheduler", address],
        "a cluster of its own": [*ours, "--engine", "dask", "--jobs", "2"],
        "peer: dask, by ranges": [*peer, "ranges", address, str(schema), str(file)],
        "peer: dask.bag": [*peer, "bag", address, str(schema), str(file)],
    }


def measured(schema: Path, file: Path, folder: Path) -> dict[str, Run]:
    """One run of each, on a cluster that is new to each, in which both workers have been at work before."""
    runs = {}
    for name in commands(schema, file, ""):
        with cluster(folder, {}, {}) as one:
            warm = folder / "warm.jsonl"
            subprocess.run(commands(schema, warm, one.address)[name], check=True, capture_output=True)
            runs[name] = _run(commands(schema, file, one.address)[name], one)
    return runs


def _run(command: list[str], one: Running) -> Run:
    before, began = _cpu(one), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    assert status == 0, command
    cpu = usage.ru_utime + usage.ru_stime + _cpu(one) - before
    workers = [Path(f"/proc/{each.pid}/status").read_text() for each in one.workers]
    most = max(int(re.search(r"VmHWM:\s+(\d+)", text)[1]) for text in workers)
    return Run(seconds, cpu, usage.ru_maxrss // 1000, most // 1000)


def _cpu(one: Running) -> float:
    """Seconds of CPU time that a cluster has taken."""
    stats = (Path(f"/proc/{each.pid}/stat").read_text().rpartition(")")[2] for each in (one.scheduler, *one.workers))
    return sum(int(ticks) for stat in stats for ticks in stat.split()[11:13]) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        schema = folder / "schema.json"
        schema.write_text(json.dumps(standalone(EVENT)), "utf-8")
        file, line = written(folder, asked.lines), written(folder, 1)
        line.rename(folder / "warm.jsonl")
        starts = [measured(schema, folder / "warm.jsonl", folder) for _ in range(asked.rounds)]
        runs = [measured(schema, file, folder) for _ in range(asked.rounds)]
    for name in runs[0]:
        start = statistics.median(each[name].seconds for each in starts)
        seconds, cpu = (statistics.median(each[name][at] for each in runs) for at in (0, 1))
        memory, workers = (max(each[name][at] for each in runs) for at in (2, 3))
        rate = asked.lines / seconds / 1000
        print(f"{name:22} start {start:4.1f} s, {rate:4.0f} k lines/s, CPU {cpu:4.1f} s", end=", ")
        print(f"{memory:4} MB, workers {workers:4} MB", flush=True)


if __name__ == "__main__":
    main()
