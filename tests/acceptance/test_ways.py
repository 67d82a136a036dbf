"""The ways into hooks and pipelines: each is followed as examples/ci/README.md says, and what it runs is run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from acceptance.actions import Action, Ran
from acceptance.console_blocks import ROOT, Step, at_port, environment, run, steps
from endpoints import unused_port
from official import FORMATS, junit, sarif, table
from report_schema import hold_text

from hookcli.cli.reports import SUMMARY_VARIABLE

EXAMPLE = ROOT / "examples" / "ci"
README = (EXAMPLE / "README.md").read_text("utf-8")
SHIPPED = (
    ".pre-commit-hooks.yaml", "CHANGELOG.md", "LICENSE", "README.md", "action.yml", "examples", "hookcli",
    "pyproject.toml", "schemas", "setup.cfg",
)  # fmt: skip
ADDRESS = "https://github.com/OWNER/hookcli"
BROKEN = '{"event_name": "message"}\n'


def shell(title: str) -> str:
    """The commands under a heading."""
    return re.search(rf"^## {title}\n.*?^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[1]


def in_shell(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """What becomes of commands, in a folder, the first that fails ending it; the streams are one."""
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment(**env),
        timeout=300,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of hookcli, as it is in this folder."""
    made = tmp_path_factory.mktemp("clone") / "hookcli"
    made.mkdir()
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, made / name, ignore=unwanted)
        else:
            shutil.copy(ROOT / name, made / name)
    commit(made)
    return made


def commit(folder: Path) -> None:
    named = "-c user.name=Mia -c user.email=mia@example.com"
    ended = in_shell(f"git init -q -b main; git add .; git {named} commit -qnm 'All of it'", folder)
    assert ended.returncode == 0, ended.stdout


@pytest.fixture(scope="module")
def shop(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the README, made by its own commands."""
    folder = tmp_path_factory.mktemp("ways")
    ended = in_shell(shell("A project to try it with"), folder, HOOKCLI=str(clone))
    assert ended.returncode == 0, ended.stdout
    return folder / "shop"


@pytest.fixture
def port() -> int:
    return unused_port()


@pytest.fixture
def work(shop: Path, tmp_path: Path) -> Path:
    """A checkout of the project."""
    made = tmp_path / "work"
    shutil.copytree(shop, made, ignore=shutil.ignore_patterns(".venv", ".git"))
    return made


def path_of(shop: Path) -> str:
    return f"{shop}/.venv/bin:{environment()['PATH']}"


def break_payload(folder: Path) -> None:
    (folder / "fixtures" / "haptik" / "broken.json").write_text(BROKEN, "utf-8")


def break_endpoint(folder: Path) -> None:
    file = folder / "app.py"
    file.write_text(file.read_text("utf-8").replace("abort(401)", "pass", 1), "utf-8")


@pytest.mark.parametrize("step", steps(EXAMPLE / "README.md"), ids=str)
def test_console_block_shows_what_is_printed(step: Step, shop: Path, port: int) -> None:
    assert run(at_port(step.command, port), shop, PATH=path_of(shop)) == step.output


# pre-commit


@pytest.fixture(scope="module")
def hooked(shop: Path, clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with pre-commit, as the README says; and a folder beside it where pre-commit keeps what it installs."""
    folder = tmp_path_factory.mktemp("hooked")
    made = folder / "shop"
    shutil.copytree(shop, made, ignore=shutil.ignore_patterns(".venv"))
    script = shell("pre-commit").replace("pip install -q pre-commit && ", "")
    config = f"sed -i.before 's|{ADDRESS}|{clone}|' .pre-commit-config.yaml; rm .pre-commit-config.yaml.before"
    copied, *rest = script.splitlines()
    env = {"HOOKCLI": str(clone), "PRE_COMMIT_HOME": str(folder / "kept"), **AUTHOR}
    ended = in_shell("\n".join([copied, config, *rest]), made, **env)
    assert ended.returncode == 0, ended.stdout
    assert re.search(r"^validate captured webhooks\.+Passed$", ended.stdout, re.MULTILINE)
    return made


AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Mia"), ("EMAIL", "mia@example.com"))
}


@pytest.mark.skipif(sys.platform == "win32", reason="the README's commands are for a POSIX shell")
def test_pre_commit_lets_no_broken_payload_in(hooked: Path) -> None:
    break_payload(hooked)
    (hooked / "package.json").write_text("{}", "utf-8")
    (hooked / "fixtures" / "haptik" / "README.md").write_text("What was captured", "utf-8")
    (hooked / "hookcli.toml").write_text("[validate]\nformat = 'json'\noutput = 'elsewhere.json'", "utf-8")
    kept = {"PRE_COMMIT_HOME": str(hooked.parent / "kept"), **AUTHOR}
    ended = in_shell("git add . && git commit -m 'More of them'", hooked, **kept)
    assert ended.returncode == 1
    assert "fixtures/haptik/broken.json:1:1  invalid  message\n" in ended.stdout
    assert "has no key 'user'  (required)" in ended.stdout
    assert "package.json" not in ended.stdout
    assert "1 payload: 1 invalid\n" in ended.stdout
    assert "More of them" not in in_shell("git log", hooked).stdout


