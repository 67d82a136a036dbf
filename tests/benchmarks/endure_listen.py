"""What `hookcli listen` endures: kills, and a million messages.

    PYTHONPATH=tests python tests/benchmarks/endure_listen.py kills [--messages 100000] [--kills 10]
    PYTHONPATH=tests python tests/benchmarks/endure_listen.py memory [--messages 1000000]

`kills` sends each message once while the receiver is killed at random moments, and compares what was acknowledged
with what the store holds. `memory` (which needs `wrk`) sends messages that all differ, and prints the resident memory
as their number grows.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from hammering import hammer
from listening import Listening, listening

from hookcli.capture.store import Store

SCRIPT = """
local number = {start}
request = function()
  number = number + 1
  local body = string.format('{"event_name": "message", "number": %d, "filling": "{filling}"}', number)
  return wrk.format("POST", "/", {["Content-Type"] = "application/json"}, body)
end
""".replace("{filling}", "x" * 900)


def kills(messages: int, times: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        started = time.monotonic()
        done = hammer(Path(name), messages=messages, kills=times, senders=16, seed=int(started))
        passed = time.monotonic() - started
        print(
            f"{messages:,} messages sent once each, {done.kills} kills, {passed:.0f} s: {len(done.acknowledged):,} "
            f"acknowledged, {sum(done.kept.values()):,} kept, {len(done.lost)} lost, {len(done.twice)} twice, "
            f"store {'in order' if done.is_sound else 'DAMAGED'}"
        )


def resident(receiver: Listening) -> float:
    """Megabytes."""
    status = Path(f"/proc/{receiver.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1000


def memory(messages: int) -> None:
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory())
        (Path(name) / "schema.json").write_text('{"type": "object"}')
        options = ("-o", "/dev/null", "--schema", "schema.json")
        receiver = stack.enter_context(listening(Path(name), *options, secret=None))
        script = Path(name) / "post.lua"
        print(f"{0:>9,} messages  {resident(receiver):6.1f} MB")
        step, seen = messages // 10, 0
        while seen < messages:
            script.write_text(SCRIPT.replace("{start}", str(seen)))
            command = ["wrk", "-t1", "-c64", "-d4s", "-s", str(script), receiver.url]
            subprocess.run(command, check=True, capture_output=True)
            with Store(receiver.store) as store:
                count = store.last_id()
            if count // step > seen // step:
                print(f"{count:>9,} messages  {resident(receiver):6.1f} MB")
            seen = count


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kills", "memory"))
    parser.add_argument("--messages", type=int)
    parser.add_argument("--kills", type=int, default=10)
    given = parser.parse_args()
    if given.what == "kills":
        kills(given.messages or 100_000, given.kills)
    else:
        memory(given.messages or 1_000_000)


if __name__ == "__main__":
    main()
