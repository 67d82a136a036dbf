from __future__ import annotations

import pytest

from hookcli.conformance import checks  # noqa: F401 (fills the table)
from hookcli.conformance.registry import CHECKS
from hookcli.schema import catalog

PROMISED = (
    *(f"event.{event}" for event in catalog.event_names()),
    "status.200", "deadline", "redirect", "https", "unknown-event", "new-keys", "missing-optional-keys", "null-values",
    "signature.valid", "signature.missing", "signature.malformed", "signature.wrong-secret", "signature.other-body",
    "signature.raw-body", "duplicate.same-bytes", "duplicate.concurrent", "duplicate.retried-after-timeout",
    "order.shuffled", "burst", "unicode", "body-size", "robust.garbage", "robust.wrong-types", "robust.not-json-type",
    "robust.empty", "connection.reuse", "connection.close",
)  # fmt: skip


def test_every_id_that_is_promised_is_there():
    assert {*PROMISED} == {*CHECKS}


@pytest.mark.parametrize("check_id", CHECKS)
def test_a_check_explains_itself(check_id):
    check = CHECKS[check_id]
    title, _, more = check.explanation.partition("\n\n")
    assert title.endswith(".")
    assert "\n" not in title
    assert len(more.split()) > 8, "what is asked, why, and what to do"
    assert "(Haptik, " in check.clause


@pytest.mark.parametrize("check_id", CHECKS)
def test_a_check_is_of_a_group(check_id):
    assert CHECKS[check_id].group in {
        "events", "answers", "changes", "signatures", "duplicates", "loads", "texts", "robustness", "connections",
    }  # fmt: skip
