"""What came before is known, as long as it is not too long ago."""

from __future__ import annotations

from typing import Any

import pytest

from hookcli.listening.recent import Bodies, Order


def message(made: Any, user: Any = "u-1") -> dict[str, Any]:
    return {"timestamp": made, "user": {"auth_id": user}}


def test_the_first_of_each_body_is_known() -> None:
    bodies = Bodies()
    assert [bodies.first(digest, number) for number, digest in enumerate([b"a", b"b", b"a", b"a"], 1)] == [
        None, None, 1, 1,
    ]  # fmt: skip


def test_what_was_not_kept_is_forgotten() -> None:
    bodies = Bodies()
    bodies.first(b"a", 1)
    bodies.forget(b"a", 1)
    assert bodies.first(b"a", 2) is None
    bodies.forget(b"a", 3)  # it was a duplicate: the first stays
    assert bodies.first(b"a", 4) == 2


def test_memory_is_bounded() -> None:
    bodies, order = Bodies(3), Order(3)
    for number in range(10):
        bodies.first(b"%d" % number, number)
        order.overtaken_by(message("2026-11-27T10:00:00Z", f"u-{number}"), number)
    assert bodies.first(b"7", 99) == 7  # of the last three each
    assert bodies.first(b"0", 100) is None
    assert order.overtaken_by(message("2026-11-27T09:00:00Z", "u-0"), 99) is None
    assert order.overtaken_by(message("2026-11-27T09:00:00Z", "u-8"), 99) == 8
    assert all(len(each) <= 3 for one in (bodies._first, order._newest) for each in (one._young, one._old))


def test_a_message_that_was_overtaken_is_known_by_its_user_and_time() -> None:
    order = Order()
    assert order.overtaken_by(message("2026-11-27T10:00:02.000Z"), 1) is None
    assert order.overtaken_by(message("2026-11-27T10:00:01.000Z"), 2) == 1
    assert order.overtaken_by(message("2026-11-27T10:00:01.000Z", "u-2"), 3) is None
    assert order.overtaken_by(message("2026-11-27T12:00:03+02:00"), 4) is None
    assert order.overtaken_by(message("2026-11-27T10:00:02.500Z"), 5) == 4


@pytest.mark.parametrize(
    "payload",
    [
        None, [], "x", {}, {"user": []}, message(5), message("soon"), message("2026-11-27T10:00:00"), message("x" * 99),
        message("2026-11-27T10:00:00Z", 5), message("0001-01-01T00:00:00+14:00"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_has_no_user_or_time_has_no_order(payload: Any) -> None:
    order = Order()
    assert order.overtaken_by(message("2030-11-27T10:00:00Z"), 1) is None
    assert order.overtaken_by(payload, 2) in (None, 1)
