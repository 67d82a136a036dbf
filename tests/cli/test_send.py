"""`hookcli send`, against real endpoints on loopback."""

from __future__ import annotations

import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.signing import SignatureScheme, sign

SECRET = "a-shared-secret"


class Endpoint:
    """Keeps what arrives; answers what it is told to."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.statuses: list[int] = []
        self.delay = 0.0
        self.echo = False

    def respond(self, request: Request) -> Answer:
        self.requests.append(request)
        time.sleep(self.delay)
        body = repr(request.headers).encode() if self.echo else b""
        return Answer(self.statuses.pop(0) if self.statuses else 200, body)

    def header(self, name: str) -> str | None:
        return {key.lower(): value for key, value in self.requests[-1].headers}.get(name.lower())


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
def url(endpoint: Endpoint) -> Iterator[str]:
    with Receiver(endpoint.respond) as receiver:
        yield receiver.url


def test_the_body_is_signed_with_the_secret_of_the_environment(hookcli, endpoint, url, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET)
    assert hookcli("send", url, "--event", "message", "--seed", "1").code == 0
    body = endpoint.requests[0].body
    assert endpoint.header("X-Hub-Signature") == sign(body, SECRET.encode(), SignatureScheme())
    assert endpoint.header("Content-Type") == "application/json"


def test_without_a_url_the_built_in_receiver_verifies_and_validates(hookcli) -> None:
    ended = hookcli("send", "--seed", "1", "--format", "json")
    report = json.loads(ended.out)
    assert ended.code == 0
    assert report["summary"] == {"deliveries": 3, "delivered": 3, "failed": 0, "unreachable": 0}
    assert [each["reception"] for each in report["deliveries"]] == [
        {"signature": "genuine", "verdict": "valid", "violations": []}
    ] * 3


def test_what_is_printed_by_generate_is_what_is_sent(hookcli, endpoint, url) -> None:
    hookcli("send", url, "--event", "message", "--seed", "9", "-n", "2")
    printed = hookcli("generate", "--event", "message", "--seed", "9", "-n", "2").out
    assert b"\n".join(request.body for request in endpoint.requests) + b"\n" == printed.encode()


def test_a_run_can_be_repeated_from_the_seed_that_it_printed(hookcli, endpoint, url) -> None:
    ended = hookcli("send", url, "--event", "message")
    seed = ended.err.partition("seed ")[2].split()[0]
    hookcli("send", url, "--event", "message", "--seed", seed)
    assert endpoint.requests[0].body == endpoint.requests[1].body


def test_a_file_goes_out_byte_for_byte(hookcli, endpoint, url, tmp_path: Path) -> None:
    body = b'{ "event_name" : "message",\r\n "text": "caf\\u00e9 \\ud83d", "n": 1.0 }\n'
    (tmp_path / "body.json").write_bytes(body)
    assert hookcli("send", url, "--file", "body.json").code == 0
    assert endpoint.requests[0].body == body


def test_a_file_need_not_be_json(hookcli, endpoint, url, tmp_path: Path) -> None:
    (tmp_path / "body.bin").write_bytes(b"\xff\x00garbage")
    assert hookcli("send", url, "--file", "body.bin").code == 0
    assert endpoint.requests[0].body == b"\xff\x00garbage"


def test_a_file_from_standard_input(hookcli, endpoint, url) -> None:
    hookcli("send", url, "--file", "-", stdin=b'{"a":1}')
    assert endpoint.requests[0].body == b'{"a":1}'


def test_a_file_is_edited_when_asked(hookcli, endpoint, url, tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text('{"user": {"auth_id": "a", "name": "b"}}')
    hookcli("send", url, "--file", "body.json", "--set", "user.auth_id=12", "--unset", "user.name")
    assert json.loads(endpoint.requests[0].body) == {"user": {"auth_id": 12}}


def test_editing_a_file_that_is_no_json_is_an_error(hookcli, url, tmp_path: Path) -> None:
    (tmp_path / "body.bin").write_bytes(b"garbage")
    ended = hookcli("send", url, "--file", "body.bin", "--set", "a=1")
    assert ended.code == 3
    assert "need JSON" in ended.err


def test_an_answer_outside_2xx_is_a_finding(hookcli, endpoint, url) -> None:
    endpoint.statuses = [200, 302, 500]
    ended = hookcli("send", url, "--seed", "1", "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out)["summary"] == {"deliveries": 3, "delivered": 1, "failed": 2, "unreachable": 0}


def test_an_answer_after_the_deadline_is_a_finding(hookcli, endpoint, url) -> None:
    endpoint.delay = 1.0
    ended = hookcli("send", url, "--event", "message", "--timeout", "0.2", "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out)["deliveries"][0]["attempts"][0]["error_kind"] == "Late"


def test_a_dead_port_is_no_answer(hookcli) -> None:
    ended = hookcli("send", "1", "--event", "message")
    assert ended.code == 4
    assert "nothing accepts connections at 127.0.0.1:1" in ended.out


@pytest.mark.parametrize(("expected", "code"), [("401", 0), ("4xx", 0), ("200", 1)])
def test_another_status_can_be_expected(hookcli, endpoint, url, expected: str, code: int) -> None:
    endpoint.statuses = [401]
    assert hookcli("send", url, "--event", "message", "--expect", expected).code == code


def test_retry_follows_the_schedule_until_delivered(hookcli, endpoint, url) -> None:
    endpoint.statuses = [500, 503]
    ended = hookcli("send", url, "--event", "message", "--retry", "--time-scale", "1000", "--format", "json")
    attempts = json.loads(ended.out)["deliveries"][0]["attempts"]
    assert ended.code == 0
    assert [attempt["status"] for attempt in attempts] == [500, 503, 200]


def test_many_at_once_all_arrive_in_order_of_the_report(hookcli, endpoint, url) -> None:
    ended = hookcli(
        "send", url, "--event", "message", "-n", "60", "--concurrency", "20", "--seed", "1", "--format", "jsonl"
    )
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 61
    assert len({request.body for request in endpoint.requests}) == 60


def test_own_headers_are_added_and_replace_the_profiles(hookcli, endpoint, url) -> None:
    hookcli("send", url, "--event", "message", "--header", "X-Team: b", "--header", "content-type: text/plain")
    assert endpoint.header("X-Team") == "b"
    assert [v for k, v in endpoint.requests[0].headers if k.lower() == "content-type"] == ["text/plain"]


def test_the_signature_can_be_another_one(hookcli, endpoint, url, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET)
    hookcli("send", url, "--event", "message", "--signature-algorithm", "sha256", "--signature-header", "X-Signature")
    assert endpoint.header("X-Signature") == sign(
        endpoint.requests[0].body, SECRET.encode(), SignatureScheme("", "sha256=", "sha256")
    )
    hookcli("send", url, "--event", "message", "--signature-prefix", "")
    assert endpoint.header("X-Hub-Signature") == sign(
        endpoint.requests[1].body, SECRET.encode(), SignatureScheme("", "", "sha1")
    )


def test_without_a_secret_nothing_is_signed_and_that_is_said(hookcli, endpoint, url) -> None:
    ended = hookcli("send", url, "--event", "message")
    assert endpoint.header("X-Hub-Signature") is None
    assert "not signed" in ended.err


def test_a_secret_from_a_file_loses_its_line_ending_and_nothing_else(hookcli, endpoint, url, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b" s3cr3t \r\n")
    hookcli("send", url, "--event", "message", "--secret-file", "secret")
    assert endpoint.header("X-Hub-Signature") == sign(endpoint.requests[0].body, b" s3cr3t ", SignatureScheme())


def test_a_secret_in_argv_warns(hookcli, url) -> None:
    assert "process list" in hookcli("send", url, "--event", "message", "--secret", SECRET).err


def test_a_secret_in_the_options_variable_does_not_warn(hookcli, url, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SEND_SECRET", SECRET)
    assert "process list" not in hookcli("send", url, "--event", "message").err


@pytest.mark.parametrize(
    "words",
    [["--secret-env", "NOT_SET"], ["--secret-file", "none"], ["--secret", ""]],
)
def test_a_secret_that_is_not_there_is_an_error(hookcli, url, words: list[str]) -> None:
    assert hookcli("send", url, *words).code == 3


def test_two_secrets_are_one_too_many(hookcli, url) -> None:
    assert hookcli("send", url, "--secret", "a", "--secret-env", "B").code == 2


@pytest.mark.parametrize("format_name", ["text", "json", "jsonl", "junit"])
def test_the_secret_is_in_no_output(hookcli, endpoint, url, monkeypatch, tmp_path: Path, format_name: str) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET)
    words = ["--event", "message", "--header", f"X-Debug: {SECRET}", "--report", f"{format_name}=out.txt"]
    ended = hookcli("send", f"{url}?key={SECRET}", *words, "--format", format_name)
    dry = hookcli("send", f"{url}?key={SECRET}", *words[:4], "--dry-run")
    everything = ended.out + ended.err + dry.out + dry.err + (tmp_path / "out.txt").read_text()
    assert SECRET not in everything


def test_a_dry_run_sends_nothing_and_its_curl_line_has_the_signature(hookcli, endpoint, url, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET)
    ended = hookcli("send", url, "--event", "message", "--seed", "1", "--dry-run")
    assert endpoint.requests == []
    hookcli("send", url, "--event", "message", "--seed", "1")
    assert ended.out.count(str(endpoint.header("X-Hub-Signature"))) == 2


@pytest.mark.parametrize(
    "words", [["--format", "json"], ["--report", "junit=x.xml"], ["--format", "junit", "--file", "b"]]
)
def test_a_dry_run_has_no_report(hookcli, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "b").write_text("{}")
    ended = hookcli("send", "1", "--dry-run", *words)
    assert (ended.code, ended.out) == (2, "")
    assert "leave out --format and --report" in ended.err


def test_a_format_for_all_runs_does_not_hinder_a_dry_run(hookcli, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SEND_FORMAT", "json")
    assert hookcli("send", "1", "--dry-run", "--event", "message").out.startswith("POST / HTTP/1.1\n")
    assert hookcli("send", "1", "--dry-run", "--event", "message", "--format", "text").code == 0


def test_what_has_no_effect_on_a_file_is_said(hookcli, url, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{}")
    (tmp_path / "s.json").write_text('{"type": "object"}')
    ended = hookcli("send", url, "--file", "b.json", "--seed", "1", "--schema", "s.json")
    assert ended.code == 0
    assert "warning: --seed has no effect on --file" in ended.err
    assert "warning: --schema has no effect here" in ended.err
    assert "--schema has no effect" not in hookcli("send", "--file", "b.json", "--schema", "s.json").err


def test_a_seed_for_all_runs_is_no_warning(hookcli, url, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SEND_SEED", "1")
    (tmp_path / "b.json").write_text("{}")
    assert "warning" not in hookcli("send", url, "--file", "b.json").err


def test_a_schema_from_standard_input_is_read_once(hookcli) -> None:
    ended = hookcli("send", "--schema", "-", stdin=b'{"type": "object", "required": ["id"]}')
    assert ended.code == 0
    assert "payload valid" in ended.out


def test_a_schema_of_ones_own_is_sent_and_validated(hookcli, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(
        '{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}'
    )
    assert "payload valid" in hookcli("send", "--schema", "s.json", "--seed", "1").out


def test_a_forged_signature_is_seen_by_the_built_in_receiver(hookcli, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET)
    ended = hookcli("send", "--seed", "1", "--event", "message", "--header", "X-Hub-Signature: sha1=00")
    assert ended.code == 1
    assert "signature forged" in ended.out


def test_an_invalid_payload_is_seen_by_the_built_in_receiver(hookcli) -> None:
    ended = hookcli("send", "--seed", "1", "--event", "message", "--set", "user=12")
    assert ended.code == 1
    assert "payload invalid" in ended.out
    assert "warning: with --set and --unset the payload breaks type at /user" in ended.err


def test_reports_beside_the_result(hookcli, url, tmp_path: Path) -> None:
    hookcli("send", url, "--event", "message", "--report", "json=a.json", "--report", "junit=b.xml", "-o", "c.txt")
    assert json.loads((tmp_path / "a.json").read_text())["summary"]["delivered"] == 1
    assert 'failures="0"' in (tmp_path / "b.xml").read_text()
    assert "1 delivered" in (tmp_path / "c.txt").read_text()


@pytest.mark.parametrize("words", [["--event", "message", "--schema", "s.json"], ["--file", "x", "--event", "message"]])
def test_what_excludes_each_other_is_a_usage_error(hookcli, words: list[str]) -> None:
    assert hookcli("send", *words).code == 2


def test_a_file_in_the_place_of_the_url_names_the_option(hookcli, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{}")
    assert "repeat --file" in hookcli("send", "--file", "a.json", "b.json").err


def test_a_file_can_be_validated_by_a_schema_of_ones_own(hookcli, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"required": ["id"]}')
    (tmp_path / "b.json").write_text('{"event_name": "paid"}')
    ended = hookcli("send", "--file", "b.json", "--schema", "s.json")
    assert ended.code == 1
    assert "--> paid" in ended.out


def test_an_event_of_a_schema_of_ones_own_has_its_name(hookcli, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"properties": {"event_name": {"const": "paid"}}, "required": ["event_name"]}')
    assert "--> paid" in hookcli("send", "--schema", "s.json", "--seed", "1").out


def test_a_file_that_is_not_there_is_an_error(hookcli, url) -> None:
    assert hookcli("send", url, "--file", "none.json").code == 3


def test_a_report_that_cannot_be_written_is_an_error(hookcli, url) -> None:
    ended = hookcli("send", url, "--event", "message", "--report", "json=none/x.json")
    assert ended.code == 3
    assert "none/x.json" in ended.err


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("8000", "http://127.0.0.1:8000"), (":8000/x", "http://127.0.0.1:8000/x"), ("8000/hook?a=1", "http://127.0.0.1:8000/hook?a=1"),
        ("/hook", "http://127.0.0.1/hook"), ("localhost:80/x", "http://localhost:80/x"), ("[::1]:5/", "http://[::1]:5/"),
        ("https://a.example/x", "https://a.example/x"),
    ],
)  # fmt: skip
def test_a_bare_port_or_path_is_a_loopback_url(text: str, url: str) -> None:
    from hookcli.cli.params import Url

    assert Url().convert(text, None, None) == url


@pytest.mark.parametrize(
    "text", ["ftp://a/", "example.com", "http://", "http://a:99999/", "http://a b/", "http://a:0/", "http://[::1/"]
)
def test_what_is_no_url_is_a_usage_error(hookcli, text: str) -> None:
    assert hookcli("send", text).code == 2


@pytest.mark.parametrize("words", [
    ["--header", "no colon"], ["--header", "bad name: x"], ["--header", "X: a\x01b"], ["--set", "novalue"], ["--set", "=1"],
    ["--expect", "abc"], ["--report", "json"], ["--report", "pdf=x"], ["--timeout", "0"], ["--time-scale", "0"], ["-n", "0"],
])  # fmt: skip
def test_a_malformed_option_is_a_usage_error(hookcli, words: list[str]) -> None:
    assert hookcli("send", "1", *words).code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "user.auth_id.x=1"], "a string has no keys"),
        (["--set", "message.body.data.quick_replies.7=1", "--set", "x=1"], ""),
        (["--unset", "version.x"], "a string has no keys"),
    ],
)
def test_an_edit_that_has_no_place_is_an_error(hookcli, words: list[str], said: str) -> None:
    ended = hookcli("generate", "--event", "message", "--seed", "1", *words)
    assert said in ended.err
    assert ended.code in (0, 3)


@pytest.mark.parametrize("secret", ["true", "test", "1234", 'pa"ss&wo<rd'])
@pytest.mark.parametrize("format_name", ["json", "jsonl", "junit"])
def test_a_secret_that_is_a_word_of_the_format_spoils_no_report(
    hookcli, url, monkeypatch, secret: str, format_name: str
) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", secret)
    out = hookcli("send", url, "--event", "message", "--seed", "1234", "--format", format_name).out
    read = {
        "json": json.loads,
        "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
        "junit": ET.fromstring,
    }
    assert read[format_name](out) is not None


def test_a_secret_with_quotes_is_masked_before_it_is_escaped(hookcli, url, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", 'pa"ss&wo')
    for format_name in ("json", "junit", "text"):
        out = hookcli("send", f'{url}?key=pa%22ss&x=pa"ss&wo', "--event", "message", "--format", format_name).out
        assert "ss&wo" not in out
        assert "ss&amp;wo" not in out


def test_a_dry_run_shows_the_exact_request_and_keeps_the_body(hookcli, endpoint, url, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "auth")
    ended = hookcli("send", f"{url}hook", "--event", "message", "--seed", "1", "--dry-run")
    hookcli("send", f"{url}hook", "--event", "message", "--seed", "1")
    body = endpoint.requests[0].body.decode()
    assert ended.out.startswith("POST /hook HTTP/1.1\nHost: 127.0.0.1:")
    assert f"Content-Length: {len(endpoint.requests[0].body)}\n" in ended.out
    assert ended.out.count(body) == 2
    assert "the payload itself holds the secret" in ended.err


def test_credentials_in_a_url_are_hidden_everywhere(hookcli, url) -> None:
    address = url.replace("http://", "http://bob:hunter2@")
    for words in (["send", address, "--event", "message"], ["send", address, "--event", "message", "--dry-run"],
                  ["send", address.replace("http", "ftp")], ["send", "bob:hunter2@h/x"]):  # fmt: skip
        ended = hookcli(*words)
        assert "hunter2" not in ended.out + ended.err


def test_what_an_endpoint_echoes_of_credentials_is_masked(hookcli, endpoint, url) -> None:
    endpoint.statuses = [500]
    endpoint.echo = True
    ended = hookcli("send", url, "--event", "message", "--header", "Authorization: Bearer tok-12345")
    assert "the endpoint failed" in ended.out
    assert "tok-12345" not in ended.out


def test_a_body_that_the_built_in_receiver_does_not_take_is_no_bug(hookcli, tmp_path: Path) -> None:
    (tmp_path / "huge.json").write_bytes(b'{"a": "' + b"x" * 11_000_000 + b'"}')
    ended = hookcli("send", "--file", "huge.json")
    assert ended.code == 1
    assert "413" in ended.out


@pytest.mark.parametrize("words", [
    ["--timeout", "nan"], ["--timeout", "inf"], ["--time-scale", "nan"], ["--time-scale", "1e-300"], ["--signature-header", "a b"],
    ["--signature-prefix", "a\nb"], ["--header", "Content-Length: 3"], ["--report", "json=-"],
    ["--report", "json=a", "--report", "jsonl=a"], ["-o", "a", "--report", "jsonl=a"],
])  # fmt: skip
def test_what_makes_no_sense_is_a_usage_error(hookcli, words: list[str]) -> None:
    assert hookcli("send", "1", *words).code == 2


def test_nothing_is_sent_before_the_outputs_and_files_are_known_to_be_good(
    hookcli, endpoint, url, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text("{}")
    assert hookcli("send", url, "--report", "json=none/x.json").code == 3
    assert hookcli("send", url, "-o", str(tmp_path)).code == 3
    assert hookcli("send", url, "--file", "a.json", "--file", "none.json").code == 3
    assert endpoint.requests == []


def test_a_retry_says_when_the_next_attempt_is(hookcli, endpoint, url) -> None:
    endpoint.statuses = [500]
    ended = hookcli("send", url, "--event", "message", "--retry", "--time-scale", "1000")
    assert "the next attempt is in 0.005 s" in ended.err


def test_a_secret_file_that_is_too_long_is_an_error(hookcli, url, tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"x" * 70_000)
    assert hookcli("send", url, "--secret-file", "s").code == 3


def test_a_secret_from_standard_input(hookcli, endpoint, url) -> None:
    hookcli("send", url, "--event", "message", "--secret-file", "-", stdin=b"s3cr3t\n")
    assert endpoint.header("X-Hub-Signature") == sign(endpoint.requests[0].body, b"s3cr3t", SignatureScheme())


def test_a_very_short_secret_warns(hookcli, url, monkeypatch) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "abc")
    assert "anybody can guess it" in hookcli("send", url, "--event", "message").err
