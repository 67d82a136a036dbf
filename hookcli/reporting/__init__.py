"""Results -> text. Reporters are pushed one result at a time, so several can run on one stream; none prints."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hookcli.models import Delivery, Judgement
from hookcli.reporting.json_ import JsonReporter
from hookcli.reporting.jsonl import JsonLinesReporter
from hookcli.reporting.junit import JUnitReporter
from hookcli.reporting.runs import DELIVERY, VALIDATION, Reporter
from hookcli.reporting.text import DeliveryTextReporter, ValidationTextReporter

__all__ = ["DELIVERY_REPORTERS", "VALIDATION_REPORTERS", "Reporter"]

VALIDATION_REPORTERS: dict[str, Callable[..., Reporter[Judgement]]] = {
    "text": partial(ValidationTextReporter, VALIDATION),
    "json": partial(JsonReporter, VALIDATION),
    "jsonl": partial(JsonLinesReporter, VALIDATION),
    "junit": partial(JUnitReporter, VALIDATION),
}
"""`--format` -> what makes its reporter; keywords `color: bool` and `include_valid: bool`."""

DELIVERY_REPORTERS: dict[str, Callable[..., Reporter[Delivery]]] = {
    "text": partial(DeliveryTextReporter, DELIVERY),
    "json": partial(JsonReporter, DELIVERY),
    "jsonl": partial(JsonLinesReporter, DELIVERY),
    "junit": partial(JUnitReporter, DELIVERY),
}
"""`--format` -> what makes its reporter; keywords `color: bool` and `seed: int | None`."""
