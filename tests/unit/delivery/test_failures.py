from __future__ import annotations

import pytest

from hookcli import errors
from hookcli.delivery.failures import REASONS, failure_of
from hookcli.delivery.wire import CAUSES


def leaves(kind: type) -> set[type]:
    return {kind}.difference([kind] * bool(kind.__subclasses__())).union(*map(leaves, kind.__subclasses__()))


def test_every_cause_of_a_failed_attempt_has_a_reason():
    assert set(REASONS) == leaves(errors.DeliveryError) - {errors.AddressInUse}
    assert set(CAUSES.values()) <= set(REASONS)


def test_a_failure_says_what_where_and_how_to_fix_it():
    failure = failure_of(errors.ConnectionFailed("refused"), where="h:80", deadline=5)
    assert (failure.kind, failure.unreachable) == ("ConnectionFailed", True)
    assert failure.reason == "nothing accepts connections at h:80 (refused): is the receiver running?"


def test_a_late_answer_was_not_out_of_reach():
    failure = failure_of(errors.Late(), where="h:80", deadline=0.25)
    assert (failure.kind, failure.unreachable) == ("Late", False)
    assert "within 0.25 s" in failure.reason


@pytest.mark.parametrize("url", ["http://me:hunter2@h/", "http://me:hunter2/@h", "me:hunter2@h", "me:hunter2://x@h"])
def test_no_password_is_shown(url):
    for error in (errors.UrlInvalid("no"), errors.ProxyFailed("no")):
        assert "hunter2" not in failure_of(error, where=url, deadline=5, proxy=url).reason


def test_braces_in_a_detail_are_left_as_they_are():
    assert "({0} {where})" in failure_of(errors.NameUnknown("{0} {where}"), where="h", deadline=5).reason
