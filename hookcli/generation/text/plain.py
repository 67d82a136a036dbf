"""Shapes of strings -> samplers: words and formats; the shapes with more to them are left to `strings`."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hookcli.errors import Unsatisfiable
from hookcli.generation.functions import Sampler
from hookcli.generation.scalars import prove
from hookcli.generation.shapes import Strings
from hookcli.generation.text.formats import WORDS, compile_format
from hookcli.models import Json

LONGEST = 1_000_000
"""Characters that we make at the most."""


def compile_string(shape: Strings, rng: Random, now: float, accepts: Callable[[Json], bool]) -> Sampler:
    """A sampler of strings of one shape; each string is proven where its construction leaves doubt.

    Args:
        shape: what is asked for.
        rng: where all randomness comes from.
        now: seconds since 1970-01-01 UTC; moments lie in the hour before.
        accepts: the proof.

    Raises:
        Unsatisfiable: there is no such string, or no way to it is known.
    """
    if shape.minimum > LONGEST:
        raise Unsatisfiable(
            f"minLength {shape.minimum:,} is longer than the {LONGEST:,} characters that hookcli makes."
        )
    made = [sampler for name in shape.formats if (sampler := compile_format(name, rng, now))]
    if made:
        return _of_formats(shape, made, rng, accepts)
    if shape.patterns or shape.refused:
        from hookcli.generation.text.strings import of_patterns  # late, as below: what patterns need takes 8 ms

        return of_patterns(shape, rng, accepts)
    if shape.encodings or shape.media_types:
        return prove(lambda: _encoded(shape, rng.random), accepts)
    words = _words(shape, rng.random)
    return words if (shape.maximum is None or shape.maximum >= 16) and not shape.excluding else prove(words, accepts)


def _of_formats(shape: Strings, made: list[Sampler], rng: Random, accepts: Callable[[Json], bool]) -> Sampler:
    free = shape.minimum == 0 and shape.maximum is None and not shape.patterns and not shape.excluding
    if free and len(shape.formats) == 1:
        return made[0]
    from hookcli.generation.text.strings import of_formats

    return of_formats(shape, made, rng, accepts)


def _encoded(shape: Strings, random: Callable[[], float]) -> str:
    import base64

    text = f'{{"{WORDS[int(random() * len(WORDS))]}": {int(random() * 1000)}}}' if shape.media_types else "hookcli"
    return base64.b64encode(text.encode()).decode() if shape.encodings else text


_ROOM_FOR_WORDS = 6
_ROOM_FOR_MORE = 12
"""Characters below which no word has room, or no second one."""

_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that no one mistakes for one another."""


def _code(length: int, random: Callable[[], float]) -> Sampler:
    return lambda: "".join([_SIGNS[int(random() * 32)] for _ in range(length)])


def _words(shape: Strings, random: Callable[[], float]) -> Sampler:
    """A word or two, as many as the length that is asked for has room for; a code where it has room for none."""
    least, most = shape.minimum, LONGEST if shape.maximum is None else shape.maximum
    if most < _ROOM_FOR_WORDS or (most < _ROOM_FOR_MORE and least > _ROOM_FOR_WORDS):
        return _code(most, random)
    size = len(WORDS)

    def sample() -> str:
        text = f"{WORDS[int(random() * size)]}-{1 + int(random() * 99)}"
        while len(text) < least:
            text += " " + WORDS[int(random() * size)] if least < 10_000 else text
        text = text[: max(least, min(most, 40))] if len(text) > max(least, 24) else text[:most]
        return text.removesuffix("-") if len(text) > least else text

    return sample
