"""Archives are judged on a Dask cluster as on one machine, to the byte; what is wrong with a cluster is said."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from clusters import Ending, Running, Stumbling, cluster, is_gone, verdicts
from distributed import Client

from hookcli import __version__
from hookcli.archives.cluster import Cluster
from hookcli.archives.engines import Engine
from hookcli.archives.pieces import RANGE, cut
from hookcli.capture.sources import expand
from hookcli.cli import exits
from hookcli.errors import ClusterUnreachable, WorkerLost, WorkerUnlike
from hookcli.models import Verdict

ROOT = Path(__file__).resolve().parents[2]
CAPTURED = ROOT / "examples" / "haptik" / "captured"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with cluster(tmp_path_factory.mktemp("cluster"), {}, {}) as one:
        yield one


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Files of all kinds; an empty one between two has each of them travel on its own."""
    folder = tmp_path / "archive"
    folder.mkdir()
    long = b'{"event_name":"message","padding":"' + b"x" * 200_000 + b'"}\n'
    broken = b'{"event_name": "mess\n[2, 3]\n\n\xff\n{"event_name":"nobody_knows_me"}\n'
    (folder / "a.jsonl").write_bytes((long * 9 + broken) * (RANGE // len(long) // 9 + 2))
    for at, file in enumerate(sorted(CAPTURED.iterdir())):
        shutil.copy(file, folder / f"b{at}.json")
        (folder / f"b{at}e.jsonl").touch()
    (folder / "c.jsonl.gz").write_bytes(gzip.compress(long * 4 + broken + long * 9)[:-9])
    (folder / "d.json").write_bytes(b'[{"event_name": "message"},\n {"event_name": 1}, 2]')
    return folder


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize(
    "words",
    [
        ["validate", "--format", "json"],
        ["validate", "--all"],
        ["validate", "--schema", "-"],
        ["validate", "--sample", "9", "--seed", "1"],
        ["drift", "--format", "json"],
    ],
    ids=" ".join,
)
def test_the_report_is_the_same_to_the_byte(hookcli, running: Running, archive: Path, words: list[str]) -> None:
    (archive.parent / "part.json").write_text(
        '{"required": ["event_name"], "properties": {"version": {"const": "1.0"}}}'
    )
    stdin = b'{"$ref": "part.json"}'
    here = hookcli(*words, archive, "--jobs", "1", stdin=stdin)
    there = hookcli(*words, archive, "--engine", "dask", "--scheduler", running.address, stdin=stdin)
    assert (there.code, there.out, there.err) == (here.code, here.out, here.err)
    assert "a.jsonl" in here.out


def on(address: str | None, work: object, folder: Path, patience: float = 1) -> list[object]:
    """What is found in the files of a folder on a cluster."""
    engine = Engine(1, Cluster(address=address, deadline=30, patience=patience))
    return list(engine.found(work, cut(expand([str(folder)]), "auto")))  # type: ignore[arg-type]


def here(folder: Path) -> list[object]:
    return list(Engine(1).found(verdicts, cut(expand([str(folder)]), "auto")))


@pytest.mark.usefixtures("uncovered")
def test_a_worker_that_is_killed_at_work_changes_nothing(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "marks").mkdir()
    with cluster(tmp_path, {}, {}) as one:
        found = on(one.address, Stumbling("b3.json", str(tmp_path / "marks")), archive)
    assert len(list((tmp_path / "marks").iterdir())) == 1
    assert found == here(archive)


def kill_one_that_holds_answers(client: Client, fifo: Path) -> None:
    with fifo.open("wb") as pipe:
        holding = next(held for held in iter(client.has_what, None) if any(held.values()))
        (process,) = client.run(os.getpid, workers=[next(name for name, keys in holding.items() if keys)]).values()
        os.kill(process, signal.SIGKILL)
        pipe.write(b"[2]")


@pytest.mark.usefixtures("uncovered")
def test_what_a_killed_worker_had_found_is_found_anew(hookcli, archive: Path, tmp_path: Path) -> None:
    """The parent is kept at a pipe until a worker has answers that nobody has fetched."""
    os.mkfifo(archive / "a.json")
    with cluster(tmp_path, {}, {}) as one, Client(one.address, set_as_default=False) as client:
        killer = threading.Thread(target=kill_one_that_holds_answers, args=(client, archive / "a.json"))
        killer.start()
        there = hookcli("validate", archive, "--engine", "dask", "--scheduler", one.address, "--format", "json")
        killer.join()
        assert len(client.nthreads()) == 1
    (archive / "a.json").unlink()
    (archive / "a.json").write_bytes(b"[2]")
    assert there == hookcli("validate", archive, "--jobs", "1", "--format", "json")


def test_a_file_that_a_worker_does_not_see_is_said(hookcli, running: Running, tmp_path: Path) -> None:
    words = ("validate", "a.jsonl", "--engine", "dask", "--scheduler", running.address)
    (tmp_path / "a.jsonl").write_bytes(b'{"event_name":"message"}\n')
    ended = hookcli(*words)
    assert (ended.code, ended.out) == (exits.BAD_INPUT, "")
    assert "error: a.jsonl: worker tcp://127.0.0.1:" in ended.err
    assert "does not see this file as it is here: there is no such file, or it may not be read" in ended.err
    assert f"name it by its whole path ({tmp_path / 'a.jsonl'})" in ended.err


@pytest.mark.parametrize(("there", "why"), [(b"{}", "it has 2 bytes"), (b'{"event_name":"Message"}\n', "other bytes")])
def test_another_file_of_the_same_name_is_not_judged(tmp_path: Path, monkeypatch, there, why) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.jsonl").write_bytes(there)
    (tmp_path / "a.jsonl").write_bytes(b'{"event_name":"message"}\n')
    monkeypatch.chdir(tmp_path)
    with cluster(tmp_path / "other", {}) as one, Client(one.address, set_as_default=False) as client:
        client.run(os.chdir, str(tmp_path / "other"))
        with pytest.raises(WorkerUnlike, match=why):
            on(one.address, verdicts, Path("a.jsonl"))


@pytest.mark.parametrize(
    "change",
    [
        Path.unlink,
        lambda file: file.write_bytes(b"[3]\n"),
        lambda file: file.write_bytes(b"[2]\n" * 9),
        lambda file: file.with_name("b").replace(file),
    ],
    ids=["goes", "becomes shorter", "grows", "is replaced"],
)
def test_a_file_that_changes_before_it_is_judged_is_the_same_finding(running: Running, tmp_path: Path, change) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"[2]\n[3]\n")
    (tmp_path / "b").write_bytes(b"[4]\n[5]\n")
    pieces = list(cut(expand([str(tmp_path / "a.jsonl")]), "auto"))
    change(tmp_path / "a.jsonl")
    engine = Engine(1, Cluster(address=running.address))
    found = list(engine.found(verdicts, pieces))
    assert found == list(Engine(1).found(verdicts, pieces))
    assert found[0].judgements[-1].verdict is Verdict.UNREADABLE


def test_workers_with_another_hookcli_are_named(archive: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "hookcli", tmp_path / "old" / "hookcli")
    shutil.copytree(ROOT / "schemas", tmp_path / "old" / "schemas")
    (tmp_path / "old" / "hookcli" / "__init__.py").write_text('__version__ = "0.0.1"\n')
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "hookcli.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'hookcli'\", name='hookcli')"
    )
    others = ({"PYTHONPATH": str(tmp_path / name)} for name in ("old", "none"))
    with cluster(tmp_path, *others) as one, pytest.raises(WorkerUnlike) as raised:
        on(one.address, verdicts, archive)
    said = str(raised.value)
    assert "has hookcli 0.0.1 (code " in said
    assert f", here {__version__} (code " in said
    assert "has no hookcli that it can load" in said
    assert "No module named 'hookcli'" in said
    assert said.count("worker tcp://127.0.0.1:") == 2
    assert "Install there what is here" in said


