"""The line that asks a check again: it carries all that the run was asked with, and it finds the same."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receivers import faulty
from receivers.server import serving
from receivers.sound import SECRET, Sound

from hookcli.cli import sender_options
from hookcli.cli.again import again
from hookcli.cli.commands.check import CheckOptions, check
from hookcli.cli.main import SETTINGS
from hookcli.jsontext import dump
from hookcli.redaction import MASK, redact

pytestmark = pytest.mark.usefixtures("endpoint_proxy")

UNCARRIED = {"only", "left_out", "seed", "is_list", "explained", "source", "format_name", "reports", "output"}
"""What says which checks are asked and where the result goes; and the seed, which may have been drawn."""


def parsed(words: list[str]) -> dict[str, Any]:
    """What click makes of a command line, by the names of the parameters."""
    with check.make_context("check", [*words], **SETTINGS) as context:
        return dict(context.params)


def options_of(words: list[str]) -> tuple[CheckOptions, sender_options.SecretOptions, sender_options.ProfileOptions]:
    params = parsed(words)
    secret = sender_options.taken(sender_options.SecretOptions, params)
    return secret, sender_options.taken(sender_options.ProfileOptions, params), CheckOptions(**params)


def line_of(words: list[str], seed: int = 7) -> list[str]:
    """The words behind `hookcli check`, for `burst`."""
    secret, signing, asked = options_of(words)
    line = again("burst", asked=asked, secret=secret, signing=signing, seed=seed)
    program, command, *rest = shlex.split(line)
    assert (program, command) == ("hookcli", "check")
    return rest


def carried(words: list[str]) -> dict[str, Any]:
    secret, signing, asked = options_of(words)
    told = {name: value for name, value in asdict(asked).items() if name not in UNCARRIED}
    return {**told, **asdict(secret), **asdict(signing)}


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda each: st.lists(each, max_size=2), max_leaves=4
)
PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8)


def option(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[str]]:
    """The option with a value, or nothing."""
    return st.just([]) | values.map(lambda value: [name, str(value)])


def several(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """The option up to three times."""
    return st.lists(values, max_size=3).map(lambda each: [word for value in each for word in (name, value)])


def flag(name: str) -> st.SearchStrategy[list[str]]:
    return st.sampled_from([[], [name]])


ENDPOINTS = st.sampled_from(
    [["8000/hook"], ["https://example.com/a%20b?c=d&e='f'"], ["/hook", "--asgi", "main:app"], ["--wsgi", "main:make()"]]
)
EDITS = st.tuples(st.sampled_from(["user.auth_id", "/data/a~1b", "data.items.0.title", "a b"]), TEXT | JSON)
OPTIONS = st.tuples(
    several("--event", st.sampled_from(["message", "chat_pinned"])),
    option("--bad-signature", st.sampled_from(["reject", "ignore", "either"])),
    flag("--strict-200"),
    option("-n", st.integers(1, 1000)),
    option("--timeout", st.floats(0.001, 1e9)),
    st.just([])
    | st.sampled_from([["--probe-url", "/count"], ["--probe-cmd", "sh -c 'echo \"$N\"'"], ["--probe-cmd", ""]]),
    option("--start", st.sampled_from(["python -m http.server", "sh -c 'exec \"$SHOP\"'"])),
    option("--wait", st.floats(0.001, 1e9)),
    several(
        "--set", EDITS.map(lambda edit: f"{edit[0]}={edit[1] if isinstance(edit[1], str) else dump(edit[1]).decode()}")
    ),
    several("--unset", TEXT.filter(bool)),
    several("--header", PRINTABLE.map(lambda text: f"X-Mine: {text}")),
    flag("--insecure"),
    option("--ca-bundle", st.sampled_from(["ca.pem", "of mine/ca.pem", "/ca.pem"])),
    option("--secret-env", st.sampled_from(["SHOP_SECRET"])),
    option("--secret-file", st.sampled_from(["-", "a secret"])),
    option("--profile", st.sampled_from(["haptik", "mine.toml"])),
    option("--signature-header", st.sampled_from(["X-Mine-Signature"])),
    option("--signature-algorithm", st.sampled_from(["sha1", "sha256", "sha512"])),
    option("--signature-prefix", PRINTABLE),
)


@pytest.mark.usefixtures("uncovered")
@given(ENDPOINTS, OPTIONS)
def test_the_line_carries_all_that_the_run_was_asked_with(endpoint: list[str], options: tuple[list[str], ...]) -> None:
    words = [*endpoint, *(word for each in options for word in each)]
    line = line_of(words)
    assert carried(line) == carried(words)
    assert parsed(line)["only"] == ("burst",)
    assert parsed(line)["seed"] == 7


def test_what_was_not_said_is_not_in_the_line() -> None:
    assert line_of(["8000/hook"]) == ["http://127.0.0.1:8000/hook", "--only", "burst", "--seed", "7"]


def test_credentials_are_masked_whatever_quotes_they_have_in_them() -> None:
    words = ["https://bob:it's!@example.com/", "--probe-url", "https://bob:it's!@example.com/count"]
    words += ["--header", "Authorization: it's!", "--set", "user.user_name=it's!"]
    secret, signing, asked = options_of([*words, "--secret", "it's!"])
    shown = again(
        "burst", asked=asked, secret=secret, signing=signing, seed=7, mask=lambda word: redact(word, ["it's!"])
    )
    assert "it" not in shown
    assert shown.count(MASK) == 4
    assert "--secret" not in shown


# Run again


@pytest.mark.parametrize(
    ("receiver", "words", "check_id"),
    [
        (lambda: faulty.Answers(204), ["--strict-200", "--event", "message"], "status.200"),
        (lambda: faulty.UnknownEvent(404), [], "unknown-event"),
        (lambda: faulty.Strict("user"), ["--set", 'user.user_name=O\'Brien "x"', "--unset", "agent.email"], "new-keys"),
        (lambda: faulty.BreaksOnNull("user", "phone_model"), ["--header", "X-Tenant: a 'b' c"], "null-values"),
        (faulty.AcceptsUnsigned, ["--timeout", "2.5"], "signature.missing"),
        (Sound, ["--bad-signature", "ignore"], "signature.other-body"),
        (Sound, ["--signature-prefix", ""], "signature.valid"),
        (Sound, ["--signature-algorithm", "sha256"], "event.message"),
        (faulty.KnowsNothing, ["--probe-url"], "duplicate.same-bytes"),
    ],
)
def test_the_line_finds_the_same_again(hookcli, monkeypatch, receiver, words: list[str], check_id: str) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET.decode())

    def finding(ended: Any) -> tuple[str, str, str]:
        (found,) = [each for each in json.loads(ended.out)["checks"] if each["id"] == check_id]
        return found["verdict"], found["message"], found["reproduce"]

    with serving(receiver()) as server:
        words = [*words, server.count_url] if words[-1:] == ["--probe-url"] else words
        first = finding(
            hookcli("check", server.url, *words, "--seed", "20261127", "--only", check_id, "--format", "json")
        )
    with serving(receiver(), server.server_address[1]) as server:
        second = finding(hookcli(*shlex.split(first[2])[1:], "--format", "json"))
    assert first[0] == "fail"
    assert second == first
