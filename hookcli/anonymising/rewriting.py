"""The values of a payload -> the same payload with pseudonyms; each value and key in one of several attempts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from hookcli.anonymising.kinds import Kind, kind_of
from hookcli.anonymising.pseudonyms import Pseudonyms
from hookcli.anonymising.standins import Standins
from hookcli.anonymising.survey import Value
from hookcli.dataclass import dataclass
from hookcli.models import Json
from hookcli.schema.references import escape

_OWN = 3
"""Attempts in the way of a value's kind."""
_FORM = 6
"""Attempts up to here replace character by character; all after it ask the schema for a value."""
MOST = 14
"""Attempts for one value."""

_LITERAL = re.compile(r"\^([A-Za-z0-9_:/-]+)(?![*?+{|])")
_LONGEST_POINTER = 2_000


@dataclass(slots=True)
class Rewriting:
    """One payload on its way.

    Args:
        values: of the payload, as `survey` gives them.
        pseudonyms: under the key.
        standins: values that the schema gives.
    """

    values: list[Value]
    pseudonyms: Pseudonyms
    standins: Standins
    attempts: dict[int, int] = field(default_factory=dict)
    """Of values, by their numbers; 0 for all others."""
    key_attempts: dict[int, int] = field(default_factory=dict)
    steps: list[str | int] = field(default_factory=list)
    """The keys and indexes that the values have now."""
    made: list[Json] = field(default_factory=list)
    """The values as they are now."""
    unfit: set[int] = field(default_factory=set)
    """The values that the schema was asked for in vain."""

    def build(self) -> Json:
        """The payload with the pseudonyms of the present attempts."""
        made: list[Json] = []
        self.made, self.steps = made, []
        self.unfit.clear()
        for at, one in enumerate(self.values):
            value = self._value(at, one)
            made.append(value)
            step = one.step
            if one.parent >= 0:
                holder = made[one.parent]
                if isinstance(holder, list):
                    holder.append(value)
                else:
                    step = str(one.step) if one.keeps_key else self._key(at, str(one.step), holder)
                    holder[step] = value
            self.steps.append(step)
        return made[0]

    def _value(self, at: int, one: Value) -> Json:
        if one.is_holder:
            return {} if isinstance(one.value, dict) else []
        if not one.is_replaced:
            return one.value
        attempt = self.attempts.get(at, 0)
        made = self._pseudonym(one, attempt) if attempt < _FORM else self.standins.find(one, attempt - _FORM)
        if made is None:  # the schema gave none: it stands in another way, until there is one
            self.unfit.add(at)
            return self._pseudonym(one, 0)
        return made

    def _pseudonym(self, one: Value, attempt: int) -> Json:
        literal = _literal(one) if attempt == 1 else ""
        if isinstance(one.value, str) and (literal or attempt >= _OWN):
            return self.pseudonyms.tokens.text(one.value, attempt if attempt >= _OWN else 0, keeps=literal)
        return self.pseudonyms.of(one.kind, one.value, attempt)

    def _key(self, at: int, key: str, holder: dict[str, Json]) -> str:
        kind = kind_of("", key)
        for attempt in range(self.key_attempts.get(at, 0), MOST):
            other = self.pseudonyms.known.get(key) if attempt == 0 else None
            other = other or str(
                self.pseudonyms.of(Kind.ID if kind is Kind.KEEP or attempt >= _OWN else kind, key, attempt)
            )
            if other not in holder:
                return other
        return f"{other} {len(holder)}"

    def is_changed(self, at: int) -> bool:
        """Whether another value stands in the place of one: where there is nothing to replace, as in 0, none does."""
        one, made = self.values[at], self.made[at]
        return one.is_replaced and (type(made) is not type(one.value) or made != one.value)

    def advance(self, at: int) -> bool:
        """Go on to the next attempt with a value and all in it; False where there is none."""
        moved = False
        for number in range(at, self.values[at].end):
            one = self.values[number]
            if one.is_replaced and not one.is_holder and self.attempts.get(number, 0) < MOST:
                self.attempts[number] = self.attempts.get(number, 0) + 1
                moved = True
            elif not one.keeps_key and self.key_attempts.get(number, 0) < _FORM:
                self.key_attempts[number] = self.key_attempts.get(number, 0) + 1
                moved = True
        return moved

    def find(self, pointer: str, *, now: bool) -> int:
        """The number of the value at a JSON Pointer, or of the one around it that there is.

        Args:
            pointer: into the payload.
            now: whether the payload is the one that was built, rather than the original.
        """
        at = 0
        for token in pointer.split("/")[1:]:
            inner = next((n for n in self._within(at) if self._token(n, now=now) == token), None)
            if inner is None:
                break
            at = inner
        return at

    def _within(self, at: int) -> Iterator[int]:
        inner = at + 1
        while inner < self.values[at].end:
            yield inner
            inner = self.values[inner].end

    def _token(self, at: int, *, now: bool) -> str:
        return escape(self.steps[at] if now else self.values[at].step)

    def pointer(self, at: int) -> str:
        """Where a value is in the payload that was built; of a very long one, the end alone."""
        tokens: list[str] = []
        size = 0
        while at > 0 and size < _LONGEST_POINTER:
            tokens.append(self._token(at, now=True))
            size += len(tokens[-1])
            at = self.values[at].parent
        pointer = "".join(f"/{token}" for token in reversed(tokens))
        return pointer if size < _LONGEST_POINTER else f"...{pointer[-_LONGEST_POINTER:]}"


def _literal(one: Value) -> str:
    """What a pattern says that a string begins with."""
    for each in one.spoken:
        pattern = each.schema.get("pattern") if isinstance(each.schema, dict) else None
        found = _LITERAL.match(pattern) if isinstance(pattern, str) else None
        if found and isinstance(one.value, str) and one.value.startswith(found[1]):
            return found[1]
    return ""
