"""What to say of a violation: one sentence in the user's words, whose subject is the place."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Collection, Hashable, Iterable

from hookcli.dataclass import dataclass
from hookcli.jsonreader import HUGE
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
_MOST_NEAR = 200
_MOST_MISSING = 20

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


def near(word: str, names: Collection[str]) -> str | None:
    """The name that was perhaps meant; none is looked for among many, or for what is too long to be a name."""
    if len(names) > _MOST_NEAR or len(word) > _LONGEST_VALUE:
        return None
    return next(iter(difflib.get_close_matches(word, names, n=1)), None)


def _type(*brokens: Broken) -> str:
    wanted = [broken.wanted for broken in brokens]
    names = dict.fromkeys(name for each in wanted for name in (each if isinstance(each, list) else [each]))
    types = _listed((_TYPES.get(name, name) for name in names), len(_TYPES))
    return f"is {shown(brokens[0].value)}, but must be {types}"


def _enum(broken: Broken) -> str:
    choices = list(map(shown, broken.wanted))
    names = [each for each in broken.wanted if isinstance(each, str)]
    meant = None if isinstance(broken.value, (dict, list)) else near(str(broken.value), names)
    hint = f"; did you mean {shown(meant)}?" if meant else ""
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


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that is made only when it is wanted: of thousands of violations, few are shown."""

    key: str | None
    """The key below the place that is meant, if it is one."""
    about: Hashable
    """Tells it from other sentences on the same place and keyword."""
    sentence: Callable[[], str]


def _required(broken: Broken, strangers: Callable[[], list[str]]) -> list[Said]:
    missing = [key for key in broken.wanted if key not in broken.value]
    known = strangers if len(missing) <= _MOST_MISSING else list
    return [Said(None, key, functools.partial(_missing, key, known)) for key in missing]


def _missing(key: str, strangers: Callable[[], list[str]]) -> str:
    meant = near(key, strangers())
    hint = f"; is {shown(meant)} meant to be it?" if meant else ""
    return f"has no key {shown(key)}{hint}"


def _dependent(broken: Broken) -> list[Said]:
    return [
        Said(None, (key, other), functools.partial(_dependence, key, other))
        for key, others in broken.wanted.items()
        if key in broken.value and isinstance(others, list)
        for other in others
        if other not in broken.value
    ]


def _dependence(key: str, other: str) -> str:
    return f"has the key {shown(key)} and so must have the key {shown(other)}"


def _additional(broken: Broken) -> list[Said]:
    known, patterns = broken.schema.get("properties", {}), broken.schema.get("patternProperties", {})
    extra = [key for key in broken.value if key not in known and not any(matches(pattern, key) for pattern in patterns)]
    return [Said(key, key, functools.partial(_stranger, key, known)) for key in extra]


def _stranger(key: str, known: Collection[str]) -> str:
    meant = near(key, known)
    return f"is a key that the schema does not allow; {f'did you mean {shown(meant)}?' if meant else 'remove it'}"


LISTS: dict[str, Callable[[Broken], list[Said]]] = {
    "dependentRequired": _dependent,
    "dependencies": _dependent,
    "additionalProperties": _additional,
}
"""Keyword -> its sentences, where one keyword is broken by several keys."""


def describe(broken: Broken, strangers: Callable[[], list[str]] = list) -> list[Said]:
    """What to say of a broken keyword: at least one sentence; jsonschema's own message where we have none.

    Args:
        broken: no choice between branches.
        strangers: gets the keys of the object that the schema doesn't know: one may be a required key, misspelt.
    """
    if broken.keyword == "required":
        return _required(broken, strangers)
    if broken.keyword in LISTS:
        return LISTS[broken.keyword](broken)
    return [Said(None, id(broken.wanted), functools.partial(_sentence, broken))]


def _sentence(broken: Broken) -> str:
    if broken.keyword is None:
        return NEVER
    if broken.keyword in SENTENCES:
        return SENTENCES[broken.keyword](broken)
    own = broken.message
    return own if len(own) <= _LONGEST_MESSAGE else f"…{own[-_LONGEST_MESSAGE:]}"


def describe_choice(firsts: list[Broken]) -> str:
    """What to say where no branch of an `anyOf` or `oneOf` was meant more than the others.

    Args:
        firsts: the most useful error of each branch.
    """
    if all(one.keyword == "type" and not one.path for one in firsts):
        return _type(*firsts)
    wants = [f"{'/'.join(map(str, ['', *one.path]))} {_first(one)}".lstrip() for one in firsts[:_MOST_BRANCHES]]
    more = f"; and {len(firsts) - _MOST_BRANCHES} more" if len(firsts) > _MOST_BRANCHES else ""
    return f"fits none of {len(firsts)} alternatives: {'; or '.join(wants)}{more}"


def are_alike(firsts: list[Broken]) -> bool:
    """Whether the most useful errors of all branches say the same, so that no branch matters."""
    telling = all(one.keyword is not None and one.keyword not in CHOICES for one in firsts)
    return telling and len({(one.path, _first(one)) for one in firsts}) == 1


def _first(broken: Broken) -> str:
    if broken.keyword in CHOICES:
        return "none of its own fits"
    said = describe(broken)[0]
    return said.sentence() if said.key is None else f"{shown(said.key)} {said.sentence()}"


def describe_surplus(broken: Broken, titles: list[str | None]) -> str:
    """What to say where more than one branch of a `oneOf` fits.

    Args:
        broken: the choice.
        titles: of its branches, for those that have one.
    """
    fitting = _fitting(broken)
    if not fitting:
        return f"fits more than one of {len(titles)} alternatives, but must fit exactly one"
    names = [f"{index + 1} ({shown(titles[index])})" if titles[index] else str(index + 1) for index in fitting]
    all_but_last, last = names[:_MOST_CHOICES][:-1], names[:_MOST_CHOICES][-1]
    more = f" and {len(names) - _MOST_CHOICES} more" if len(names) > _MOST_CHOICES else ""
    listed = ", ".join([*all_but_last, last]) if more else f"{', '.join(all_but_last)} and {last}"
    return f"fits the alternatives {listed}{more} of {len(titles)}, but must fit exactly one"


def _fitting(broken: Broken) -> list[int]:
    """The branches of a `oneOf` that fit, which jsonschema tells only in its message; empty where that is not read."""
    texts = list(map(repr, broken.wanted))
    rest = broken.message.removeprefix(f"{broken.value!r} is valid under each of ")
    found = set()
    while rest:
        text = next((text for text in texts if rest == text or rest.startswith(f"{text}, ")), None)
        if text is None:
            return []
        found.add(text)
        rest = rest[len(text) + 2 :]
    return [index for index, text in enumerate(texts) if text in found]


def describe_missing(key: str, values: list[Json]) -> str:
    """What to say where a key is missing by which branches are told apart."""
    return f"has no key {shown(key)}, which must be {_listed(map(shown, values), _MOST_CHOICES)}"
