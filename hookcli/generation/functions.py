"""Samplers as Python source: an object draws its values inside one function, instead of by a call for each.

A call costs Python about as much as a draw does. Nothing of a schema becomes source but by `repr` of a string, a whole
number, true, false or null; all else is bound to names of our own, as in the functions that `dataclasses` writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from hookcli.models import Json

Sampler = Callable[[], Json]

_LONGEST = 200
"""Characters of a text that is written into the source."""

_MOST_LINES = 60
"""Lines of one function beyond which an object within it has a function of its own."""

_DEEPEST = 40
"""Spaces that lines are indented by at the most: Python allows a hundred levels."""

_NAME = re.compile(r"\$(\w+)")


class Deferred:
    """A sampler whose function is built at the first call, and then stands in its place wherever it was put."""

    def __init__(self, build: Callable[[], Sampler]) -> None:
        self._build = build
        self._function: Sampler | None = None
        self._places: list[tuple[Any, Any]] = []

    def __call__(self) -> Json:
        """One value."""
        return self.built()()

    def built(self) -> Sampler:
        """The function itself."""
        if self._function is None:
            self._function = self._build()
            for container, key in self._places:
                container[key] = self._function
        return self._function

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


class Statements(Deferred):
    """A sampler that takes several lines, which can stand within the function of the object around it.

    Args:
        write: adds the lines to a function, and returns the source of the value.
    """

    def __init__(self, write: Callable[[Function], str]) -> None:
        super().__init__(self._alone)
        self.write = write

    def _alone(self) -> Sampler:
        function = Function()
        return function.build([f"return {self.write(function)}"])


class Function:
    """A sampler in the making."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._indent = ""
        self._locals = 0
        self._names: dict[int, str] = {}
        self._globals: dict[str, Any] = {"__builtins__": {"int": int}}

    def bind(self, value: object) -> str:
        """A name for `value` in the function's source."""
        if id(value) not in self._names:
            self._names[id(value)] = f"x{len(self._names)}"
            _put(value, self._globals, self._names[id(value)])
        return self._names[id(value)]

    def add(self, source: str) -> str:
        """Keep the value of some source in a variable from here on; returns its name."""
        self._locals += 1
        self.write(f"value{self._locals} = {source}")
        return f"value{self._locals}"

    def write(self, line: str) -> None:
        """Do what a line says."""
        self._lines.append(self._indent + line)

    @contextmanager
    def only_if(self, condition: str) -> Iterator[None]:
        """What is written within is done only if a condition holds."""
        self.write(f"if {condition}:")
        self._indent += "    "
        yield
        self._indent = self._indent[4:]

    def draw(self, sampler: Sampler) -> str:
        """The source of a value that a sampler makes; what it takes to make it is written before."""
        if isinstance(sampler, Expression):
            return _NAME.sub(lambda found: self._literal(sampler.names[found[1]]), sampler.text)
        if isinstance(sampler, Statements) and len(self._lines) < _MOST_LINES and len(self._indent) < _DEEPEST:
            return sampler.write(self)
        return f"{self.bind(sampler)}()"

    def _literal(self, value: object) -> str:
        """Short text and whole numbers as they are written in Python; any other object by a name."""
        plain = value is None or isinstance(value, int) or (isinstance(value, str) and len(value) < _LONGEST)
        return repr(value) if plain else self.bind(value)

    def build(self, lines: Iterable[str], *parameters: str) -> Callable[..., Json]:
        """The function whose body is what was written so far, and then `lines`."""
        source = "\n    ".join([f"def sample({', '.join(parameters)}):", *self._lines, *lines])
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


def drawn(text: str, size: int, rng: Random, **names: object) -> Sampler:
    """An expression in which `$drawn` is a whole number from 0 up to `size`, each about as likely as the next.

    The remainder of random bits takes half the time of `int(random() * size)`; 30 bits are one digit to Python. No
    value is likelier than another by more than one in a thousand.
    """
    text = text.replace("$drawn", "$bits($width) % $size" if size > 1 else "0")
    return Expression(text, bits=rng.getrandbits, width=max(30, size.bit_length() + 10), size=size, **names)


def choice(values: tuple[Json, ...], rng: Random) -> Sampler:
    """One of several values."""
    return constant(values[0]) if len(values) == 1 else drawn("$values[$drawn]", len(values), rng, values=values)


def either(samplers: list[Sampler], rng: Random) -> Sampler:
    """What one of several samplers makes."""
    if len(samplers) == 1:
        return samplers[0]
    each: list[Sampler] = [*samplers]
    for at, sampler in enumerate(samplers):
        _put(sampler, each, at)
    return drawn("$each[$drawn]()", len(each), rng, each=each)
