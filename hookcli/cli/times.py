"""Moments as users write them, and as they are shown: in local time."""

from __future__ import annotations

import re
import time
from datetime import datetime

import click

from hookcli.cli.params import Converter

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_AGE = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


class When(Converter):
    """An ISO 8601 date or date-time, local without a zone, or an age such as `15m`, `2h`, `3d`."""

    name = "time"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """`2026-11-27T10:00Z` -> Unix time in seconds; of a date alone, its first moment."""
        if not isinstance(value, str):
            return float(value)
        age = _AGE.fullmatch(value.strip())
        if age:
            return max(0.0, time.time() - float(age[1]) * _UNITS[age[2]])
        try:
            return max(0.0, datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", value.strip())).timestamp())
        except (ValueError, OverflowError, OSError):
            self.fail(
                f"{value!r} is not a time. Write it as 2026-11-27, as 2026-11-27T10:00, or as an age: 15m, 2h, 3d.",
                param,
                ctx,
            )
