"""Runs a composite action of GitHub's, as its runner does: the shell steps are executed, and what they say is read.

Steps that use other actions are not run, but it is told which would be, with what.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from acceptance.console_blocks import environment

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"'[^']*'|\b(?!always\b|true\b|and\b|or\b)[a-z][\w-]*(?:\.[\w-]+)*")


@dataclass
class Ran:
    """How the action went."""

    code: int = 0
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Each action that it would use, and with what."""


class Action:
    """A composite action; what its step `install` was asked for once, with the same variables, it is not asked again.

    Args:
        folder: where it is checked out.
        temp: of the job.
    """

    def __init__(self, folder: Path, temp: Path) -> None:
        self._folder = folder
        self._temp = temp
        self._installed: dict[str, dict[str, str]] = {}
        self._action = yaml.safe_load((folder / "action.yml").read_text("utf-8"))

    def run(self, workspace: Path, given: dict[str, str], *, event: dict[str, Any] | None = None, **env: str) -> Ran:
        """Run it in a workspace, with inputs; what a step does is what GitHub documents of its shell `bash`."""
        inputs = {name: each.get("default", "") for name, each in self._action["inputs"].items()}
        assert given.keys() <= inputs.keys()
        required = {name for name, each in self._action["inputs"].items() if each.get("required")}
        assert required <= given.keys()
        known: dict[str, Any] = {
            "inputs": {**inputs, **given},
            "github": {"action_path": str(self._folder), "event": event or {}},
            "runner": {"temp": str(self._temp)},
            "steps": {},
        }
        ran = Ran()
        for step in self._action["runs"]["steps"]:
            condition = step.get("if", "")
            if (ran.code and "always()" not in condition) or (condition and not self._value(condition, known)):
                continue
            if "uses" in step:
                ran.used.append((step["uses"], {key: self._filled(text, known) for key, text in step["with"].items()}))
                continue
            assert step["shell"] == "bash"
            variables = {name: self._filled(text, known) for name, text in step.get("env", {}).items()}
            wish = f"{step['id']} {variables}"
            code, log, outputs = 0, "", self._installed.get(wish, {})
            if not outputs:
                code, log, outputs = self._execute(step["run"], workspace, {**env, **variables})
            if step["id"] == "install" and not code:
                self._installed[wish] = outputs
            ran.code, ran.log = ran.code or code, ran.log + log
            known["steps"][step["id"]] = {"outputs": outputs}
        ran.outputs = {name: self._filled(each["value"], known) for name, each in self._action["outputs"].items()}
        return ran

    def _execute(self, script: str, workspace: Path, env: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        said = self._temp / "outputs"
        said.write_text("", "utf-8")
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=workspace,
            env=environment(GITHUB_OUTPUT=str(said), **env),
            timeout=180,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        outputs = dict(line.split("=", 1) for line in said.read_text("utf-8").splitlines())
        return ended.returncode, ended.stdout.decode(), outputs

    def _filled(self, text: str, known: dict[str, Any]) -> str:
        return _EXPRESSION.sub(lambda found: str(self._value(found[1], known)), text)

    def _value(self, expression: str, known: dict[str, Any]) -> Any:
        """An expression's value; what is unknown is an empty string, as GitHub has it."""

        def named(found: re.Match[str]) -> str:
            if found[0].startswith("'"):
                return found[0]
            value: Any = known
            for name in found[0].split("."):
                value = value.get(name, "") if isinstance(value, dict) else ""
            return repr(value)

        python = expression.replace("&&", " and ").replace("||", " or ")
        python = re.sub(r"(?<!')\btrue\b", "True", python)
        return eval(_NAME.sub(named, " ".join(python.split())), {"always": lambda: True})
