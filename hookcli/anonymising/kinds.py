"""A key and a value -> how it is replaced, or that it stays.

What stays is listed, by the key and by how the value looks; all else is replaced. What a value is it tells itself
where it can (an address, a date), then its key by the roles that generation knows, then its shape.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from enum import Enum

from hookcli.anonymising.letters import DIGITS, is_silent
from hookcli.anonymising.links import is_address, is_email, is_url
from hookcli.anonymising.moments import is_date
from hookcli.anonymising.phones import is_phone
from hookcli.generation.realism.datafiles import read
from hookcli.generation.realism.roles import Property, Role, role_of
from hookcli.generation.realism.roletable import role_table
from hookcli.generation.realism.words import words_of
from hookcli.models import Json


class Kind(Enum):
    """How a value is replaced."""

    KEEP = "keep"
    PERSON = "person"
    USER = "user"
    BUSINESS = "business"
    CITY = "city"
    EMAIL = "email"
    PHONE = "phone"
    LINK = "link"
    HOST = "host"
    ADDRESS = "address"
    DATE = "date"
    ID = "id"
    NUMBER = "number"
    TEXT = "text"


_CONSTANT = r"[A-Z][A-Z0-9_]{0,40}"
_NUMBER = r"[0-9]{1,4}(?:\.[0-9]{1,6})?"
_VERSION = r"v?[0-9]{1,4}(?:\.[0-9]{1,5}){0,3}"
_CODE = r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?"

_STAYING = {
    key: re.compile(pattern)
    for key, pattern in {
        "event_name": r"[A-Za-z][A-Za-z0-9_.:-]{0,80}",
        "version": _VERSION,
        "device_platform": r"[0-9]{1,3}",
        "device_platform_name": r"Android|Facebook|WebSDK|iOS|Webhook|WhatsApp|Instagram|Telegram|Web|KaiOS|API",
        "type": _CONSTANT,
        "uri": _CONSTANT,
        "width": _CONSTANT,
        "image_aspect_ratio": _NUMBER,
        "is_default": r"[01]",
        "location_required": r"true|false",
        "send_to": r"[0-9]",
        "completion_type": r"gogo|agent|autocomplete",
        "completion_by": r"gogo|Team Offline Flag|Waiting for User|Bot completed",
        "name": "gogo",
        "username": "gogo",
        "agent_name": "gogo",
        "os_version": _VERSION,
    }.items()
}
"""What the contract lists, and what its open lists may grow by: the key, and how the value must look to stay."""

_ROLES = {
    "person.email": Kind.TEXT, "person.username": Kind.USER, "person.phone": Kind.PHONE,
    "person.phone_national": Kind.PHONE, "person.full_name": Kind.PERSON, "person.first_name": Kind.PERSON,
    "person.middle_name": Kind.PERSON, "person.last_name": Kind.PERSON, "person.male_name": Kind.PERSON,
    "person.female_name": Kind.PERSON, "company.name": Kind.BUSINESS, "place.city": Kind.CITY, "place.state": Kind.CITY,
    "place.country": Kind.CITY, "link.host": Kind.HOST, "company.domain": Kind.HOST,
}  # fmt: skip
_GROUPS = {"id": Kind.ID, "tax": Kind.ID, "bank": Kind.ID, "card": Kind.ID}
_SHAPED = {
    "money.currency": r"[A-Z]{3}", "language.code": _CODE, "language.tag": _CODE, "place.country_code": r"[A-Za-z]{2}",
    "place.country_code3": r"[A-Za-z]{3}", "id.version": _VERSION, "text.spec_version": _VERSION,
    "device.os_version": _VERSION, "device.browser_version": _VERSION, "color.hex": r"#[0-9A-Fa-f]{3,8}",
    "device.os": r"Android|iOS|Windows|macOS|Linux", "file.mime_type": r"[a-z]{4,11}/[a-z0-9.+-]{1,80}",
    "http.method": r"GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS", "http.status": r"[1-5][0-9]{2}",
}  # fmt: skip
"""Roles whose values stay where they look like this."""

_COUNTS = frozenset(
    {"number.count", "number.rating", "number.percent", "number.score", "number.rank", "number.page", "number.limit",
     "number.offset", "number.retries", "number.seconds", "number.milliseconds", "number.line", "http.status"}
)  # fmt: skip
"""Numbers that say nothing of anybody; a weight or a year may."""

_OF_KEYS = {"package_name": Kind.ID, "completion_by": Kind.PERSON}
_MOMENT = {"seconds": (10**9, 4 * 10**9), "milliseconds": (10**12, 4 * 10**12)}
_LONGEST_NAME = 80
_MOST_WORDS = 6
_PHONE_DIGITS = (5, 20)
_PERSONAL = frozenset({"expert", "full", "first", "last", "display", "nick", "real", "given", "family", "sur"})
_TRUTHS = frozenset({"true", "false", "null"})


def kind_of(
    key: str,
    value: Json,
    *,
    parents: Sequence[str] = (),
    beside: frozenset[str] = frozenset(),
    is_listed: bool = True,
) -> Kind:
    """How a value is replaced.

    Args:
        key: under which it stands; for an item, the key of its array.
        value: a string or a number.
        parents: the keys under which its object stands.
        beside: the keys of its object.
        is_listed: whether the schema may know the key there: `type` in a free-form object is not the contract's.
    """
    if is_listed and isinstance(value, (str, int, float)) and _stays(key, value):
        return Kind.KEEP
    if isinstance(value, str):
        told = None if is_silent(value) else _told(value)
        if is_silent(value):
            return Kind.KEEP
        role = _role(key, "string", tuple(parents[-2:]), beside)
        if told is Kind.DATE:
            return Kind.KEEP if role and role.group == "time" and len(value) > len("2026-11-27") else Kind.DATE
        return told or _of_string(key, value, role)
    role = _role(key, "integer", tuple(parents[-2:]), beside) or _role(key, "number", tuple(parents[-2:]), beside)
    return _of_number(value, role)


def is_plain_key(key: str) -> bool:
    """Whether a key that no schema knows looks like the name of a property, and not like somebody's."""
    if not key or is_silent(key):
        return True
    return bool(_PLAIN_KEY.fullmatch(key)) and _told(key) is None


