"""Option text -> values. The core never sees option text."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hookcli.redaction import redact_url
from hookcli.urls import APPLICATION, fault_of, whole_url

if TYPE_CHECKING:
    Converter = click.ParamType[Any, Any]
else:
    Converter = click.ParamType  # generic since click 8.4 only


_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class Url(Converter):
    """A URL; a bare port, `host:port` or path is one on loopback or over http."""

    name = "url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """`8000/hook` -> `http://127.0.0.1:8000/hook`."""
        text = whole_url(value)
        fault = fault_of(text)
        shown = redact_url(value)
        if fault and value and Path(value).exists():
            self.fail(f"{shown!r} is a file, not a URL. --file FILE sends a file; repeat --file for each.", param, ctx)
        if fault:
            self.fail(
                f"{shown!r} {fault}. Give a URL such as https://example.com/hook, or a port: 8000/hook.", param, ctx
            )
        return text


class HeaderLine(Converter):
    """`Name: value`; in the environment one a line."""

    name = "header"
    envvar_list_splitter = "\n"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """`X-Team: billing` -> (`X-Team`, `billing`)."""
        if isinstance(value, tuple):
            return value
        name, colon, rest = value.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            self.fail(f"{name!r} is not 'Name: value' (RFC 9110, section 5.1).", param, ctx)
        if name.lower() in ("content-length", "transfer-encoding", "host"):
            self.fail(f"{name} is set by hookcli, after the body and the URL.", param, ctx)
        text = rest.strip(" \t")
        if not all(char == "\t" or (" " <= char <= "\xff" and not "\x7f" <= char < "\xa0") for char in text):
            self.fail(f"the value of {name} has characters that a header cannot carry.", param, ctx)
        return name, text


class Seconds(Converter):
    """A number above 0, and not infinite."""

    name = "number"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """`2.5` -> 2.5."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0.001 <= number <= 1e9:
            self.fail(f"{value!r} is not a number above 0.", param, ctx)
        return number


class HeaderName(Converter):
    """The name of a header."""

    name = "header name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """`X-Hub-Signature`, as it is."""
        if not _TOKEN.fullmatch(value):
            self.fail(f"{value!r} is not the name of a header (RFC 9110, section 5.1).", param, ctx)
        return value


class Printable(Converter):
    """Text that may stand in a header's value."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """`sha1=`, as it is."""
        if not value.isascii() or not (value.isprintable() or not value):
            self.fail(f"{value!r} has characters that a header cannot carry.", param, ctx)
        return value


class Lines(Converter):
    """Text; in the environment one a line."""

    name = "text"
    envvar_list_splitter = "\n"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """As it is."""
        return value


class Statuses(Converter):
    """A status such as `204`, or a class such as `4xx`."""

    name = "status"

    def convert(self, value: str | range, param: click.Parameter | None, ctx: click.Context | None) -> range:
        """`4xx` -> range(400, 500)."""
        if isinstance(value, range):
            return value
        if re.fullmatch(r"[1-5]xx", value, re.IGNORECASE):
            return range(int(value[0]) * 100, int(value[0]) * 100 + 100)
        if not re.fullmatch(r"[1-5]\d\d", value):
            self.fail(f"{value!r} is not a status such as 204 or 4xx.", param, ctx)
        return range(int(value), int(value) + 1)


class Report(Converter):
    """`FORMAT=FILE`."""

    name = "format=file"
    envvar_list_splitter = "\n"

    def __init__(self, formats: tuple[str, ...]) -> None:
        self._formats = formats

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """`junit=out.xml` -> (`junit`, `out.xml`)."""
        if isinstance(value, tuple):
            return value
        name, _, file = value.partition("=")
        if name not in self._formats or not file:
            self.fail(f"{value!r} is not FORMAT=FILE with a format of {', '.join(self._formats)}.", param, ctx)
        return name, file


class UrlOrPath(Url):
    """A URL as above, or a path alone, which may be meant for an application in this process."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """`/hook` -> `/hook`; `8000/hook` -> `http://127.0.0.1:8000/hook`."""
        url = super().convert(value, param, ctx)
        return value.strip() if value.strip().startswith("/") else url


class ApplicationName(Converter):
    """`module:app`; dotted on both sides, and with `()` behind it for what makes one."""

    name = "module:app"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """`main:app`, as it is."""
        module, _, app = value.partition(":")
        hint = "main:app, or main:create_app() for a function that makes one"
        if module.endswith(".py") or "/" in module:
            name = module.removesuffix(".py").strip("./").replace("/", ".")
            hint = f"{name}:{app or 'app'}; a module's name is as after `import`, seen from the working directory"
        if not APPLICATION.fullmatch(value) or module.endswith(".py"):
            self.fail(f"{value!r} is not MODULE:APP. Write it as {hint}.", param, ctx)
        return value


_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)


class Size(Converter):
    """Bytes: `65536`, `64kB`, `10MB`, `1GiB`."""

    name = "size"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """`10MB` -> 10,000,000; `10MiB` -> 10,485,760."""
        if isinstance(value, int):
            return value
        found = _SIZE.fullmatch(value.strip())
        size = float(found[1]) * (1024 if found[3] else 1000) ** " kmgt".index(found[2].lower() or " ") if found else 0
        if not 1 <= size <= 1e15:
            self.fail(f"{value!r} is not a size such as 65536, 64kB, 10MB or 1GiB.", param, ctx)
        return int(size)