def test_a_scheduler_that_goes_away_is_said(archive: Path, tmp_path: Path) -> None:
    with (
        cluster(tmp_path, {}) as one,
        pytest.raises(ClusterUnreachable, match="the scheduler went away before all was"),
    ):
        on(one.address, Ending(one.scheduler.pid), archive)


def test_a_cluster_without_workers_is_given_up(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "marks").mkdir()
    with (
        cluster(tmp_path, {}) as one,
        pytest.raises(ClusterUnreachable, match="there has been no worker for 1 s"),
    ):
        on(one.address, Stumbling("b3.json", str(tmp_path / "marks")), archive)


def test_a_scheduler_that_is_not_there_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    engine = Engine(1, Cluster(address=address, deadline=0.2))
    with pytest.raises(ClusterUnreachable, match=f"{address}: no Dask scheduler answered within 0.2 s. Are") as raised:
        list(engine.found(verdicts, []))
    assert exits.code_of_error(raised.value) == exits.NO_ANSWER


def test_a_cluster_may_speak_tls(archive: Path, tmp_path: Path, endpoint_certificate: Path) -> None:
    names = ("ca-file", "scheduler.cert", "scheduler.key", "worker.cert", "worker.key", "client.cert", "client.key")
    given = {f"distributed.comm.tls.{name}": str(endpoint_certificate) for name in names}
    env = {f"DASK_{name.upper().replace('.', '__').replace('-', '_')}": value for name, value in given.items()}
    with cluster(tmp_path, env, protocol="tls", **env) as one:
        assert one.address.startswith("tls://")
        with pytest.raises(ClusterUnreachable, match=r"tls:// needs certificates; name them in Dask's configuration"):
            on(one.address, verdicts, archive)
        with dask.config.set(given):
            assert on(one.address, verdicts, archive) == here(archive)


