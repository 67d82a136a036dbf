"""The example of reports: its commands are run in its order, in a folder of their own."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from acceptance.console_blocks import ROOT, Step, run, steps

README = ROOT / "examples" / "reports" / "README.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reports")
    (made / "examples").symlink_to(ROOT / "examples")
    return made


def test_readme_shows_what_the_program_prints(folder: Path) -> None:
    shown = steps(README)
    assert [Step(step.command, run(step.command, folder)) for step in shown] == shown
    assert len(shown) == 6


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
def test_jq_finds_what_python_finds(folder: Path) -> None:
    run(steps(README)[0].command, folder)
    found = re.search(r"^```sh\n(.*?)^```$", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    assert run(found[1], folder) == steps(README)[1].output


def test_a_report_that_is_not_whole_is_told_of(folder: Path) -> None:
    report = {"interrupted": True, "reason": "no space left", "results": []}
    (folder / "cut.json").write_text(json.dumps(report))
    assert run("python3 examples/reports/findings.py cut.json; echo $?", folder) == "not the whole: no space left\n1\n"
