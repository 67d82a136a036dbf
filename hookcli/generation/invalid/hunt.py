"""Every constraint broken once: one violation a payload, as little changed as can be, each proven by the validator.

A valid payload is walked beside its schema; for each keyword that speaks of a place, `BREAKERS` proposes values that
break it, and the first is taken for which the validator finds that keyword at that place and nothing else. A keyword
that cannot be broken without another (a `type` beside a `const`) has none; one that two subschemas state of the same
place is broken in both, and that is one violation. Of what stands under a choice (`anyOf`, `oneOf`,
`unevaluatedProperties`) the validator says that the choice fails, and so do we; it counts if the constraint in the
branch is seen to be broken. Where a constraint is never broken alone, one payload is taken of which all else that the
validator says follows from it; these come last.

A constraint is a keyword of one subschema, wherever that is referred to, so that a recursive schema ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import field
from functools import partial
from itertools import takewhile
from random import Random

from hookcli.dataclass import dataclass
from hookcli.generation.identity import identity
from hookcli.generation.invalid.bases import Base, Bases
from hookcli.generation.invalid.breakers import BREAKERS, can_refuse
from hookcli.generation.invalid.fragments import Fragments
from hookcli.generation.invalid.places import Places, replaced
from hookcli.generation.invalid.proofs import Proofs
from hookcli.generation.invalid.targets import Target
from hookcli.generation.invalid.unseen import Unseen
from hookcli.generation.samples import Cuts, Sample
from hookcli.generation.seeds import clock_of
from hookcli.generation.sizes import count_of
from hookcli.models import Json
from hookcli.schema.document import Schema

MOST_WORK = 5_000_000
"""Work that is done for one schema; after that no more is broken. A unit is about a microsecond, counted, not measured:
the same schema has the same payloads on every machine."""

_MOST_AIMED = MOST_WORK // 2
"""Work after which no more payloads are made of the plan, so that some is left for what the plan does not show."""

_PROOF, _VALUES = 20, 10
"""What any proof costs, and how many values of its payload make one unit more."""

_SAMPLE = _REFUSAL = 5
"""Proofs that take as long as it takes to compare a payload with those before it or to make one to break, and as it
takes to say why one is refused."""

_SAID = 4
"""What it costs more to say why a payload is refused for each subschema that may say something."""

_LOOK, _ASKED, _FRAGMENT, _PART, _DRAW, _OBJECT = 12, 1, 300, 7, 10, 3
"""What it costs to look at a subschema, to ask it of a key, to cut a fragment, to write out a part of one, to draw a
value for a base, and to write an object of the schema anew."""

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

_MOST_SECOND = 2
"""Payloads of one part of a constraint at one place of which all that is said is weighed."""

_TOO_MUCH = "the work for one schema was spent before each of its constraints was broken or given up"

Mark = tuple[int, str, str]
"""A constraint: the subschema's identity, the keyword, and the part of it."""


def mutants(schema: Schema, seed: int, locale: str, cuts: Cuts) -> Iterator[Sample]:
    """The invalid payloads of a schema, none twice.

    Args:
        schema: any JSON Schema.
        seed: the same seed gives the same payloads.
        locale: where names, places and the like are from.
        cuts: what a bound leaves out.

    Raises:
        Unsatisfiable: no payload can satisfy the schema, so none can break it by a little.
    """
    seen: set[bytes] = set()
    for sample in Hunt(schema, seed, locale, cuts).all():
        mark = hashlib.blake2b(identity(sample.payload), digest_size=16).digest()
        if mark not in seen:
            seen.add(mark)
            yield sample
    cuts.is_over = True


@dataclass(slots=True)
class Ledger:
    """Which constraints are broken, and which were tried in vain."""

    done: set[Mark] = field(default_factory=set)
    tries: dict[Mark, int] = field(default_factory=dict)
    closed: set[tuple[int, str]] = field(default_factory=set)
    """Keywords of which every part is broken or given up."""
    second: dict[Mark, Sample] = field(default_factory=dict)
    """What breaks more than the constraint, but nothing that does not follow from it."""

    @property
    def size(self) -> int:
        """Constraints that were met so far."""
        return len(self.done) + len(self.tries)

    def left(self) -> Iterator[Sample]:
        """What breaks the constraints that were not broken alone."""
        for mark, sample in self.second.items():
            if mark not in self.done:
                self.done.add(mark)
                yield sample

    def reopen(self) -> None:
        """Forget what was tried in vain: where a place is aimed at, it may break alone."""
        self.tries.update(dict.fromkeys(self.tries, 0))
        self.closed.clear()

    def is_open(self, mark: Mark) -> bool:
        """Whether it is worth trying."""
        return mark not in self.done and self.tries.get(mark, 0) < _PATIENCE


