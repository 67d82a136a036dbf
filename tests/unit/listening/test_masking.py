"""No credential is kept, unless it is asked for."""

from __future__ import annotations

import pytest

from hookcli.listening.masking import Masking

LINES = [(b"Host", b"x"), (b"authorization", b"Bearer t\xff"), (b"X-Own", b"a s3cr3t b"), (b"X-Api-Key", b"")]


def test_header_lines_keep_their_order_and_case() -> None:
    lines = b"Host: x\r\nauthorization: [hidden]\r\nX-Own: a [hidden] b\r\nX-Api-Key: [hidden]"
    masking = Masking(["s3cr3t", "abc"])
    assert [masking.lines(LINES) for _ in range(2)] == [lines, lines]
    assert masking.lines([]) == b""


def test_all_is_kept_where_it_is_asked_for() -> None:
    masking = Masking(["s3cr3t"], is_off=True)
    assert masking.lines(LINES) == b"Host: x\r\nauthorization: Bearer t\xff\r\nX-Own: a s3cr3t b\r\nX-Api-Key: "
    assert masking.target(b"/s3cr3t?token=1") == "/s3cr3t?token=1"


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        (b"/", "/"),
        (b"/h?a=1&token=abc&b=2", "/h?a=1&token=[hidden]&b=2"),
        (b"/h/s3cr3t?x=s3cr3t", "/h/[hidden]?x=[hidden]"),
        (b"/\xff?api_key=\xfe", "/\udcff?api_key=[hidden]"),
    ],
)
def test_targets(target: bytes, kept: str) -> None:
    assert Masking(["s3cr3t"]).target(target) == kept


def test_names_of_headers_are_not_remembered_without_end() -> None:
    masking = Masking([])
    for number in range(5000):
        masking.lines([(b"X-%d" % number, b"")])
    assert len(masking._names) == 1000
