"""What breaks the keywords of objects and arrays: a key or an item too few, too many, or of the wrong name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from hookcli.generation.identity import identity
from hookcli.generation.invalid.places import Place, Rule
from hookcli.generation.invalid.scalar_breakers import (
    break_choice,
    break_format,
    break_max_length,
    break_min_length,
    break_pattern,
)
from hookcli.generation.invalid.targets import ODDITIES, Breaker, Broken, Target
from hookcli.models import Json
from hookcli.schema.dialect import matches

_MOST = 10_000
"""Keys or items that are added to break a maximum."""

_MOST_NAMES = 12
_PLAIN: tuple[Json, ...] = ("x", None, 1, {}, [])
"""Values for a key of which nothing is known."""


def break_required(target: Target) -> Broken:
    """Each required key left out; draft 3 has a boolean there, which says nothing."""
    if isinstance(target.value, dict) and isinstance(target.argument, list):
        yield from ((_without(target.value, name), name) for name in target.argument if name in target.value)


def break_dependent(target: Target) -> Broken:
    """Each key left out that another one asks for; that other one is added where it is missing."""
    if not isinstance(target.value, dict):
        return
    for trigger, names in target.argument.items():
        for name in names if isinstance(names, list) else ():
            part = f"{trigger} {name}"
            if trigger in target.value and name in target.value:
                yield _without(target.value, name), part
            elif trigger not in target.value:
                yield from (
                    ({**_without(target.value, name), trigger: one}, part) for one in target.values_for(trigger)
                )


def _without(value: dict[str, Json], name: str) -> dict[str, Json]:
    return {key: item for key, item in value.items() if key != name}


def break_dependent_schemas(target: Target) -> Broken:
    """A key added that its own rule then refuses the object for, as a rule that is not met otherwise."""
    yield from break_dependent(target) if target.keyword == "dependencies" else ()
    if not isinstance(target.value, dict):
        return
    for trigger, one in target.argument.items():
        if one is False and trigger not in target.value:
            yield from (({**target.value, trigger: each}, trigger) for each in target.values_for(trigger))


def break_properties(target: Target) -> Broken:
    """A key added that may not be there."""
    if isinstance(target.value, dict):
        for key, one in target.argument.items():
            if one is False:
                yield from (({**target.value, key: each}, key) for each in target.values_for(key))


def break_pattern_properties(target: Target) -> Broken:
    """A key added of a kind that may not be there."""
    if isinstance(target.value, dict):
        for pattern, one in target.argument.items():
            if one is False:
                names = target.values_of({"type": "string", "pattern": pattern})
                yield from (({**target.value, str(name): "x"}, pattern) for name in names)


def break_additional(target: Target) -> Broken:
    """One key that nothing knows."""
    if isinstance(target.value, dict) and target.argument is False:
        yield from (({**target.value, name: one}, "") for name in _strangers(target) for one in _PLAIN[:2])


def _strangers(target: Target) -> Iterator[str]:
    taken = {*target.value, *target.sibling("properties", {})}
    known = [*target.value, *target.sibling("properties", {})][:3]
    patterns = target.sibling("patternProperties", {})
    near = ["unexpected", *(f"{name}s" for name in known), *(name.swapcase() for name in known)]
    near += ["x", "1", "é", "not a name", "", "-", "x" * 300]
    fresh = (name for name in dict.fromkeys(near) if not any(matches(pattern, name) for pattern in patterns))
    yield from (name for name in fresh if name not in taken)


NAME_BREAKERS: dict[str, Breaker] = {
    "pattern": break_pattern, "maxLength": break_max_length, "minLength": break_min_length, "format": break_format,
    "enum": break_choice, "const": break_choice,
}  # fmt: skip
"""What breaks the keywords that names of keys are held to."""


def break_names(target: Target) -> Broken:
    """`propertyNames`: for each keyword in it a key whose name breaks that one."""
    if not isinstance(target.value, dict):
        return
    if target.argument is False:
        yield from (({**target.value, "x": one}, "") for one in _PLAIN)
    names = [*target.value][:2] or [one for one in target.values_of(target.argument) if isinstance(one, str)][:2]
    for rule in target.places.rules([Rule(target.argument, target.rule.base)], "", target.place.pointer):
        for keyword in NAME_BREAKERS:
            if keyword in rule.schema:
                yield from _misnamed(target, rule, keyword, names)


def _misnamed(target: Target, rule: Rule, keyword: str, names: list[str]) -> Broken:
    part = f"{id(rule.schema)} {keyword}"
    for name in names:
        inner = replace(target, keyword=keyword, rule=rule, place=Place(target.place.pointer, name, [rule]))
        wrong = (
            text for text, _ in NAME_BREAKERS[keyword](inner) if isinstance(text, str) and text not in target.value
        )
        for text in islice(wrong, _MOST_NAMES):
            yield {**target.value, text: target.value.get(name, "x")}, part
            yield from (({**target.value, text: value}, part) for value in target.values_for(text)[:2])


def break_min_properties(target: Target) -> Broken:
    """Keys left out until there is one too few, those first that need not be there."""
    most = int(target.argument) - 1
    if isinstance(target.value, dict) and 0 <= most < len(target.value):
        needed = {name for names in target.place.arguments("required") if isinstance(names, list) for name in names}
        order = sorted(target.value, key=lambda key: key not in needed)
        for kept in (order[:most], [*target.value][::-1][:most]):
            yield {key: item for key, item in target.value.items() if key in kept}, ""


def break_max_properties(target: Target) -> Broken:
    """Keys added until there is one too many: known ones, made-up ones, or ones as the others are."""
    extra = int(target.argument) + 1 - len(target.value) if isinstance(target.value, dict) else 0
    if not 0 < extra <= _MOST:
        return
    known = [key for each in target.place.arguments("properties") for key in each if key not in target.value]
    if len(known) >= extra:
        yield {**target.value, **{key: target.values_for(key)[0] for key in known[:extra]}}, ""
    names = [f"unexpected{at}" for at in range(extra)]
    yield from (({**target.value, **dict.fromkeys(names, one)}, "") for one in target.values_for(names[0]))
    patterns = [pattern for each in target.place.arguments("patternProperties") for pattern in each]
    rules = [*target.place.arguments("propertyNames"), *({"pattern": pattern} for pattern in patterns[:1])]
    texts = [f"{name}{at}" for at in range(extra) for name in [*target.value][:1]] if target.value else []
    if texts:
        yield {**target.value, **dict.fromkeys(texts, next(iter(target.value.values())))}, ""
    made = [
        one for one in target.values_of({"type": "string"}, *rules) if isinstance(one, str) and one not in target.value
    ]
    if len(made) >= extra:
        yield {**target.value, **{one: target.values_for(one)[0] for one in made[:extra]}}, ""


def break_min_items(target: Target) -> Broken:
    """Items left out until there is one too few."""
    size = int(target.argument) - 1
    if isinstance(target.value, list) and 0 <= size < len(target.value):
        yield target.value[:size], ""
        yield target.value[len(target.value) - size :], ""


def break_max_items(target: Target) -> Broken:
    """Items added until there is one too many: the last again, or ones that differ where all have to."""
    if not isinstance(target.value, list) or int(target.argument) > _MOST:
        return
    extra = int(target.argument) + 1 - len(target.value)
    if extra < 1:
        return
    yield target.value + (target.value[-1:] or [None]) * extra, ""
    more = target.values_under(target.place.items(len(target.value)))
    yield from ((target.value + [one] * extra, "") for one in more)
    if True in target.place.arguments("uniqueItems"):
        taken = set(map(identity, target.value))
        fresh = {identity(one): one for one in [*more, *_series(target.value, extra)]}
        yield target.value + [one for mark, one in fresh.items() if mark not in taken][:extra], ""
    yield target.value + _series(target.value, extra), ""


def _series(items: list[Json], count: int) -> list[Json]:
    """Items like the last one that all differ."""
    last = items[-1] if items else "x"
    if isinstance(last, str):
        return [f"{last}{at}" for at in range(count)]
    if isinstance(last, dict):
        return [{**last, "unexpected": at} for at in range(count)]
    return (
        [last + 1 + at for at in range(count)]
        if isinstance(last, int) and not isinstance(last, bool)
        else [*range(count)]
    )


def break_unique(target: Target) -> Broken:
    """An item repeated: one added, or one in place of another."""
    value = target.value
    if isinstance(value, list) and value and target.argument is True:
        yield [*value, value[-1]], ""
        yield from (([*value[:at], value[at - 1], *value[at + 1 :]], "") for at in range(1, min(len(value), 4)))
        yield [*value, value[0]], ""


def break_contains(target: Target) -> Broken:
    """One item too few of those that must be among them."""
    least = target.sibling("minContains", 1)
    rule = target.sibling("contains")
    is_other = rule is None or (target.keyword == "contains" and "minContains" in target.rule.schema)
    if not isinstance(target.value, list) or least < 1 or is_other:
        return
    fragment = target.fragment(rule)
    at = [index for index, item in enumerate(target.value) if fragment is None or fragment.accepts(item)]
    gone = set(at[int(least) - 1 :])
    yield [item for index, item in enumerate(target.value) if index not in gone], ""
    others = [one for index in range(2) for one in target.values_under(target.place.items(index))]
    for other in (*others, *ODDITIES):
        if fragment is None or not fragment.accepts(other):
            yield [other if index in gone else item for index, item in enumerate(target.value)], ""


def break_max_contains(target: Target) -> Broken:
    """One item too many of those that may be among them."""
    most, rule = int(target.argument), target.sibling("contains")
    if not isinstance(target.value, list) or rule is None or most > _MOST:
        return
    fragment = target.fragment(rule)
    there = [item for item in target.value if fragment is None or fragment.accepts(item)]
    extra = max(1, most + 1 - len(there))
    for item in (*there[:1], *target.values_of(rule)):
        yield [*target.value, *[item] * extra], ""
        yield (target.value[:-extra] if len(target.value) >= extra else []) + [item] * extra, ""
        yield [*target.value, *_series([item], extra)], ""


def break_items(target: Target) -> Broken:
    """One item where none may be."""
    if isinstance(target.value, list) and target.argument is False:
        yield from (([*target.value, other], "") for other in (*target.value[-1:], "x", *ODDITIES))


def break_prefix(target: Target) -> Broken:
    """An item at a position that has to stay empty."""
    size = len(target.value) if isinstance(target.value, list) else 0
    if isinstance(target.value, list) and isinstance(target.argument, list) and size < len(target.argument):
        for at, one in enumerate(target.argument):
            if one is False and at == size:
                yield [*target.value, "x"], str(at)
