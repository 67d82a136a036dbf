"""Every constraint broken once: one violation a payload, as little changed as can be, each proven by the validator.

A valid payload is walked beside its schema; for each keyword that speaks of a place, `BREAKERS` proposes values that
break it, and the first is taken for which the validator finds that keyword at that place and nothing else. A keyword
that cannot be broken without another (a `type` beside a `const`) has none; one that two subschemas state of the same
place is broken in both, and that is one violation. Of what stands under a choice (`anyOf`, `oneOf`,
`unevaluatedProperties`) the validator says that the choice fails, and so do we; it counts if the constraint in the
branch is seen to be broken.

A constraint is a keyword of one subschema, wherever that is referred to, so that a recursive schema ends.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator
from dataclasses import field
from random import Random

from hookcli.dataclass import dataclass
from hookcli.generation.generator import Sample
from hookcli.generation.identity import identity
from hookcli.generation.invalid.bases import Base, Bases, size_of
from hookcli.generation.invalid.breakers import BREAKERS
from hookcli.generation.invalid.fragments import Fragments
from hookcli.generation.invalid.places import Places, replaced
from hookcli.generation.invalid.targets import Target
from hookcli.generation.seeds import clock_of
from hookcli.models import Json, Violation
from hookcli.schema.document import Schema
from hookcli.schema.references import Subschema

MOST_WORK = 12_000_000
"""Values that are looked at in proofs for one schema; after that no more is broken. A few seconds' worth."""

_PROOF = 20
"""What any proof costs beside its payload, in values."""

_PART = 40
"""What a part of a fragment costs, in values."""

_LOOK = 30
"""What it costs to look at a subschema, or to say why it refuses a payload, in values."""

_STALE = 8
"""Whole payloads of a mode in a row that may show nothing new."""

_MOST_CANDIDATES = 40
"""Values that are tried for one part of a constraint at one place."""

_MOST_REFUSED = 10
"""Values among them that may be refused for something else as well."""

_PATIENCE = 12
"""When a constraint is given up: each place aimed at where nothing that was tried was refused counts one (a branch
that was not taken), each place where it was refused for more than this constraint counts `_VAIN`."""

_VAIN = 4
_LONGEST_MESSAGE = 120
_LONGEST_LOOK = 1_000
"""Characters of a validator's message that are looked at: it may hold the payload."""

Mark = tuple[int, str, str]
"""A constraint: the subschema's identity, the keyword, and the part of it."""


def mutants(schema: Schema, seed: int, locale: str) -> Iterator[Sample]:
    """The invalid payloads of a schema, none twice.

    Args:
        schema: any JSON Schema.
        seed: the same seed gives the same payloads.
        locale: where names, places and the like are from.

    Raises:
        Unsatisfiable: no payload can satisfy the schema, so none can break it by a little.
    """
    seen: set[bytes] = set()
    for sample in Hunt(schema, seed, locale).all():
        mark = hashlib.blake2b(identity(sample.payload), digest_size=16).digest()
        if mark not in seen:
            seen.add(mark)
            yield sample


@dataclass(slots=True)
class Ledger:
    """Which constraints are broken, and which were tried in vain."""

    done: set[Mark] = field(default_factory=set)
    tries: dict[Mark, int] = field(default_factory=dict)
    closed: set[tuple[int, str]] = field(default_factory=set)
    """Keywords of which every part is broken or given up."""

    @property
    def size(self) -> int:
        """Constraints that were met so far."""
        return len(self.done) + len(self.tries)

    def is_open(self, mark: Mark) -> bool:
        """Whether it is worth trying."""
        return mark not in self.done and self.tries.get(mark, 0) < _PATIENCE


