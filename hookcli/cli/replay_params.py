"""What only `replay` is given -> values."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from hookcli.cli.params import Converter, Seconds, Url
from hookcli.cli.store_options import Numbers
from hookcli.dataclass import dataclass


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


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a command line that name captures and an endpoint."""

    ids: tuple[range, ...]
    url: str

    @staticmethod
    def of(words: Sequence[range | str]) -> Words:
        """The words sorted out.

        Raises:
            click.UsageError: there is no URL, or more than one.
        """
        ids = tuple(word for word in words if isinstance(word, range))
        urls = [word for word in words if isinstance(word, str)]
        if len(urls) > 1:
            raise click.UsageError("give one URL; captures are named by their numbers: 3, 5-7.")
        if not urls:
            port = next((each.start for each in ids if len(each) == 1 and 80 <= each.start < 65_536), 8000)
            raise click.UsageError(
                f"give a URL to send to. A bare number is that of a capture; a port is written :{port} or {port}/hook."
            )
        return Words(ids, urls[0])
