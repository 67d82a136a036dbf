"""Texts that miss a `format` or a `pattern` by a little, as real systems get them wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from hookcli.schema.dialect import FORMATS, has_format, matches

_MOST = 24
"""Near misses of one text that are proposed."""

_FURTHEST = 64
"""Characters of a text, from its start, that are changed one by one."""

_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$", re.IGNORECASE)
_STRANGE = "x0_ !é-\n"
"""Characters of which some are outside of nearly every class."""

_NONSENSE = ("", " ", "x", "0", "!", "é", "\n", "not that", "%", "[", "{", "\\", "a b", "-1", "http://[", "../..")


def _date(text: str) -> Iterator[str]:
    yield f"{text[:4]}-02-30{text[10:]}"
    yield f"{text[:4]}/{text[5:7]}/{text[8:]}"
    yield f"{text[:4]}-13-01{text[10:]}"
    yield text[:9]


def _moment(text: str) -> Iterator[str]:
    yield _ZONE.sub("", text)
    yield from _date(text)
    yield re.sub(r"[Tt]\d\d", "T25", text)


def _time(text: str) -> Iterator[str]:
    yield _ZONE.sub("", text)
    yield f"25{text[2:]}"
    yield text[:5]


def _duration(text: str) -> Iterator[str]:
    yield text[1:]
    yield text.replace("T", "") if "T" in text else f"{text}T"
    yield text[:-1]
    yield "P"


def _email(text: str) -> Iterator[str]:
    yield text.replace("@", "", 1)
    yield text.replace("@", " ", 1)
    yield text.replace("@", "@@", 1)
    yield text.partition("@")[0] + "@"


def _host(text: str) -> Iterator[str]:
    yield text[:1] + "_" + text[1:]
    yield f"-{text}"
    yield f"-{text[1:]}"
    yield text.replace(".", "_", 1)
    yield text.replace(".", " ", 1)
    yield text + " "
    yield "x" * 64


def _ipv4(text: str) -> Iterator[str]:
    yield re.sub(r"\d+$", "256", text)
    yield text.rpartition(".")[0]
    yield f"{text}.1"
    yield re.sub(r"\d+$", "x", text)


def _ipv6(text: str) -> Iterator[str]:
    yield re.sub(r"[0-9a-fA-F]$", "g", text)
    yield f"{text}:12345"
    yield text + "::1::"
    yield "1:2:3:4:5:6:7"


def _uri(text: str) -> Iterator[str]:
    yield text[:-1] + " " + text[-1:]
    yield text.replace(":", "", 1)
    yield text.partition("://")[2]
    yield text + "\\"
    yield text + "%"
    yield text[:-1] + "\\"
    yield "http://["


def _uuid(text: str) -> Iterator[str]:
    yield text[:-1]
    yield text.replace("-", "")
    yield text[:-1] + "g"
    yield f"{{{text}}}"


def _pointer(text: str) -> Iterator[str]:
    yield text[1:] if len(text) > 1 else "a"
    yield text + "~"
    yield text + "/~2"


def _relative(text: str) -> Iterator[str]:
    yield f"-{text}"
    yield re.sub(r"^\d+", "", text) or "a"
    yield f"0{text}"
    yield f"{text}x" if text.isdigit() else f"x{text}"


def _regex(text: str) -> Iterator[str]:
    yield text + "("
    yield text + "["
    yield text[:-1] + "("
    yield f"*{text}"


def _template(text: str) -> Iterator[str]:
    yield text.replace("}", "", 1) if "}" in text else text + "{"
    yield text + "{"
    yield text[:-1] + "{"


MISSES: dict[str, Callable[[str], Iterator[str]]] = {
    "date-time": _moment, "date": _date, "time": _time, "duration": _duration, "email": _email, "idn-email": _email,
    "hostname": _host, "idn-hostname": _host, "ipv4": _ipv4, "ipv6": _ipv6, "uri": _uri, "iri": _uri,
    "uri-reference": _uri, "iri-reference": _uri, "uri-template": _template, "uuid": _uuid, "json-pointer": _pointer,
    "relative-json-pointer": _relative, "regex": _regex,
}  # fmt: skip
"""Format -> what systems send in place of a text that has it, the most common first."""


def misses_of_format(name: str, text: str) -> Iterator[str]:
    """Texts near `text` that don't have a format; none for a format that is not asserted."""
    if name in FORMATS:
        near = [*MISSES[name](text), *_edited(text), *_NONSENSE]
        yield from islice((one for one in dict.fromkeys(near) if not has_format(name, one)), _MOST)


def misses_of_pattern(pattern: str, text: str) -> Iterator[str]:
    """Texts near `text` that a pattern is not found in: one character changed, dropped or added, then anything."""
    near = dict.fromkeys(each for made in (_edited(text), _blank(text), iter(_NONSENSE)) for each in made)
    yield from islice((one for one in near if not matches(pattern, one)), _MOST)


def _edited(text: str) -> Iterator[str]:
    """One character changed, then dropped, then added."""
    places = range(min(len(text), _FURTHEST))
    for at in places:
        for char in (text[at].swapcase(), *_STRANGE):
            yield text[:at] + char + text[at + 1 :]
    yield text[:-1]
    yield from (text[:at] + text[at + 1 :] for at in places)
    for char in (text[-1:], *_STRANGE):
        yield text + char
        yield char + text


def _blank(text: str) -> Iterator[str]:
    """As long as the text, of one character alone."""
    yield from (char * min(len(text), 10_000) for char in _STRANGE)
