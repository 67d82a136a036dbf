from __future__ import annotations

import shutil
import subprocess

import pytest
from endpoints import Endpoint, answers

from hookcli.delivery.curl import LONGEST_ARGUMENT, curl_line
from hookcli.models import Message

URL = "http://127.0.0.1:8000/hook"
SHELLS = [shell for shell in ("sh", "dash", "bash") if shutil.which(shell)]
BODIES = {
    "json": b'{"a": "\xc3\xa9", "b": [1, 2]}',
    "empty": b"",
    "at": b"@/etc/passwd",
    "quotes": b"'\"`$HOME$(id)'\\''",
    "lines": b"\n\na\n\tb\n\n",
    "carriage returns": b"a\r\nb\r",
    "percent": b"100%s %d %%",
    "backslashes": b"\\n \\\\ \\101 \\",
    "dash": b"-n x",
    "history": b"!! !$",
    "escape": b"\x1b[31mred",
    "bytes": bytes(range(256)),
    "text direction": 'a\u202e"\u2066b\u2028'.encode(),
    "option and no text": b"-\xff",
    "percent and no text": b"%s\\n'\xff",
    "long": b"'\\%" * 40_000,
}

needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="needs the curl command")


def sent(message: Message, shell: str = "sh", path: str = "hook") -> tuple[list[bytes], bytes]:
    """The head's lines and the body that the line sends, run by a real shell and curl."""
    with Endpoint(answers()) as endpoint:
        line = curl_line(message, endpoint.url.removesuffix("hook") + path)
        done = subprocess.run([shell], input=line.encode(), capture_output=True, check=True, timeout=20)
    assert (done.stdout.split(b"\r\n")[0], done.stderr) == (b"HTTP/1.1 200 OK", b"")
    head, _, body = endpoint.requests[0].partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


@needs_curl
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_the_line_sends_the_very_same_body(shell, body):
    lines, arrived = sent(Message("e", body), shell)
    assert arrived == body
    assert b"Content-Length: %d" % len(body) in lines


@needs_curl
def test_the_line_is_one_command_for_sh_c():
    with Endpoint(answers()) as endpoint:
        line = curl_line(Message("e", b"it's"), endpoint.url)
        subprocess.run(["sh", "-c", line], check=True, capture_output=True, timeout=20)
    assert endpoint.requests[0].endswith(b"\r\n\r\nit's")


@needs_curl
def test_the_line_sends_the_headers_and_none_that_are_not_wanted():
    headers = (("X-Hub-Signature", "sha1=ab"), ("X-Empty", ""), ("X", 'it\'s "$HOME" é'), ("X", "2"))
    lines, _ = sent(Message("e", b"x" * 2_000_000, headers))
    ours = [line for line in lines if line.startswith(b"X")]
    assert ours == [b"X-Hub-Signature: sha1=ab", b"X-Empty:", 'X: it\'s "$HOME" é'.encode(), b"X: 2"]
    names = {line.split(b":")[0] for line in lines[1:]}
    assert names == {b"Host", b"User-Agent", b"Accept", b"Content-Length", b"X-Hub-Signature", b"X-Empty", b"X"}


@needs_curl
def test_a_header_of_the_message_replaces_what_curl_would_send():
    lines, _ = sent(Message("e", b"{}", (("content-type", "application/json"), ("User-Agent", "mine"))))
    assert b"content-type: application/json" in lines
    assert [line for line in lines if line.lower().startswith(b"user-agent")] == [b"User-Agent: mine"]


@needs_curl
@pytest.mark.parametrize(
    ("path", "target"),
    [("a/../b?c=[1-3]&d={e}", b"/a/../b?c=[1-3]&d=%7Be%7D"), ("a b/é?'", b"/a%20b/%C3%A9?'"), ("", b"/")],
)
def test_the_line_asks_for_the_very_same_path(path, target):
    lines, _ = sent(Message("e", b""), path=path)
    assert lines[0] == b"POST " + target + b" HTTP/1.1"


@needs_curl
def test_no_proxy_is_asked_for_loopback(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert sent(Message("e", b"x"))[1] == b"x"


def test_a_short_text_stays_readable():
    line = curl_line(Message("e", b'{"a": "\xc3\xa9"}', (("X", "1"),)), "https://shop.example/hook")
    assert line == (
        "curl -sS -i -X POST --globoff --path-as-is -H 'X: 1' -H Content-Type: -H Expect:"
        ' --data-raw \'{"a": "é"}\' https://shop.example/hook'
    )


@pytest.mark.parametrize("body", [b"\x00", b"\xff", b"\r", "\u009b".encode(), b"x" * LONGEST_ARGUMENT])
def test_what_a_terminal_or_an_argument_cannot_carry_comes_from_printf(body):
    assert curl_line(Message("e", body), URL).startswith("printf '")


@pytest.mark.parametrize("character", "\u00ad\u061c\u200b\u200f\u2028\u2029\u202e\u2066\u2069\ufeff\U000e0041")
def test_what_hides_or_reorders_text_comes_from_printf(character):
    line = curl_line(Message("e", f"a{character}b".encode()), URL)
    assert line.startswith("printf 'a\\")
    assert line.isascii()


def test_what_is_no_url_is_refused():
    with pytest.raises(ValueError, match="http"):
        curl_line(Message("e", b""), "ftp://shop.example/")
