"""Schema -> payloads: samples, proves, tries again within a budget, and says clearly when there are none."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from hookcli.errors import Unsatisfiable
from hookcli.generation.budget import MOST_EFFORT
from hookcli.generation.compiler import Compiler
from hookcli.generation.functions import Sampler
from hookcli.generation.plan import plan_of, planner_of_cases
from hookcli.generation.policy import POLICIES, Policy
from hookcli.generation.realism.datafiles import DEFAULT_LOCALE
from hookcli.generation.samples import Cuts, Sample, Samples
from hookcli.generation.scalars import DeadEnd
from hookcli.generation.seeds import clock_of
from hookcli.generation.shapes import Plan
from hookcli.generation.shortening import MOST_WALKED, shortened
from hookcli.generation.typical import Cases, cases_of, narrow
from hookcli.models import Json
from hookcli.schema.document import Schema
from hookcli.schema.readings import Readings

if TYPE_CHECKING:
    from hookcli.generation.realism.values import Realism
    from hookcli.schema.dialect import Dialect

ENDING = ("boundary", "invalid")
"""The modes that end."""

MODES = (*POLICIES, *ENDING)

_SETTLING = 20
"""Payloads after which it stands how large they get."""

_REDRAWN = 4
"""Payloads in a row that must be too large before the next ones are made smaller: one now and then is no reason."""

MOST_TRIES = 200
"""Whole payloads that are tried before we say that none was found."""


def generate(schema: Schema, *, mode: str = "typical", seed: int, locale: str = DEFAULT_LOCALE) -> Samples:
    """Make payloads of a schema, each proven before it leaves.

    Args:
        schema: any JSON Schema.
        mode: one of `MODES`; `typical`, `minimal` and `maximal` never end, `boundary` and `invalid` do.
        seed: the same seed gives the same payloads, on every machine.
        locale: where names, places and the like are from; one of `datafiles.LOCALES`.

    Raises:
        Unsatisfiable: no payload can satisfy the schema, or none was found.
        SchemaInvalid: the schema is not one.
    """
    if mode in POLICIES:
        return Samples(functools.partial(_stream, Source(schema, mode, seed, locale)))
    if mode == "boundary":
        from hookcli.generation.boundary.walk import edges

        source = Source(schema, "typical", seed, locale, is_walked=True)
        return Samples(functools.partial(edges, source, source.walked))
    from hookcli.generation.invalid.hunt import mutants

    return Samples(functools.partial(mutants, schema, seed, locale))


def _stream(source: Source, _: Cuts) -> Iterator[Sample]:
    while True:
        yield Sample(source.next())


class Source:
    """An endless source of valid payloads of one schema in one mode.

    Args:
        schema: any JSON Schema.
        mode: `typical`, `minimal` or `maximal`.
        seed: the same seed gives the same payloads.
        locale: where names, places and the like are from.
        is_walked: its plan is what is wanted, rather than its payloads.
    """

    def __init__(
        self, schema: Schema, mode: str, seed: int, locale: str = DEFAULT_LOCALE, *, is_walked: bool = False
    ) -> None:
        self.schema = schema
        self.readings = Readings(schema)
        self.accepts = self.readings.accepts
        self._narrower = shortened(narrow(schema, scalars_only=mode != "typical"))
        self._mode = mode
        self.policy: Policy = POLICIES[mode]
        self.rng = random.Random(f"{seed} {schema.salt}")  # noqa: S311 (test data, not a secret)
        self.now = clock_of(seed)
        self._locale = locale
        self._compiler = self._make_compiler()
        self._budget = self._compiler.budget
        self._problem: Unsatisfiable | None = None
        self._is_last_resort = False
        self._settled = 0
        self._sample = self._first if is_walked else self._ready()
        self._draw = self._settle

    def _ready(self) -> Sampler:
        return self._cases() if self._mode == "typical" else self._whole()

    def release(self) -> None:
        """Forget how payloads are made until one is wanted: of a large schema that takes 20 MB."""
        self._compiler = self._make_compiler()
        self._budget = self._compiler.budget
        self._sample = self._first

    def _first(self) -> Json:
        self._sample = self._ready()
        return self._sample()

    @functools.cached_property
    def walked(self) -> Plan:
        """The plan of all that is allowed, with so many values of a long `enum` as a walk takes.

        Raises:
            Unsatisfiable: no payload can satisfy the schema.
        """
        allowed = shortened(self.schema, MOST_WALKED)
        return self.plan if allowed is self._narrower else _plan(self.schema, allowed)

    @functools.cached_property
    def plan(self) -> Plan:
        """The plan of all payloads.

        Raises:
            Unsatisfiable: no payload can satisfy the schema.
        """
        return _plan(self.schema, self._narrower)

    def _whole(self) -> Sampler:
        """The sampler of all payloads."""
        sampler, self._problem = _compile(self.plan, self._compiler, self.schema)
        self._is_last_resort = self._problem is not None
        return sampler

    def _cases(self) -> Sampler:
        """The sampler of all payloads, case by case where there are cases."""
        cases = cases_of(self._narrower)
        if not cases:
            return self._whole()
        plan = planner_of_cases(self._narrower)

        def maker(case: Callable[[], Dialect]) -> Callable[[], Sampler]:
            return lambda: self._compiler.compile(plan(case()))

        return Cases(list(map(maker, cases)), self._whole, self.rng.random)

    @functools.cached_property
    def _realism(self) -> Realism:
        from hookcli.generation.realism.values import Realism  # late: many schemas say all themselves

        return Realism(self._locale, self.rng, self.now)

    def realism(self) -> Realism:
        """What knows values by names and descriptions, of this source's seed, clock and locale."""
        return self._realism

    def _make_compiler(self) -> Compiler:
        documents = self.schema.resources.documents.values()
        return Compiler(self.policy, self.rng, self.now, documents, self.realism)

    def next(self) -> Json:
        """The next payload, proven valid.

        Raises:
            Unsatisfiable: none was found within the budget.
        """
        budget, refused = self._budget, 0
        budget.effort = 0.0
        while refused < MOST_TRIES and budget.effort < MOST_EFFORT:
            budget.spent = budget.tried = 0
            try:
                payload = self._draw()
                if self.accepts(payload):
                    if refused:
                        budget.luck.likely = budget.wanted
                    return payload
            except DeadEnd as end:
                budget.effort += end.cost
            except RecursionError:  # what grows without end is as good as refused
                pass
            budget.luck.wander(budget.wanted, refused)
            budget.effort, refused = budget.effort + self._compiler.cost_of(self.plan), refused + 1
        budget.luck.likely = budget.wanted
        if self._is_last_resort:
            raise self._not_found(refused) if self._problem is None else self._problem
        self._sample, self._is_last_resort = self._compiler.compile_anything(self.plan), True
        self._draw = self._settle
        return self.next()

    def _settle(self) -> Json:
        """One payload, not proven yet, of the first, which settle how large they get."""
        if self._settled >= _SETTLING:
            self._draw = self._sample
            return self._sample()
        budget = self._budget
        while True:
            for _ in range(_REDRAWN if budget.luck.is_choosy else 1):
                budget.spent = budget.tried = 0
                payload = self._sample()
                if not self._compiler.is_too_large(payload):
                    self._settled += 1
                    return payload
            if not budget.shrink():
                self._settled = _SETTLING
                return payload

    def _not_found(self, tries: int) -> Unsatisfiable:
        """Names the place to blame."""
        from hookcli.generation.blame import why_none_was_found

        def samplers() -> Iterator[Sampler]:
            compiler = self._make_compiler()
            with suppress(Unsatisfiable):
                yield compiler.compile(self.plan)

        why = why_none_was_found(self.schema, self.plan, samplers)
        return Unsatisfiable(
            f"{self.schema.name}: no valid payload was found in {tries} tries. {why} "
            "If that can be satisfied, put an example there: `examples` are used as they are."
        )


