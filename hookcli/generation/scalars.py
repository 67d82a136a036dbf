"""Shapes of numbers -> samplers, and what samplers of all kinds share."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hookcli.generation.functions import Sampler, drawn
from hookcli.generation.shapes import Numbers
from hookcli.models import Json

MOST_TRIES = 200
"""Samples that are tried where construction alone cannot promise a valid one."""

_FEWEST_TRIES = 5

_REACH = 1_000
"""How far beyond its only bound a number goes."""

_MOST_ROOM = 10**300
"""Numbers among which one is drawn, the lowest of them: no float is much greater."""

_LARGEST = Fraction(sys.float_info.max)


class DeadEnd(Exception):
    """No valid value was found here; the whole payload is tried again.

    Args:
        cost: values that were made in vain.
        why: what there was too little of, as a sentence goes on.
    """

    def __init__(self, cost: int = 0, why: str = "") -> None:
        super().__init__(why)
        self.cost = cost
        self.why = why


def prove(sample: Sampler, accepts: Callable[[Json], bool]) -> Sampler:
    """The same sampler, trying again until what it makes is accepted."""
    tries = MOST_TRIES

    def proven() -> Json:
        nonlocal tries
        for _ in range(tries):
            value = sample()
            if accepts(value):
                tries = MOST_TRIES
                return value
        tries = max(tries // 2, _FEWEST_TRIES)  # what never had luck is not worth as many again
        raise DeadEnd

    return proven


def compile_number(shape: Numbers, rng: Random, reach: int = _REACH) -> Sampler:
    """A sampler of numbers of one shape, which go so far beyond an only bound."""
    if shape.fractional:
        return prove(compile_number(replace(shape, fractional=False), rng, reach), lambda value: value % 1 != 0)
    low, high = _interval(shape, reach)
    if shape.multiple_of:
        return _multiples(shape, low, high, rng)
    if shape.integral:
        start, room = math.ceil(low), min(math.floor(high) - math.ceil(low) + 1, _MOST_ROOM)
        return drawn("$start + $drawn", room, rng, start=start)
    return _decimals(low, high, shape, rng)


def _interval(shape: Numbers, reach: int) -> tuple[Fraction, Fraction]:
    """The bounds, with one of our own where the schema has none."""
    low = None if shape.minimum is None else Fraction(shape.minimum)
    high = None if shape.maximum is None else Fraction(shape.maximum)
    span = reach * max((_exact(step) for step in shape.multiple_of), default=Fraction(1))
    if low is None:
        low = min(Fraction(1), high - span) if high is not None and high < 1 + span else Fraction(1)
        low = max(low, Fraction(0)) if high is not None and high > 0 and low < 0 else low
    if high is None:
        high = max(low + span, Fraction(1))
    return low, high


def _exact(number: Json) -> Fraction:
    """What the text of a number says, not its nearest float: 0.01 is a hundredth."""
    return Fraction(Decimal(repr(number))) if isinstance(number, float) else Fraction(number)


def _multiples(shape: Numbers, low: Fraction, high: Fraction, rng: Random) -> Sampler:
    step = Fraction(1) if shape.integral else _exact(shape.multiple_of[0])
    for other in shape.multiple_of:
        exact = _exact(other)
        step = Fraction(
            math.lcm(step.numerator * exact.denominator, exact.numerator * step.denominator),
            step.denominator * exact.denominator,
        )
    start, stop = math.ceil(low / step), math.floor(high / step)
    start += shape.exclusive_minimum and start * step == low
    stop -= shape.exclusive_maximum and stop * step == high
    room = min(stop - start + 1, _MOST_ROOM)
    return drawn("$plain(($start + $drawn) * $step)", room, rng, start=start, step=step, plain=plain)


def plain(number: Fraction) -> int | float:
    """A fraction as JSON writes it: whole where it is whole."""
    return number.numerator if number.denominator == 1 else float(Decimal(number.numerator) / number.denominator)


def _decimals(low: Fraction, high: Fraction, shape: Numbers, rng: Random) -> Sampler:
    """Numbers with two decimals where there is room for them, else whatever lies between.

    Numbers beyond all floats are whole.
    """
    if low > _LARGEST or high < -_LARGEST:
        return _multiples(replace(shape, multiple_of=(1,)), low, high, rng)
    low, high = max(low, -_LARGEST), min(high, _LARGEST)
    cents_low, cents_high = math.ceil(low * 100), math.floor(high * 100)
    cents_low += shape.exclusive_minimum and Fraction(cents_low, 100) == low
    cents_high -= shape.exclusive_maximum and Fraction(cents_high, 100) == high
    room = cents_high - cents_low + 1
    if room > 1 and max(abs(cents_low), abs(cents_high)) < 10**15:
        return drawn("($start + $drawn) / 100", room, rng, start=cents_low)
    if low == high:
        return lambda: plain(low)
    return lambda: float(low + (high - low) * Fraction(rng.random() * 0.998 + 0.001))
