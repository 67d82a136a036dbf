"""An earlier report, to tell what is new from what was known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from hookcli.differences import Difference, DriftKind
from hookcli.errors import BaselineUnusable, PayloadUnreadable
from hookcli.jsontext import parse
from hookcli.models import Json

_HOW = "Write one with hookcli drift PATH... --format json -o FILE."

_LONGEST = 100_000_000
"""Bytes of a report; no report is as long."""

_ALWAYS = (DriftKind.NEVER_SEEN, DriftKind.UNREADABLE)
"""What is neither known nor new: it is as it is each time."""


def read_baseline(path: str) -> frozenset[str]:
    """The ids of the differences in a JSON report of drift.

    Raises:
        BaselineUnusable: it cannot be read, or is none, or is of a run that was cut short.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BaselineUnusable(f"{path}: the baseline cannot be read: {why}. {_HOW}") from error
    if len(data) > _LONGEST:
        raise BaselineUnusable(f"{path}: a baseline has {_LONGEST:,} bytes at most. {_HOW}")
    try:
        report = parse(data)
    except PayloadUnreadable as error:
        raise BaselineUnusable(
            f"{path}:{error.line}:{error.column}: the baseline is not JSON: {error.reason}. {_HOW}"
        ) from error
    return frozenset(_ids(report, path))


def _ids(report: Json, path: str) -> Iterator[str]:
    found = report.get("differences") if isinstance(report, dict) else None
    if not isinstance(found, list):
        raise BaselineUnusable(f"{path}: this is no JSON report of hookcli drift: it has no differences. {_HOW}")
    if report.get("interrupted"):
        raise BaselineUnusable(f"{path}: the baseline is of a run that was cut short. {_HOW}")
    for at, each in enumerate(found):
        name = each.get("id") if isinstance(each, dict) else None
        if not isinstance(name, str):
            raise BaselineUnusable(f"{path}: /differences/{at} has no id: this is no report of hookcli drift. {_HOW}")
        yield name


def compared(differences: Iterable[Difference], known: frozenset[str]) -> Iterator[Difference]:
    """The differences, each with whether it was known."""
    for each in differences:
        yield each if each.kind in _ALWAYS else replace(each, is_known=each.id in known)
