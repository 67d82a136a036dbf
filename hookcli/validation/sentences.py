"""What to say of a violation: one sentence in the user's words, whose subject is the place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hookcli.jsontext import HUGE
from hookcli.models import Json
from hookcli.schema.dialect import matches


@dataclass(frozen=True, slots=True)
class Broken:
    """A keyword that a value breaks, as jsonschema found it."""

    keyword: str | None
    """None where the schema is just `false`."""
    wanted: Json
    """The keyword's own value."""
    value: Json
    schema: Json
    """The schema that holds the keyword."""
    message: str
    """jsonschema's."""
    path: tuple[str | int, ...]
    """From the value of the choice around it, or from the payload."""


_LONGEST_VALUE = 60
_LONGEST_MESSAGE = 160
_MOST_CHOICES = 8
_MOST_BRANCHES = 3

_TYPES = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}

_FORMATS = {
    "date": "a date such as 2026-10-18",
    "date-time": "a date and time with its zone, such as 2026-10-18T08:02:13Z",
    "duration": "a duration such as P3DT4H",
    "email": "an e-mail address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "json-pointer": "a JSON Pointer such as /user/name",
    "regex": "a regular expression",
    "time": "a time with its zone, such as 08:02:13Z",
    "uri": "a URI such as https://shop.example/a",
    "uri-reference": "a URI or a path",
    "uuid": "a UUID such as 8b3f1c52-64a0-4c1e-9d4f-2f6f1f0f7a11",
}


def shown(value: Json) -> str:
    """A value in about 60 characters at most, safe to print; of an object or an array only the size."""
    if isinstance(value, dict):
        return f"an object with {_count(len(value), 'key')}" if value else "an empty object"
    if isinstance(value, list):
        return f"an array of {_count(len(value), 'item')}" if value else "an empty array"
    if isinstance(value, str):
        text = repr(value[: _LONGEST_VALUE + 1])
        return text if len(text) <= _LONGEST_VALUE + 2 else f"{text[:_LONGEST_VALUE]}…{text[0]}"
    if isinstance(value, int) and abs(value) >= HUGE:
        return "a number of more digits than can be shown"
    text = {"None": "null", "True": "true", "False": "false"}.get(str(value), str(value))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:20]}… ({len(text):,} digits)"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _listed(parts: Iterable[str], most: int) -> str:
    """`a, b or c`, with no more than `most` of them."""
    found = list(parts)
    if len(found) > most:
        found = [*found[:most], f"{len(found) - most:,} more"]
    return " or ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def _type(*brokens: Broken) -> str:
    wanted = [broken.wanted for broken in brokens]
    names = dict.fromkeys(name for each in wanted for name in (each if isinstance(each, list) else [each]))
    types = _listed((_TYPES.get(name, name) for name in names), len(_TYPES))
    return f"is {shown(brokens[0].value)}, but must be {types}"


def _enum(broken: Broken) -> str:
    choices = list(map(shown, broken.wanted))
    near = difflib.get_close_matches(str(broken.value), [each for each in broken.wanted if isinstance(each, str)], n=1)
    hint = f"; did you mean {shown(near[0])}?" if near else ""
    return f"is {shown(broken.value)}, but must be {_listed(choices, _MOST_CHOICES)}{hint}"


def _const(broken: Broken) -> str:
    return f"is {shown(broken.value)}, but must be {shown(broken.wanted)}"


def _format(broken: Broken) -> str:
    name = broken.wanted
    return f"is {shown(broken.value)}, which is not {_FORMATS.get(name, 'in the right form')} (format {name})"


def _pattern(broken: Broken) -> str:
    return f"is {shown(broken.value)}, which does not match the pattern {shown(broken.wanted)}"


def _bound(words: str) -> Callable[[Broken], str]:
    def sentence(broken: Broken) -> str:
        # in draft 4, `exclusiveMinimum: true` makes `minimum` itself exclusive
        strictly = broken.schema.get(f"exclusive{str(broken.keyword).title()}") is True
        wanted = words.replace("at least", "more than").replace("at most", "less than") if strictly else words
        return f"is {shown(broken.value)}, but must be {wanted} {shown(broken.wanted)}"

    return sentence


