"""Shapes of strings that have patterns, or lengths beside a format -> samplers.

It is loaded when there is such a shape: `plain` makes the others.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from random import Random

from hookcli.errors import Unsatisfiable
from hookcli.generation.functions import Sampler
from hookcli.generation.scalars import prove
from hookcli.generation.shapes import Strings
from hookcli.generation.text.characters import charset
from hookcli.generation.text.formats import SHORTEST, WORDS
from hookcli.generation.text.patterns import compile_aimed, compile_node, parse
from hookcli.generation.text.plain import LONGEST
from hookcli.generation.text.trees import (
    MANY,
    Chars,
    Node,
    Repeat,
    Sequence,
    ends,
    is_certain,
    longest,
    shortest,
    weight,
)
from hookcli.models import Json
from hookcli.schema.dialect import matches

_SPREADS = (4, 2, 1, 0)
"""Repeats above the least: as many of these as a length leaves room for."""

_FAR_SPREADS = (12, 40, 150)

_ROOM = 24
"""Characters above the least that a string of wanted length gets at the most."""

_TRIALS = 16
"""Strings by which a way to make them is judged."""

_MOST_NODES = 5_000
"""A larger tree is not made an automaton of."""

_FILLER = Chars(charset((0x61, 0x7A)))

FORMATS = {
    "date": "^20[0-3]\\d-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])$",
    "time": "^([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-](0\\d|1[0-2]):[0-5]\\d)$",
    "date-time": "^20[0-3]\\d-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?"
    "(Z|[+-](0\\d|1[0-2]):[0-5]\\d)$",
    "duration": "^P(\\d{1,4}W|\\d{1,4}D(T\\d{1,3}H)?|\\d{1,3}Y(\\d{1,2}M)?|T\\d{1,3}(H|M|S))$",
    "email": "^[a-z0-9]+([.+_-][a-z0-9]+)*@([a-z]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,8}$",
    "hostname": "^([a-z]([a-z0-9]{0,20}|[a-z0-9]{1,9}-[a-z0-9]{1,9})\\.)*[a-z][a-z0-9]{1,20}$",
    "ipv4": "^((\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])\\.){3}(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])$",
    "ipv6": "^(([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|([0-9a-f]{1,4}:){1,6}(:[0-9a-f]{1,4})|::1?)$",
    "uri": "^[a-z][a-z0-9+.-]*:(//[A-Za-z0-9]+([.-][A-Za-z0-9]+)*(:[1-9]\\d{0,3})?)?(/[A-Za-z0-9._~-]*)*"
    "(\\?[A-Za-z0-9=&._~-]*)?(#[A-Za-z0-9._~-]*)?$",
    "uri-reference": "^(/[A-Za-z0-9._~-]+)*/?(\\?[A-Za-z0-9=&._~-]*)?(#[A-Za-z0-9._~-]*)?$",
    "uuid": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$",
    "json-pointer": "^(/([^~/]|~[01])*)*$",
    "relative-json-pointer": "^(0|[1-9]\\d{0,3})(#|(/[a-z0-9]*)*)$",
    "regex": "^[A-Za-z0-9 _]*$",
    "uri-template": "^(/[a-z0-9]+|/\\{[a-z]+\\})*$",
}
"""Formats as patterns, where a string must have a format and more. They need not know all that a format allows."""

FORMATS |= {
    "idn-email": FORMATS["email"], "idn-hostname": FORMATS["hostname"], "iri": FORMATS["uri"],
    "iri-reference": FORMATS["uri-reference"],
}  # fmt: skip


def of_formats(shape: Strings, made: list[Sampler], rng: Random, accepts: Callable[[Json], bool]) -> Sampler:
    """Strings of a format and of lengths, patterns or other formats: whatever of several ways meets them.

    Args:
        shape: what is asked for.
        made: samplers of the formats.
        rng: where all randomness comes from.
        accepts: the proof.

    Raises:
        Unsatisfiable: there is no such string, or no way to it is known.
    """
    return _best_of(_ways_of_format(shape, made, rng), accepts, rng)


def _ways_of_format(shape: Strings, made: list[Sampler], rng: Random) -> Iterator[Sampler]:
    yield from made
    if shape.minimum:
        yield _stretched(made[0], shape, rng.random)
    trees = [parse(pattern) for pattern in shape.patterns]
    formats = [parse(FORMATS[name]) for name in shape.formats if name in FORMATS]
    yield from walks([*trees, *formats], shape, rng, claims=False)
    for tree in trees:
        yield compile_node(tree, rng, _SPREADS[0])
        yield _within(compile_node(tree, rng, _SPREADS[0]), rng.random)
    yield from (_always(SHORTEST[name]) for name in shape.formats if name in SHORTEST)


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


def of_patterns(shape: Strings, rng: Random, accepts: Callable[[Json], bool]) -> Sampler:
    """Strings for all patterns at once, in the plainest way that works.

    Raises:
        Unsatisfiable: there is no such string, or no way to it is known.
    """
    trees = sorted((parse(pattern) for pattern in shape.patterns or ("",)), key=shortest, reverse=True)
    least, most = shortest(trees[0]), LONGEST if shape.maximum is None else min(shape.maximum, LONGEST)
    if least > most:
        raise Unsatisfiable(f"a pattern asks for {least:,} characters, where {most:,} are the most that can be.")
    spelling = next((way for way in _spellings_for(shape) if _suits(way, accepts)), None)
    if spelling is not None:
        return prove(_spelled(spelling, rng.random), accepts)
    if len(trees) == 1 and not shape.excluding and is_certain(trees[0]):
        spread = _fitting_spread(trees[0], shape)
        if spread is not None:
            made, most = compile_node(trees[0], rng, spread), most - longest(trees[0], spread)
            return made if all(ends(trees[0])) or most < _OF_ENDS else _continued(made, trees[0], rng, accepts)
    return _best_of(_ways_of_patterns(trees, shape, rng), accepts, rng)


def _continued(made: Sampler, tree: Node, rng: Random, accepts: Callable[[Json], bool]) -> Sampler:
    """What a pattern leaves open at its ends, said as people do: `^ORD-` starts a number, `\\.pdf$` ends a name."""
    (start, end), random, size = ends(tree), rng.random, len(WORDS)
    is_whole = len({made() for _ in range(_TRIALS)}) > 1

    def is_open(sign: str) -> bool:
        return not (is_whole and sign.isalnum())

    def continued() -> str:
        text = made()
        before = WORDS[int(random() * size)] if not start and is_open(text[:1]) else ""
        if end or not is_open(text[-1:]):
            return f"{before}{text}"
        is_word = any(map(str.islower, text))
        return f"{before}{text}{WORDS[int(random() * size)] if is_word else 1000 + int(random() * 99_000)}"

    return _best_of(iter((continued, made)), accepts, rng)


_OF_ENDS = 2 * max(map(len, WORDS))
"""Characters for which there must be room to go on at both ends."""

_SPELLINGS: tuple[Callable[[list[str], int], str], ...] = (
    lambda words, number: f"{words[0]}-{number}",
    lambda words, number: f"{words[0]}_{number}",
    lambda words, number: f"{words[0]}{number}",
    lambda words, _: "-".join(words),
    lambda words, _: "_".join(words),
    lambda words, _: "".join(words),
    lambda words, _: "".join(map(str.title, words)),
    lambda words, _: "_".join(words).upper(),
    lambda words, _: "".join(words).upper(),
    lambda words, number: f"/{'/'.join(words)}/{number}",
    lambda words, _: f"/{'/'.join(words)}",
    lambda words, number: f"https://{words[0]}.example/{words[-1]}/{number}",
    lambda words, number: f"http://{words[0]}.example/{words[-1]}/{number}",
    lambda words, number: f"{words[0]}{number}@{words[-1]}.example",
    lambda words, number: f"{words[0]}/{words[-1]}-{number}",
)
"""Ways to write words as people do: where a pattern takes those, signs at random would say nothing."""


def _spelled(way: Callable[[list[str], int], str], random: Callable[[], float]) -> Callable[[], str]:
    size = len(WORDS)
    return lambda: way([WORDS[int(random() * size)] for _ in range(1 + int(random() * 3))], 1 + int(random() * 99))


@functools.cache
def _spelt() -> list[tuple[Callable[[list[str], int], str], str]]:
    """Each way to write words, and what may come of it."""
    return [(way, _spelled(way, Random(0).random)()) for way in _SPELLINGS]  # noqa: S311 (a trial)


def _spellings_for(shape: Strings) -> Iterator[Callable[[list[str], int], str]]:
    """The ways to write words that the patterns may take: to ask them first is far quicker than the whole proof."""
    return (way for way, text in _spelt() if all(matches(pattern, text) for pattern in shape.patterns))


def _suits(way: Callable[[list[str], int], str], accepts: Callable[[Json], bool]) -> bool:
    """Whether a way to write words is accepted, as far as we tried; what a seed makes does not hang on that."""
    sample = _spelled(way, Random(0).random)  # noqa: S311 (a trial)
    return all(accepts(sample()) for _ in range(_TRIALS))


def _fitting_spread(tree: Node, shape: Strings) -> int | None:
    """With how many repeats every string of a tree has a length that is allowed, if with any."""
    if shortest(tree) < shape.minimum:
        return None
    most = LONGEST if shape.maximum is None else shape.maximum
    return next((spread for spread in _SPREADS if longest(tree, spread) <= most), None)


def _ways_of_patterns(trees: list[Node], shape: Strings, rng: Random) -> Iterator[Sampler]:
    """Ways to make the strings, the plainest first: from one of the trees, then from all in one automaton."""
    for tree in trees[:3]:
        spread = _fitting_spread(tree, shape)
        if spread is not None:
            yield compile_node(tree, rng, spread)
        if shape.minimum or shape.maximum is not None:
            yield _of_length(tree, shape, rng)
    yield from walks(trees, shape, rng, claims=True)
    for tree in trees[:3]:
        yield from (compile_node(tree, rng, spread) for spread in _FAR_SPREADS)


def _of_length(tree: Node, shape: Strings, rng: Random) -> Sampler:
    """Strings of a tree, of lengths that are allowed; where it leaves an end open, there is room there."""
    start, end = ends(tree)
    if not (start and end):
        tree = Sequence((tree, Repeat(_FILLER, 0, MANY)) if not end else (Repeat(_FILLER, 0, MANY), tree))
    make, random = compile_aimed(tree, rng), rng.random
    least = max(shape.minimum, shortest(tree))
    most = min(LONGEST if shape.maximum is None else shape.maximum, longest(tree), least + _ROOM)
    room = max(0, most - least) + 1
    return lambda: make(least + int(random() * room))


def walks(trees: list[Node], shape: Strings, rng: Random, *, claims: bool) -> Iterator[Sampler]:
    """Walks through one automaton of everything that is asked, where that can be had.

    Raises:
        Unsatisfiable: there is no such string, and the trees are all that is asked (`claims`).
    """
    if sum(map(weight, trees)) > _MOST_NODES:
        return
    from hookcli.generation.text.languages import Language  # late: a string of one plain pattern needs no automaton
    from hookcli.generation.text.terms import TooLarge
    from hookcli.generation.text.walks import Walks

    try:
        yield Walks(Language(trees, map(parse, shape.refused)), shape.minimum, shape.maximum).compile(rng)
    except TooLarge:
        return
    except Unsatisfiable:
        if claims:
            raise


def _best_of(ways: Iterator[Sampler], accepts: Callable[[Json], bool], rng: Random) -> Sampler:
    """The first way whose strings are mostly accepted, and not all the same; else the best; else, in turn, any."""
    tried: list[tuple[int, Sampler]] = []
    try:
        for sampler in ways:
            made = [sampler() for _ in range(_TRIALS)]
            hits = sum(map(accepts, made))
            if hits * 2 >= _TRIALS and len(set(made)) > 1:
                return prove(sampler, accepts)
            tried.append((hits, sampler))
    except Unsatisfiable:
        if not any(hits for hits, _ in tried):
            raise
    if not tried:
        raise Unsatisfiable("hookcli knows no way to build a string of the lengths and patterns that are asked for.")
    most = max(hits for hits, _ in tried)
    samplers, random = [sampler for hits, sampler in tried if hits == most], rng.random
    return prove(lambda: samplers[int(random() * len(samplers))](), accepts)
