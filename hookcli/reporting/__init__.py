"""Results -> text. Reporters are pushed one result at a time, so several can run on one stream; none prints."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from hookcli.differences import Difference, EventSeen
from hookcli.models import CheckResult, Delivery, Judgement, Moment, Received
from hookcli.reporting.runs import (
    CHECKING,
    COMPARISON,
    DELIVERY,
    DRIFT,
    DRIFT_SAMPLE,
    LIFE,
    RECEIVING,
    REPLAY,
    SAMPLE,
    VALIDATION,
    Reporter,
    Rule,
    Run,
    Wishes,
)

__all__ = [
    "CHECK_REPORTERS",
    "COMPARISON_REPORTERS",
    "DELIVERY_REPORTERS",
    "DRIFT_REPORTERS",
    "GROWING",
    "LIFE_REPORTERS",
    "RECEIVED_REPORTERS",
    "REPLAY_REPORTERS",
    "SAMPLE_DRIFT_REPORTERS",
    "SAMPLE_REPORTERS",
    "SUMMARY",
    "VALIDATION_REPORTERS",
    "Reporter",
    "Rule",
]

_WISHES = {field.name for field in fields(Wishes)}

SUMMARY = "markdown"
"""The report that goes with `github` where GitHub takes a summary."""

GROWING = frozenset({"text", "jsonl"})
"""Reports that are of use before they are whole."""

_COMMON = {
    "json": ("json_", "JsonReporter"),
    "jsonl": ("jsonl", "JsonLinesReporter"),
    "junit": ("junit", "JUnitReporter"),
    "sarif": ("sarif", "SarifReporter"),
    "github": ("github", "GitHubReporter"),
    SUMMARY: ("markdown", "MarkdownReporter"),
}


def _late(module: str, name: str, run: Run[Any]) -> Callable[..., Any]:
    """A reporter's maker that imports it only when it is called: start-up counts."""

    def make(**details: Any) -> Any:
        wishes = Wishes(**{key: details.pop(key) for key in _WISHES & details.keys()})
        return getattr(importlib.import_module(f"hookcli.reporting.{module}"), name)(run, wishes, details)

    return make


def _table(run: Run[Any], module: str, name: str) -> dict[str, Callable[..., Any]]:
    """The reporters of a kind of run: text of its own, and those that all have."""
    return {"text": _late(module, name, run), **{key: _late(*where, run) for key, where in _COMMON.items()}}


VALIDATION_REPORTERS: dict[str, Callable[..., Reporter[Judgement]]] = _table(
    VALIDATION, "text", "ValidationTextReporter"
)
"""`--format` -> what makes its reporter; keywords are those of `Wishes`."""

SAMPLE_REPORTERS: dict[str, Callable[..., Reporter[Judgement]]] = _table(SAMPLE, "text", "ValidationTextReporter")
"""The same of payloads that were drawn: `sample: int`, how many were asked for, and `seed: int`."""

DELIVERY_REPORTERS: dict[str, Callable[..., Reporter[Delivery]]] = _table(DELIVERY, "text", "DeliveryTextReporter")
"""`--format` -> what makes its reporter; keywords are those of `Wishes`, and `seed: int | None`."""

REPLAY_REPORTERS: dict[str, Callable[..., Reporter[Delivery]]] = _table(REPLAY, "text", "DeliveryTextReporter")
"""`--format` -> what makes its reporter; keywords are those of `Wishes`."""

COMPARISON_REPORTERS: dict[str, Callable[..., Reporter[Delivery]]] = _table(COMPARISON, "text", "DeliveryTextReporter")
"""The same for deliveries that are compared with what came of them before."""


def _of_ends(make: Callable[..., Reporter[Delivery]]) -> Callable[..., Reporter[Moment]]:
    """A reporter of deliveries that is fed with the moments that end one."""

    def make_life(**details: Any) -> Reporter[Moment]:
        from hookcli.reporting.lifecycle import EndsReporter

        return EndsReporter(make(**details))

    return make_life


LIFE_REPORTERS: dict[str, Callable[..., Reporter[Moment]]] = {
    **{name: _of_ends(make) for name, make in DELIVERY_REPORTERS.items()},
    "text": _late("lifecycle", "LifeTextReporter", LIFE),
    "jsonl": _late("jsonl", "JsonLinesReporter", LIFE),
}
"""`--format` -> what makes its reporter, with the keywords of `DELIVERY_REPORTERS`."""

DRIFT_REPORTERS: dict[str, Callable[..., Reporter[Difference | EventSeen]]] = {
    **_table(DRIFT, "drifts", "DriftTextReporter"),
    "json": _late("drifts", "DriftJsonReporter", DRIFT),
}
"""`--format` -> what makes its reporter; keywords are those of `Wishes`."""

SAMPLE_DRIFT_REPORTERS: dict[str, Callable[..., Reporter[Difference | EventSeen]]] = {
    **_table(DRIFT_SAMPLE, "drifts", "DriftTextReporter"),
    "json": _late("drifts", "DriftJsonReporter", DRIFT_SAMPLE),
}
"""The same of payloads that were drawn, as `SAMPLE_REPORTERS`."""

CHECK_REPORTERS: dict[str, Callable[..., Reporter[CheckResult]]] = _table(CHECKING, "checks", "CheckTextReporter")
"""`--format` -> what makes its reporter; keywords are those of `Wishes`, and `endpoint`, `profile` and `seed`."""

RECEIVED_REPORTERS: dict[str, Callable[..., Reporter[Received]]] = {
    "text": _late("received", "ReceivedTextReporter", RECEIVING),
    "jsonl": _late("received", "ReceivedLinesReporter", RECEIVING),
}
"""`--format` -> what makes its reporter; keywords are those of `Wishes`."""
