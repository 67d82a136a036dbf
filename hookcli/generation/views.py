"""Opens canonical nodes: follows references, draws choices out of `allOf`, merges what can be merged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from hookcli.schema.dialect import Canonical, anything, canonical, matches

MOST_MERGES = 64
"""References and combinators that are followed for one place before we leave the rest to the proof."""


def views(node: Canonical) -> Iterator[tuple[object, bool]]:
    """What a node may be, references followed and combinators opened; and whether that says all of it."""
    waiting, steps = [(node, True)], 0
    while waiting:
        one, exact = waiting.pop(0)
        view, steps = one.view(), steps + 1
        if steps > MOST_MERGES:
            exact = False
        if isinstance(view, canonical.ReferenceView):
            target = one.definition(view.uri)
            waiting += [(target, exact)] if target is not None and steps <= MOST_MERGES else []
        elif isinstance(view, canonical.AnyOfView):
            waiting += [(branch, exact) for branch in view.branches]
        elif isinstance(view, canonical.OneOfView):
            waiting += [(branch, False) for branch in view.branches]
        elif isinstance(view, canonical.AllOfView):
            waiting += islice(_alternatives(view.branches, exact), MOST_MERGES) if steps <= MOST_MERGES else []
        elif isinstance(view, canonical.NotView):
            yield anything().view(), False
        elif isinstance(view, canonical.RawView):
            yield view, False
        elif not isinstance(view, canonical.FalseView):
            yield view, exact


def _alternatives(branches: list[Canonical], exact: bool, depth: int = 0) -> Iterator[tuple[Canonical, bool]]:  # noqa: FBT001
    """An `allOf` as the nodes that one of must hold: the choices among its branches are drawn out of it."""
    targets = [_target(branch) for branch in branches]
    for at, target in enumerate(targets):
        view = target.view()
        others = targets[:at] + targets[at + 1 :]
        if isinstance(view, canonical.AllOfView) and depth < MOST_MERGES:
            yield from _alternatives([*others, *view.branches], exact, depth + 1)
            return
        if isinstance(view, (canonical.OneOfView, canonical.AnyOfView)) and depth < MOST_MERGES:
            exact = exact and isinstance(view, canonical.AnyOfView)
            for choice in view.branches:
                yield from _alternatives([*others, choice], exact, depth + 1)
            return
    yield _merge(targets, exact)


def _merge(branches: list[Canonical], exact: bool) -> tuple[Canonical, bool]:  # noqa: FBT001
    """One node for all branches of an `allOf`, as far as the canonical form can say it."""
    merged: Canonical | None = None
    for branch in sorted(branches, key=_is_negative):
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


def _is_negative(node: Canonical) -> bool:
    return isinstance(node.view(), (canonical.NotView, canonical.RawView))


def _target(node: Canonical) -> Canonical:
    """What a reference names, through any number of references."""
    for _ in range(MOST_MERGES):
        view = node.view()
        target = node.definition(view.uri) if isinstance(view, canonical.ReferenceView) else None
        if target is None:
            break
        node = target
    return node


def intersect(one: Canonical, other: Canonical) -> Canonical:
    """What both nodes admit; the first where the canonical form cannot say it, and the proof has to."""
    try:
        return _target(one).intersect(_target(other))
    except canonical.CanonicalizationError:
        return one


class KeyRules:
    """What an object's values must be, from `properties`, `patternProperties` and `additionalProperties`."""

    def __init__(self, view: canonical.ObjectView) -> None:
        self.properties = view.properties  # each look at a view's attribute makes a new dict
        self._patterns = view.pattern_properties
        self._additional = view.additional_properties

    def value_of(self, key: str) -> Canonical:
        """What the value under `key` must be."""
        found = [self.properties[key]] if key in self.properties else []
        found += [node for pattern, node in self._patterns.items() if matches(pattern, key)]
        if not found and self._additional is not None:
            found = [self._additional]
        node = found[0] if found else anything()
        for other in found[1:]:
            node = intersect(node, other)
        return node