class Hunt:
    """Breaks the constraints of one schema, each once."""

    def __init__(self, schema: Schema, seed: int, locale: str, cuts: Cuts) -> None:
        self._schema = schema
        self._cuts = cuts
        self._bases = Bases(schema, seed, locale)
        self._fragments = Fragments(schema, Random(f"{seed} {schema.salt} fragments"), clock_of(seed))  # noqa: S311
        self._places = Places(schema, self._fragments)
        self._unseen = Unseen(self._places, self._fragments)
        self._judges = Proofs(schema, self._fragments)
        self.ledger = Ledger()
        self._proofs = 0

    @property
    def work(self) -> int:
        """What was done so far."""
        cut = _FRAGMENT * self._fragments.count + _PART * self._fragments.parts
        made = _DRAW * self._bases.draws + _OBJECT * self._judges.written
        return self._proofs + _LOOK * self._places.looks + _ASKED * self._places.asked + cut + made

    def all(self) -> Iterator[Sample]:
        """What can be broken in whole payloads, until they show nothing new; then in ones that are aimed at the rest.

        Raises:
            Unsatisfiable: there is no valid payload to start from.
        """
        bases = 0
        for base in self._all_bases():
            bases += 1
            yield from self._run(base)
            if self._is_spent():
                break
        self._is_spent()
        for base in self._bases.sampled() if not bases else ():
            yield from self._run(base)
        yield from self.ledger.left()

    def _all_bases(self) -> Iterator[Base]:
        for mode in ("maximal", "typical", "minimal"):
            stale = 0
            for base in self._bases.whole(mode):
                known = self.ledger.size
                yield base
                stale = 0 if self.ledger.size > known else stale + 1
                if stale >= _STALE:
                    break
            self._bases.release(mode)
        self.ledger.reopen()
        aimed = self._bases.aimed()
        for most in (_MOST_AIMED, MOST_WORK):
            for base in aimed:
                yield base
                if self.work > most:
                    break
            yield from filter(self._is_valid, takewhile(lambda _: self.work < MOST_WORK, self._unseen.bases()))

    def _is_valid(self, base: Base) -> bool:
        self._proofs += _cost(base)
        return self._schema.is_valid(base.payload)

    def _run(self, base: Base) -> Iterator[Sample]:
        """What can be broken at a place of a valid payload, and below it."""
        cost = _cost(base)
        self._proofs += _SAMPLE * cost
        for place in self._places.below(base.payload, base.pointer):
            self._unseen.look(base, place)
            for rule in place.rules:
                for keyword in filter(partial(self._is_open, rule.schema), rule.schema):
                    yield from self._break(base, cost, Target(keyword, rule, place, self._places, self._fragments))
                    if self._is_spent():
                        return

    def _is_spent(self) -> bool:
        """Whether no more work is to be done."""
        is_spent = self.work > MOST_WORK
        if is_spent:
            self._cuts.add(_TOO_MUCH)
        return is_spent

    def _is_open(self, schema: dict[str, Json], keyword: str) -> bool:
        """Whether a keyword is worth breaking, still."""
        mark = (id(schema), keyword)
        if keyword not in BREAKERS or mark in self.ledger.closed:
            return False
        if not can_refuse(keyword, schema[keyword]):
            self.ledger.closed.add(mark)
        return mark not in self.ledger.closed

    def _break(self, base: Base, cost: int, target: Target) -> Iterator[Sample]:
        """For each part of a constraint the first candidate that breaks it and nothing else."""
        counts: dict[Mark, int] = {}
        refused: dict[Mark, int] = {}
        for value, part in BREAKERS[target.keyword](target):
            mark = (id(target.rule.schema), target.keyword, part)
            counts[mark] = counts.get(mark, 0) + 1
            spent = counts[mark] > _MOST_CANDIDATES or refused.get(mark, 0) >= _MOST_REFUSED
            if spent or not self.ledger.is_open(mark):
                continue
            if self._is_spent():
                return
            payload = replaced(base.payload, target.place.pointer, value)
            self._proofs += cost
            if self._schema.is_valid(payload):
                continue
            refused[mark] = refused.get(mark, 0) + 1
            self._proofs += _REFUSAL * cost + _SAID * target.place.breadth
            sample = self._judges.alone(payload, target, value)
            if sample is not None:
                self.ledger.done.add(mark)
                self._proofs += _SAMPLE * cost
                yield sample
            elif mark not in self.ledger.second and refused[mark] <= _MOST_SECOND:
                self._proofs += _REFUSAL * cost + _LOOK * target.place.breadth
                second = self._judges.first(payload, target, value, base.payload)
                self.ledger.second.update({mark: second} if second else {})
        self._close(target, counts, refused, aimed=base.is_aimed)

    def _close(self, target: Target, counts: dict[Mark, int], refused: dict[Mark, int], *, aimed: bool) -> None:
        tries = self.ledger.tries
        for mark in counts:
            if mark not in self.ledger.done:
                tries[mark] = tries.get(mark, 0) + (_VAIN if mark in refused else aimed)
        if counts and not any(map(self.ledger.is_open, counts)):
            self.ledger.closed.add((id(target.rule.schema), target.keyword))


def _cost(base: Base) -> int:
    """What a proof of a payload costs."""
    return _PROOF + count_of(base.payload) // _VALUES
