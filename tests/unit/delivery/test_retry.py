import math

import pytest

from hookcli.delivery.retry import waits


def test_the_schedule_is_kept_as_it_is():
    assert waits((5, 25, 125)) == (5, 25, 125)


def test_time_scale_makes_the_schedule_faster():
    assert sum(waits((5, 25, 125, 625, 1410, 1410), 600)) == pytest.approx(6)


def test_no_delays_are_no_waits():
    assert waits(()) == ()


@pytest.mark.parametrize("time_scale", [0, -1, math.nan, math.inf])
def test_time_cannot_stand_still_or_run_backwards(time_scale):
    with pytest.raises(ValueError, match="above 0"):
        waits((5,), time_scale)


@pytest.mark.parametrize(("delay", "time_scale"), [(1410, 1e-320), (math.inf, 1), (math.nan, 1)])
def test_a_wait_has_an_end(delay, time_scale):
    with pytest.raises(ValueError, match="no end"):
        waits((5, delay), time_scale)
