"""`hookcli replay`: from real stores and files to real endpoints on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from arrivals import BASE, BODY, arrival, keep, received
from endpoints import Endpoint, is_silent
from report_schema import hold_text

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.models import Arrival
from hookcli.reporting.capture_records import capture_record
from hookcli.reporting.json_ import exact_json
from hookcli.signing import SignatureScheme, is_genuine


class Seen:
    """An endpoint that keeps what comes, and answers with the status that the path names."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.times: list[float] = []
        self.receiver = Receiver(self._answer)

    @property
    def url(self) -> str:
        return self.receiver.url

    @property
    def bodies(self) -> list[bytes]:
        return [each.body for each in self.requests]

    def _answer(self, request: Request) -> Answer:
        self.requests.append(request)
        self.times.append(time.perf_counter())
        return Answer(int(request.path.strip("/") or 200), b"")


@pytest.fixture
def endpoint() -> Iterator[Seen]:
    seen = Seen()
    with seen.receiver:
        yield seen


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return keep(tmp_path / "captures.db", received())


@pytest.fixture(autouse=True)
def _no_store_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HOOKCLI_STORE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def exported(path: Path, arrivals: list[Arrival]) -> Path:
    path.write_text("".join(exact_json(capture_record(each)) + "\n" for each in arrivals))
    return path


def lines_of(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def captures_in(text: str) -> list[object]:
    return [line["capture"] for line in lines_of(text) if "capture" in line]


def headers_of(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}


def test_without_numbers_all_go_out_the_oldest_first_byte_for_byte(hookcli, store: Path, endpoint: Seen) -> None:
    ended = hookcli("replay", "--store", store, endpoint.url)
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "6 deliveries: 6 delivered")
    assert endpoint.bodies == [each.body for each in received()]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["3"], [3]),
        (["5", "1-2"], [1, 2, 5]),
        (["#4..6"], [4, 5, 6]),
        (["--event", "message"], [1, 2]),
        (["--signature", "forged", "--signature", "missing"], [4, 5]),
        (["--verdict", "invalid"], [3]),
        (["--since", "2025-11-27T00:00:06Z"], [4, 5, 6]),
        (["--until", "2025-11-27T00:00:02Z"], [1]),
        (["2-4", "--text", "nimbus"], [3]),
    ],
)
@pytest.mark.parametrize("is_file", [False, True])
def test_what_was_asked_for_goes_out(
    hookcli, store: Path, tmp_path: Path, endpoint: Seen, words: list[str], ids: list[int], is_file: bool
) -> None:
    source = exported(tmp_path / "captures.jsonl", received()) if is_file else store
    ended = hookcli("replay", "--store", source, *words, endpoint.url, "--format", "jsonl")
    assert (ended.code, captures_in(ended.out)) == (0, ids)


def test_exported_captures_come_from_standard_input_too(
    hookcli, tmp_path: Path, endpoint: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = exported(tmp_path / "captures.jsonl", received()).read_bytes()
    ended = hookcli("replay", "--store", "-", "2-3", endpoint.url, stdin=content)
    assert (ended.code, endpoint.bodies) == (0, [each.body for each in received()[1:3]])


def test_exported_captures_come_from_a_pipe_too(hookcli, tmp_path: Path, endpoint: Seen) -> None:
    content = exported(tmp_path / "captures.jsonl", received()).read_bytes()
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(content,), daemon=True)
    writer.start()
    assert hookcli("replay", "--store", "pipe", "6", endpoint.url).code == 0
    assert endpoint.bodies == [received()[5].body]


def test_the_signature_that_came_goes_out_again(hookcli, store: Path, endpoint: Seen) -> None:
    assert hookcli("replay", "--store", store, "1", endpoint.url).code == 0
    headers = headers_of(endpoint.requests[0])
    assert (headers["x-hub-signature"], headers["content-type"]) == ("sha1=" + "ab" * 20, "application/json")
    assert headers["host"] in endpoint.url


