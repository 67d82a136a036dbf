from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from hookcli.conformance.threads import run_at_once, run_in_order


def test_results_come_in_the_order_of_the_values():
    released = threading.Event()

    def work(number: int) -> int:
        released.set() if number == 3 else released.wait(5)
        return number * 10

    assert run_at_once(work, [1, 2, 3], 3) == [10, 20, 30]


def test_all_values_are_worked_on_at_the_same_time():
    together = threading.Barrier(8)
    assert run_at_once(lambda _: together.wait(5) >= 0, range(8), 8) == [True] * 8


def test_none_begins_before_all_have_a_thread():
    def others(_: int) -> int:
        return sum(thread.daemon for thread in threading.enumerate())

    assert max(run_at_once(others, range(8), 8)) >= 8


def test_no_more_than_the_size_are_worked_on_at_the_same_time():
    lock, at_work, most = threading.Lock(), [], []

    def work(number: int) -> None:
        with lock:
            at_work.append(number)
            most.append(len(at_work))
        threading.Event().wait(0.002)
        with lock:
            at_work.remove(number)

    run_at_once(work, range(12), 3)
    assert max(most) <= 3


def test_no_value_is_no_result():
    assert run_at_once(str, [], 4) == []


def test_an_exception_is_raised_where_its_result_was_wanted():
    def work(number: int) -> int:
        return 1 // number

    results = run_in_order(work, [1, 0, 1], 2)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


@pytest.mark.parametrize("problem", [KeyboardInterrupt, SystemExit])
def test_what_ends_a_thread_ends_the_run(problem):
    def work(_: int) -> None:
        raise problem

    with pytest.raises(problem):
        run_at_once(work, [1], 1)


def test_a_thread_that_hangs_does_not_keep_the_process():
    hanging = threading.Event()
    results = run_in_order(lambda number: number or hanging.wait(30), [1, 0], 2)
    assert next(results) == 1
    assert all(thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread())
    hanging.set()


def twice(function: Callable[[int], int]) -> Callable[[int], int]:
    return lambda number: function(function(number))


def test_a_run_may_start_another():
    assert run_at_once(lambda number: sum(run_at_once(twice(abs), [number, -number], 2)), [1, 2], 2) == [2, 4]
