"""The edges of one scalar: numbers at and beside their bounds, strings that are as short, long or odd as allowed.

What is yielded lies within the bounds; what the shape cannot say (`not`, several patterns) is for the proof that
follows.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hookcli.generation.boundary.branches import LONG, LONGEST, pattern_edges
from hookcli.generation.boundary.extremes import EXTREMES, format_edges
from hookcli.generation.scalars import plain
from hookcli.generation.shapes import Numbers, Strings
from hookcli.models import Json

UNICODE = {
    "e\u0301": "\u0301",  # combining mark
    "שלום עליכם": "ש",  # right to left
    "👩‍👩‍👧‍👦🇮🇳": "😀",  # emoji joined of several code points
    "line\u2028separator": "\u2028",
    "nul\x00byte": "\x00",
    "\ufeffbyte order mark": "\ufeff",
    "नमस्ते": "न",
    "\"quotes' \\ and / slashes": '"',
    "<script>alert(1)</script>": "<",
    "\t\r\n": "\n",
    " spaces ": " ",
}
"""Texts that break receivers, each with the character that tells, for where there is no room."""

_WHOLE = (
    0, 1, -1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) + 1, -(2**53) - 1,
    2**63 - 1, 2**63, -(2**63), -(2**63) - 1,
)  # fmt: skip
"""Where 32 bits, the doubles' whole numbers and 64 bits end."""

_REAL = (-0.0, 1, -1, 0.5, -0.5, 0.1 + 0.2, 1e-7, 5e-324, -5e-324, 2**53 - 1, 2**53, 2**53 + 1, 2**63, 1e300, -1e300)
"""Small, large and inexact doubles; zero with its sign, unless plain zero is a bound."""

_OF_FORMATS: dict[str, tuple[int | float, int | float]] = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    "float": (-3.4028234663852886e38, 3.4028234663852886e38),
}
"""The numbers that OpenAPI's formats leave: JSON Schema knows none of them, whoever reads a payload may."""

_NEAR = 3
"""Steps on both sides of a bound that are proposed where bounds alone do not say what is valid."""


def number_edges(shape: Numbers, *, vague: bool = False) -> Iterator[int | float]:
    """Each bound and its neighbour inside it, zero and its neighbours, the numbers at which types end.

    Args:
        shape: the numbers.
        vague: whether the shape's bounds do not say all; more neighbours are proposed, on both sides of each bound.
    """
    step = _step(shape)
    found = [*_bounds(shape, step)]
    if vague:
        found += _beside(shape, step or Fraction(1))
    for value in dict.fromkeys(found):
        if vague or _is_inside(value, shape, step):
            yield value
    seen = set(found)
    for value in _REAL if step is None else _WHOLE if step == 1 else _multiples(step):
        if value not in seen and _is_inside(value, shape, step):
            seen.add(value)
            yield value
    if step is not None:
        yield from _as_float(shape, step, seen)


def of_formats(shape: Numbers, formats: Iterable[Json]) -> Numbers:
    """The numbers of a shape that formats such as `int32` leave; all of them, if they leave none."""
    for name in formats:
        least, most = _OF_FORMATS.get(name, (None, None)) if isinstance(name, str) else (None, None)
        is_lower = least is not None and (shape.minimum is None or shape.minimum < least)
        is_upper = most is not None and (shape.maximum is None or shape.maximum > most)
        inner = replace(
            shape,
            minimum=least if is_lower else shape.minimum,
            maximum=most if is_upper else shape.maximum,
            exclusive_minimum=shape.exclusive_minimum and not is_lower,
            exclusive_maximum=shape.exclusive_maximum and not is_upper,
        )
        is_empty = inner.minimum is not None and inner.maximum is not None and inner.minimum > inner.maximum
        shape = shape if is_empty else inner
    return shape


def _step(shape: Numbers) -> Fraction | None:
    """The least distance of two values, or None where there is none."""
    steps = [_exact(each) for each in shape.multiple_of] + [Fraction(1)] * shape.integral
    if not steps:
        return None
    lcm = math.lcm(*(each.numerator for each in steps))
    return Fraction(lcm, math.gcd(*(each.denominator for each in steps))) if len(steps) > 1 else steps[0]


def _exact(number: Json) -> Fraction:
    """What the text of a number says, not its nearest double."""
    return Fraction(Decimal(repr(number))) if isinstance(number, float) else Fraction(number)


