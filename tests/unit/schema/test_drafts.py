"""Drafts bear the numbers that the validator knows them by."""

from __future__ import annotations

import jsonschema_rs
import pytest

from hookcli.schema.drafts import DRAFTS, Draft


@pytest.mark.parametrize("draft", DRAFTS.values(), ids=lambda draft: draft.name)
def test_a_number_is_the_validators_own(draft: Draft) -> None:
    assert draft.number == getattr(jsonschema_rs, f"Draft{draft.name.replace('-', '')}")
