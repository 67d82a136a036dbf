"""JSON text outside of its strings: white space, numbers, brackets."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)|-0|-?[0-9]{16,}")
"""Only these can differ in JavaScript."""


def as_in_javascript(text: str) -> str:
    """The same JSON text with numbers as JavaScript reads and writes them (ECMA-262, Number::toString): 1.0 is 1."""
    return _changed(text, lambda outside: _NUMBER.sub(lambda found: _shortest(float(found[0])), outside))


def without_blanks(text: str) -> str:
    """The same JSON text without white space between its values; all else stays as it is written."""
    return _changed(text, lambda outside: "".join(outside.split()))


def without_empty_objects(text: str) -> str:
    """The same compact or indented JSON text with `[]` for every `{}`."""
    return _changed(text, lambda outside: outside.replace("{}", "[]"))


_HIDDEN = (("\\\\", "\x00"), ('\\"', "\x01"))
"""Escapes that would hide where a string ends, and characters that no JSON text has."""


def _changed(text: str, change: Callable[[str], str]) -> str:
    """A valid JSON text, changed outside of its strings. Strings are cut out at their quotes, at the speed of C."""
    for escape, mark in _HIDDEN:
        text = text.replace(escape, mark)
    parts = text.split('"')
    parts[::2] = change('"'.join(parts[::2])).split('"')
    text = '"'.join(parts)
    for escape, mark in _HIDDEN:
        text = text.replace(mark, escape)
    return text


def _shortest(value: float) -> str:
    if math.isinf(value):
        return "null"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    _, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    return sign + _placed("".join(map(str, digits)), len(digits) + exponent)


def _placed(digits: str, point: int) -> str:
    """The digits with a decimal point after `point` of them, or with an exponent."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
