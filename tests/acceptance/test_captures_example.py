"""The example of captures: its commands are run in its order, on what `listen` really kept."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from acceptance.console_blocks import ROOT, Step, environment, run, steps
from endpoints import unused_port

README = ROOT / "examples" / "captures" / "README.md"


def in_shell(folder: Path, port: int) -> str:
    """The commands that make the store, on a port of this test's; listen is waited for, before and after."""
    found = re.search(r"^```sh\n(.*?)^```$", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    script = found[1].replace("8787", str(port)).replace("listen ", f"listen --port {port} ")
    return script.replace(" &\n", " 2>listen.txt &\nuntil grep -q ready listen.txt; do sleep 0.1; done\n") + "wait\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("captures")
    (made / "examples").symlink_to(ROOT / "examples")
    ended = subprocess.run(
        ["bash", "-c", in_shell(made, unused_port())],
        cwd=made,
        env=environment(),
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return made


def test_readme_shows_what_the_program_prints(folder: Path) -> None:
    shown = steps(README)
    assert [Step(step.command, run(step.command, folder)) for step in shown] == shown
    assert len(shown) == 4


def test_nothing_of_the_captured_payloads_is_left(folder: Path) -> None:
    made = "".join(run(step.command, folder) for step in steps(README)) + (folder / "captures.jsonl").read_text("utf-8")
    assert not [word for word in ("PetPals", "कविता", "Budi", "84402917", "haptikapp", "7906930") if word in made]
