"""The sender of the pytest plugin, without pytest around it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from hookcli.capture.server import Answer, Receiver, Request
from hookcli.errors import ApplicationUnusable, AssignmentInvalid, EventUnknown
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.testing import ArgumentInvalid, NotDelivered
from hookcli.testing.conversations import EVENTS, conversation
from hookcli.testing.endpoint import Endpoint, checked
from hookcli.testing.haptik import Haptik, Settings, seed_of
from hookcli.testing.secrets import Secret

SECRET = b"s3cr3t-of-tests"
PROFILE = catalog.load_profile()


class Site:
    """A WSGI application that keeps what comes, and answers as it is told."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.environs: list[dict[str, str]] = []
        self.status = "200 OK"
        self.said = b"OK"

    def __call__(self, environ, start_response):
        self.bodies.append(environ["wsgi.input"].read())
        self.environs.append(environ)
        start_response(self.status, [])
        return [self.said]


@pytest.fixture
def site() -> Site:
    return Site()


Make = Callable[..., Haptik]


@pytest.fixture
def make(site: Site) -> Iterator[Make]:
    """Makes the sender of a test."""
    opened: list[Endpoint] = []

    def make_one(target: object = site, *, seed: int = 7, path: str | None = "/hook", key: bytes | None = SECRET,
                 headers: tuple[tuple[str, str], ...] = ()) -> Haptik:  # fmt: skip
        def find() -> Endpoint:
            opened.append(Endpoint(checked(target), PROFILE.deadline))
            return opened[-1]

        settings = Settings(
            profile=PROFILE, key=None if key is None else Secret(key), headers=headers, path=path, seed=seed,
            again="pytest test_a.py::test_b",
        )  # fmt: skip
        return Haptik(find, settings, seed)

    yield make_one
    for each in opened:
        each.close()


def signature(body: bytes) -> str:
    return "sha1=" + hmac.new(SECRET, body, "sha1").hexdigest()


def test_an_event_is_sent_signed_and_valid(make: Make, site: Site) -> None:
    delivery = make().send("webhook_agent_chat_close")
    assert delivery
    assert catalog.load_event("webhook_agent_chat_close").is_valid(delivery.payload)
    assert site.bodies == [delivery.message.body]
    assert site.environs[0]["HTTP_X_HUB_SIGNATURE"] == signature(site.bodies[0])
    assert (site.environs[0]["PATH_INFO"], site.environs[0]["HTTP_HOST"]) == ("/hook", "testserver")


def test_every_message_of_a_test_is_another_and_the_same_in_the_next_run(make: Make) -> None:
    first, again = ([make_one.payload("message") for _ in range(3)] for make_one in (make(), make()))
    assert first == again
    assert len({payload["user"]["auth_id"] for payload in first}) == 3


def test_two_tests_have_different_payloads() -> None:
    assert len({seed_of(1, test) for test in ("a.py::test_a", "a.py::test_b", "b.py::test_a")}) == 3
    now = 1_795_836_645_807_340
    assert now - 600_000_000 <= seed_of(now, "a.py::test_a") <= now


def test_a_payload_is_edited(make: Make) -> None:
    edits = {"user.auth_id": "u1", "/data/closing_categories/reason": "Refund", "agent.email": None}
    payload = make().payload("webhook_agent_chat_close", set=edits, unset=["business_name"])
    assert payload["user"]["auth_id"] == "u1"
    assert payload["data"]["closing_categories"]["reason"] == "Refund"
    assert payload["agent"]["email"] is None
    assert "business_name" not in payload


def test_one_path_that_is_taken_out_need_be_no_list(make: Make) -> None:
    assert "business_name" not in make().payload("message", unset="business_name")


def test_a_payload_or_exact_bytes_are_sent_as_they_are(make: Make, site: Site) -> None:
    haptik = make()
    haptik.send({"event_name": "of ours", "n": 1})
    haptik.send(b"not JSON")
    haptik.send(b'{"a": 1}', set={"a": 2})
    assert site.bodies == [b'{"event_name":"of ours","n":1}', b"not JSON", b'{"a":2}']
    assert [each.event for each in haptik.sent] == ["of ours", "a body", "a payload"]


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("sha1=00", "sha1=00")])
def test_a_signature_can_be_left_out_or_be_another(given: str | None, expected: str | None, make: Make, site: Site):
    make().send("message", signature=given)
    assert site.environs[0].get("HTTP_X_HUB_SIGNATURE") == expected


def test_without_a_secret_nothing_is_signed(make: Make, site: Site) -> None:
    make(key=None).send("message")
    assert "HTTP_X_HUB_SIGNATURE" not in site.environs[0]


