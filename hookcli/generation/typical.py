"""`typical` of `x-hookcli`: the schema of what a sender really sends, and the cases that this falls into."""

from __future__ import annotations

import functools
from collections.abc import Callable

from hookcli.errors import Unsatisfiable
from hookcli.generation.extension import check, typical_of
from hookcli.generation.functions import Deferred, Sampler
from hookcli.models import Json
from hookcli.schema.cases import has_many_cases
from hookcli.schema.dialect import Dialect
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.keywords import rewritten
from hookcli.schema.navigation import Reach, listed, reached
from hookcli.schema.references import Subschema

_STRUCTURE = frozenset({"properties", "required", "anyOf", "oneOf", "allOf", "if"})


def narrow(schema: Schema, *, scalars_only: bool) -> Schema:
    """The schema of what the sender really sends: each `typical` joined by `allOf` to what it stands in.

    A pure function; the schema that comes back is for generation only, what it makes is proven against the first.

    Args:
        schema: the schema of what is allowed.
        scalars_only: leave out what says which keys are there and which cases belong together.

    Raises:
        SchemaInvalid: an `x-hookcli` means nothing.
        ReferenceNotFound: a reference in one leads nowhere.
    """
    check(schema)
    if not any(typical_of(one.schema) for _, one in schema.resources.extended):
        return schema
    documents = {
        uri: rewritten(document, lambda node: _narrowed(node, scalars_only=scalars_only))
        for uri, document in schema.resources.documents.items()
    }
    root = next(uri for uri, document in schema.resources.documents.items() if document is schema.document)
    return make_schema(documents[root], schema.name, root, documents.__getitem__)


def _narrowed(node: dict[str, Json], *, scalars_only: bool) -> dict[str, Json]:
    """One schema with its own `typical`."""
    typical = [each for each in typical_of(node) if not (scalars_only and _STRUCTURE.intersection(each))]
    return {**node, "allOf": [*node.get("allOf", []), *typical]} if typical else node


def cases_of(narrower: Schema) -> list[Callable[[], Dialect]]:
    """The cases of an `anyOf` that a `typical` asks of every payload, each with what makes a schema of it alone.

    The canonical form multiplies such a choice out, and all that the schema says is then merged, planned and compiled
    for each case; most runs want one payload, which is of one case.

    Returns:
        none where there is no such choice, where not every case is about objects, or where the schema has so many
        more cases that it has to be planned part by part.
    """
    choice = _choice(narrower)
    if choice is None or has_many_cases(narrower):
        return []

    def alone(branch: Json) -> Callable[[], Dialect]:
        return lambda: narrower.dialect.with_part(choice.schema, {**choice.schema, "anyOf": [branch]})

    return [alone(branch) for branch in choice.schema["anyOf"]]


def _choice(narrower: Schema) -> Subschema | None:
    """The first `anyOf` that comes with what is typical of the whole payload."""
    resources = narrower.resources
    whole = reached(resources, [narrower.root], Reach.SURE)
    typical = [one.inner(each) for one in whole for each in typical_of(one.schema)]
    for one in reached(resources, typical, Reach.SURE):
        branches = listed(one, "anyOf")
        inner = [reached(resources, [one.inner(branch)], Reach.SURE) for branch in branches]
        if len(branches) > 1 and all(any("properties" in each.schema for each in found) for found in inner):
            return one
    return None


class Cases:
    """A sampler that draws a case first, and has it made when it is drawn for the first time.

    Args:
        makers: make the sampler of each case; one raises Unsatisfiable (or RecursionError) where it cannot.
        otherwise: makes the sampler where none of them can.
        random: gives floats from 0 up to 1.
    """

    def __init__(
        self, makers: list[Callable[[], Sampler]], otherwise: Callable[[], Sampler], random: Callable[[], float]
    ) -> None:
        self._makers = makers
        self._samplers: list[Sampler | None] = [None] * len(makers)
        self._otherwise = functools.cache(otherwise)
        self._random = random

    def __call__(self) -> Json:
        """One value."""
        samplers = self._samplers
        while samplers:
            at = int(self._random() * len(samplers))
            sampler = samplers[at] or self._made(at)
            if sampler is not None:
                return sampler()
        return self._otherwise()()

    def _made(self, at: int) -> Sampler | None:
        """The sampler of a case; a case that nothing can be made for is struck off."""
        try:
            made = self._makers[at]()
            self._samplers[at] = made.built() if isinstance(made, Deferred) else made
        except (Unsatisfiable, RecursionError):
            del self._samplers[at], self._makers[at]
            return None
        return self._samplers[at]
