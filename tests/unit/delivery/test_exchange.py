from __future__ import annotations

import pytest

from hookcli.delivery.exchange import KEPT_ANSWER, LONGEST_ANSWER, Exchange
from hookcli.errors import AnswerTooLong


def test_the_time_that_is_left_shrinks():
    exchange = Exchange(5)
    assert 0 < exchange.left(TimeoutError) < 5 - exchange.elapsed + 1


def test_no_time_left_is_an_error():
    with pytest.raises(TimeoutError, match="deadline"):
        Exchange(0).left(TimeoutError)


def test_an_answer_of_the_longest_length_is_taken_in():
    exchange = Exchange(5)
    exchange.take(200, [b"x" * LONGEST_ANSWER])
    assert (exchange.status, bytes(exchange.answer)) == (200, b"x" * KEPT_ANSWER)


def test_a_longer_answer_is_given_up():
    exchange = Exchange(5)
    with pytest.raises(AnswerTooLong):
        exchange.take(200, [b"x" * LONGEST_ANSWER, b"y", b"z"])
    assert len(exchange.answer) == KEPT_ANSWER