def _compile(plan: Plan, compiler: Compiler, schema: Schema) -> tuple[Sampler, Unsatisfiable | None]:
    """The sampler of a schema; one that tries whatever there is where a better one cannot be made, and why it can't."""
    try:
        try:
            return compiler.compile(plan), None
        except Unsatisfiable as error:
            problem = Unsatisfiable(f"{schema.name}: no payload can be generated: {error}")
            return compiler.compile_anything(plan), problem
    except RecursionError as error:
        raise Unsatisfiable(f"{schema.name}: the schema is nested too deeply to generate from it.") from error


def _plan(schema: Schema, narrower: Schema) -> Plan:
    """Plan what the sender really sends, or all that is allowed where the schema says no more of it."""
    try:
        plan = plan_of(Readings(narrower).both())
        if not plan.alternatives and narrower is not schema:
            plan = plan_of(Readings(schema).both())
    except Unsatisfiable as error:
        raise Unsatisfiable(f"{schema.name}: no payload can be generated: {error}") from error
    if not plan.alternatives:
        raise _unsatisfiable(schema, plan)
    return plan


def _unsatisfiable(schema: Schema, plan: Plan) -> Unsatisfiable:
    from hookcli.generation.blame import why_none_exists

    both = Readings(schema).both()
    if both is not schema and plan_of(schema).alternatives:
        return Unsatisfiable(
            f"{schema.name}: no payload can satisfy this schema both where `format` is asserted and where it is not, "
            f"which is the validator's to choose. {why_none_exists(both, plan)}"
        )
    return Unsatisfiable(f"{schema.name}: no payload can satisfy this schema. {why_none_exists(schema, plan)}")
