"""What pytest shows of a test, beside what it knows itself: what was sent, what the application raised; and no secret.

pytest prints arguments, locals, values and logs, in which the secret may be that of the project's own tests.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from hookcli.testing.secrets import hidden
from hookcli.testing.sent import Sent

_MOST_SHOWN = 20
"""Deliveries of a test that a report shows, the last ones."""


def tell(report: pytest.TestReport, sent: Sequence[Sent], raised: Sequence[str]) -> None:
    """Add what was sent, and what the application raised."""
    if sent:
        lines = [line for each in sent[-_MOST_SHOWN:] for line in each.lines()]
        left = [f"({len(sent) - _MOST_SHOWN} before them)"] if len(sent) > _MOST_SHOWN else []
        report.sections.append(("Sent as Haptik", "\n".join([*left, *lines]) + "\n"))
    if raised:
        report.sections.append(("Raised by the application", "\n".join(raised)))


def hide(report: pytest.TestReport, secrets: Collection[str]) -> None:
    """Mask the secrets in all that a report shows."""
    report.longrepr = _hidden(report.longrepr, secrets)
    report.sections = _hidden(report.sections, secrets)


def _hidden(value: Any, secrets: Collection[str]) -> Any:
    """The same with its texts masked, but for the places of files, which are read by tools."""
    if isinstance(value, str):
        return hidden(value, secrets)
    if isinstance(value, (list, tuple)):
        return type(value)(_hidden(each, secrets) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name != "path":
                setattr(value, field.name, _hidden(getattr(value, field.name), secrets))
    return value
