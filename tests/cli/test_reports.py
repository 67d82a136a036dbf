"""Reports as a CI job gets them: any number at once, each whole, none with a secret, whatever way the run ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from endpoints import refusing
from faulty import SECRET, shop
from official import commands, junit, sarif, table
from report_schema import hold

from hookcli.capture.server import Answer, Receiver, Request

ROOT = Path(__file__).resolve().parents[2]
BROKEN = ROOT / "examples" / "haptik" / "broken.json"
FORMATS = ("text", "json", "jsonl", "junit", "sarif", "github", "markdown")
FEW = ("--seed", "1", "--only", "status.200", "--only", "signature.missing", "--only", "https")


def all_formats(folder: str = ".") -> list[str]:
    return [word for name in FORMATS for word in ("--report", f"{name}={folder}/report.{name}")]


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """The URL of an endpoint that answers like this: `url(shop)`."""
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET)
    opened = []

    def serve(answer: Callable[[Request], Answer] = shop) -> str:
        opened.append(Receiver(answer))
        return f"{opened[-1].__enter__().url}hook"

    yield serve
    for receiver in opened:
        receiver.__exit__(None, None, None)


@pytest.fixture
def summary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where GitHub Actions would take a step's summary."""
    file = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


def test_any_number_of_reports_at_once_and_each_is_of_its_format(hookcli, url, tmp_path: Path) -> None:
    ended = hookcli("check", url(), *FEW, *all_formats())
    assert ended.code == 1
    read = {name: (tmp_path / f"report.{name}").read_text("utf-8") for name in FORMATS}
    assert read["text"] == ended.out
    assert len(sarif(read["sarif"])["results"]) == 2
    assert junit(read["junit"]).get("tests") == "3"
    assert [each.name for each in commands(read["github"])] == ["warning", "error"]
    assert len(table(read["markdown"])) == 3
    counts = {"checks": 3, "pass": 0, "warn": 1, "fail": 1, "skip": 1, "error": 0}
    assert json.loads(read["json"])["summary"] == counts
    assert json.loads(read["jsonl"].splitlines()[-1])["summary"] == counts


@pytest.mark.parametrize(
    "words", [["validate", str(BROKEN)], ["send", "{url}", "--event", "message", "--expect", "404"]]
)
def test_validate_and_send_have_all_formats_too(hookcli, url, tmp_path: Path, words: list[str]) -> None:
    address = url()
    assert hookcli(*[word.format(url=address) for word in words], *all_formats()).code == 1
    assert sarif((tmp_path / "report.sarif").read_text())["results"]
    assert junit((tmp_path / "report.junit").read_text()).get("failures") == "1"
    assert commands((tmp_path / "report.github").read_text())
    assert table((tmp_path / "report.markdown").read_text())


@pytest.mark.parametrize("words", [["--format", "github"], ["--report", "github=annotations.txt"]])
def test_summary_is_appended_where_github_takes_one(hookcli, url, summary: Path, words: list[str]) -> None:
    summary.write_text("# of another command\n", "utf-8")
    hookcli("check", url(), *FEW, *words)
    text = summary.read_text("utf-8")
    assert text.startswith("# of another command\n### hookcli check\n\n")
    assert len(table(text)) == 3


def test_summary_is_written_for_github_alone(hookcli, summary: Path) -> None:
    hookcli("validate", BROKEN, "--report", "sarif=a.sarif")
    assert not summary.exists()
    hookcli("validate", BROKEN, "--format", "github")
    assert summary.read_text("utf-8").startswith("### hookcli validate\n")


def test_without_a_place_for_a_summary_there_are_annotations_alone(hookcli, monkeypatch, tmp_path: Path) -> None:
    for value in (None, ""):
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", value) if value is not None else None
        out = hookcli("validate", BROKEN, "--format", "github").out
        assert len(commands(out)) == 3
        assert "|" not in out
    assert list(tmp_path.iterdir()) == []


