"""Shapes of strings and numbers -> samplers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hookcli.errors import Unsatisfiable
from hookcli.generation.formats import SHORTEST, WORDS, compile_format
from hookcli.generation.functions import Expression, Sampler
from hookcli.generation.patterns import Node, compile_node, ends, is_certain, parse, shortest
from hookcli.generation.shapes import Numbers, Strings
from hookcli.models import Json

MOST_TRIES = 200
"""Samples that are tried where construction alone cannot promise a valid one."""

_REACH = 1_000
"""How far beyond its only bound a number goes."""

_LONGEST = 1_000_000
"""Characters, items or keys that we make at the most."""


class DeadEnd(Exception):
    """No valid value was found here; the whole payload is tried again."""


def prove(sample: Sampler, accepts: Callable[[Json], bool]) -> Sampler:
    """The same sampler, trying again until what it makes is accepted."""

    def proven() -> Json:
        for _ in range(MOST_TRIES):
            value = sample()
            if accepts(value):
                return value
        raise DeadEnd

    return proven


def compile_string(shape: Strings, rng: Random, now: float, accepts: Callable[[Json], bool]) -> Sampler:
    """A sampler of strings of one shape; each string is proven where its construction leaves doubt."""
    if shape.minimum > _LONGEST:
        raise Unsatisfiable(
            f"minLength {shape.minimum:,} is longer than the {_LONGEST:,} characters that hookcli makes."
        )
    made = [sampler for name in shape.formats if (sampler := compile_format(name, rng.random, now))]
    if made:
        return _of_format(shape, made, rng, accepts)
    if shape.patterns:
        return _of_patterns(shape, rng, accepts)
    if shape.encodings or shape.media_types:
        return prove(lambda: _encoded(shape, rng.random), accepts)
    words = _words(shape, rng.random)
    return words if (shape.maximum is None or shape.maximum >= 16) and not shape.excluding else prove(words, accepts)


def _of_format(shape: Strings, made: list[Sampler], rng: Random, accepts: Callable[[Json], bool]) -> Sampler:
    """Strings of a format; where lengths and patterns are to be met too, whatever of several ways meets them."""
    free = shape.minimum == 0 and shape.maximum is None and not shape.patterns and not shape.excluding
    if free and len(shape.formats) == 1:
        return made[0]
    shortest_ones = [_always(SHORTEST[name]) for name in shape.formats if name in SHORTEST]
    samplers = [_stretched(made[0], shape, rng.random), *made, *shortest_ones]
    if shape.patterns:
        found = _of_each_pattern(shape, rng)
        samplers += [*found, *(_within(sampler, rng.random) for sampler in found)]
    random = rng.random
    return prove(lambda: samplers[int(random() * len(samplers))](), accepts)


def _within(sampler: Sampler, random: Callable[[], float]) -> Sampler:
    """What a pattern leaves open at its ends, filled with a word: `@acme.example` is no address yet."""

    def within() -> str:
        word = WORDS[int(random() * len(WORDS))]
        return f"{word}{sampler()}" if random() < 0.5 else f"{sampler()}{word}"

    return within


def _always(text: str) -> Sampler:
    return lambda: text


def _stretched(sampler: Callable[[], str], shape: Strings, random: Callable[[], float]) -> Sampler:
    """Longer where a format's usual length is under the minimum: before it, after it, or before its last character."""

    def stretched() -> str:
        text = sampler()
        missing = max(0, shape.minimum - len(text))
        at = (0, len(text), len(text) - 1)[int(random() * 3)]
        return text[:at] + ("0" if at == len(text) - 1 else "a") * missing + text[at:]

    return stretched


def _encoded(shape: Strings, random: Callable[[], float]) -> str:
    import base64

    text = f'{{"{WORDS[int(random() * len(WORDS))]}": {int(random() * 1000)}}}' if shape.media_types else "hookcli"
    return base64.b64encode(text.encode()).decode() if shape.encodings else text


_SPREADS = (4, 0, 12, 40, 150)
"""Repeats above the least: the first for a plain pattern, the others in turn while a length is to be met."""


def _of_patterns(shape: Strings, rng: Random, accepts: Callable[[Json], bool]) -> Sampler:
    """Strings for the most telling pattern, with other numbers of repeats until the length fits too."""
    trees = sorted((parse(pattern) for pattern in shape.patterns), key=shortest, reverse=True)[:2]
    free = shape.minimum == 0 and shape.maximum is None
    if len(shape.patterns) == 1 and free and not shape.excluding and is_certain(trees[0]):
        return compile_node(trees[0], rng, _SPREADS[0])
    samplers = _of_each_pattern(shape, rng)
    random = rng.random
    return prove(lambda: samplers[int(random() * len(samplers))](), accepts)


