"""The receiver of the pytest plugin."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Iterator
from threading import Thread
from urllib.error import HTTPError

import pytest

from hookcli.generation.generator import generate
from hookcli.jsontext import dump
from hookcli.models import Signature, Verdict
from hookcli.schema import catalog
from hookcli.signing import sign
from hookcli.testing import HaptikReceiver, NotReceived, receiver
from hookcli.testing.secrets import Secret

PROFILE = catalog.load_profile()
KEY = Secret(b"s3cr3t-of-tests")
BODY = dump(next(iter(generate(catalog.load_event("message"), seed=1))).payload)


@pytest.fixture
def haptik_receiver() -> Iterator[HaptikReceiver]:
    with HaptikReceiver(PROFILE, KEY) as opened:
        yield opened


def post(url: str, body: bytes = BODY, signature: str | None = None) -> int:
    signed = sign(body, KEY, PROFILE.signature) if signature is None else signature
    headers = {"Content-Type": "application/json", **({"X-Hub-Signature": signed} if signed else {})}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def test_what_comes_is_verified_validated_and_kept(haptik_receiver: HaptikReceiver) -> None:
    assert post(f"{haptik_receiver.url}any/path?a=1") == 200
    (received,) = haptik_receiver.expect()
    assert (received.method, received.path, received.body) == ("POST", "/any/path?a=1", BODY)
    assert (received.event, received.signature, received.verdict) == ("message", Signature.GENUINE, Verdict.VALID)
    assert received.payload["event_name"] == "message"
    assert received.header("content-TYPE") == "application/json"
    assert received.header("x-none") is None
    assert received.problems == ()


def test_what_is_wrong_is_said_in_sentences(haptik_receiver: HaptikReceiver) -> None:
    post(haptik_receiver.url, b'{"event_name": "message", "version": 1}')
    post(haptik_receiver.url, signature="sha1=00")
    post(haptik_receiver.url, signature="")
    post(haptik_receiver.url, b"{")
    invalid, forged, unsigned, unreadable = haptik_receiver.expect(4)
    assert any(problem.startswith("/version  is 1, but must be a string") for problem in invalid.problems)
    assert forged.problems[0].startswith("signature forged: ")
    assert unsigned.problems[0].startswith("signature missing: ")
    assert unreadable.problems[0].startswith("unreadable: ")
    assert unreadable.payload is None


def test_without_a_secret_signatures_are_not_judged() -> None:
    with HaptikReceiver(PROFILE, None) as opened:
        post(opened.url)
        (received,) = opened.expect()
    assert (received.signature, received.problems) == (Signature.UNCHECKED, ())


def test_fewer_or_more_than_expected_is_a_failure_that_names_what_came(haptik_receiver: HaptikReceiver) -> None:
    with pytest.raises(NotReceived, match="0 of 1 messages came to http://127"):
        haptik_receiver.expect(within=0.01)
    post(haptik_receiver.url)
    post(haptik_receiver.url)
    with pytest.raises(NotReceived, match="2 of 1 messages came") as caught:
        haptik_receiver.expect()
    assert str(caught.value).count("<message POST /, ") == 2


def test_it_waits_for_what_comes_late(haptik_receiver: HaptikReceiver) -> None:
    Thread(target=post, args=(haptik_receiver.url,)).start()
    assert len(haptik_receiver.expect(within=10)) == 1


def test_it_waits_in_an_async_test_without_holding_the_loop(haptik_receiver: HaptikReceiver) -> None:
    async def test() -> int:
        received, _ = await asyncio.gather(
            haptik_receiver.aexpect(within=10), asyncio.to_thread(post, haptik_receiver.url)
        )
        return len(received)

    assert asyncio.run(test()) == 1


def test_answers_can_be_chosen(haptik_receiver: HaptikReceiver) -> None:
    haptik_receiver.answer_with(500, 429)
    assert [post(haptik_receiver.url) for _ in range(3)] == [500, 429, 200]


def test_the_secret_is_not_shown(haptik_receiver: HaptikReceiver) -> None:
    post(f"{haptik_receiver.url}s3cr3t-of-tests", signature="sha1=s3cr3t-of-tests")
    (received,) = haptik_receiver.expect()
    assert "s3cr3t" not in str(received) + repr(received.problems) + repr(haptik_receiver)


def test_memory_is_bounded(haptik_receiver: HaptikReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "MOST_BYTES", len(BODY) + 1)
    assert [post(haptik_receiver.url) for _ in range(2)] == [200, 507]
    with pytest.raises(NotReceived, match="not kept"):
        haptik_receiver.expect(2, within=0.01)