def test_summary_takes_the_room_that_other_commands_left(hookcli, summary: Path) -> None:
    summary.write_text("x" * (1024 * 1024 - 100), "utf-8")
    assert hookcli("validate", BROKEN, "--format", "github").code == 1
    assert summary.stat().st_size == 1024 * 1024 - 100


def test_a_summary_that_cannot_be_written_is_an_error_before_anything_is_sent(hookcli, url, monkeypatch) -> None:
    seen: list[Request] = []
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "none/summary.md")
    ended = hookcli("check", url(lambda request: seen.append(request) or Answer(200)), *FEW, "--format", "github")
    assert (ended.code, ended.out, seen) == (3, "", [])
    assert "none/summary.md: cannot write there" in ended.err


def test_a_report_is_opened_late_and_takes_its_place_whole(hookcli, url, tmp_path: Path) -> None:
    file, there = tmp_path / "report.jsonl", []
    file.write_text("of the last run\n")

    def answer(request: Request) -> Answer:
        there.append(file.read_text())
        return shop(request)

    hookcli("check", url(answer), *FEW, "--report", "jsonl=report.jsonl", "--report", "json=new.json")
    assert set(there) == {"of the last run\n"}
    assert file.read_text().startswith('{"id":"status.200"')
    assert sorted(each.name for each in tmp_path.iterdir()) == ["new.json", "report.jsonl"]


def test_a_streamed_report_is_whole_too(hookcli, url, tmp_path: Path) -> None:
    file, there = tmp_path / "report.jsonl", []

    def answer(request: Request) -> Answer:
        there.append(file.exists())
        return Answer(500)

    hookcli("send", url(answer), "-n", "3", "--event", "message", "--report", "jsonl=report.jsonl")
    assert there == [False] * 3
    assert file.read_text().count("\n") == 4


