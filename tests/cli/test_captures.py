"""`hookcli captures`: list, show, export and delete, on real stores."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from arrivals import INVALID, arrival, keep, received
from official import har

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.models import Signature, Verdict


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return keep(tmp_path / "captures.db", received())


@pytest.fixture(autouse=True)
def _no_store_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HOOKCLI_STORE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def ids_of(text: str) -> list[int]:
    return [json.loads(line)["id"] for line in text.splitlines() if '"id"' in line]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ([], [6, 5, 4, 3, 2, 1]),
        (["-n", "2"], [6, 5]),
        (["-n", "0"], []),
        (["3", "5-99"], [6, 5, 3]),
        (["--event", "message", "--event", "chat_pinned"], [4, 2, 1]),
        (["--verdict", "invalid", "--verdict", "unreadable"], [5, 3]),
        (["--signature", "forged", "--signature", "missing"], [5, 4]),
        (["--since", "2025-11-27T00:00:06Z"], [6, 5, 4]),
        (["--until", "2025-11-27T00:00:06Z"], [3, 2, 1]),
        (["--since", "1h"], []),
        (["--text", "NIMBUS"], [3]),
        (["1-3", "--event", "message", "-n", "1"], [2]),
    ],
)
def test_list_shows_what_was_asked_for_newest_first(hookcli, store: Path, words: list[str], ids: list[int]) -> None:
    ended = hookcli("captures", "list", "--store", store, "--format", "jsonl", *words)
    assert (ended.code, ids_of(ended.out)) == (0, ids)


def test_list_counts_all_that_are_like_that(hookcli, store: Path) -> None:
    assert hookcli("captures", "list", "--store", store, "-n", "1").out.endswith("\n1 of 6 captures\n")
    report = json.loads(hookcli("captures", "list", "--store", store, "-n", "1", "--format", "json").out)
    assert (list(report), report["summary"]) == (["tool", "summary", "captures"], {"captures": 6, "shown": 1})


def test_an_empty_store_and_a_filter_that_nothing_passes_are_no_fault(hookcli, store: Path, tmp_path: Path) -> None:
    keep(tmp_path / "empty.db", [])
    ended = hookcli("captures", "list", "--store", "empty.db")
    assert (ended.code, ended.out) == (0, "there is no capture\n")
    ended = hookcli("captures", "list", "--store", store, "--event", "nope")
    assert (ended.code, ended.out) == (0, "no capture is like that\n")
    report = json.loads(hookcli("captures", "list", "--store", "empty.db", "--format", "json").out)
    assert report["captures"] == []


def bad_stores(folder: Path) -> dict[str, Path]:
    """What is no store, by what is said of it."""
    text, foreign, damaged = folder / "text.db", folder / "foreign.db", folder / "damaged.db"
    text.write_text("hello" * 1000)
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE captures (id)")
    database.close()
    keep(damaged, (arrival(number, body=b"x" * 3000) for number in range(1, 300)))
    data = damaged.read_bytes()
    damaged.write_bytes(data[:5000] + b"\xab" * (len(data) - 10_000) + data[-5000:])
    return {
        "there is no store": folder / "none.db",
        "is a folder": folder,
        "not a store of captures": text,
        "is a SQLite file, but not": foreign,
        "it is damaged": damaged,
    }


@pytest.mark.parametrize("words", [["list"], ["show", "200"], ["delete", "--all"], ["export"]])
@pytest.mark.parametrize(
    "said",
    ["there is no store", "is a folder", "not a store of captures", "is a SQLite file, but not", "it is damaged"],
)
def test_what_is_no_store_is_bad_input(hookcli, tmp_path: Path, words: list[str], said: str) -> None:
    ended = hookcli("captures", *words, "--store", bad_stores(tmp_path)[said])
    assert (ended.code, said in ended.err, "Traceback" in ended.err) == (3, True, False)


@pytest.mark.parametrize("number", ["7", "9" * 30])
def test_a_number_that_is_not_there_is_bad_input(hookcli, store: Path, number: str) -> None:
    ended = hookcli("captures", "list", "--store", store, number, "1")
    assert (ended.code, f"has no capture {number};" in ended.err) == (3, True)


def test_the_store_is_named_by_flag_environment_file_or_default(hookcli, tmp_path: Path, monkeypatch) -> None:
    def count() -> str:
        return hookcli("captures", "list", *flags).out.splitlines()[-1].split()[0]

    flags: list[str] = []
    for number, name in enumerate(["state/hookcli/captures.db", "own.db", "file.db", "all.db", "one.db", "flag.db"], 1):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        keep(tmp_path / name, (arrival(each) for each in range(1, number + 1)))
    assert count() == "1"
    monkeypatch.setenv("HOOKCLI_STORE", "own.db")
    assert count() == "2"
    (tmp_path / "hookcli.toml").write_text('[captures]\nstore = "file.db"\n')
    assert count() == "3"
    monkeypatch.setenv("HOOKCLI_CAPTURES_STORE", "all.db")
    assert count() == "4"
    monkeypatch.setenv("HOOKCLI_CAPTURES_LIST_STORE", "one.db")
    assert count() == "5"
    flags = ["--store", "flag.db"]
    assert count() == "6"


def test_settings_are_for_all_commands_on_captures_or_for_one(
    hookcli, store: Path, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "hookcli.toml").write_text(
        '[captures]\nstore = "captures.db"\nformat = "jsonl"\nevent = "message"\n[captures.list]\ncount = 1\n'
    )
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert ids_of(hookcli("captures", "list").out) == [2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[captures.lsit]\n", "captures has no option 'lsit'"),
        ("[captures.list]\nstoer = 1\n", "no option 'stoer'"),
        ("[captures]\nlist = 1\n", "captures.list must be a table"),
    ],
)
def test_a_faulty_setting_is_an_error(hookcli, tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "hookcli.toml").write_text(content)
    ended = hookcli("captures", "list")
    assert (ended.code, words in ended.err) == (3, True)


def test_a_reader_that_goes_away_is_no_traceback(store: Path) -> None:
    keep(store, (arrival(number) for number in range(7, 5000)))
    command = f"{sys.executable} -m hookcli captures list -n 5000 --store {store} | head -n 1; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr, run.stdout.count("\n")) == (141, "", 1)


def test_the_shell_completes_commands_and_events() -> None:
    def offered(words: str, at: int) -> str:
        environment = {"_HOOKCLI_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
        return subprocess.run(
            [sys.executable, "-m", "hookcli"], env=environment, capture_output=True, text=True, check=False
        ).stdout

    assert "list" in offered("hookcli captures l", 2)
    assert "chat_pinned" in offered("hookcli captures list --event chat_", 4)
    assert "forged" in offered("hookcli captures list --signature f", 4)


def test_show_tells_all_that_is_known(hookcli, tmp_path: Path) -> None:
    body = b'{"event_name": "message", "user": {"auth_id": 5}}'
    all_of_it = arrival(
        17, body=body, violations=(INVALID,), omitted=2, verdict=Verdict.INVALID, gap=1.5, duplicate_of=3, overtaken_by=4,
        signature=Signature.FORGED, reason="the secret is another one", endpoint="http://127.0.0.1:9/", status=503,
        headers=(("Host", "h"), ("Cookie", "c00kie"), ("X-Odd", "\udcff\x1b")), path="/hook?token=t0ken&x=1",
    )  # fmt: skip
    keep(tmp_path / "s.db", [all_of_it])
    out = hookcli("captures", "show", "17", "--store", "s.db").out
    for said in (
        "#17  message  49 bytes", "forged: the secret is another one", "invalid (3)", "[503]  from http://127.0.0.1:9/",
        "1.5 s after the one before", "of #3", "by #4", "POST /hook?token=[hidden]&x=1", "Cookie: [hidden]",
        "X-Odd: \\udcff\\x1b", '    "auth_id": 5\n    ^ /user/auth_id is 5, but must be a string \\udc80 (type)\n',
        "and 2 more violations, which were not kept",
    ):  # fmt: skip
        assert said in out


def test_show_raw_writes_the_exact_bytes(store: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hookcli", "captures", "show", "5", "--raw", "--store", store]
    assert subprocess.run(words, capture_output=True, check=True).stdout == received()[4].body


def test_show_json_is_the_exported_record_and_the_violations(hookcli, store: Path) -> None:
    record = json.loads(hookcli("captures", "show", "3", "--store", store, "--format", "json").out)
    assert base64.b64decode(record["body_base64"]) == received()[2].body
    assert (record["violations"][0]["pointer"], record["omitted"]) == ("/data", 1)


@pytest.mark.parametrize(
    ("words", "code"), [(["7"], 3), (["9" * 30], 3), (["1-2"], 2), (["x"], 2), ([], 2), (["0"], 3)]
)
def test_show_what_is_not_there(hookcli, store: Path, words: list[str], code: int) -> None:
    ended = hookcli("captures", "show", "--store", store, *words)
    assert (ended.code, ended.out, "Traceback" in ended.err) == (code, "", False)


@pytest.mark.parametrize(
    "change",
    [
        "signature = 'odd'", "verdict = 7", "violations = '[[1]]'", "violations = 'x'",
        "violations = '[[1, 2, 3, 4, 5]]'", "violations = '[[\"\", \"\", \"\", \"\", 1]]'", "received_at = 'noon'",
        "gap = 'x'", "headers = 5",
    ],
)  # fmt: skip
def test_a_row_that_hookcli_did_not_write_is_said(hookcli, store: Path, change: str) -> None:
    with sqlite3.connect(store) as database:
        database.execute(f"UPDATE captures SET {change} WHERE id = 1")
    database.close()
    ended = hookcli("captures", "show", "1", "--store", store)
    assert (ended.code, ended.out) == (3, "")
    assert "capture 1 of the store is not as hookcli writes them" in ended.err
    assert hookcli("captures", "list", "--store", store).code == 3


@pytest.mark.parametrize(
    ("words", "said", "left"),
    [
        (["2"], "1 capture deleted", [6, 5, 4, 3, 1]),
        (["2", "4-99"], "4 captures deleted", [3, 1]),
        (["1-3", "--verdict", "invalid"], "1 capture deleted", [6, 5, 4, 2, 1]),
        (["--since", "2025-11-27T00:00:06Z"], "3 captures deleted", [3, 2, 1]),
        (["--event", "nope"], "0 captures deleted", [6, 5, 4, 3, 2, 1]),
        (["--all"], "6 captures deleted", []),
    ],
)
def test_delete_deletes_what_was_chosen(hookcli, store: Path, words: list[str], said: str, left: list[int]) -> None:
    ended = hookcli("captures", "delete", "--store", store, *words)
    assert (ended.code, ended.out) == (0, said + "\n")
    assert ids_of(hookcli("captures", "list", "--store", store, "--format", "jsonl").out) == left


@pytest.mark.parametrize("words", [[], ["--all", "3"], ["--all", "--event", "message"]])
def test_delete_wants_a_choice_that_is_one(hookcli, store: Path, words: list[str]) -> None:
    assert hookcli("captures", "delete", "--store", store, *words).code == 2
    assert len(ids_of(hookcli("captures", "list", "--store", store, "--format", "jsonl").out)) == 6


@pytest.mark.parametrize("name", ["ALL", "EVENT", "UNTIL"])
def test_a_choice_is_made_on_the_command_line(hookcli, store: Path, monkeypatch, name: str) -> None:
    monkeypatch.setenv(f"HOOKCLI_CAPTURES_DELETE_{name}", {"ALL": "1", "EVENT": "message", "UNTIL": "2099-01-01"}[name])
    assert hookcli("captures", "delete", "--store", store).code == 2


def test_delete_deletes_nothing_where_a_number_is_not_there(hookcli, store: Path) -> None:
    assert hookcli("captures", "delete", "--store", store, "1", "7").code == 3
    assert len(ids_of(hookcli("captures", "list", "--store", store, "--format", "jsonl").out)) == 6


def test_delete_makes_no_store(hookcli, tmp_path: Path) -> None:
    assert hookcli("captures", "delete", "--store", "none.db", "--all").code == 3
    assert not (tmp_path / "none.db").exists()


def test_nothing_of_what_was_deleted_stays_in_the_file(hookcli, tmp_path: Path) -> None:
    keep(tmp_path / "s.db", (arrival(number, body=b"a secret " * 2_000) for number in range(1, 50)))
    assert hookcli("captures", "delete", "--store", "s.db", "--all").code == 0
    assert [file for file in tmp_path.glob("s.db*") if b"a secret" in file.read_bytes()] == []


def test_many_are_deleted_in_batches(hookcli, tmp_path: Path) -> None:
    keep(tmp_path / "s.db", (arrival(number, event="ab"[number % 2]) for number in range(1, 12_001)))
    assert hookcli("captures", "delete", "--store", "s.db", "--event", "a").out == "6,000 captures deleted\n"


def exported(hookcli, store: Path, *words: str) -> str:
    ended = hookcli("captures", "export", "--store", store, *words)
    assert ended.code == 0
    return ended.out


def test_export_writes_the_documented_record_a_line_oldest_first(hookcli, store: Path) -> None:
    records = [json.loads(line) for line in exported(hookcli, store).splitlines()]
    assert [base64.b64decode(each["body_base64"]) for each in records] == [each.body for each in received()]
    assert list(records[0]) == [
        "id", "received_at", "method", "path", "headers", "body_base64", "event", "signature", "verdict",
    ]  # fmt: skip
    assert records[0]["received_at"] == "2025-11-27T00:00:01.500000Z"


def test_export_takes_numbers_and_filters(hookcli, store: Path) -> None:
    assert ids_of(exported(hookcli, store, "5", "1-3", "--signature", "genuine")) == [1, 2, 3]
    assert ids_of(exported(hookcli, store, "--event", "nope")) == []
    assert hookcli("captures", "export", "--store", store, "7").code == 3


def test_export_writes_an_archive(hookcli, store: Path, tmp_path: Path) -> None:
    exported(hookcli, store, "--format", "har", "-o", "a.har")
    assert [each["_id"] for each in har((tmp_path / "a.har").read_text("utf-8"))] == [1, 2, 3, 4, 5, 6]


def test_export_writes_a_file_each_and_nobody_else_may_read_it(hookcli, store: Path, tmp_path: Path) -> None:
    assert exported(hookcli, store, "--format", "files", "-o", "out/files") == ""
    files = sorted((tmp_path / "out/files").iterdir())
    assert [each.name for each in files] == [
        "000001-message.json", "000002-message.json", "000003-webhook_agent_chat_close.json",
        "000004-chat_pinned.json", "000005.bin", "000006-message_v2.json",
    ]  # fmt: skip
    assert [each.read_bytes() for each in files] == [each.body for each in received()]
    exported(hookcli, store, "-o", "a.jsonl")
    assert {stat.S_IMODE(each.stat().st_mode) for each in (*files, tmp_path / "a.jsonl")} == {0o600}


def test_an_event_cannot_lead_out_of_the_folder(hookcli, tmp_path: Path) -> None:
    keep(tmp_path / "s.db", [arrival(1, event="/../../x\0\u202e"), arrival(2, event="é" * 500)])
    exported(hookcli, tmp_path / "s.db", "--format", "files", "-o", "out")
    assert {each.name[:12] for each in (tmp_path / "out").iterdir()} == {"000001-_.._.", "000002-_____"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--format", "files"], 2),
        (["--url", "1234"], 2),
        (["--format", "curl", "--url", "x y"], 2),
        (["--format", "files", "-o", "captures.db"], 3),
        (["-o", "none/a.jsonl"], 3),
    ],
)
def test_export_says_what_cannot_be(hookcli, store: Path, words: list[str], code: int) -> None:
    ended = hookcli("captures", "export", "--store", store, *words)
    assert (ended.code, "Traceback" in ended.err) == (code, False)


def test_an_export_that_fails_leaves_the_file_as_it_was(hookcli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("before")
    ended = hookcli("captures", "export", "--store", bad_stores(tmp_path)["it is damaged"], "-o", "a.jsonl")
    assert (ended.code, (tmp_path / "a.jsonl").read_text()) == (3, "before")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


@pytest.mark.skipif(not shutil.which("curl"), reason="needs the curl command")
def test_the_script_sends_the_same_bytes_and_headers_again(hookcli, store: Path, tmp_path: Path) -> None:
    keep(store, [
        arrival(7, body=b"'$(id)", event="\x1b[31m\nrm -rf", method="PUT", headers=(
            ("Content-Length", "5"), ("Transfer-Encoding", "chunked"), ("Authorization", "[hidden]"),
            ("@/etc/passwd", "x"), ("X-Bad", "a\x1b"), ("X-Odd", "\udcff'"), ("X-Empty", ""), ("X-Key", "k [hidden]"),
        )),
    ])  # fmt: skip
    requests: list[Request] = []
    with Receiver(lambda request: requests.append(request) or Answer(200)) as receiver:  # type: ignore[func-returns-value]
        exported(hookcli, store, "--format", "curl", "--url", receiver.url + "again", "-o", "again.sh")
        subprocess.run(["sh", "again.sh"], check=True, capture_output=True, cwd=tmp_path)
    script = (tmp_path / "again.sh").read_bytes()
    assert [each.body for each in requests] == [*(each.body for each in received()), b"'$(id)"]
    assert {each.path for each in requests} == {"/again"}
    assert (requests[-1].method, dict(requests[-1].headers)["X-Odd"]) == ("PUT", "\udcff'")
    assert b"\x1b" not in script
    assert (
        b"# Left out, as a credential or as what no header may hold: Authorization, @/etc/passwd, X-Bad, X-Key"
        in script
    )