def test_headers_of_the_project_and_of_one_message(make: Make, site: Site) -> None:
    make(headers=(("X-Tenant", "a"), ("X-Stage", "b"))).send("message", headers={"x-tenant": "c"})
    assert (site.environs[0]["HTTP_X_TENANT"], site.environs[0]["HTTP_X_STAGE"]) == ("c", "b")


def test_a_path_or_a_whole_url_for_one_message(make: Make, site: Site) -> None:
    haptik = make()
    haptik.send("message", path="/other?tenant=1")
    haptik.send("message", path="https://shop.example/v2/hook")
    assert [(each["PATH_INFO"], each["QUERY_STRING"]) for each in site.environs] == [
        ("/other", "tenant=1"), ("/v2/hook", ""),
    ]  # fmt: skip
    assert (site.environs[1]["HTTP_HOST"], site.environs[1]["wsgi.url_scheme"]) == ("shop.example", "https")


def test_a_refusal_is_a_delivery_that_is_false_and_says_why(make: Make, site: Site) -> None:
    site.status, site.said = "401 Unauthorized", b'{"error": "signature"}'
    delivery = make().send("message")
    assert not delivery
    assert (delivery.status, delivery.json()) == (401, {"error": "signature"})
    assert repr(delivery).startswith("<message -> [401] after ")
    assert "is the secret the same on both sides?" in repr(delivery)
    with pytest.raises(NotDelivered) as caught:
        delivery.assert_delivered()
    first, *rest = str(caught.value).splitlines()
    assert first.startswith("message -> [401] after ")
    assert rest == [
        '    answer    {"error": "signature"}',
        "    contract  any 2xx is a success; the documents ask for 200 OK (Haptik, Protocols)",
        "    again     pytest test_a.py::test_b",
    ]


def test_a_success_can_be_asserted_in_passing(make: Make) -> None:
    delivery = make().send("message")
    assert delivery.assert_delivered() is delivery
    first, *rest = delivery.lines()
    assert first.startswith("--> message  (")
    assert len(rest) == 1


def test_an_application_that_raises_has_failed(make: Make) -> None:
    def app(environ, start_response):
        raise KeyError("user")

    delivery = make(app).send("message")
    assert not delivery
    assert "raised KeyError: 'user'" in repr(delivery)
    assert __file__.rpartition("/")[2] in repr(delivery)


def test_the_secret_is_never_shown(make: Make, site: Site) -> None:
    site.status, site.said = "500 Oops", b"the secret is " + SECRET
    haptik = make(headers=(("Authorization", "Bearer t0ken-of-tests"),))
    delivery = haptik.send("message")
    site.said = b"t0ken-of-tests"
    other = haptik.send("message")
    shown = "\n".join([repr(delivery), *delivery.lines(), *other.lines(), repr(haptik), repr(haptik._settings.key)])
    assert "[hidden]" in shown
    assert SECRET.decode() not in shown
    assert "t0ken" not in shown


def test_over_http_the_message_can_be_made_again_from_the_command_line(make: Make) -> None:
    with Receiver(lambda request: Answer(500)) as receiver:
        haptik = make(f"{receiver.port}/hook", path=None)
        first = haptik.send("message", set={"user.auth_id": "u 1"}, unset=["business_name"])
        second = haptik.send("message", mode="minimal")
    edits = "--unset business_name --set 'user.auth_id=\"u 1\"'"
    command = f"hookcli send http://127.0.0.1:{receiver.port}/hook --event message --seed 7 {edits}"
    assert first.again == ("pytest test_a.py::test_b", command)
    assert second.again == ("pytest test_a.py::test_b",)
    assert first.status == 500


def test_nobody_there_is_a_delivery_too(make: Make) -> None:
    with Receiver(lambda request: Answer()) as receiver:
        port = receiver.port
    delivery = make(f"http://127.0.0.1:{port}/hook", path=None).send("message")
    assert not delivery
    assert delivery.status is None
    assert repr(delivery).startswith("<message -> no answer after ")


def test_what_is_wrong_in_the_test_is_said_at_its_line(make: Make) -> None:
    haptik = make()
    with pytest.raises(EventUnknown, match="did you mean message") as caught:
        haptik.payload("mesage")
    assert len(caught.traceback) == 2  # ours, which pytest hides, and the test's
    with pytest.raises(AssignmentInvalid, match="mode='typicl'"):
        haptik.payload("message", mode="typicl")
    with pytest.raises(AssignmentInvalid, match=r"user\.auth_id\.x"):
        haptik.payload("message", set={"user.auth_id.x": 1})


