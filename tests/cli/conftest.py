"""Runs the command line in this process, with real streams."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import report_schema

from hookcli.cli.main import run

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Hookcli = Callable[..., Ended]


@pytest.fixture
def hookcli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hookcli:
    """`hookcli("send", "--seed", "1", stdin=b"...")` in an empty folder with an empty environment of ours.

    Whatever JSON report it writes is held against the schema of reports.
    """
    monkeypatch.chdir(tmp_path)
    for name in (
        "HOOKCLI_SECRET",
        "NO_COLOR",
        "GITHUB_STEP_SUMMARY",
        "http_proxy",
        "HTTP_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)

    def call(*argv: str | Path, stdin: bytes = b"") -> Ended:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin)), "utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = run([str(word) for word in argv])
            out.flush()
            err.flush()
        ended = Ended(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())  # type: ignore[attr-defined]
        report_schema.hold(argv, ended.out, Path.cwd())
        return ended

    return call
