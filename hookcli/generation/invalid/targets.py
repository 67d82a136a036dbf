"""What a breaker gets: one keyword, the value that it speaks of, and what is known around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

from hookcli.dataclass import dataclass
from hookcli.generation.invalid.fragments import Fragment, Fragments
from hookcli.generation.invalid.places import Place, Places, Rule
from hookcli.models import Json
from hookcli.schema.references import Subschema

Broken = Iterator[tuple[Json, str]]
"""Values that should break a keyword, the nearest first, and which part of it each breaks (`required`: the key)."""

_MOST_VALUES = 6


@dataclass(frozen=True, slots=True)
class Target:
    """A keyword to break at one place."""

    keyword: str
    rule: Rule
    place: Place
    places: Places
    fragments: Fragments

    @property
    def value(self) -> Json:
        """The valid value."""
        return self.place.value

    @property
    def argument(self) -> Json:
        """What the keyword says."""
        return self.rule.schema[self.keyword]

    def sibling(self, keyword: str, default: Json = None) -> Json:
        """Another keyword of the same subschema."""
        return self.rule.schema.get(keyword, default)

    @property
    def rest(self) -> Json:
        """The other keywords of the same subschema."""
        return self.fragments.part(self.rule.schema, [key for key in self.rule.schema if key != self.keyword])

    def fragment(self, *schemas: Json) -> Fragment | None:
        """A fragment of subschemas that stand within this rule."""
        return self.fragments.of(*(Subschema(one, self.rule.base) for one in schemas))

    def values_of(self, *schemas: Json) -> list[Json]:
        """Some values that subschemas within this rule take together."""
        return self.fragments.values(*(Subschema(one, self.rule.base) for one in schemas))[:_MOST_VALUES]

    def values_under(self, rules: list[Rule]) -> list[Json]:
        """Some values that rules of another place take together."""
        parts = [Subschema(rule.schema, rule.base) for rule in rules if isinstance(rule.schema, dict)]
        return self.fragments.values(*parts)[:_MOST_VALUES]

    def values_for(self, key: str) -> list[Json]:
        """Values for a new key of the object."""
        return [*self.values_under(self.place.keys(key))[:2], "x", *list(self.value.values())[:2], None, 1, {}]

    @property
    def integral(self) -> bool:
        """Whether only whole numbers are taken here."""
        types = [[each] if isinstance(each, str) else each for each in self.place.arguments("type")]
        return any("integer" in names and "number" not in names for names in types)

    @property
    def step(self) -> Fraction | None:
        """The distance of the numbers that are taken here, where `multipleOf` or `integer` says it."""
        steps = [exact(each) for each in self.place.arguments("multipleOf")]
        return steps[0] if steps else Fraction(1) if self.integral else None


Breaker = Callable[[Target], Broken]


def exact(number: Json) -> Fraction:
    """What the text of a number says, not its nearest float: 0.01 is a hundredth."""
    return Fraction(Decimal(repr(number))) if isinstance(number, float) else Fraction(number)


def is_number(value: Json) -> bool:
    """Whether a value is a number, which true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


ODDITIES: tuple[Json, ...] = (None, 12, "12", 1.5, True, False, [], {}, "", -1, [1], {"unexpected": 1}, "x")
"""Values of every type, for what nothing near breaks."""
