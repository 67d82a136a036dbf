"""Values put together of what a schema mentions anywhere: its keys, constants, bounds, patterns and formats.

What construction cannot aim at (a `not`, a part that the canonical form keeps as it stands) is often met by such a
value; the proof tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from random import Random
from typing import Any

from hookcli.errors import Unsatisfiable
from hookcli.generation.functions import Sampler
from hookcli.generation.text.formats import compile_format
from hookcli.generation.text.patterns import compile_node, parse
from hookcli.models import Json

_MOST = 500
"""Things of one kind that are remembered."""

_DEEPEST = 3

_PLAIN: tuple[Json, ...] = (None, True, False, 0, 1, -1, 0.5, "", "a")

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_NAMES = ("properties", "dependentSchemas", "dependentRequired", "dependencies")


class Vocabulary:
    """What some documents mention.

    Args:
        documents: JSON Schemas.
        rng: where all randomness comes from.
        now: seconds since 1970-01-01 UTC, for moments.
    """

    def __init__(self, documents: Iterable[Json], rng: Random, now: float) -> None:
        self._random = rng.random
        self._keys: dict[str, Sampler] = {}
        self._texts: dict[str, Sampler] = {}
        self._values: list[Json] = [*_PLAIN]
        for node in _nodes(documents):
            self._learn(node, rng, now)
        self._names = [*self._keys.values(), *self._texts.values()]
        self._scalars = [*self._texts.values(), *(_always(value) for value in self._values)]

    def _learn(self, node: dict[str, Json], rng: Random, now: float) -> None:
        keys = [*_of(node, "required", list)]
        keys += [key for keyword in _NAMES for key in _of(node, keyword, dict)]
        self._keys.update((key, _always(key)) for key in keys[: _MOST - len(self._keys)] if isinstance(key, str))
        if len(self._texts) < _MOST:
            self._texts.update(_texts_of(node, rng, now))
        if len(self._values) < _MOST:
            self._values += [*([node["const"]] if "const" in node else []), *_of(node, "enum", list)[:_MOST]]
            self._values += [node[bound] + by for bound in _BOUNDS if _is_number(node.get(bound)) for by in (0, 1, -1)]

    def draw(self, depth: int = 0) -> Json:
        """One value."""
        random = self._random
        kind = random()
        if depth >= _DEEPEST or kind < 0.4:
            return self._scalars[int(random() * len(self._scalars))]()
        size = int(random() * 5)
        if kind < 0.7 or not self._names:
            return [self.draw(depth + 1) for _ in range(size)]
        names = [self._names[int(random() * len(self._names))]() for _ in range(size)]
        return {str(name): self.draw(depth + 1) for name in names}


def _nodes(documents: Iterable[Json]) -> Iterator[dict[str, Json]]:
    """Every object of the documents; those that are no schemas do no harm."""
    waiting = [*documents]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _of(node: dict[str, Json], keyword: str, kind: type) -> Any:
    """What stands under a keyword, or nothing where that is of no use."""
    return node[keyword] if isinstance(node.get(keyword), kind) else kind()


def _texts_of(node: dict[str, Json], rng: Random, now: float) -> Iterator[tuple[str, Sampler]]:
    """Samplers of texts as one schema asks for them."""
    for pattern in [*_of(node, "patternProperties", dict), _of(node, "pattern", str)]:
        with suppress(Unsatisfiable):
            yield f"pattern {pattern}", compile_node(parse(pattern), rng, 4)
    made = compile_format(_of(node, "format", str), rng, now)
    if made is not None:
        yield f"format {node['format']}", made
    if _of(node, "minLength", int) in range(1, _MOST):
        yield f"minLength {node['minLength']}", _always("x" * node["minLength"])


def _always(value: Json) -> Sampler:
    return lambda: value


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
