"""Draws combinations out of an `allOf` of choices, one at a time, where there are too many to go through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from hookcli.generation.views import clashes, is_plain
from hookcli.schema.dialect import Canonical, anything, canonical
from hookcli.schema.parts import number_of

if TYPE_CHECKING:
    from hookcli.generation.views import Opener

_MOST_STEPS = 5_000
"""Subschemas that are looked at for one such combination."""

_MOST_NARROWED = 40
"""Choices, in their order, among which the narrowest is looked for."""

_LONG = 2_000
"""Characters of a canonical form, written out, for which a check counts once more."""


class _Clash(Exception):
    """What was drawn so far admits nothing."""


class Draw:
    """Draws one branch of each choice so that all of them go together."""

    def __init__(self, opener: Opener, random: Callable[[], float], checks: int) -> None:
        self._opener = opener
        self._random = random
        self._merged: Canonical | None = None
        self._exact = True
        self._waiting: list[Canonical] = []
        self._choices: list[list[tuple[Canonical, bool]]] = []
        self._negative: list[Canonical] = []
        self._seen: set[str] = set()
        self._price: int | None = 1
        """What a check costs; None until it is looked at again."""
        self.checks = checks
        """How many branches may still be tried."""

    def run(self, branches: Sequence[Canonical]) -> tuple[Canonical, bool] | None:
        """One node, and whether it says all that the branches do; None where it came to nothing."""
        self._waiting = sorted(branches, key=_place, reverse=True)
        try:
            for _ in range(_MOST_STEPS):
                if self._waiting:
                    self._take(self._waiting.pop())
                elif self._choices and self.checks > 0:
                    self._choose(self._choices.pop(self._narrowest()))
                else:
                    self._exact = self._exact and not self._choices
                    return self._finished()
        except _Clash:
            return None
        return None

    def _take(self, node: Canonical) -> None:
        view = node.view()
        if isinstance(view, canonical.ReferenceView):
            if view.uri in self._seen:
                return
            self._seen.add(view.uri)
        choices, together = self._opener.choices(node), self._opener.together(node)
        if choices is not None:
            if not self._decided(node):
                self._choices.append(choices)
        elif together is not None:
            self._exact = self._exact and together[1]
            self._waiting += sorted(together[0], key=_place, reverse=True)
        elif isinstance(view, canonical.ReferenceView):
            target, sure = self._opener.target(node)
            self._exact = self._exact and sure
            self._waiting += [target] if target is not node else []
        elif isinstance(view, (canonical.NotView, canonical.RawView)):
            self._negative.append(node)
        else:
            self._absorb(node)

    def _decided(self, node: Canonical) -> bool:
        """Whether what was drawn so far leaves but one branch of a choice; then it is taken."""
        if self._merged is None or self.checks <= 0 or isinstance(node.view(), canonical.ReferenceView):
            return False
        both = self._both(node)
        if both is None or not is_plain(both):
            return False
        self._merged = both
        return True

    def _absorb(self, node: Canonical) -> None:
        """Narrow what was drawn so far."""
        both = self._both(node)
        if both is None:
            self._exact = False
        elif isinstance(both.view(), (canonical.AnyOfView, canonical.OneOfView)):
            self._merged = None
            self._waiting.append(both)
        else:
            self._merged = both
            self._price = None

    def _pay(self) -> None:
        """Count a check, for as much as what was drawn so far is long."""
        if self._price is None:
            self._price = 1 + len(str(self._merged.to_json_schema() if self._merged is not None else "")) // _LONG
        self.checks -= self._price

    def _both(self, node: Canonical) -> Canonical | None:
        """What was drawn so far and a node; None where the canonical form cannot say it."""
        if self._merged is None:
            return node
        self._pay()
        try:
            both = self._merged.intersect(node)
        except canonical.CanonicalizationError:
            return None
        if isinstance(both.view(), canonical.FalseView):
            raise _Clash
        return None if isinstance(both.view(), (canonical.AllOfView, canonical.RawView)) else both

    def _narrowest(self) -> int:
        """The place of a choice of which but one branch is left, or of any: that saves clashes later on."""
        if len(self._choices) == 1:
            return 0
        for at, choices in enumerate(self._choices):
            if at >= _MOST_NARROWED or self.checks <= 0:
                break
            left = islice((node for node, _ in choices if self._fits(self._opener.target(node)[0])), 2)
            if len(list(left)) < 2:
                return at
        return int(self._random() * len(self._choices))

    def _choose(self, choices: list[tuple[Canonical, bool]]) -> None:
        """Take the first branch, from anywhere on, that does not clash."""
        start = int(self._random() * len(choices))
        for node, sure in (*choices[start:], *choices[:start]):
            if self._fits(self._opener.target(node)[0]):
                self._exact = self._exact and sure
                self._waiting.append(node)
                return
        raise _Clash

    def _fits(self, node: Canonical) -> bool:
        self._pay()
        if isinstance(node.view(), canonical.FalseView):
            return False
        together = self._opener.together(node)
        nodes = [node] if together is None else together[0]
        return self._merged is None or not any(clashes(self._merged, each) for each in nodes)

    def _finished(self) -> tuple[Canonical, bool]:
        """What was drawn, without what it must not be."""
        node = anything() if self._merged is None else self._merged
        for one in self._negative:
            view = one.view()
            inner = self._opener.target(view.schema)[0] if isinstance(view, canonical.NotView) else None
            left = _without(node, inner) if inner is not None else None
            if left is None:
                self._exact = False
            else:
                node = left
        if isinstance(node.view(), canonical.FalseView):
            raise _Clash
        return node, self._exact


def _place(node: Canonical) -> int:
    """Where a knot stands in the schema: what an author wrote first is often what the rest depends on."""
    view = node.view()
    return number_of(view.uri) if isinstance(view, canonical.ReferenceView) else -1


def _without(node: Canonical, other: Canonical) -> Canonical | None:
    """What a node admits and another does not; None where the canonical form cannot say it."""
    try:
        left = node.subtract(other)
    except canonical.CanonicalizationError:
        return None
    return None if isinstance(left.view(), (canonical.AllOfView, canonical.RawView, canonical.NotView)) else left
