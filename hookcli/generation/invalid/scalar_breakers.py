"""What breaks the keywords of single values: strings and numbers just outside their bounds, near misses of the rest."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from hookcli.generation.identity import identity
from hookcli.generation.invalid.near_misses import misses_of_format, misses_of_pattern
from hookcli.generation.invalid.places import has_type
from hookcli.generation.invalid.targets import ODDITIES, Broken, Target, exact, is_number
from hookcli.generation.scalars import plain
from hookcli.models import Json

_LONGEST = 100_000
"""Characters of a text that is longer than a `maxLength` allows, at the most."""


def break_type(target: Target) -> Broken:
    """The same in another type, as senders mix them up: 42 and "42", true and "true", {} and []."""
    known = target.sibling("enum", [target.sibling("const")] if "const" in target.rule.schema else None)
    near = [*retyped(target.value), *ODDITIES] if known is None else known
    yield from ((value, "") for value in near if not has_type(value, target.argument))


def retyped(value: Json) -> list[Json]:
    """The same in other types, the likeliest first."""
    if isinstance(value, bool):
        return ["true" if value else "false", int(value), None]
    if is_number(value):
        return [repr(value), None, plain(exact(value) + Fraction(1, 2))]
    if isinstance(value, str):
        digits = value.isascii() and value.isdecimal() and len(value) < 16
        return [int(value), None] if digits else [None, 12, [value]]
    if isinstance(value, list):
        return [{}, *value[:1], None, ""]
    return [[], None, ""] if isinstance(value, dict) else ["", "null", False, 0]


def break_choice(target: Target) -> Broken:
    """`enum` and `const`: a value of the same type that is nearly one of them."""
    known = [target.argument] if target.keyword == "const" else target.argument
    taken = set(map(identity, known))
    for value in (*_misspelt(target.value), *_beyond(known), *ODDITIES):
        if identity(value) not in taken:
            yield value, ""


def _misspelt(value: Json) -> Iterator[Json]:
    """One at a time: of a large value they are many, and each is as large."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, float):
        yield from (plain(exact(value) + 1), value / 2)
    elif isinstance(value, str):
        yield from (*_other_cases(value), value[:-1], f"{value}s", f"{value}_unknown", f" {value}")
    elif isinstance(value, list) and value:
        yield from (value[:-1], [*value, None])
        yield from ([*value[:-1], one] for one in _misspelt(value[-1]))
    elif isinstance(value, dict):
        yield from ({**value, key: one} for key, item in value.items() for one in islice(_misspelt(item), 1))
        yield from ({k: v for k, v in value.items() if k != key} for key in value)
        yield {**value, "unexpected": 1}


def _other_cases(text: str) -> list[str]:
    return [one for one in (text.upper(), text.lower(), text.capitalize()) if one != text]


def _beyond(known: list[Json]) -> Iterator[Json]:
    numbers = [value for value in known if is_number(value)]
    if numbers:
        yield from (math.floor(max(numbers)) + 1, math.ceil(min(numbers)) - 1)


def break_format(target: Target) -> Broken:
    """A near miss of a `format`."""
    if isinstance(target.value, str):
        yield from ((text, "") for text in misses_of_format(target.argument, target.value))


def break_pattern(target: Target) -> Broken:
    """A near miss of a `pattern`."""
    if isinstance(target.value, str):
        yield from ((text, "") for text in misses_of_pattern(target.argument, target.value))


def break_min_length(target: Target) -> Broken:
    """One code point too few."""
    size = int(target.argument) - 1
    if isinstance(target.value, str) and 0 <= size < len(target.value):
        extra = len(target.value) - size
        yield target.value[:size], ""
        yield target.value[extra:], ""
        yield from ((target.value[:at] + target.value[at + extra :], "") for at in range(1, min(size, 20)))
        yield "x" * size, ""


def break_max_length(target: Target) -> Broken:
    """One code point too many: at the end, the start, or inside, where a format or a pattern may have room for it."""
    size = int(target.argument) + 1
    text = target.value
    if isinstance(text, str) and len(text) < size <= _LONGEST:
        extra = size - len(text)
        yield text + (text[-1:] or "x") * extra, ""
        yield (text[:1] or "x") * extra + text, ""
        for at in range(1, min(len(text), 20)):
            yield from ((text[:at] + char * extra + text[at:], "") for char in (text[at - 1], "a", "0"))
        yield from ((text + char * extra, "") for char in "a0")
        yield from ((char * size, "") for char in "xA0")


def break_minimum(target: Target) -> Broken:
    """The nearest number below."""
    yield from _outside(target, "exclusiveMinimum", -1)


def break_maximum(target: Target) -> Broken:
    """The nearest number above."""
    yield from _outside(target, "exclusiveMaximum", 1)


def _outside(target: Target, exclusive: str, away: int) -> Broken:
    """The bound itself where it is exclusive, one step or one unit in the last place beyond it, then further away.

    Draft 4 has a boolean beside the bound, under which validators report what breaks either.
    """
    bound = target.argument
    if isinstance(bound, bool):
        bound = target.sibling(exclusive.replace("exclusiveM", "m")) if bound else None
    elif target.sibling(exclusive) is True and target.keyword != exclusive:
        return
    if not is_number(target.value) or not is_number(bound):
        return
    if target.keyword == exclusive:
        yield bound, ""
    step = target.step
    if step is None:
        yield from ((value, "") for value in _next(bound, away))
    for unit in (step or Fraction(1), Fraction(1), Fraction(1000)):
        value = plain((math.floor(exact(bound) * away / unit) + 1) * unit * away)
        if isinstance(value, int) or math.isfinite(value):
            yield value, ""


def _next(bound: Json, away: int) -> Iterator[float]:
    try:
        near = math.nextafter(float(bound), away * math.inf)
    except OverflowError:
        return
    if math.isfinite(near):
        yield near


def break_multiple_of(target: Target) -> Broken:
    """Half a step off; a whole number off where only whole numbers are taken."""
    if not is_number(target.value):
        return
    here, step = exact(target.value), exact(target.argument)
    whole = [Fraction(1), Fraction(-1), Fraction(max(1, math.floor(step / 2)))]
    for off in (*whole, step / 2, -step / 2) if target.integral else (step / 2, -step / 2, *whole):
        yield plain(here + off), ""