def test_without_an_address_it_is_a_cluster_of_this_machine(hookcli, archive: Path) -> None:
    there = hookcli("validate", archive, "--engine", "dask", "--jobs", "2", "--format", "json")
    assert there == hookcli("validate", archive, "--jobs", "1", "--format", "json")


def test_workers_that_are_ended_again_and_again_are_said(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "marks").mkdir()
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        pytest.raises(
            WorkerLost, match=r"^worker tls://127.0.0.1:\d+, and 1 before it, were ended over the same files"
        ),
    ):
        on(None, Stumbling("b3.json", str(tmp_path / "marks"), times=2), archive, patience=60)


def test_without_its_library_it_says_what_to_install(hookcli, monkeypatch, archive: Path) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    ended = hookcli("validate", archive, "--engine", "dask")
    assert (ended.code, ended.out) == (exits.BAD_INPUT, "")
    assert "error: --engine dask needs a library that is not installed: pip install 'hookcli[cluster]'." in ended.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--scheduler", "10.0.0.5:8786"], "--scheduler is that of a Dask cluster: add --engine dask."),
        (
            ["--engine", "dask", "--scheduler", "10.0.0.5"],
            "'10.0.0.5' is no address of a scheduler. Write it as tcp://",
        ),
        (["--engine", "dask", "--scheduler", "http://10.0.0.5:8786"], "is no address of a scheduler."),
    ],
)
def test_what_cannot_be_meant_is_said(hookcli, archive: Path, words: list[str], why: str) -> None:
    ended = hookcli("validate", archive, *words)
    assert (ended.code, why in ended.err) == (exits.USAGE, True)


@pytest.mark.parametrize(
    ("number", "tell"), [(signal.SIGINT, os.killpg), (signal.SIGTERM, os.kill)], ids=["Ctrl-C", "SIGTERM"]
)
def test_an_end_from_outside_leaves_no_process_behind(archive: Path, tmp_path: Path, number, tell) -> None:
    """It is kept at a pipe when the signal comes: from a terminal to all processes, or to itself alone."""
    os.mkfifo(archive / "e.json")
    command = [sys.executable, "-m", "hookcli", "validate", str(archive), "--engine", "dask", "--jobs", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=tmp_path, start_new_session=True, **pipes)  # type: ignore[call-overload]
    with process, (archive / "e.json").open("wb"):
        tell(process.pid, number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (exits.INTERRUPTED, "\nerror: interrupted.\n")
    assert "\n77 payloads: 7 valid, 54 invalid, 11 unreadable, 5 unknown event, interrupted before the end\n" in out
    assert is_gone(process.pid)