class Hunt:
    """Breaks the constraints of one schema, each once."""

    def __init__(self, schema: Schema, seed: int, locale: str) -> None:
        self._schema = schema
        self._bases = Bases(schema, seed, locale)
        self._fragments = Fragments(schema, Random(f"{seed} {schema.salt} fragments"), clock_of(seed))  # noqa: S311
        self._places = Places(schema, self._fragments)
        self.ledger = Ledger()
        self._proofs = 0

    @property
    def work(self) -> int:
        """Values that were looked at so far."""
        return self._proofs + _LOOK * self._places.looks + _PART * self._fragments.parts

    def all(self) -> Iterator[Sample]:
        """What can be broken in whole payloads, until they show nothing new; then in ones that are aimed at the rest.

        Raises:
            Unsatisfiable: there is no valid payload to start from.
        """
        bases = 0
        for mode in ("maximal", "typical", "minimal"):
            stale = 0
            for base in self._bases.whole(mode):
                bases, known = bases + 1, self.ledger.size
                yield from self._run(base)
                stale = 0 if self.ledger.size > known else stale + 1
                if stale >= _STALE:
                    break
        for base in self._bases.aimed():
            bases += 1
            yield from self._run(base)
            if self.work > MOST_WORK:
                return
        if not bases:
            self._bases.fail()

    def _run(self, base: Base) -> Iterator[Sample]:
        """What can be broken at a place of a valid payload, and below it."""
        size = _PROOF + size_of(base.payload)
        for place in self._places.below(base.payload, base.pointer):
            for rule in place.rules:
                for keyword in rule.schema:
                    if keyword in BREAKERS and (id(rule.schema), keyword) not in self.ledger.closed:
                        yield from self._break(base, size, Target(keyword, rule, place, self._places, self._fragments))
                        if self.work > MOST_WORK:
                            return

    def _break(self, base: Base, size: int, target: Target) -> Iterator[Sample]:
        """For each part of a constraint the first candidate that breaks it and nothing else."""
        counts: dict[Mark, int] = {}
        refused: dict[Mark, int] = {}
        for value, part in BREAKERS[target.keyword](target):
            mark = (id(target.rule.schema), target.keyword, part)
            counts[mark] = counts.get(mark, 0) + 1
            spent = counts[mark] > _MOST_CANDIDATES or refused.get(mark, 0) >= _MOST_REFUSED
            if spent or not self.ledger.is_open(mark):
                continue
            payload = replaced(base.payload, target.place.pointer, value)
            self._proofs += size
            if self._schema.is_valid(payload):
                continue
            refused[mark] = refused.get(mark, 0) + 1
            self._proofs += size + _LOOK * target.place.breadth
            found = self._schema.refusals(payload)
            if len(found) == 1 and self._proves(found[0], target, value):
                self.ledger.done.add(mark)
                yield Sample(payload, found[0].pointer, found[0].keyword, _message(found[0], target))
        self._close(target, counts, refused, aimed=base.is_aimed)

    def _close(self, target: Target, counts: dict[Mark, int], refused: dict[Mark, int], *, aimed: bool) -> None:
        tries = self.ledger.tries
        for mark in counts:
            if mark not in self.ledger.done:
                tries[mark] = tries.get(mark, 0) + (_VAIN if mark in refused else aimed)
        if counts and not any(map(self.ledger.is_open, counts)):
            self.ledger.closed.add((id(target.rule.schema), target.keyword))

    def _proves(self, found: Violation, target: Target, value: Json) -> bool:
        """Whether a violation is that of the constraint, or of a choice over it of which the constraint is broken."""
        if (found.pointer, found.keyword) in target.rule.choices:
            return self._breaks(target, value)
        return found.keyword == target.keyword and _is_at(found.pointer, target.place.pointer)

    def _breaks(self, target: Target, value: Json) -> bool:
        """Whether one keyword, taken alone with those that it is read together with, tells the values apart."""
        alone = self._fragments.part(target.rule.schema, (target.keyword, *_TOGETHER.get(target.keyword, ())))
        fragment = self._fragments.of(Subschema(alone, target.rule.base))
        return fragment is not None and fragment.accepts(target.value) and not fragment.accepts(value)


_TOGETHER = {
    "exclusiveMinimum": ("minimum",), "exclusiveMaximum": ("maximum",), "contains": ("minContains",),
    "minContains": ("contains",), "maxContains": ("contains", "minContains"), "items": ("prefixItems",),
    "additionalItems": ("items",), "additionalProperties": ("properties", "patternProperties"),
}  # fmt: skip
"""Keywords that others are read together with."""


def _is_at(found: str | None, pointer: str) -> bool:
    """Whether a violation is at a place, or right below: where `items` is false, it is at the item."""
    return found == pointer or (found or "").rpartition("/")[0] == pointer


def _message(found: Violation, target: Target) -> str:
    """The validator's words; of a choice, what was broken under it comes first."""
    own = (found.pointer, found.keyword) in target.rule.choices
    what = f"{target.keyword} at {target.place.pointer or 'the root'}: " if own else ""
    return textwrap.shorten(f"{what}{found.message[:_LONGEST_LOOK]}", _LONGEST_MESSAGE)
