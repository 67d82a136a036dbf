from __future__ import annotations

import pytest

from hookcli.delivery.address import parse_address
from hookcli.delivery.headers import header_lines
from hookcli.errors import MessageUnsendable
from hookcli.models import Headers, Message


def lines(*headers: tuple[str, str], url: str = "http://h/", body: bytes = b"body") -> list[tuple[bytes, bytes]]:
    return header_lines(Message("e", body, headers), parse_address(url))


def test_the_messages_own_lines_come_last_and_stay_as_they_are():
    assert lines(("x", ""), ("X", "b"))[-2:] == [(b"x", b""), (b"X", b"b")]


def test_a_line_of_the_message_replaces_ours():
    assert [value for name, value in lines(("HOST", "shop.example")) if name.lower() == b"host"] == [b"shop.example"]


@pytest.mark.parametrize(
    ("headers", "given"),
    [((), [b"4"]), ((("content-length", "4"),), [b"4"]), ((("Transfer-Encoding", "chunked"),), [])],
)
def test_the_length_is_given_once_or_in_chunks(headers: Headers, given):
    assert [value for name, value in lines(*headers) if name.lower() == b"content-length"] == given


def test_a_user_name_becomes_credentials():
    assert lines(url="http://me:p%40ss@h/")[-1] == (b"Authorization", b"Basic bWU6cEBzcw==")


def test_a_wrong_length_cannot_be_sent():
    with pytest.raises(MessageUnsendable, match="is not 4, the length of its body"):
        lines(("Content-Length", "7"))


def test_half_a_character_cannot_be_sent():
    with pytest.raises(MessageUnsendable, match=r"'\\ud800'"):
        lines(("X", "a\ud800"))
