from __future__ import annotations

import signal
from threading import Event, Thread

import pytest

from hookcli.cli.interrupts import SIGNALS, interruptible


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_a_wish(number: signal.Signals) -> None:
    stopped = Event()
    with interruptible(stopped.set) as interruption:
        assert not interruption.happened
        signal.raise_signal(number)
        assert stopped.wait(5)
    assert interruption.happened


def test_the_second_one_acts_as_usual() -> None:
    with interruptible(Event().set):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_what_stops_may_need_a_lock_that_the_main_thread_holds() -> None:
    stopped = Event()
    with interruptible(stopped.set):
        with stopped._cond:  # as within Event.wait
            signal.raise_signal(signal.SIGINT)
        assert stopped.wait(5)


def test_afterwards_all_is_as_before() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with interruptible(Event().set):
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_in_another_thread_there_are_no_signals() -> None:
    seen = []

    def run() -> None:
        with interruptible(Event().set) as interruption:
            seen.append(interruption.happened)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [False]
