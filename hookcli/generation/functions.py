"""Samplers as Python source: an object draws its scalars inside one function, instead of by a call for each.

A call costs Python about as much as a draw does. Nothing of a schema becomes source but by `repr` of a string, a whole
number, true, false or null; all else is bound to names of our own, as in the functions that `dataclasses` writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from hookcli.models import Json

Sampler = Callable[[], Json]

_LONGEST = 200
"""Characters of a text that is written into the source."""

_NAME = re.compile(r"\$(\w+)")


class Deferred:
    """A sampler whose function is built at the first call, and then stands in its place wherever it was put."""

    def __init__(self, build: Callable[[], Sampler]) -> None:
        self._build = build
        self._function: Sampler | None = None
        self._places: list[tuple[Any, Any]] = []

    def __call__(self) -> Json:
        """One value."""
        if self._function is None:
            self._function = self._build()
            for container, key in self._places:
                container[key] = self._function
        return self._function()

    def put(self, container: Any, key: Any) -> None:
        """Stand under `key` of a list or dict, until there is a function to stand there."""
        container[key] = self._function or self
        self._places.append((container, key))


class Expression(Deferred):
    """A sampler that can be written into the function of its object.

    Args:
        text: Python; `$name` stands for what `names` has under that name.
        names: what the text is about.
    """

    def __init__(self, text: str, **names: object) -> None:
        super().__init__(self._alone)
        self.text = text
        self.names = names

    def _alone(self) -> Sampler:
        function = Function()
        return function.build([f"return {function.draw(self)}"])


class Function:
    """A sampler in the making."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._globals: dict[str, Any] = {"__builtins__": {"int": int}}

    def bind(self, value: object) -> str:
        """A name for `value` in the function's source."""
        if id(value) not in self._names:
            self._names[id(value)] = f"x{len(self._names)}"
            _put(value, self._globals, self._names[id(value)])
        return self._names[id(value)]

    def draw(self, sampler: Sampler) -> str:
        """The source of a value that a sampler makes."""
        if isinstance(sampler, Expression):
            return _NAME.sub(lambda found: self._literal(sampler.names[found[1]]), sampler.text)
        return f"{self.bind(sampler)}()"

    def _literal(self, value: object) -> str:
        """Short text and whole numbers as they are written in Python; any other object by a name."""
        plain = value is None or isinstance(value, int) or (isinstance(value, str) and len(value) < _LONGEST)
        return repr(value) if plain else self.bind(value)

    def build(self, lines: Iterable[str], *parameters: str) -> Callable[..., Json]:
        """The function whose body is `lines`."""
        source = "\n    ".join([f"def sample({', '.join(parameters)}):", *lines])
        exec(source, self._globals)  # noqa: S102 (names and literals of our own; see the module's docstring)
        sampler: Callable[..., Json] = self._globals["sample"]
        return sampler


def _put(value: object, container: Any, key: Any) -> None:
    if isinstance(value, Deferred):
        value.put(container, key)
    else:
        container[key] = value


def constant(value: Json) -> Sampler:
    """Always the same value."""
    return Expression("$only", only=value)


def choice(values: tuple[Json, ...], random: Callable[[], float]) -> Sampler:
    """One of several values."""
    if len(values) == 1:
        return constant(values[0])
    return Expression("$values[int($random() * $size)]", values=values, size=len(values), random=random)


def either(samplers: list[Sampler], random: Callable[[], float]) -> Sampler:
    """What one of several samplers makes."""
    if len(samplers) == 1:
        return samplers[0]
    each: list[Sampler] = [*samplers]
    for at, sampler in enumerate(samplers):
        _put(sampler, each, at)
    return Expression("$each[int($random() * $size)]()", each=each, size=len(each), random=random)
