"""Hostile schemas take under 200 MB, in whichever mode."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hookcli.jsontext import dump
from hookcli.models import Json

_STATUS = Path("/proc/self/status")  # what `resource` tells counts the process that started this one as well

pytestmark = [
    pytest.mark.skipif(not _STATUS.exists(), reason="this system does not tell how much memory a process took"),
]

_MEGABYTES = 200

_MEASURED = f"""
import pathlib
from hookcli.cli.main import run
for words in (["-n", "3"], ["-n", "3", "--mode", "boundary"], ["-n", "3", "--mode", "invalid"], ["--list"][:{{lists}}]):
    assert not words or run(["generate", "--schema", "schema.json", "--seed", "1", "-o", "out.txt", *words]) == 0
lines = pathlib.Path("{_STATUS}").read_text().splitlines()
print(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
"""
"""Runs each mode, one after the other in one process, and prints the most kB that this took."""

HEAVY: dict[str, Json] = {
    "an enum of 50,000 numbers": {"enum": [*range(50_000)]},
    "an enum of 20,000 objects": {"enum": [{"k": at, "name": f"name {at}"} for at in range(20_000)]},
    "60 objects that hold one another, of 60 keys each": {
        "$ref": "#/$defs/0",
        "$defs": {
            str(at): {
                "type": "object",
                "properties": {str(to): {"$ref": f"#/$defs/{(7 * at + to) % 60}"} for to in range(60)},
            }
            for at in range(60)
        },
    },
    "a choice of 40 objects with 40 keys": {
        "oneOf": [
            {"type": "object", "required": [f"p{at}"], "properties": {f"p{key}": {"const": at} for key in range(40)}}
            for at in range(40)
        ]
    },
}


@pytest.mark.parametrize("name", HEAVY)
def test_it_takes_little_memory(name: str, tmp_path: Path) -> None:
    assert megabytes(HEAVY[name], tmp_path, lists=0) < _MEGABYTES


def test_a_count_takes_little_memory(tmp_path: Path) -> None:
    assert megabytes({"enum": [[at] for at in range(2_000)]}, tmp_path, lists=1) < _MEGABYTES


def megabytes(schema: Json, folder: Path, *, lists: int) -> float:
    """The most memory that making payloads took, and counting them if they are to be listed."""
    (folder / "schema.json").write_bytes(dump(schema))
    command = [sys.executable, "-c", _MEASURED.replace("{lists}", str(lists))]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True, env=unmeasured)
    return int(ended.stdout) / 1024