def test_without_an_endpoint_payloads_can_be_made_and_nothing_sent(make: Make) -> None:
    haptik = make(None)
    assert haptik.payload("message")["event_name"] == "message"
    with pytest.raises(ApplicationUnusable, match="let a fixture hookcli_target return"):
        haptik.send("message")


def test_the_edges_and_what_is_invalid_one_by_one(make: Make) -> None:
    schema = catalog.load_event("chat_pinned")
    haptik = make()
    assert all(schema.is_valid(payload) for payload in islice(haptik.payloads("chat_pinned"), 20))
    assert not any(schema.is_valid(payload) for payload in islice(haptik.payloads("chat_pinned", mode="invalid"), 20))


def test_in_an_async_test_the_loop_goes_on(make: Make) -> None:
    async def serve(scope, receive, send):
        assert scope["type"] == "http"
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def test() -> list[bool]:
        haptik = make(serve)
        return [bool(each) for each in await asyncio.gather(*(haptik.asend("message") for _ in range(5)))]

    assert asyncio.run(test()) == [True] * 5


@pytest.mark.parametrize("seed", range(5))
def test_a_conversation_hangs_together(seed: int, make: Make) -> None:
    payloads = make(seed=seed).conversation()
    assert [payload["event_name"] for payload in payloads] == [*EVENTS]
    assert all(catalog.load_event(payload["event_name"]).is_valid(payload) for payload in payloads)
    for key in (lambda one: one["user"], lambda one: one["business_id"], lambda one: one["agent"]["name"]):
        assert all(key(payload) == key(payloads[0]) for payload in payloads)
    times = [payload["timestamp"] for payload in payloads]
    assert times == sorted(times)
    assert len({*times}) == len(times)
    pinned = payloads[0]["message"]["body"]
    assert pinned["data"]["payload"]["agent_name"] == payloads[-1]["agent"]["name"]
    numbers = [payload["message"]["id"] for payload in payloads[:3]]
    assert numbers == sorted({*numbers})


def _of_data(payloads: list[Json], key: str) -> set[Json]:
    return {payload["data"][key] for payload in payloads if "data" in payload}


def test_a_conversation_of_other_events_is_linked_by_its_ids() -> None:
    events = ("webhook_conversation_complete_partial", "webhook_agent_chat_complete", "webhook_conversation_complete")
    payloads = conversation(events, 3)
    for key in ("collection_id", "conversation_no", "conversation_identifier", "complete_chat_link"):
        assert len(_of_data(payloads, key)) == 1
    closed = payloads[-1]
    assert (closed["data"]["completion_type"], closed["data"]["completion_by"]) == ("agent", closed["agent"]["name"])


def test_a_conversation_is_edited_where_it_has_the_place(make: Make) -> None:
    payloads = make().conversation("chat_pinned", "webhook_agent_chat_close", set={"data.conversation_no": 9})
    assert ["data" in payload for payload in payloads] == [False, True]
    assert payloads[1]["data"]["conversation_no"] == 9
    with pytest.raises(EventUnknown):
        make().conversation("chat_pined")


def test_an_endpoint_on_loopback_gets_what_was_sent(make: Make) -> None:
    came: list[Request] = []

    def respond(request: Request) -> Answer:
        came.append(request)
        return Answer()

    with Receiver(respond) as receiver:
        haptik = make(receiver.url, path="/in/hook")
        assert haptik.send("message")
    assert [(each.path, each.body) for each in came] == [("/in/hook", haptik.sent[0].message.body)]


@pytest.mark.parametrize(
    ("what", "more", "said"),
    [
        ({"a": object()}, {}, "what is sent is an event, bytes, or a payload of JSON's types"),
        ("message", {"set": {"a": object()}}, "what is sent is an event, bytes, or a payload of JSON's types"),
        ("message", {"set": ["a=1"]}, "set is a mapping of paths to values"),
        ("message", {"headers": [("X", "1")]}, "headers is a mapping of names to values"),
        ("message", {"headers": "X: 1"}, "headers is a mapping of names to values"),
        ("message", {"headers": {"X": 1}}, "headers is a mapping of names to values"),
        ("message", {"signature": b"sha1=00"}, "signature is a str or None, not b'sha1=00'"),
        ("message", {"path": 5}, "path is a str or None, not 5"),
        ("message", {"seed": "5"}, "seed is a whole number, not '5'"),
    ],
)
def test_arguments_of_a_wrong_type_are_told_at_the_line_of_the_test(
    what: Json, more: dict[str, object], said: str, make: Make
) -> None:
    with pytest.raises(ArgumentInvalid, match=said) as caught:
        make().send(what, **more)
    assert len(caught.traceback) == 2  # the line above, and the wrapper, which hides itself
