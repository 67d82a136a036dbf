"""A payload -> the same with pseudonyms, as valid or as broken as it was."""

from __future__ import annotations

from collections.abc import Callable

from hookcli.anonymising.kinds import is_property
from hookcli.anonymising.letters import is_silent
from hookcli.anonymising.pseudonyms import Pseudonyms
from hookcli.anonymising.rewriting import MOST, Rewriting
from hookcli.anonymising.standins import Standins
from hookcli.anonymising.survey import survey
from hookcli.dataclass import dataclass
from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import dump, parse, safe
from hookcli.models import Json
from hookcli.schema.document import Schema
from hookcli.schema.references import escape

FindSchema = Callable[[str], "Schema | None"]
"""An event's name -> its schema, None for an event that isn't known."""

_Broken = frozenset[tuple[int, str]]
"""What a schema refuses: the numbers of values, and the keywords."""


@dataclass(frozen=True, slots=True)
class Anonymised:
    """A payload without what was personal."""

    body: bytes
    """Compact JSON, UTF-8, the keys in their order."""
    changed: tuple[str, ...]
    """JSON Pointers, into `body`, of the values that were replaced."""
    kept: tuple[str, ...]
    """The same of the strings and numbers that stayed: look at them before you share the payload."""
    strayed: tuple[str, ...] = ()
    """Where an invalid payload is not broken as it was."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a payload could not be anonymised; none of it is passed on."""

    reason: str
    """One sentence, without anything of the payload."""
    pointer: str | None = None
    """The JSON Pointer of the value that there was no pseudonym for."""
    line: int = 0
    """1-based line of what is not JSON, else 0."""
    column: int = 0
    """1-based column of it in characters, else 0."""


class Anonymiser:
    """Replaces what is personal in payloads, the same always by the same.

    Under one key and one order of payloads it comes to the same bytes. Ids, numbers, dates and what is in no vocabulary
    are permuted: nothing is remembered, and no two come to the same. Remembered are the owners of names, addresses and
    texts (`registry.MOST`), and the names that texts may mention (`known.MOST`).

    Args:
        key: at least 16 bytes; with it, pseudonyms can be traced back.
        find_schema: gets the payload's `event_name`.
        schema: of every payload, whatever its event.

    Raises:
        KeyUnusable: the key is too short.
    """

    def __init__(self, key: bytes, find_schema: FindSchema, *, schema: Schema | None = None) -> None:
        self._pseudonyms = Pseudonyms(key)
        self._find_schema = find_schema
        self._schema = schema

    def learn(self, body: bytes) -> None:
        """Note the names in a payload, so that one that comes earlier may mention them; what is no JSON has none."""
        try:
            payload = parse(body)
        except PayloadUnreadable:
            return
        self._learn(Rewriting(survey(payload, self._schema_of(payload)), self._pseudonyms, self._standins(None)))

    def anonymise(self, body: bytes) -> Anonymised | Withheld:
        """Replace what is personal in a payload.

        Of duplicate keys the last counts, as everywhere in hookcli; the others are left out.

        Raises:
            SchemaInvalid: the schema is not one.
            ReferenceNotFound: a reference in it leads nowhere.
        """
        try:
            payload = parse(body)
        except PayloadUnreadable as error:
            reason = "not JSON, so what is personal in it cannot be told."
            return Withheld(reason, line=error.line, column=error.column)
        schema = self._schema_of(payload)
        self._pseudonyms.known.begin()
        work = Rewriting(survey(payload, schema), self._pseudonyms, self._standins(schema))
        self._learn(work)
        made = work.build()
        if schema is None:
            return _result(work, made, ())
        try:
            return self._fitted(work, schema, payload, made)
        except _Unjudgeable:
            return Withheld("nested too deep to be judged by its schema, so it cannot be said that it stays valid.")

    def target(self, text: str) -> str:
        """The target of a request, path and query: what may be somebody's is replaced, values of the query left out."""
        return self._pseudonyms.target(text)

    def _schema_of(self, payload: Json) -> Schema | None:
        name = payload.get("event_name") if isinstance(payload, dict) else None
        return self._schema or (self._find_schema(name) if isinstance(name, str) else None)

    def _standins(self, schema: Schema | None) -> Standins:
        return Standins(schema, self._pseudonyms.draws)

    def _learn(self, work: Rewriting) -> None:
        """Note the names; a key that is one of them is replaced as well."""
        known = self._pseudonyms.known
        for one in work.values:
            if not one.is_holder:
                self._pseudonyms.learn(one.kind, one.value)
        for one in work.values:
            if isinstance(one.step, str) and not one.is_named and known.get(one.step) and not is_property(one.step):
                one.keeps_key = False

    def _fitted(self, work: Rewriting, schema: Schema, payload: Json, made: Json) -> Anonymised | Withheld:
        """Try again where the schema minds a pseudonym, or no longer minds what it minded."""
        before = frozenset((work.find(pointer, now=False), keyword) for pointer, keyword in _refused(schema, payload))
        for _ in range(MOST):
            off = _broken(work, schema, made) ^ before
            if not off:
                return _result(work, made, ())
            if not any([work.advance(at) for at in {at for at, _ in off}]):
                break
            made = work.build()
        off = _broken(work, schema, made) ^ before
        strayed = tuple(dict.fromkeys(work.pointer(at) for at, _ in sorted(off)))
        if before or not off:
            return _result(work, made, strayed)
        return Withheld("no pseudonym was found that the schema takes; give it an example there.", strayed[0])


class _Unjudgeable(Exception):
    """Neither validator follows a payload."""


def _broken(work: Rewriting, schema: Schema, made: Json) -> _Broken:
    found = frozenset((work.find(pointer, now=True), keyword) for pointer, keyword in _refused(schema, made))
    return found | {(at, "") for at in work.unfit}


def _refused(schema: Schema, payload: Json) -> set[tuple[str, str]]:
    """Pointers and keywords of what the schema refuses."""
    payload = safe(payload)
    try:
        if schema.is_valid(payload):
            return set()
        return {(each.pointer, each.keyword) for each in schema.refusals(payload)}
    except ValueError:  # of values that it must compare, jsonschema-rs follows 255 levels
        return _refused_slowly(schema, payload)


def _refused_slowly(schema: Schema, payload: Json) -> set[tuple[str, str]]:
    try:
        errors = schema.explain(payload)
    except (RecursionError, ArithmeticError, ValueError, LookupError) as error:
        raise _Unjudgeable from error
    return {("".join(f"/{escape(part)}" for part in each.absolute_path), str(each.validator)) for each in errors}


def _result(work: Rewriting, made: Json, strayed: tuple[str, ...]) -> Anonymised:
    leaves = [(at, one) for at, one in enumerate(work.values) if not one.is_holder]
    changed = tuple(work.pointer(at) for at, _ in leaves if work.is_changed(at))
    kept = tuple(work.pointer(at) for at, one in leaves if not work.is_changed(at) and _says_something(one.value))
    return Anonymised(dump(made), changed, kept, strayed)


def _says_something(value: Json) -> bool:
    if isinstance(value, str):
        return not is_silent(value)
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0
