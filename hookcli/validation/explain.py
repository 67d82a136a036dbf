"""A refused payload -> its violations, the most useful first, with what was meant where a schema gives a choice."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING

from hookcli.dataclass import dataclass
from hookcli.errors import PayloadUnreadable
from hookcli.models import Json, Violation
from hookcli.schema.document import Schema
from hookcli.schema.navigation import in_place, of_item, of_property
from hookcli.schema.references import Subschema, escape
from hookcli.schema.refusals import HOLDERS
from hookcli.validation.choices import Discriminators, Missed, Path
from hookcli.validation.sentences import (
    CHOICES,
    LISTS,
    NEVER,
    Broken,
    are_alike,
    describe,
    describe_choice,
    describe_missing,
    describe_surplus,
    near,
    shown,
)
from hookcli.validation.strangers import unknown_keys

if TYPE_CHECKING:
    from hookcli.schema.dialect import ValidationError

TOO_DEEP = "objects and arrays are nested deeper than this schema can be judged"


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation that is not in words yet."""

    pointer: str | None
    keyword: str | None
    about: Hashable
    """Tells it from others with the same place and keyword."""
    sentence: Callable[[], str] = field(compare=False)

    def violation(self) -> Violation:
        """The same in words."""
        return Violation(self.pointer, self.keyword, self.sentence())


def explain(schema: Schema, payload: Json) -> list[Finding]:
    """All that is wrong with a payload that the schema refuses, the most useful first.

    The order is that of `jsonschema.exceptions.relevance`. An `anyOf` or `oneOf` is replaced by what is wrong with
    the branch that was meant, where one is nearer than the others. Where jsonschema cannot follow or finds nothing,
    jsonschema-rs's own words are taken.

    Raises:
        ValueError: jsonschema found nothing, and jsonschema-rs does not look so deep.
    """
    try:
        found = explain_slowly(schema, payload)
    except PayloadUnreadable:
        found = []
    return found or [
        Finding(one.pointer, one.keyword, one.message, functools.partial(str, one.message))
        for one in schema.refusals(payload)
    ]


def explain_slowly(schema: Schema, payload: Json) -> list[Finding]:
    """As `explain`, but of any payload and by jsonschema alone: nothing is found wrong with a valid one.

    Raises:
        PayloadUnreadable: jsonschema cannot follow.
    """
    try:
        errors = schema.explain(payload)
        explainer = _Explainer(schema, payload)
        return list(dict.fromkeys(explainer.findings(errors)))
    except (RecursionError, ArithmeticError, ValueError, LookupError) as error:
        raise PayloadUnreadable(TOO_DEEP) from error


