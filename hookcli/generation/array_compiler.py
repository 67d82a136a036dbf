"""Arrays of a plan -> samplers: how many items they have, and how large these are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import TYPE_CHECKING

from hookcli.errors import Unsatisfiable
from hookcli.generation.arrays import ArrayMaker, distinct
from hookcli.generation.budget import MOST_ITEMS, MOST_VALUES
from hookcli.generation.functions import Deferred, Sampler
from hookcli.generation.places import Places, one_level_up
from hookcli.generation.policy import Policy, Way
from hookcli.generation.realism.lifelike import is_text, lifelike_item, lifelike_position
from hookcli.generation.scalars import DeadEnd
from hookcli.generation.shapes import Arrays, Plan, Strings
from hookcli.generation.sizes import has_more_values
from hookcli.generation.text.formats import WORDS

if TYPE_CHECKING:
    from hookcli.generation.realism.values import Realism

_HEAVY = 60
"""Values within an item above which a list has no more items than it needs."""

_MANY, _MANY_SHORT = 100, 10
"""Unique items, of any kind or short texts, above which what usually comes up is not various enough."""

_TO_DIFFER = 3
"""Items above the least that a list may have, whatever the mode, where lists must differ."""

_SHORT = 12
"""Characters below which a text is a short one."""


class ArrayCompiler:
    """Makes samplers of arrays for one mode.

    Args:
        places: has the samplers of what stands in them.
        policy: how much of what is allowed to take.
        rng: where all randomness comes from.
        realism: gives what knows values by names and descriptions.
    """

    def __init__(
        self, places: Places, policy: Policy, rng: Random, realism: Callable[[], Realism] | None = None
    ) -> None:
        self._places = places
        self._policy = policy
        self._random = rng.random
        self._realism = realism

    def compile(self, shape: Arrays, plan: Plan, way: Way) -> Sampler:
        """A sampler of one shape of a place.

        Raises:
            Unsatisfiable: nothing can be made for it.
        """
        contained = sum(least for _, least in shape.contains)
        if max(shape.minimum, contained) > MOST_ITEMS:
            keyword = f"minItems {shape.minimum:,}" if shape.minimum > MOST_ITEMS else f"minContains {contained:,}"
            raise Unsatisfiable(f"{keyword} is more than the {MOST_ITEMS:,} items that hookcli makes.")
        position = self._position(shape, plan, plan.known_names, way)
        if position is not None:
            return position
        if shape.items is None:
            spare = self.spare(way)
            return self._words(1 if self._policy.spare else 0, max(1, spare) if self._policy.spare else 0)
        least = Way.SMALLEST
        ways = ((way, way), (way, least), (least, least))
        for outer, inner in ((least, Way.VARIED),) if _asks_for_many(shape) else ways:
            sampler, size = self._items(shape, shape.items, plan, outer, inner)
            if size <= MOST_VALUES:
                break
        self._places.note(plan, way, size)
        return sampler

    def compile_named(self, key: str, plan: Plan, way: Way) -> Sampler | None:
        """A sampler of a place of lists that stands under several keys, where this one says of what they are."""
        shapes = plan.alternatives if len(plan.names) > 1 and self._realism is not None else []
        shape = shapes[0] if len(shapes) == 1 else None
        if not isinstance(shape, Arrays) or shape.items is None:
            return None
        position = self._position(shape, plan, [key], way)
        if position is not None:
            return position
        item = self._lifelike(shape.items, [key], way) if self._wants_items(shape, way) else None
        if item is None or not plan.exact or shape.prefix or plan.hints.values:
            return None
        return self._items(shape, shape.items, plan, way, way, item)[0]

    def compile_light(self, plan: Plan, way: Way) -> tuple[Sampler, float] | None:
        """A sampler of a place of lists, with items as small as can be, and its size; None for any other place."""
        shape = plan.alternatives[0]
        if len(plan.alternatives) > 1 or not plan.exact or not isinstance(shape, Arrays) or shape.items is None:
            return None
        return self._items(shape, shape.items, plan, way, Way.SMALLEST)

    def below(self, shape: Arrays, way: Way) -> Iterator[tuple[Plan, Way]]:
        """The places whose samplers a shape needs."""
        wanted = [*_alive(shape.prefix), *(each for each, least in shape.contains if least)]
        yield from ((each, way) for each in wanted)
        if shape.items is not None and shape.items.alternatives and self._wants_items(shape, way):
            yield shape.items, way

    def spare(self, way: Way) -> int:
        """How many more items than it needs an array may have."""
        if way is Way.VARIED:
            return self._policy.spare or _TO_DIFFER
        return 0 if way is Way.SMALLEST else _TO_DIFFER if way is Way.ANYTHING else self._policy.spare

    def _lifelike(self, items: Plan, names: list[str], way: Way) -> Sampler | None:
        """What the items of an array are, as the keys of the array say it."""
        if self._realism is None or way not in (Way.ALL, Way.REQUIRED) or not items.alternatives:
            return None
        return lifelike_item(items, names, self._realism)

    def _position(self, shape: Arrays, plan: Plan, names: list[str], way: Way) -> Sampler | None:
        """A list of numbers that says where something is."""
        if self._realism is None or way not in (Way.ALL, Way.REQUIRED):
            return None
        return lifelike_position(shape, plan, names, self._realism)

    def _items(
        self, shape: Arrays, items: Plan, plan: Plan, way: Way, inner: Way, named: Sampler | None = None
    ) -> tuple[Sampler, float]:
        """Makes arrays with as many items as one way has, made in another; and about how many values that comes to."""
        prefix = [self._places.sampler(plan, inner) for plan in _alive(shape.prefix)]
        item = self._item(items, shape, way, inner) if len(prefix) == len(shape.prefix) else None
        if item is not None:
            item = named or self._lifelike(items, plan.known_names, inner) or item
        musts = [(self._places.sampler(plan, inner), least) for plan, least in shape.contains if least]
        contained, spare = sum(least for _, least in musts), self.spare(way)
        least = max(shape.minimum, len(prefix[: shape.minimum]) + contained)
        wanted = max(least, 1, len(prefix)) if spare and way is not Way.ANYTHING else least
        if way is Way.SMALLEST and self._is_flat(shape):
            wanted = max(least, 1)
        if item is not None and spare and items.height and _is_heavy(item):
            spare = 0
        fixed = [(self._places.size(plan, inner), 1) for plan in _alive(shape.prefix)][:wanted]
        fixed += [(self._places.size(plan, inner), least) for plan, least in shape.contains]
        size = 1 + sum(each * count for each, count in fixed)
        each, lacking = self._places.size(items, inner) if item else 0, max(0, wanted - len(prefix) - contained)
        if each * (lacking + spare) > MOST_VALUES - size:
            spare = 0
        most = min(x for x in (shape.maximum, MOST_ITEMS, None if item else len(prefix)) if x is not None)
        low, high = min(wanted, most), min(wanted + spare, most)
        various = self._realism is not None and inner in (Way.ALL, Way.REQUIRED) and is_text(items)
        maker = ArrayMaker(prefix, item, musts, low, max(low, high), self._random, various)
        varied = Deferred(lambda: self._places.sampler(items, Way.VARIED))
        sampler = distinct(maker, shape, varied) if shape.unique or shape.repeated else maker
        return sampler, size + each * (lacking + spare / 2)

    def _words(self, least: int, most: int) -> Sampler:
        """Arrays of which nothing is known: a few different words."""
        random, size = self._random, len(WORDS)

        def sample() -> list[str]:
            start = int(random() * size)
            return [WORDS[(start + at) % size] for at in range(least + int(random() * (most - least + 1)))]

        return sample

    def _item(self, items: Plan, shape: Arrays, way: Way, inner: Way) -> Sampler | None:
        try:
            return self._places.sampler(items, inner) if items.alternatives and self._wants_items(shape, way) else None
        except Unsatisfiable as error:
            raise one_level_up("/0", error) from error

    def _wants_items(self, shape: Arrays, way: Way) -> bool:
        return way is not Way.SMALLEST or shape.minimum > len(shape.prefix) or self._is_flat(shape)

    def _is_flat(self, shape: Arrays) -> bool:
        """Whether an item more nests no deeper: an empty list is an edge, and nothing that is sent every day."""
        return self._policy.spare > 0 and not shape.prefix and shape.items is not None and shape.items.height == 0


def _is_heavy(sample: Sampler) -> bool:
    """Whether what a sampler makes has so many values that one of it is enough; what isn't made yet counts as such."""
    try:
        return has_more_values(sample(), _HEAVY)
    except (DeadEnd, RecursionError):
        return True


def _asks_for_many(shape: Arrays) -> bool:
    """Whether there must be more different items than what usually comes up: there are few short words."""
    texts = [one for one in shape.items.alternatives if isinstance(one, Strings)] if shape.items else []
    is_short = any(one.maximum is not None and one.maximum < _SHORT for one in texts)
    return shape.unique and shape.minimum > (_MANY_SHORT if is_short else _MANY)


def _alive(plans: tuple[Plan, ...]) -> Iterator[Plan]:
    """The plans up to the first for which there is no value."""
    for plan in plans:
        if not plan.alternatives:
            return
        yield plan
