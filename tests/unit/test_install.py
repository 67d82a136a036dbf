"""The bundled schemas are found from a wheel, an editable install and a plain checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, so that a build leaves nothing in the real one."""
    copy = tmp_path_factory.mktemp("build") / "checkout"
    for name in ("hookcli", "schemas"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def build(checkout: Path, hook: str, into: Path) -> Path:
    """Call one hook of the build backend, and unpack the wheel that it makes."""
    code = f"from setuptools import build_meta; build_meta.{hook}({str(into)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=checkout, check=True, capture_output=True)
    with zipfile.ZipFile(next(into.glob("*.whl"))) as wheel:
        wheel.extractall(into / "site")
    return into / "site"


def events(folder: Path, setup: str, elsewhere: Path) -> list[str]:
    """What `hookcli events` prints when only `folder` is on the path, run from somewhere else."""
    code = f"import sys, site; {setup}; from hookcli.cli.main import run; sys.exit(run(['events']))"
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "FOLDER": str(folder)}
    run = subprocess.run([sys.executable, "-c", code], cwd=elsewhere, env=environment, capture_output=True, text=True)
    assert run.stderr == ""
    return [line.split()[0] for line in run.stdout.splitlines()]


SEVEN = [
    "webhook_agent_chat_close",
    "webhook_agent_chat_complete",
    "webhook_conversation_complete_partial",
    "webhook_conversation_complete",
    "message",
    "chat_pinned",
    "chat_complete",
]


def test_schemas_are_found_in_a_plain_checkout(checkout: Path, tmp_path: Path) -> None:
    assert events(checkout, "import os; sys.path.insert(0, os.environ['FOLDER'])", tmp_path) == SEVEN


def test_schemas_are_found_in_a_wheel(checkout: Path, tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    site = build(checkout, "build_wheel", tmp_path)
    assert (site / "hookcli" / "schemas" / "haptik" / "parts" / "user.json").is_file()
    assert (site / "hookcli" / "page" / "static" / "page.html").is_file()
    assert (site / "hookcli" / "reporting" / "report.schema.json").is_file()
    assert events(site, "import os; sys.path.insert(0, os.environ['FOLDER'])", tmp_path) == SEVEN


def test_schemas_are_found_in_an_editable_install(checkout: Path, tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    site = build(checkout, "build_editable", tmp_path)
    assert not (site / "hookcli" / "schemas").exists()
    code = "import os; sys.path[:] = [p for p in sys.path if 'hookcli' not in p]; site.addsitedir(os.environ['FOLDER'])"
    assert events(site, code, tmp_path) == SEVEN