class _Explainer:
    """Makes findings of jsonschema's errors about one payload."""

    def __init__(self, schema: Schema, payload: Json) -> None:
        self._schema = schema
        self._payload = payload
        self._choices: dict[int, Discriminators] = {}

    def findings(self, errors: Iterable[ValidationError], start: Subschema | None = None) -> Iterator[Finding]:
        """What is found wrong, the most useful first.

        Args:
            errors: of one payload or one branch.
            start: the branch; else the whole schema.
        """
        for error in _once(_sorted(errors)):
            yield from self._of_error(error, start or self._schema.root)

    def _of_error(self, error: ValidationError, start: Subschema) -> Iterator[Finding]:
        broken, pointer = _read(error), _pointer(error.absolute_path)
        if broken.keyword is None:
            yield from self._forbidden(error, start)
        elif self._is_name(error):
            (said,) = describe(broken)
            yield _of_name(pointer, broken.value, (broken.keyword, said.about), said.sentence)
        elif broken.keyword in CHOICES:
            yield from self._of_choice(error, broken, pointer)
        else:
            for said in describe(broken, functools.partial(self._strangers, broken, pointer)):
                where = pointer if said.key is None else f"{pointer}/{escape(said.key)}"
                yield Finding(where, broken.keyword, said.about, said.sentence)

    def _forbidden(self, error: ValidationError, start: Subschema) -> Iterator[Finding]:
        """What a schema that is just `false` refuses; jsonschema forgets the last step of its path."""
        pointer, holder = _pointer(error.absolute_path), self._at(error.absolute_path)
        words = [part for part in error.absolute_schema_path if isinstance(part, str)]
        keyword = next((word for word in reversed(words) if word in HOLDERS), None)
        if holder is error.instance:
            yield Finding(pointer, keyword or self._condition(error, start), None, _never)
        elif keyword == "propertyNames":
            yield _of_name(pointer, str(error.instance), None, _never)
        else:
            for step in self._steps(holder, error, start):
                yield Finding(f"{pointer}/{escape(step)}", keyword or "not", None, _never)

    def _condition(self, error: ValidationError, start: Subschema) -> str:
        """The keyword that holds `false` for a value as a whole: jsonschema forgets `then` and `else`."""
        here = self._speaking(error, start)
        return next((word for word in ("then", "else") if any(one.schema.get(word) is False for one in here)), "not")

    def _steps(self, holder: Json, error: ValidationError, start: Subschema) -> list[str | int]:
        """The keys or indexes under which a refused value lies."""
        pairs = holder.items() if isinstance(holder, dict) else enumerate(holder)
        same = [step for step, value in pairs if value is error.instance]
        if len(same) == 1:
            return same
        here = self._speaking(error, start)
        return [step for step in same if any(one.schema is False for one in _below(here, step))] or same[:1]

    def _speaking(self, error: ValidationError, start: Subschema) -> list[Subschema]:
        """The schemas that speak of the place of an error."""
        here = in_place(self._schema.resources, [start])
        for step in error.path:
            here = in_place(self._schema.resources, _below(here, step))
        return here

    def _at(self, path: Iterable[str | int]) -> Json:
        value = self._payload
        for part in path:
            value = value[part]
        return value

    def _is_name(self, error: ValidationError) -> bool:
        """Whether an error is about a key's name (`propertyNames`): its path ends at the object that has the key."""
        return isinstance(error.instance, str) and isinstance(self._at(error.absolute_path), dict)

    def _strangers(self, broken: Broken, pointer: str) -> list[str]:
        """The keys of an object that the schema does not know: perhaps the required one is among them."""
        return [key for key in broken.value if f"{pointer}/{escape(key)}" in self._unknown]

    @functools.cached_property
    def _unknown(self) -> frozenset[str]:
        return frozenset(unknown_keys(self._schema, self._payload))

    def _of_choice(self, error: ValidationError, broken: Broken, pointer: str) -> Iterator[Finding]:
        branches = _branches(error)
        fitting = {
            index: errors for index, errors in branches.items() if index >= 0 and not any(map(_is_other_type, errors))
        }
        missed = self._missed(broken, fitting) if len(fitting) > 1 else None
        meant = None if missed else self._meant(broken, fitting)
        keyword = broken.keyword or ""
        if missed:
            yield _of_missed(pointer, missed)
        elif meant is not None:
            yield from self.findings(fitting[meant], self._branch(broken.wanted[meant]))
        elif branches:
            firsts = [_read(errors[0]) for errors in branches.values()]
            if are_alike(firsts):
                index, errors = next(iter(branches.items()))
                yield next(self._of_error(errors[0], self._branch(broken.wanted[index])))
            else:
                yield Finding(pointer, keyword, id(broken.wanted), functools.partial(describe_choice, firsts))
        else:
            yield Finding(pointer, keyword, id(broken.wanted), functools.partial(self._surplus, broken))

    def _missed(self, choice: Broken, fitting: dict[int, list[ValidationError]]) -> Missed | None:
        """The one discriminator that is wrong for every branch, or that every branch requires in vain."""
        telling = self._discriminators(choice)
        if not telling.open_to(choice.value, fitting):
            return telling.missed(choice.value, fitting)
        return next(
            (
                missed
                for missed in telling.lacking(choice.value, fitting)
                if all(any(_requires(error, missed.path) for error in errors) for errors in fitting.values())
            ),
            None,
        )

    def _meant(self, choice: Broken, fitting: dict[int, list[ValidationError]]) -> int | None:
        """The branch that was meant; none where no branch is nearer than all others.

        Only branches whose discriminators hold are compared, if there are any. Nearest is the one whose `const` and
        `enum` properties hold best; then, where they hold, the one with the fewest errors and the one that got deepest.
        """
        telling = self._discriminators(choice)
        compared = (telling.open_to(choice.value, fitting) if len(fitting) > 1 else None) or list(fitting)
        if len(compared) == 1:
            return compared[0]
        ranks = sorted(((telling.held(choice.value, index), *_nearness(fitting[index])), index) for index in compared)
        if not ranks or ranks[-1][0] == ranks[-2][0]:
            return None
        (best, *_), (second, *_) = ranks[-1][0], ranks[-2][0]
        return ranks[-1][1] if best >= 0 or best > second else None

    def _discriminators(self, choice: Broken) -> Discriminators:
        known = self._choices.get(id(choice.wanted))
        if known is None:
            known = Discriminators(self._schema.resources, [self._branch(one) for one in choice.wanted])
            self._choices[id(choice.wanted)] = known
        return known

    def _surplus(self, choice: Broken) -> str:
        every = [in_place(self._schema.resources, [self._branch(one)], surely=True) for one in choice.wanted]
        titles = [next((one.schema["title"] for one in here if "title" in one.schema), None) for here in every]
        return describe_surplus(choice, titles)

    def _branch(self, schema: Json) -> Subschema:
        return self._schema.root.inner(schema)


