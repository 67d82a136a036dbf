"""How many requests a second `hookcli listen` takes with all that it does, next to servers that do nothing.

    python tests/benchmarks/bench_listen.py [--seconds 3] [--rounds 5] [--python PYTHON_WITH_GRANIAN]

Needs `wrk`. Each round asks every server in turn, with 64 connections and a signed message of about 1 kB; printed are
medians, and their ratio to uvicorn that answers without storing. Start-up is the time until the first answer.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hookcli.signing import SignatureScheme, sign

HERE = Path(__file__).resolve().parent
SECRET = "s3cr3t"

APPLICATION = """
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    more = True
    while more:
        message = await receive()
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def rsgi(scope, protocol):
    await protocol()
    protocol.response_empty(200, [])
"""

WITHOUT_STORE = """
import sys
from hookcli.cli.main import run
from hookcli.listening import keeper


def keep(self, row):
    kept = self._loop.create_future()
    kept.set_result(None)
    return kept


keeper.Keeper.keep = keep
sys.exit(run(["listen", "--port", sys.argv[1], "--store", sys.argv[2], "-o", "/dev/null"]))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def commands(folder: Path, peers: str) -> dict[str, list[str]]:
    """Name of a server -> its command line, in which PORT stands for the port."""
    (folder / "served.py").write_text(APPLICATION)
    (folder / "without.py").write_text(WITHOUT_STORE)
    uvicorn = [
        sys.executable,
        "-m",
        "uvicorn",
        "served:app",
        "--port",
        "PORT",
        "--no-access-log",
        "--log-level",
        "error",
    ]
    granian = [peers, "-m", "granian", "--port", "PORT", "--loop", "uvloop", "--no-ws", "--log-level", "error"]
    listen = [sys.executable, "-m", "hookcli", "-q", "listen", "--port", "PORT", "-o", "/dev/null"]
    found = {
        "uvicorn, not storing": uvicorn,
        "hookcli listen, its store left out": [sys.executable, "without.py", "PORT", str(folder / "none.db")],
        "hookcli listen": [*listen, "--store", str(folder / "captures.db")],
    }
    if subprocess.run([peers, "-c", "import granian"], capture_output=True, check=False).returncode == 0:
        found["granian ASGI, not storing"] = [*granian, "--interface", "asgi", "served:app"]
        found["granian RSGI, not storing"] = [*granian, "--interface", "rsgi", "served:rsgi"]
    return found


@contextmanager
def served(command: list[str], folder: Path) -> Iterator[tuple[int, float]]:
    """A running server: its port, and seconds until it answered."""
    port = free_port()
    words = [word.replace("PORT", str(port)) for word in command]
    env = {**os.environ, "HOOKCLI_SECRET": SECRET}
    started = time.perf_counter()
    process = subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - started < 20:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    if connection.recv(12):
                        break
            except OSError:
                time.sleep(0.002)
        yield port, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(20)


def rate(port: int, script: Path, seconds: float) -> float:
    """Requests a second that wrk gets through."""
    command = ["wrk", "-t1", "-c64", f"-d{seconds:g}s", "-s", str(script), f"http://127.0.0.1:{port}/"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in out, out
    found = re.search(r"Requests/sec: *([\d.]+)", out)
    assert found
    return float(found[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", default=sys.executable, help="one with granian, for its figures too")
    given = parser.parse_args()
    generate = [sys.executable, "-m", "hookcli", "generate", "--event", "webhook_agent_chat_close", "--seed", "1"]
    body = subprocess.run(generate, capture_output=True, check=True).stdout.rstrip(b"\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "body").write_bytes(body)
        script = folder / "post.lua"
        script.write_text(
            'wrk.method = "POST"\n'
            'wrk.headers["Content-Type"] = "application/json"\n'
            f'wrk.headers["X-Hub-Signature"] = "{sign(body, SECRET.encode(), SignatureScheme())}"\n'
            f'local file = io.open("{folder}/body", "rb"); wrk.body = file:read("*a"); file:close()\n'
        )
        rates: dict[str, list[float]] = {}
        starts: dict[str, list[float]] = {}
        for _ in range(given.rounds):
            for server, command in commands(folder, given.python).items():
                with served(command, folder) as (port, start):
                    starts.setdefault(server, []).append(start)
                    rates.setdefault(server, []).append(rate(port, script, given.seconds))
        print(f"{len(body)} bytes, 64 connections, medians of {given.rounds}")
        base = statistics.median(rates["uvicorn, not storing"])
        for server, seen in rates.items():
            middle, start = statistics.median(seen), statistics.median(starts[server])
            print(f"{server:36} {middle:9,.0f} a second  {middle / base:5.2f}  start {start:.2f} s")


if __name__ == "__main__":
    main()