def _of_each_pattern(shape: Strings, rng: Random) -> list[Sampler]:
    """Samplers for the two most telling patterns, with several numbers of repeats."""
    trees = sorted((parse(pattern) for pattern in shape.patterns), key=shortest, reverse=True)[:2]
    return [_padded(tree, compile_node(tree, rng, spread), shape, rng.random) for spread in _SPREADS for tree in trees]


def _padded(tree: Node, sampler: Callable[[], str], shape: Strings, random: Callable[[], float]) -> Callable[[], str]:
    """Longer where the pattern leaves an end open and the text is too short."""
    start, end = ends(tree)
    if shape.minimum == 0 or (start and end):
        return sampler

    def padded() -> str:
        text = sampler()
        missing = max(0, shape.minimum - len(text))
        filler = "".join([WORDS[int(random() * len(WORDS))] for _ in range(missing // 4 + 1)])[:missing]
        return text + filler if not end else filler + text

    return padded


def _words(shape: Strings, random: Callable[[], float]) -> Sampler:
    """A word or two, cut or repeated to the length that is asked for."""
    least, most = shape.minimum, _LONGEST if shape.maximum is None else shape.maximum
    size = len(WORDS)

    def sample() -> str:
        text = f"{WORDS[int(random() * size)]}-{1 + int(random() * 99)}"
        while len(text) < least:
            text += " " + WORDS[int(random() * size)] if least < 10_000 else text
        return text[: max(least, min(most, 40))] if len(text) > max(least, 24) else text[:most]

    return sample


def compile_number(shape: Numbers, random: Callable[[], float]) -> Sampler:
    """A sampler of numbers of one shape."""
    if shape.fractional:
        return prove(compile_number(replace(shape, fractional=False), random), lambda value: value % 1 != 0)
    low, high = _interval(shape)
    if shape.multiple_of:
        return _multiples(shape, low, high, random)
    if shape.integral:
        start, room = math.ceil(low), math.floor(high) - math.ceil(low) + 1
        return Expression("$start + int($random() * $room)", start=start, room=room, random=random)
    return _decimals(low, high, shape, random)


def _interval(shape: Numbers) -> tuple[Fraction, Fraction]:
    """The bounds, with one of our own where the schema has none."""
    low = None if shape.minimum is None else Fraction(shape.minimum)
    high = None if shape.maximum is None else Fraction(shape.maximum)
    reach = _REACH * max((_exact(step) for step in shape.multiple_of), default=Fraction(1))
    if low is None:
        low = min(Fraction(1), high - reach) if high is not None and high < 1 + reach else Fraction(1)
        low = max(low, Fraction(0)) if high is not None and high > 0 and low < 0 else low
    if high is None:
        high = max(low + reach, Fraction(1))
    return low, high


def _exact(number: Json) -> Fraction:
    """What the text of a number says, not its nearest float: 0.01 is a hundredth."""
    return Fraction(Decimal(repr(number))) if isinstance(number, float) else Fraction(number)


def _multiples(shape: Numbers, low: Fraction, high: Fraction, random: Callable[[], float]) -> Sampler:
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
    room = stop - start + 1
    return lambda: plain((start + int(random() * room)) * step)


def plain(number: Fraction) -> int | float:
    """A fraction as JSON writes it: whole where it is whole."""
    return number.numerator if number.denominator == 1 else float(Decimal(number.numerator) / number.denominator)


def _decimals(low: Fraction, high: Fraction, shape: Numbers, random: Callable[[], float]) -> Sampler:
    """Numbers with two decimals where there is room for them, else whatever lies between."""
    cents_low, cents_high = math.ceil(low * 100), math.floor(high * 100)
    cents_low += shape.exclusive_minimum and Fraction(cents_low, 100) == low
    cents_high -= shape.exclusive_maximum and Fraction(cents_high, 100) == high
    room = cents_high - cents_low + 1
    if room > 1 and abs(cents_high) < 10**15:
        return Expression("($start + int($random() * $room)) / 100", start=cents_low, room=room, random=random)
    if low == high:
        return lambda: plain(low)
    return lambda: float(low + (high - low) * Fraction(random() * 0.998 + 0.001))
