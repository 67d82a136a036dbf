"""Results -> text. Reporters are pushed one result at a time, so several can run on one stream; none prints."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from hookcli.models import CheckResult, Delivery, Judgement, Moment
from hookcli.reporting.runs import CHECKING, DELIVERY, LIFE, VALIDATION, Reporter, Run

__all__ = ["CHECK_REPORTERS", "DELIVERY_REPORTERS", "LIFE_REPORTERS", "VALIDATION_REPORTERS", "Reporter"]


def _late(module: str, name: str, run: Run[Any]) -> Callable[..., Any]:
    """A reporter's maker that imports it only when it is called: start-up counts."""

    def make(**details: Any) -> Any:
        return getattr(importlib.import_module(f"hookcli.reporting.{module}"), name)(run, **details)

    return make


VALIDATION_REPORTERS: dict[str, Callable[..., Reporter[Judgement]]] = {
    "text": _late("text", "ValidationTextReporter", VALIDATION),
    "json": _late("json_", "JsonReporter", VALIDATION),
    "jsonl": _late("jsonl", "JsonLinesReporter", VALIDATION),
    "junit": _late("junit", "JUnitReporter", VALIDATION),
}
"""`--format` -> what makes its reporter; keywords `color: bool` and `include_valid: bool`."""

DELIVERY_REPORTERS: dict[str, Callable[..., Reporter[Delivery]]] = {
    "text": _late("text", "DeliveryTextReporter", DELIVERY),
    "json": _late("json_", "JsonReporter", DELIVERY),
    "jsonl": _late("jsonl", "JsonLinesReporter", DELIVERY),
    "junit": _late("junit", "JUnitReporter", DELIVERY),
}
"""`--format` -> what makes its reporter; keywords `color: bool` and `seed: int | None`."""


def _of_ends(make: Callable[..., Reporter[Delivery]]) -> Callable[..., Reporter[Moment]]:
    """A reporter of deliveries that is fed with the moments that end one."""

    def make_life(**details: Any) -> Reporter[Moment]:
        from hookcli.reporting.lifecycle import EndsReporter

        return EndsReporter(make(**details))

    return make_life


LIFE_REPORTERS: dict[str, Callable[..., Reporter[Moment]]] = {
    **{name: _of_ends(make) for name, make in DELIVERY_REPORTERS.items()},
    "text": _late("lifecycle", "LifeTextReporter", LIFE),
    "jsonl": _late("lifecycle", "LifeJsonLinesReporter", LIFE),
}
"""`--format` -> what makes its reporter, with the keywords of `DELIVERY_REPORTERS`."""

CHECK_REPORTERS: dict[str, Callable[..., Reporter[CheckResult]]] = {
    "text": _late("checks", "CheckTextReporter", CHECKING),
    "json": _late("json_", "JsonReporter", CHECKING),
    "jsonl": _late("jsonl", "JsonLinesReporter", CHECKING),
    "junit": _late("junit", "JUnitReporter", CHECKING),
}
"""`--format` -> what makes its reporter; keywords `color: bool`, `endpoint: str`, `profile: str` and `seed: int`."""
