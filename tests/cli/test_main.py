"""The frame around the commands: start-up, exit codes, interruptions, bugs, configuration."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from report_schema import hold

from hookcli.cli import exits, main
from hookcli.errors import ConnectionFailed, FileUnreadable

HEAVY = ("httpx", "httpcore", "jsonschema", "jsonschema_rs", "rich", "orjson", "hookcli.schema", "hookcli.generation")


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["-h"]])
def test_version_and_help_import_no_heavy_library(words: list[str]) -> None:
    code = f"import sys; from hookcli.cli.main import run; run({words!r}); print([m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_a_valid_file_is_judged_without_what_explains_invalid_ones(tmp_path: Path) -> None:
    file = Path(__file__).resolve().parents[2] / "examples/haptik/captured/message.json"
    code = (
        f"import sys; from hookcli.cli.main import run; run(['validate', {str(file)!r}]); "
        "print([m for m in ('httpcore', 'jsonschema', 'rich', 'hookcli.generation.compiler') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


UNNEEDED = (
    "rich", "httpx", "httpcore", "ssl", "jsonschema", "click.shell_completion",
    "hookcli.cli.counts", "hookcli.delivery", "hookcli.generation.blame", "hookcli.generation.draws",
    "hookcli.generation.edits", "hookcli.generation.text.languages", "hookcli.generation.vocabulary",
    "hookcli.jsonreader", "hookcli.schema.parts", "hookcli.validation",
)  # fmt: skip


@pytest.mark.parametrize("words", [[], ["--event", "message"], ["--schema", "pet.json"]])
def test_one_payload_is_generated_without_what_few_need(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "pet.json").write_text('{"type": "object", "required": ["name"], "properties": {"name": {}}}')
    code = (
        f"import sys; from hookcli.cli.main import run; run(['generate', '-n', '1', *{words!r}]); "
        f"print([m for m in {UNNEEDED!r} if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout.splitlines()[-1] == "[]"


def test_a_dry_run_needs_nothing_that_sends() -> None:
    code = (
        "import sys; from hookcli.cli.main import run; run(['send', '--dry-run']); "
        "print([m for m in ('httpcore', 'ssl', 'jsonschema', 'rich', 'hookcli.delivery.client') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_a_run_spends_no_time_on_looking_for_cycles() -> None:
    code = (
        "import gc, sys; sys.argv = ['hookcli', '--version']\n"
        "from hookcli.cli import main\n"
        "try: main()\n"
        "finally: print(gc.isenabled(), gc.get_threshold()[0] > 10_000, gc.get_freeze_count() > 10_000)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "True True True"


def test_python_m_hookcli_is_the_same_program() -> None:
    run = subprocess.run([sys.executable, "-m", "hookcli", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("hookcli ")


@pytest.mark.parametrize(
    ("codes", "code"),
    [([], 0), ([0, 0], 0), ([0, 1], 1), ([1, 3, 0], 3), ([3, 4, 1], 4), ([4, 70], 70)],
)
def test_the_worst_code_wins(codes: list[int], code: int) -> None:
    assert exits.worst(codes) == code


def test_errors_have_the_code_of_their_kind() -> None:
    assert exits.code_of_error(FileUnreadable("x")) == 3
    assert exits.code_of_error(ConnectionFailed("x")) == 4


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes `hookcli events` raise something."""

    def make(error: BaseException) -> None:
        @click.command()
        def events() -> None:
            raise error

        monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: events)

    return make


def test_a_bug_is_called_one_and_has_no_traceback(hookcli, faulty) -> None:
    faulty(ZeroDivisionError("oh"))
    ended = hookcli("events")
    assert ended.code == 70
    assert "this is a bug in hookcli" in ended.err
    assert "Traceback" not in ended.err


def test_a_bug_shows_its_traceback_when_asked(hookcli, faulty) -> None:
    faulty(ZeroDivisionError("oh"))
    assert "Traceback" in hookcli("-v", "events").err


def test_an_interruption_is_130(hookcli, faulty) -> None:
    faulty(KeyboardInterrupt())
    ended = hookcli("events")
    assert (ended.code, ended.err.strip()) == (130, "error: interrupted.")


def test_quiet_and_verbose_exclude_each_other(hookcli) -> None:
    assert hookcli("-q", "-v", "events").code == 2


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m hookcli generate --seed 1 -n 20000 | head -n 1; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert run.returncode == 141
    assert run.stderr == ""
    assert run.stdout.count("\n") == 1