def is_property(key: str) -> bool:
    """Whether a key is the name of a property as many have it: `city`."""
    return _role(key, "string", (), frozenset()) is not None or _role(key, "integer", (), frozenset()) is not None


_PLAIN_KEY = re.compile(r"[$@]?(?=.{1,64}\Z)[A-Za-z]+(?:[_.:-][A-Za-z]+)*(?:[_.-]?[0-9]{1,2})?")


def _stays(key: str, value: float | str) -> bool:
    pattern = _STAYING.get(key)
    return pattern is not None and pattern.fullmatch(str(value)) is not None


@functools.lru_cache(maxsize=4_096)
def _role(key: str, json_type: str, parents: tuple[str, ...], beside: frozenset[str]) -> Role | None:
    return role_of(Property(key[:_LONGEST_NAME], json_type), parents, beside)


def _told(value: str) -> Kind | None:
    """What a text says of itself."""
    looks = ((is_email, Kind.EMAIL), (is_url, Kind.LINK), (is_phone, Kind.PHONE), (is_date, Kind.DATE),
             (is_address, Kind.ADDRESS))  # fmt: skip
    return next((kind for looks_so, kind in looks if looks_so(value)), None)


def _of_string(key: str, value: str, role: Role | None) -> Kind:
    if value.lower() in _TRUTHS:
        return Kind.KEEP
    kind = _OF_KEYS.get(key) or (_of_role(value, role) if role else None)
    if kind is None and _is_persons_name(words_of(key)):
        kind = Kind.PERSON
    if kind in (Kind.PERSON, Kind.BUSINESS, Kind.CITY, Kind.USER):
        return _of_name(value, kind)
    return kind or _of_shape(value)


def _is_persons_name(words: tuple[str, ...]) -> bool:
    """Whether a key says `name`, and not of what other than a person."""
    people = role_table().people
    return words[-1:] == ("name",) and all(word in people or word in _PERSONAL for word in words[:-1])


def _of_role(value: str, role: Role) -> Kind | None:
    pattern = _SHAPED.get(role.name)
    if pattern is not None:
        return Kind.KEEP if re.fullmatch(pattern, value) else None
    if value in _listed(role.name):
        return Kind.KEEP
    kind = _ROLES.get(role.name) or _GROUPS.get(role.group)
    if kind is Kind.PHONE and not _PHONE_DIGITS[0] <= sum(map(value.count, DIGITS)) <= _PHONE_DIGITS[1]:
        return None
    return Kind.TEXT if kind is None and role.group == "text" else kind


@functools.cache
def _listed(role: str) -> frozenset[Json]:
    """The words of a role of which there are few: `pending` says nothing of anybody."""
    values = read("world")["values"] if role.partition(".")[0] in ("status", "text", "money", "place") else {}
    return frozenset(values.get(role, ()))


def _of_name(value: str, kind: Kind) -> Kind:
    """A name, if it can be one."""
    has_digits = any(sign in DIGITS for sign in value)
    if len(value) > _LONGEST_NAME or len(value.split()) > _MOST_WORDS:
        return Kind.TEXT
    if kind is Kind.USER:
        is_name = " " in value or not value.isascii() or (value != value.lower() and not has_digits)
        return Kind.PERSON if is_name and not has_digits else Kind.USER if value.isascii() else Kind.ID
    return kind if not has_digits or kind is Kind.BUSINESS else _of_shape(value)


def _of_shape(value: str) -> Kind:
    is_id = any(sign in DIGITS for sign in value) and not any(map(str.isspace, value))
    return Kind.ID if is_id else Kind.TEXT


def _of_number(value: float, role: Role | None) -> Kind:
    if role is None:
        return Kind.PHONE if isinstance(value, int) and is_phone(_short(value)) else Kind.NUMBER
    if role.name in _COUNTS:
        return Kind.KEEP
    if role.group == "time":
        return Kind.KEEP if any(low <= value < high for low, high in _MOMENT.values()) else Kind.NUMBER
    is_told = "phone" in role.name and len(_short(value)) >= _PHONE_DIGITS[0]
    return Kind.PHONE if isinstance(value, int) and (is_told or is_phone(_short(value))) else Kind.NUMBER


def _short(value: float) -> str:
    return str(value) if isinstance(value, int) and 0 <= value < 10**15 else ""
