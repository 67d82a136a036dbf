"""README.md can't lie: what it shows is run, and what it names exists."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from acceptance.console_blocks import ROOT, Step, at_port, run, settled, steps

from hookcli.capture.server import Answer, Receiver
from hookcli.cli import exits
from hookcli.cli.console import is_colourful
from hookcli.cli.main import COMMANDS, cli
from hookcli.cli.reports import SUMMARY_VARIABLE
from hookcli.cli.sender_options import DEFAULT_SECRET_ENV
from hookcli.cli.token_options import DEFAULT_TOKEN_ENV
from hookcli.reporting import CHECK_REPORTERS

README = (ROOT / "README.md").read_text("utf-8")
STEPS = steps(ROOT / "README.md")
CONTEXT = click.Context(cli)
SUBCOMMANDS = [cli.get_command(CONTEXT, name) for name in COMMANDS]
OPTIONS = {option for command in [cli, *SUBCOMMANDS] for each in command.params for option in each.opts}


def section(title: str) -> str:
    """The text under a heading, up to the next of its level."""
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)[1]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with Receiver(lambda request: Answer(200)) as receiver:
        yield receiver.port


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_console_block_shows_what_the_program_prints(step: Step, port: int) -> None:
    printed = run(at_port(step.command, port), HOOKCLI_SECRET="as-the-readme-exports-it")
    assert settled(printed) == settled(step.output)


def test_every_console_block_is_found() -> None:
    assert len({step.command for step in STEPS}) == README.count("\n$ ") >= 5


def test_commands_table_names_exactly_the_commands() -> None:
    assert re.findall(r"^\| `hookcli (\w+)", section("The commands"), re.MULTILINE) == list(COMMANDS)


def test_exit_code_table_has_exactly_the_exit_codes() -> None:
    table = re.findall(r"^\| (\d+) \|", section("Exit codes"), re.MULTILINE)
    assert [int(code) for code in table] == sorted(code for code in vars(exits).values() if isinstance(code, int))


def test_order_of_exit_codes_is_that_of_the_program() -> None:
    order = [int(code) for code in re.search(r"the worst wins: ([\d, ]+)\.", README)[1].split(", ")]
    rest = [order[at:] for at in range(len(order))]
    assert [exits.worst(codes) for codes in rest] == order


def test_every_option_in_the_readme_exists() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README))
    assert named - OPTIONS == set()


def test_every_variable_in_the_readme_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", README))
    monkeypatch.setenv("NO_COLOR", "1")
    assert named == {DEFAULT_SECRET_ENV, DEFAULT_TOKEN_ENV, SUMMARY_VARIABLE, "NO_COLOR"}
    assert not is_colourful()


def test_option_is_read_from_the_variable_that_the_readme_describes() -> None:
    assert "`HOOKCLI_<COMMAND>_<OPTION>`" in README
    by_variable = run("HOOKCLI_GENERATE_SEED=1 HOOKCLI_GENERATE_EVENT=message hookcli generate")
    assert by_variable == run("hookcli generate --seed 1 --event message")


@pytest.mark.parametrize("place", ["hookcli.toml:[generate]", "pyproject.toml:[tool.hookcli.generate]"])
def test_option_is_read_from_the_file_that_the_readme_describes(place: str, tmp_path: Path) -> None:
    name, table = place.split(":")
    assert f"`{name}`" in README
    assert f"`{table.replace('generate', '<command>')}`" in README
    (tmp_path / name).write_text(f'{table}\nseed = 1\nevent = ["message"]\n', "utf-8")
    assert run("hookcli generate", tmp_path) == run("hookcli generate --seed 1 --event message")


def test_install_line_installs_and_sends_in_one_command() -> None:
    install = "    python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/hookcli send\n"
    assert install in README


def test_ci_runs_the_test_line_of_the_readme() -> None:
    line = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"
    pick = re.search(r"^command=\$\((sed .* README\.md)\)$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)[1]
    picked = subprocess.run(["bash", "-c", pick], cwd=ROOT, check=True, capture_output=True, text=True)
    assert f"    {line}\n" in README
    assert picked.stdout == f"{line}\n"


def test_action_is_used_as_in_the_example_that_is_run() -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    example = (ROOT / "examples" / "ci" / "github-workflow.yml").read_text("utf-8")
    assert shown in example.replace(" --secret-env HAPTIK_SECRET", "")


def test_tests_of_the_readme_run_with_the_plugin(tmp_path: Path) -> None:
    """The application is the one of examples/pytest, which keeps no contract."""
    (shown,) = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    example = (ROOT / "examples" / "pytest" / "README.md").read_text("utf-8")
    for name, text in re.findall(r"`([\w.]+\.py)`:\n\n```python\n(.*?)^```$", example, re.DOTALL | re.MULTILINE):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "test_hook.py").write_text(f"import shop\n\n{shown}", "utf-8")
    words = "-q --tb=no -p no:asyncio -k 'kept and (closed or event.webhook_agent_chat_close or signature.missing)'"
    printed = run(f"python -m pytest {words}", tmp_path, HOOKCLI_SECRET="as-the-readme-exports-it")
    assert re.search(r"^1 failed, 2 passed, \d+ deselected in ", printed, re.MULTILINE), printed
    assert "[signature.missing]" in printed


def test_every_format_of_reports_is_told_of() -> None:
    listed = re.findall(r"^\* (`.*?`):", section("Reports"), re.MULTILINE)
    assert re.findall(r"\w+", " ".join(listed)) == list(CHECK_REPORTERS)


def test_every_link_leads_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not link.startswith("https://")]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_readme_is_read_in_three_minutes() -> None:
    assert len(README.split()) < 1300