def test_resign_signs_what_had_a_signature_and_what_had_none(
    hookcli, store: Path, endpoint: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t-value")
    assert hookcli("replay", "--store", store, "1", "5", endpoint.url, "--resign").code == 0
    for request in endpoint.requests:
        values = [value for name, value in request.headers if name.lower() == "x-hub-signature"]
        assert len(values) == 1
        assert is_genuine(request.body, values[0], b"s3cr3t-value", SignatureScheme())


def test_resign_without_a_secret_sends_nothing(hookcli, store: Path, endpoint: Seen) -> None:
    ended = hookcli("replay", "--store", store, endpoint.url, "--resign")
    assert (ended.code, endpoint.requests) == (3, [])
    assert "HOOKCLI_SECRET" in ended.err


def test_a_secret_that_has_no_effect_is_said(hookcli, store: Path, endpoint: Seen) -> None:
    ended = hookcli("replay", "--store", store, "1", endpoint.url, "--secret", "s3cr3t-value")
    assert "--secret has no effect without --resign" in ended.err


def test_ones_own_headers_go_along_and_hidden_ones_do_not(hookcli, store: Path, endpoint: Seen) -> None:
    ended = hookcli("replay", "--store", store, "3-5", endpoint.url, "--header", "Content-Type: text/plain")
    assert ended.err.count("left out") == 1
    for request in endpoint.requests:
        assert "[hidden]" not in str(request.headers)
        assert headers_of(request)["content-type"] == "text/plain"


def test_what_did_not_come_as_a_post_is_left_out_and_said(hookcli, tmp_path: Path, endpoint: Seen) -> None:
    keep(tmp_path / "c.db", [arrival(1, method="GET"), arrival(2), arrival(3, method="PUT")])
    ended = hookcli("replay", "--store", "c.db", endpoint.url, "--format", "jsonl")
    assert (ended.code, captures_in(ended.out)) == (0, [2])
    assert "2 left out that did not come as a POST" in ended.err
    ended = hookcli("replay", "--store", "c.db", "1", endpoint.url)
    assert ended.code == 3
    assert "nothing was sent" in ended.err


CHANGES = {1: "still_fine", 2: "still_fine", 3: "fixed", 4: "fixed", 5: "new", 6: "still_fine"}


def test_compare_tells_what_has_changed(hookcli, store: Path, endpoint: Seen) -> None:
    ended = hookcli("replay", "--store", store, endpoint.url, "--compare", "--format", "json")
    report = json.loads(ended.out)
    assert ended.code == 0
    assert {each["capture"]: each["change"] for each in report["deliveries"]} == CHANGES
    assert report["summary"]["fixed"] == 2
    assert report["deliveries"][2]["then"] == {
        "status": 503, "elapsed_ms": 1.2, "endpoint": "http://127.0.0.1:9000/hook",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "path", "change"), [("1", "500", "broken"), ("3", "500", "still_failing"), ("5", "500", "new_failing")]
)
def test_what_fails_now_is_a_finding(hookcli, store: Path, endpoint: Seen, number, path, change) -> None:
    words = ["replay", "--store", store, number, f"{endpoint.url}{path}"]
    ended = hookcli(*words, "--compare", "--format", "jsonl")
    assert (ended.code, lines_of(ended.out)[0]["change"]) == (1, change)
    ended = hookcli(*words, "--format", "jsonl")
    assert (ended.code, "change" in lines_of(ended.out)[0]) == (1, False)


def test_expect_counts_for_the_answers_then_and_now(hookcli, store: Path, endpoint: Seen) -> None:
    words = ["replay", "--store", store, "1", "4", f"{endpoint.url}401", "--compare", "--expect", "401"]
    ended = hookcli(*words, "--format", "jsonl")
    assert ended.code == 0
    assert [line["change"] for line in lines_of(ended.out)[:-1]] == ["fixed", "still_fine"]


def test_an_endpoint_that_is_not_there_is_code_4(hookcli, store: Path) -> None:
    for more in ([], ["--compare"]):
        assert hookcli("replay", "--store", store, "1", ":9", *more).code == 4


@pytest.mark.parametrize("format_name", ["sarif", "markdown", "github", "junit", "text"])
def test_every_report_names_the_capture(hookcli, store: Path, endpoint: Seen, format_name: str) -> None:
    ended = hookcli("replay", "--store", store, "1", f"{endpoint.url}500", "--compare", "--format", format_name)
    assert ended.code == 1
    assert "#1 message" in ended.out.replace("&#35;", "#")
    assert "broken" in ended.out


def test_the_rhythm_is_that_in_which_they_came(hookcli, tmp_path: Path, endpoint: Seen) -> None:
    keep(tmp_path / "c.db", [arrival(number, received_at=BASE + number * 0.3) for number in (1, 2, 3)])
    start = time.perf_counter()
    ended = hookcli("replay", "--store", "c.db", endpoint.url, "--speed", "2x", "--format", "jsonl")
    assert (ended.code, captures_in(ended.out)) == (0, [1, 2, 3])
    assert [at - start >= due for at, due in zip(endpoint.times, (0, 0.15, 0.3), strict=True)] == [True] * 3


def test_many_at_once_are_told_in_order(hookcli, tmp_path: Path, endpoint: Seen) -> None:
    keep(tmp_path / "c.db", [arrival(number, body=b'{"n": %d}' % number) for number in range(1, 41)])
    ended = hookcli("replay", "--store", "c.db", endpoint.url, "--concurrency", "8", "--format", "jsonl")
    assert captures_in(ended.out) == list(range(1, 41))
    assert len(set(endpoint.bodies)) == 40


def test_what_comes_into_the_store_meanwhile_is_not_replayed(hookcli, tmp_path: Path) -> None:
    path = keep(tmp_path / "c.db", [arrival(1), arrival(2)])

    def answer(request: Request) -> Answer:
        keep(path, [arrival(0, body=request.body)])
        return Answer(200, b"")

    with Receiver(answer) as receiver:
        ended = hookcli("replay", "--store", path, receiver.url, "--format", "jsonl")
    assert captures_in(ended.out) == [1, 2]