def _size(words: str, noun: str) -> Callable[[Broken], str]:
    def sentence(broken: Broken) -> str:
        size = _count(len(broken.value), noun)
        has = f"is {shown(broken.value)}: {size}" if isinstance(broken.value, str) else f"has {size}"
        return f"{has}, but must have {words} {_count(broken.wanted, noun)}"

    return sentence


SENTENCES: dict[str, Callable[[Broken], str]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "format": _format,
    "pattern": _pattern,
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("more than"),
    "exclusiveMaximum": _bound("less than"),
    "multipleOf": _bound("a multiple of"),
    "minLength": _size("at least", "character"),
    "maxLength": _size("at most", "character"),
    "minItems": _size("at least", "item"),
    "maxItems": _size("at most", "item"),
    "minProperties": _size("at least", "key"),
    "maxProperties": _size("at most", "key"),
    "uniqueItems": lambda _: "holds equal items, but each must differ from all others",
    "contains": lambda _: "holds no item of the kind that it must hold",
    "not": lambda broken: f"is {shown(broken.value)}, which the schema rules out",
}
"""Keyword -> its sentence."""

NEVER = "must not be here: the schema allows no value"

CHOICES = ("anyOf", "oneOf")

Said = tuple[str | None, str]
"""The key below the place that is meant, if it is one, and the sentence."""


def _required(broken: Broken, strangers: list[str]) -> list[Said]:
    missing = [key for key in broken.wanted if key not in broken.value]
    return [(None, f"has no key {shown(key)}{_hint(key, strangers)}") for key in missing]


def _hint(key: str, strangers: list[str]) -> str:
    near = difflib.get_close_matches(key, strangers, n=1)
    return f"; is {shown(near[0])} meant to be it?" if near else ""


def _dependent(broken: Broken) -> list[Said]:
    return [
        (None, f"has the key {shown(key)} and so must have the key {shown(other)}")
        for key, others in broken.wanted.items()
        if key in broken.value and isinstance(others, list)
        for other in others
        if other not in broken.value
    ]


def _additional(broken: Broken) -> list[Said]:
    known, patterns = broken.schema.get("properties", {}), broken.schema.get("patternProperties", {})
    extra = [key for key in broken.value if key not in known and not any(matches(pattern, key) for pattern in patterns)]
    return [(key, f"is a key that the schema does not allow{_meant(key, known)}") for key in extra]


def _meant(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {shown(near[0])}?" if near else "; remove it"


LISTS: dict[str, Callable[[Broken], list[Said]]] = {
    "dependentRequired": _dependent,
    "dependencies": _dependent,
    "additionalProperties": _additional,
}
"""Keyword -> its sentences, where one keyword is broken by several keys."""


def describe(broken: Broken, strangers: list[str] | None = None) -> list[Said]:
    """What to say of a broken keyword: at least one sentence; jsonschema's own message where we have none.

    Args:
        broken: no choice between branches.
        strangers: the keys of the object that the schema doesn't know: one may be a required key, misspelt.
    """
    if broken.keyword is None:
        return [(None, NEVER)]
    if broken.keyword == "required":
        return _required(broken, strangers or [])
    if broken.keyword in LISTS:
        return LISTS[broken.keyword](broken)
    if broken.keyword in SENTENCES:
        return [(None, SENTENCES[broken.keyword](broken))]
    own = broken.message
    return [(None, own if len(own) <= _LONGEST_MESSAGE else f"…{own[-_LONGEST_MESSAGE:]}")]


def describe_choice(broken: Broken, firsts: list[Broken]) -> str:
    """What to say where no branch of an `anyOf` or `oneOf` was meant more than the others.

    Args:
        broken: the choice.
        firsts: the most useful error of each branch; empty where several branches fit.
    """
    if not firsts:
        number = len(broken.wanted)
        return f"fits more than one of {number} alternatives, but must fit exactly one"
    if all(one.keyword == "type" and not one.path for one in firsts):
        return _type(*firsts)
    wants = [f"{'/'.join(map(str, ['', *one.path]))} {_first(one)}".lstrip() for one in firsts[:_MOST_BRANCHES]]
    more = f"; and {len(firsts) - _MOST_BRANCHES} more" if len(firsts) > _MOST_BRANCHES else ""
    return f"fits none of {len(firsts)} alternatives: {'; or '.join(wants)}{more}"


def _first(broken: Broken) -> str:
    return "none of its own fits" if broken.keyword in CHOICES else describe(broken)[0][1]
