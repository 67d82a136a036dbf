"""The stand-in for the sender's API: what it answers to a right call, and to every wrong one."""

from __future__ import annotations

import json

import pytest

from hookcli.capture.server import Receiver, Request
from hookcli.cli.standin import LONGEST_BODY, StandIn
from hookcli.cli.token_options import Access
from hookcli.delivery.client import Client, Connection
from hookcli.models import Message

TOKEN = "t0ken-of-the-test"
RIGHT = {"enabled": True, "business_id": 2876, "device_platform": 13}
BODY = json.dumps(RIGHT)
HEADERS = (("Authorization", f"Bearer {TOKEN}"), ("client-id", "shop"))


class Asked:
    """The stand-in, and what it did."""

    def __init__(self) -> None:
        self.enabled = 0
        self.was_disabled = True
        self.said: list[str] = []
        access = Access(TOKEN, "shop", "$TOKEN")
        self.standin = StandIn(access=access, path="/v1.0/webhook/", enable=self.enable, say=self.said.append)

    def enable(self) -> bool:
        self.enabled += 1
        return self.was_disabled

    def __call__(self, method="POST", path="/v1.0/webhook/", headers=HEADERS, body=BODY) -> tuple:
        answer = self.standin.respond(Request(method, path, headers, body.encode()))
        assert dict(answer.headers)["Content-Type"] == "application/json"
        return answer.status, json.loads(answer.body), dict(answer.headers)


@pytest.fixture
def ask() -> Asked:
    return Asked()


def test_the_contracts_call_enables(ask: Asked) -> None:
    assert ask()[:2] == (200, RIGHT)
    assert ask.enabled == 1
    assert ask.said == ["POST /v1.0/webhook/  [200] enabled"]


def test_an_enabled_webhook_can_be_enabled_and_that_is_said(ask: Asked) -> None:
    ask.was_disabled = False
    assert ask()[:2] == (200, RIGHT)
    assert ask.said == ["POST /v1.0/webhook/  [200] it was enabled already"]


def test_names_of_headers_and_the_scheme_have_no_case_and_more_keys_are_no_harm(ask: Asked) -> None:
    headers = (("AUTHORIZATION", f"bearer {TOKEN}"), ("Client-ID", "shop"))
    assert ask(headers=headers, path="/v1.0/webhook/?a=1", body=json.dumps({**RIGHT, "more": 1}))[0] == 200


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ((), "Authorization is missing"),
        (HEADERS[1:], "Authorization is missing"),
        ((HEADERS[0], *HEADERS), "given twice"),
        ((("Authorization", TOKEN), HEADERS[1]), "must be 'Bearer <token>'"),
        ((("Authorization", f"Basic {TOKEN}"), HEADERS[1]), "must be 'Bearer <token>'"),
        ((("Authorization", "Bearer wrong"), HEADERS[1]), "the token is not the right one"),
        ((("Authorization", f"Bearer {TOKEN}x"), HEADERS[1]), "the token is not the right one"),
        ((("Authorization", "Bearer \udcff"), HEADERS[1]), "the token is not the right one"),
        ((("Authorization", "Bearer"), HEADERS[1]), "the token is not the right one"),
        (HEADERS[:1], "client-id is missing"),
        ((HEADERS[0], ("client-id", "other")), "client-id is missing, given twice, or not the one"),
        ((HEADERS[0], ("client_id", "shop")), "client-id is missing"),
    ],
)
def test_a_call_without_the_right_token_and_client_id_is_401(ask: Asked, headers, why: str) -> None:
    status, body, answered = ask(headers=headers)
    assert (status, answered["WWW-Authenticate"]) == (401, "Bearer")
    assert why in body["error"]
    assert ask.enabled == 0
    assert TOKEN not in json.dumps(body) + "".join(ask.said)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        (json.dumps({**RIGHT, "enabled": False}), "enabled must be true"),
        (json.dumps({**RIGHT, "enabled": "true"}), "enabled must be true"),
        (json.dumps({**RIGHT, "enabled": 1}), "enabled must be true"),
        (json.dumps({"enabled": True, "device_platform": 13}), "business_id must be an integer"),
        (json.dumps({**RIGHT, "business_id": "2876"}), "business_id must be an integer"),
        (json.dumps({**RIGHT, "business_id": True}), "business_id must be an integer"),
        (json.dumps({"enabled": True, "business_id": 1}), "device_platform must be 13"),
        (json.dumps({**RIGHT, "device_platform": 14}), "device_platform must be 13"),
        (json.dumps({**RIGHT, "device_platform": "13"}), "device_platform must be 13"),
    ],
)
def test_a_body_that_is_not_the_contracts_is_400(ask: Asked, body: str, why: str) -> None:
    status, answer, _ = ask(body=body)
    assert status == 400
    assert why in answer["error"]
    assert ask.enabled == 0


@pytest.mark.parametrize("path", ["/", "/v1.0/webhook", "/v1.0/webhook/x", "/v2.0/webhook/"])
def test_another_path_is_404_and_names_the_right_one(ask: Asked, path: str) -> None:
    status, body, _ = ask(path=path)
    assert status == 404
    assert "POST /v1.0/webhook/" in body["error"]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_method_is_405(ask: Asked, method: str) -> None:
    status, _, headers = ask(method=method)
    assert (status, headers["Allow"], ask.enabled) == (405, "POST", 0)


def test_a_body_without_bound_is_not_read(ask: Asked) -> None:
    body = json.dumps({**RIGHT, "more": "x" * LONGEST_BODY}).encode()
    receiver = Receiver(ask.standin.respond, max_body=LONGEST_BODY)
    with receiver, Client(Connection(deadline=5)) as client:
        url = receiver.url + "v1.0/webhook/"
        statuses = [client.attempt(Message("", each, HEADERS), url).status for each in (body, BODY.encode())]
    assert statuses == [413, 200]
    assert ask.enabled == 1
