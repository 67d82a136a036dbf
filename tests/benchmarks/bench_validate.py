"""`hookcli validate` on a large file of JSON Lines, next to its peers, in turns; medians and their ratio.

    pip install . sourcemeta-jsonschema
    python tests/benchmarks/bench_validate.py [--lines 200000] [--rounds 5] [--memory]

All judge the same file by the same schema, with every `$ref` put in place. `--memory` prints what each process of ours
takes at 100,000, 1,000,000 and 5,000,000 lines; the file of those is 4.5 GB.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_generate import standalone
from bench_start import BIN, cost

EVENT = "webhook_agent_chat_close"
MEMORY = (100_000, 1_000_000, 5_000_000)


def written(folder: Path, lines: int) -> Path:
    """A file of so many payloads, of 1,000 different ones."""
    made = subprocess.run(
        [BIN / "hookcli", "generate", "--event", EVENT, "-n", "1000", "--seed", "1"], check=True, capture_output=True
    )
    file = folder / f"{lines}.jsonl"
    with file.open("wb") as stream:
        stream.writelines(itertools.islice(itertools.cycle(made.stdout.splitlines(keepends=True)), lines))
    return file


def compare(title: str, ours: list[str], theirs: list[str], rounds: int) -> None:
    """Run two commands in turns and print their medians."""
    pairs = [(cost(ours).wall, cost(theirs).wall) for _ in range(rounds + 1)][1:]
    mine, peer = (statistics.median(times) for times in zip(*pairs, strict=True))
    rate = statistics.median(other / one for one, other in pairs)
    print(f"{title:40} ours {mine:7.0f} ms, theirs {peer:7.0f} ms, {rate:.2f} times their rate", flush=True)


def memory(command: list[str]) -> str:
    """The most that a process of a command took, by GNU time: itself or the largest of its children."""
    timed = subprocess.run(["/usr/bin/time", "-v", *command], capture_output=True, text=True)
    return re.search(r"Maximum resident set size \(kbytes\): (\d+)", timed.stderr)[1]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.memory:
            for lines in MEMORY:
                file = written(folder, lines)
                print(f"{lines:9,} lines: {memory([str(BIN / 'hookcli'), 'validate', str(file)])} kB a process at most")
                file.unlink()
            return
        schema = folder / "schema.json"
        schema.write_text(json.dumps(standalone(EVENT)), "utf-8")
        file = written(folder, asked.lines)
        ours = [str(BIN / "hookcli"), "validate", str(file), "--schema", str(schema)]
        bare = [sys.executable, str(Path(__file__).parent / "peers" / "two_processes.py"), str(schema), str(file)]
        compare("a bare script of two processes", ours, bare, asked.rounds)
        if native := shutil.which("jsonschema", path=str(BIN)):
            for more in ([], ["--fast"]):
                words = [native, "validate", *more, str(schema), str(file)]
                compare(" ".join(["sourcemeta jsonschema", *more]), ours, words, asked.rounds)


if __name__ == "__main__":
    main()