def test_without_files_pre_commit_looks_at_what_has_haptik_in_its_path() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    named = [
        "tests/haptik/a.json",
        "Haptik-closed.jsonl",
        "x/haptik.har",
        "package.json",
        "haptik.py",
        "haptik/a.json5",
    ]
    assert [name for name in named if re.search(hook["files"], name)] == named[:3]


# GitHub


@pytest.fixture(scope="module")
def action(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Action:
    return Action(clone, tmp_path_factory.mktemp("temp"))


WORKFLOW = yaml.safe_load((EXAMPLE / "github-workflow.yml").read_text("utf-8"))["jobs"]["webhooks"]
CAPTURED, ENDPOINT = (step for step in WORKFLOW["steps"] if step.get("uses") == "OWNER/hookcli@main")


def by_workflow(action: Action, step: dict, shop: Path, work: Path, port: int, event: dict | None = None) -> Ran:
    """The action, as a step of the workflow runs it; Flask is where the workflow has installed it."""
    given = {name: at_port(str(value), port) for name, value in step["with"].items()}
    env = {"PATH": path_of(shop), SUMMARY_VARIABLE: str(work / "summary.md"), **WORKFLOW["env"]}
    return action.run(work, given, event=event, **env)


def test_action_finds_nothing_where_all_is_fine(action: Action, shop: Path, work: Path, port: int) -> None:
    for step, rows in ((CAPTURED, 0), (ENDPOINT, 34)):
        ran = by_workflow(action, step, shop, work, port)
        assert (ran.code, ran.outputs["exit-code"]) == (0, "0"), ran.log
        assert sarif((work / ran.outputs["sarif"]).read_text("utf-8"))["results"] == []
        assert "::error" not in ran.log
        assert rows < 1 or f"{rows} checks" in (work / "summary.md").read_text("utf-8")


def test_action_marks_lines_writes_a_summary_and_uploads(action: Action, shop: Path, work: Path, port: int) -> None:
    break_payload(work)
    break_endpoint(work)
    for step, marked, rule in (
        (CAPTURED, "::error file=fixtures/haptik/broken.json,line=1,", "required"),
        (ENDPOINT, "::error file=app.py,title=hookcli check%3A signature.missing::", "signature.missing"),
    ):
        ran = by_workflow(action, step, shop, work, port)
        assert (ran.code, ran.outputs["exit-code"]) == (1, "1")
        assert marked in ran.log
        report = ran.outputs["sarif"]
        assert rule in {result["ruleId"] for result in sarif((work / report).read_text("utf-8"))["results"]}
        given = {"sarif_file": report, "category": step["with"]["category"]}
        assert ran.used == [("github/codeql-action/upload-sarif@v4", given)]
    captured, _, endpoint = (work / "summary.md").read_text("utf-8").partition("### hookcli check")
    assert "<code>required</code>" in {row[1] for row in table(captured)}
    assert "<code>signature.missing</code>" in {row[1] for row in table(endpoint)}


def test_action_uploads_nothing_for_a_fork_or_when_it_is_told_not_to(action: Action, work: Path) -> None:
    break_payload(work)
    fork = {"pull_request": {"head": {"repo": {"fork": True}}}}
    for more, event in (({}, fork), ({"upload-sarif": "false"}, {})):
        ran = action.run(work, {"args": "fixtures", **more}, event=event)
        assert (ran.code, ran.used) == (1, [])


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"command": "send", "args": "8000"}, 2, "::error title=hookcli::command is 'send', but must be"),
        ({"args": ""}, 2, "Missing argument 'PATH...'"),
        ({"command": "check", "args": "9/hook --start false"}, 4, "::error title=hookcli check::--start: false ended"),
        ({"args": " "}, 2, "Missing argument 'PATH...'"),
        ({"args": "'fixtures"}, 2, "::error title=hookcli::args cannot be split into words"),
        ({"args": "fixtures", "python": "no-such"}, 3, "::error title=hookcli::hookcli wants Python 3.10 or later"),
        ({"args": "no/such/folder"}, 3, "no/such/folder"),
        ({"args": "fixtures --no-such-option"}, 2, "No such option"),
        ({"args": "fixtures --no-such-option"}, 2, "::error title=hookcli validate::It ended with 2"),
        ({"args": "$(touch started); `touch started` | touch started"}, 3, ""),
    ],
)
def test_action_says_what_cannot_be(action: Action, work: Path, given: dict[str, str], code: int, said: str) -> None:
    ran = action.run(work, given)
    assert ran.code == code, ran.log
    assert said in ran.log
    assert not (work / "started").exists()
    assert code < 4 or ran.used == []


def test_action_reads_words_as_a_shell_does(action: Action, work: Path) -> None:
    (work / "two words").mkdir()
    (work / "two words" / "a'b.json").write_text(BROKEN, "utf-8")
    (work / "hookcli.toml").write_text("[validate]\noutput = 'elsewhere.txt'", "utf-8")
    for words in ("'two words'\n", '"two words/a\'b.json" \\\n', "two\\ words/a\\'b.json "):
        ran = action.run(work, {"args": f"{words}--format json"})
        hold_text("json", ran.log)
        assert json.loads(ran.log)["summary"]["invalid"] == 1


