"""`--set` and `--unset` text -> edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hookcli.cli.params import Converter
from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import parse

if TYPE_CHECKING:
    from hookcli.generation.edits import Edit


class Assignment(Converter):
    """`PATH=VALUE`; VALUE is JSON if it parses, else a string."""

    name = "path=value"
    envvar_list_splitter = "\n"

    def convert(self, value: str | Edit, param: click.Parameter | None, ctx: click.Context | None) -> Edit:
        """`user.auth_id=12` -> an edit."""
        from hookcli.generation.edits import Edit  # late, as below: few runs have any

        if isinstance(value, Edit):
            return value
        path, equals, text = value.partition("=")
        if not equals or not path:
            self.fail(f"{value!r} is not PATH=VALUE.", param, ctx)
        try:
            return Edit(path, parse(text.encode("utf-8", "surrogateescape")))
        except PayloadUnreadable:
            return Edit(path, text)


class Removal(Converter):
    """A PATH to take out."""

    name = "path"
    envvar_list_splitter = "\n"

    def convert(self, value: str | Edit, param: click.Parameter | None, ctx: click.Context | None) -> Edit:  # noqa: ARG002
        """`agent.email` -> an edit."""
        from hookcli.generation.edits import Edit

        return value if isinstance(value, Edit) else Edit(value, removes=True)
