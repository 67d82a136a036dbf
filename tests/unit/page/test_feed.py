"""What arrives is told to everyone who looks, and nobody who is slow holds it up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hookcli.page.feed import Feed, Subscription, missed

AT_ONCE = {"heartbeat": 0.01, "pause": 0.0}


def watched(feed: Feed, use: Callable[[Subscription], Coroutine[Any, Any, bytes]]) -> bytes:
    """What a subscription takes."""

    async def run() -> bytes:
        subscription = feed.subscribe()
        assert subscription is not None
        with subscription:
            return await use(subscription)

    return asyncio.run(run())


def test_events_carry_the_number_and_the_summary() -> None:
    feed = Feed()

    async def use(subscription: Subscription) -> bytes:
        feed.publish({"id": 7, "event": "a\nb"})
        feed.publish({"id": 8})
        return await subscription.take(**AT_ONCE)

    assert watched(feed, use) == b'id: 7\ndata: {"id":7,"event":"a\\nb"}\n\nid: 8\ndata: {"id":8}\n\n'


def test_what_does_not_fit_is_replaced_by_the_word_that_it_was() -> None:
    feed = Feed(room=2)

    async def use(subscription: Subscription) -> bytes:
        for number in range(1, 5):
            feed.publish({"id": number})
        return await subscription.take(**AT_ONCE)

    assert watched(feed, use) == b'event: behind\ndata: {}\n\nid: 4\ndata: {"id":4}\n\n'


def test_silence_is_broken_by_a_comment() -> None:
    assert watched(Feed(), lambda subscription: subscription.take(**AT_ONCE)) == b": \n\n"


def test_after_the_end_comes_what_was_left_and_then_nothing() -> None:
    feed = Feed()

    async def use(subscription: Subscription) -> bytes:
        feed.publish({"id": 1})
        feed.close()
        assert await subscription.take() == b'id: 1\ndata: {"id":1}\n\n'
        return await subscription.take()

    assert watched(feed, use) == b""
    assert feed.subscribe() is None


def test_there_is_a_bound_on_those_who_look() -> None:
    feed = Feed(most=1)
    assert not feed.is_watched

    async def use(subscription: Subscription) -> bytes:
        assert feed.is_watched
        assert feed.subscribe() is None
        return b""

    watched(feed, use)
    assert not feed.is_watched
    feed.publish({"id": 1})


@pytest.mark.parametrize(
    ("count", "piece"), [(0, b""), (1, b'id: 0\ndata: {"id":0}\n\n'), (2, b"event: behind\ndata: {}\n\n")]
)
def test_who_comes_back_gets_what_was_missed_or_the_word_to_fetch(count: int, piece: bytes) -> None:
    assert missed([{"id": number} for number in range(count)], 2) == piece
