"""Captures as HAR 1.2, held against the schemas that its readers use."""

from __future__ import annotations

import base64

import pytest
from arrivals import arrival, received
from hypothesis import given
from hypothesis import strategies as st
from official import har as valid_har

from hookcli.models import Arrival
from hookcli.reporting.har import har


def entry(**changes: object) -> dict:
    (made,) = valid_har("".join(har([arrival(1, **changes)])))
    return made


def test_an_archive_is_valid_by_the_published_schemas() -> None:
    entries = valid_har("".join(har(received())))
    assert [each["_id"] for each in entries] == [1, 2, 3, 4, 5, 6]
    assert [each["response"]["status"] for each in entries] == [200, 200, 503, 401, 0, 200]
    assert valid_har("".join(har([]))) == []


def test_a_request_is_there_with_all_that_came() -> None:
    made = entry(headers=(("Host", "shop.example:8443"), ("X-Twice", "a"), ("X-Twice", "")), path="/hook?x=1&y=")
    request = made["request"]
    assert (request["method"], request["url"]) == ("POST", "http://shop.example:8443/hook?x=1&y=")
    assert request["queryString"] == [{"name": "x", "value": "1"}, {"name": "y", "value": ""}]
    assert [each["value"] for each in request["headers"]] == ["shop.example:8443", "a", ""]
    assert (made["_event"], made["_signature"], made["_verdict"]) == ("message", "genuine", "valid")


def test_a_body_is_text_or_its_base64() -> None:
    text = entry(body='{"a": "\u202eé\x00"}'.encode(), headers=(("content-type", "text/x"),))["request"]["postData"]
    assert text == {"mimeType": "text/x", "text": '{"a": "\u202eé\x00"}'}
    other = entry(body=b"\xff\x00")["request"]["postData"]
    assert (other["encoding"], base64.b64decode(other["text"])) == ("base64", b"\xff\x00")
    assert "postData" not in entry(body=b"")["request"]


def test_credentials_are_masked() -> None:
    request = entry(headers=(("Cookie", "c00kie"),), path="/hook?token=t0ken")["request"]
    assert (request["headers"][0]["value"], "t0ken" in request["url"]) == ("[hidden]", False)


@pytest.mark.parametrize(
    ("host", "path", "url"),
    [
        ("a b", "*", "http://localhost/*"),
        ("[::1]:80", "/é \udcff", "http://[::1]:80/%C3%A9%20%FF"),
        ("[::::::]", "/?a=%zz&b", "http://[::::::]/?a=%zz&b"),
        ("x\n@y", '/"<>', "http://localhost/%22%3C%3E"),
    ],
)
def test_what_makes_no_url_is_made_one(host: str, path: str, url: str) -> None:
    assert entry(headers=(("Host", host),), path=path)["request"]["url"] == url


def test_behind_a_proxy_the_url_is_the_one_that_was_asked_for() -> None:
    headers = (("Host", "127.0.0.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "tunnel.example"))
    assert entry(headers=headers, path="/")["request"]["url"] == "https://tunnel.example/"


NAMES = st.text(st.characters(exclude_characters=":\r\n"), min_size=1)


@given(st.text(), st.lists(st.tuples(NAMES, st.text())), st.binary(), st.none() | st.text())
def test_whatever_came_the_archive_is_valid(path: str, headers: list, body: bytes, event: str | None) -> None:
    made: Arrival = arrival(1, path=path, headers=tuple(headers), body=body, event=event)
    assert len(valid_har("".join(har([made])))) == 1
