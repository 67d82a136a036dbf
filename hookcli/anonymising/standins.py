"""Values that the schema gives where no pseudonym suits it."""

from __future__ import annotations

from hookcli.anonymising.draws import Draws
from hookcli.anonymising.survey import Value
from hookcli.errors import InputError
from hookcli.generation.generator import generate
from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.references import Subschema

_SURE = 4
"""Attempts that ask what holds for every value; the others ask all that is said of the place."""

_TYPES: tuple[tuple[type, str], ...] = ((str, "string"), (int, "integer"), (float, "number"))
_MODES = ("typical", "typical", "minimal", "maximal")
_TRIALS = 100
_TRIED = ("typical", "minimal", "maximal") * 3
"""The modes by which it is tried whether the schema takes nothing but the original; their seeds are others."""


class Standins:
    """Makes values of a place in a schema.

    Args:
        schema: of the payload; None where there is none.
        draws: the key.
    """

    def __init__(self, schema: Schema | None, draws: Draws) -> None:
        self._schema = schema
        self._draws = draws

    def find(self, one: Value, attempt: int) -> Json:
        """A value for the place, other than the original; None where there is none.

        The original itself is given where the schema takes nothing else: then it tells nothing.
        """
        if self._schema is None:
            return None
        said = one.sure if attempt < _SURE else one.spoken
        mode = _MODES[attempt % len(_MODES)]
        made = self._made(self._schema, said, one.value, mode, attempt)
        if made != one.value:
            return made
        others = (self._made(self._schema, one.sure, one.value, mode, _TRIALS + at) for at, mode in enumerate(_TRIED))
        return made if all(other == one.value for other in others) else None

    def _made(self, schema: Schema, said: tuple[Subschema, ...], value: Json, mode: str, attempt: int) -> Json:
        name = next((name for kind, name in _TYPES if isinstance(value, kind)), "string")
        seed = self._draws.number(2**31, "stand-in", repr(value), str(attempt))
        parts = [{"$ref": _reference(schema, each)} for each in said if isinstance(each.schema, dict)]
        document = {"$schema": schema.draft.uri, "allOf": [{"type": name}, *parts]}
        try:
            place = make_schema(document, schema.name, "hookcli:place", schema.resources.documents.__getitem__)
            made = next(iter(generate(place, mode=mode, seed=seed))).payload
        except (InputError, KeyError):
            return None
        return float(made) if isinstance(value, float) else made


def _reference(schema: Schema, one: Subschema) -> str:
    root = next(iter(schema.resources.documents))
    pointer = schema.resources.pointer_to(one.schema)
    if pointer == "its root":
        return root
    return pointer if "#" in pointer.partition("/")[0] or "://" in pointer else f"{root}#{pointer}"
