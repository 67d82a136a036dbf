"""Opens canonical nodes: follows references, draws choices out of `allOf`, merges what can be merged."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from hookcli.models import Json
from hookcli.schema.dialect import Canonical, accepts, anything, canonical, in_draft, matches
from hookcli.schema.references import Subschema

if TYPE_CHECKING:  # few schemas are planned part by part
    from hookcli.schema.parts import Parts
    from hookcli.schema.shells import Choice

MOST_MERGES = 64
"""References and combinators that are followed for one place before we leave the rest to the proof."""

_MOST_BRANCHES = 200
"""Branches of one choice that are planned for where a schema is opened part by part."""

_MOST_MULTIPLIED = 1_000
"""Subschemas that are looked at while the combinations of one place are gone through."""

_DRAWS = 24
"""Combinations that are drawn where there are too many to go through."""

_MOST_CHECKS = 4_000
"""Branches that are tried for one place; each counts for more the longer what was drawn so far is."""

_MOST_CHECKS_IN_ALL = 40_000


class Opener:
    """Says what nodes may be.

    Args:
        parts: what the knots in the nodes stand for; None where they have none.
    """

    def __init__(self, parts: Parts | None = None) -> None:
        self._parts = parts
        self._proofs: dict[Canonical, Callable[[Json], bool]] = {}
        self._left = _MOST_CHECKS_IN_ALL
        self._steps = 0

    def accepts(self, node: Canonical) -> Callable[[Json], bool]:
        """A value -> whether a node takes it; made once, as a proof carries all that its node refers to."""
        if self._parts is None:
            node, _ = self.target(node)
        if node not in self._proofs:
            self._proofs[node] = accepts(node) if self._parts is None else self._parts.accepts(node)
        return self._proofs[node]

    def views(self, node: Canonical) -> Iterator[tuple[object, bool]]:
        """What a node may be, references followed and combinators opened; and whether that says all of it."""
        waiting, steps = deque([(node, True)]), 0
        while waiting:
            one, exact = waiting.popleft()
            view, steps = one.view(), steps + 1
            exact = exact and steps <= MOST_MERGES
            if steps > MOST_MERGES and isinstance(view, (canonical.ReferenceView, canonical.AllOfView)):
                waiting += (
                    self._drawn([one], _DRAWS if steps == MOST_MERGES + 1 else 1) if steps < 2 * MOST_MERGES else []
                )
            elif isinstance(view, canonical.ReferenceView):
                waiting += self._named(one, view.uri, exact)
            elif isinstance(view, canonical.AnyOfView):
                waiting += [(branch, exact) for branch in view.branches]
            elif isinstance(view, canonical.OneOfView):
                waiting += [(branch, False) for branch in view.branches]
            elif isinstance(view, canonical.AllOfView):
                waiting += self._alternatives(view.branches, exact)
            elif isinstance(view, canonical.NotView):
                yield anything().view(), False
            elif isinstance(view, canonical.RawView):
                yield view, False
            elif not isinstance(view, canonical.FalseView):
                yield view, exact

    def _named(self, node: Canonical, uri: str, exact: bool) -> list[tuple[Canonical, bool]]:  # noqa: FBT001
        """What a reference stands for."""
        if self._parts is None or (knot := self._parts.opened(uri)) is None:
            target = node.definition(uri)
            return [] if target is None else [(target, exact)]
        if not isinstance(knot, Subschema):
            step = -(-len(knot.branches) // _MOST_BRANCHES)
            return [(self._parts.node(branch), exact and knot.exact) for branch in knot.branches[::step]]
        content = self._parts.content(knot)
        if len(content.nodes) == 1:
            return [(content.nodes[0], exact and content.exact)]
        return self._alternatives(content.nodes, exact and content.exact)

    def together(self, node: Canonical) -> tuple[Sequence[Canonical], bool] | None:
        """The nodes that a value must hold all of, and whether that is all; None where the node is of another kind."""
        view = node.view()
        if isinstance(view, canonical.AllOfView):
            return view.branches, True
        knot = self._knot(view)
        if isinstance(knot, Subschema):
            content = self._parts.content(knot) if self._parts is not None else None
            return (content.nodes, content.exact) if content is not None else None
        return None

    def choices(self, node: Canonical) -> list[tuple[Canonical, bool]] | None:
        """The branches of a choice; None where the node is none."""
        view = node.view()
        if isinstance(view, (canonical.OneOfView, canonical.AnyOfView)):
            return [(branch, isinstance(view, canonical.AnyOfView)) for branch in view.branches]
        knot = self._knot(view)
        if isinstance(view, canonical.ReferenceView) and knot is not None and not isinstance(knot, Subschema):
            return self._named(node, view.uri, exact=True)
        return None

    def _knot(self, view: object) -> Subschema | Choice | None:
        if self._parts is None or not isinstance(view, canonical.ReferenceView):
            return None
        return self._parts.opened(view.uri)

    def target(self, node: Canonical) -> tuple[Canonical, bool]:
        """What a reference names, through any number of references, and whether that is all of it."""
        exact = True
        for _ in range(MOST_MERGES):
            view = node.view()
            if not isinstance(view, canonical.ReferenceView):
                break
            content = self.together(node)
            if content is not None and len(content[0]) == 1:
                node, exact = content[0][0], exact and content[1]
                continue
            target = node.definition(view.uri) if self._knot(view) is None else None
            if target is None:
                break
            node = target
        return node, exact

    def _alternatives(self, branches: Sequence[Canonical], exact: bool) -> list[tuple[Canonical, bool]]:  # noqa: FBT001
        """An `allOf` as the nodes that one of must hold: all of them, or some where there are many."""
        if self._count(branches) <= MOST_MERGES:
            self._steps = _MOST_MULTIPLIED
            return list(islice(self._multiplied(branches, exact), MOST_MERGES))
        found = self._drawn(branches, _DRAWS)
        certain = [each for each in branches if self.choices(each) is None]
        return [(node, exact and sure) for node, sure in found] or [_merge(certain, exact=False)]

    def _drawn(self, branches: Sequence[Canonical], draws: int) -> list[tuple[Canonical, bool]]:
        """Some of the combinations of the choices among branches."""
        from hookcli.generation.draws import Draw  # late, as few schemas have so many

        found: dict[Canonical, bool] = {}
        checks = min(self._left, _MOST_CHECKS)
        for at in range(draws):
            random = Random(len(branches) * _DRAWS + at).random  # noqa: S311 (a plan is the same under every seed)
            draw = Draw(self, random, checks)
            drawn = draw.run(branches)
            if drawn is not None:
                found[drawn[0]] = drawn[1]
            self._left, checks = self._left - checks + draw.checks, draw.checks
            if checks <= 0:
                break
        return list(found.items())

    def _count(self, branches: Sequence[Canonical], depth: int = 0) -> int:
        """How many combinations there are, as far as can be seen from here."""
        product = 1
        for branch in branches:
            target, _ = self.target(branch)
            nodes, found = self.together(target), self.choices(target)
            if nodes is not None:
                product *= self._count(nodes[0], depth + 1) if depth < MOST_MERGES else 1
            elif found is not None:
                product *= len(found)
            if product > MOST_MERGES:
                break
        return product

    def _multiplied(
        self,
        branches: Sequence[Canonical],
        exact: bool,  # noqa: FBT001
        depth: int = 0,
    ) -> Iterator[tuple[Canonical, bool]]:
        """The combinations, one by one: the choices among the branches are drawn out."""
        followed = [self.target(branch) for branch in branches]
        targets, exact = [node for node, _ in followed], exact and all(sure for _, sure in followed)
        self._steps -= 1
        for at, target in enumerate(targets if depth < MOST_MERGES and self._steps > 0 else []):
            others = targets[:at] + targets[at + 1 :]
            nodes, choices = self.together(target), self.choices(target)
            if nodes is not None:
                yield from self._multiplied([*others, *nodes[0]], exact and nodes[1], depth + 1)
                return
            if choices is not None:
                known = [each for each in others if is_plain(each)]
                for choice, sure in choices:
                    if not any(clashes(choice, each) for each in known):
                        yield from self._multiplied([*others, choice], exact and sure, depth + 1)
                return
        yield _merge(targets, exact)

    def negate(self, node: Canonical) -> Canonical:
        """What a node refuses; anything where the canonical form cannot say it, and the proof has to."""
        if self._parts is not None and node.definitions():  # what a knot stands for, the canonical form does not know
            return anything()
        try:
            return node.negate()
        except canonical.CanonicalizationError:
            return anything()

    def intersect(self, one: Canonical, other: Canonical) -> Canonical:
        """What both nodes admit; the first where the canonical form cannot say it, and the proof has to."""
        try:
            first, second = _alike(self.target(one)[0], self.target(other)[0])
            return first.intersect(second)
        except canonical.CanonicalizationError:
            return one


_SIMPLE = (
    canonical.TrueView, canonical.StringView, canonical.MultiTypeView, canonical.ConstView, canonical.EnumView,
)  # fmt: skip
"""What all drafts read alike."""


def _alike(one: Canonical, other: Canonical) -> tuple[Canonical, Canonical]:
    """Two nodes of one draft, as far as that can be: those of two drafts have nothing in common that can be said."""
    if one.draft < other.draft and isinstance(other.view(), _SIMPLE):
        return one, in_draft(other, one.draft)
    if one.draft > other.draft and isinstance(one.view(), _SIMPLE):
        return in_draft(one, other.draft), other
    return one, other


def _merge(branches: list[Canonical], exact: bool) -> tuple[Canonical, bool]:  # noqa: FBT001
    """One node for all branches of an `allOf`, as far as the canonical form can say it."""
    merged: Canonical | None = None
    for branch in sorted(branches, key=_turn):
        if merged is None:
            merged = branch
            continue
        try:
            both = merged.intersect(branch)
        except canonical.CanonicalizationError:
            exact = False
            continue
        if isinstance(both.view(), (canonical.AllOfView, canonical.RawView)):
            exact = False
        else:
            merged = both
    return merged if merged is not None else anything(), exact


def is_plain(node: Canonical) -> bool:
    """Whether a node is of one kind that the canonical form can narrow."""
    view = node.view()
    choices = (canonical.AllOfView, canonical.AnyOfView, canonical.OneOfView, canonical.ReferenceView)
    return not isinstance(view, (*choices, canonical.NotView, canonical.RawView))


def clashes(one: Canonical, other: Canonical) -> bool:
    """Whether no value holds both."""
    try:
        return isinstance(one.intersect(other).view(), canonical.FalseView)
    except canonical.CanonicalizationError:
        return False


def _turn(node: Canonical) -> int:
    """When a node is merged: what says something of all other keys after what names some, what only refuses last."""
    view = node.view()
    if isinstance(view, (canonical.NotView, canonical.RawView)):
        return 2
    return int(isinstance(view, canonical.ObjectView) and view.additional_properties is not None)


class KeyRules:
    """What an object's values must be, from `properties`, `patternProperties` and `additionalProperties`."""

    def __init__(self, view: canonical.ObjectView, opener: Opener) -> None:
        self.properties = view.properties  # each look at a view's attribute makes a new dict
        self._patterns = view.pattern_properties
        self._additional = view.additional_properties
        self._opener = opener
        self._known: dict[str, Canonical] = {}

    def value_of(self, key: str) -> Canonical:
        """What the value under `key` must be."""
        if key not in self._known:
            self._known[key] = self._value_of(key)
        return self._known[key]

    def _value_of(self, key: str) -> Canonical:
        found = [self.properties[key]] if key in self.properties else []
        found += [node for pattern, node in self._patterns.items() if matches(pattern, key)]
        if not found and self._additional is not None:
            found = [self._additional]
        node = found[0] if found else anything()
        for other in found[1:]:
            node = self._opener.intersect(node, other)
        return node