def test_a_report_keeps_the_rights_and_the_link_of_the_file_before_it(hookcli, tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    real.write_text("old")
    real.chmod(0o640)
    (tmp_path / "link.json").symlink_to(real)
    hookcli("validate", BROKEN, "--report", "json=link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads(real.read_text())["summary"]["invalid"] == 1
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_new_report_has_the_rights_that_new_files_have(hookcli, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        hookcli("validate", BROKEN, "--report", "json=new.json")
    finally:
        os.umask(before)
    assert (tmp_path / "new.json").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_report_that_cannot_be_written_is_an_error_and_the_others_are_written(hookcli, url, tmp_path: Path) -> None:
    words = ["--report", "sarif=/dev/full", "--report", "junit=report.xml"]
    ended = hookcli("check", url(), *FEW, *words)
    assert ended.code == 3
    assert "/dev/full: cannot write there: No space left on device" in ended.err
    assert ended.out.startswith("http://")
    junit((tmp_path / "report.xml").read_text())


def test_a_report_that_does_not_fit_leaves_the_one_before_it(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("of the last run\n")
    command = f"ulimit -f 1; {sys.executable} -m hookcli validate {BROKEN.parent} --all --report json=report.json"
    ended = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 3
    assert "report.json: cannot write there: File too large" in ended.stderr
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("report.json", "of the last run\n")]


def test_a_report_that_has_no_place_is_an_error_before_anything_is_sent(hookcli, url, tmp_path: Path) -> None:
    seen: list[Request] = []
    words = ["--report", "json=a.json", "--report", "sarif=none/a.sarif"]
    ended = hookcli("check", url(lambda request: seen.append(request) or Answer(200)), *FEW, *words)
    assert (ended.code, seen, list(tmp_path.iterdir())) == (3, [], [])


def test_who_stops_reading_standard_output_spoils_no_other_report(url, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hookcli", "check", url(), *FEW, "--report", "junit=report.xml"]
    process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.close()
    assert process.wait(30) == 141
    assert junit((tmp_path / "report.xml").read_text()).get("tests") == "3"


def test_an_unreachable_endpoint_is_one_clear_line_and_every_report_says_so(hookcli, tmp_path: Path) -> None:
    with refusing() as nowhere:
        ended = hookcli("check", nowhere, "--seed", "1", *all_formats())
    assert (ended.code, ended.out) == (4, "")
    assert len(ended.err.splitlines()) == 2  # one says that nothing is signed
    assert "error: nothing accepts connections" in ended.err
    read = {name: (tmp_path / f"report.{name}").read_text("utf-8") for name in FORMATS}
    assert [name for name, text in read.items() if "nothing accepts connections" not in text] == []
    assert junit(read["junit"]).get("errors") == "1"
    assert sarif(read["sarif"])["invocations"][0]["executionSuccessful"] is False
    assert [each.name for each in commands(read["github"])] == ["error"]
    assert json.loads(read["json"])["interrupted"] is True


def test_an_interrupted_run_leaves_whole_reports_that_say_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        words = [sys.executable, "-m", "hookcli", "check", port, "--seed", "1", "--timeout", "60", *all_formats()]
        process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        connection, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        connection.close()
    hold(words, "", tmp_path)
    read = {name: (tmp_path / f"report.{name}").read_text("utf-8") for name in FORMATS}
    assert [name for name, text in read.items() if "interrupted" not in text] == []
    assert sarif(read["sarif"])["invocations"][0]["executionSuccessful"] is False
    assert junit(read["junit"]).get("errors") == "1"


def test_the_secret_is_in_no_report_although_the_endpoint_says_it(hookcli, url, summary: Path, tmp_path: Path) -> None:
    def tell(request: Request) -> Answer:
        return Answer(500, b"x" * 290 + SECRET.encode() + b" " + dict(request.headers).get("X-Token", "").encode())

    address = url(tell).replace("http://", "http://me:pa55w0rd@")
    words = ["--header", "X-Token: t0ken-t0ken", "--source", f"{SECRET}.py"]
    ended = hookcli("check", f"{address}/{SECRET}", "--seed", "1", *words, *all_formats())
    assert ended.code == 1
    everything = {name: (tmp_path / f"report.{name}").read_text("utf-8") for name in FORMATS}
    everything |= {"out": ended.out, "err": ended.err, "summary": summary.read_text("utf-8")}
    for secret in (SECRET, SECRET[:6], "pa55w0rd", "t0ken-t0ken"):
        assert [name for name, text in everything.items() if secret in text] == []


def test_what_could_not_be_judged_is_an_error_in_every_format(hookcli, url, tmp_path: Path) -> None:
    count = tmp_path / "count"
    count.write_text("0")
    seen: list[bytes] = []
    acquainted = 3  # messages: one to meet it, and two of which each has to have the same effect

    def answer(request: Request) -> Answer:
        seen.append(request.body)
        count.write_text(str(len(seen)) if len(seen) <= acquainted else "broken")
        return Answer(200)

    words = ["--only", "duplicate.same-bytes", "--event", "message", "--probe-cmd", f"cat {count}", "--seed", "1"]
    ended = hookcli("check", url(answer), *words, *all_formats())
    assert ended.code == 4
    assert len(seen) == acquainted + 4 + 1  # the copies, and a plain one behind them
    assert "  error  duplicate.same-bytes  the probe could not be read" in ended.out
    read = {name: (tmp_path / f"report.{name}").read_text("utf-8") for name in FORMATS}
    assert json.loads(read["json"])["checks"][0]["verdict"] == "error"
    assert json.loads(read["jsonl"].splitlines()[0])["verdict"] == "error"
    assert junit(read["junit"]).get("errors") == "1"
    run = sarif(read["sarif"])
    assert (run["results"][0]["level"], run["invocations"][0]["executionSuccessful"]) == ("error", True)
    assert commands(read["github"])[0].message.startswith("could not be judged: the probe could not be read")
    assert "could not be judged" in table(read["markdown"])[1][2]