def test_a_dry_run_shows_and_sends_nothing(hookcli, store: Path, endpoint: Seen) -> None:
    ended = hookcli("replay", "--store", store, "1", endpoint.url, "--dry-run")
    assert (ended.code, endpoint.requests) == (0, [])
    assert ended.out.startswith("POST / HTTP/1.1\n")
    assert received()[0].body in ended.out.encode()
    assert "curl -sS" in ended.out
    assert hookcli("replay", "--store", store, "1", endpoint.url, "--dry-run", "--format", "json").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give a URL to send to"),
        (["3"], "a port is written :8000"),
        (["3", "9123"], "a port is written :9123 or 9123/hook"),
        ([":8000", "8000/x"], "give one URL"),
        (["7-3", ":8000"], "write 3-7"),
        (["here", ":8000"], "'here' has no scheme"),
        ([":8000", "--speed", "fast"], "'fast' is not a number above 0"),
        ([":8000", "--speed", "0x"], "'0' is not a number above 0"),
    ],
)
def test_words_that_are_no_captures_and_one_url_are_a_usage_error(
    hookcli, store: Path, words: list[str], said: str
) -> None:
    ended = hookcli("replay", "--store", store, *words)
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        (b"", [], "nothing was sent"),
        (b'{"a": 1}\n', [], "captures.jsonl:1: is not an exported capture"),
        (b"not a store\n", [], "it is not a store of captures"),
        (None, [], "there is no store of captures"),
        (b"", ["3"], "has no capture 3"),
    ],
)
def test_a_source_that_cannot_be_read_is_bad_input(hookcli, tmp_path: Path, content, words: list[str], said) -> None:
    contents = {"captures.jsonl": content} if content is not None else {}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    ended = hookcli("replay", "--store", "captures.jsonl", *words, ":9")
    assert ended.code == 3
    assert said in ended.err


def test_a_file_that_fails_and_a_closed_input_are_bad_input(hookcli, tmp_path: Path) -> None:
    ended = hookcli("replay", "--store", "/proc/self/mem", ":9")
    assert ended.code == 3
    assert "/proc/self/mem: cannot be read" in ended.err
    command = f"{sys.executable} -m hookcli replay --store - :9 <&-"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (3, "error: -: standard input is closed.\n")


@pytest.mark.parametrize("name", [".", "gone"])
def test_a_folder_and_a_capture_that_is_gone_are_bad_input(hookcli, store: Path, tmp_path: Path, name: str) -> None:
    words = ["--store", name] if name == "." else ["--store", store, "99"]
    assert hookcli("replay", *words, ":9").code == 3


def test_a_bad_line_is_found_before_anything_is_sent(hookcli, tmp_path: Path, endpoint: Seen) -> None:
    file = exported(tmp_path / "captures.jsonl", received())
    file.write_bytes(file.read_bytes() + b"{}\n")
    ended = hookcli("replay", "--store", file, endpoint.url)
    assert (ended.code, endpoint.requests) == (3, [])
    assert "captures.jsonl:7" in ended.err


@pytest.mark.parametrize("more", [[], ["--speed", "0.001"]])
def test_ctrl_c_ends_it_and_finishes_the_reports(tmp_path: Path, more: list[str]) -> None:
    keep(tmp_path / "c.db", [arrival(number) for number in range(1, 4)])
    arrived = threading.Event()

    def behave(visit) -> None:
        visit.read_request()
        arrived.set()
        is_silent(visit)

    with Endpoint(behave) as endpoint:
        words = ["replay", "--store", str(tmp_path / "c.db"), endpoint.url, "--timeout", "60", "--format", "json"]
        process = subprocess.Popen(
            [sys.executable, "-m", "hookcli", *words, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert arrived.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    hold_text("json", out)
    assert json.loads(out)["interrupted"] is True
    assert "Traceback" not in err


def test_settings_and_the_environment_count(hookcli, store: Path, endpoint: Seen, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "hookcli.toml").write_text('[replay]\nstore = "captures.db"\nevent = "message"\ncompare = true\n')
    monkeypatch.setenv("HOOKCLI_REPLAY_FORMAT", "jsonl")
    ended = hookcli("replay", endpoint.url)
    assert captures_in(ended.out) == [1, 2]
    assert lines_of(ended.out)[0]["change"] == "still_fine"


def test_the_body_is_never_a_word_of_the_report(hookcli, tmp_path: Path, endpoint: Seen) -> None:
    keep(tmp_path / "c.db", [arrival(1, event="\x1b[31m\u202e", body=BODY)])
    ended = hookcli("replay", "--store", "c.db", endpoint.url)
    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out


def test_a_range_may_end_beyond_all_numbers(hookcli, store: Path, tmp_path: Path, endpoint: Seen) -> None:
    (tmp_path / "a.jsonl").write_text("".join(exact_json(capture_record(each)) + "\n" for each in received()))
    for path in (store, tmp_path / "a.jsonl"):
        hookcli("replay", "--store", path, f"6-{'9' * 30}", endpoint.url)
    assert endpoint.bodies == [received()[5].body] * 2
    assert hookcli("replay", "--store", store, f"1-{'9' * 30}").code == 2
