from __future__ import annotations

import pytest
from arrivals import BODY, arrival

from hookcli.delivery.replays import Terms, is_masked, message_of
from hookcli.models import Attempt, Change, Delivery, Headers, Message, Then
from hookcli.signing import SignatureScheme, is_genuine

SCHEME = SignatureScheme()
CAME: Headers = (
    ("Host", "old.example"),
    ("content-type", "application/json"),
    ("Content-Length", "5"),
    ("Connection", "keep-alive, X-Hop"),
    ("X-Hop", "1"),
    ("Transfer-Encoding", "chunked"),
    ("Expect", "100-continue"),
    ("Accept-Encoding", "gzip"),
    ("X-Hub-Signature", "sha1=00"),
    ("Authorization", "[hidden]"),
    ("X-Twice", "a"),
    ("X-Twice", ""),
    ("X-Odd", "\udcff: ü"),
    ("User-Agent", "haptik"),
)
KEPT: Headers = (
    ("content-type", "application/json"),
    ("X-Hub-Signature", "sha1=00"),
    ("X-Twice", "a"),
    ("X-Twice", ""),
    ("X-Odd", "\udcff: ü"),
    ("User-Agent", "haptik"),
)


def test_the_same_bytes_go_out_with_the_header_lines_that_are_about_them() -> None:
    message = message_of(arrival(7, headers=CAME), Terms(scheme=SCHEME))
    assert (message.event, message.body, message.capture, message.then) == ("message", BODY, 7, None)
    assert message.headers == KEPT


def test_signed_anew_the_old_signature_is_gone() -> None:
    message = message_of(arrival(headers=CAME), Terms(scheme=SCHEME, key=b"s3cr3t"))
    (value,) = (value for name, value in message.headers if name.lower() == "x-hub-signature")
    assert is_genuine(BODY, value, b"s3cr3t", SCHEME)


def test_ones_own_header_lines_replace_others_whatever_their_case() -> None:
    extra = (("Content-Type", "text/plain"), ("x-hub-signature", "sha1=11"))
    message = message_of(arrival(headers=CAME), Terms(scheme=SCHEME, key=b"s3cr3t", extra=extra))
    assert message.headers == (*KEPT[2:], *extra)


def test_what_was_hidden_is_known() -> None:
    assert is_masked(arrival(headers=CAME))
    assert not is_masked(arrival(headers=KEPT))


def test_what_was_answered_then_goes_along_where_it_is_compared() -> None:
    terms = Terms(scheme=SCHEME, is_success=range(200, 300).__contains__)
    answers = [arrival(status=status, endpoint="http://old/") for status in (204, 500, None)]
    assert [message_of(each, terms).then for each in answers] == [
        Then(204, True, 0.0012, "http://old/"),
        Then(500, False, 0.0012, "http://old/"),
        Then(None, False, 0.0012, "http://old/"),
    ]


def test_a_message_without_an_event_has_no_name() -> None:
    assert message_of(arrival(event=None), Terms(scheme=SCHEME)).event == ""


@pytest.mark.parametrize(
    ("then", "delivered", "change"),
    [
        (Then(500, False), True, Change.FIXED),
        (Then(200, True), False, Change.BROKEN),
        (Then(500, False), False, Change.STILL_FAILING),
        (Then(200, True), True, Change.STILL_FINE),
        (Then(None, False), True, Change.NEW),
        (Then(None, False), False, Change.NEW_FAILING),
        (None, False, None),
    ],
)
def test_then_and_now_are_compared(then: Then | None, delivered: bool, change: Change | None) -> None:
    message = Message("message", b"", then=then)
    assert Delivery(message, "http://x/", delivered, (Attempt(1, 200, 0.1),)).change is change
