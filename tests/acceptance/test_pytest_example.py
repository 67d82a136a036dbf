"""examples/pytest: its README is followed to the letter, and its two projects hold, and notice when they don't."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from acceptance.console_blocks import ROOT, Step, run, settled, steps

EXAMPLE = ROOT / "examples" / "pytest"
README = (EXAMPLE / "README.md").read_text("utf-8")
FILES = re.findall(r"`([\w.]+\.py)`:\n\n```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
SECRET = {"HOOKCLI_SECRET": "bark-twice", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the README."""
    made = tmp_path_factory.mktemp("shop")
    for name, text in FILES:
        (made / name).write_text(text, "utf-8")
    return made


@pytest.mark.parametrize("step", steps(EXAMPLE / "README.md"), ids=str)
def test_console_block_shows_what_is_printed(step: Step, folder: Path) -> None:
    assert [name for name, _ in FILES] == ["shop.py", "conftest.py", "test_hook.py"]
    assert settled(run(step.command, folder, PYTHONDONTWRITEBYTECODE="1")) == settled(step.output)


SABOTAGE = {
    "fastapi": ("desk/app.py", "raise HTTPException(401)", "pass", "signature.missing"),
    "django": ("tickets/views.py", "return HttpResponse(status=400)", "event['data']", "robust.garbage"),
}
"""Of each project: in this file, this, becomes that, and this check notices."""


@pytest.mark.parametrize("name", SABOTAGE)
def test_project_keeps_the_contract_and_notices_when_it_does_not(name: str, tmp_path: Path) -> None:
    project = tmp_path / name
    shutil.copytree(EXAMPLE / name, project, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
    words = "python -m pytest -q -p no:asyncio -p no:cacheprovider"
    assert re.search(r"^33 passed, 4 skipped in ", run(words, project, **SECRET), re.MULTILINE)
    file, old, new, check = SABOTAGE[name]
    text = (project / file).read_text("utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new), "utf-8")
    printed = run(f"{words} -k '{check}'", project, **SECRET)
    assert f"ContractBroken: {check}: " in printed
    assert re.search(r"^1 failed, \d+ deselected in ", printed, re.MULTILINE)


def test_fixtures_and_settings_of_the_readme_are_those_of_the_plugin() -> None:
    from hookcli.testing import plugin

    named = {*re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)}
    assert named == {name for name in vars(plugin) if name.startswith(("haptik", "hookcli_"))}
    assert {*re.findall(r"--hookcli-\w+", README)} <= {"--hookcli-target", "--hookcli-path", "--hookcli-seed"}