def _bounds(shape: Numbers, step: Fraction | None) -> Iterator[int | float]:
    """The last two valid numbers at each bound."""
    for bound, inwards, exclusive in (
        (shape.minimum, 1, shape.exclusive_minimum),
        (shape.maximum, -1, shape.exclusive_maximum),
    ):
        if bound is None:
            continue
        if step is None:
            inside = [bound, *_doubles(bound, inwards)]
            yield from inside[exclusive : 2 + exclusive]
        else:
            exact = _exact(bound)
            first = (math.ceil(exact / step) if inwards > 0 else math.floor(exact / step)) * step
            first += inwards * step * (exclusive and first == exact)
            yield plain(first)
            yield plain(first + inwards * step)


def _doubles(bound: Json, inwards: int) -> Iterator[float]:
    """The two doubles next to a bound."""
    try:
        near = math.nextafter(float(bound), inwards * math.inf)
    except OverflowError:
        return
    yield near
    yield math.nextafter(near, inwards * math.inf)


def _beside(shape: Numbers, step: Fraction) -> Iterator[int | float]:
    for bound in (shape.minimum, shape.maximum):
        if bound is not None:
            yield from (plain(_exact(bound) + away * step) for away in range(-_NEAR, _NEAR + 1))
    yield from (plain(away * step) for away in range(-_NEAR, _NEAR + 1))


def _multiples(step: Fraction) -> list[int | float]:
    """Zero, the first multiples, and the last before doubles lose their whole numbers."""
    return [0, plain(step), plain(-step), *(plain(2**53 // step * step * sign) for sign in (1, -1) if step < 2**53)]


def _is_inside(value: int | float, shape: Numbers, step: Fraction | None) -> bool:
    if isinstance(value, float) and not math.isfinite(value):
        return False
    exact = _exact(value)
    return (
        (shape.minimum is None or _is_over(exact, _exact(shape.minimum), exclusive=shape.exclusive_minimum))
        and (shape.maximum is None or _is_over(-exact, -_exact(shape.maximum), exclusive=shape.exclusive_maximum))
        and (step is None or exact % step == 0)
    )


def _is_over(value: Fraction, bound: Fraction, *, exclusive: bool) -> bool:
    return value > bound or (value == bound and not exclusive)


def _as_float(shape: Numbers, step: Fraction, seen: set[int | float]) -> Iterator[float]:
    """A whole number written with a point, `5.0`: one of which the plain form is no edge, so that none comes twice."""
    downwards = shape.minimum is None and shape.maximum is not None
    start = _exact(shape.maximum if downwards else shape.minimum or 0) // step
    for away in range(2 * _NEAR):
        value = plain((start + (-away if downwards else away)) * step)
        if isinstance(value, int) and value not in seen and abs(value) < 2**53 and _is_inside(value, shape, step):
            yield float(value)
            return


def string_edges(shape: Strings) -> Iterator[str]:
    """The shortest and the longest strings, the choices of patterns, the telling values of formats, odd characters."""
    known = [name for name in shape.formats if name in EXTREMES]
    for pattern in shape.patterns:
        yield from pattern_edges(pattern, shape.minimum, shape.maximum)
    for name in known:
        yield from format_edges(name, shape.minimum, shape.maximum)
    if shape.media_types or shape.encodings:
        yield from _contents(shape)
    elif not known:
        yield from _texts(shape)


def _texts(shape: Strings) -> Iterator[str]:
    """Of each length at the bounds, of each kind of odd character, and the longest in bytes."""
    most = max(LONG, shape.minimum) if shape.maximum is None else shape.maximum
    for length in dict.fromkeys((shape.minimum, shape.minimum + 1, most - 1, most)):
        if shape.minimum <= length <= min(most, LONGEST):
            yield "x" * length
    if shape.minimum > LONGEST:
        return
    for text, core in UNICODE.items():
        fitting = text if len(text) <= most else core * min(most, 1)
        yield fitting.ljust(shape.minimum, "x")
    yield "😀" * min(most, max(LONG, shape.minimum))


_DOCUMENTS = ("null", "0", '""', "[]", "{}", '{"a":[1,"\\u2028"]}')
_BYTES = (b"", b"\x00", b"\x00\x01", b"\xff\xff\xff", b"\xfb\xef\xbe")


def _contents(shape: Strings) -> Iterator[str]:
    """Documents and bytes, encoded as the schema says."""
    yield from (*_DOCUMENTS, "") if not shape.encodings else ()
    for data in [text.encode() for text in _DOCUMENTS] if shape.media_types else _BYTES:
        yield base64.b64encode(data).decode()
        yield data.hex().upper()
