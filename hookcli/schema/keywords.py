"""Where schemas stand within a schema: the keywords that hold them, and how.

The list is that of all drafts together (JSON Schema 2020-12 core, section 10, and what older drafts had), so that
whatever any of them names is found; which of these a draft asserts is `hookcli.schema.navigation`'s to know.
Everything else (`const`, `enum`, `examples`, `default`, a keyword of someone's own) holds values, and a `$ref` or
`$id` in a value is a plain key.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from enum import Enum

from hookcli.models import Json

EXTENSION = "x-hookcli"
"""Our own keyword; its `typical` is a schema."""


class Holds(Enum):
    """How a keyword holds schemas."""

    ONE = "a schema"
    LIST = "a list of schemas"
    ITEMS = "a schema or, before 2020-12, a list of them"
    MAP = "schemas under names of the user's own"
    TYPICAL = "a schema under `typical`"


HOLDERS = {
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), Holds.LIST),
    **dict.fromkeys(("$defs", "definitions", "properties", "patternProperties"), Holds.MAP),
    **dict.fromkeys(("dependentSchemas", "dependencies"), Holds.MAP),
    **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames", "contentSchema"), Holds.ONE),
    **dict.fromkeys(("additionalProperties", "additionalItems"), Holds.ONE),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), Holds.ONE),
    "items": Holds.ITEMS,
    EXTENSION: Holds.TYPICAL,
}


def subschemas(schema: dict[str, Json]) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """The schemas right within a schema, each with the tokens that lead to it."""
    for keyword, value in schema.items():
        holds = HOLDERS.get(keyword)
        if holds is None:
            continue
        if isinstance(value, list) and holds in (Holds.LIST, Holds.ITEMS):
            yield from (((keyword, at), each) for at, each in enumerate(value))
        elif isinstance(value, dict) and holds is Holds.MAP:
            yield from (((keyword, name), each) for name, each in value.items())
        elif isinstance(value, dict) and holds is Holds.TYPICAL:
            yield from (((keyword, name), value[name]) for name in ("typical",) if name in value)
        elif holds in (Holds.ONE, Holds.ITEMS):
            yield (keyword,), value


def holds_members(keyword: str, value: Json) -> bool:
    """Whether the schemas that a keyword holds lie one level below it."""
    return HOLDERS.get(keyword) not in (None, Holds.ONE) and (keyword != "items" or isinstance(value, list))


def rewritten(node: Json, rewrite: Callable[[dict[str, Json]], Json]) -> Json:
    """A document in which something else stands for each object, from the inside out; what is the same is shared.

    Examples and our own keyword are left as they are.
    """
    if isinstance(node, list):
        items = [rewritten(each, rewrite) for each in node]
        return items if any(map(operator.is_not, items, node)) else node
    if not isinstance(node, dict):
        return node
    changed = {}
    for key, old in node.items():
        if isinstance(old, (dict, list)) and not _is_left_alone(key, old):
            new = rewritten(old, rewrite)
            if new is not old:
                changed[key] = new
    return rewrite({**node, **changed} if changed else node)


def _is_left_alone(keyword: str, value: Json) -> bool:
    return keyword == EXTENSION or (keyword == "examples" and isinstance(value, list))
