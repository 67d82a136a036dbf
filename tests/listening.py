"""`hookcli listen` as a process of its own, and requests to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import report_schema

from hookcli.capture.store import Store
from hookcli.models import Arrival
from hookcli.signing import SignatureScheme, sign

SECRET = "s3cr3t-of-tests"


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers of a genuine message."""
    return {"Content-Type": "application/json", "X-Hub-Signature": sign(body, secret.encode(), SignatureScheme())}


@dataclass
class Listening:
    """A receiver that is ready."""

    process: subprocess.Popen[bytes]
    url: str
    store: Path
    options: tuple[str, ...] = ()
    said: list[str] = field(default_factory=list)
    """What it says on standard error."""

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port
        return port

    def send(self, body: bytes, *, path: str = "/", method: str = "POST", **headers: str) -> http.client.HTTPResponse:
        """Send a message, genuine unless headers are given; the answer, read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, given or signed(body))
        answer = connection.getresponse()
        answer.text = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def raw(self, *pieces: bytes) -> bytes:
        """Send bytes as they are; all that comes back until it hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            for piece in pieces:
                connection.sendall(piece)
            answer = b""
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass
        return answer

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """End it; the exit code and standard output."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        """Wait for its end; the exit code and standard output."""
        assert self.process.stdout
        out = self.process.stdout.read().decode()
        code = self.process.wait(30)
        report_schema.hold(self.options, out, self.store.parent)
        return code, out


@contextmanager
def listening(
    folder: Path, *options: str, secret: str | None = SECRET, quiet: bool = False, **environment: str
) -> Iterator[Listening]:
    """`hookcli listen` on a free port, with a store in a folder."""
    env = {**os.environ, "HOOKCLI_STORE": str(folder / "captures.db"), **environment}
    env.pop("HOOKCLI_SECRET", None)
    if secret is not None:
        env["HOOKCLI_SECRET"] = secret
    command = [sys.executable, "-m", "hookcli", *["-q"] * quiet, "listen", "--port", "0", *options]
    process = subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said: list[str] = []
    ready = threading.Event()

    def hear() -> None:
        assert process.stderr
        for line in process.stderr:
            said.append(line.decode().rstrip("\n"))
            if line.startswith(b"ready "):
                ready.set()
        ready.set()

    thread = threading.Thread(target=hear, daemon=True)
    thread.start()
    try:
        assert ready.wait(30)
        urls = [line.removeprefix("ready ") for line in said if line.startswith("ready ")]
        assert urls, said
        yield Listening(process, urls[0], folder / "captures.db", options, said)
    finally:
        process.kill()
        process.wait()
        thread.join(10)
        for stream in (process.stdout, process.stderr):
            assert stream
            stream.close()


def records(out: str) -> list[dict[str, Any]]:
    """The lines of `--format jsonl`."""
    return [json.loads(line) for line in out.splitlines()]


def kept(receiver: Listening) -> list[Arrival]:
    """What is in its store, the oldest first."""
    with Store(receiver.store) as store:
        return list(store.find(whole=True, newest_first=False))
