from __future__ import annotations

from http import HTTPStatus

import pytest

from hookcli.models import Attempt, Delivery, Failure, Message
from hookcli.reporting.statuses import SENTENCES, explain, failure_of

MESSAGE = Message("message", b"{}")
LATE = Failure("Late", "took 6 s, but has 5")


def delivery(*attempts: Attempt, delivered: bool) -> Delivery:
    return Delivery(MESSAGE, "http://h/", delivered, attempts)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, "another status was expected"),
        (301, "give the final URL"),
        (308, "give the final URL"),
        (400, "refused the payload"),
        (401, "is the secret the same on both sides?"),
        (403, "is the secret the same on both sides?"),
        (404, "is the path right?"),
        (405, "is the path right?"),
        (410, "is the path right?"),
        (411, "Content-Length"),
        (413, "too long"),
        (415, "application/json"),
        (418, "only a 2xx"),
        (422, "refused the payload"),
        (429, "--concurrency"),
        (500, "see its log"),
        (599, "see its log"),
        (999, "only a 2xx"),
        (None, "only a 2xx"),
    ],
)
def test_a_status_is_explained(status: int | None, words: str) -> None:
    assert words in explain(status)


@pytest.mark.parametrize("status", HTTPStatus)
def test_a_status_has_one_sentence(status: HTTPStatus) -> None:
    assert sum(status in statuses for statuses, _ in SENTENCES) <= 1
    assert "\n" not in explain(status)


@pytest.mark.parametrize("status", [200, 401])
def test_the_attempt_that_delivered_has_no_failure(status: int) -> None:
    one = Attempt(1, status, 0.1)
    assert failure_of(one, delivery(one, delivered=True)) is None


def test_the_attempts_before_it_have_one() -> None:
    first, last = Attempt(1, 503, 0.1), Attempt(2, 200, 0.1)
    assert failure_of(first, delivery(first, last, delivered=True)) == Failure("Status", explain(503))


def test_what_is_known_to_have_failed_says_so_itself() -> None:
    late = Attempt(1, 200, 6.0, LATE)
    assert failure_of(late, delivery(late, delivered=False)) is LATE


def test_an_answer_was_not_out_of_reach() -> None:
    failed = Attempt(1, 500, 0.1)
    assert failure_of(failed, delivery(failed, delivered=False)) == Failure("Status", explain(500), unreachable=False)
