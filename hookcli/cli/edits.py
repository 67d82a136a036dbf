"""`--set` and `--unset` text -> edits."""

from __future__ import annotations

import click

from hookcli.cli.params import Converter
from hookcli.errors import PayloadUnreadable
from hookcli.generation.edits import Edit
from hookcli.jsontext import parse


class Assignment(Converter):
    """`PATH=VALUE`; VALUE is JSON if it parses, else a string."""

    name = "path=value"
    envvar_list_splitter = "\n"

    def convert(self, value: str | Edit, param: click.Parameter | None, ctx: click.Context | None) -> Edit:
        """`user.auth_id=12` -> an edit."""
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
        return value if isinstance(value, Edit) else Edit(value, removes=True)
