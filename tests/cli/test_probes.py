"""Where the count of effects is read: what it may be, and what is said of what it may not."""

from __future__ import annotations

import shlex
import sys

import pytest

from hookcli.cli import probes
from hookcli.errors import ProbeUnreadable
from hookcli.models import Attempt, Failure


def count_in(text: bytes, status: int = 200) -> int:
    return probes.count_at(lambda _: Attempt(1, status, 0.001, answer=text), "http://127.0.0.1/count")


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


@pytest.mark.parametrize(
    ("text", "count"),
    [(b"7", 7), (b" 7\n", 7), (b"7.0", 7), (b"0", 0), (b'{"count": 7}', 7), (b'{"count": 7, "since": "noon"}', 7)],
)
def test_a_number_is_a_count(text, count):
    assert count_in(text) == count
    assert probes.count_by(python(f"print({text.decode()!r})")) == count


@pytest.mark.parametrize(
    "text", [b"", b"seven", b"7.5", b"true", b'"7"', b"[7]", b'{"total": 7}', b"<html>7</html>", b"null"]
)
def test_what_is_no_number_is_shown(text):
    with pytest.raises(ProbeUnreadable, match="is no whole number"):
        count_in(text)
    with pytest.raises(ProbeUnreadable, match="is no whole number"):
        probes.count_by(python(f"print({text.decode()!r})"))


def test_an_answer_that_is_no_200_is_named():
    with pytest.raises(ProbeUnreadable, match="the answer is 404, not 200"):
        count_in(b"7", 404)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure("Late", "no complete answer within 5 s, the sender's deadline"), "longer than the deadline"),
        (Failure("ConnectionFailed", "nothing accepts connections", unreachable=True), "nothing accepts connections"),
    ],
)
def test_no_answer_is_said(failure, said):
    with pytest.raises(ProbeUnreadable, match=said):
        probes.count_at(lambda _: Attempt(1, None, 5.0, failure), "http://127.0.0.1/count")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-command-of-hookcli", "cannot be started: No such file"),
        ("'unbalanced", "cannot be started: No closing quotation"),
        ("", "it is empty; give a command"),
        (python("import sys; sys.exit('the database is locked')"), "ended with 1: the database is locked"),
        (python("import sys; sys.exit(3)"), "ended with 3: it said nothing"),
    ],
)
def test_a_command_that_does_not_count_is_said(command, said):
    with pytest.raises(ProbeUnreadable, match=said):
        probes.count_by(command)


def test_a_command_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(probes, "_LONGEST", 0.2)
    with pytest.raises(ProbeUnreadable, match=r"longer than 0\.2 s"):
        probes.count_by(python("import time; time.sleep(30)"))


def test_a_command_is_no_shell():
    assert probes.count_by(python("import sys; print(len(sys.argv))") + " '$HOME' '*' ';'") == 4