def _never() -> str:
    return NEVER


def _of_name(pointer: str, key: str, about: Hashable, sentence: Callable[[], str]) -> Finding:
    return Finding(f"{pointer}/{escape(key)}", "propertyNames", about, lambda: f"the key {sentence()}")


def _of_missed(pointer: str, missed: Missed) -> Finding:
    """What to say of a discriminator."""
    if missed.is_there:
        broken = Broken("enum", missed.values, missed.found, {}, "", ())
        (said,) = describe(broken)
        return Finding(f"{pointer}{_pointer(missed.path)}", missed.keyword, missed.path, said.sentence)
    *holder, key = missed.path
    sentence = functools.partial(describe_missing, key, missed.values)
    return Finding(f"{pointer}{_pointer(holder)}", "required", key, sentence)


def _requires(error: ValidationError, path: Path) -> bool:
    """Whether an error is that the last key of a path is missing."""
    wanted: Json = error.validator_value
    return error.validator == "required" and tuple(error.path) == path[:-1] and path[-1] in wanted


def _nearness(errors: list[ValidationError]) -> tuple[int, int]:
    return -len(errors), max(len(one.path) for one in errors)


def _below(here: list[Subschema], step: str | int) -> list[Subschema]:
    return of_property(here, step) if isinstance(step, str) else of_item(here, step)


def _sorted(errors: Iterable[ValidationError]) -> list[ValidationError]:
    from hookcli.schema.explainer import relevance  # late: an unknown event needs no jsonschema

    return sorted(errors, key=relevance, reverse=True)


def _once(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """The errors without repetition: of `required` there is one for each missing key, and one tells of all."""
    told = set()
    for error in errors:
        if error.validator == "required" or error.validator in LISTS:
            key = (error.validator, id(error.validator_value), id(error.instance), tuple(error.absolute_path))
            if key in told:
                continue
            told.add(key)
        yield error


def _read(error: ValidationError) -> Broken:
    keyword: str | None = error.validator  # type: ignore[assignment]  # its stubs forget None
    return Broken(keyword, error.validator_value, error.instance, error.schema, error.message, tuple(error.path))


def _pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{escape(part)}" for part in path)


def _branches(error: ValidationError) -> dict[int, list[ValidationError]]:
    """What is wrong with each branch of a choice, the most useful first; all that are just `false` are number -1."""
    found: dict[int, list[ValidationError]] = {}
    for inner in error.context or ():
        found.setdefault(int(next(iter(inner.relative_schema_path), -1)), []).append(inner)
    return {index: _sorted(inner) for index, inner in found.items()}


def _is_other_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.path


def explain_choice(payload: Json, events: Collection[str]) -> Violation:
    """Why there is no schema to judge a payload by."""
    if not isinstance(payload, dict):
        return Violation("", "type", f"is {shown(payload)}, but must be an object")
    if "event_name" not in payload:
        hint = "without it no schema can be chosen: add it, or name one with --event or --schema"
        return Violation("", "required", f"has no key 'event_name'; {hint}")
    name = payload["event_name"]
    if not isinstance(name, str):
        return Violation("/event_name", "type", f"is {shown(name)}, but must be a string: the name of an event")
    meant = near(name, events)
    hint = f"; did you mean {shown(meant)}?" if meant else "; `hookcli events` lists those that are"
    return Violation("/event_name", "enum", f"is {shown(name)}, which is no known event{hint}")