def test_ctrl_c_while_sending_ends_at_once_with_130(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        words = [sys.executable, "-m", "hookcli", "send", str(port), "--seed", "1", "--timeout", "60"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        connection, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
        connection.close()
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err + out


def test_a_setting_in_hookcli_toml_counts(hookcli, tmp_path: Path) -> None:
    (tmp_path / "hookcli.toml").write_text('[generate]\nseed = 5\nmode = "minimal"\n')
    assert hookcli("generate").out == hookcli("generate", "--seed", "5", "--mode", "minimal").out


def test_a_setting_in_pyproject_toml_counts_in_folders_below_too(hookcli, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.hookcli.generate]\nseed = 5\nevent = ["message"]\n')
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert hookcli("generate").out == hookcli("generate", "--seed", "5", "--event", "message").out


def test_a_path_in_a_file_is_one_beside_it(hookcli, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "hookcli.toml").write_text('[generate]\nschema = "s.json"\n')
    (tmp_path / "s.json").write_text('{"const": 5}')
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert hookcli("generate", "--seed", "1").out == "5\n"


def test_the_environment_beats_the_file_and_a_flag_beats_both(hookcli, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "hookcli.toml").write_text("[generate]\nseed = 5\n")
    monkeypatch.setenv("HOOKCLI_GENERATE_SEED", "6")
    assert hookcli("generate").out == hookcli("generate", "--seed", "6").out
    assert hookcli("generate", "--seed", "7").out != hookcli("generate").out


def test_an_option_with_dashes_has_a_variable_with_underscores(hookcli, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_VALIDATE_MAX_VIOLATIONS", "0")
    ended = hookcli("validate", "x.json")
    assert ended.code == 2
    assert "max-violations" in ended.err


def test_several_values_in_the_environment_stand_on_lines(hookcli, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_GENERATE_SET", "user.auth_id=a b\nbusiness_id=7")
    out = hookcli("generate", "--seed", "1", "--event", "message").out
    assert '"auth_id":"a b"' in out
    assert '"business_id":7' in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[generate\n", "not TOML"),
        ("[genrate]\n", "no command 'genrate'"),
        ("generate = 1\n", "must be a table"),
        ("[generate]\nsede = 1\n", "no option 'sede'"),
        ('[send]\nsecret = "x"\n', "a secret doesn't belong"),
    ],
)
def test_a_faulty_file_is_an_error_that_names_it(hookcli, tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "hookcli.toml").write_text(content)
    ended = hookcli("send" if "send" in content else "generate", "--seed", "1")
    assert ended.code == 3
    assert words in ended.err
    assert "hookcli.toml" in ended.err


def test_a_file_that_is_not_utf_8_is_an_error(hookcli, tmp_path: Path) -> None:
    (tmp_path / "hookcli.toml").write_bytes(b"\xff")
    assert "not UTF-8" in hookcli("generate").err


def test_a_pyproject_without_our_settings_is_passed_over(hookcli, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("this is [not TOML")
    assert hookcli("generate", "--seed", "1").code == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_offers_commands_and_events(shell: str) -> None:
    words = {"bash": ("hookcli generate --event chat_", "3"), "zsh": ("hookcli generate --event chat_", "3"),
             "fish": ("hookcli generate --event chat_", "chat_")}[shell]  # fmt: skip
    environment = {
        **os.environ,
        "_HOOKCLI_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words[0],
        "COMP_CWORD": words[1],
    }
    run = subprocess.run(
        [sys.executable, "-m", "hookcli"], env=environment, capture_output=True, text=True, check=False
    )
    assert "chat_pinned" in run.stdout
    assert "chat_complete" in run.stdout
    assert "Traceback" not in run.stderr


def test_a_working_directory_that_is_gone_is_no_bug(tmp_path: Path) -> None:
    command = f"mkdir gone && cd gone && rmdir ../gone && {sys.executable} -m hookcli events"
    run = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, len(run.stdout.splitlines())) == (0, 7)


def test_a_closed_standard_output_is_no_bug() -> None:
    run = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m hookcli events >&-"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 3
    assert "standard output is closed" in run.stderr


def test_a_file_name_cannot_command_the_terminal(hookcli) -> None:
    ended = hookcli("generate", "--schema", "a\x1b[31m.json")
    assert "\x1b[31m" not in ended.err
    assert "\\x1b[31m" in ended.err


def test_a_schema_without_end_is_not_read_to_the_end(hookcli) -> None:
    ended = hookcli("generate", "--schema", "/dev/zero")
    assert ended.code == 3
    assert "longer than" in ended.err


def test_one_value_for_a_repeatable_option_in_a_file(hookcli, tmp_path: Path) -> None:
    (tmp_path / "hookcli.toml").write_text('[generate]\nevent = "message"\nseed = 1\n')
    assert hookcli("generate").out.count("\n") == 1


@pytest.mark.parametrize("format_name", ["json", "jsonl", "junit", "text"])
def test_an_interrupted_run_does_not_look_complete(tmp_path: Path, format_name: str) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        words = [
            sys.executable,
            "-m",
            "hookcli",
            "send",
            str(port),
            "--seed",
            "1",
            "--timeout",
            "60",
            "--format",
            format_name,
        ]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        connection, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=10)
        connection.close()
    hold(words, out, Path())
    assert process.returncode == 130
    assert "interrupted" in out
