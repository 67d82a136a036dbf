"""Markdown's ```console blocks: each `$ command` in them, what they say that it prints, and what it really prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_STEP = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_OURS = re.compile(r"HOOKCLI_|COVERAGE_|NO_COLOR$|COLUMNS$|GITHUB_STEP_SUMMARY$|\w+_proxy$", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """A command and its output, as a document shows them."""

    command: str
    output: str

    def __str__(self) -> str:
        return self.command


def steps(file: Path) -> list[Step]:
    """All that a document shows, in its order."""
    return list(_steps(file.read_text("utf-8")))


def _steps(text: str) -> Iterator[Step]:
    for block in _BLOCK.findall(text):
        assert block.startswith("$ "), f"a console block starts with a command: {block!r}"
        for command, output in _STEP.findall(block):
            yield Step(command, output)


def environment(**extra: str) -> dict[str, str]:
    """This process's, the tested installation first, without what changes hookcli's output or measures its coverage."""
    kept = {name: value for name, value in os.environ.items() if not _OURS.match(name)}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, **extra}


def run(command: str, folder: Path = ROOT, **extra: str) -> str:
    """What a command line prints in a shell, both streams."""
    ended = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(**extra),
        timeout=60,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return ended.stdout.decode("utf-8")


def at_port(text: str, port: int) -> str:
    """The same text, port 8000 replaced."""
    return re.sub(r"\b8000\b", str(port), text)


def settled(text: str) -> str:
    """The same text without what differs from run to run: ports and times."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    return re.sub(r"[\d,]+\.\d ms", "0.0 ms", text)