def test_action_asks_an_endpoint_in_a_folder(action: Action, shop: Path, work: Path, port: int) -> None:
    (work / "services").mkdir()
    (work / "app.py").rename(work / "services" / "app.py")
    step = yaml.safe_load(re.search(r"^```yaml\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[1])
    given = {**step, "args": step["args"].replace("services/shop", "services")}
    ran = by_workflow(action, {"with": {**given, "args": f"{given['args']} --only event.message"}}, shop, work, port)
    assert ran.code == 0, ran.log


def test_action_installs_beside_a_python_that_is_named(action: Action, shop: Path, work: Path) -> None:
    given = {"command": "check", "python": "python", "args": "/hook --wsgi app:app --only event.message"}
    ran = action.run(work, given, PATH=path_of(shop), HAPTIK_SECRET="wag", HOOKCLI_SECRET="wag", PYTHONPATH=str(work))
    assert ran.code == 0, ran.log


# GitLab and Jenkins


def jenkins() -> tuple[str, list[tuple[str, str]], dict[str, str]]:
    """The command that installs; each other one, with the JUnit file of its findings; and the variables."""
    text = (EXAMPLE / "Jenkinsfile").read_text("utf-8")
    install, *asked = [
        long or short for long, short in re.findall(r"sh (?:'''(.*?)'''|'(.*?)'$)", text, re.DOTALL | re.MULTILINE)
    ]
    shown = re.search(r"junit testResults: '(.*?)'", text)[1].split(", ")
    return (
        install,
        list(zip(asked, shown, strict=True)),
        dict(re.findall(r"^ {8}([A-Z_]+) = '(.*?)'", text, re.MULTILINE)),
    )


def gitlab() -> tuple[str, list[tuple[str, str]], dict[str, str]]:
    """The same."""
    pipeline = yaml.safe_load((EXAMPLE / "gitlab-ci.yml").read_text("utf-8"))
    variables, base, *jobs = pipeline.values()
    (install,) = base["before_script"]
    shown = base["artifacts"]["reports"]["junit"]
    assert [job["extends"] for job in jobs] == [".hookcli"] * 2
    return install, [(command, shown) for job in jobs for command in job["script"]], variables


@pytest.mark.parametrize("pipeline", [gitlab, jenkins])
def test_pipeline_passes_and_fails_with_its_findings(pipeline, clone: Path, shop: Path, work: Path, port: int) -> None:
    install, asked, variables = pipeline()
    assert variables["HOOKCLI"] == f"git+{ADDRESS}"
    env = {**variables, "PATH": path_of(shop), "HOOKCLI": f"git+file://{clone}"}
    installed = in_shell(install, work, **env)
    assert installed.returncode == 0, installed.stdout
    for is_broken in (False, True):
        for command, shown in asked:
            (work / shown).unlink(missing_ok=True)
            ended = in_shell(at_port(command, port), work, **env)
            assert ended.returncode == int(is_broken), ended.stdout
            assert (junit((work / shown).read_text("utf-8")).find(".//failure") is not None) is is_broken
        break_payload(work)
        break_endpoint(work)


# All of them


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        (ROOT / "action.yml", ["--builtin-schema", "vendor.github-actions"]),
        (EXAMPLE / "github-workflow.yml", ["--builtin-schema", "vendor.github-workflows"]),
        (EXAMPLE / "gitlab-ci.yml", ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
        (ROOT / ".pre-commit-hooks.yaml", ["--schemafile", FORMATS / "schemastore" / "pre-commit-hooks.json"]),
        (EXAMPLE / "pre-commit-config.yaml", ["--schemafile", FORMATS / "schemastore" / "pre-commit-config.json"]),
    ],
    ids=lambda each: each.name if isinstance(each, Path) else "",
)
def test_file_is_what_its_published_schema_wants(file: Path, schema: list[object], tmp_path: Path) -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--no-cache", *map(str, schema)]
    assert subprocess.run([*check, str(file)], stdout=subprocess.PIPE).returncode == 0
    (tmp_path / file.name).write_text(file.read_text("utf-8").replace("hookcli", "[]").replace(":", ": -"), "utf-8")
    assert subprocess.run([*check, str(tmp_path / file.name)], stdout=subprocess.PIPE).returncode == 1


def test_readme_names_every_file_and_every_input_of_the_action() -> None:
    named = set(re.findall(r"^\| \[?[\w -]+\]?(?:\(.*?\))? \| `([\w.-]+)`", README, re.MULTILINE))
    assert named == {file.name for file in EXAMPLE.iterdir()} - {
        "README.md",
        "app.py",
        "requirements.txt",
        "__pycache__",
    }
    assert re.findall(r"examples/ci/([\w.-]+)", README)
    assert all((EXAMPLE / name).exists() for name in re.findall(r"examples/ci/([\w.-]+)", README))
