"""What only `replay` is given -> values."""

from __future__ import annotations

import re

import click

from hookcli.cli.params import Converter, Seconds, Url
from hookcli.cli.store_options import Numbers


class NumbersOrUrl(Converter):
    """The number of a capture, a range of them, or a URL; a bare number is never a port."""

    name = "id or url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> range | str:
        """`3-7` -> range(3, 8); `:8000/hook` -> `http://127.0.0.1:8000/hook`."""
        is_number = re.fullmatch(r"#?[0-9]+(?:(?:-|\.\.)[0-9]+)?", value.strip())
        return Numbers().convert(value, param, ctx) if is_number else Url().convert(value, param, ctx)


class Speed(Seconds):
    """How many times faster: `10x`, `10`, `0.5`."""

    name = "factor"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """`10x` -> 10.0."""
        return super().convert(value.strip().lower().removesuffix("x") if isinstance(value, str) else value, param, ctx)
